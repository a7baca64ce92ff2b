package app

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"mulin/gate/api"
	"mulin/gate/web/site"
	"mulin/internal/store"
)

// Door is where and how the installation listens.
type Door struct {
	Addr         string
	TLSCert      string // file; with TLSKey the site speaks https itself
	TLSKey       string
	MetricsToken string // bearer token for /metrics; empty: only callers on this machine read it
}

// stopTime is how long a stop waits for requests under way.
const stopTime = 20 * time.Second

// readTime is how long a request may take to arrive: six photos from a village's mast, but nobody who sends a byte a minute.
const readTime = 10 * time.Minute

// Listen opens the address, so that a port in use is told before anything else happens.
func Listen(addr string) (net.Listener, error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("the address %s can't be used (is another program, or another Mulin, listening there? choose one with --addr): %w", addr, err)
	}
	return l, nil
}

// Serve answers on l and works in the background until ctx ends, then stops in order: no new requests, those under way finish, followers and jobs stop.
func (a *App) Serve(ctx context.Context, l net.Listener, door Door) error {
	work, stopWork := context.WithCancel(context.WithoutCancel(ctx))
	var gone sync.WaitGroup
	for _, t := range a.towns {
		gone.Go(func() { t.Run(work) })
	}
	srv := &http.Server{Handler: a.Handler(door), ReadHeaderTimeout: 10 * time.Second, ReadTimeout: readTime, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10}
	failed := make(chan error, 1)
	go func() {
		if door.TLSCert != "" {
			failed <- srv.ServeTLS(l, door.TLSCert, door.TLSKey)
			return
		}
		failed <- srv.Serve(l)
	}()
	var err error
	select {
	case err = <-failed:
	case <-ctx.Done():
		for _, t := range a.towns {
			t.Hub.Close() // before Shutdown, which would wait for open live pages
		}
		stop, cancel := context.WithTimeout(context.Background(), stopTime)
		defer cancel()
		err = srv.Shutdown(stop)
	}
	stopWork()
	gone.Wait()
	if errors.Is(err, http.ErrServerClosed) {
		err = nil
	}
	return err
}

// Handler is all ways in: the sites of the cities by host name, the API, and what operators ask.
func (a *App) Handler(door Door) http.Handler {
	for _, id := range a.order {
		t := a.towns[id]
		if t.handler == nil {
			t.handler = a.join(t)
		}
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", a.ready)
	mux.Handle("GET /metrics", a.guardMetrics(door.MetricsToken, promhttp.HandlerFor(a.metrics(), promhttp.HandlerOpts{})))
	mux.HandleFunc("/", a.site)
	return mux
}

// join puts a city's ways in side by side.
func (a *App) join(t *Town) http.Handler {
	slow := func(limit *site.Limiter) func(*http.Request) bool {
		if limit == nil {
			return nil
		}
		return func(r *http.Request) bool { return limit.Allow(t.Pages.Address(r).String(), a.Clock.Now()) }
	}
	calls := api.API{Desk: t.Desk, Words: a.Words, Log: a.Log, Allow: slow(t.Pages.Intake), Secret: slow(t.Pages.Secrets)}
	mux, pages := http.NewServeMux(), t.Pages.Handler()
	mux.Handle("/api/", calls.Handler())
	mux.Handle("/", pages)
	for _, rt := range t.Pages.Routes() { // the JSON of nouns is behind the guards of their pages
		if strings.Contains(rt.Pattern, " /api/") {
			mux.Handle(rt.Pattern, pages)
		}
	}
	return mux
}

// site shows the city that the host name stands for, else the first.
func (a *App) site(w http.ResponseWriter, r *http.Request) {
	host, _, err := net.SplitHostPort(r.Host)
	if err != nil {
		host = r.Host
	}
	t := a.towns[a.hosts[strings.ToLower(host)]]
	if t == nil {
		t = a.First()
	}
	if t == nil {
		http.Error(w, "还没有城市 No city has been founded yet: mulin city found", http.StatusServiceUnavailable)
		return
	}
	t.handler.ServeHTTP(w, r)
}

// ready says whether requests can be answered: the database is there and takes writes.
func (a *App) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 3*time.Second)
	defer cancel()
	if err := a.DB.Ping(ctx); err != nil {
		a.Log.Error("not ready", "error", err)
		why := "the database can't be reached or takes no writes"
		if errors.Is(err, store.ErrBroken) {
			why = "the disk has failed once: nothing more is written until a restart"
		}
		http.Error(w, why, http.StatusServiceUnavailable)
		return
	}
	fmt.Fprintln(w, "ready")
}

// guardMetrics keeps figures of the inside from strangers.
func (a *App) guardMetrics(token string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		given := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
		if token != "" && subtle.ConstantTimeCompare([]byte(given), []byte(token)) == 1 {
			next.ServeHTTP(w, r)
			return
		}
		from, err := netip.ParseAddrPort(r.RemoteAddr)
		if token == "" && err == nil && from.Addr().Unmap().IsLoopback() && r.Header.Get("X-Forwarded-For") == "" {
			next.ServeHTTP(w, r)
			return
		}
		http.NotFound(w, r)
	})
}

// metrics are the figures that operators watch.
func (a *App) metrics() *prometheus.Registry {
	reg := prometheus.NewRegistry()
	reg.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	counter := func(name, help string, value func() float64) {
		reg.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Namespace: "mulin", Name: name, Help: help}, value))
	}
	gauge := func(name, help string, value func() float64) {
		reg.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: "mulin", Name: name, Help: help}, value))
	}
	counter("store_writes_total", "Writes handed to the city's writer.", func() float64 { return float64(a.DB.Stats().Writes) })
	counter("store_commits_total", "Groups committed.", func() float64 { return float64(a.DB.Stats().Commits) })
	counter("store_alone_total", "Writes run again alone because their group was refused.", func() float64 { return float64(a.DB.Stats().Alone) })
	counter("store_busy_seconds_total", "Time inside committed groups.", func() float64 { return a.DB.Stats().Busy.Seconds() })
	gauge("live_pages", "Open live pages.", func() float64 {
		n := 0
		for _, t := range a.towns {
			n += t.Hub.Clients()
		}
		return float64(n)
	})
	return reg
}
