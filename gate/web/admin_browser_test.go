package web_test

import (
	"fmt"
	"os"
	"path/filepath"
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

// TestAdminPages shows every page of the administration to axe on a phone and on a desk, in both languages and in the dark. MULIN_SHOTS=folder keeps pictures.
func TestAdminPages(t *testing.T) {
	w := newDeskTown(t, storetest.SQLite(t))
	_, err := w.Catalog.SaveClass(ctx, w.System(), catalog.ClassForm{Name: "城乡建设"})
	w.ok(err)
	w.ok(w.Catalog.SetDay(ctx, w.System(), catalog.Day{Date: "2026-10-01", Kind: catalog.Holiday, Name: "国庆节"}))
	gets, _ := w.adminRoutes()
	pages := []string{"/bodies/merge?from=" + fmt.Sprint(w.bodies["property"]) + "&from=" + fmt.Sprint(w.bodies["property2"]), "/admin/catalog/whistles?level=street", "/admin/ledger?area=account", "/admin/places?q=S"}
	for _, path := range gets {
		if !strings.HasSuffix(path, ".csv") && !strings.HasSuffix(path, ".xlsx") && !strings.HasSuffix(path, "/find") && !strings.HasSuffix(path, "/shapes") && !strings.Contains(path, "/dismiss/") && path != "/admin/catalog/limits/remove" {
			pages = append(pages, path)
		}
	}
	b := browsertest.Start(t)
	views := []string{"phone-zh", "desk-en-dark"}
	if os.Getenv("MULIN_SHOTS") != "" {
		views = append(views, "phone-en-dark", "desk-zh")
	}
	for _, view := range views {
		t.Run(view, func(t *testing.T) {
			device := browsertest.Phone
			if strings.HasPrefix(view, "desk") {
				device = browsertest.Desktop
			}
			lang := strings.Split(view, "-")[1]
			p := b.Person(t, "admin", device, lang)
			if strings.HasSuffix(view, "dark") {
				p.Dark()
			}
			w.signIn(p)
			for _, path := range pages {
				p.Open(w.srv.URL + path)
				if shots := os.Getenv("MULIN_SHOTS"); shots != "" {
					p.Shot(filepath.Join(shots, view+strings.NewReplacer("/", "_", "?", "_", "&", "_").Replace(path)+".png"))
				}
				p.Fits()
				p.Axe()
			}
		})
	}
}

// TestAdminByHand goes the long way on a phone: a unit is added, a person made and appointed, a holiday set.
func TestAdminByHand(t *testing.T) {
	w := newDeskTown(t, storetest.SQLite(t))
	p := browsertest.Start(t).Person(t, "admin", browsertest.Phone, "zh")
	w.signIn(p)
	p.Open(w.srv.URL + "/admin")
	p.ClickText("人员")
	p.ClickText("新增人员")
	p.Fill("[name=name]", "孙二")
	p.Fill("[name=login]", "sunder")
	p.Click("button.primary")
	p.See("只显示这一次")
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
