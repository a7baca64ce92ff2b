package catalog_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/fault"
	"mulin/internal/ledger"
	"mulin/internal/register"
	"mulin/internal/register/registertest"
	"mulin/internal/store"
	"mulin/town/catalog"
)

// TestNouns holds urgencies, reasons, classes and limits to what every register promises.
func TestNouns(t *testing.T) {
	each(t, func(t *testing.T, c *catalog.Catalog, city *store.City, _ *clock.Fake) {
		t.Run("urgencies", func(t *testing.T) {
			registertest.Run(t, city, c.UrgencyNoun().Noun, func(i int, x any) {
				r := x.(*catalog.UrgencyEntry)
				r.Code, r.Words = fmt.Sprint("u_", i), "煤气+味 着火"
			})
		})
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
				r.Step, r.Class, r.Urgency = steps[i%len(steps)], classes[i/len(steps)%len(classes)].ID, []string{"", "u_2"}[i%2]
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
		wrong(&other, "code", "register.fixed")
		wrong(&catalog.ReasonEntry{Kind: catalog.ForReturn, Code: "not_ours", Name: "又一个"}, "code", "register.taken")
		wrong(&catalog.ReasonEntry{Kind: catalog.ForReturn, Code: "Not ours", Name: "空格"}, "code", "catalog.code.word")
	})
}

// TestClassWithThoseAbove makes what lies above a class with it, in one write, and gives what was made so its own urgency when its own line comes.
func TestClassWithThoseAbove(t *testing.T) {
	each(t, func(t *testing.T, c *catalog.Catalog, _ *store.City, _ *clock.Fake) {
		degrees(t, c)
		all := c.ClassNoun()
		must(t, all.Save(ctx, admin, &catalog.ClassEntry{Name: "水管爆裂", Above: "建设 / 供水"}, &catalog.ClassEntry{Name: "供水", Above: "建设", Urgency: "2h"}, &catalog.ClassEntry{Name: "水压不足", Above: "建设 / 供水", Says: "水压太小"}))
		if x, ok := c.ByFullName("建设 / 供水 / 水管爆裂"); !ok || x.Urgency != "2h" || len(c.Classes()) != 4 {
			t.Errorf("class %+v, all %v", x, c.Classes())
		}
		old, _ := c.ByFullName("建设 / 供水")
		must(t, registertest.Retire(ctx, all.Noun, admin, old.ID))
		must(t, all.Save(ctx, admin, &catalog.ClassEntry{Name: "停水", Above: "建设 / 供水"}))
		if x, _ := c.ByFullName("建设 / 供水 / 停水"); x.Parent != old.ID || x.Urgency != "2h" {
			t.Errorf("below one that was retired: %+v", x)
		}
		if _, ok := c.ByFullName("建设 / 供水 / 水压不足"); ok {
			t.Error("a retired class came back that nobody named")
		}
		fails(t, all.Save(ctx, admin, &catalog.ClassEntry{Name: "六", Above: "一 / 二 / 三 / 四 / 五"}), "catalog.class.above")
		fails(t, all.Save(ctx, admin, &catalog.ClassEntry{Name: "停水", Parent: old.ID}), "register.taken")
	})
}

// TestClassesComeBackTogether: a class that is brought back brings those along that were retired with it, and their history says both; what was retired on its own stays so.
func TestClassesComeBackTogether(t *testing.T) {
	each(t, func(t *testing.T, c *catalog.Catalog, _ *store.City, clk *clock.Fake) {
		degrees(t, c)
		all := c.ClassNoun()
		must(t, all.Save(ctx, admin, &catalog.ClassEntry{Name: "水管爆裂", Above: "建设 / 供水"}, &catalog.ClassEntry{Name: "道路", Above: "建设"}))
		top, _ := c.ByFullName("建设")
		road, _ := c.ByFullName("建设 / 道路")
		pipe, _ := c.ByFullName("建设 / 供水 / 水管爆裂")
		must(t, registertest.Retire(ctx, all.Noun, admin, road.ID))
		clk.Advance(time.Minute)
		must(t, registertest.Retire(ctx, all.Noun, admin, top.ID))
		x, err := all.Get(ctx, admin, top.ID)
		must(t, err)
		must(t, all.Restore(ctx, admin, x))
		if _, ok := c.ByFullName("建设 / 供水 / 水管爆裂"); !ok || len(c.Classes()) != 3 {
			t.Errorf("came back: %+v", c.Classes())
		}
		history, err := all.History(ctx, admin, pipe.ID)
		var did []string
		for _, h := range history {
			did = append(did, h.Did)
		}
		if must(t, err); !slices.Equal(did, []string{"add", "retire", "restore"}) {
			t.Errorf("its history: %v", did)
		}
	})
}

// TestHistoryOfImports tells of a class what an import of an earlier release did with many, and nothing of the others.
func TestHistoryOfImports(t *testing.T) {
	each(t, func(t *testing.T, c *catalog.Catalog, city *store.City, _ *clock.Fake) {
		build := class(t, c, 0, "建设", "")
		type many struct {
			Before []catalog.Class `json:"before,omitempty"`
			After  []catalog.Class `json:"after,omitempty"`
		}
		water, road := catalog.Class{ID: 2, Parent: build.ID, Path: "/1/2/", Name: "供水"}, catalog.Class{ID: 3, Parent: build.ID, Path: "/1/3/", Name: "道路"}
		said := water
		said.Says = "没水"
		must(t, city.Write(ctx, func(tx *store.Tx) error {
			for _, x := range []catalog.Class{said, road} {
				tx.Exec(`insert into catalog_class (city, id, parent, path, name, urgency, examples, until) values (?, ?, ?, ?, ?, '', ?, 0)`, tx.City, x.ID, x.Parent, x.Path, x.Name, x.Says)
			}
			for _, did := range []many{{After: []catalog.Class{water, road}}, {Before: []catalog.Class{water}, After: []catalog.Class{said}}} {
				ledger.Append(tx, admin, "catalog.class.import", ledger.Subject{Kind: "class"}, did)
			}
			return nil
		}))
		must(t, c.Load(ctx))
		all := c.ClassNoun()
		must(t, registertest.Retire(ctx, all.Noun, admin, water.ID))
		history, err := all.History(ctx, admin, water.ID)
		if must(t, err); len(history) != 3 || history[0].Did != "add" || history[1].Did != "save" || len(history[1].Changes) != 1 || history[2].Did != "retire" {
			t.Errorf("history %+v", history)
		}
	})
}

// TestRetireRefused: nobody without the right at the root, or of another city, takes anything out of use, and what isn't there can't be.
func TestRetireRefused(t *testing.T) {
	each(t, func(t *testing.T, c *catalog.Catalog, _ *store.City, _ *clock.Fake) {
		degrees(t, c)
		must(t, c.ReasonNoun().Save(ctx, admin, &catalog.ReasonEntry{Kind: catalog.ForReturn, Code: "outside", Name: "不归我管"}))
		must(t, c.LimitNoun().Save(ctx, admin, &catalog.LimitEntry{Rule: catalog.Rule{Step: "case", Limit: hours(1)}}))
		class(t, c, 0, "建设", "")
		here := access.Actor{City: 1, Person: 8, Posts: []access.Post{{ID: 80, Path: "/1/4/", Rights: map[access.Right]access.Scope{catalog.Edit: access.Territory}}}}
		for _, n := range []*register.Noun{c.UrgencyNoun().Noun, c.ReasonNoun().Noun, c.LimitNoun().Noun, c.ClassNoun().Noun} {
			before, err := n.List(ctx, admin, register.Query{})
			must(t, err)
			h := register.HeadOf(before.Things[0])
			for _, who := range []access.Actor{{City: 1}, here, access.System(2)} {
				if err := n.Retire(ctx, who, h.ID, h.Version, "不再用"); !errors.Is(err, access.ErrDenied) && !errors.Is(err, register.ErrMissing) {
					t.Errorf("%s: %+v retires: %v", n.Name, who, err)
				}
			}
			if err := n.Retire(ctx, admin, 4711, 1, "不再用"); !errors.Is(err, register.ErrMissing) {
				t.Errorf("%s: what isn't there is retired: %v", n.Name, err)
			}
			if after, err := n.List(ctx, admin, register.Query{}); err != nil || len(after.Things) != len(before.Things) {
				t.Errorf("%s: %d are left of %d, %v", n.Name, len(after.Things), len(before.Things), err)
			}
		}
	})
}
