// Package web is the site: pages for residents and for staff, made on the server. It reads forms, calls verbs and shows what came of it; rules live in the areas.
package web

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/a-h/templ"
	"github.com/klauspost/compress/gzip"

	"mulin/gate/web/assets"
	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/fault"
	"mulin/internal/i18n"
	"mulin/internal/seal"
)

// Site is the web gate with all it needs; the zero value of an optional field gives the sensible thing.
type Site struct {
	Words *i18n.Catalog
	Clock clock.Clock
	Log   *slog.Logger

	// Brand tells the city's name, logo and phone from its settings, as this reader knows them. Optional.
	Brand func(*Req) Brand
	// Who tells who asks, from the session. Optional: everybody is unknown.
	Who func(*http.Request) (access.Actor, error)
	// Nav lists the top-level links this actor sees. Optional.
	Nav func(*Req) []Link
	// Instead answers a refusal with a page that leads on, as to sign in and go on with what was typed; false leaves it to the error page. Optional.
	Instead func(http.ResponseWriter, *Req, error) bool
	// Error is the page that says what went wrong: its status, what people may read, the id that support can find. Optional: a bare line.
	Error func(code int, faults fault.List, id string) templ.Component
	// City and Box seal what browsers keep for residents, as which cases are theirs. No Box: they keep nothing.
	City int64
	Box  *seal.Box
	// Trusted are the proxies whose X-Forwarded-For is believed.
	Trusted []netip.Prefix
	// TileOrigin tells the origin of foreign map tiles as they are set now, "https://tiles.example.org"; nil or empty for none.
	TileOrigin func() string
	// Secure is set when people reach the site by https: cookies and HSTS follow.
	Secure bool

	assets   *assets.Set
	assetsMu sync.Once
}

// Brand is how the city presents itself.
type Brand struct {
	City  string         // "滕州市"
	Name  string         // the platform's name; empty: Mulin's own
	Logo  string         // address of a square picture; empty: a mark with the first character
	Phone string         // the number of the call button; empty: no button
	Zone  *time.Location // in which times are shown; nil: UTC
	Map   MapBase
}

// MapBase says what lies under every map: the city's polygons and, if the city has one, a tile service.
type MapBase struct {
	Areas  string // address of a GeoJSON FeatureCollection
	Tiles  string // raster tiles, "https://…/{z}/{x}/{y}.png"
	Credit string // who drew them
	Lat    float64
	Lng    float64
	Zoom   float64 // 0: fit the polygons
}

// Req is one request as pages see it: who asks, in what language, at what time.
type Req struct {
	*i18n.Words
	Who   access.Actor
	Brand Brand
	Nav   []Link
	Elder int // 0 ordinary, 1 elder mode, 2 larger still
	Now   int64
	URL   *url.URL
	Flash *Flash

	site *Site
	r    *http.Request
	note string // id of the error shown, for the log
}

// Link is a labelled address. Count is shown as a small number beside the label when it isn't empty.
type Link struct {
	URL, Label, Icon, Count string
}

type reqKey struct{}

// req is the request a template is rendered for.
func req(ctx context.Context) *Req {
	rq, _ := ctx.Value(reqKey{}).(*Req)
	return rq
}

// t is the sentence behind a key in the reader's language.
func t(ctx context.Context, key string, args ...any) string {
	return req(ctx).T(key, args...)
}

// asset is the hashed address of a style sheet or script.
func asset(ctx context.Context, name string) string {
	return req(ctx).site.Assets().URL(name)
}

// with is the current address with one query parameter changed; an empty value removes it.
func with(ctx context.Context, key, value string) string {
	u := *req(ctx).URL
	q := u.Query()
	q.Set(key, value)
	if value == "" {
		q.Del(key)
	}
	u.RawQuery = q.Encode()
	u.Fragment = ""
	return u.RequestURI()
}

// Assets are the style, scripts and libraries.
func (s *Site) Assets() *assets.Set {
	s.assetsMu.Do(func() { s.assets = assets.New() })
	return s.assets
}

// Form reads what was sent. Over the size limit it is a fault that people can read.
func (rq *Req) Form() (*Form, error) {
	if err := parse(rq.r); err != nil {
		return nil, err
	}
	return &Form{values: rq.r.PostForm, files: rq.r.MultipartForm}, nil
}

// Query is a value of the address's query.
func (rq *Req) Query(name string) string { return rq.URL.Query().Get(name) }

// Known tells whether somebody is signed in.
func (rq *Req) Known() bool { return rq.Who.Person != 0 }

// Live tells that live.js asks for a page already open.
func (rq *Req) Live() bool { return rq.r.Header.Get("X-Live") != "" }

// Show answers with a page.
func (rq *Req) Show(w http.ResponseWriter, page templ.Component) error {
	return rq.show(w, http.StatusOK, page)
}

// Again shows a form's page once more, what was typed and the errors in it. Errors that no typing mends are returned.
func (rq *Req) Again(w http.ResponseWriter, f *Form, err error, page templ.Component) error {
	code, ok := f.fail(rq.Words, err)
	if !ok {
		return err
	}
	return rq.show(w, code, page)
}

// Done goes on to another page and says there what was done: key is a sentence, args fill it.
func (rq *Req) Done(w http.ResponseWriter, to, key string, args ...any) error {
	rq.setFlash(w, Flash{Kind: OK, Key: key, Args: rq.texts(args), Draft: rq.r.PostFormValue("draft")})
	http.Redirect(w, rq.r, Local(to), http.StatusSeeOther)
	return nil
}

func (rq *Req) show(w http.ResponseWriter, code int, page templ.Component) error {
	rq.takeFlash(w)
	var b bytes.Buffer
	ctx := context.WithValue(rq.r.Context(), reqKey{}, rq)
	if err := page.Render(ctx, &b); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", rq.Lang())
	h.Add("Vary", "Cookie, Accept-Language, Accept-Encoding")
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "private, no-cache")
		if rq.Known() {
			h.Set("Cache-Control", "private, no-store")
		}
	}
	return send(w, rq.r, code, b.Bytes())
}

// gzips are at level 5: a list of 92 KB then takes 0.34 ms and 11.1 KB; the standard library's default takes 0.95 ms for 10.6 KB.
var gzips = sync.Pool{New: func() any {
	gz, _ := gzip.NewWriterLevel(nil, 5) // a level that exists: can't fail
	return gz
}}

// send compresses what is worth it.
func send(w http.ResponseWriter, r *http.Request, code int, body []byte) error {
	h := w.Header()
	if len(body) > 1400 && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		var small bytes.Buffer
		gz := gzips.Get().(*gzip.Writer)
		gz.Reset(&small)
		gz.Write(body)
		gz.Close()
		gzips.Put(gz)
		h.Set("Content-Encoding", "gzip")
		body = small.Bytes()
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(code)
	if r.Method != http.MethodHead {
		w.Write(body) // the client may have gone
	}
	return nil
}

// Local is an address on this site, made from one that came from outside: anything else becomes "/".
func Local(to string) string {
	u, err := url.Parse(to)
	if err != nil || u.Scheme != "" || u.Host != "" || u.Opaque != "" || !strings.HasPrefix(u.Path, "/") || strings.HasPrefix(u.Path, "//") || strings.ContainsAny(to, "\\\r\n\t") {
		return "/"
	}
	return u.String()
}
