package kit_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"mulin/gate/web/kit"
	"mulin/gate/web/site"
	"mulin/gate/web/ui"
	"mulin/gate/words"
	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/ledger"
	"mulin/internal/register"
	"mulin/internal/store"
	"mulin/internal/storetest"
	"mulin/internal/tray"
	"mulin/town/catalog"
	"mulin/town/duty"
	"mulin/town/station"
	"mulin/town/towntest"
)

// house is a site with two nouns, the small town behind it and people who come in by name.
type house struct {
	*towntest.Town
	t        testing.TB
	clock    *clock.Fake
	stations *station.Stations
	rights   *duty.List
	people   map[string]access.Actor
	door     *site.Site
	routes   []site.Route
	imports  *kit.Imports
	url      string
}

func open(t testing.TB, db *store.DB, clk *clock.Fake) *house {
	t.Helper()
	city := storetest.NewCity(t, db)
	h := &house{Town: towntest.Build(t, city), t: t, clock: clk}
	h.stations = station.New(city, h.Places, h.Bodies)
	h.rights = duty.New(city, h.Bodies, h.Catalog)
	h.people = map[string]access.Actor{
		"east":     h.worker(1, "张三", h.Street.Path, station.See, station.Edit),
		"chief":    h.worker(6, "孙七", h.Root.Path, station.See, station.Edit, catalog.Edit),
		"other":    h.worker(2, "李四", h.Street.Path, station.See, station.Edit),
		"west":     h.worker(3, "王五", h.Street2.Path, station.See, station.Edit),
		"reader":   h.worker(4, "赵六", h.Root.Path, station.See),
		"resident": {City: city.ID, Person: 5, Name: "居民"},
	}
	all, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	person := func(id int64) string {
		for _, who := range h.people {
			if who.Person == id {
				return who.Name
			}
		}
		return ""
	}
	h.imports = &kit.Imports{City: city, Tray: tray.New(city), Actor: func(_ context.Context, id int64) (access.Actor, error) {
		for _, who := range h.people {
			if who.Person == id {
				return who, nil
			}
		}
		return access.Actor{}, access.ErrDenied
	}}
	stations := kit.Pages{Noun: h.stations.Noun, Base: "/stations", Title: "name", Icon: "building", Placed: true, Words: all, Person: person, Imports: h.imports}
	duties := kit.Pages{Noun: h.rights.Noun, Base: "/lists/rights", Title: "item", Icon: "book", Words: all, Person: person, Imports: h.imports}
	door := &site.Site{Error: ui.ErrorPage, Words: all, Clock: clk, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Brand: func(*site.Req) site.Brand { return site.Brand{City: "测试市", Zone: time.FixedZone("CST", 8*3600)} },
		Who: func(r *http.Request) (access.Actor, error) {
			if c, err := r.Cookie("who"); err == nil {
				return h.people[c.Value], nil
			}
			return access.Nobody(city.ID), nil
		}}
	enter := site.Route{Pattern: "GET /as/{who}", Do: func(w http.ResponseWriter, r *http.Request, _ *site.Req) error {
		http.SetCookie(w, &http.Cookie{Name: "who", Value: r.PathValue("who"), Path: "/"})
		http.Redirect(w, r, "/stations", http.StatusSeeOther)
		return nil
	}}
	h.door = door
	h.serve(append(append(stations.Routes(), duties.Routes()...), enter))
	return h
}

// serve opens the door to some routes; coming in is always among them.
func (h *house) serve(routes []site.Route) {
	if h.routes == nil {
		h.routes = routes
	} else {
		routes = append(routes, h.routes...)
	}
	srv := httptest.NewServer(h.door.Handler(routes))
	h.t.Cleanup(srv.Close)
	h.url = srv.URL
}

func (h *house) worker(id int64, name, path string, all ...access.Right) access.Actor {
	has := map[access.Right]access.Scope{}
	for _, r := range all {
		has[r] = access.Territory
	}
	return access.Actor{City: h.City.ID, Person: id, Name: name, Posts: []access.Post{{ID: id, Path: path, Rights: has}}}
}

// visitor is somebody with a browser that keeps cookies and follows no redirect.
type visitor struct {
	h *house
	c *http.Client
}

func (h *house) as(who string) visitor {
	jar, _ := cookiejar.New(nil)
	v := visitor{h, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	if who != "" {
		v.get("/as/" + who)
	}
	return v
}

// reply is what came back.
type reply struct {
	code int
	body string
	head http.Header
}

func (v visitor) send(method, path, kind, body string, heads ...string) reply {
	v.h.t.Helper()
	r, err := http.NewRequest(method, v.h.url+path, strings.NewReader(body))
	if err != nil {
		v.h.t.Fatal(err)
	}
	r.Header.Set("Accept-Language", "zh")
	for i := 0; i+1 < len(heads); i += 2 {
		r.Header.Set(heads[i], heads[i+1])
	}
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	res, err := v.c.Do(r)
	if err != nil {
		v.h.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		v.h.t.Fatal(err)
	}
	return reply{res.StatusCode, string(b), res.Header}
}

func (v visitor) get(path string) reply { return v.send("GET", path, "", "") }

func (v visitor) post(path string, pairs ...string) reply {
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	return v.send("POST", path, "application/x-www-form-urlencoded", form.Encode())
}

func (v visitor) json(method, path string, body any) (reply, map[string]any) {
	v.h.t.Helper()
	var text []byte
	if body != nil {
		text, _ = json.Marshal(body)
	}
	r, o := v.send(method, path, "application/json", string(text)), map[string]any{}
	if err := json.Unmarshal([]byte(r.body), &o); err != nil {
		v.h.t.Fatalf("%s %s: %v in %q", method, path, err, r.body)
	}
	return r, o
}

func (r reply) is(t testing.TB, code int, texts ...string) reply {
	t.Helper()
	if r.code != code {
		t.Fatalf("answered %d %s, want %d:\n%s", r.code, r.head.Get("Location"), code, main(r.body))
	}
	for _, text := range texts {
		if !strings.Contains(r.body, text) {
			t.Errorf("no %q in\n%s", text, main(r.body))
		}
	}
	return r
}

func (r reply) isnt(t testing.TB, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if strings.Contains(r.body, text) {
			t.Errorf("%q in\n%s", text, main(r.body))
		}
	}
}

// main is what a page says between its frames, without what nobody reads.
func main(page string) string {
	if _, rest, ok := strings.Cut(page, "<main"); ok {
		page, _, _ = strings.Cut(rest, "</main>")
	}
	return unread.ReplaceAllString(page, "")
}

var unread = regexp.MustCompile(`(?s)<svg.*?</svg>| (data-|class|id|aria-)[a-z-]*="[^"]*"`)

// add makes a station by the form and gives its address.
func (v visitor) add(code, name string, more ...string) string {
	v.h.t.Helper()
	r := v.post("/stations/add", append([]string{"code", code, "name", name, "kind", "post", "place", v.h.Grid.Code, "floor", "60"}, more...)...)
	return r.is(v.h.t, 303).head.Get("Location")
}

// TestOneNoun plays the life of a station through the pages: list, form, stale form, facts, versions, retired and brought back, a view kept and forgotten.
func TestOneNoun(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		h := open(t, db, clk)
		east := h.as("east")
		east.get("/stations").is(t, 200, "这里还没有内容", "新增站点")
		east.get("/stations/add").is(t, 200, `name="floor"`, "建筑面积 (m²)", `data-find="/stations/find?field=keeper"`)
		bad := east.post("/stations/add", "name", "幸福站", "place", "第一网格", "keeper", "谁也不是", "floor", "-1")
		bad.is(t, 422, "请填写编号", `value="幸福站"`, `value="谁也不是"`, `value="-1"`, "0 到 100000", "东风街道 · 幸福社区 · 第一网格")
		at := east.add("S1", "幸福站", "keeper", "安居物业", "hours", "1-5 08:30-17:30")
		east.get(at).is(t, 200, "幸福站", "安居物业", "60 m²", "张三", "新增", "东风街道 · 幸福社区 · 第一网格")
		clk.Advance(time.Hour)
		first, second := east.get(at+"/edit"), h.as("other").get(at+"/edit")
		first.is(t, 200, `value="60"`, `value="安居物业"`)
		second.is(t, 200, `name="version" value="1"`)
		edit := func(v visitor, version, floor string) reply {
			return v.post(at+"/edit", "version", version, "code", "S1", "name", "幸福站", "kind", "post", "place", h.Grid.Code, "floor", floor, "keeper", "安居物业", "hours", "1-5 08:30-17:30")
		}
		edit(h.as("other"), "1", "80").is(t, 303)
		stale := edit(east, "1", "90")
		stale.is(t, 409, "您打开后，别人改过这一条", "李四", "把建筑面积从“60 m²”改为“80 m²”", "现在存的是：80 m²", `value="90"`, `name="version" value="2"`)
		edit(east, "2", "90").is(t, 303)
		east.get(at).is(t, 200, "90 m²", "把建筑面积从“80 m²”改为“90 m²”", "比较 3 个版本")
		east.get(at+"/versions?a=1&b=3").is(t, 200, "第 1 版到第 3 版的变化", "<del>60</del>", "<ins>90</ins>")
		east.get(at+"/retire").is(t, 200, "停用“幸福站”")
		east.post(at+"/retire", "version", "3").is(t, 422, "请填写")
		east.post(at+"/retire", "version", "2", "reason", "搬走了").is(t, 409, `name="version" value="3"`)
		east.post(at+"/retire", "version", "3", "reason", "搬走了").is(t, 303)
		east.get(at).is(t, 200, "已停用", "原因：搬走了", at+"/restore")
		east.get("/stations").isnt(t, "幸福站")
		east.get("/stations?state=retired").is(t, 200, "幸福站")
		east.post(at+"/restore", "version", "3").is(t, 303)
		view := east.get("/stations?kind=post&q=%E5%B9%B8%E7%A6%8F&state=").is(t, 200, "幸福站", "/stations/views?kind=post&amp;q=")
		view.isnt(t, "删除视图")
		east.post("/stations/views?kind=post&q=幸福", "name", "").is(t, 422, "请给视图起个名字", "幸福站")
		east.post("/stations/views?kind=post&q=幸福", "name", "我的站").is(t, 303)
		east.get("/stations?q=幸福&kind=post").is(t, 200, "删除视图“我的站”")
		h.as("other").get("/stations").isnt(t, "我的站")
		east.post("/stations/views?kind=post&q=幸福", "name", "我的站", "do", "forget").is(t, 303)
		east.get("/stations")
		east.get("/stations").isnt(t, "我的站")
		east.get("/stations?q=nothing").is(t, 200, "换个词", "查看全部")
	})
}

// TestReach sees that what is out of reach isn't there in any representation, and that rights are asked of everybody.
func TestReach(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		h := open(t, db, clk)
		at := h.as("east").add("S1", "幸福站", "lat", "35.01", "lng", "117.01")
		api := "/api/v1" + at
		west := h.as("west")
		for _, path := range []string{at, at + "/edit", at + "/versions", at + "/retire", at + "/restore", api, api + "/history"} {
			west.get(path).is(t, 404).isnt(t, "幸福站")
		}
		west.post(at+"/edit", "version", "1", "code", "S1").is(t, 404)
		west.post(at+"/retire", "version", "1", "reason", "x").is(t, 404)
		for _, path := range []string{"/stations", "/stations?state=all", "/stations.csv", "/api/v1/stations", "/api/v1/stations/map.json"} {
			west.get(path).is(t, 200).isnt(t, "幸福站")
		}
		west.post("/stations/add", "code", "S2", "name", "x", "kind", "post", "place", h.Grid.Code).is(t, 422, "这个地方不归您管")
		reader := h.as("reader")
		reader.get("/stations").is(t, 200, "幸福站").isnt(t, "/stations/add")
		reader.get(at).is(t, 200).isnt(t, at+"/edit")
		reader.get(at+"/edit").is(t, 403)
		reader.post(at+"/edit", "version", "1").is(t, 403)
		_, bad := reader.json("PUT", api, map[string]any{"version": 1, "code": "S1", "name": "幸福站", "kind": "post", "place": fmt.Sprint(h.Grid.ID)})
		if bad["status"] != 403.0 {
			t.Errorf("a reader writes: %v", bad)
		}
		for _, path := range []string{"/stations", at, "/lists/rights", api, "/api/v1/stations", "/api/v1/rights"} {
			h.as("resident").get(path).is(t, 403).isnt(t, "幸福站")
		}
		h.as("").get("/stations").is(t, 303)
		h.as("").get(api).is(t, 403, `"status":403`)
		reader.get("/lists/rights").is(t, 200)
	})
}

// TestPrograms does over JSON what people do with pages, and is refused what they are refused.
func TestPrograms(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		h := open(t, db, clk)
		east, place := h.as("east"), fmt.Sprint(h.Grid.ID)
		new := map[string]any{"code": "S1", "name": "幸福站", "kind": "post", "place": place, "floor": 60, "ramp": true, "keeper": fmt.Sprint(h.Company.ID), "point": []string{"35.01", "117.01"}}
		made, o := east.json("POST", "/api/v1/stations", new)
		made.is(t, 201)
		id, api := o["id"].(string), "/api/v1/stations/"+o["id"].(string)
		if made.head.Get("Location") != api || o["floor"] != 60.0 || o["ramp"] != true || o["place"] != place || o["opened"] != "" {
			t.Errorf("made %v at %s", o, made.head.Get("Location"))
		}
		_, o = east.json("GET", api, nil)
		clk.Advance(time.Hour)
		same, o2 := east.json("PUT", api, o)
		if same.is(t, 200); o2["version"] != 1.0 {
			t.Errorf("what came back changes: %v", o2)
		}
		o["floor"] = 80
		delete(o, "ramp")
		if _, o2 = east.json("PUT", api, o); o2["version"] != 2.0 || o2["ramp"] != false || o2["floor"] != 80.0 {
			t.Errorf("put %v", o2)
		}
		faults := func(method, path string, body any, code int, fields ...string) {
			t.Helper()
			r, p := east.json(method, path, body)
			if r.is(t, code); r.head.Get("Content-Type") != "application/problem+json; charset=utf-8" {
				t.Errorf("%s", r.head.Get("Content-Type"))
			}
			for _, field := range fields {
				if !strings.Contains(r.body, `"field":"`+field+`"`) {
					t.Errorf("no fault at %s: %v", field, p)
				}
			}
		}
		faults("PUT", api, o, 409)
		delete(o, "version")
		faults("PUT", api, o, 422, "version")
		faults("POST", "/api/v1/stations", map[string]any{"name": 7, "floor": "x", "colour": "red", "keeper": "99", "kind": "palace"}, 422, "name", "floor", "colour", "kind")
		faults("POST", "/api/v1/stations", []string{}, 422)
		faults("POST", "/api/v1/stations", new, 422, "code")
		faults("GET", api+"0", nil, 404)
		faults("POST", api+"/retire", map[string]any{"version": 2}, 422, "reason")
		faults("POST", api+"/retire", map[string]any{"version": 1, "reason": "x"}, 409)
		if r, o := east.json("POST", api+"/retire", map[string]any{"version": 2, "reason": "搬走了"}); r.code != 200 || o["until"] == nil {
			t.Errorf("retired %d %v", r.code, o)
		}
		_, list := east.json("GET", "/api/v1/stations?state=all&keeper=安居物业", nil)
		if list["count"] != 1.0 || list["items"].([]any)[0].(map[string]any)["id"] != id {
			t.Errorf("list %v", list)
		}
		if _, list = east.json("GET", "/api/v1/stations", nil); list["count"] != 0.0 {
			t.Errorf("the retired is listed: %v", list)
		}
		east.get(api+"/history").is(t, 200, `"who":"张三"`, `"verb":"add"`, `"verb":"retire"`, `"field":"floor"`, `"before":"60 m²"`, "搬走了")
		east.get("/api/v1/stations/map.json?state=all").is(t, 200, `"coordinates":[117.01,35.01]`)
		_, doc := east.json("GET", "/api/v1/stations/openapi.json", nil)
		for _, path := range []string{"/api/v1/stations", "/api/v1/stations/{id}", "/api/v1/stations/{id}/retire", "/api/v1/stations/{id}/history"} {
			if doc["paths"].(map[string]any)[path] == nil {
				t.Errorf("%s isn't described", path)
			}
		}
		chief := h.as("chief")
		_, duty := chief.json("POST", "/api/v1/rights", map[string]any{"number": 1, "chapter": "safety", "item": "照看路灯", "lead": fmt.Sprint(h.Water.ID), "limit": []string{"5", "workday"}})
		if duty["classes"] == nil || len(duty["classes"].([]any)) != 0 {
			t.Errorf("duty %v", duty)
		}
	})
}

// secret is a noun that an area keeps in its memory, with a field that is sealed and one that stays as it is.
type secret struct {
	register.Head
	Name, Code, Why string
}

// TestSealed sees that what is sealed is on its own page and form alone, and survives a program that can't know it; and that a noun in memory has the
// same pages, but none for what it can't do.
func TestSealed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		h := open(t, db, clk)
		all := []*secret{}
		p := kit.Pages{Noun: register.Adapt(h.City, register.Own[secret]{
			Of: register.Of[secret]{Name: "secret", See: station.See, Edit: station.Edit, Fields: []register.Field{
				register.Line("name", 20, func(s *secret) *string { return &s.Name }).Needed().Listed().Found().Public(),
				register.Line("code", 20, func(s *secret) *string { return &s.Code }).Fixed().Listed(),
				register.Line("why", 50, func(s *secret) *string { return &s.Why }).Sealed(),
			}},
			All: func() []*secret { return all },
			Put: func(_ context.Context, tx *store.Tx, who access.Actor, old, x *secret) error {
				if old == nil {
					x.ID = tx.NewID()
				}
				ledger.Append(tx, who, "secret.save", ledger.Subject{Kind: "secret", ID: x.ID, Path: x.Path}, map[string]any{})
				all = []*secret{x}
				return nil
			},
		}).Noun, Base: "/secrets", Title: "name", Words: h.door.Words, Person: func(int64) string { return "" }}
		h.serve(p.Routes())
		chief := h.as("chief")
		at := chief.post("/secrets/add", "name", "门禁", "code", "A1", "why", "密码是1234").is(t, 303).head.Get("Location")
		chief.get(at).is(t, 200, "密码是1234").isnt(t, at+"/retire", "某日的情况")
		chief.get(at+"/edit").is(t, 200, `value="密码是1234"`, "data-nodraft").isnt(t, `name="code"`, `name="since"`)
		h.as("reader").get(at).is(t, 200, "门禁").isnt(t, "1234")
		_, o := chief.json("GET", "/api/v1"+at, nil)
		o["name"] = "门禁二"
		chief.json("PUT", "/api/v1"+at, o)
		chief.get(at).is(t, 200, "门禁二", "密码是1234")
		for _, path := range []string{"/secrets", "/secrets?q=1234", "/secrets.csv", "/api/v1/secrets", "/api/v1" + at, "/api/v1" + at + "/history"} {
			chief.get(path).is(t, 200).isnt(t, "密码是1234")
		}
		for _, path := range []string{"/retire", "/restore", "/versions"} {
			chief.get(at+path).is(t, 404)
		}
		x, _ := p.Get(t.Context(), h.System(), register.HeadOf(all[0]).ID)
		if got := p.Public(&site.Req{Words: h.door.Words.Words("zh")}, x); len(got) != 1 || got[0].Label != "secret.name" {
			t.Errorf("everybody sees %v", got)
		}
	})
}
