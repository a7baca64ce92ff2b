package bench

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"mulin/internal/clock"
	"mulin/internal/seal"
	"mulin/internal/store"
	"mulin/town/casework"
)

// spec tells a process of its own what to do.
type spec struct {
	Part    string
	Data    string
	DB      string
	Dry     bool   // the handler without the store
	Profile string // file for the CPU profile, that of the heap goes beside it; empty: none
	Who     []post // people to sign in

	Addr    string // of the server, for a load
	Clients int
	Time    time.Duration
	Bodies  [][]byte

	Rows int // to import
}

// post is somebody to sign in.
type post struct {
	Role        string
	Body, Place int64
}

// Part does what the spec on in says, as a process of its own, and answers with lines of JSON.
func Part(ctx context.Context, kit Kit, in io.Reader, out io.Writer) error {
	lines := bufio.NewReaderSize(in, 1<<20)
	line, err := lines.ReadBytes('\n')
	if err != nil {
		return err
	}
	var s spec
	if err := json.Unmarshal(line, &s); err != nil {
		return err
	}
	switch s.Part {
	case "serve":
		return serve(ctx, kit, s, lines, out)
	case "load":
		res, err := load(s)
		if err != nil {
			return err
		}
		return json.NewEncoder(out).Encode(res)
	case "import":
		res, err := importPart(ctx, kit, s)
		if err != nil {
			return err
		}
		return json.NewEncoder(out).Encode(res)
	}
	return fmt.Errorf("no part %q", s.Part)
}

// ready is the server's first line.
type ready struct {
	Addr    string
	Cookies []string
}

// serve serves until its input ends, so that it never outlives the run.
func serve(ctx context.Context, kit Kit, s spec, in io.Reader, out io.Writer) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	site, err := kit.Raise(ctx, s.Data, s.DB)
	if err != nil {
		return err
	}
	defer site.Close()
	first := ready{}
	for _, p := range s.Who {
		cookie, err := site.Staff(ctx, p.Role, p.Body, p.Place)
		if err != nil {
			return fmt.Errorf("sign in a %s: %w", p.Role, err)
		}
		first.Cookies = append(first.Cookies, cookie)
	}
	w := &watch{next: site.Handler, site: site, took: map[string][]time.Duration{}}
	if s.Dry {
		dry := store.Dry(site.City.ID, clock.System, nil)
		w.next = site.Intake(casework.NewDesk(dry, site.Places, site.Bodies, site.Catalog, seal.New(make([]byte, seal.KeySize))))
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	if s.Profile != "" {
		f, err := os.Create(s.Profile)
		if err != nil {
			return err
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	srv := &http.Server{Handler: w, ReadHeaderTimeout: 10 * time.Second}
	var gone sync.WaitGroup
	gone.Go(func() { site.Run(ctx) })
	gone.Go(func() { _ = srv.Serve(l) })
	first.Addr = l.Addr().String()
	if err := json.NewEncoder(out).Encode(first); err != nil {
		return err
	}
	_, _ = io.Copy(io.Discard, in)
	if err := keepHeap(s.Profile); err != nil {
		return err
	}
	_ = srv.Close()
	cancel()
	gone.Wait()
	return nil
}

// keepHeap writes what lies in memory beside the CPU profile of that name; without a name it does nothing.
func keepHeap(profile string) error {
	if profile == "" {
		return nil
	}
	f, err := os.Create(strings.TrimSuffix(profile, ".pprof") + "-heap.pprof")
	if err != nil {
		return err
	}
	defer f.Close()
	return pprof.Lookup("heap").WriteTo(f, 0)
}

// watch takes the time of requests that carry a label, inside the server.
type watch struct {
	next http.Handler
	site *Site
	mu   sync.Mutex
	took map[string][]time.Duration
}

const (
	labelHeader = "X-Bench"
	statsPath   = "/bench/stats"
)

func (w *watch) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	if r.URL.Path == statsPath {
		_ = json.NewEncoder(rw).Encode(w.stats(r.Context()))
		return
	}
	label := r.Header.Get(labelHeader)
	if label == "" {
		w.next.ServeHTTP(rw, r)
		return
	}
	start := clock.System.Now()
	w.next.ServeHTTP(rw, r)
	d := clock.System.Now().Sub(start)
	w.mu.Lock()
	w.took[label] = append(w.took[label], d)
	w.mu.Unlock()
}

// stats are what a server tells of itself.
type stats struct {
	Memory float64 // resident, MB
	CPU    float64 // seconds used since the start, user and system
	Lag    int64   // ledger entries that search has not followed
	Took   map[string]quantiles
}

type quantiles struct {
	N        int
	P50, P99 float64 // ms
}

func (w *watch) stats(ctx context.Context) stats {
	s := stats{Memory: resident(), CPU: used(), Took: map[string]quantiles{}}
	if w.site.Search != nil {
		s.Lag, _ = w.site.Search.Lag(ctx)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for label, all := range w.took {
		s.Took[label] = quantilesOf(all)
	}
	return s
}

func quantilesOf(all []time.Duration) quantiles {
	if len(all) == 0 {
		return quantiles{}
	}
	sorted := slices.Sorted(slices.Values(all))
	ms := func(share float64) float64 {
		return float64(sorted[min(len(sorted)-1, int(share*float64(len(sorted))))].Microseconds()) / 1000
	}
	return quantiles{len(all), ms(0.5), ms(0.99)}
}

// resident is the process's memory as the system counts it; 0 where there is no /proc.
func resident() float64 {
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(b)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kb, _ := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			return kb / 1024
		}
	}
	return 0
}

// used is the processor time of the process, counted by the system in hundredths; 0 where there is no /proc.
func used() float64 {
	b, err := os.ReadFile("/proc/self/stat")
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(b), ") ") // the name may hold blanks
	f := strings.Fields(rest)
	if len(f) < 13 {
		return 0
	}
	user, _ := strconv.ParseFloat(f[11], 64)
	system, _ := strconv.ParseFloat(f[12], 64)
	return (user + system) / 100
}

// server is a server process, seen from the run.
type server struct {
	ready
	cmd *exec.Cmd
	in  io.WriteCloser
}

// serving runs f beside a server on a copy of the filled city, or on s.DB if that is set.
func (b *bench) serving(ctx context.Context, e engine, s spec, f func(*server) error) error {
	if s.DB == "" {
		db, err := b.fresh(ctx, e, e.base)
		if err != nil {
			return err
		}
		defer b.discard(e, db)
		s.DB = db
	}
	s.Part, s.Data = "serve", filepath.Join(b.dir, "data")
	if b.Keep != "" {
		b.made++
		s.Profile = filepath.Join(b.Keep, fmt.Sprintf("%s-%d.pprof", e.name, b.made))
	}
	v := &server{}
	cmd, in, out, err := b.child(ctx, s)
	if err != nil {
		return err
	}
	v.cmd, v.in = cmd, in
	err = json.NewDecoder(out).Decode(&v.ready)
	if err == nil {
		err = f(v)
	}
	return errors.Join(err, v.in.Close(), v.cmd.Wait())
}

// child starts this program again with a spec.
func (b *bench) child(ctx context.Context, s spec) (*exec.Cmd, io.WriteCloser, io.Reader, error) {
	cmd := exec.CommandContext(ctx, b.Exec[0], b.Exec[1:]...)
	cmd.Stderr = b.say
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, nil, nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, nil, nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, nil, nil, err
	}
	return cmd, in, out, json.NewEncoder(in).Encode(s)
}

// ask runs a child to its end and reads its answer.
func ask[T any](ctx context.Context, b *bench, s spec) (T, error) {
	var res T
	cmd, in, out, err := b.child(ctx, s)
	if err != nil {
		return res, err
	}
	err = json.NewDecoder(out).Decode(&res)
	return res, errors.Join(err, in.Close(), cmd.Wait())
}

// load lets n clients file for the time of a measurement.
func (v *server) load(ctx context.Context, b *bench, n int) (loaded, error) {
	return ask[loaded](ctx, b, spec{Part: "load", Addr: v.Addr, Clients: n, Time: b.Time, Bodies: b.rows.bodies})
}

func (v *server) stats(ctx context.Context) (s stats, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+v.Addr+statsPath, nil)
	if err != nil {
		return s, err
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return s, err
	}
	defer res.Body.Close()
	return s, json.NewDecoder(res.Body).Decode(&s)
}

// machine names what this ran on.
func machine() string {
	return fmt.Sprintf("%s/%s, %d cores, %s", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version())
}
