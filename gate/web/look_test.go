package web_test

import (
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"mulin/gate/messages"
	"mulin/internal/browsertest"
	"mulin/internal/storetest"
	"mulin/town/casework"
	"mulin/town/catalog"
)

// personal are texts with what strangers needn't read, and the parts of them that tell.
var personal = []struct{ text, secret string }{
	{"水管漏水，电话13812345678", "13812345678"},
	{"水管漏水，电话138-1234-5679", "1234-5679"},
	{"水管漏水，座机0632-5512345转801", "5512345"},
	{"水管漏水，我住阳光小区3号楼2单元501室", "单元501"},
	{"水管漏水，阳光花园5栋1203", "栋1203"},
	{"水管漏水，身份证11010519491231002X", "19491231"},
	{"水管漏水，卡号6228480402564890018", "4025648"},
	{"水管漏水，车牌鲁D98765", "D98765"},
	{"水管漏水，邮箱zhangsan@example.com", "zhangsan"},
	{"水管漏水，电话１３８１２３４５６７７", "１２３４"},
}

func (r reply) keeps(t *testing.T, what string) {
	t.Helper()
	for _, x := range personal {
		if strings.Contains(r.body, x.secret) {
			t.Errorf("%s (%d) shows %s", what, r.code, x.secret)
		}
	}
}

// TestNobodyReadsNumbers is A27: personal data that came in through every door is on no page of any role, unless it is opened.
func TestNobodyReadsNumbers(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, w *deskTown) {
		numbers := w.personalCases()
		w.ok(w.Feed.CatchUp(ctx))
		paths := []string{"/", "/desk?tab=open", "/desk?tab=mine", "/desk?tab=closed", "/board", "/board/cases.json", "/search?q=" + escape("漏水"), "/search?q=" + escape("阳光小区3号楼"), "/my", "/admin/ledger"}
		for _, n := range numbers {
			paths = append(paths, "/cases/"+n, "/cases/"+n+"?do=note", "/receipt/"+n, "/api/v1/cases/"+n, "/follow?number="+n, "/ledger/proof/"+n)
		}
		for _, role := range append([][4]string{{""}}, staffOf...) {
			who := w.as(role[0])
			for _, path := range paths {
				page := who.get(path)
				page.keeps(t, role[0]+" "+path)
				if page.code >= 500 {
					t.Errorf("%s %s = %d", role[0], path, page.code)
				}
			}
		}
		found := w.as("street").get("/search?q=" + escape("漏水"))
		found.has(t, "138****5678", "3号楼*单元***室")
	})
}

// personalCases brings the texts in through every door: the web, the API, an import, as title, address, note and answer.
func (w *deskTown) personalCases() []string {
	var numbers []string
	for i, x := range personal {
		c := w.open("G1", x.text, func(r *casework.Report) {
			if i%2 == 0 {
				r.Title, r.Address = x.text, x.text
			}
		})
		clerk := w.as("clerk")
		clerk.post("/cases/"+c.Number+"/note", "note", x.text).is(w.t, 303, "note")
		switch i % 3 {
		case 0:
			clerk.post("/cases/"+c.Number+"/dispatch", "to", fmt.Sprint(w.bodies["property"]), "note", x.text).is(w.t, 303, "dispatch")
			w.as("property").post("/cases/"+c.Number+"/return", "reason", x.text, "note", x.text).is(w.t, 303, "return")
		case 1:
			w.as("street").post("/cases/"+c.Number+"/whistle", "item", fmt.Sprint(w.item), "note", x.text).is(w.t, 303, "whistle")
			called := w.load(c.Number).Whistle
			w.as("water").post(fmt.Sprintf("/whistles/%d/report-in", called), "photo", "there.jpg", "lat", "35.0051", "lng", "117.0051", "note", x.text).is(w.t, 303, "report in")
		case 2:
			c = w.act(c, casework.Accept, casework.Step{})
			c = w.act(c, casework.Done, casework.Step{Note: x.text})
			warned := clerk.post("/cases/"+c.Number+"/answer", "note", x.text)
			warned.is(w.t, 422, "an answer with warnings")
			clerk.post("/cases/"+c.Number+"/answer", "note", x.text, "despite", between(warned.body, `name="despite" value="`, `"`), "why", x.text).is(w.t, 303, "answer")
		}
		numbers = append(numbers, c.Number)
	}
	return append(numbers, w.personalByOtherDoors()...)
}

func (w *deskTown) personalByOtherDoors() []string {
	var numbers []string
	var csv strings.Builder
	csv.WriteString("id,title,time,detail,reply,reply_time\n")
	for i, x := range personal {
		web := w.as("").post("/report", "text", x.text, "address", x.text, "lat", "35.005", "lng", "117.005", "client_ref", fmt.Sprint("web", i), "anew", "1") // a question whether it is the same would stand between
		web.is(w.t, 303, "report")
		numbers = append(numbers, strings.TrimPrefix(web.to, "/receipt/"))
		r, err := http.NewRequest("POST", w.srv.URL+"/api/v1/cases", strings.NewReader(fmt.Sprintf(`{"text":%q,"lat":35.005,"lng":117.005}`, x.text)))
		w.ok(err)
		r.Header.Set("Content-Type", "application/json")
		api := w.as("").send(r)
		api.is(w.t, 201, "API")
		numbers = append(numbers, strings.TrimPrefix(api.header.Get("Location"), "/api/v1/cases/"))
		fmt.Fprintf(&csv, "m%d,%s,2019/1/2 10:00,%s,%s,2019/1/9 10:00\n", i, x.text, x.text, x.text)
	}
	im := messages.Importer{Desk: w.Desk, Zone: storetest.Start.Location(), Words: w.Pages.Words.Words("zh")}
	rejects, err := messages.NewRejects(filepath.Join(w.t.TempDir(), "rejects.csv"))
	w.ok(err)
	n, err := im.Run(ctx, strings.NewReader(csv.String()), rejects)
	w.ok(err)
	w.ok(rejects.Close())
	if n.Imported != len(personal) {
		w.t.Fatalf("imported %+v", n)
	}
	list, err := w.Desk.List(ctx, w.System(), casework.Filter{Tab: casework.Ended, Limit: 200})
	w.ok(err)
	for _, c := range list.Cases {
		numbers = append(numbers, c.Number)
	}
	return numbers
}

// TestLookIsRecorded: a company's worker opens the text by one tap; the page shows it once, the next one is masked; the resident reads who and why.
func TestLookIsRecorded(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, w *deskTown) {
		w.ok(w.Catalog.ReasonNoun().Save(ctx, w.System(), &catalog.ReasonEntry{Kind: catalog.ForLook, Code: "site", Name: "去现场处理"}))
		c := w.open("G1", "我家3号楼2单元501室漏水，电话13812345678", func(r *casework.Report) { r.Address = "阳光小区3号楼2单元501室" })
		w.act(c, casework.Dispatch, casework.Step{To: w.bodies["property"], Note: "联系13812345678"})
		company, path := w.as("property"), "/cases/"+c.Number
		page := company.get(path)
		page.has(t, "3号楼*单元***室", "138****5678", "查看原文", "去现场处理", "已打码：手机号、门牌号")
		page.keeps(t, "before")
		open := company.post(path+"/look", "reason", "site", "client_ref", "tap")
		open.is(t, 200, "look")
		open.has(t, "3号楼2单元501室", "13812345678", "这次查看已记录", "查看了文字原文 · 去现场处理")
		if strings.Contains(between(open.body, "<title>", "</title>"), "501") || open.header.Get("Cache-Control") != "no-store" {
			t.Error("the text is kept in the title or by the browser")
		}
		company.get(path).keeps(t, "afterwards")
		w.as("property2").post(path+"/look", "reason", "site").is(t, 404, "another company")
		w.as("leader").post(path+"/look", "note", "了解情况").is(t, 403, "the leader")
		w.as("leader").get(path).has(t, "您的岗位不能查看原文")
		w.as("").post(path+"/look", "reason", "site").is(t, 403, "nobody")
		street := w.as("street")
		street.get(path).hasNot(t, "去现场处理</button>")
		again := street.post(path+"/look", "reason", "site")
		again.is(t, 422, "a reason of the list where one has to be written")
		again.has(t, "请写明为什么要看原文")
		again.keeps(t, "refused")
		street.post(path+"/look", "note", "督办核实").has(t, "13812345678")
	})
}

func between(s, a, b string) string {
	_, s, _ = strings.Cut(s, a)
	s, _, _ = strings.Cut(s, b)
	return s
}

// TestTypedIsWarned: who types a number is told before and after sending, with and without scripts, and the receipt shows none.
func TestTypedIsWarned(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, w *deskTown) {
		visitor := w.as("")
		again := visitor.post("/report", "text", "电话13812345678，身份证11010519491231002X")
		again.is(t, 422, "a report without a place")
		if note := between(again.body, `data-betrays="`, "</div>"); strings.Contains(note, " hidden") || !strings.Contains(note, "自动打码") {
			t.Errorf("not warned: %q", note)
		}
		if note := between(visitor.get("/report").body, `data-betrays="`, ">"); !strings.Contains(note, "hidden") {
			t.Errorf("warned of nothing: %q", note)
		}
	})
}

// TestLookInBrowser: a property worker sees a masked room, taps, chooses why, reads it; the resident's page says who looked and why.
func TestLookInBrowser(t *testing.T) {
	t.Parallel()
	w := newDeskTown(t, storetest.SQLite(t))
	for code, name := range map[string]string{"site": "去现场处理", "contact": "联系诉求人", "verify": "核实情况"} {
		w.ok(w.Catalog.ReasonNoun().Save(ctx, w.System(), &catalog.ReasonEntry{Kind: catalog.ForLook, Code: code, Name: name}))
	}
	b := browsertest.Start(t)
	resident := b.Person(t, "resident", browsertest.Phone, "zh")
	resident.Open(w.srv.URL + "/report")
	resident.Fill(`textarea[name=text]`, "家里水管爆了，我家是3号楼2单元501室，电话13812345678")
	resident.See("自动打码")
	resident.Fill(`input[name=address]`, "阳光小区3号楼2单元501室")
	resident.Click(`form#report button.primary`)
	resident.See("您写的手机号、门牌号")
	resident.NotSee("501室")
	list, err := w.Desk.List(ctx, w.System(), casework.Filter{Tab: casework.Open})
	w.ok(err)
	c := list.Cases[0]
	w.act(c, casework.Dispatch, casework.Step{To: w.bodies["property"]})

	worker := b.Person(t, "property", browsertest.Phone, "zh")
	w.enter(worker, "property")
	worker.Open(w.srv.URL + "/cases/" + c.Number)
	worker.See("3号楼*单元***室")
	worker.NotSee("13812345678")
	worker.ClickText("查看原文")
	worker.Look("look-masked")
	worker.ClickText("去现场处理")
	worker.See("3号楼2单元501室")
	worker.See("13812345678")
	worker.Look("look-open")
	worker.Open(w.srv.URL + "/cases/" + c.Number)
	worker.See("3号楼*单元***室")

	resident.Open(w.srv.URL + "/cases/" + c.Number)
	resident.See("安居物业查看了您写的原文")
	resident.See("去现场处理")
	resident.See("3号楼2单元501室")
	resident.Look("look-resident")

	clerk := b.Person(t, "city", browsertest.Desktop, "en")
	w.enter(clerk, "city")
	clerk.Open(w.srv.URL + "/cases/" + c.Number + "?do=note")
	clerk.ClickText("Show the text")
	clerk.Look("look-desk")
}
