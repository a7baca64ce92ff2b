package sse

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// city is a server whose pages listen to the topics they name, with beats by hand.
type city struct {
	*httptest.Server
	hub   *Hub
	beats chan time.Time
}

func start(t testing.TB, prepare func(*httptest.Server)) *city {
	t.Helper()
	beats := make(chan time.Time)
	c := &city{hub: newHub(beats), beats: beats}
	c.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Content-Type-Options", "nosniff")
		c.hub.Serve(w, r, r.URL.Query()["t"])
	}))
	if prepare == nil {
		prepare = (*httptest.Server).Start
	}
	prepare(c.Server)
	t.Cleanup(func() { c.hub.Close(); c.Server.Close() })
	return c
}

// beat makes one beat and waits until what it sent is written: at full speed every client would look stalled.
func (c *city) beat(t testing.TB) {
	c.beats <- time.Time{}
	until(t, "writing", nil, func() bool {
		c.hub.mu.RLock()
		defer c.hub.mu.RUnlock()
		for k := range c.hub.clients {
			k.shard.mu.Lock()
			waits := len(k.queue) > 0
			k.shard.mu.Unlock()
			if waits {
				return false
			}
		}
		return true
	})
}

func (c *city) listen(t testing.TB, ctx context.Context, topics ...string) *bufio.Reader {
	t.Helper()
	req, err := http.NewRequestWithContext(ctx, "GET", c.URL+"/?t="+strings.Join(topics, "&t="), nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := c.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { res.Body.Close() })
	if got := res.Header.Get("Content-Type"); res.StatusCode != 200 || !strings.HasPrefix(got, "text/event-stream") || res.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Fatalf("status %d, type %q, headers %v", res.StatusCode, got, res.Header)
	}
	r := bufio.NewReader(res.Body)
	if line := event(t, r); !strings.HasPrefix(line, "retry: ") {
		t.Fatalf("stream begins with %q", line)
	}
	return r
}

// event reads up to the next empty line.
func event(t testing.TB, r *bufio.Reader) string {
	t.Helper()
	var all []string
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			t.Errorf("stream ended: %v", err)
			return "ended"
		}
		if line == "\n" {
			return strings.Join(all, "|")
		}
		all = append(all, strings.TrimSuffix(line, "\n"))
	}
}

// until calls step, if any, until ok.
func until(t testing.TB, what string, step func(), ok func() bool) {
	t.Helper()
	late := time.After(20 * time.Second)
	for !ok() {
		select {
		case <-late:
			t.Fatalf("%s never came", what)
		default:
			if step != nil {
				step()
			}
			runtime.Gosched()
		}
	}
}

func TestEncode(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ event, data, want string }{
		{"", "x", "data: x\n\n"},
		{"case", "", "event: case\ndata: \n\n"},
		{"case", "a\nb\r\nc\rd", "event: case\ndata: a\ndata: b\ndata: c\ndata: d\n\n"},
		{"a\nid: 1\r\n", "x", "event: aid: 1\ndata: x\n\n"},
	} {
		if got := string(encode(c.event, c.data)); got != c.want {
			t.Errorf("encode(%q, %q) = %q, want %q", c.event, c.data, got, c.want)
		}
	}
}

// ways are the kinds of connection.
var ways = map[string]func(*httptest.Server){
	"plain": (*httptest.Server).Start,
	"tls":   (*httptest.Server).StartTLS,
	"http2": func(s *httptest.Server) { s.EnableHTTP2 = true; s.StartTLS() },
	"wrapped": func(s *httptest.Server) {
		s.Listener = wrapped{s.Listener}
		s.Start()
	},
}

// wrapped hides what its connections can do.
type wrapped struct{ net.Listener }

func (w wrapped) Accept() (net.Conn, error) {
	c, err := w.Listener.Accept()
	return struct{ net.Conn }{c}, err
}

func TestEveryWay(t *testing.T) {
	t.Parallel()
	for name, way := range ways {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := start(t, way)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			a, b := c.listen(t, ctx, "one", "two"), c.listen(t, t.Context(), "two")
			until(t, "joining", nil, func() bool { return c.hub.Clients() == 2 })
			c.hub.Publish("none", "e", "lost")
			c.hub.Publish("one", "e", "1")
			c.hub.Publish("two", "e", "2")
			if got := event(t, a); got != "event: e|data: 1" {
				t.Errorf("first got %q", got)
			}
			for _, r := range []*bufio.Reader{a, b} {
				if got := event(t, r); got != "event: e|data: 2" {
					t.Errorf("got %q", got)
				}
			}
			cancel() // a hangs up
			until(t, "freeing", func() { c.beat(t) }, func() bool { return c.hub.Clients() == 1 })
			until(t, "forgetting", nil, func() bool {
				c.hub.mu.RLock()
				defer c.hub.mu.RUnlock()
				return len(c.hub.topics) == 1 && len(c.hub.topics["two"]) == 1
			})
			c.hub.Publish("two", "", "last")
			c.hub.Close()
			for got := event(t, b); got != "data: last"; got = event(t, b) {
				if got != ":" {
					t.Fatalf("before the end: %q", got)
				}
			}
			if _, err := b.ReadByte(); err == nil {
				t.Error("stream goes on after Close")
			}
			if n := c.hub.Clients(); n != 0 {
				t.Errorf("%d clients after Close", n)
			}
			res, err := c.Client().Get(c.URL)
			if err != nil || res.StatusCode != http.StatusServiceUnavailable {
				t.Errorf("after Close: %v, %v", res, err)
			} else {
				res.Body.Close()
			}
			c.hub.Publish("two", "", "nobody")
		})
	}
}

func TestTwoHundred(t *testing.T) {
	t.Parallel()
	c := start(t, nil)
	const clients, messages = 200, 20
	readers := make([]*bufio.Reader, clients)
	for i := range readers {
		readers[i] = c.listen(t, t.Context(), "all", fmt.Sprint("own", i))
	}
	until(t, "joining", nil, func() bool { return c.hub.Clients() == clients })
	var wg sync.WaitGroup
	for i, r := range readers {
		wg.Go(func() {
			for n := range messages {
				if got, want := event(t, r), fmt.Sprintf("event: n|data: %d", n); got != want {
					t.Errorf("client %d got %q, want %q", i, got, want)
					return
				}
			}
			if got, want := event(t, r), fmt.Sprintf("data: for %d", i); got != want {
				t.Errorf("client %d got %q, want %q", i, got, want)
			}
		})
	}
	for n := range messages {
		c.hub.Publish("all", "n", fmt.Sprint(n))
	}
	for i := range readers {
		c.hub.Publish(fmt.Sprint("own", i), "", fmt.Sprint("for ", i))
	}
	wg.Wait()
	if n := c.hub.Dropped(); n != 0 {
		t.Errorf("%d dropped", n)
	}
}

func TestSlowIsDroppedOthersGoOn(t *testing.T) {
	t.Parallel()
	for _, way := range []string{"plain", "http2"} {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			c := start(t, ways[way])
			c.listen(t, t.Context(), "slow") // never read again
			quick := c.listen(t, t.Context(), "quick")
			until(t, "joining", nil, func() bool { return c.hub.Clients() == 2 })
			big := strings.Repeat("x", 20000)
			until(t, "dropping", func() { c.hub.Publish("slow", "", big) }, func() bool { return c.hub.Dropped() > 0 })
			c.hub.Publish("quick", "", "still here")
			if got := event(t, quick); got != "data: still here" {
				t.Errorf("quick got %q", got)
			}
			if way == "plain" { // elsewhere a write that is under way ends after writeTime
				until(t, "freeing", nil, func() bool { return c.hub.Clients() == 1 })
			}
		})
	}
}

// TestFullConnectionGoesOn reads late, but in time.
func TestFullConnectionGoesOn(t *testing.T) {
	t.Parallel()
	c := start(t, nil)
	conn, err := net.Dial("tcp", c.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.(*net.TCPConn).SetReadBuffer(64 << 10)
	fmt.Fprint(conn, "GET /?t=a HTTP/1.1\r\nHost: x\r\n\r\n")
	until(t, "joining", nil, func() bool { return c.hub.Clients() == 1 })
	s := c.hub.shards
	full := func() bool {
		for _, s := range s {
			s.mu.Lock()
			n := len(s.blocked)
			s.mu.Unlock()
			if n > 0 {
				return true
			}
		}
		return false
	}
	sent := 0
	until(t, "filling", func() {
		if c.hub.Dropped() == 0 && c.hub.Clients() == 1 {
			c.hub.Publish("a", "", strings.Repeat("y", 1000)+fmt.Sprint(sent))
			sent++
		}
		for range 100 {
			runtime.Gosched()
		}
	}, full)
	r := bufio.NewReader(conn)
	event(t, r) // the head, whose lines end otherwise, and retry
	for n := range sent {
		if got := event(t, r); !strings.HasSuffix(got, "y"+fmt.Sprint(n)) {
			t.Fatalf("message %d of %d is %.20q…%d", n, sent, got, len(got))
		}
	}
}

func TestStalledIsDropped(t *testing.T) {
	t.Parallel()
	c := start(t, nil)
	c.listen(t, t.Context(), "a")
	until(t, "joining", nil, func() bool { return c.hub.Clients() == 1 })
	c.hub.Publish("a", "", strings.Repeat("z", 30<<20)) // one event the system can't take
	until(t, "dropping", func() { c.beats <- time.Time{} }, func() bool { return c.hub.Clients() == 0 })
	if c.hub.Dropped() != 1 {
		t.Errorf("Dropped() = %d, want 1", c.hub.Dropped())
	}
}

func TestHeartbeat(t *testing.T) {
	t.Parallel()
	c := start(t, nil)
	r := c.listen(t, t.Context(), "a")
	until(t, "joining", nil, func() bool { return c.hub.Clients() == 1 })
	for range heartbeat {
		c.beats <- time.Time{}
	}
	if got := event(t, r); got != ":" {
		t.Errorf("heartbeat is %q", got)
	}
}

func TestTalkersAreDropped(t *testing.T) {
	t.Parallel()
	c := start(t, nil)
	conn, err := net.Dial("tcp", c.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprint(conn, "GET /?t=a HTTP/1.1\r\nHost: x\r\n\r\n")
	until(t, "joining", nil, func() bool { return c.hub.Clients() == 1 })
	fmt.Fprint(conn, "GET /?t=b HTTP/1.1\r\nHost: x\r\n\r\n")
	until(t, "dropping", func() { c.beats <- time.Time{} }, func() bool { return c.hub.Clients() == 0 })
	io.Copy(io.Discard, conn)
}

// TestPlainRecorder has neither hijacking nor deadlines.
func TestPlainRecorder(t *testing.T) {
	t.Parallel()
	h := NewHub()
	w := httptest.NewRecorder()
	done := make(chan struct{})
	go func() {
		defer close(done)
		h.Serve(w, httptest.NewRequest("GET", "/", nil), []string{"a"})
	}()
	until(t, "joining", nil, func() bool { return h.Clients() == 1 })
	h.Publish("a", "e", "1")
	h.Close()
	<-done
	h.Close()
	if !strings.HasSuffix(w.Body.String(), "event: e\ndata: 1\n\n") {
		t.Errorf("body %q", w.Body)
	}
}

// TestStorm joins, publishes and leaves at once; the race detector looks on.
func TestStorm(t *testing.T) {
	t.Parallel()
	c := start(t, nil)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for i := range 20 {
				conn, err := net.Dial("tcp", c.Listener.Addr().String())
				if err != nil {
					t.Error(err)
					return
				}
				fmt.Fprintf(conn, "GET /?t=a&t=b%d HTTP/1.1\r\nHost: x\r\n\r\n", i%3)
				bufio.NewReader(conn).ReadString('\n')
				conn.Close()
			}
		})
		wg.Go(func() {
			for i := range 200 {
				c.hub.Publish("a", "", "x")
				c.hub.Publish(fmt.Sprint("b", i%3), "", "y")
			}
		})
	}
	wg.Wait()
	until(t, "freeing", func() { c.beat(t) }, func() bool { return c.hub.Clients() == 0 })
}
