package web_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"mulin/app"
	"mulin/internal/blob"
	"mulin/internal/clock"
	"mulin/internal/geo"
	"mulin/internal/storetest"
	"mulin/town/account"
	"mulin/town/body"
	"mulin/town/casework"
	"mulin/town/catalog"
	"mulin/town/place"
)

var ctx = context.Background()

// deskTown is a small city behind the whole app: two streets, the first with two communities, units and people of every role.
type deskTown struct {
	*app.Town
	t      *testing.T
	clk    *clock.Fake
	srv    *httptest.Server
	places map[string]int64
	bodies map[string]int64
	item   int64
	store  *blob.Photos
}

// onEach runs f in a town on each engine.
func onEach(t *testing.T, f func(t *testing.T, w *deskTown)) {
	for name, dsn := range map[string]func(testing.TB) string{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f(t, newDeskTown(t, dsn(t)))
		})
	}
}

func newDeskTown(t *testing.T, dsn string) *deskTown {
	t.Helper()
	clk := clock.New(storetest.Start)
	a, err := app.Open(ctx, app.Config{Data: t.TempDir(), DB: dsn, Demo: true, Unlimited: true}, clk, slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	town, err := a.Found(ctx, 1)
	if err != nil {
		t.Fatal(err)
	}
	w := &deskTown{Town: town, t: t, clk: clk, store: a.Photos, places: map[string]int64{}, bodies: map[string]int64{}}
	w.lists()
	w.territory()
	w.units()
	w.people()
	w.srv = httptest.NewServer(a.Handler(app.Door{}))
	t.Cleanup(func() {
		w.srv.CloseClientConnections()
		w.srv.Close()
	})
	return w
}

func (w *deskTown) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func shape(t *testing.T, x, y, n, m int) geo.Shape {
	at := func(x, y int) geo.Point { return geo.Point{Lat: 35 + float64(y)/100, Lng: 117 + float64(x)/100} }
	s, err := geo.NewShape([]geo.Point{at(x, y), at(x+n, y), at(x+n, y+m), at(x, y+m)})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (w *deskTown) territory() {
	all, err := w.Places.AddAll(ctx, w.System(), []place.Details{
		{Kind: place.City, Code: "C", Name: "样板市"},
		{Kind: place.Street, ParentCode: "C", Code: "S1", Name: "荆河街道", Shape: shape(w.t, 0, 0, 4, 2)},
		{Kind: place.Street, ParentCode: "C", Code: "S2", Name: "龙泉街道", Shape: shape(w.t, 4, 0, 2, 2)},
		{Kind: place.Community, ParentCode: "S1", Code: "K1", Name: "荆庄社区", Shape: shape(w.t, 0, 0, 2, 2)},
		{Kind: place.Community, ParentCode: "S1", Code: "K2", Name: "北关社区", Shape: shape(w.t, 2, 0, 2, 2)},
		{Kind: place.Grid, ParentCode: "K1", Code: "G1", Name: "第一网格", Shape: shape(w.t, 0, 0, 1, 2)},
		{Kind: place.Grid, ParentCode: "K1", Code: "G2", Name: "第二网格", Shape: shape(w.t, 1, 0, 1, 2)},
		{Kind: place.Grid, ParentCode: "K2", Code: "G3", Name: "第一网格", Shape: shape(w.t, 2, 0, 2, 2)},
	})
	w.ok(err)
	for _, p := range all {
		w.places[p.Code] = p.ID
	}
	w.ok(w.Places.Load(ctx))
}

func (w *deskTown) units() {
	all, err := w.Bodies.AddAll(ctx, w.System(), []body.Details{
		{Kind: body.Centre, Code: "centre", Name: "市指挥中心", Places: []int64{w.places["C"]}},
		{Kind: body.StreetOffice, Code: "office", Name: "荆河街道办事处", Places: []int64{w.places["S1"]}},
		{Kind: body.Committee, Code: "committee", Name: "荆庄社区居委会", Places: []int64{w.places["K1"]}},
		{Kind: body.Committee, Code: "committee2", Name: "北关社区居委会", Places: []int64{w.places["K2"]}},
		{Kind: body.Property, Code: "property", Name: "安居物业", Places: []int64{w.places["G1"]}},
		{Kind: body.Property, Code: "property2", Name: "乐家物业", Places: []int64{w.places["G3"]}},
		{Kind: body.Department, Code: "water", Name: "市供水公司"},
		{Kind: body.Department, Code: "roads", Name: "市住房和城乡建设局", Short: "市住建局"},
	})
	w.ok(err)
	for _, b := range all {
		w.bodies[b.Code] = b.ID
	}
	item := &catalog.WhistleItem{Level: catalog.Street, Class: "城乡建设", Item: "水管爆裂", Bodies: []int64{w.bodies["water"], w.bodies["roads"]},
		Limit: clock.Limit{Amount: 2, Unit: clock.Hour}, Work: clock.Limit{Amount: 24, Unit: clock.Hour}, Condition: "恢复供水、路面复原"}
	w.ok(w.Catalog.WhistleList.Save(ctx, w.System(), item))
	w.item = item.ID
}

func (w *deskTown) lists() {
	w.ok(w.Catalog.SaveSettings(ctx, w.System(), catalog.Settings{CityName: "样板市", Platform: "e呼善应", Zone: "Asia/Shanghai", ReportInMetres: 500, Phone: "12345"}))
	for step, hours := range map[string]int{"accept": 2, "take": 4, "work": 24, "answer": 4, "rate": 72, "revisit": 24, "report_in": 2, "case": 120} {
		w.ok(w.Catalog.LimitNoun().Save(ctx, w.System(), &catalog.LimitEntry{Rule: catalog.Rule{Step: step, Limit: clock.Limit{Amount: hours, Unit: clock.Hour}}}))
	}
	w.ok(w.Catalog.ReasonNoun().Save(ctx, w.System(), &catalog.ReasonEntry{Kind: catalog.ForDecline, Code: "court", Name: "已进入诉讼"}))
	w.ok(w.Catalog.ReasonNoun().Save(ctx, w.System(), &catalog.ReasonEntry{Kind: catalog.ForReturn, Code: "wrong", Name: "不属本单位职责"}))
}

// staffOf is who works in the town: login, role, body, place.
var staffOf = [][4]string{
	{"grid", "grid_worker", "committee", "G1"}, {"grid2", "grid_worker", "committee2", "G3"}, {"property", "property", "property", "G1"},
	{"property2", "property", "property2", "G3"}, {"branch", "party_branch", "committee", "K1"}, {"clerk", "clerk", "committee", "K1"},
	{"street", "street_centre", "office", "S1"}, {"water", "department", "water", "C"}, {"roads", "department", "roads", "C"},
	{"city", "city_centre", "centre", "C"}, {"leader", "leader", "", "C"}, {"auditor", "auditor", "", "C"}, {"admin", "admin", "", "C"},
}

func (w *deskTown) people() {
	for _, s := range staffOf {
		person, err := w.Accounts.Create(ctx, w.System(), account.NewPerson{Login: s[0], Name: "王" + s[0]})
		w.ok(err)
		_, err = w.Accounts.Appoint(ctx, w.System(), person.ID, s[1], w.bodies[s[2]], w.places[s[3]])
		w.ok(err)
	}
}

// caller is somebody with a browser; "" is nobody known.
type caller struct {
	w      *deskTown
	cookie string
	claims string // of a resident's browser
}

func (w *deskTown) as(login string) caller {
	w.t.Helper()
	if login == "" {
		return caller{w: w}
	}
	s, err := w.Accounts.SignInAs(ctx, login)
	w.ok(err)
	return caller{w: w, cookie: s.Token}
}

type reply struct {
	code     int
	body, to string
	header   http.Header
}

func (c caller) send(r *http.Request) reply {
	c.w.t.Helper()
	if c.cookie != "" {
		r.AddCookie(&http.Cookie{Name: "session", Value: c.cookie})
	}
	if c.claims != "" {
		r.AddCookie(&http.Cookie{Name: "claims", Value: c.claims})
	}
	if r.Header.Get("Accept-Language") == "" {
		r.Header.Set("Accept-Language", "zh")
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(r)
	c.w.ok(err)
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	c.w.ok(err)
	return reply{res.StatusCode, string(b), res.Header.Get("Location"), res.Header}
}

func (c caller) get(path string) reply {
	c.w.t.Helper()
	r, err := http.NewRequest("GET", c.w.srv.URL+path, nil)
	c.w.ok(err)
	return c.send(r)
}

// post sends a form; a field "photo" becomes an upload.
func (c caller) post(path string, pairs ...string) reply {
	c.w.t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i] != "photo" {
			c.w.ok(form.WriteField(pairs[i], pairs[i+1]))
			continue
		}
		file, err := form.CreateFormFile("photo", pairs[i+1])
		c.w.ok(err)
		_, err = file.Write(snapshotOf(pairs[i+1]))
		c.w.ok(err)
	}
	c.w.ok(form.Close())
	r, err := http.NewRequest("POST", c.w.srv.URL+path, &b)
	c.w.ok(err)
	r.Header.Set("Content-Type", form.FormDataContentType())
	return c.send(r)
}

// snapshotOf is a small JPEG, another one for each name.
func snapshotOf(name string) []byte {
	sum := 0
	for _, r := range name {
		sum = sum*31 + int(r)
	}
	img := image.NewRGBA(image.Rect(0, 0, 64, 48))
	for y := range 48 {
		for x := range 64 {
			img.Set(x, y, color.RGBA{uint8(90 + x/4 + sum%50), uint8(110 + y/4), uint8(120 + (x+y+sum)%40), 255})
		}
	}
	var b bytes.Buffer
	jpeg.Encode(&b, img, nil)
	return b.Bytes()
}

// open files a case of a resident in a grid, "G1" (west) or "G3" (east).
func (w *deskTown) open(grid, text string, change ...func(*casework.Report)) casework.Case {
	w.t.Helper()
	at := geo.Point{Lat: 35.005, Lng: 117.005}
	if grid == "G3" {
		at.Lng = 117.03
	}
	photo, err := w.store.Add(ctx, bytes.NewReader(snapshotOf(text)))
	w.ok(err)
	r := casework.Report{Text: text, Point: &at, Name: "李雷", Phone: "13800001234", Photos: []casework.Photo{{Hash: photo.Hash, Width: photo.Width, Height: photo.Height}}}
	for _, f := range change {
		f(&r)
	}
	rec, err := w.Desk.Open(ctx, w.System(), r)
	w.ok(err)
	return w.load(rec.Number)
}

func (w *deskTown) load(number string) casework.Case {
	w.t.Helper()
	f, err := w.Desk.Get(ctx, w.System(), number)
	w.ok(err)
	return f.Case
}

// act does a step as the city's program.
func (w *deskTown) act(c casework.Case, v casework.Verb, s casework.Step) casework.Case {
	w.t.Helper()
	c, err := w.Desk.Act(ctx, w.System(), c.ID, v, s)
	w.ok(err)
	return c
}

func version(c casework.Case) string { return fmt.Sprint(c.Version) }

func (r reply) has(t *testing.T, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(r.body, p) {
			t.Errorf("the answer (%d) misses %q", r.code, p)
		}
	}
}

func (r reply) hasNot(t *testing.T, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if strings.Contains(r.body, p) {
			t.Errorf("the answer (%d) shows %q", r.code, p)
		}
	}
}

func (r reply) is(t *testing.T, code int, what string) {
	t.Helper()
	if r.code != code {
		t.Errorf("%s = %d, want %d", what, r.code, code)
	}
}

func escape(s string) string { return url.QueryEscape(s) }
