package site

import (
	"context"
	"net/http"
	"net/url"

	"mulin/gate/web/to"
	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/i18n"
)

// Req is one request as pages see it: who asks, in what language, at what time.
type Req struct {
	*i18n.Words
	Who   access.Actor
	Brand Brand
	Nav   []Link
	Menu  []Link
	Elder int // 0 ordinary, 1 elder mode, 2 larger still
	Now   int64
	URL   *url.URL
	Flash *Flash
	HTTP  *http.Request

	site *Site
	note string // id of the error shown, for the log
}

// request gathers what pages want to know. The Req is good for an error page even when err isn't nil.
func (s *Site) request(r *http.Request) (*Req, error) {
	rq := &Req{site: s, HTTP: r, URL: r.URL, Now: clock.Micros(s.Clock.Now()), Words: s.Words.Words(s.language(r)), Elder: elder(r)}
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
	if err == nil && s.Menu != nil {
		rq.Menu = s.Menu(rq)
	}
	return rq, err
}

type reqKey struct{}

// ReqOf is the request a template is rendered for.
func ReqOf(ctx context.Context) *Req {
	rq, _ := ctx.Value(reqKey{}).(*Req)
	return rq
}

// T is the sentence behind a key in the reader's language.
func T(ctx context.Context, key string, args ...any) string {
	return ReqOf(ctx).T(key, args...)
}

// With is the current address with one query parameter changed; an empty value removes it. Another choice begins at the first page.
func With(ctx context.Context, key, value string) string {
	u := *ReqOf(ctx).URL
	q := u.Query()
	q.Del("after")
	q.Set(key, value)
	if value == "" {
		q.Del(key)
	}
	u.RawQuery = q.Encode()
	u.Fragment = ""
	return u.RequestURI()
}

// Form reads what was sent. Over the size limit it is a fault that people can read.
func (rq *Req) Form() (*Form, error) {
	if err := parse(rq.HTTP); err != nil {
		return nil, err
	}
	return &Form{values: rq.HTTP.PostForm, files: rq.HTTP.MultipartForm}, nil
}

// Query is a value of the address's query.
func (rq *Req) Query(name string) string { return rq.URL.Query().Get(name) }

// Known tells whether somebody is signed in.
func (rq *Req) Known() bool { return rq.Who.Person != 0 }

// Origin is the beginning of the site's addresses as the reader knows it, for codes to scan: "https://city.example".
func (rq *Req) Origin() string { return rq.site.Origin(rq.HTTP) }

// Live tells that live.js asks for a page already open.
func (rq *Req) Live() bool { return rq.HTTP.Header.Get("X-Live") != "" }

// Staff tells whether the actor works here.
func Staff(who access.Actor) bool { return len(who.Posts) > 0 }

// PathID reads a number out of the address; what is none leads nowhere.
func PathID(r *http.Request, name string) (int64, error) {
	id := to.Number(r.PathValue(name))
	if id <= 0 {
		return 0, ErrMissing
	}
	return id, nil
}
