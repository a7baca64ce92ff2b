package web_test

import (
	"fmt"
	"strings"
	"testing"

	"mulin/gate/web/session"
	"mulin/internal/browsertest"
	"mulin/internal/storetest"
	"mulin/town/catalog"
)

// signIn makes somebody's browser the administrator's.
func (w *deskTown) signIn(p *browsertest.Person) {
	w.Pages.Session.OneClick = []session.OneClick{{Login: "admin", Role: "admin"}}
	p.Open(w.srv.URL + "/signin")
	p.Click("form[action='/signin/as/admin'] button")
	p.Wait(`location.pathname != "/signin"`)
}

// TestAdminPages looks at every page of the administration.
func TestAdminPages(t *testing.T) {
	t.Parallel()
	w := newDeskTown(t, storetest.SQLite(t))
	w.ok(w.Catalog.ClassNoun().Save(ctx, w.System(), &catalog.ClassEntry{Name: "城乡建设"}))
	w.ok(w.Catalog.SetDay(ctx, w.System(), catalog.Day{Date: "2026-10-01", Kind: catalog.Holiday, Name: "国庆节"}))
	gets, _ := w.adminRoutes()
	paths := []string{"/bodies/merge?from=" + fmt.Sprint(w.bodies["property"]) + "&from=" + fmt.Sprint(w.bodies["property2"]), "/lists/whistles?level=street", "/admin/ledger?area=account", "/places?q=S"}
	for _, path := range gets {
		if !strings.HasSuffix(path, ".csv") && !strings.HasSuffix(path, ".xlsx") && !strings.HasSuffix(path, "/find") && !strings.HasSuffix(path, "/failed") && !strings.HasSuffix(path, "/shapes") && !strings.Contains(path, "/dismiss/") && !strings.HasSuffix(path, "/restore") {
			paths = append(paths, path)
		}
	}
	var pages []browsertest.Page
	for _, path := range paths {
		pages = append(pages, browsertest.Page{Name: strings.NewReplacer("/", "_", "?", "_", "&", "_").Replace(path), Who: "admin", Path: path})
	}
	browsertest.Sweep{URL: w.srv.URL, Enter: w.enter, Pages: pages}.Run(t)
}

// TestAdminByHand goes the long way on a phone: a unit is added, a person made and appointed, a holiday set.
func TestAdminByHand(t *testing.T) {
	t.Parallel()
	w := newDeskTown(t, storetest.SQLite(t))
	p := browsertest.Start(t).Person(t, "admin", browsertest.Phone, "zh")
	w.signIn(p)
	p.Open(w.srv.URL + "/admin")
	p.ClickText("人员")
	p.ClickText("新增人员")
	p.Fill("[name=name]", "孙二")
	p.Fill("[name=login]", "sunder")
	p.Click("button.primary")
	p.See("还没有任职")
	p.Axe()
	p.ClickText("任命")
	p.Fill("[name=role]", "clerk")
	p.Fill("[name=place]", "第一网格")
	p.Expect("422")
	p.Click("button.primary")
	p.See("不止一个")
	p.Axe()
	p.ClickText("荆河街道 · 北关社区 · 第一网格")
	p.Click("button.primary")
	p.See("已任命为社区工作人员")
	p.Open(w.srv.URL + "/admin/catalog/calendar?year=2026")
	p.Click(`a[href="/admin/catalog/calendar/2026-10-01"]`)
	p.ClickText("放假")
	p.Fill("[name=name]", "国庆节")
	p.Click("button.primary")
	p.See("已设置 1 天")
	p.SeeElement(`a.holiday[href="/admin/catalog/calendar/2026-10-01"]`)
}
