package stations_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mulin/gate/web/kit"
	"mulin/gate/web/site"
	"mulin/gate/web/stations"
	"mulin/gate/web/to"
	"mulin/gate/web/ui"
	"mulin/gate/words"
	"mulin/internal/access"
	"mulin/internal/browsertest"
	"mulin/internal/clock"
	"mulin/internal/store"
	"mulin/internal/storetest"
	"mulin/town/station"
	"mulin/town/towntest"
)

// open is a site with one station and its staff, who come in as people with a cookie.
func open(t *testing.T, db *store.DB, clk *clock.Fake) (string, *station.Stations, *station.Station) {
	t.Helper()
	city := storetest.NewCity(t, db)
	w := towntest.Build(t, city)
	all, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	s := station.New(city, w.Places, w.Bodies)
	x := &station.Station{Code: "S1", Name: "幸福路党群服务站", Kind: station.Post, Floor: 120, Phone: "0632-5512345", Services: "政策咨询\n证明代办", Ramp: true, Point: &towntest.Inside, Keeper: w.Company.ID}
	for d := 1; d <= 5; d++ {
		x.Hours[d] = []clock.Span{{From: 510, To: 690}, {From: 840, To: 1050}}
	}
	x.Place = w.Grid.ID
	if err := s.Save(t.Context(), w.System(), x); err != nil {
		t.Fatal(err)
	}
	zone := time.FixedZone("CST", 8*3600)
	clerk := access.Actor{City: city.ID, Person: 1, Name: "张三", Posts: []access.Post{{ID: 1, Path: w.Root.Path, Rights: map[access.Right]access.Scope{station.See: access.Territory, station.Edit: access.Territory}}}}
	door := &site.Site{Error: ui.ErrorPage, Words: all, Clock: clk, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Brand: func(*site.Req) site.Brand { return site.Brand{City: "测试市", Phone: "12345", Zone: zone} },
		Who: func(r *http.Request) (access.Actor, error) {
			if _, err := r.Cookie("staff"); err == nil {
				return clerk, nil
			}
			return access.Nobody(city.ID), nil
		}}
	wing := &stations.Pages{Stations: s, Calendar: func() *clock.Calendar {
		return &clock.Calendar{Zone: zone, Holidays: map[string]string{"2026-11-24": "放假"}}
	},
		Kit: kit.Pages{Words: all, Person: func(int64) string { return "" }}}
	enter := site.Route{Pattern: "GET /enter", Do: func(w http.ResponseWriter, r *http.Request, _ *site.Req) error {
		http.SetCookie(w, &http.Cookie{Name: "staff", Value: "1", Path: "/"})
		http.Redirect(w, r, "/stations", http.StatusSeeOther)
		return nil
	}}
	srv := httptest.NewServer(door.Handler(append(wing.Routes(), enter)))
	t.Cleanup(srv.Close)
	return srv.URL, s, x
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	r, _ := http.NewRequest("GET", url, nil)
	r.Header.Set("Accept-Language", "zh")
	r.Header.Set("Cookie", "staff=1")
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(b)
}

// TestOpenNow sees that the page for everybody says whether the station is open, by its hours and the city's holidays, and nothing that isn't public.
func TestOpenNow(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		url, s, x := open(t, db, clk)
		at := func(day string) {
			to, err := time.ParseInLocation("2006-01-02 15:04", day, time.FixedZone("CST", 8*3600))
			if err != nil {
				t.Fatal(err)
			}
			clk.Advance(to.Sub(clk.Now()))
		}
		for _, c := range []struct{ at, want string }{
			{"2026-11-23 09:10", "正在开放，2026年11月23日 11:30 关门"},
			{"2026-11-23 12:00", "现在休息，2026年11月23日 14:00 开门"},
			{"2026-11-23 18:00", "现在休息，2026年11月25日 08:30 开门"}, // the 24th is a holiday
		} {
			at(c.at)
			code, page := get(t, url+"/s/S1")
			if code != 200 || !strings.Contains(page, c.want) {
				t.Errorf("at %s the page (%d) doesn't say %q", c.at, code, c.want)
			}
			for _, want := range []string{"星期一至星期五 08:30-11:30 14:00-17:30", "tel:0632-5512345", "政策咨询", "有无障碍坡道"} {
				if !strings.Contains(page, want) {
					t.Errorf("no %q", want)
				}
			}
			if strings.Contains(page, "120 m²") || strings.Contains(page, "安居物业") {
				t.Error("it says more than is public")
			}
		}
		if code, page := get(t, url+"/stations"); code != 200 || !strings.Contains(page, "120 m²") || !strings.Contains(page, "各年末建筑面积") {
			t.Errorf("the list: %d", code)
		}
		if code, page := get(t, url+"/stations/"+to.Digits(x.ID)+"/poster?size=a5"); code != 200 || !strings.Contains(page, "data:image/png") || !strings.Contains(page, `poster a5`) {
			t.Errorf("the poster: %d", code)
		}
		if code, _ := get(t, url+"/s/none"); code != 404 {
			t.Errorf("no such code: %d", code)
		}
		if err := s.Retire(t.Context(), access.System(s.City()), x.ID, x.Version, "拆了"); err != nil {
			t.Fatal(err)
		}
		if code, page := get(t, url+"/s/S1"); code != 200 || !strings.Contains(page, "这个站点已经停用") || strings.Contains(page, "开门") {
			t.Errorf("a retired station: %d", code)
		}
	})
}

// TestLook shows the wing to axe, on a phone and on a desk, in both languages. MULIN_SHOTS=folder keeps pictures.
func TestLook(t *testing.T) {
	clk := clock.New(storetest.Start)
	url, _, x := open(t, storetest.Open(t, storetest.SQLite(t), clk), clk)
	b := browsertest.Start(t)
	for _, view := range []string{"phone-zh", "desk-en"} {
		device := browsertest.Phone
		if strings.HasPrefix(view, "desk") {
			device = browsertest.Desktop
		}
		p := b.Person(t, "staff", device, view[len(view)-2:])
		look := func(name, path string) {
			p.Open(url + path)
			if shots := os.Getenv("MULIN_SHOTS"); shots != "" {
				p.Shot(filepath.Join(shots, "wing-"+name+"-"+view+".png"))
			}
			p.Fits()
			p.Axe()
		}
		look("public", "/s/S1")
		p.Open(url + "/enter")
		look("list", "/stations")
		look("facts", "/stations/"+to.Digits(x.ID))
		look("poster", "/stations/"+to.Digits(x.ID)+"/poster")
	}
}
