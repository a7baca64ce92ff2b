package catalog_test

import (
	"fmt"
	"testing"

	"mulin/internal/clock"
	"mulin/internal/fault"
	"mulin/internal/register/registertest"
	"mulin/internal/store"
	"mulin/town/catalog"
)

// TestNouns holds classes, reasons and limits to what every register promises.
func TestNouns(t *testing.T) {
	each(t, func(t *testing.T, c *catalog.Catalog, city *store.City, _ *clock.Fake) {
		for _, u := range []string{"2h", "24h", "7d"} {
			must(t, c.SaveUrgency(ctx, admin, catalog.Urgency{Code: u}))
		}
		t.Run("reasons", func(t *testing.T) {
			registertest.Run(t, city, c.ReasonNoun().Noun, func(i int, x any) {
				r := x.(*catalog.ReasonEntry)
				r.Kind, r.Code, r.Rank = catalog.ReasonKinds[i%len(catalog.ReasonKinds)], fmt.Sprint("r_", i), int64(i)
			})
		})
		t.Run("classes", func(t *testing.T) {
			registertest.Run(t, city, c.ClassNoun().Noun, func(i int, x any) {
				r := x.(*catalog.ClassEntry)
				r.Parent, r.Name, r.Says = 0, fmt.Sprint(i, " 类"), "水管爆裂；没水"
			})
		})
		t.Run("limits", func(t *testing.T) {
			classes, steps := c.Classes(), c.Steps()
			registertest.Run(t, city, c.LimitNoun().Noun, func(i int, x any) {
				r := x.(*catalog.LimitEntry)
				r.Step, r.Class, r.Urgency = steps[i%len(steps)], classes[i/len(steps)%len(classes)].ID, []string{"", "2h"}[i%2]
			})
		})
	})
}

// TestKeysStay refuses another key for what is there, and a key that is taken.
func TestKeysStay(t *testing.T) {
	each(t, func(t *testing.T, c *catalog.Catalog, _ *store.City, _ *clock.Fake) {
		all := c.ReasonNoun()
		r := &catalog.ReasonEntry{Kind: catalog.ForReturn, Code: "not_ours", Name: "不属于本单位职责"}
		must(t, all.Save(ctx, admin, r))
		wrong := func(x *catalog.ReasonEntry, field, key string) {
			t.Helper()
			l, _ := fault.As(all.Save(ctx, admin, x))
			if len(l) != 1 || l[0].Field != field || l[0].Key != key {
				t.Errorf("saving %+v says %v, want %s at %s", x, l, key, field)
			}
		}
		other := *r
		other.Code = "ours"
		wrong(&other, "code", "catalog.key")
		wrong(&catalog.ReasonEntry{Kind: catalog.ForReturn, Code: "not_ours", Name: "又一个"}, "code", "catalog.key.taken")
		wrong(&catalog.ReasonEntry{Kind: catalog.ForReturn, Code: "Not ours", Name: "空格"}, "code", "catalog.code.word")
	})
}
