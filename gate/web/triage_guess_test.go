package web_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"mulin/internal/browsertest"
	"mulin/internal/register/registertest"
	"mulin/internal/storetest"
	"mulin/town/casework"
	"mulin/town/catalog"
	"mulin/town/triage"
)

// tree gives the town classes with examples, words of danger and of secrecy.
func (w *deskTown) tree() {
	w.t.Helper()
	w.ok(w.Catalog.UrgencyNoun().Save(ctx, w.System(), &catalog.UrgencyEntry{Code: "2h", Rank: 1, Words: "爆裂 煤气+味"}, &catalog.UrgencyEntry{Code: "24h", Rank: 2}))
	w.ok(w.Catalog.ClassNoun().Save(ctx, w.System(),
		&catalog.ClassEntry{Above: "城乡建设", Name: "自来水供应", Says: "水管爆裂；家里停水；水压太小"}, &catalog.ClassEntry{Above: "城乡建设", Name: "燃气供应", Says: "楼道有煤气味；燃气表坏了"},
		&catalog.ClassEntry{Above: "城乡建设", Name: "城市公共设施", Says: "路灯不亮；井盖松动；楼下的水管井"}, &catalog.ClassEntry{Above: "环境保护", Name: "噪音污染", Says: "夜里施工太吵；音响扰民"},
		&catalog.ClassEntry{Above: "环境保护", Name: "水污染", Says: "河水发臭"}, &catalog.ClassEntry{Above: "民政", Name: "城镇低保", Says: "申请低保"}))
	s := w.Catalog.Settings()
	s.SecretWords = "举报 打击报复"
	w.ok(w.Catalog.SaveSettings(ctx, w.System(), s))
}

func (w *deskTown) class(name string) int64 {
	w.t.Helper()
	c, ok := w.Catalog.ByFullName(name)
	if !ok {
		w.t.Fatalf("no class %s", name)
	}
	return c.ID
}

// past closes n cases of each of three classes.
func (w *deskTown) past(n int) {
	w.t.Helper()
	for name, words := range map[string][]string{"城乡建设 / 自来水供应": {"自来水停了两天", "水管漏水没人修", "水压太小洗不了澡", "水龙头流黄水"},
		"环境保护 / 噪音污染": {"工地夜里施工太吵", "楼下音响声音太大", "广场舞扰民", "装修电钻吵醒孩子"}, "城乡建设 / 城市公共设施": {"路灯坏了看不见路", "井盖松动响声大", "人行道地砖破了", "护栏被撞坏"}} {
		for i := range n {
			c := w.open("G1", fmt.Sprintf("%s，%d号楼", words[i%len(words)], i), func(r *casework.Report) { r.Class = w.class(name) })
			c = w.act(c, casework.Accept, casework.Step{})
			c = w.act(c, casework.Done, casework.Step{Note: "好了"})
			c = w.act(c, casework.Answer, casework.Step{Note: "已处理"})
			w.act(c, casework.Archive, casework.Step{})
		}
	}
}

// TestSuggestions: a clerk sees what a case seems to be with the words that speak for it, accepts by one key, corrects another; the administrator
// teaches it by a button and goes back by another.
func TestSuggestions(t *testing.T) {
	w := newDeskTown(t, storetest.SQLite(t))
	w.tree()
	w.past(12)
	_, err := w.Triage.Learn(ctx, w.System(), triage.Training{Source: triage.ByHand})
	w.ok(err)
	burst, lamp := w.open("G1", "3号楼下自来水水管爆裂，漏水到路上"), w.open("G1", "门口的路灯坏了，老人看不见路")
	danger := w.open("G1", "举报夜里施工太吵，怕打击报复")
	run, stop := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() { w.Town.Run(run); close(done) }()
	t.Cleanup(func() { stop(); <-done })
	b := browsertest.Start(t)
	p := b.Person(t, "clerk", browsertest.Desktop, "zh")
	w.enter(p, "clerk")

	p.Open(w.srv.URL + "/cases/" + burst.Number)
	p.See("自来水供应")
	p.See("提到")
	p.See("水管爆裂")
	p.SeeElement(".guess-pick.first progress")
	if got := p.Value("#guess-card [name=urgency]"); got != "2h" {
		t.Errorf("a burst pipe is suggested to be %q", got)
	}
	p.Wait(`document.readyState === "complete"`)
	p.Axe()
	p.Press("y")
	p.See("已定类：城乡建设 / 自来水供应")
	p.See("定类 → 城乡建设 / 自来水供应")
	p.See("采纳建议")
	if c := w.load(burst.Number); c.Class != w.class("城乡建设 / 自来水供应") || c.Urgency != "2h" {
		t.Errorf("the case is %d, %q", c.Class, c.Urgency)
	}

	p.Open(w.srv.URL + "/desk?tab=open")
	p.See("建议类别：城市公共设施")
	p.Wait(`document.readyState === "complete"`)
	p.Press("j")
	for range 3 {
		if strings.Contains(p.Text("tr.current"), lamp.Number) {
			break
		}
		p.Press("j")
	}
	p.Press("y")
	p.See(lamp.Number + " 已定类")
	if c := w.load(lamp.Number); c.Class != w.class("城乡建设 / 城市公共设施") {
		t.Errorf("by the key in the list the case is %d", c.Class)
	}

	p.Open(w.srv.URL + "/cases/" + danger.Number)
	p.See("可能需要保密")
	p.Wait(`document.readyState === "complete"`)
	p.Press("l")
	p.SeeElement("#f-classify-sift")
	p.Fill("#f-classify-sift", "低保")
	p.ClickText("城镇低保")
	p.Axe()
	p.Click("#guess-card button.primary")
	p.See("定类 → 民政 / 城镇低保")
	p.See("原建议“噪音污染”")
	if c := w.load(danger.Number); !c.Hidden || c.Class != w.class("民政 / 城镇低保") {
		t.Errorf("corrected, it is %d, hidden %v", c.Class, c.Hidden)
	}

	admin := b.Person(t, "admin", browsertest.Desktop, "zh")
	w.enter(admin, "admin")
	admin.Open(w.srv.URL + "/admin/triage/models")
	admin.See("常被更正的建议")
	admin.ClickText("现在训练")
	admin.SeeElement("#v2")
	admin.See("现在训练")
	admin.Axe()
	if !strings.Contains(admin.Text("#v2"), "使用中") {
		t.Fatalf("version 2 is %q", admin.Text("#v2"))
	}
	admin.Click("#v1 button")
	admin.See("已启用版本 1")
	if !strings.Contains(admin.Text("#v1"), "使用中") {
		t.Errorf("after going back version 1 is %q", admin.Text("#v1"))
	}
}

// TestSuggestionsLook looks at the pages with suggestions, before and after something was learned.
func TestSuggestionsLook(t *testing.T) {
	t.Parallel()
	w := newDeskTown(t, storetest.SQLite(t))
	w.tree()
	unsure := w.open("G1", "家里停水了")
	cold := "/cases/" + unsure.Number
	w.past(12)
	c := w.open("G1", "水管爆裂，漏水到路上，已经两个小时了，楼下全是水，请快来关阀门，老人出不了门")
	w.open("G1", "路灯坏了")
	sorted := w.open("G1", "夜里施工太吵")
	_, err := w.Triage.Classify(ctx, w.System(), &sorted, casework.Sorting{Class: w.class("环境保护 / 水污染")}, casework.Step{})
	w.ok(err)
	b := browsertest.Start(t)
	people := map[string]*browsertest.Person{}
	for _, login := range []string{"clerk", "admin"} {
		people[login] = b.Person(t, login, browsertest.Phone, "zh")
		w.enter(people[login], login)
	}
	look := func(name string, pages ...[2]string) {
		for i, page := range pages {
			p := people[page[0]]
			for _, v := range browsertest.Views {
				p.As(v)
				p.Open(w.srv.URL + page[1])
				if page[1] == "/report" {
					p.Fill("[name=text]", "家里的水管爆裂了，一直漏水")
					p.SeeElement("#guess button")
				}
				p.Look(fmt.Sprintf("%s-%d", name, i))
			}
		}
	}
	look("cold", [2]string{"clerk", cold}, [2]string{"admin", "/admin/triage/models"})
	_, err = w.Triage.Learn(ctx, w.System(), triage.Training{Source: triage.ByHand})
	w.ok(err)
	look("warm", [2]string{"clerk", "/cases/" + c.Number}, [2]string{"clerk", "/cases/" + c.Number + "?do=classify"}, [2]string{"clerk", "/cases/" + sorted.Number}, [2]string{"clerk", "/desk?tab=open"},
		[2]string{"admin", "/admin/triage/models"}, [2]string{"clerk", "/report"}, [2]string{"clerk", "/cases/" + c.Number + "?do=dispatch"})
}

// TestChips: a resident may tap what the report is about; it isn't asked for and needs no percent, and what is tapped outlives a reload.
func TestChips(t *testing.T) {
	t.Parallel()
	w := newDeskTown(t, storetest.SQLite(t))
	w.tree()
	p := browsertest.Start(t).Person(t, "resident", browsertest.Phone, "zh")
	p.Open(w.srv.URL + "/report")
	p.Fill("[name=text]", "楼道有煤气味，请快来")
	p.ClickText("燃气供应")
	p.SeeElement(`#guess button[aria-pressed=true]`)
	if text := p.Text("#guess"); strings.Contains(text, "%") || !strings.Contains(text, "这是关于") {
		t.Errorf("the resident reads %q", text)
	}
	p.Axe()
	p.Reload()
	p.SeeElement(`#guess button[aria-pressed=true]`)
	p.Fill("[name=address]", "东湖路 17 号")
	p.Eval(`document.querySelector("[name=lat]").value = "35.005"; document.querySelector("[name=lng]").value = "117.005"`, nil)
	p.Click("#report button.primary")
	p.See("上报回执")
	c := w.load(p.Text(".big-number"))
	if c.Class != w.class("城乡建设 / 燃气供应") {
		t.Errorf("the case is of class %d", c.Class)
	}
}

// TestReportClass: what the report form asks while somebody types tells residents nothing but names, and a class that isn't in use keeps nobody from reporting.
func TestReportClass(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, w *deskTown) {
		w.tree()
		got := w.as("").post("/report/class", "text", "楼道有煤气味")
		got.is(t, 200, "a resident asks")
		got.has(t, "燃气供应")
		got.hasNot(t, "percent", "words")
		w.as("clerk").post("/report/class", "text", "楼道有煤气味").has(t, "percent", "煤气味", `"unsure":true`)
		w.as("").post("/report/class", "text", strings.Repeat("水", 20000)).is(t, 200, "a long text")
		gone := w.class("民政 / 城镇低保")
		w.ok(registertest.Retire(ctx, w.Catalog.ClassNoun().Noun, w.System(), gone))
		w.as("").post("/report", "text", "申请低保", "class", fmt.Sprint(gone), "lat", "35.005", "lng", "117.005", "address", "东湖路").is(t, 303, "with a class that is gone")
		w.as("").post("/report", "text", "路灯坏了，晚上看不见台阶", "class", "x' or 1", "lat", "35.005", "lng", "117.005", "address", "东湖路").is(t, 303, "with no class at all")
	})
}

// TestClassifyOverHTTP: who may not is refused, a stale page is told so, a click that comes twice counts once, and what is wrong is said.
func TestClassifyOverHTTP(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, w *deskTown) {
		w.tree()
		c := w.open("G1", "家里停水了")
		at, water := "/cases/"+c.Number+"/classify", fmt.Sprint(w.class("城乡建设 / 自来水供应"))
		for login, code := range map[string]int{"grid2": 404, "property2": 404, "branch": 403, "leader": 403, "auditor": 403, "admin": 404} {
			w.as(login).post(at, "class", water).is(t, code, login+" classifies")
		}
		clerk := w.as("clerk")
		clerk.post(at, "class", "").has(t, "请选择一个类别")
		clerk.post(at, "class", "999").is(t, 422, "a class that isn't there")
		form := []string{"class", water, "was", c.Sorted(), "client_ref", "r1", "urgency", "24h", "kind", "help"}
		clerk.post(at, form...).is(t, 303, "classify")
		clerk.post(at, form...).is(t, 303, "the second click")
		form[5] = "r2"
		clerk.post(at, form...).has(t, "刚才已有人把它定为")
		if now := w.load(c.Number); now.Urgency != "24h" || now.Kind != "help" || fmt.Sprint(now.Class) != water {
			t.Errorf("it is %+v", now)
		}
		f, err := w.Desk.Get(ctx, w.System(), c.Number)
		w.ok(err)
		if len(f.Steps) != 1 {
			t.Errorf("%d steps were written", len(f.Steps))
		}
		w.as("clerk").post("/admin/triage/models/train").is(t, 403, "a clerk teaches")
		w.as("clerk").get("/admin/triage/models").is(t, 403, "a clerk reads the versions")
		w.as("admin").post("/admin/triage/models/activate", "number", "7").is(t, 404, "a version that isn't there")
	})
}
