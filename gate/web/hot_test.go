package web_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"mulin/internal/browsertest"
	"mulin/internal/life"
	"mulin/internal/storetest"
	"mulin/town/casework"
	"mulin/town/task"
)

// plant are messages about one thing beside one estate; all made up.
var plant = [][2]string{
	{"翠屏新城旁边的搅拌站噪音扰民", "翠屏新城东侧新开了一家混凝土搅拌站，夜里机器轰鸣，全家睡不着。"},
	{"投诉翠屏新城附近搅拌站", "搅拌站离翠屏新城不到一百米，粉尘飘进屋里，桌子一天擦三遍。"},
	{"请关停翠屏新城边上的搅拌站", "我是翠屏新城业主，搅拌站凌晨两点还在生产，孩子被吵醒。"},
	{"翠屏新城业主要求搬迁搅拌站", "混凝土搅拌站扬尘严重，老人咳嗽不止，要求搬走。"},
}

// plants files the messages, each from another phone, and lets the followers catch up.
func (w *deskTown) plants(grid string) []casework.Case {
	w.t.Helper()
	var all []casework.Case
	for i, m := range plant {
		all = append(all, w.open(grid, m[1], func(r *casework.Report) { r.Title, r.Phone = m[0], fmt.Sprintf("139000%s000%d", grid[1:], i) }))
	}
	w.ok(w.Feed.CatchUp(ctx))
	return all
}

// taskAt is the address of the task that a reply leads to.
var taskAt = regexp.MustCompile(`^/tasks/\d+$`)

func TestHotIssuesAndTasks(t *testing.T) {
	onEach(t, func(t *testing.T, w *deskTown) {
		w.as("leader").get("/hot").has(t, "这段时间没有热点")
		cases := w.plants("G1")
		issue := "/hot/" + fmt.Sprint(cases[0].ID)
		board := w.as("leader").get("/hot?period=week")
		board.is(t, 200, "the board")
		board.has(t, "搅拌站", issue, "4/4", "热度 = 1×人数", `class="spark"`)
		w.as("street").get(issue).has(t, cases[3].Number, "立为专项", "改名")
		w.as("clerk").get("/hot").has(t, issue)
		w.as("grid2").get(issue).is(t, 404, "an issue without a case of one's own")
		w.as("grid2").get("/hot").hasNot(t, "搅拌站")
		w.as("water").get("/hot").is(t, 403, "the board for a department")
		w.as("auditor").post(issue+"/rename", "title", "x").is(t, 403, "renaming without the right")

		w.as("street").post(issue+"/rename", "title", "").has(t, "请写一个名称")
		w.as("street").post(issue+"/rename", "title", "<script>搅拌站</script>扰民").is(t, 303, "renaming")
		named := w.as("leader").get("/hot")
		named.has(t, "&lt;script&gt;搅拌站")
		named.hasNot(t, "<script>搅拌站")
		w.as("clerk").post(issue+"/cases/"+cases[1].Number, "issue", "0").is(t, 303, "taking a case out")
		w.ok(w.Feed.CatchUp(ctx))
		w.as("leader").get(issue).hasNot(t, cases[1].Number)

		leader := w.as("leader")
		leader.get(issue+"/task").has(t, "责任单位")
		leader.post(issue+"/task", "title", "", "body", "", "due", "1999-01-01").has(t, "请写一个名称", "请选择一个单位", "期限已经过去")
		made := leader.post(issue+"/task", "title", "搅拌站整治", "body", "#"+fmt.Sprint(w.bodies["office"]), "due", "2027-06-30", "published", "1")
		if made.code != 303 || !taskAt.MatchString(made.to) {
			t.Fatalf("opening a task = %d, to %q", made.code, made.to)
		}
		w.as("water").get(made.to).is(t, 404, "a task one has no part in")
		leader.post(made.to+"/measures", "title", "夜间停产", "body", "市", "due", "2027-05-01").has(t, "市供水公司", "市指挥中心")
		leader.post(made.to+"/measures", "title", "夜间停产", "body", "#"+fmt.Sprint(w.bodies["water"]), "due", "2027-05-01").is(t, 303, "adding a measure")
		leader.get(made.to).has(t, "夜间停产", "市供水公司", "搅拌站整治", "同意立项")
		tick := tickOf(t, w.as("water").get(made.to))
		w.as("water").post(tick, "note", "").has(t, "请附一句说明或一张照片")
		w.as("roads").post(tick, "note", "x").is(t, 404, "another department ticks it off")
		w.as("water").post(tick, "note", "已停产", "photo", "停产.jpg").is(t, 303, "ticking off")
		shot := regexp.MustCompile(made.to + `/photos/[^"?]+`).FindString(leader.get(made.to).body)
		leader.get(shot).is(t, 200, "the evidence")
		w.as("roads").get(shot).is(t, 404, "the evidence for a stranger")
		for _, to := range []string{"decided", "under_way", "done"} {
			leader.post(made.to+"/advance", "to", to).is(t, 303, "to "+to)
		}
		leader.post(made.to+"/advance", "to", "assessed").has(t, "请写明评估结论")
		leader.post(made.to+"/note", "note", "回访过了").is(t, 303, "a note")
		leader.get("/tasks").has(t, "搅拌站整治", "措施 1/1")
		w.as("street").get("/tasks").has(t, "搅拌站整治")
		w.as("clerk").get("/tasks").is(t, 403, "tasks without the right")

		s, err := w.Tasks.OfCase(ctx, cases[0].ID)
		if err != nil || s.Title != "搅拌站整治" || s.State != task.Done {
			t.Errorf("the reporter reads %+v, %v", s, err)
		}
	})
}

// TestTaskFormsPressedTwice: a form of a special task that is pressed again does nothing more and says what it said; other words in it are another request, and who
// ticks off what somebody else has ticked off is told so and keeps their words.
func TestTaskFormsPressedTwice(t *testing.T) {
	onEach(t, func(t *testing.T, w *deskTown) {
		issue, leader, water := "/hot/"+fmt.Sprint(w.plants("G1")[0].ID), w.as("leader"), w.as("water")
		leader.get("/tasks").has(t, "在热点问题里点")
		water.get("/tasks").has(t, "有专项要您的单位办措施时")
		water.get("/tasks").hasNot(t, "在热点问题里点")
		twice := func(c caller, path, what string, pairs ...string) reply {
			t.Helper()
			pairs = append(pairs, "client_ref", "press-"+what)
			c.post(path, pairs...).is(t, 303, what)
			again := c.post(path, pairs...)
			again.is(t, 303, what+", pressed again")
			return again
		}
		plan := []string{"title", "搅拌站整治", "body", "#" + fmt.Sprint(w.bodies["office"]), "due", "2027-06-30"}
		at := twice(leader, issue+"/task", "open", plan...).to
		if n := strings.Count(leader.get("/tasks").body, `id="t-`); n != 1 {
			t.Errorf("%d tasks of one form", n)
		}
		plan[1] = "搅拌站再整治"
		if other := leader.post(issue+"/task", append(plan, "client_ref", "press-open")...); other.code != 303 || other.to == at {
			t.Errorf("another title is no other task: %d, to %q", other.code, other.to)
		}
		unit := "#" + fmt.Sprint(w.bodies["water"])
		twice(leader, at+"/measures", "measure", "title", "夜间停产", "body", unit, "due", "2027-05-01")
		twice(leader, at+"/note", "note", "note", "已约谈")
		twice(leader, at+"/advance", "decide", "to", "decided")
		late := leader.post(at+"/measures", "title", "拆除", "body", unit, "due", "2027-07-01")
		late.is(t, 422, "a measure due after its task")
		late.has(t, "专项的期限在这之前")
		leader.post(at+"/edit", "title", "搅拌站整治", "body", plan[3], "due", "2027-04-01").has(t, "有措施的期限在这之后")
		page := water.get(at)
		for words, want := range map[string]int{`class="measure"`: 1, "已约谈": 1} {
			if n := strings.Count(page.body, words); n != want {
				t.Errorf("%q stands %d times, want %d", words, n, want)
			}
		}
		tick := tickOf(t, page)
		twice(water, tick, "tick", "note", "已停产")
		second := leader.post(tick, "note", "我也去看过", "client_ref", "another")
		second.is(t, 409, "a second tick")
		second.has(t, "“夜间停产”已经有人勾掉了", "我也去看过")
		second.hasNot(t, "措施已勾掉。", "请先改正以下内容")
		leader.get(at).has(t, "选“撤销”时必须写")
		r, err := http.NewRequest("GET", w.srv.URL+at, nil)
		w.ok(err)
		r.Header.Set("Accept-Language", "en")
		leader.send(r).has(t, "Decided</")
	})
}

func tickOf(t *testing.T, r reply) string {
	t.Helper()
	at := regexp.MustCompile(`action="(/tasks/\d+/measures/\d+)"`).FindStringSubmatch(r.body)
	if at == nil {
		t.Fatalf("nothing to tick off (%d)", r.code)
	}
	return at[1]
}

func TestReporterReadsOfTheTask(t *testing.T) {
	w := newDeskTown(t, storetest.SQLite(t))
	cases := w.plants("G1")
	made, err := w.Tasks.Open(ctx, w.System(), task.Plan{Title: "搅拌站整治", Issue: cases[0].ID, Body: w.bodies["office"], DueAt: w.clk.Now().UnixMicro() + 30*86400e6, Published: true})
	w.ok(err)
	w.ok(w.Tasks.Advance(ctx, w.System(), made.ID, task.Decided, life.Step{}))
	s, err := w.Tasks.OfCase(ctx, cases[2].ID)
	if err != nil || s.Title != made.Title {
		t.Errorf("%+v, %v", s, err)
	}
}

func TestHotWeightsPage(t *testing.T) {
	w := newDeskTown(t, storetest.SQLite(t))
	admin := w.as("admin")
	admin.get("/admin/hot").has(t, "热度权重", `value="0.5"`)
	admin.post("/admin/hot", "people", "viel").has(t, "请填一个数", `value="viel"`)
	fields := []string{"people", "2", "pace", "1", "support", "2", "half_life", "7", "named", "9", "unknown", "0.1"}
	admin.post("/admin/hot", fields...).has(t, "0 到 1")
	fields[9] = "0.5"
	admin.post("/admin/hot", fields...).is(t, 303, "saving")
	w.plants("G1")
	w.as("leader").get("/hot").has(t, "热度 = 2×人数")
	w.as("clerk").get("/admin/hot").is(t, 403, "the weights for a clerk")
}

// TestMonthlyTask is a leader's way from the board to a special task with a measure, which a department ticks off.
func TestMonthlyTask(t *testing.T) {
	t.Parallel()
	w := newDeskTown(t, storetest.SQLite(t))
	cases := w.plants("G1")
	w.plants("G3")
	b := browsertest.Start(t)
	p := b.Person(t, "leader", browsertest.Desktop, "zh")
	w.enter(p, "leader")
	p.Open(w.srv.URL + "/hot")
	p.Click("details.heat summary")
	p.Look("hot-board")
	p.Click("#hot-" + fmt.Sprint(cases[0].ID) + " a.title")
	p.See("热度的构成")
	p.Look("hot-issue")
	p.ClickText("立为专项")
	p.Fill("#f-body", "荆河街道")
	p.Fill("#f-due", "2027-06-30")
	p.Look("hot-task-form")
	p.ClickText("保存")
	p.See("专项已提出")
	p.Fill("#f-add-title", "夜间停产")
	p.Fill("#f-add-body", "市供水公司")
	p.Fill("#f-add-due", "2027-05-01")
	p.Click("form[action$='/measures'] button.btn:not([type=button])")
	p.See("措施已加上")
	p.Look("hot-task")
	made := p.URL()[strings.Index(p.URL(), "/tasks/"):]

	q := b.Person(t, "water", browsertest.Phone, "en")
	w.enter(q, "water")
	q.Open(w.srv.URL + made)
	q.ClickText("It is done: tick it off")
	q.Fill("textarea[name=note]", "夜间已停产")
	q.ClickText("Tick off")
	q.See("The measure is ticked off")
	q.Look("hot-task")
	q.Open(w.srv.URL + "/tasks")
	q.Look("hot-tasks")

	s := b.Person(t, "street", browsertest.Phone, "en")
	w.enter(s, "street")
	s.Open(w.srv.URL + "/hot")
	s.Look("hot-board")
	s.Open(w.srv.URL + "/hot/" + fmt.Sprint(cases[0].ID))
	s.Look("hot-issue")
}

// TestHotMap shows the issues of the board as points beside the list: the hottest largest, a click opens it, and its row marks its point.
func TestHotMap(t *testing.T) {
	t.Parallel()
	w := newDeskTown(t, storetest.SQLite(t))
	cases := w.plants("G1")
	for i, title := range []string{"北关小学门口路面塌陷积水", "北关小学门前路面塌陷，下雨积水"} {
		w.open("G3", title+"，接孩子的人绕着走。", func(r *casework.Report) { r.Title, r.Phone = title, fmt.Sprintf("1390000999%d", i) })
	}
	w.ok(w.Feed.CatchUp(ctx))
	page := w.as("leader").get("/hot")
	page.has(t, `data-sign="1"`, `data-size="4"`, `data-sign="2"`, `data-size="3"`, `class="hot-map js-only"`)
	page.hasNot(t, "35.005") // where the reporters were
	p := browsertest.Start(t).Person(t, "leader", browsertest.Desktop, "zh")
	w.enter(p, "leader")
	for _, v := range browsertest.Views {
		p.As(v)
		p.Open(w.srv.URL + "/hot")
		p.Eval(`document.querySelector("#hot-map").scrollIntoView()`, nil)
		p.Wait(`document.querySelector("#hot-map").dataset.ready === "1"`)
		p.SeeElement(`#hot-map .pin.heat[data-size="4"]`)
		p.Look("hot-map")
		row := "#hot-" + fmt.Sprint(cases[0].ID)
		p.Eval(`document.querySelector("`+row+` a.title").focus()`, nil)
		p.SeeElement("#hot-map .pin.current")
		p.Eval(`document.querySelector("#hot-map .pin.current").click()`, nil)
		p.Wait(`location.pathname === "/hot/` + fmt.Sprint(cases[0].ID) + `"`)
	}
}
