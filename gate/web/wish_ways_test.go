package web_test

import (
	"fmt"
	"strings"
	"testing"

	"mulin/internal/browsertest"
	"mulin/internal/clock"
	"mulin/internal/storetest"
	"mulin/town/catalog"
)

// TestWishWallPages: another tab begins at its first page, and a page behind the last says so.
func TestWishWallPages(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, w *deskTown) {
		w.light()
		x := w.jar()
		x.lang = "zh"
		page := x.get("/wishes?after=4711&state=lit")
		page.has(t, `href="/wishes?state=open"`, `href="/wishes?state=lit" aria-current="page"`)
		x.get("/wishes?after=1").reads(t, "后面没有了")
		x.get("/wishes?after=1").hasNot(t, "这里还没有心愿")
	})
}

// TestWishWays: what is said to who looks after wishes and to who has claimed some.
func TestWishWays(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, w *deskTown) {
		for step, hours := range map[string]int{"wish.fulfil": 72, "wish.thank": 168} {
			w.ok(w.Catalog.LimitNoun().Save(ctx, w.System(), &catalog.LimitEntry{Rule: catalog.Rule{Step: step, Limit: clock.Limit{Amount: hours, Unit: clock.Hour}}}))
		}
		granny, helper, clerk := w.jar(), w.jar(), w.as("clerk")
		granny.lang, helper.lang = "zh", "zh"
		helper.phone("13900002222", "/wishes")
		var paths []string
		for i := range 6 {
			path, _ := granny.asks(fmt.Sprint("ways", i))
			paths = append(paths, path)
		}
		clerk.get("/desk").reads(t, "有 6 个微心愿等您审核")
		w.as("water").get("/desk").hasNot(t, "等您审核")
		clerk.get(paths[0]).reads(t, "不予上墙")
		for _, path := range paths {
			clerk.post(path+"/review").is(t, 303, "hanging it up")
		}
		hung := clerk.get(paths[0])
		hung.reads(t, "撤下")
		hung.hasNot(t, "不予上墙")
		clerk.get("/desk").hasNot(t, "等您审核")
		for _, path := range paths[:5] {
			helper.post(path+"/claim").is(t, 303, "claiming")
		}
		helper.get(paths[5]).reads(t, "您已认领 5 个心愿，先送到一个再认领")
		helper.get(paths[0]).has(t, "到期")
		w.photo(helper, paths[0]+"/fulfil", "note", "装好了").is(t, 303, "fulfilling")
		helper.get(paths[0]).hasNot(t, "到期")
		clerk.get(paths[0]).has(t, "到期")
		helper.get(paths[5]).hasNot(t, "您已认领 5 个心愿")
	})
}

// TestAccountMenu has what the bar at the bottom of a phone has no room for, and the lists that one keeps.
func TestAccountMenu(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, w *deskTown) {
		_, menu, _ := strings.Cut(w.as("clerk").get("/desk").body, `class="menu-who"`)
		menu, _, _ = strings.Cut(menu, "</details>")
		for _, link := range []string{`href="/wishes/desk"`, `href="/stations"`} {
			if !strings.Contains(menu, link) {
				t.Errorf("the menu has no %s: %s", link, menu)
			}
		}
		w.as("water").get("/desk").hasNot(t, `href="/stations"`)
	})
}

// TestTabsDontScroll: a bar of tabs has no bar to scroll it up and down.
func TestTabsDontScroll(t *testing.T) {
	t.Parallel()
	w := newDeskTown(t, storetest.SQLite(t))
	p := browsertest.Start(t).Person(t, "granny", browsertest.Phone, "zh")
	p.Open(w.srv.URL + "/wishes")
	p.Wait(`getComputedStyle(document.querySelector('.tabs')).overflowY === 'hidden'`)
}
