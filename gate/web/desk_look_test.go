package web_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"mulin/internal/browsertest"
	"mulin/internal/geo"
	"mulin/internal/storetest"
	"mulin/town/casework"
)

// busy fills the town with cases in every state, as an ordinary afternoon would.
func (w *deskTown) busy() (mine, whistled casework.Case) {
	texts := []string{"东湖路 17 号门前水管爆裂，路面积水", "3 号楼 2 单元楼道灯不亮，老人上下楼不方便", "小区南门垃圾清运不及时，有异味", "井盖松动，车辆经过声音很大",
		"施工噪声夜里扰民，已经连续三天，周围好几栋楼的居民都睡不好觉，希望尽快协调施工方调整时间", "健身器材螺丝脱落", "感谢社区帮忙联系家电维修"}
	for i, text := range texts {
		c := w.open([]string{"G1", "G3", "G1"}[i%3], text, func(r *casework.Report) {
			r.Point = &geo.Point{Lat: 35.003 + float64(i)*0.0021, Lng: r.Point.Lng - 0.003 + float64(i%4)*0.0017}
			r.Address = fmt.Sprintf("东湖路 %d 号", 10+i)
			r.Kind = casework.Kinds[i%len(casework.Kinds)]
		})
		switch i {
		case 1:
			mine = w.act(c, casework.Dispatch, casework.Step{To: w.bodies["property"], Note: "今天处理"})
		case 2:
			c = w.act(c, casework.Accept, casework.Step{})
			w.act(c, casework.Done, casework.Step{Note: "已清运"})
		case 5:
			w.act(c, casework.Dispatch, casework.Step{To: w.bodies["property2"]})
		}
		w.clk.Advance(17 * 60e9)
	}
	whistled = w.open("G1", "供水主管爆裂，整条街停水", func(r *casework.Report) { r.Hidden = true })
	w.as("street").post("/cases/"+whistled.Number+"/whistle", "item", fmt.Sprint(w.item), "note", "水压大，需要关总阀").is(w.t, 303, "whistle")
	whistled = w.load(whistled.Number)
	w.clk.Advance(40 * 60e9)
	w.as("water").post(fmt.Sprintf("/whistles/%d/report-in", whistled.Whistle), "photo", "there.jpg", "lat", "35.0051", "lng", "117.0051", "note", "阀门已关").is(w.t, 303, "report in")
	w.clk.Advance(75 * 60e9)
	return mine, w.load(whistled.Number)
}

// TestDeskLooks looks at the staff's pages.
func TestDeskLooks(t *testing.T) {
	t.Parallel()
	w := newDeskTown(t, storetest.SQLite(t))
	mine, whistled := w.busy()
	fresh := w.open("G1", "路灯不亮，晚上看不清台阶")
	w.ok(w.Feed.CatchUp(ctx))
	const fills = `(() => { const c = document.querySelector("#board-map canvas"), b = document.querySelector("#board-map"); return innerWidth < 1000 || c && Math.abs(c.clientWidth - b.clientWidth) < 4 })()`
	browsertest.Sweep{URL: w.srv.URL, Enter: w.enter, Pages: []browsertest.Page{
		{Name: "desk", Who: "clerk", Path: "/desk?tab=open"}, {Name: "desk-mine", Who: "property", Path: "/desk"}, {Name: "desk-empty", Who: "grid2", Path: "/desk?tab=closed"},
		{Name: "case-new", Who: "clerk", Path: "/cases/" + fresh.Number}, {Name: "case-whistle", Who: "street", Path: "/cases/" + whistled.Number},
		{Name: "case-report-in", Who: "roads", Path: "/cases/" + whistled.Number + "?do=report-in"}, {Name: "case-do", Who: "property", Path: "/cases/" + mine.Number + "?do=return"},
		{Name: "board", Who: "street", Path: "/board", When: fills}, {Name: "search", Who: "street", Path: "/search?q=" + escape("水")}, {Name: "search-empty", Who: "street", Path: "/search"},
	}}.Run(t)
}

// enter gives the browser a session.
func (w *deskTown) enter(p *browsertest.Person, login string) {
	p.Cookie(w.srv.URL, "session", w.as(login).cookie)
}

// TestDeskKeys: with the keyboard alone a clerk walks down the list, opens a case and dispatches it to the suggested company in two keystrokes.
func TestDeskKeys(t *testing.T) {
	t.Parallel()
	w := newDeskTown(t, storetest.SQLite(t))
	first := w.open("G1", "第一件")
	w.clk.Advance(60e9)
	second := w.open("G1", "第二件")
	p := browsertest.Start(t).Person(t, "grid", browsertest.Desktop, "zh")
	w.enter(p, "grid")
	p.Open(w.srv.URL + "/desk")
	p.Press("jj")
	p.SeeElement("#c-" + second.Number + ".current")
	p.Press("k")
	p.Press("o")
	p.See("办理过程")
	p.Wait(`location.pathname.endsWith("` + first.Number + `")`)
	p.Wait(`document.readyState === "complete"`)
	p.Press("d")
	p.SeeElement("dialog[open]")
	p.Press("\r")
	p.See("派单，已记录")
	if c := w.load(first.Number); c.Status != casework.Dispatched || c.Lead != w.bodies["property"] {
		t.Errorf("the case is %s at %d", c.Status, c.Lead)
	}
	p.Open(w.srv.URL + "/desk")
	p.Wait(`document.readyState === "complete"`)
	p.Press("j")
	p.Press("a")
	p.See("受理，已记录")
	if c := w.load(second.Number); c.Status != casework.Accepted {
		t.Errorf("the second case is %s", c.Status)
	}
}

// TestDeskIsLive: what somebody else does moves on an open page, and what is being typed stays.
func TestDeskIsLive(t *testing.T) {
	t.Parallel()
	w := newDeskTown(t, storetest.SQLite(t))
	c := w.open("G1", "门禁坏了")
	run, stop := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() { w.Town.Run(run); close(done) }()
	t.Cleanup(func() { stop(); <-done })
	p := browsertest.Start(t).Person(t, "clerk", browsertest.Desktop, "zh")
	w.enter(p, "clerk")
	p.Open(w.srv.URL + "/cases/" + c.Number)
	p.Wait(`document.documentElement.dataset.liveState === "on"`)
	p.Press("n")
	p.Fill("dialog[open] [name=note]", "写到一半")
	w.as("grid").post("/cases/"+c.Number+"/accept", "version", version(c)).is(t, 303, "accept")
	p.Wait(`document.querySelector("#case-top").textContent.includes("处理中")`)
	if got := p.Value("dialog[open] [name=note]"); got != "写到一半" {
		t.Errorf("what was typed is now %q", got)
	}
}

// TestReportInByPhone: on the spot two taps and a photo do; the position is taken by itself.
func TestReportInByPhone(t *testing.T) {
	t.Parallel()
	w := newDeskTown(t, storetest.SQLite(t))
	c := w.open("G1", "主管爆裂")
	w.as("street").post("/cases/"+c.Number+"/whistle", "item", fmt.Sprint(w.item), "note", "请来").is(t, 303, "whistle")
	photo := filepath.Join(t.TempDir(), "现场.jpg")
	w.ok(os.WriteFile(photo, snapshotOf("there"), 0o600))
	p := browsertest.Start(t).Person(t, "water", browsertest.Phone, "zh")
	p.SetGeo(35.0051, 117.0051)
	w.enter(p, "water")
	p.Open(w.srv.URL + "/desk")
	p.See("距您")
	p.ClickText("到场报到")
	p.SeeElement(".case-do")
	p.See("已定位")
	p.Upload(".case-do [name=photo]", photo)
	p.SeeElement(".case-do .photos img")
	p.Click(".case-do button.primary")
	p.See("到场报到，已记录")
	p.See("距现场")
}

// TestBottomBarCoversNothing: on a phone the page ends above the bar, and what is brought into view, as the last button of a form, stops above it: in the
// language with the long words, in every size of letters.
func TestBottomBarCoversNothing(t *testing.T) {
	t.Parallel()
	w := newDeskTown(t, storetest.SQLite(t))
	c := w.open("G1", "楼道灯不亮")
	p := browsertest.Start(t).Person(t, "clerk", browsertest.Phone, "en")
	w.enter(p, "clerk")
	for _, size := range []string{"0", "1", "2"} {
		p.Cookie(w.srv.URL, "elder", size)
		p.Open(w.srv.URL + "/cases/" + c.Number + "?do=dispatch")
		p.Wait(`document.readyState === "complete"`)
		var room struct{ Bar, Page, Scroll, Covered float64 }
		p.Eval(`(() => {
			const bar = document.querySelector(".bottom"), last = [...document.querySelectorAll("main form button")].filter((b) => b.checkVisibility()).at(-1);
			scrollTo(0, 0);
			last.scrollIntoView({ block: "end", behavior: "instant" });
			return { Bar: bar.getBoundingClientRect().height, Page: parseFloat(getComputedStyle(document.body).paddingBottom), Scroll: parseFloat(getComputedStyle(document.documentElement).scrollPaddingBottom),
				Covered: last.getBoundingClientRect().bottom - bar.getBoundingClientRect().top };
		})()`, &room)
		if room.Page < room.Bar-.5 || room.Scroll < room.Bar || room.Covered > 0 {
			t.Errorf("letters %s: a bar of %.0f px, %.0f below the page, %.0f when scrolled to; it covers %.0f px of the last button", size, room.Bar, room.Page, room.Scroll, room.Covered)
		}
		p.Look("letters-" + size)
	}
}
