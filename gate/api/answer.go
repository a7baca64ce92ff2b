package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"time"

	"mulin/internal/clock"
	"mulin/internal/fault"
)

var codes = map[fault.Kind]int{
	fault.Invalid: http.StatusUnprocessableEntity, fault.Denied: http.StatusForbidden, fault.Missing: http.StatusNotFound, fault.Conflict: http.StatusConflict,
	fault.TooMany: http.StatusTooManyRequests, fault.TooLarge: http.StatusRequestEntityTooLarge, fault.Unavailable: http.StatusServiceUnavailable,
}

// problem is an error by RFC 9457.
type problem struct {
	Title  string       `json:"title"`
	Status int          `json:"status"`
	Errors []fieldError `json:"errors,omitempty"`
}

type fieldError struct {
	Field  string `json:"field,omitempty"`
	Code   string `json:"code"`
	Detail string `json:"detail"`
}

// answer writes what f returns as JSON, errors as problems in the caller's language.
func (a *API) answer(f func(http.ResponseWriter, *http.Request) (int, any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if p := recover(); p != nil {
				a.refuse(w, r, fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
			}
		}()
		code, v, err := f(w, r)
		if err != nil {
			a.refuse(w, r, err)
			return
		}
		write(w, code, "application/json", v)
	}
}

func (a *API) refuse(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, context.Canceled) && r.Context().Err() != nil {
		return // nobody is there to read it
	}
	words := a.Words.Words(a.Words.Match(r.Header.Get("Accept-Language")))
	p := problem{Title: words.T("api.failed"), Status: http.StatusInternalServerError}
	faults, ok := fault.As(err)
	if ok {
		p.Status, p.Title = codes[faults[0].Kind], words.Fault(faults[0])
		for _, one := range faults {
			p.Errors = append(p.Errors, fieldError{one.Field, one.Key, words.Fault(one)})
		}
	}
	if p.Status >= 500 {
		a.Log.Error("api", "route", r.Pattern, "error", err)
	}
	if p.Status == http.StatusTooManyRequests || p.Status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "30")
	}
	write(w, p.Status, "application/problem+json", p)
}

func write(w http.ResponseWriter, code int, kind string, v any) {
	b, err := json.Marshal(v)
	if err != nil {
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", kind+"; charset=utf-8")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(code)
	_, _ = w.Write(append(b, '\n')) // the caller may have gone
}

// rfc3339 writes a time as every tool accepts it: UTC, no fractions; "" for none.
func rfc3339(us int64) string {
	if us == 0 {
		return ""
	}
	return clock.Time(us).Format(time.RFC3339)
}
