package web

import (
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"mulin/gate/web/assets"
	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/fault"
)

// Handler answers one request, or returns the error that status turns into an answer.
type Handler func(w http.ResponseWriter, r *http.Request, rq *Req) error

// Route is one line of the site's table of pages. Need is the right without which the page isn't shown at all ("" for everyone);
// the verbs behind it ask again, for the place.
type Route struct {
	Pattern string // "GET /cases/{id}"
	Do      Handler
	Need    access.Right
	Any     []access.Right // or one of several
	Known   bool           // only for people who are signed in
	Body    int64          // most bytes of a request; 0: 1 MB
	Slow    *Limiter       // how often one address may ask; nil: any number
}

const usualBody = 1 << 20

// Upload is the Body of routes that take photos.
const Upload = 64 << 20

// Handler joins routes, assets and the guards that every request passes.
func (s *Site) Handler(routes []Route) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET "+assets.Prefix, s.Assets())
	for _, rt := range append(s.own(), routes...) {
		mux.Handle(rt.Pattern, s.route(rt))
	}
	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(s.route(Route{Do: func(http.ResponseWriter, *http.Request, *Req) error { return errCrossOrigin }}))
	return s.guard(cross.Handler(mux))
}

var (
	errCrossOrigin = fault.New(fault.Denied, "error.stale")
	errMissing     = fault.New(fault.Missing, "error.missing")
	errTooMany     = fault.New(fault.TooMany, "error.toomany")
	errTooLarge    = fault.New(fault.TooLarge, "error.toolarge")
)

// own are the routes of the shell itself.
func (s *Site) own() []Route {
	missing := func(http.ResponseWriter, *http.Request, *Req) error { return errMissing }
	return []Route{
		{Pattern: "POST /prefs", Do: s.prefs},
		{Pattern: "/", Do: missing},
	}
}

func (s *Site) route(rt Route) http.Handler {
	limit := rt.Body
	if limit == 0 {
		limit = usualBody
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, limit)
		rq, err := s.request(r)
		if err == nil {
			err = s.may(rt, r, rq)
		}
		if err == nil {
			err = rt.Do(w, r, rq)
		}
		if err != nil {
			s.fail(w, rq, err)
		}
		if rec, ok := w.(*recorder); ok {
			rec.note = rq.note
		}
	})
}

func (s *Site) may(rt Route, r *http.Request, rq *Req) error {
	if rt.Slow != nil && !rt.Slow.Allow(s.Address(r).String(), s.Clock.Now()) {
		return errTooMany
	}
	if (rt.Known || rt.Need != "" || rt.Any != nil) && !rq.Known() {
		return ErrUnknown
	}
	if rt.Need != "" && !rq.Who.Has(rt.Need) || rt.Any != nil && !slices.ContainsFunc(rt.Any, rq.Who.Has) {
		return access.ErrDenied
	}
	return nil
}

// request gathers what pages want to know. The Req is good for an error page even when err isn't nil.
func (s *Site) request(r *http.Request) (*Req, error) {
	rq := &Req{site: s, r: r, URL: r.URL, Now: clock.Micros(s.Clock.Now()), Words: s.Words.Words(s.language(r)), Elder: elder(r)}
	var err error
	if s.Who != nil {
		rq.Who, err = s.Who(r)
	}
	if s.Brand != nil {
		rq.Brand = s.Brand(rq)
	}
	if err == nil && s.Nav != nil {
		rq.Nav = s.Nav(rq)
	}
	return rq, err
}

// guard sets the headers of every answer, catches panics and writes the request log, which holds no address, query or path value.
func (s *Site) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begin := s.Clock.Now()
		rec := &recorder{ResponseWriter: w}
		s.headers(w.Header())
		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler {
					panic(p)
				}
				s.panicked(rec, r, p)
			}
			s.logRequest(r, rec, s.Clock.Now().Sub(begin))
		}()
		next.ServeHTTP(rec, r)
	})
}

func (s *Site) panicked(rec *recorder, r *http.Request, p any) {
	err := fmt.Errorf("panic: %v\n%s", p, debug.Stack())
	rq, _ := s.request(r)
	if rec.code != 0 { // too late for a page
		s.Log.Error("request", "error", err)
		return
	}
	s.fail(rec, rq, err)
	rec.note = rq.note
}

func (s *Site) logRequest(r *http.Request, rec *recorder, took time.Duration) {
	level := slog.LevelInfo
	if rec.code >= 500 {
		level = slog.LevelError
	}
	args := []any{"method", r.Method, "route", r.Pattern, "status", rec.code, "ms", took.Milliseconds(), "bytes", rec.bytes}
	if rec.note != "" {
		args = append(args, "error_id", rec.note)
	}
	s.Log.Log(r.Context(), level, "request", args...)
}

func (s *Site) policy() string {
	connect := "'self'"
	if s.TileOrigin != nil {
		connect = strings.TrimSpace(connect + " " + s.TileOrigin())
	}
	return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; manifest-src 'self'; connect-src " + connect +
		"; worker-src 'self' blob:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
}

func (s *Site) headers(h http.Header) {
	h.Set("Content-Security-Policy", s.policy())
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Permissions-Policy", "geolocation=(self), camera=(self), microphone=(), payment=(), usb=()")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	if s.Secure {
		h.Set("Strict-Transport-Security", "max-age="+strconv.Itoa(365*24*3600))
	}
}
