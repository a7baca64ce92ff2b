package ui

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"mulin/gate/web/site"
	"mulin/gate/words"
	"mulin/internal/access"
	"mulin/internal/browsertest"
	"mulin/internal/clock"
	"mulin/internal/fault"
)

func TestMain(m *testing.M) { browsertest.Main(m) }

var start = time.Date(2026, 11, 23, 2, 30, 0, 0, time.UTC)

// kit is a site with nothing but the gallery behind it.
func kit(t *testing.T) (*site.Site, *httptest.Server) {
	t.Helper()
	catalog, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	s := &site.Site{
		Words: catalog, Clock: clock.New(start), Error: ErrorPage, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Brand: func(*site.Req) site.Brand {
			return site.Brand{City: "样板市", Phone: "12345", Zone: time.FixedZone("CST", 8*3600), Map: site.MapBase{Areas: "/areas"}}
		},
		Nav: func(rq *site.Req) []site.Link {
			if rq.URL.Path == "/staff" {
				return []site.Link{{URL: "/staff", Label: say(rq, "待办", "Inbox"), Icon: "inbox", Count: "12"}, {URL: "/cases", Label: say(rq, "案件", "Cases"), Icon: "list"}, {URL: "/map", Label: say(rq, "地图", "Map"), Icon: "map"}, {URL: "/whistles", Label: say(rq, "吹哨", "Whistles"), Icon: "whistle", Count: "3"}, {URL: "/board", Label: say(rq, "看板", "Board"), Icon: "chart"}}
			}
			return []site.Link{{URL: "/", Label: say(rq, "首页", "Home"), Icon: "home"}, {URL: "/report", Label: say(rq, "我要上报", "Report"), Icon: "report"}, {URL: "/mine", Label: say(rq, "我的", "Mine"), Icon: "list", Count: "2"}, {URL: "/take-part", Label: say(rq, "参与", "Take part"), Icon: "people"}}
		},
		Who: func(r *http.Request) (access.Actor, error) {
			if r.URL.Path == "/staff" {
				return access.Actor{City: 1, Person: 7, Name: "王晓梅"}, nil
			}
			return access.Nobody(1), nil
		},
	}
	page := func(c func(*site.Req, *site.Form) templ.Component) site.Handler {
		return func(w http.ResponseWriter, _ *http.Request, rq *site.Req) error {
			return rq.Show(w, c(rq, site.NewForm("lat", "35.0850", "lng", "117.1500")))
		}
	}
	return s, serve(t, s, []site.Route{
		{Pattern: "GET /{$}", Do: page(func(rq *site.Req, _ *site.Form) templ.Component { return kitHome(rq) })},
		{Pattern: "GET /report", Do: page(func(rq *site.Req, f *site.Form) templ.Component { return kitReport(rq, f) })},
		{Pattern: "POST /report", Do: kitSend, Body: site.Upload},
		{Pattern: "GET /staff", Do: page(func(rq *site.Req, _ *site.Form) templ.Component { return kitStaff(rq) })},
		{Pattern: "GET /case", Do: page(func(rq *site.Req, _ *site.Form) templ.Component { return kitCase(rq) })},
		{Pattern: "POST /guess", Do: func(w http.ResponseWriter, _ *http.Request, _ *site.Req) error {
			_, err := io.WriteString(w, `{"place":"/1/4/","name":"东湖社区第三网格"}`)
			return err
		}},
		{Pattern: "GET /areas", Do: func(w http.ResponseWriter, _ *http.Request, _ *site.Req) error {
			_, err := io.WriteString(w, kitAreas())
			return err
		}},
		{Pattern: "GET /live", Do: func(w http.ResponseWriter, r *http.Request, _ *site.Req) error {
			w.Header().Set("Content-Type", "text/event-stream")
			w.WriteHeader(200)
			w.(http.Flusher).Flush()
			<-r.Context().Done()
			return nil
		}},
		{Pattern: "GET /broken", Do: func(http.ResponseWriter, *http.Request, *site.Req) error { return fmt.Errorf("secret inner text") }},
		{Pattern: "GET /panic", Do: func(http.ResponseWriter, *http.Request, *site.Req) error { panic("secret inner text") }},
		{Pattern: "GET /locked", Do: func(http.ResponseWriter, *http.Request, *site.Req) error { return nil }, Known: true},
		{Pattern: "GET /denied", Do: func(http.ResponseWriter, *http.Request, *site.Req) error { return access.ErrDenied }},
		{Pattern: "GET /slow", Do: page(func(rq *site.Req, _ *site.Form) templ.Component { return kitHome(rq) }), Slow: site.NewLimiter(2, time.Hour)},
	})
}

// serve runs a site until the test ends, live pages included.
func serve(t *testing.T, s *site.Site, routes []site.Route) *httptest.Server {
	srv := httptest.NewServer(s.Handler(routes))
	t.Cleanup(func() {
		srv.CloseClientConnections()
		srv.Close()
	})
	return srv
}

func say(rq *site.Req, zh, en string) string {
	if rq.Lang() == "zh" {
		return zh
	}
	return en
}

// kitSend refuses a report without a text, as a verb would.
func kitSend(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	f, err := rq.Form()
	if err != nil {
		return err
	}
	var faults fault.List
	faults.Check(f.Value("text") != "", "text", "error.invalid")
	faults.Check(f.Value("where") != "", "where", "error.invalid")
	if err := faults.Or(); err != nil {
		return rq.Again(w, f, err, kitReport(rq, f))
	}
	return rq.Done(w, "/", "common.count", len(f.Files("photos")))
}

// kitAreas are nine squares around the middle of the sample city.
func kitAreas() string {
	var all []string
	for i := range 9 {
		x, y := 117.12+float64(i%3)*0.03, 35.05+float64(i/3)*0.025
		all = append(all, fmt.Sprintf(`{"type":"Feature","properties":{"name":"%d"},"geometry":{"type":"Polygon","coordinates":[[[%[2]f,%[3]f],[%[4]f,%[3]f],[%[4]f,%[5]f],[%[2]f,%[5]f],[%[2]f,%[3]f]]]}}`, i, x, y, x+0.03, y+0.025))
	}
	return `{"type":"FeatureCollection","features":[` + strings.Join(all, ",") + `]}`
}

// TestKit looks at every component, also in the elder edition.
func TestKit(t *testing.T) {
	t.Parallel()
	_, srv := kit(t)
	p := browsertest.Start(t).Person(t, "somebody", browsertest.Phone, "zh")
	p.Expect("404")
	for _, v := range slices.Concat(browsertest.Views, []browsertest.View{{Device: browsertest.Phone, Lang: "zh", Elder: "1"}}) {
		p.As(v)
		p.Cookie(srv.URL, "elder", v.Elder)
		for _, page := range []string{"/", "/report", "/staff", "/case", "/missing"} {
			p.Open(srv.URL + page)
			if page == "/report" || page == "/staff" {
				p.Eval(`document.querySelector("[data-map]").scrollIntoView()`, nil)
				p.SeeElement("[data-map][data-ready]")
				p.Eval(`scrollTo(0, 0)`, nil)
			}
			p.Look("kit" + strings.ReplaceAll(page, "/", "-"))
		}
	}
}
