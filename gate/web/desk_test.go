package web_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"mulin/internal/store"
	"mulin/town/casework"
	"mulin/town/place"
)

// offered are the steps a page offers, by the forms it shows.
var offered = regexp.MustCompile(`action="/(?:cases/[0-9-]+|whistles/[0-9]+)/([a-z_-]+)"`)

func offers(body string) []string {
	var all []string
	for _, m := range offered.FindAllStringSubmatch(body, -1) {
		if !slices.Contains(all, m[1]) && m[1] != "reveal" {
			all = append(all, m[1])
		}
	}
	slices.Sort(all)
	return all
}

// TestStepsByRole: a page offers each role what the reviewed table says, and a step that isn't offered is refused when it is sent all the same.
func TestStepsByRole(t *testing.T) {
	t.Parallel()
	table := []struct {
		status string
		to     func(w *deskTown) casework.Case
		want   map[string]string // of whoever sees the case at all
	}{
		{"new", func(w *deskTown) casework.Case { return w.open("G1", "水管爆裂") }, map[string]string{
			"grid": "accept classify contact decline dispatch merge note whistle", "clerk": "accept classify contact decline dispatch merge note whistle",
			"street": "accept classify contact decline dispatch merge note whistle", "city": "accept classify contact decline dispatch merge note",
			"branch": "note", "leader": "note", "auditor": "note"}},
		{"dispatched", func(w *deskTown) casework.Case {
			return w.act(w.open("G1", "水管爆裂"), casework.Dispatch, casework.Step{To: w.bodies["property"]})
		}, map[string]string{
			"grid": "classify contact note recall", "clerk": "classify contact note recall", "street": "classify contact note recall", "city": "classify contact note recall",
			"property": "contact note return take", "branch": "note", "leader": "note", "auditor": "note"}},
		{"working", func(w *deskTown) casework.Case {
			c := w.act(w.open("G1", "水管爆裂"), casework.Dispatch, casework.Step{To: w.bodies["property"]})
			return w.act(c, casework.Take, casework.Step{})
		}, map[string]string{
			"grid": "classify contact note", "clerk": "classify contact note", "street": "classify contact note", "city": "classify contact note",
			"property": "contact done note return", "branch": "note", "leader": "note", "auditor": "note"}},
		{"resolved", func(w *deskTown) casework.Case {
			c := w.act(w.open("G1", "水管爆裂"), casework.Accept, casework.Step{})
			return w.act(c, casework.Done, casework.Step{Note: "修好了"})
		}, map[string]string{
			"grid": "answer classify contact note", "clerk": "answer classify contact note", "street": "answer classify contact note", "city": "answer classify contact note",
			"branch": "note", "leader": "note", "auditor": "note"}},
		{"answered", func(w *deskTown) casework.Case {
			c := w.act(w.open("G1", "水管爆裂"), casework.Accept, casework.Step{})
			c = w.act(c, casework.Done, casework.Step{Note: "修好了"})
			return w.act(c, casework.Answer, casework.Step{Note: "已修好"})
		}, map[string]string{
			"grid": "classify note", "clerk": "classify note revisit unsolved", "street": "classify note revisit unsolved", "city": "classify note revisit unsolved",
			"branch": "note revisit unsolved", "leader": "note", "auditor": "note"}},
	}
	onEach(t, func(t *testing.T, w *deskTown) {
		verbs := []string{"accept", "dispatch", "take", "return", "recall", "done", "answer", "revisit", "unsolved", "decline", "contact", "merge", "unmerge", "lapse", "hand_in", "report_in", "classify"}
		for _, row := range table {
			c := row.to(w)
			for _, s := range staffOf {
				login := s[0]
				one, want := w.as(login), row.want[login]
				page := one.get("/cases/" + c.Number)
				if want == "" {
					page.is(t, 404, login+" opens a "+row.status+" case")
				} else if got := strings.Join(offers(page.body), " "); got != want {
					t.Errorf("%s, %s: offered %q, want %q", row.status, login, got, want)
				}
				for _, v := range verbs {
					if slices.Contains(strings.Fields(want), v) {
						continue
					}
					got := one.post("/cases/"+c.Number+"/"+v, "note", "x", "to", fmt.Sprint(w.bodies["water"]), "reason", "court", "photo", "a.jpg")
					if got.code != 403 && got.code != 404 && got.code != 409 {
						t.Errorf("%s, %s: %s = %d, want a refusal", row.status, login, v, got.code)
					}
				}
			}
			if now := w.load(c.Number); now.Version != c.Version {
				t.Errorf("%s: a refused step changed the case to %s", row.status, now.Status)
			}
		}
	})
}

// TestEveryIDEveryRole is A7 and A8: nobody reaches another area's case by its number, photo, whistle, list, board, board's data or search.
func TestEveryIDEveryRole(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, w *deskTown) {
		west, east := w.open("G1", "西边的水管爆裂"), w.open("G3", "东边的水管爆裂")
		east = w.act(east, casework.Dispatch, casework.Step{To: w.bodies["property2"]})
		called := w.open("G3", "东边要吹哨")
		w.as("street").post("/cases/"+called.Number+"/whistle", "item", fmt.Sprint(w.item), "note", "请来").is(t, 303, "the street whistles")
		called = w.load(called.Number)
		w.ok(w.Feed.CatchUp(ctx))
		sees := map[string][2]bool{"grid": {true, false}, "grid2": {false, true}, "property2": {false, true}, "branch": {true, false}, "clerk": {true, false},
			"street": {true, true}, "city": {true, true}, "leader": {true, true}, "auditor": {true, true}}
		for _, login := range append([]string{""}, logins()...) {
			one := w.as(login)
			for i, c := range []casework.Case{west, east} {
				yes := sees[login][i]
				hash := w.photoOf(c)
				for _, path := range []string{"/cases/" + c.Number, "/cases/" + c.Number + "/photos/" + hash, "/cases/" + c.Number + "/photos/" + hash + "?small"} {
					if got := one.get(path); (got.code == 200) != yes || !yes && got.code != 404 {
						t.Errorf("%q GET %s = %d, want seen = %v", login, path, got.code, yes)
					}
				}
				for _, path := range []string{"/desk?tab=open", "/desk", "/board", "/board/cases.json", "/search?q=" + escape("水管")} {
					if got := one.get(path); !yes && strings.Contains(got.body, c.Number) {
						t.Errorf("%q GET %s shows %s", login, path, c.Number)
					}
				}
				if got := one.get("/search?q=" + c.Number); !yes && strings.Contains(got.body, "/cases/"+c.Number) {
					t.Errorf("%q finds %s by its number", login, c.Number)
				}
				if !yes {
					for _, verb := range []string{"note", "accept", "reveal", "whistle", "contact"} {
						if got := one.post("/cases/"+c.Number+"/"+verb, "note", "x", "reason", "x", "item", "0"); got.code != 404 && got.code != 403 {
							t.Errorf("%q POST %s %s = %d", login, verb, c.Number, got.code)
						}
					}
				}
			}
			if !sees[login][1] && login != "water" && login != "roads" {
				for _, deed := range []string{"report-in", "hand-in", "score"} {
					if got := one.post(fmt.Sprintf("/whistles/%d/%s", called.Whistle, deed), "note", "x", "lat", "35", "lng", "117", "photo", "x.jpg", "stars", "5"); got.code != 404 && got.code != 403 {
						t.Errorf("%q %s = %d", login, deed, got.code)
					}
				}
			}
		}
		w.as("city").get("/cases/000000-99999").is(t, 404, "a number nobody has")
		w.as("city").get("/cases/"+west.Number+"/photos/"+w.photoOf(east)).is(t, 404, "another case's photo")
	})
}

func logins() []string {
	var all []string
	for _, s := range staffOf {
		all = append(all, s[0])
	}
	return all
}

func (w *deskTown) photoOf(c casework.Case) string {
	first, err := w.Desk.Thumbs(ctx, []int64{c.ID})
	w.ok(err)
	return first[c.ID]
}

// TestDispatchAndDo is the grid order of one case, by form: suggested company, take, done with photo, answer, revisit.
func TestDispatchAndDo(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, w *deskTown) {
		c := w.open("G1", "楼道灯不亮")
		clerk, company := w.as("clerk"), w.as("property")
		page := clerk.get("/cases/" + c.Number + "?do=dispatch")
		page.has(t, "安居物业", fmt.Sprintf(`value="%d" checked autofocus`, w.bodies["property"]), "改派其他单位", "市供水公司")
		clerk.post("/cases/"+c.Number+"/dispatch", "version", version(c), "to", fmt.Sprint(w.bodies["property"]), "note", "今天处理").is(t, 303, "dispatch")
		desk := company.get("/desk")
		desk.has(t, c.Number, "接单", `data-key-press="t"`, "photos/"+w.photoOf(c)+"?small")
		c = w.load(c.Number)
		first := company.post("/cases/"+c.Number+"/take", "version", version(c), "client_ref", "take.1", "back", "/desk?tab=mine")
		if first.code != 303 || first.to != "/desk?tab=mine" {
			t.Errorf("take = %d to %q", first.code, first.to)
		}
		company.post("/cases/"+c.Number+"/take", "version", version(c), "client_ref", "take.1").is(t, 303, "take sent twice")
		c = w.load(c.Number)
		again := company.post("/cases/"+c.Number+"/done", "version", version(c), "note", "", "photo", "after.jpg")
		again.is(t, 422, "done without a note")
		again.has(t, `href="#f-now-note"`, `name="kept"`, "data:image/jpeg;base64,")
		kept := regexp.MustCompile(`name="kept" value="([^"]+)"`).FindStringSubmatch(again.body)
		if kept == nil {
			t.Fatal("the photo is lost")
		}
		company.post("/cases/"+c.Number+"/done", "version", version(c), "note", "换了灯泡", "kept", kept[1]).is(t, 303, "done with the kept photo")
		c = w.load(c.Number)
		clerk.get("/cases/"+c.Number).has(t, "办理后", "换了灯泡", "王property · 安居物业", "时限")
		clerk.post("/cases/"+c.Number+"/answer", "version", version(c), "note", "您好！楼道灯已修好，经现场查看恢复照明，如有问题请拨打12345。").is(t, 303, "answer")
		w.as("branch").post("/cases/"+c.Number+"/revisit", "note", "居民满意").is(t, 303, "revisit")
		if c = w.load(c.Number); c.Status != casework.Closed {
			t.Errorf("the case is %s", c.Status)
		}
		clerk.get("/desk?tab=closed").has(t, c.Number)
	})
}

// TestStale: who was too late reads where the case stands and keeps every word.
func TestStale(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, w *deskTown) {
		c := w.open("G1", "井盖缺失")
		w.as("grid").post("/cases/"+c.Number+"/accept", "version", version(c)).is(t, 303, "accept")
		late := w.as("clerk").post("/cases/"+c.Number+"/decline", "version", version(c), "reason", "court", "note", "我写了很久的说明")
		late.is(t, 409, "decline of a stale page")
		late.has(t, "处理中", "我写了很久的说明", fmt.Sprintf(`name="version" value="%d"`, c.Version+1))
		late = w.as("clerk").post("/cases/"+c.Number+"/accept", "version", version(c), "note", "要留住的话")
		late.is(t, 409, "accept again")
		late.has(t, "要留住的话", "这一步已经不能办了", "这一步没有办成", "您填写的内容还在")
		late.hasNot(t, "请先改正以下内容")
		bare := w.as("clerk").post("/cases/"+c.Number+"/accept", "version", version(c))
		bare.is(t, 409, "accept again, with a bare button")
		bare.has(t, "这一步没有办成", "这件事刚刚已有人处理")
		bare.hasNot(t, "您填写的内容还在", "请先改正以下内容")
	})
}

// TestWhistle: the street whistles, two units report in on the spot, the lead hands in, both sides score.
func TestWhistle(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, w *deskTown) {
		c := w.open("G1", "主管爆裂")
		street, water, roads := w.as("street"), w.as("water"), w.as("roads")
		street.get("/cases/"+c.Number+"?do=whistle").has(t, "水管爆裂", "牵头 市供水公司", "市住建局", "清单里没有合适的")
		street.post("/cases/"+c.Number+"/whistle", "version", version(c), "note", "请到现场").is(t, 422, "no item chosen")
		street.post("/cases/"+c.Number+"/whistle", "version", version(c), "item", fmt.Sprint(w.item), "note", "请到现场").is(t, 303, "blow")
		c = w.load(c.Number)
		board := street.get("/board")
		board.has(t, c.Number, "待接手", "status=new&amp;status=dispatched&amp;status=whistled")
		at := fmt.Sprintf("/whistles/%d/", c.Whistle)
		water.get("/desk").has(t, "到场报到", `data-key-press="i"`)
		water.get("/cases/"+c.Number+"?do=report-in").has(t, "您的浏览器关闭了脚本")
		water.post(at+"report-in", "photo", "there.jpg").is(t, 422, "report in without a position")
		far := water.post(at+"report-in", "photo", "there.jpg", "lat", "35.1", "lng", "117.1")
		far.is(t, 422, "report in from afar")
		far.has(t, "您离现场约 13 公里，报到须在 500 米以内", `name="kept"`)
		for _, one := range []caller{water, roads} {
			one.post(at+"report-in", "photo", "there.jpg", "lat", "35.0051", "lng", "117.0051", "note", "已到").is(t, 303, "report in")
		}
		street.get("/cases/"+c.Number).has(t, "距现场", "已报到", "牵头", "办结标准：恢复供水")
		roads.post(at+"hand-in", "note", "修好", "photo", "after.jpg").is(t, 403, "the co-unit hands in")
		water.post(at+"hand-in", "note", "换了一段管子", "photo", "after.jpg").is(t, 303, "hand in")
		street.post(at+"score", "stars", "5").is(t, 303, "the caller scores")
		water.post(at+"score", "stars", "4").is(t, 303, "the lead scores")
		street.post(at+"score", "stars", "1").is(t, 403, "the caller scores again")
		if c = w.load(c.Number); c.Status != casework.Resolved {
			t.Errorf("the case is %s", c.Status)
		}
		street.get("/cases/"+c.Number).has(t, "吹哨方给报到单位打 5 分", "给吹哨方打 4 分")
	})
}

// TestOneBodyScoresFromBothSides: a grid calls the committee it belongs to. The grid scores the committee, the clerk who came scores the grid, and neither both.
func TestOneBodyScoresFromBothSides(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, w *deskTown) {
		c := w.open("G1", "楼道堆物")
		grid, clerk := w.as("grid"), w.as("clerk")
		grid.post("/cases/"+c.Number+"/whistle", "item", "0", "note", "请到现场").is(t, 303, "blow")
		at := fmt.Sprintf("/whistles/%d/", w.load(c.Number).Whistle)
		clerk.post(at+"report-in", "photo", "there.jpg", "lat", "35.0051", "lng", "117.0051", "note", "已到").is(t, 303, "report in")
		clerk.post(at+"hand-in", "note", "已清走", "photo", "after.jpg").is(t, 303, "hand in")
		grid.get("/cases/"+c.Number).has(t, "给第 1 次吹哨的报到单位打分")
		clerk.get("/cases/"+c.Number).has(t, "给第 1 次吹哨的吹哨方打分")
		for range 2 { // the same press twice is one score
			clerk.post(at+"score", "stars", "4", "client_ref", "one").is(t, 303, "the clerk scores the grid")
		}
		grid.get("/cases/"+c.Number).hasNot(t, "吹哨方给报到单位打")
		clerk.post(at+"score", "stars", "1").is(t, 403, "the clerk scores for the grid too")
		grid.post(at+"score", "stars", "5").is(t, 303, "the grid scores the committee")
		grid.post(at+"score", "stars", "1").is(t, 403, "the grid scores for the committee too")
		grid.get("/cases/"+c.Number).has(t, "吹哨方给报到单位打 5 分", "给吹哨方打 4 分")
	})
}

// TestReveal: a contact is masked, takes a reason, is shown once and stands in the timeline.
func TestReveal(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, w *deskTown) {
		c := w.open("G1", "噪声扰民")
		clerk := w.as("clerk")
		clerk.get("/cases/"+c.Number).hasNot(t, "13800001234", "李雷")
		clerk.post("/cases/"+c.Number+"/reveal").is(t, 422, "reveal without a reason")
		shown := clerk.post("/cases/"+c.Number+"/reveal", "reason", "上门前联系")
		shown.is(t, 200, "reveal")
		shown.has(t, "13800001234", "李雷", "查看了联系人")
		clerk.get("/cases/"+c.Number).hasNot(t, "13800001234", "李雷")
		c = w.act(c, casework.Dispatch, casework.Step{To: w.bodies["property"]})
		w.as("property").post("/cases/"+c.Number+"/reveal", "reason", "想看").is(t, 403, "the company asks who reported")
		w.as("property").get("/cases/"+c.Number).has(t, "您的岗位不能查看联系方式")
	})
}

// corpus is A1–A3 and A5: what was really stored or reflected elsewhere.
var corpus = []string{
	`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `'"--></style></script><svg onload=alert(1)>`, `<a href="javascript:alert(1)">x</a>`,
	`{{constructor.constructor('alert(1)')()}}`, "</textarea><script>alert(2)</script>", "\u202egpj.exe", "<iframe srcdoc='<script>alert(1)</script>'>",
}

// live tells whether markup of the corpus reached the page as markup.
func live(body string) string {
	for _, bad := range []string{"<script>alert", "<img src=x", "<svg onload", `href="javascript:`, "<iframe", "\u202e", "<a href=\"javascript"} {
		if strings.Contains(body, bad) {
			return bad
		}
	}
	return ""
}

// TestCorpus shows hostile text in every field on every staff page, in names of files and in what the address says.
func TestCorpus(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, w *deskTown) {
		clerk := w.as("clerk")
		for _, evil := range corpus {
			c := w.open("G1", evil+" 水管", func(r *casework.Report) { r.Title, r.Address, r.Name = evil, evil, evil })
			clerk.post("/cases/"+c.Number+"/note", "note", evil, "photo", evil+".jpg").is(t, 303, "note")
			clerk.post("/cases/"+c.Number+"/dispatch", "to", fmt.Sprint(w.bodies["property"]), "note", evil).is(t, 303, "dispatch")
			w.as("property").post("/cases/"+c.Number+"/return", "reason", evil, "note", evil).is(t, 303, "return")
			again := clerk.post("/cases/"+c.Number+"/decline", "reason", "", "note", evil, "back", "//evil.example/"+evil)
			again.is(t, 422, "decline")
			w.ok(w.Feed.CatchUp(ctx))
			shown := clerk.post("/cases/"+c.Number+"/reveal", "reason", evil)
			for what, page := range map[string]reply{"case": clerk.get("/cases/" + c.Number), "again": again, "reveal": shown, "desk": clerk.get("/desk?tab=open"), "board": w.as("street").get("/board"),
				"search": clerk.get("/search?q=" + escape("水管")), "reflected": clerk.get("/search?q=" + escape(evil) + "&place=" + escape(evil) + "&tab=" + escape(evil)),
				"filter": clerk.get("/desk?status=" + escape(evil) + "&kind=" + escape(evil)), "do": clerk.get("/cases/" + c.Number + "?do=" + escape(evil) + "&back=" + escape(evil))} {
				if bad := live(page.body); bad != "" || page.code >= 500 {
					t.Errorf("%s (%d) with %q holds %q", what, page.code, evil, bad)
				}
			}
		}
		data := w.as("street").get("/board/cases.json")
		if !strings.HasPrefix(data.header.Get("Content-Type"), "application/json") || strings.Contains(data.body, "<script") {
			t.Errorf("the board's data is %s and holds markup", data.header.Get("Content-Type"))
		}
	})
}

// TestFilters is A9 and A10: odd values of filter, cursor and place neither break the list nor widen it.
func TestFilters(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, w *deskTown) {
		west, east := w.open("G1", "西边"), w.open("G3", "东边")
		grid := w.as("grid")
		for _, value := range []string{"'", "1;drop table cases", "closed' or '1'='1", "c.secret", "-1", "99999999999999999999", "%00", "../..", "case when 1=1 then id end", "\x00"} {
			for _, name := range []string{"tab", "status", "kind", "urgency", "class", "place", "late", "after", "limit", "sort", "order"} {
				for _, page := range []string{"/desk", "/search", "/board"} {
					path := page + "?" + name + "=" + escape(value)
					if page == "/search" {
						path += "&q=" + escape("东边")
					}
					got := grid.get(path)
					if got.code >= 500 || strings.Contains(got.body, east.Number) {
						t.Errorf("GET %s = %d, shows east: %v", path, got.code, strings.Contains(got.body, east.Number))
					}
				}
			}
		}
		grid.get(fmt.Sprintf("/desk?tab=open&place=%d", w.places["K2"])).hasNot(t, east.Number, west.Number)
		grid.get(fmt.Sprintf("/board?place=%d", w.places["K2"])).is(t, 404, "the board of another community")
		grid.get("/desk?tab=open&kind=praise").has(t, "没有符合条件的事项", "清除筛选")
		grid.get("/desk?tab=open&status=new").has(t, west.Number)
		grid.get("/desk?tab=open&status=working").hasNot(t, west.Number)
	})
}

// TestPages: nobody's desk, an empty one, many cases page by page, long words, an identity number.
func TestPages(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, w *deskTown) {
		w.as("").get("/desk").is(t, http.StatusSeeOther, "the desk of somebody unknown")
		w.as("admin").get("/desk").is(t, 403, "the desk of somebody who sees no cases")
		w.as("grid").get("/desk").has(t, "没有待您办的事项")
		for i := range 35 {
			w.open("G1", fmt.Sprintf("第%d件", i))
		}
		first := w.as("grid").get("/desk")
		if n := strings.Count(first.body, "<tr id=\"c-"); n != 30 {
			t.Errorf("the first page shows %d cases", n)
		}
		next := regexp.MustCompile(`rel="next" href="([^"]+)"`).FindStringSubmatch(first.body)
		if next == nil {
			t.Fatal("no next page")
		}
		second := w.as("grid").get(strings.ReplaceAll(next[1], "&amp;", "&"))
		if n := strings.Count(second.body, "<tr id=\"c-"); n != 5 {
			t.Errorf("the second page shows %d cases", n)
		}
		long := w.open("G1", strings.Repeat("很长的话没有标点", 400))
		w.as("grid").get("/cases/"+long.Number).is(t, 200, "a very long text")
		id := w.open("G1", "我的身份证是11010519491231002X")
		w.as("grid").get("/cases/"+id.Number).has(t, "110105********002X", "已自动隐去")
		w.clk.Advance(3 * 3600e9)
		w.as("grid").get("/desk?late=1").has(t, "超期")
		for _, phone := range []string{"13800001234", "138 0000 1234", "+86 138-0000-1234", "１３８００００１２３４", "一三八零零零零一二三四", "0632-5512345"} {
			w.as("grid").get("/search?q="+escape(phone)).has(t, "不能按电话查找")
		}
		for _, words := range []string{"12345678901", "261125-00012", "没有这个词"} {
			w.as("grid").get("/search?q="+escape(words)).hasNot(t, "不能按电话查找")
		}
	})
}

// TestPhotosAreServedAsPicturesOnly fetches a photo (A6, A22): its type comes from us, nothing in it can run or tells where it was taken, and strangers don't get it.
func TestPhotosAreServedAsPicturesOnly(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, w *deskTown) {
		taken := slices.Insert(snapshotOf("told"), 2, []byte("\xff\xe1\x00\x16Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x00")...)
		photo, err := w.store.Add(ctx, bytes.NewReader(taken))
		w.ok(err)
		c := w.open("G1", "水管爆裂", func(r *casework.Report) {
			r.Photos = []casework.Photo{{Hash: photo.Hash, Width: photo.Width, Height: photo.Height}}
		})
		path := "/cases/" + c.Number + "/photos/" + photo.Hash
		got := w.as("city").get(path)
		got.is(t, 200, "the centre")
		if !strings.HasPrefix(got.body, "\xff\xd8\xff") || strings.Contains(got.body, "Exif") {
			t.Errorf("not a bare JPEG: %.12x", got.body)
		}
		for header, want := range map[string]string{"Content-Type": "image/jpeg", "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox", "Content-Disposition": "filename", "Cache-Control": "private"} {
			if said := got.header.Get(header); !strings.Contains(said, want) {
				t.Errorf("%s is %q, want %q in it", header, said, want)
			}
		}
		w.as("").get(path).is(t, 404, "a stranger")
	})
}

// TestWorkFollowsMergedGrids: two grids become one; whoever works there finds what was open in the old ones on their desk, by its words too, and its whistle goes along.
func TestWorkFollowsMergedGrids(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, w *deskTown) {
		c, worker := w.open("G1", "楼下水管爆裂，水漫到路上"), w.as("grid")
		w.as("street").post("/cases/"+c.Number+"/whistle", "item", fmt.Sprint(w.item), "note", "请来").is(t, 303, "the street whistles")
		w.ok(w.Feed.CatchUp(ctx))
		whole, err := w.Places.Merge(ctx, w.System(), []int64{w.places["G1"], w.places["G2"]}, place.Details{Name: "大网格"})
		w.ok(err)
		w.ok(w.Feed.CatchUp(ctx))
		if page := worker.get("/cases/" + c.Number); page.code != 200 || !strings.Contains(page.body, "区域调整") || !strings.Contains(page.body, "荆河街道 · 荆庄社区 · 第一网格 → 荆河街道 · 荆庄社区 · 大网格") {
			t.Errorf("the case's page: %d %s", page.code, page.body)
		}
		for _, at := range []string{"/desk?tab=open", "/search?q=" + url.QueryEscape("水管爆裂")} {
			if page := worker.get(at); page.code != 200 || !strings.Contains(page.body, c.Number) {
				t.Errorf("%s: %d without %s", at, page.code, c.Number)
			}
		}
		path, err := store.Value[string](ctx, w.City, `select path from whistle where city = ? and case_id = ?`, w.City.ID, c.ID)
		if err != nil || path != whole.Path {
			t.Errorf("its whistle lies at %s, want %s; %v", path, whole.Path, err)
		}
	})
}
