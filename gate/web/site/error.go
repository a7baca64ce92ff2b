package site

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"net/url"

	"mulin/gate/web/to"
	"mulin/internal/fault"
)

// What goes wrong before an area is asked.
var (
	ErrCrossOrigin = fault.New(fault.Denied, "error.stale")
	ErrMissing     = fault.New(fault.Missing, "error.missing")
	ErrTooMany     = fault.New(fault.TooMany, "error.toomany")
	ErrTooLarge    = fault.New(fault.TooLarge, "error.toolarge")
)

// ErrUnknown asks for signing in first.
var ErrUnknown = fault.New(fault.Denied, "error.signin")

var codes = map[fault.Kind]int{
	fault.Invalid:     http.StatusUnprocessableEntity,
	fault.Denied:      http.StatusForbidden,
	fault.Missing:     http.StatusNotFound,
	fault.Conflict:    http.StatusConflict,
	fault.TooMany:     http.StatusTooManyRequests,
	fault.TooLarge:    http.StatusRequestEntityTooLarge,
	fault.Unavailable: http.StatusServiceUnavailable,
}

// Status turns an error into an HTTP status and the faults that people may read; errors nobody is meant to read become one general sentence.
func Status(err error) (int, fault.List) {
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return http.StatusRequestEntityTooLarge, fault.List{ErrTooLarge}
	case errors.Is(err, context.DeadlineExceeded):
		return http.StatusServiceUnavailable, fault.List{fault.New(fault.Unavailable, "error.unavailable")}
	}
	if faults, ok := fault.As(err); ok && len(faults) > 0 {
		return codes[faults[0].Kind], faults
	}
	return http.StatusInternalServerError, fault.List{fault.New(fault.Unavailable, "error.internal", "")} // the page puts its id in
}

// fail answers with a page that says what went wrong and what to do next. The id in it finds the cause in the log.
func (s *Site) fail(w http.ResponseWriter, rq *Req, err error) {
	if errors.Is(err, context.Canceled) && rq.HTTP.Context().Err() != nil {
		return // nobody is there to read it
	}
	if errors.Is(err, ErrUnknown) && rq.HTTP.Method == http.MethodGet {
		http.Redirect(w, rq.HTTP, to.SignIn()+"?next="+url.QueryEscape(rq.URL.RequestURI()), http.StatusSeeOther)
		return
	}
	if s.Instead != nil && s.Instead(w, rq, err) {
		return
	}
	code, faults := Status(err)
	rq.note = rand.Text()[:8]
	if code >= 500 {
		s.Log.Error("answer failed", "error_id", rq.note, "route", rq.HTTP.Pattern, "error", err)
	}
	if code == http.StatusTooManyRequests || code == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "30")
	}
	w.Header().Set("Cache-Control", "no-store")
	if s.Error == nil {
		http.Error(w, http.StatusText(code)+" "+rq.note, code)
		return
	}
	if err := rq.ShowAs(w, code, s.Error(code, faults, rq.note)); err != nil {
		s.Log.Error("error page failed", "error_id", rq.note, "error", err)
		http.Error(w, http.StatusText(code)+" "+rq.note, code)
	}
}
