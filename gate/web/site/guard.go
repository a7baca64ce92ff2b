package site

import (
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"slices"
	"time"

	"mulin/internal/access"
)

// may holds whoever asks against what the route wants of them.
func (s *Site) may(rt Route, r *http.Request, rq *Req) error {
	if rt.Slow != nil && !rt.Slow.Allow(s.Address(r).String(), s.Clock.Now()) {
		return ErrTooMany
	}
	if (rt.Known || rt.Staff || rt.Need != "" || rt.Any != nil) && !rq.Known() {
		return ErrUnknown
	}
	if rt.Staff && !Staff(rq.Who) || rt.Need != "" && !rq.Who.Has(rt.Need) || rt.Any != nil && !slices.ContainsFunc(rt.Any, rq.Who.Has) {
		return access.ErrDenied
	}
	return nil
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
