package web_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mulin/gate/web/session"
	"mulin/internal/browsertest"
	"mulin/internal/clock"
	"mulin/internal/storetest"
	"mulin/town/towntest"
)

func lookVillage(t *testing.T) *village {
	t.Helper()
	clk := clock.New(storetest.Start)
	v := newVillage(t, storetest.Open(t, storetest.SQLite(t), clk), clk)
	v.Pages.Session.OneClick = []session.OneClick{{Login: "ligrid", Name: "李建国", Role: "grid_worker", Where: "第一网格"}, {Login: "wangclerk", Name: "王晓梅", Role: "clerk", Where: "幸福社区"}}
	v.Accounts.AllowOneClick()
	return v
}

// TestThreeTaps is the resident's whole way on a phone: a photo, the place guessed, a sentence, sent; then the worker's answer appears, and it is rated.
func TestThreeTaps(t *testing.T) {
	t.Parallel()
	v := lookVillage(t)
	photo := filepath.Join(t.TempDir(), "照片.jpg")
	check(t, os.WriteFile(photo, picture(t), 0o600))
	p := browsertest.Start(t).Person(t, "resident", browsertest.Phone, "zh")
	p.SetGeo(towntest.Inside.Lat, towntest.Inside.Lng)
	p.Open(v.URL)
	p.ClickText("我要上报")
	p.Upload("#f-photo", photo)
	p.Wait(`document.querySelector("#f-address").value.includes("第一网格")`)
	p.Fill("#f-text", "楼下水管爆了，水漫到路上")
	p.ClickText("提交")
	p.See("上报回执")
	number := p.Text(".big-number")
	p.ClickText("看进度")
	p.See("等待第一网格受理")
	v.finish(t, number)
	p.Reload()
	p.See("水管已经修好")
	p.ClickText("非常满意")
	p.ClickText("提交评价")
	p.See("谢谢您的评价")
	p.Axe()
}

// TestWithoutScriptsAResidentReports chooses the community from a list.
func TestWithoutScriptsAResidentReports(t *testing.T) {
	t.Parallel()
	v := lookVillage(t)
	p := browsertest.Start(t).Person(t, "resident", browsertest.Phone, "zh")
	p.NoJS()
	b := v.visitor(t)
	form := b.get("/report")
	b.has(form, 200, `<option value="`+v.Community.Code+`"`)
	p.Open(v.URL + "/report")
	p.Fill("#f-text", "路灯坏了")
	p.Fill("#f-address", "幸福小区三号楼")
	p.ClickText("提交")
	p.See("上报回执")
}

// TestResidentPages looks at every page of the residents, also in the elder edition.
func TestResidentPages(t *testing.T) {
	t.Parallel()
	b := browsertest.Start(t)
	for _, view := range slices.Concat(browsertest.Views, []browsertest.View{{Device: browsertest.Phone, Lang: "zh", Elder: "1"}}) {
		t.Run(view.String(), func(t *testing.T) {
			t.Parallel()
			v := lookVillage(t)
			p := b.Person(t, "resident", view.Device, view.Lang)
			p.As(view)
			p.Cookie(v.URL, "elder", view.Elder)
			p.Expect("404")
			p.Expect("422")
			p.Open(v.URL + "/q/" + v.Grid.Code)
			p.Look("door")
			for _, page := range []string{"", "report", "report?place=" + v.Grid.Code, "my", "follow", "help", "privacy", "accessibility", "signin", "q/unknown"} {
				p.Open(v.URL + "/" + page)
				name, _, _ := strings.Cut(page, "?")
				if name != page {
					name += "-qr"
				}
				p.Look(strings.NewReplacer("/", "-").Replace("_" + name))
			}
			photo := filepath.Join(t.TempDir(), "a.jpg")
			check(t, os.WriteFile(photo, picture(t), 0o600))
			p.Open(v.URL + "/report")
			p.Upload("#f-photo", photo)
			p.Eval(`document.querySelector("#report details.more").open = true`, nil)
			p.Eval(`document.querySelector("[data-map]").scrollIntoView()`, nil)
			p.SeeElement("[data-map][data-ready]")
			p.Eval(`scrollTo(0, 0)`, nil)
			p.Look("report-map")
			p.Click("#report .primary")
			p.SeeElement(".summary")
			p.Look("report-errors")
			p.Fill("#f-text", "楼下水管爆了，水漫到路上，老人出门要蹚水，请尽快来修。")
			p.Fill("#f-address", "幸福小区 3 号楼东侧")
			p.Eval(`document.querySelector("#f-area").value = "`+v.Community.Code+`"`, nil)
			p.Click("#report .primary")
			p.SeeElement(".ticket")
			p.Look("receipt")
			number := p.Text(".big-number")
			p.Open(v.URL + "/cases/" + number)
			p.Look("case-new")
			v.finish(t, number)
			p.Open(v.URL + "/cases/" + number)
			p.Eval(`document.querySelector("#reopen").open = true`, nil)
			p.Look("case-answered")
			p.Open(v.URL + "/my")
			p.Fill("#f-phone", fmt.Sprintf("138%08d", len(number)*7+len(t.Name())))
			p.Click("#phone .btn")
			p.SeeElement("#f-code")
			p.Look("my-code")
			if view.Device.Touch {
				return
			}
			p.Open(v.URL + "/signin")
			p.Fill("#f-login", "ligrid")
			p.Fill("#f-password", password)
			p.Eval(`document.querySelector("[name=next]").value = "/me"`, nil)
			p.Click("form .primary")
			p.SeeElement("#f-old")
			p.Look("me")
			p.Open(v.URL + "/report")
			p.Look("report-staff")
		})
	}
}
