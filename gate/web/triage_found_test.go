package web_test

import (
	"fmt"
	"strings"
	"testing"

	"mulin/internal/browsertest"
	"mulin/internal/storetest"
	"mulin/town/casework"
	"mulin/town/place"
)

// estate builds 东湖花园 with two buildings in the first grid, and 翠屏山庄 in the third.
func (w *deskTown) estate() {
	w.t.Helper()
	all, err := w.Places.AddAll(ctx, w.System(), []place.Details{
		{Kind: place.Estate, ParentCode: "G1", Code: "E1", Name: "东湖花园", Aliases: []string{"老纺织厂宿舍"}}, {Kind: place.Building, ParentCode: "E1", Code: "B1", Name: "3号楼"},
		{Kind: place.Estate, ParentCode: "G3", Code: "E2", Name: "翠屏山庄"},
	})
	w.ok(err)
	for _, p := range all {
		w.places[p.Code] = p.ID
	}
}

// unplaced is a case that gave no point.
func (w *deskTown) unplaced(text string) casework.Case {
	return w.open("G1", text, func(r *casework.Report) { r.Point, r.Address = nil, "见内容" })
}

func TestTheDeskSetsThePlaceThatIsNamed(t *testing.T) {
	onEach(t, func(t *testing.T, w *deskTown) {
		w.estate()
		c := w.unplaced("昨天晚上8点，老纺织厂宿舍 3 栋2单元的路灯灭了")
		page := w.as("city").get("/cases/" + c.Number)
		page.has(t, "文中提到", "荆河街道 · 荆庄社区 · 第一网格 · 东湖花园 · 3号楼 · 2 单元", "唯一匹配", "<mark>老纺织厂宿舍 3 栋2单元</mark>", "昨天晚上8点", "11月22日 20:00", "设为事项位置")
		w.as("grid").post("/cases/"+c.Number+"/locate", "to", fmt.Sprint(w.places["B1"])).is(t, 404, "the grid locates what lies at the city")
		w.as("property").get("/cases/"+c.Number).is(t, 404, "a company reads it")
		again := w.as("city").post("/cases/"+c.Number+"/locate", "to", "999999", "version", version(c))
		again.is(t, 422, "a place that isn't")
		r := w.as("city").post("/cases/"+c.Number+"/locate", "to", fmt.Sprint(w.places["B1"]), "version", version(c))
		r.is(t, 303, "locate")
		now := w.load(c.Number)
		if now.Place != w.places["B1"] || now.Turn != casework.AtGrid || now.DueAt != c.DueAt {
			t.Errorf("it lies at %d, turn %s", now.Place, now.Turn)
		}
		w.as("grid").get("/desk").has(t, c.Number)
		page = w.as("grid").get("/cases/" + c.Number)
		page.has(t, "定位", "荆庄社区 · 第一网格 · 东湖花园 · 3号楼")
		page.hasNot(t, "唯一匹配")
		stale := w.as("city").post("/cases/"+c.Number+"/locate", "to", fmt.Sprint(w.places["E2"]), "version", version(c))
		stale.is(t, 409, "from a page from before")
		r = w.as("grid").post("/cases/"+c.Number+"/locate", "to", fmt.Sprint(w.places["E2"]), "version", version(now))
		if r.code != 303 || r.to != "/desk" {
			t.Errorf("sent out of reach leads to %d %q", r.code, r.to)
		}
		w.as("street").get("/cases/"+c.Number+"?where="+escape("东湖")).has(t, "翠屏山庄", "东湖花园", "小区")
	})
}

func TestOneMessageBecomesTwoCases(t *testing.T) {
	onEach(t, func(t *testing.T, w *deskTown) {
		w.estate()
		text := "反映两个问题：1.东湖花园南门的路灯坏了三天；2.翠屏山庄的垃圾没人清运，臭味很大。"
		rec, err := w.Desk.Open(ctx, w.System(), casework.Report{Text: text, Address: "见内容", Channel: "web", Phone: "13800001234"})
		w.ok(err)
		c := w.load(rec.Number)
		w.as("city").get("/cases/"+c.Number).has(t, "像是说了 2 件事", "拆成 2 件")
		page := w.as("city").get("/cases/" + c.Number + "/split")
		page.has(t, "居民的原话", text, "路灯坏了三天</textarea>", "臭味很大。</textarea>", "翠屏山庄</option>")
		w.as("grid").get("/cases/"+c.Number+"/split").is(t, 404, "the grid's page")
		w.as("leader").get("/cases/"+c.Number+"/split").is(t, 403, "the leader's page")
		bad := w.as("city").post("/cases/"+c.Number+"/split", "text.1", "路灯坏了", "title.1", "灯", "text.2", "", "text.3", strings.Repeat("长", casework.MaxText+1), "version", version(c))
		bad.is(t, 422, "too long")
		bad.has(t, `value="灯"`, "text.3")
		bad = w.as("city").post("/cases/"+c.Number+"/split", "text.1", "路灯坏了", "version", version(c))
		bad.has(t, "至少要写两件", "路灯坏了</textarea>")
		more := w.as("city").post("/cases/"+c.Number+"/split", "text.1", "路灯坏了", "text.2", "垃圾没人清", "more", "1", "version", version(c))
		more.is(t, 200, "one more")
		more.has(t, "第 3 件", "垃圾没人清</textarea>")
		form := []string{"text.1", "路灯坏了", "place.1", fmt.Sprint(w.places["E1"]), "text.2", "垃圾没人清", "place.2", fmt.Sprint(w.places["E2"]), "version", version(c), "client_ref", "r1"}
		for range 2 {
			w.as("city").post("/cases/"+c.Number+"/split", form...).is(t, 303, "split")
		}
		f, err := w.Desk.FamilyOf(ctx, c.ID)
		w.ok(err)
		if len(f.Parts) != 1 || f.Parts[0].Place != w.places["E2"] || w.load(c.Number).Place != w.places["E1"] {
			t.Fatalf("parts %+v", f.Parts)
		}
		part := f.Parts[0].Number
		w.as("city").get("/cases/"+c.Number).has(t, "同一留言拆出的另外 1 件", part, text)
		w.as("grid").get("/cases/"+c.Number).hasNot(t, "垃圾没人清</a>")
		w.as("grid2").get("/cases/"+part).has(t, "拆自", c.Number)
		w.follows(t, rec, part)
	})
}

// follows: the resident opens both with the one receipt; a stranger opens neither.
func (w *deskTown) follows(t *testing.T, rec casework.Receipt, part string) {
	t.Helper()
	me := w.as("")
	r := me.post("/follow", "number", rec.Number, "secret", rec.Secret)
	r.is(t, 303, "follow")
	for _, c := range r.header.Values("Set-Cookie") {
		if value, ok := strings.CutPrefix(strings.Split(c, ";")[0], "claims="); ok {
			me.claims = value
		}
	}
	page := me.get("/cases/" + rec.Number)
	page.has(t, "同一留言拆出的另外 1 件", "/cases/"+part, "您的留言分成几件事分别办理")
	me.get("/cases/"+part).has(t, "垃圾没人清", "/cases/"+rec.Number)
	w.as("").get("/cases/"+part).is(t, 404, "a stranger")
	r = w.as("").post("/follow", "number", part, "secret", rec.Secret)
	r.is(t, 303, "the part by the same secret")
}

// TestAReportNamesItsPlace offers what the words name to who gave no position.
func TestAReportNamesItsPlace(t *testing.T) {
	onEach(t, func(t *testing.T, w *deskTown) {
		w.estate()
		b1 := fmt.Sprint(w.places["B1"])
		w.as("").post("/report/named", "text", "东湖花园三号楼的灯坏了").has(t, `"id":"`+b1+`"`, "3号楼")
		for _, text := range []string{"荆河街道的路坏了", "东湖花园和翠屏山庄都停电", "路灯坏了", ""} {
			w.as("").post("/report/named", "text", text).hasNot(t, `"id"`)
		}
		page := w.as("").post("/report", "text", "东湖花园三号楼的灯坏了", "draft", "report")
		page.is(t, 422, "without a place")
		page.has(t, `name="named" value="`+b1+`"`, "文中提到“荆河街道")
		w.as("").post("/report", "text", "东湖花园三号楼的灯坏了", "named", b1, "draft", "report").is(t, 303, "with the one it names")
		list, err := w.Desk.List(ctx, w.System(), casework.Filter{Tab: casework.Open})
		w.ok(err)
		if len(list.Cases) != 1 || list.Cases[0].Place != w.places["B1"] || list.Cases[0].Turn != casework.AtGrid {
			t.Errorf("it lies at %+v", list.Cases)
		}
	})
}

// TestAClerkSetsThePlaceAndSplitsByKey works with the keyboard alone; the resident then follows both.
func TestAClerkSetsThePlaceAndSplitsByKey(t *testing.T) {
	t.Parallel()
	w := newDeskTown(t, storetest.SQLite(t))
	w.estate()
	rec, err := w.Desk.Open(ctx, w.System(), casework.Report{Text: "一、东湖花园3号楼的路灯坏了三天。二、楼下的垃圾没人清运，臭味很大。", Address: "东湖花园", Channel: "web"})
	w.ok(err)
	b := browsertest.Start(t)
	p := b.Person(t, "city", browsertest.Desktop, "zh")
	w.enter(p, "city")
	p.Open(w.srv.URL + "/cases/" + rec.Number)
	p.See("像是说了 2 件事")
	p.Look("found-card")
	p.Press("p")
	p.See("已定位到")
	if c := w.load(rec.Number); c.Place != w.places["B1"] {
		t.Errorf("it lies at %s", c.Path)
	}
	p.Wait(`document.readyState === "complete"`)
	p.Press("s")
	p.See("居民的原话")
	p.Look("split")
	p.Fill("#f-title-2", "垃圾清运")
	p.ClickText("拆分")
	p.See("同一留言拆出的另外 1 件")
	p.See("垃圾清运")
	p.Look("split-done")
	r := b.Person(t, "resident", browsertest.Phone, "zh")
	r.Open(w.srv.URL + "/follow")
	r.Fill("#f-number", rec.Number)
	r.Fill("#f-secret", rec.Secret)
	r.ClickText("查看")
	r.See("同一留言拆出的另外 1 件")
	r.Look("follow-parts")
	r.ClickText("垃圾清运")
	r.See("拆自")
	r.Look("follow-part")
}

// TestAResidentTakesTheNamedPlace types, sees the place offered, and takes it with a tap.
func TestAResidentTakesTheNamedPlace(t *testing.T) {
	t.Parallel()
	b := browsertest.Start(t)
	for _, lang := range []string{"zh", "en"} {
		w := newDeskTown(t, storetest.SQLite(t)) // one each: what is told a second time is asked about first
		w.estate()
		p := b.Person(t, "resident-"+lang, browsertest.Phone, lang)
		p.Open(w.srv.URL + "/report")
		p.Fill("#f-text", "东湖花园三号楼楼道灯坏了")
		p.SeeElement("[data-named]:not([hidden])")
		p.Look("report-named")
		p.Click("#f-named")
		p.ClickText(map[string]string{"zh": "提交", "en": "Send"}[lang])
		p.SeeElement(".big-number")
		if c := w.load(p.Text(".big-number")); c.Place != w.places["B1"] {
			t.Errorf("it lies at %s", c.Path)
		}
	}
}

// TestFoundPages looks at card and split.
func TestFoundPages(t *testing.T) {
	t.Parallel()
	w := newDeskTown(t, storetest.SQLite(t))
	w.estate()
	c := w.unplaced("一、东湖花园3号楼的路灯每天晚上8点后不亮，从上周五开始。二、翠屏山庄楼下的垃圾没人清运，" + strings.Repeat("臭味很大，", 60) + "请处理。")
	browsertest.Sweep{URL: w.srv.URL, Enter: w.enter, Pages: []browsertest.Page{
		{Name: "found-card", Who: "city", Path: "/cases/" + c.Number}, {Name: "found-split", Who: "city", Path: "/cases/" + c.Number + "/split"},
		{Name: "found-where", Who: "city", Path: "/cases/" + c.Number + "?where=" + escape("东湖")}, {Name: "found-nowhere", Who: "city", Path: "/cases/" + c.Number + "?where=nowhere"},
	}}.Run(t)
}

// TestOtherNamesByHand looks at the page of the other names: as it stands, and refused.
func TestOtherNamesByHand(t *testing.T) {
	t.Parallel()
	w := newDeskTown(t, storetest.SQLite(t))
	w.estate()
	p := browsertest.Start(t).Person(t, "admin", browsertest.Phone, "zh")
	w.enter(p, "admin")
	for _, v := range browsertest.Views {
		p.As(v)
		p.Open(fmt.Sprint(w.srv.URL, "/places/", w.places["E2"], "/edit"))
		p.Look("aliases")
		p.Fill("[name=aliases]", "平安")
		p.Click("main form button.primary")
		p.Wait(`document.querySelector("[name=aliases][aria-invalid=true]")`)
		p.Look("aliases-bad")
	}
}

// TestOtherNamesHaveAnEditor gives an estate a name by which the desk then finds it.
func TestOtherNamesHaveAnEditor(t *testing.T) {
	onEach(t, func(t *testing.T, w *deskTown) {
		w.estate()
		at := fmt.Sprint("/places/", w.places["E2"])
		w.as("clerk").get(at+"/edit").is(t, 403, "the clerk's page")
		w.as("admin").get(at).has(t, at+"/edit")
		w.as("admin").post(at+"/edit", w.groundForm(w.places["E2"], "aliases", "平安")...).has(t, "太常见", "平安</textarea>")
		w.as("admin").post(at+"/edit", w.groundForm(w.places["E2"], "aliases", "望山院")...).is(t, 303, "save")
		w.as("admin").get(at).has(t, "望山院")
		c := w.unplaced("望山院的路灯灭了")
		w.as("city").get("/cases/"+c.Number).has(t, "<mark>望山院</mark>", "翠屏山庄")
	})
}
