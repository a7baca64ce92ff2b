package web_test

import (
	"net/http/httptest"
	"reflect"
	"slices"
	"testing"

	"mulin/gate/web/kit"
	"mulin/gate/web/site"
	"mulin/gate/web/ui"
	"mulin/gate/words"
	"mulin/internal/i18n"
	"mulin/internal/life"
	"mulin/internal/storetest"
	"mulin/town"
)

// laws are those of which the kit makes pages, as the wings hold them.
func (w *deskTown) laws() (all []*kit.Law) {
	w.Pages.Routes() // where wings say what their laws are
	for _, wing := range w.Pages.Further {
		fields := reflect.ValueOf(wing).Elem()
		for i := range fields.NumField() {
			if f := fields.Field(i); f.CanAddr() && f.CanInterface() {
				if l, ok := f.Addr().Interface().(*kit.Law); ok {
					all = append(all, l)
				}
			}
		}
	}
	return all
}

// TestEveryLaw: what has a life is scanned, looks like something in each state, and has all its words.
func TestEveryLaw(t *testing.T) {
	w := newDeskTown(t, storetest.SQLite(t))
	all := w.laws()
	if len(all) == 0 {
		t.Fatal("no law has pages")
	}
	for _, l := range all {
		if !slices.ContainsFunc(w.Laws, func(d life.Door) bool { return d.Named() == l.Named() }) {
			t.Errorf("%s has pages and isn't in Laws of town/town.go: nothing of it happens by itself", l.Named())
		}
		states, _ := l.Says()
		for _, s := range states {
			if _, ok := l.Looks[s]; !ok {
				t.Errorf("%s: Looks of its kit.Law leaves out the state %s", l.Named(), s)
			}
		}
		if !ui.HasIcon(l.Icon) {
			t.Errorf("%s: no icon is called %q; gate/web/ui/icons.go has them", l.Named(), l.Icon)
		}
		said(t, keys(l)...)
	}
}

// keys are all words that the pages of a law say.
func keys(l *kit.Law) []string {
	about := []string{"all", "desk", "desk.lead"}
	if l.Keeps.Site != nil {
		about = append(about, "receipt", "receipt.lead", "follow")
	}
	states, verbs := l.Says()
	for _, s := range states {
		about = append(about, "status."+string(s))
	}
	for _, v := range verbs {
		about = append(about, "past."+string(v))
	}
	for _, v := range l.Verbs() {
		about = append(about, "verb."+string(v), "did."+string(v))
	}
	for i, key := range about {
		about[i] = l.Named() + "." + key
	}
	return about
}

// TestTablesAreNamed: limits and rights that an area brings are called something where administrators read them, and what it obeys can be set.
func TestTablesAreNamed(t *testing.T) {
	w := newDeskTown(t, storetest.SQLite(t))
	for _, d := range w.Laws {
		for _, c := range d.Clocks() {
			said(t, "step."+c)
			if !slices.Contains(w.Catalog.Steps(), c) {
				t.Errorf("%s runs under the limit %s that nobody can set: say cat.Obey(room.Clocks()...) where the room is made", d.Named(), c)
			}
		}
	}
	for _, s := range town.Rights {
		said(t, "admin.rights."+s.Name)
		for _, r := range s.Rights() {
			said(t, "right."+string(r))
		}
	}
}

// said fails for sentences that a language doesn't have.
func said(t *testing.T, keys ...string) {
	t.Helper()
	all, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range keys {
		for _, lang := range i18n.Langs {
			if !all.Words(lang).Has(key) {
				t.Errorf("there are no words for %q (%s): give them in the wing's words.toml", key, lang)
			}
		}
	}
}

// TestNoSecrets: a law without secrets has no page to follow by one, and its other pages work without them.
func TestNoSecrets(t *testing.T) {
	w := newDeskTown(t, storetest.SQLite(t))
	path, _ := w.jar().asks("bare")
	w.as("clerk").post(path+"/review").is(t, 303, "hanging it up")
	l := *w.laws()[0]
	l.Keeps = site.Jar{}
	routes := l.Routes()
	if slices.ContainsFunc(routes, func(r site.Route) bool { return r.Pattern == "GET /wishes/follow" }) || slices.Contains(keys(&l), "wish.receipt") {
		t.Error("there is a page to follow by a secret that nobody gets")
	}
	w.Pages.Handler()
	bare := httptest.NewServer(w.Pages.Site.Handler(routes))
	defer bare.Close()
	w.srv.URL = bare.URL
	w.as("").get(path).is(t, 200, "the page without secrets")
	w.as("").post(path+"/claim").is(t, 303, "a step of nobody")
	w.as("water").post(path+"/claim").is(t, 303, "a step without secrets")
}
