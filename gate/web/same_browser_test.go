package web_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mulin/internal/browsertest"
	"mulin/town/casework"
	"mulin/town/towntest"
)

// cases counts what is open.
func (v *village) cases(t *testing.T) int {
	t.Helper()
	list, err := v.Desk.List(t.Context(), v.System(), casework.Filter{Tab: casework.Open})
	check(t, err)
	return len(list.Cases)
}

// TestJoinWhileTyping: a sentence at one's place brings the card; one tap and a phone later there is a receipt and no second case. Who says "not the same" goes on.
func TestJoinWhileTyping(t *testing.T) {
	t.Parallel()
	v := lookVillage(t)
	first := v.told(t)
	b := browsertest.Start(t)
	p := b.Person(t, "neighbour", browsertest.Phone, "zh")
	v.begin(p, "楼下水管爆裂，水漫到路上了")
	p.See("可能已经有人报了")
	p.See("已有 1 人反映")
	p.ClickText("我也遇到了")
	p.See("不用再报一遍")
	p.Fill("#f-phone", "13900002222")
	p.Click("form[action='/report/join'] .primary")
	p.SeeElement(".ticket img.qr")
	if number, secret := p.Text(".big-number"), p.Text(".big-number.secret"); number != first.Number || secret == "" || strings.ReplaceAll(secret, " ", "") == first.Secret {
		t.Errorf("receipt %s %s of %s", number, secret, first.Number)
	}
	if n := v.cases(t); n != 1 {
		t.Errorf("%d cases", n)
	}
	p.ClickText("看进度")
	p.See("已有 2 人反映")
	p.Open(v.URL + "/report")
	if got := p.Value("#f-text"); got != "" {
		t.Errorf("the draft is still there: %q", got)
	}

	other := b.Person(t, "other", browsertest.Phone, "zh")
	v.begin(other, "楼下水管爆裂，水漫到路上了")
	other.See("已有 2 人反映")
	other.ClickText("不是同一件事，继续填写")
	other.NotSee("可能已经有人报了")
	if other.Value("#f-text") == "" {
		t.Error("what was typed is gone")
	}
	other.Fill("#f-text", "楼下水管爆裂，水漫到路上了，在四号楼")
	other.Click("#report .primary")
	other.SeeElement(".ticket")
	if number := other.Text(".big-number"); number == first.Number || v.cases(t) != 2 {
		t.Errorf("no case of its own: %s, %d cases", number, v.cases(t))
	}
}

// begin writes a report where the person stands.
func (v *village) begin(p *browsertest.Person, text string) {
	p.SetGeo(towntest.Inside.Lat, towntest.Inside.Lng)
	p.Open(v.URL + "/report")
	p.Wait(`document.querySelector("[name=lat]").value !== ""`)
	p.Fill("#f-text", text)
}

// TestMergeByKey: on the desk one key offers the likeliest case, another merges; both who told it read the one answer.
func TestMergeByKey(t *testing.T) {
	t.Parallel()
	v := lookVillage(t)
	main, twin := v.told(t), v.told(t, func(r *casework.Report) { r.Phone = "13900002222" })
	b := browsertest.Start(t)
	clerk := b.Person(t, "clerk", browsertest.Desktop, "zh")
	clerk.Open(v.URL + "/signin")
	clerk.ClickText("王晓梅")
	clerk.Wait(`location.pathname !== "/signin" && document.readyState === "complete"`)
	clerk.Open(v.URL + "/cases/" + twin.Number)
	clerk.See("可能重复 1 件")
	clerk.Press("m")
	clerk.SeeElement("dialog[open] [name=into]")
	clerk.Press("\r")
	clerk.See("已并入")
	if n := v.cases(t); n != 1 {
		t.Errorf("%d cases are open", n)
	}
	v.finish(t, main.Number)
	for name, rec := range map[string]casework.Receipt{"first": main, "second": twin} {
		p := b.Person(t, name, browsertest.Phone, "zh")
		p.Open(v.URL + "/follow")
		p.Fill("#f-number", rec.Number)
		p.Fill("#f-secret", rec.Secret)
		p.Click("main form .primary")
		p.See("水管已经修好")
	}
}

// TestSameLooks looks at the pages of what is told twice.
func TestSameLooks(t *testing.T) {
	t.Parallel()
	b := browsertest.Start(t)
	for _, view := range browsertest.Views {
		t.Run(view.String(), func(t *testing.T) {
			t.Parallel()
			v := lookVillage(t)
			person := func(name string) *browsertest.Person { return b.Person(t, name, view.Device, view.Lang) }
			v.lookJoining(t, person)
			v.lookMerging(t, person)
		})
	}
}

// lookJoining goes the residents' pages.
func (v *village) lookJoining(t *testing.T, person func(name string) *browsertest.Person) {
	photo := filepath.Join(t.TempDir(), "a.jpg")
	check(t, os.WriteFile(photo, picture(t), 0o600))
	first := person("first")
	v.begin(first, "三号楼东门外的主水管爆裂，水漫到路上，老人和孩子出门都要蹚水，已经打过好几次电话也没有人来看过")
	first.Upload("#f-photo", photo)
	first.Click("#report .primary")
	first.SeeElement(".ticket")
	v.told(t, func(r *casework.Report) { r.Text = "水管爆裂" })
	p := person("neighbour")
	v.begin(p, "东门外的主水管爆裂，水漫到路上")
	p.SeeElement(".told-card")
	p.Eval(`document.querySelector("#same").scrollIntoView()`, nil)
	p.Look("same-typing")
	p.Click(".told .btn.primary")
	p.SeeElement("form[action='/report/join']")
	p.Look("same-join")
	p.Expect("422")
	p.Fill("#f-phone", "1")
	p.Click("form[action='/report/join'] .primary")
	p.SeeElement(".summary")
	p.Look("same-join-error")
	p.Fill("#f-phone", "13900002222")
	p.Click("form[action='/report/join'] .primary")
	p.SeeElement(".ticket")
	p.Look("same-joined")
	p.Open(v.URL + "/cases/" + p.Text(".big-number"))
	p.Look("same-follow")
	again := person("hasty")
	again.Open(v.URL + "/report?place=" + v.Grid.Code)
	again.Eval(`document.querySelector("#same").dataset.quiet = "1"`, nil) // as if nothing had come back yet
	again.Fill("#f-text", "三号楼东门外的主水管爆裂，水漫到路上，老人和孩子出门都要蹚水")
	again.Upload("#f-photo", photo)
	again.Click("#report .primary")
	again.SeeElement("form.told")
	again.Look("same-told-before")
}

// lookMerging goes the clerk's.
func (v *village) lookMerging(t *testing.T, person func(name string) *browsertest.Person) {
	main, twin := v.told(t), v.told(t, func(r *casework.Report) { r.Phone = "13900002222" })
	p := person("clerk")
	p.Open(v.URL + "/signin")
	p.ClickText("王晓梅")
	p.Wait(`location.pathname !== "/signin" && document.readyState === "complete"`)
	p.Open(v.URL + "/cases/" + twin.Number)
	p.SeeElement(".same")
	p.Look("same-case")
	p.Open(v.URL + "/cases/" + twin.Number + "?do=merge")
	p.SeeElement("[name=into]")
	p.Look("same-merge")
	_, err := v.Desk.Merge(t.Context(), v.Worker(), twin.ID, main.Number, casework.Step{})
	check(t, err)
	p.Open(v.URL + "/cases/" + twin.Number)
	p.Look("same-merged")
	p.Open(v.URL + "/cases/" + main.Number)
	p.Look("same-main")
	p.Open(v.URL + "/desk?tab=open")
	p.Look("same-list")
	me := person("second")
	me.Open(v.URL + "/follow")
	me.Fill("#f-number", twin.Number)
	me.Fill("#f-secret", twin.Secret)
	me.Click("main form .primary")
	me.Wait(`location.pathname === "/cases/` + twin.Number + `"`)
	me.SeeElement("main h1")
	me.Look("same-follow-merged")
}
