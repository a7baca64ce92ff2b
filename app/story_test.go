package app_test

import (
	"bytes"
	"context"
	"fmt"
	"hash/adler32"
	"image"
	"image/color"
	"image/jpeg"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"mulin/app"
	"mulin/app/demo"
	"mulin/gate/web/session"
	"mulin/internal/browsertest"
	"mulin/internal/clock"
	"mulin/internal/storetest"
	"mulin/town/catalog"
	"mulin/town/place"
)

func TestMain(m *testing.M) { browsertest.Main(m) }

// city is a demo city that is served and at work.
type city struct {
	*app.Town
	app  *app.App
	url  string
	home place.Place // the estate where the stories happen
	as   map[string]string
}

// TestStories plays the city's stories side by side in one demo city on either engine.
func TestStories(t *testing.T) {
	for name, dsn := range map[string]func(testing.TB) string{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := serve(t, dsn(t))
			t.Run("three orders and a visit", func(t *testing.T) {
				t.Parallel()
				c.threeOrdersAndAVisit(t)
			})
			t.Run("up by whistle", func(t *testing.T) {
				t.Parallel()
				c.upByWhistle(t)
			})
		})
	}
}

func serve(t *testing.T, dsn string) *city {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	log := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	a, err := app.Open(ctx, app.Config{Data: t.TempDir(), DB: dsn, Demo: true, Unlimited: true}, clock.System, log)
	if err != nil {
		t.Fatal(err)
	}
	town, err := a.Found(ctx, demo.ID)
	if err == nil {
		err = demo.Seed(ctx, town, a.Photos, demo.Small, func(string, int, int) {})
	}
	if err == nil {
		town.Pages.Session.OneClick, err = demo.Guests(ctx, town)
	}
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(a.Handler(app.Door{}))
	done := make(chan struct{})
	go func() { defer close(done); town.Run(ctx) }()
	t.Cleanup(func() {
		town.Hub.Close()
		srv.Close()
		stop()
		<-done
		a.Close()
	})
	c := &city{Town: town, app: a, url: srv.URL, home: town.Places.All(place.Estate)[0], as: map[string]string{}}
	for _, g := range town.Pages.Session.OneClick {
		c.as[key(g)] = g.Login
	}
	return c
}

// key names a guest by role, departments by their unit.
func key(g session.OneClick) string {
	if g.Role == "department" {
		return g.Where
	}
	return g.Role
}

// person is somebody at their own screen; staff enter by one click.
func (c *city) person(t *testing.T, b *browsertest.Browser, who string, size browsertest.Device) *browsertest.Person {
	t.Helper()
	p := b.Person(t, who, size, "zh")
	p.SetGeo(c.home.Point.Lat, c.home.Point.Lng)
	if login := c.as[who]; login != "" {
		p.Open(c.url + "/signin")
		p.Click(`form[action="/signin/as/` + login + `"] button`)
		p.See("工作台")
	}
	return p
}

// picture is a small photo in a file, another one for each test: the same photo twice is taken for the same report.
func picture(t *testing.T, name string) string {
	t.Helper()
	tint := byte(adler32.Checksum([]byte(t.Name() + name)))
	m := image.NewRGBA(image.Rect(0, 0, 64, 48))
	for i := range 48 {
		for j := range 64 {
			m.Set(j, i, color.RGBA{uint8(4 * i), uint8(3 * j), tint, 255})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), name+".jpg")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// report is the resident's part: photo, place, one sentence, send. It returns the number and leaves the resident on the receipt.
func (c *city) report(t *testing.T, p *browsertest.Person, text string) string {
	t.Helper()
	p.Open(c.url + "/")
	p.Click(`a[href="/report"]`)
	p.Upload(`#report input[type=file]`, picture(t, "before"))
	p.Fill(`#report textarea[name=text]`, text)
	p.Click(`#report [data-locate]`)
	p.Wait(`document.querySelector('#report [name=lat]').value !== ''`)
	p.Click(`#report button.primary`)
	p.See("查询码")
	return p.Text(".big-number")
}

// do opens a step's form on a case's page, fills it and sends it.
func do(t *testing.T, p *browsertest.Person, verb, note, photo string) {
	t.Helper()
	p.Click(`a[data-open-dialog="do-` + verb + `"]`)
	box := `#do-` + verb + ` `
	if photo != "" {
		p.Upload(box+`input[type=file]`, picture(t, photo))
	}
	if note != "" {
		p.Fill(box+`textarea[name=note]`, note)
	}
	p.Click(box + `form .line button.btn:not([type=button])`)
}

// threeOrdersAndAVisit plays 三单一访 with five people at five screens: report, dispatch, take, do, answer, rate, revisit.
func (c *city) threeOrdersAndAVisit(t *testing.T) {
	b := browsertest.Start(t)
	resident, worker := c.person(t, b, "resident", browsertest.Phone), c.person(t, b, "grid_worker", browsertest.Phone)
	company, branch := c.person(t, b, "property", browsertest.Phone), c.person(t, b, "party_branch", browsertest.Desktop)

	const title = "二号楼单元门的闭门器坏了，夜里一直砰砰响"
	worker.Open(c.url + "/desk")
	number := c.report(t, resident, title)
	worker.See(title) // the open page shows it without anybody reloading
	resident.Click(`a[href="/cases/` + number + `"]`)
	resident.See("待受理")

	worker.Open(c.url + "/cases/" + number)
	do(t, worker, "dispatch", "", "")
	resident.See("待接单") // live
	company.Open(c.url + "/desk")
	company.See(title)
	company.Open(c.url + "/cases/" + number)
	company.ClickText("接单")
	resident.See("办理中")
	do(t, company, "done", "已更换闭门器", "after")
	worker.See("待答复")
	do(t, worker, "answer", "您反映的单元门已修好，欢迎监督。", "")
	resident.See("您反映的单元门已修好")
	resident.Click(`#rate label:has(input[value="5"])`)
	resident.Click(`#rate button.primary`)
	resident.See("待回访")

	branch.Open(c.url + "/desk")
	branch.See(title)
	branch.Open(c.url + "/cases/" + number)
	do(t, branch, "revisit", "电话回访，居民满意", "")
	resident.See("已结案")
	worker.See("已结案")
	for _, said := range []string{"派单", "接单", "办结", "答复", "评价", "用时"} {
		worker.See(said)
	}
	resident.Axe()
	worker.Axe()
}

// upByWhistle plays the acceptance story: grid, community, street, departments; each reports in on the spot; the resident says "not fixed" once.
func (c *city) upByWhistle(t *testing.T) {
	b := browsertest.Start(t)
	resident, worker := c.person(t, b, "resident", browsertest.Phone), c.person(t, b, "grid_worker", browsertest.Phone)
	clerk, street := c.person(t, b, "clerk", browsertest.Desktop), c.person(t, b, "street_centre", browsertest.Desktop)
	water, housing := c.person(t, b, "市水务局", browsertest.Phone), c.person(t, b, "市住建局", browsertest.Phone)
	branch := c.person(t, b, "party_branch", browsertest.Desktop)

	const title = "主路自来水管爆裂，水已经漫到一楼"
	number := c.report(t, resident, title)
	page := c.url + "/cases/" + number
	resident.Open(page)

	worker.Open(page)
	c.blow(t, worker, "网格关不了阀", "")
	resident.See("已吹哨")
	clerk.Open(page)
	arrive(t, clerk)
	resident.See("已报到")
	c.blow(t, clerk, "需要街道协调", "")
	street.Open(page)
	arrive(t, street)
	c.blow(t, street, "请水务、住建到现场", "供水管道爆裂")
	for _, unit := range []*browsertest.Person{water, housing} {
		unit.Open(c.url + "/desk")
		unit.See(title)
		unit.Open(page)
		arrive(t, unit)
	}
	do(t, water, "hand-in", "更换主管道，恢复供水", "after")
	worker.See("待答复")
	do(t, worker, "answer", "主管道已更换，供水恢复。", "")

	resident.See("主管道已更换")
	resident.Click(`#reopen summary`)
	resident.Fill(`#reopen textarea[name=note]`, "水压还是很小")
	resident.Click(`#reopen button.danger`)
	resident.See("处理中")
	worker.See("处理中")
	do(t, worker, "done", "清理滤网，水压正常", "again")
	do(t, worker, "answer", "水压已恢复正常。", "")
	resident.See("水压已恢复正常")
	branch.Open(page)
	do(t, branch, "revisit", "上门回访，已解决", "")
	resident.See("已结案")
	street.Open(page)
	for _, said := range []string{"第 3 次吹哨", "市水务局", "市住建局", "报到", "已结案"} {
		street.See(said)
	}
}

// blow whistles for an item of the list; "" when none fits, which calls the level above.
func (c *city) blow(t *testing.T, p *browsertest.Person, note, item string) {
	t.Helper()
	var id int64
	for _, w := range c.Catalog.Whistles(catalog.Street) {
		if w.Item == item {
			id = w.ID
		}
	}
	p.Wait(`document.readyState === "complete"`) // before its script runs, a link leads to a page instead of opening a dialog
	p.Click(`a[data-open-dialog="do-whistle"]`)
	p.Click(fmt.Sprintf(`#do-whistle label:has(input[name=item][value="%d"])`, id))
	p.Fill(`#do-whistle textarea[name=note]`, note)
	p.Click(`#do-whistle form .line button.btn:not([type=button])`)
	p.See("吹哨，已记录") // whoever opens the page next finds the whistle
}

func arrive(t *testing.T, p *browsertest.Person) {
	t.Helper()
	p.Wait(`document.readyState === "complete"`) // before its script runs, a link leads to a page instead of opening a dialog
	p.Click(`a[data-open-dialog="do-report-in"]`)
	p.Click(`#do-report-in [data-locate]`)
	p.Wait(`document.querySelector('#do-report-in [name=lat]').value !== ''`)
	p.Upload(`#do-report-in input[type=file]`, picture(t, "spot"))
	p.Click(`#do-report-in form .line button.btn:not([type=button])`)
	p.See("到场报到，已记录") // its own arrival, not another unit's
}
