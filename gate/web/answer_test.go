package web_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"mulin/internal/browsertest"
	"mulin/internal/ledger"
	"mulin/internal/storetest"
	"mulin/town/casework"
)

const (
	lampOut     = "幸福小区3号楼楼道灯坏了一个多月，老人晚上看不清台阶，请安排维修"
	cleanAnswer = "您好！3号楼楼道灯经现场查看是开关损坏，今天已更换，恢复照明。如再有问题请拨打12345。感谢您的反映。"
	phoneAnswer = "您好！3号楼楼道灯经现场查看是开关损坏，今天已更换。如再有问题请找张师傅13912345678。感谢您的反映。"
	emptyAnswer = "您好，您反映的问题已转相关部门处理。"
)

// dark is a case that waits for its answer.
func (w *deskTown) dark(change ...func(*casework.Report)) casework.Case {
	c := w.open("G1", lampOut, change...)
	c = w.act(c, casework.Accept, casework.Step{})
	return w.act(c, casework.Done, casework.Step{Note: "换了开关"})
}

// TestAnswerWithoutScripts: a clean answer goes straight through; one with warnings is shown again with the text kept, and goes out with one more click.
func TestAnswerWithoutScripts(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, w *deskTown) {
		clerk := w.as("clerk")
		c := w.dark()
		clerk.get("/cases/"+c.Number+"?do=answer").has(t, "居民的问题", lampOut, "data-answer-check")
		clerk.post("/cases/"+c.Number+"/answer", "version", version(c), "note", cleanAnswer).is(t, 303, "a clean answer")

		c = w.dark()
		at := "/cases/" + c.Number + "/answer"
		again := clerk.post(at, "version", version(c), "note", emptyAnswer)
		again.is(t, 422, "an answer that only passes on")
		again.has(t, emptyAnswer, "仍然发送", "没看到结果", `name="despite"`, `value="off_topic no_result brushoff"`, "<mark>已转相关部门</mark>", lampOut)
		if w.load(c.Number).Status != casework.Resolved {
			t.Error("it went out at once")
		}
		more := clerk.post(at, "version", version(c), "note", emptyAnswer+"你这是无理取闹", "despite", "off_topic no_result brushoff")
		more.is(t, 422, "sent all the same with something new in it")
		more.has(t, "无理取闹")
		clerk.post(at, "version", version(c), "note", emptyAnswer, "despite", "off_topic no_result brushoff").is(t, 303, "sent all the same")
		clerk.get("/cases/"+c.Number).has(t, "带着提醒发出：没有对着问题说、没有结果、只转不答")
		entries, err := ledger.Of(ctx, w.City, w.ID, "case", c.ID, 0, 100)
		w.ok(err)
		last := entries[len(entries)-1]
		if !strings.Contains(string(last.Body), `"despite":["off_topic","no_result","brushoff"]`) || strings.Contains(string(last.Body), "相关部门") {
			t.Errorf("the ledger says %s", last.Body)
		}
	})
}

// TestAnswerLeak: personal data in an answer asks for a reason, which the staff reads and the resident doesn't.
func TestAnswerLeak(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, w *deskTown) {
		clerk, c := w.as("clerk"), w.dark()
		at := "/cases/" + c.Number + "/answer"
		again := clerk.post(at, "note", phoneAnswer)
		again.is(t, 422, "a phone number")
		again.has(t, "手机号", "<mark>13912345678</mark>", `name="why"`, phoneAnswer)
		again = clerk.post(at, "note", phoneAnswer, "despite", "leak")
		again.is(t, 422, "without a reason")
		again.has(t, "请写明为什么仍要发出", phoneAnswer)
		clerk.post(at, "note", phoneAnswer, "despite", "leak", "why", "公开的值班手机").is(t, 303, "with a reason")
		clerk.get("/cases/"+c.Number).has(t, "带着提醒发出：泄露个人信息（公开的值班手机）")
		f, err := w.Desk.Track(ctx, c.Number, casework.Claim{Phone: "13800001234"})
		w.ok(err)
		for _, h := range f.Steps {
			if len(h.Despite) > 0 || h.Why != "" {
				t.Errorf("the resident reads %v %q", h.Despite, h.Why)
			}
		}
	})
}

// TestAnswerNamesHidden: an answer that names a reporter who asked to stay unknown is seen when it is sent, and the try stands in the ledger; while one
// types nothing is compared, so that nobody finds out by trying.
func TestAnswerNamesHidden(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, w *deskTown) {
		clerk := w.as("clerk")
		c := w.dark(func(r *casework.Report) { r.Hidden = true })
		named := strings.Replace(cleanAnswer, "您好！", "李 雷您好！", 1)
		clerk.post("/cases/"+c.Number+"/check", "verb", "answer", "note", named).hasNot(t, "要求保密")
		again := clerk.post("/cases/"+c.Number+"/answer", "note", named)
		again.is(t, 422, "the hidden name")
		again.has(t, "要求保密的反映人", "<mark>李 雷</mark>")
		entries, err := ledger.Of(ctx, w.City, w.ID, "case", c.ID, 0, 100)
		w.ok(err)
		if last := entries[len(entries)-1]; last.Verb != "contact.guard" || strings.Contains(string(last.Body), "李") {
			t.Errorf("the ledger's last entry is %s %s", last.Verb, last.Body)
		}
		open := w.dark()
		clerk.post("/cases/"+open.Number+"/answer", "note", named).is(t, 303, "the name of one who didn't ask to be hidden")
	})
}

// TestOtherNotes: a refusal is checked like an answer; a note of what was done for its tone and what it gives away; what only the staff reads isn't.
func TestOtherNotes(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, w *deskTown) {
		clerk, c := w.as("clerk"), w.open("G1", lampOut)
		again := clerk.post("/cases/"+c.Number+"/decline", "reason", "court", "note", "不归我管")
		again.is(t, 422, "a rude refusal")
		again.has(t, "不归我管", "仍然发送")
		clerk.post("/cases/"+c.Number+"/note", "note", "他电话13912345678，别无理取闹").is(t, 303, "an inner note")
		c = w.act(w.load(c.Number), casework.Accept, casework.Step{})
		again = clerk.post("/cases/"+c.Number+"/done", "note", "换了开关，找13912345678", "photo", "after.jpg")
		again.is(t, 422, "a phone number in what was done")
		again.has(t, "手机号", `name="kept"`)
		clerk.post("/cases/"+c.Number+"/done", "note", "换了开关", "photo", "after.jpg").is(t, 303, "what was done")
	})
}

// TestAnswerCheckGuards: who may not answer learns nothing from the check, and hostile text stays text.
func TestAnswerCheckGuards(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, w *deskTown) {
		c := w.dark()
		at := "/cases/" + c.Number + "/check"
		w.as("").post(at, "verb", "answer", "note", "x").is(t, 403, "somebody unknown")
		w.as("grid2").post(at, "verb", "answer", "note", "x").is(t, 404, "the neighbour")
		w.as("leader").post(at, "verb", "answer", "note", "x").is(t, 403, "one who may only look")
		for _, verb := range []string{"note", "dispatch", "nonsense", ""} {
			w.as("clerk").post(at, "verb", verb, "note", "x").is(t, 403, "the check of "+verb)
		}
		w.as("clerk").post(at, "verb", "answer", "note", strings.Repeat("长", casework.MaxNote+1)).is(t, 422, "too long a text")
		w.as("clerk").post("/cases/20200101-9999/check", "verb", "answer", "note", "x").is(t, 404, "no such case")
		for _, evil := range corpus {
			note := evil + "无理取闹" + evil
			for what, page := range map[string]reply{"check": w.as("clerk").post(at, "verb", "answer", "note", note), "again": w.as("clerk").post("/cases/"+c.Number+"/answer", "note", note, "why", evil, "despite", evil)} {
				if bad := live(page.body); bad != "" || page.code >= 500 {
					t.Errorf("%s (%d) of %q holds %q", what, page.code, evil, bad)
				}
			}
		}
		id := w.as("clerk").post(at, "verb", "answer", "note", cleanAnswer+"11010519491231002X")
		id.has(t, "身份证号")
	})
}

// TestAnswerLive: what is found stands beside the text as one types, its place is selected by keyboard, and nothing typed is lost.
func TestAnswerLive(t *testing.T) {
	t.Parallel()
	w := newDeskTown(t, storetest.SQLite(t))
	c := w.dark()
	b := browsertest.Start(t)
	p := b.Person(t, "clerk", browsertest.Desktop, "zh")
	w.enter(p, "clerk")
	p.Open(w.srv.URL + "/cases/" + c.Number)
	p.Wait(`document.readyState === "complete"`)
	p.Press("n")
	p.Eval(`document.querySelector('[data-open-dialog="do-answer"]').click()`, nil)
	p.SeeElement("#do-answer[open]")
	p.See("居民的问题")
	p.Fill("#f-answer-note", "您好👋，您反映的问题已转相关部门处理。")
	p.See("只说“已转相关部门”")
	p.Axe()
	p.Eval(`document.querySelector("#do-answer [data-answer-go]").click()`, nil)
	p.Wait(`(() => { const f = document.querySelector("#f-answer-note"); return f === document.activeElement && f.value.slice(f.selectionStart, f.selectionEnd) === "已转相关部门" })()`)
	p.Fill("#f-answer-note", cleanAnswer)
	p.See("没有要提醒的")
	p.Click("#do-answer button.primary")
	p.See("答复，已记录")
	if c = w.load(c.Number); c.Answer != cleanAnswer {
		t.Errorf("the answer is %q", c.Answer)
	}
}

// TestAnswerLooks looks at an answer while it is written, and when it comes back.
func TestAnswerLooks(t *testing.T) {
	t.Parallel()
	w := newDeskTown(t, storetest.SQLite(t))
	c := w.dark()
	p := browsertest.Start(t).Person(t, "clerk", browsertest.Phone, "zh")
	p.Expect("422")
	w.enter(p, "clerk")
	for _, v := range browsertest.Views {
		p.As(v)
		p.Open(w.srv.URL + "/cases/" + c.Number + "?do=answer")
		p.Fill("#f-now-note", phoneAnswer+"已转相关部门处理，尽快解决。5号楼也会看。")
		p.SeeElement("[data-answer-ready] .findings")
		p.Look("answer-live")
		p.Click(".case-do button.primary")
		p.SeeElement(`[name=despite]`)
		p.Look("answer-again")
	}
}

// TestAnswerRulesLook looks at list, form and try box.
func TestAnswerRulesLook(t *testing.T) {
	t.Parallel()
	w := newDeskTown(t, storetest.SQLite(t))
	const at = "/lists/answers"
	p := browsertest.Start(t).Person(t, "admin", browsertest.Phone, "zh")
	w.enter(p, "admin")
	for _, v := range browsertest.Views {
		p.As(v)
		for _, page := range [][2]string{{"phrases", at + "?kind=brushoff"}, {"try", at + "/try"}} { // the others are looked at with all pages of the administration
			p.Open(w.srv.URL + page[1])
			if page[0] == "try" {
				p.Fill("#f-question", lampOut)
				p.Fill("#f-note", emptyAnswer)
				p.Click("main form button.primary")
				p.SeeElement(".findings")
			}
			p.Look("rules-" + page[0])
		}
	}
}

// TestAnswerRules: an administrator reads, changes, tries, exports and imports the rules; nobody else does. Old addresses lead on.
func TestAnswerRules(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, w *deskTown) {
		const at = "/lists/answers"
		for _, path := range []string{at, at + ".csv", at + "/add", at + "/import", at + "/try", "/api/v1/answers"} {
			w.as("clerk").get(path).is(t, 403, "the clerk at "+path)
			w.as("admin").get(path).is(t, 200, path)
		}
		admin := w.as("admin")
		if got := admin.get("/admin/triage/answers?kind=rude"); got.code != 301 || got.to != at+"?kind=rude" {
			t.Errorf("the old address: %d to %s", got.code, got.to)
		}
		admin.get(at+"?kind=check").has(t, "泄露个人信息", "严重")
		admin.get(at+"?kind=brushoff").has(t, "已转*部门", "没有结果时出现才提醒")
		admin.get(at+"/1").is(t, 404, "no such rule")
		again := admin.post(at+"/add", "kind", "rude", "phrase", "(", "regex", "1", "severity", "warn", "active", "1")
		again.is(t, 422, "a bad expression")
		again.has(t, "正则写得不对", `value="("`)
		for _, evil := range corpus {
			if bad := live(admin.post(at+"/add", "kind", "rude", "phrase", evil, "severity", evil).body + admin.post(at+"/try", "question", evil, "note", evil+"无理取闹"+evil).body); bad != "" {
				t.Errorf("%q comes back as %q", evil, bad)
			}
		}
		admin.post(at+"/add", "kind", "rude", "phrase", "别来烦我", "severity", "warn", "active", "1").is(t, 303, "a new phrase")
		admin.post(at+"/add", "kind", "rude", "phrase", "别来烦我", "severity", "warn").is(t, 422, "the same phrase")
		admin.post(at+"/try", "question", lampOut, "note", "您好，别来烦我").has(t, "<mark>别来烦我</mark>", lampOut)
		var id int64
		for _, x := range w.Answers.Rules().All() {
			if x.Phrase == "别来烦我" {
				id = x.ID
			}
		}
		page := fmt.Sprintf("%s/%d", at, id)
		admin.get(page).has(t, "别来烦我", "出现就提醒")
		w.as("clerk").post(page+"/edit", "version", "1", "phrase", "x", "severity", "warn").is(t, 403, "the clerk changes a rule")
		admin.post(page+"/edit", "version", "1", "phrase", "别来烦我", "severity", "warn").is(t, 303, "switch off")
		admin.post(at+"/try", "question", lampOut, "note", "您好，别来烦我").hasNot(t, "<mark>别来烦我</mark>")
		admin.get(page).has(t, "停用", "启用")
		out := admin.get(at + ".csv?q=" + url.QueryEscape("别来烦我"))
		out.has(t, "类型,短语", "不当语气,别来烦我")
		back := admin.file(at+"/import", "rules.csv", []byte(out.body))
		admin.get(back.to).has(t, "<dt>不变</dt><dd>1</dd>")
		more := admin.file(at+"/import", "rules.csv", []byte("kind,phrase,severity,active\nrude,别打电话来了呀,warn,1\nrude,别来烦我,warn,1\n"))
		admin.get(more.to).has(t, "<dt>新增</dt><dd>1</dd>", "<dt>问题</dt><dd>1</dd>")
		admin.post(more.to, "do", "take").is(t, 303, "take the good row")
		admin.post(at+"/try", "question", lampOut, "note", "您好，别打电话来了呀").has(t, "<mark>别打电话来了呀</mark>")
	})
}
