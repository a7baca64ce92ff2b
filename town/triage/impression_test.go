package triage_test

import (
	"reflect"
	"sync"
	"testing"

	"mulin/internal/clock"
	"mulin/internal/life"
	"mulin/internal/register"
	"mulin/internal/store"
	"mulin/internal/storetest"
	"mulin/town/casework"
	"mulin/town/catalog"
	"mulin/town/towntest"
	"mulin/town/triage"
)

// TestImpressionIsKept: a list that is shown again gets what it got, and something new as soon as the words, the model or the lists of the city are others.
func TestImpressionIsKept(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town, clk *clock.Fake) {
		past(t, w, 30)
		learn(t, w, triage.Training{})
		c := open(t, w, "自来水停水两天了")
		fresh := func(why string) triage.Suggestion {
			t.Helper()
			if w.Triage.Remembers(&c) {
				t.Errorf("%s: the old impression is kept", why)
			}
			g := w.Triage.Brief(&c)
			want := w.Triage.Suggest(&c)
			for i := range want.Choices {
				want.Choices[i].Words = nil
			}
			if again := w.Triage.Brief(&c); !w.Triage.Remembers(&c) || !reflect.DeepEqual(g, want) || !reflect.DeepEqual(again, want) {
				t.Errorf("%s: impression = %+v, then %+v, want %+v", why, g, again, want)
			}
			return g
		}
		if g := fresh("at first"); g.Choices[0].Class != class(t, w, "城乡建设 / 供水") || g.Urgency != "" || g.Body != w.Water.ID {
			t.Errorf("suggestion = %+v", g)
		}
		c.Class = class(t, w, "环境保护 / 噪音") // what is known beside the words counts at once
		if g := w.Triage.Brief(&c); g.Body != w.Power.ID {
			t.Errorf("of another class = %+v", g)
		}
		c.Class = 0
		c.Text = "工地夜里施工吵得睡不着"
		if g := fresh("other words"); g.Choices[0].Class != class(t, w, "环境保护 / 噪音") {
			t.Errorf("suggestion = %+v", g)
		}
		degrees := w.Catalog.UrgencyNoun()
		u, err := degrees.Get(t.Context(), w.System(), register.Key("urgency", "2h"))
		ok(t, err)
		u.Words = "施工"
		ok(t, degrees.Save(t.Context(), w.System(), u))
		if g := fresh("other words of danger"); g.Urgency != "2h" {
			t.Errorf("suggestion = %+v", g)
		}
		s := w.Catalog.Settings()
		s.CityName, s.SecretWords, s.SurePercent = "市", "睡不着", 99
		ok(t, w.Catalog.SaveSettings(t.Context(), w.System(), s))
		if g := fresh("other settings"); !g.Secret || g.Sure {
			t.Errorf("suggestion = %+v", g)
		}
		learn(t, w, triage.Training{Aside: true})
		ok(t, w.Triage.Activate(t.Context(), w.System(), 2))
		if g := fresh("another model"); g.Model != 2 {
			t.Errorf("suggestion = %+v", g)
		}
	})
}

// TestManySuggestAtOnce: what many read at the same time, in space that is used again, is what each would read alone.
func TestManySuggestAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town, clk *clock.Fake) {
		past(t, w, 30)
		learn(t, w, triage.Training{})
		type reply struct {
			card, row triage.Suggestion
			typed     []triage.Choice
		}
		ask := func(i int) (r reply) {
			c := casework.Case{Life: life.Life{ID: int64(i%5 + 1)}, Text: []string{"自来水停水两天了", "工地夜里施工吵得睡不着", "", "垃圾桶没人清运很臭", "低保"}[i%5], Path: w.Grid.Path}
			r.card, r.row = w.Triage.Suggest(&c), w.Triage.Brief(&c)
			r.typed, _ = w.Triage.Classes(c.Text, 3, i%2 == 0)
			return r
		}
		var want [10]reply
		for i := range want {
			want[i] = ask(i)
		}
		var all sync.WaitGroup
		for g := range 8 {
			all.Go(func() {
				for i := range 50 {
					if at := (g + i) % len(want); !reflect.DeepEqual(ask(at), want[at]) {
						t.Errorf("text %d is read differently among others", at)
					}
				}
			})
		}
		all.Wait()
	})
}

// TestImpressionsAreBounded: however many cases are shown, no more impressions are kept than there is room for, and none of a text without a case.
func TestImpressionsAreBounded(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town, clk *clock.Fake) {
		cases := make([]casework.Case, triage.MostKept+500)
		kept := 0
		for i := range cases {
			cases[i] = casework.Case{Life: life.Life{ID: int64(i)}, Text: "水管漏水"}
			w.Triage.Brief(&cases[i])
		}
		for i := range cases {
			if w.Triage.Remembers(&cases[i]) {
				kept++
			}
		}
		if kept > triage.MostKept || kept < triage.MostKept/2 || w.Triage.Remembers(&cases[0]) {
			t.Errorf("%d of %d impressions are kept", kept, len(cases))
		}
	})
}

// TestImpressionsOfTwoCities: a case of one city is never read by what another city has learned, though both had the same number.
func TestImpressionsOfTwoCities(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		one, two := towntest.Build(t, storetest.Found(t, db, 1)), towntest.Build(t, storetest.Found(t, db, 2))
		tree(t, one)
		ok(t, two.Catalog.ClassNoun().Save(t.Context(), two.System(), &catalog.ClassEntry{Above: "农业", Name: "灌溉", Says: "水管漏水"}))
		c := casework.Case{Life: life.Life{ID: 7}, Text: "水管漏水"}
		a, b := one.Triage.Brief(&c), two.Triage.Brief(&c)
		if x, y := class(t, one, "城乡建设 / 供水"), class(t, two, "农业 / 灌溉"); a.Choices[0].Class != x || b.Choices[0].Class != y {
			t.Errorf("one city says %+v, want %d; the other %+v, want %d", a, x, b, y)
		}
	})
}
