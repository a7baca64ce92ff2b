// Package api is the way in for programs: JSON over HTTP. Intake is written by hand, since it is the hottest call of all.
package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"net/http"

	"mulin/internal/fault"
	"mulin/internal/geo"
	"mulin/internal/i18n"
	"mulin/town/casework"

	"mulin/internal/access"
)

// maxBody is the most bytes of a request; texts are at most 4000 characters.
const maxBody = 64 << 10

// API answers programs for one city.
type API struct {
	Desk  *casework.Desk
	Words *i18n.Catalog
	Log   *slog.Logger
	// Allow says whether the caller may file now, Secret whether it may try another secret; nil: always. The site and the API share both.
	Allow, Secret func(*http.Request) bool
}

// Handler answers the API's paths.
func (a *API) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /api/v1/cases", a.answer(a.open))
	mux.HandleFunc("GET /api/v1/cases/{number}", a.answer(a.track))
	mux.HandleFunc("/api/", a.answer(func(http.ResponseWriter, *http.Request) (int, any, error) {
		return 0, nil, fault.New(fault.Missing, "api.missing")
	}))
	return mux
}

// newCase is what a program sends. Fields that are not here are refused: nobody sets a status or a priority from outside.
type newCase struct {
	Kind      string   `json:"kind"`
	Title     string   `json:"title"`
	Text      string   `json:"text"`
	Class     int64    `json:"class,string"`
	Lat       *float64 `json:"lat"`
	Lng       *float64 `json:"lng"`
	Address   string   `json:"address"`
	Name      string   `json:"name"`
	Phone     string   `json:"phone"`
	Hidden    bool     `json:"hidden"`
	ClientRef string   `json:"client_ref"`
}

// receipt is what the reporter keeps. The secret is told once.
type receipt struct {
	Number string `json:"number"`
	Secret string `json:"secret,omitempty"`
}

func (a *API) open(w http.ResponseWriter, r *http.Request) (int, any, error) {
	if a.Allow != nil && !a.Allow(r) {
		return 0, nil, fault.New(fault.TooMany, "error.toomany")
	}
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "application/json" {
		return 0, nil, fault.New(fault.Invalid, "api.json")
	}
	var in newCase
	if err := decode(http.MaxBytesReader(w, r.Body, maxBody), &in); err != nil {
		return 0, nil, err
	}
	rep := casework.Report{Kind: casework.Kind(in.Kind), Title: in.Title, Text: in.Text, Class: in.Class, Address: in.Address,
		Name: in.Name, Phone: in.Phone, Hidden: in.Hidden, ClientRef: in.ClientRef, Chosen: true}
	if in.Lat != nil && in.Lng != nil {
		rep.Point = &geo.Point{Lat: *in.Lat, Lng: *in.Lng}
	}
	rec, err := a.Desk.Open(r.Context(), access.Nobody(a.Desk.City().ID), rep)
	if err != nil {
		return 0, nil, err
	}
	w.Header().Set("Location", "/api/v1/cases/"+rec.Number)
	return http.StatusCreated, receipt{rec.Number, rec.Secret}, nil
}

// decode reads exactly one JSON value without unknown fields.
func decode(r io.Reader, into any) error {
	d := json.NewDecoder(r)
	d.DisallowUnknownFields()
	err := d.Decode(into)
	if err == nil && d.More() {
		err = errors.New("more than one value")
	}
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return fault.New(fault.TooLarge, "error.toolarge")
	case err != nil:
		return fmt.Errorf("%w: %w", fault.JSON(err), err)
	}
	return nil
}

// status is what a program learns of a case it can prove to have filed.
type status struct {
	Number     string `json:"number"`
	Status     string `json:"status"`
	Title      string `json:"title"`
	Answer     string `json:"answer,omitempty"`
	OpenedAt   string `json:"opened_at"`
	UpdatedAt  string `json:"updated_at"`
	DueAt      string `json:"due_at,omitempty"`
	Supporters int64  `json:"supporters"` // how many others said "this is mine too" or told the same in a case that was merged into this one; each counted once
}

// track tells how a case stands; the receipt's secret comes in the header X-Case-Secret, so that it is in no log.
func (a *API) track(_ http.ResponseWriter, r *http.Request) (int, any, error) {
	if a.Secret != nil && !a.Secret(r) {
		return 0, nil, fault.New(fault.TooMany, "error.toomany")
	}
	f, err := a.Desk.Track(r.Context(), r.PathValue("number"), casework.Claim{Secret: r.Header.Get("X-Case-Secret")})
	if err != nil {
		return 0, nil, err
	}
	return http.StatusOK, status{f.Number, string(f.Status), f.Title, f.Answer, rfc3339(f.OpenedAt), rfc3339(f.UpdatedAt), rfc3339(f.DueAt), f.Supporters}, nil
}
