package web_test

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"

	"mulin/app"
	"mulin/gate/notify"
	"mulin/gate/web"
	"mulin/gate/web/site"
	"mulin/gate/words"
	"mulin/internal/access"
	"mulin/internal/blob"
	"mulin/internal/clock"
	"mulin/internal/ledger"
	"mulin/internal/sse"
	"mulin/internal/store"
	"mulin/internal/storetest"
	"mulin/town/account"
	"mulin/town/casework"
	"mulin/town/catalog"
	"mulin/town/towntest"
)

// village is the small city with people in it and its site running.
type village struct {
	*towntest.Town
	Pages  *web.House
	Photos *blob.Photos
	Sent   *notify.Outbox
	Clock  *clock.Fake
	Log    *lines
	URL    string
}

// lines is a log that many write to.
type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(b)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

const password = "granite-otter-72"

// eachVillage runs f on both engines.
func eachVillage(t *testing.T, f func(t *testing.T, v *village)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Fake) { f(t, newVillage(t, db, clk)) })
}

func newVillage(t *testing.T, db *store.DB, clk *clock.Fake) *village {
	t.Helper()
	city := storetest.NewCity(t, db)
	sent := notify.NewOutbox()
	v := &village{Town: towntest.BuildSending(t, city, sent), Sent: sent, Clock: clk, Log: &lines{}}
	v.people(t)
	check(t, v.Catalog.SaveSettings(t.Context(), v.System(), catalog.Settings{CityName: "样板市", Platform: "睦邻", Phone: "12345", Zone: "Asia/Shanghai", MapCentre: towntest.Inside}))
	folder, err := blob.Folder(t.TempDir())
	check(t, err)
	all, err := words.Load()
	check(t, err)
	key, err := ledger.NewKey("village", bytes.Repeat([]byte{7}, 32))
	check(t, err)
	tree, err := ledger.NewTree(city, key)
	check(t, err)
	v.Photos = blob.NewPhotos(folder)
	town := &app.Town{Areas: v.Areas, ID: city.ID, Tree: tree, Hub: sse.NewHub()}
	v.Pages = app.Pages(town, &site.Site{City: city.ID, Box: v.Box, Words: all, Clock: clk, Log: slog.New(slog.NewTextHandler(io.MultiWriter(v.Log), nil))}, v.Photos, nil)
	v.Pages.Resident.Code = v.Sent.Last
	srv := httptest.NewServer(v.Pages.Handler())
	t.Cleanup(func() {
		town.Hub.Close()
		srv.CloseClientConnections()
		srv.Close()
	})
	v.URL = srv.URL
	return v
}

// people are the grid worker 李建国 and the clerk 王晓梅, both with the password.
func (v *village) people(t *testing.T) {
	t.Helper()
	rights := map[access.Right]access.Scope{casework.See: access.Territory, casework.Enter: access.Territory, casework.Handle: access.Territory,
		casework.Work: access.Territory, casework.Reply: access.Territory, casework.Contact: access.Territory}
	for _, one := range []struct {
		login, name, role string
		body, place       int64
	}{{"ligrid", "李建国", "grid_worker", v.Committee.ID, v.Grid.ID}, {"wangclerk", "王晓梅", "clerk", v.Committee.ID, v.Community.ID}} {
		check(t, v.Accounts.SetRole(t.Context(), v.System(), one.role, rights))
		who, err := v.Accounts.Create(t.Context(), v.System(), account.NewPerson{Login: one.login, Name: one.name, Phone: "13900001111", Password: password, Settled: true})
		check(t, err)
		_, err = v.Accounts.Appoint(t.Context(), v.System(), who.ID, one.role, one.body, one.place)
		check(t, err)
	}
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// visitor is somebody with a browser that keeps cookies.
type visitor struct {
	t   *testing.T
	v   *village
	c   *http.Client
	all []string // every address visited
}

func (v *village) visitor(t *testing.T) *visitor {
	jar, _ := cookiejar.New(nil)
	b := &visitor{t: t, v: v}
	b.c = &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		b.all = append(b.all, r.URL.String())
		return nil
	}}
	return b
}

// page is an answer.
type page struct {
	code int
	path string // where redirects led
	body string
}

func (b *visitor) get(path string) page {
	b.t.Helper()
	b.all = append(b.all, path)
	return b.do("GET", path, "", nil)
}

// post sends a form: name, value, name, value…
func (b *visitor) post(path string, pairs ...string) page {
	b.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	b.all = append(b.all, path)
	return b.do("POST", path, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
}

// upload sends a form with files under the name photo.
func (b *visitor) upload(path string, files map[string][]byte, pairs ...string) page {
	b.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for i := 0; i+1 < len(pairs); i += 2 {
		check(b.t, w.WriteField(pairs[i], pairs[i+1]))
	}
	for name, data := range files {
		f, err := w.CreateFormFile("photo", name)
		check(b.t, err)
		_, err = f.Write(data)
		check(b.t, err)
	}
	check(b.t, w.Close())
	b.all = append(b.all, path)
	return b.do("POST", path, w.FormDataContentType(), &body)
}

func (b *visitor) do(method, path, kind string, body io.Reader) page {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), method, b.v.URL+path, body)
	check(b.t, err)
	r.Header.Set("Accept-Language", "zh")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	res, err := b.c.Do(r)
	check(b.t, err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	check(b.t, err)
	return page{res.StatusCode, res.Request.URL.Path, string(text)}
}

// has fails unless the page has the status and holds all texts.
func (b *visitor) has(p page, code int, texts ...string) page {
	b.t.Helper()
	if p.code != code {
		b.t.Fatalf("%s answered %d, want %d: %s", p.path, p.code, code, plain(p.body))
	}
	for _, text := range texts {
		if !strings.Contains(p.body, text) {
			b.t.Errorf("%s doesn't say %q: %s", p.path, text, plain(p.body))
		}
	}
	return p
}

func (b *visitor) lacks(p page, texts ...string) {
	b.t.Helper()
	for _, text := range texts {
		if strings.Contains(p.body, text) {
			b.t.Errorf("%s says %q", p.path, text)
		}
	}
}

var tags = regexp.MustCompile(`(?s)<(script|style|head)[^>]*>.*?</(script|style|head)>|<[^>]+>|\s+`)

func plain(body string) string {
	text := strings.Join(strings.Fields(tags.ReplaceAllString(body, " ")), " ")
	if len(text) > 1500 {
		text = text[:1500]
	}
	return text
}

// found is the first group of a pattern in the page.
func (b *visitor) found(p page, pattern string) string {
	b.t.Helper()
	m := regexp.MustCompile(pattern).FindStringSubmatch(p.body)
	if m == nil {
		b.t.Fatalf("%s has nothing like %s: %s", p.path, pattern, plain(p.body))
	}
	return m[1]
}

// picture is a small JPEG.
func picture(t testing.TB) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 600, 400))
	for y := range 400 {
		for x := range 600 {
			img.Set(x, y, color.RGBA{uint8(90 + x/6), uint8(110 + y/5), uint8(140 + (x+y)/12), 255})
		}
	}
	var b bytes.Buffer
	check(t, jpeg.Encode(&b, img, nil))
	return b.Bytes()
}

// inside are the fields of a report in the first grid.
func inside(pairs ...string) []string {
	return append([]string{"lat", fmt.Sprint(towntest.Inside.Lat), "lng", fmt.Sprint(towntest.Inside.Lng), "draft", "report"}, pairs...)
}

// signIn makes a member of the staff of the visitor.
func (b *visitor) signIn(login string) *visitor {
	b.t.Helper()
	b.has(b.post("/signin", "login", login, "password", password, "next", "/help"), 200)
	return b
}

// receipt reads number and secret from a receipt.
func (b *visitor) receipt(p page) (number, secret string) {
	b.t.Helper()
	b.has(p, 200, "上报回执")
	return b.found(p, `big-number">([0-9-]+)<`), strings.ReplaceAll(b.found(p, `big-number secret">([A-Z0-9 ]+)<`), " ", "")
}
