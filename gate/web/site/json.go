package site

import (
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"

	"mulin/internal/fault"
)

// Sent decodes the one JSON value of a request; fields that into doesn't know are refused.
func (rq *Req) Sent(into any) error {
	if kind, _, _ := mime.ParseMediaType(rq.HTTP.Header.Get("Content-Type")); kind != "application/json" {
		return fault.New(fault.Invalid, "api.json")
	}
	d := json.NewDecoder(rq.HTTP.Body)
	d.DisallowUnknownFields()
	err := d.Decode(into)
	if err == nil && d.More() {
		err = errors.New("more than one value")
	}
	var large *http.MaxBytesError
	if err != nil && !errors.As(err, &large) {
		err = fmt.Errorf("%w: %w", fault.JSON(err), err)
	}
	return err
}

// JSON answers a program.
func (rq *Req) JSON(w http.ResponseWriter, code int, v any) error {
	return rq.send(w, code, "application/json", v)
}

// Problem answers a program with what is wrong, by RFC 9457 and in its language; errors nobody is meant to read are returned.
func (rq *Req) Problem(w http.ResponseWriter, err error) error {
	type one struct {
		Field  string `json:"field,omitempty"`
		Code   string `json:"code"`
		Detail string `json:"detail"`
	}
	var out struct {
		Title  string `json:"title"`
		Status int    `json:"status"`
		Errors []one  `json:"errors"`
	}
	code, faults := Status(err)
	if code >= http.StatusInternalServerError {
		return err
	}
	out.Title, out.Status = rq.Fault(faults[0]), code
	for _, f := range faults {
		out.Errors = append(out.Errors, one{f.Field, f.Key, rq.Fault(f)})
	}
	return rq.send(w, code, "application/problem+json", out)
}

func (rq *Req) send(w http.ResponseWriter, code int, kind string, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", kind+"; charset=utf-8")
	w.Header().Set("Cache-Control", "private, no-store")
	return Send(w, rq.HTTP, code, append(b, '\n'))
}
