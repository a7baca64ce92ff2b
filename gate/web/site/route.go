package site

import (
	"net/http"

	"mulin/gate/web/assets"
	"mulin/internal/access"
)

// Handler answers one request, or returns the error that Status turns into an answer.
type Handler func(w http.ResponseWriter, r *http.Request, rq *Req) error

// Route is one line of the site's table of pages. Need is the right without which the page isn't shown at all ("" for everyone);
// the verbs behind it ask again, for the place.
type Route struct {
	Pattern string // "GET /cases/{id}"
	Do      Handler
	Need    access.Right
	Any     []access.Right // or one of several
	Known   bool           // only for people who are signed in
	Staff   bool           // only for people who work here
	Program bool           // for programs: what is wrong is said as JSON
	Body    int64          // most bytes of a request; 0: 1 MB
	Slow    *Limiter       // how often one address may ask; nil: any number
}

// Both makes the two routes of a form: an empty or filled one, and what was sent.
func Both(path string, need access.Right, get, post Handler) []Route {
	return []Route{{Pattern: "GET " + path, Do: get, Need: need}, {Pattern: "POST " + path, Do: post, Need: need}}
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
	cross.SetDenyHandler(s.route(Route{Do: func(http.ResponseWriter, *http.Request, *Req) error { return ErrCrossOrigin }}))
	return s.guard(cross.Handler(mux))
}

// own are the routes of the shell itself.
func (s *Site) own() []Route {
	missing := func(http.ResponseWriter, *http.Request, *Req) error { return ErrMissing }
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
		if err != nil && rt.Program {
			err = rq.Problem(w, err)
		}
		if err != nil {
			s.fail(w, rq, err)
		}
		if rec, ok := w.(*recorder); ok {
			rec.note = rq.note
		}
	})
}
