package catalog_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/fault"
	"mulin/internal/ledger"
	"mulin/internal/register"
	"mulin/internal/register/registertest"
	"mulin/internal/store"
	"mulin/internal/storetest"
	"mulin/town/catalog"
)

var (
	ctx   = context.Background()
	admin = access.Actor{City: 1, Person: 7, Posts: []access.Post{
		{ID: 70, Path: "/1/4/", Rights: map[access.Right]access.Scope{"case.see": access.Territory}},
		{ID: 71, Path: "/1/", Rights: map[access.Right]access.Scope{catalog.Edit: access.Territory}},
	}}
)

// anybody is a directory in which every number has a body.
var anybody = register.Directory{Live: func(int64) bool { return true }, Name: func(id int64) string { return fmt.Sprint("unit ", id) },
	Find: func(string, int) []register.Named {
		return []register.Named{{ID: 12, Name: "unit 12"}, {ID: 3, Name: "unit 3"}}
	}}

// each runs f with an empty catalog on both engines.
func each(t *testing.T, f func(t *testing.T, c *catalog.Catalog, city *store.City, clk *clock.Fake)) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		city := storetest.NewCity(t, db)
		c := catalog.New(city, anybody)
		c.Obey(catalog.Case, catalog.Accept, catalog.Take, catalog.Work, catalog.Answer, catalog.Rate)
		must(t, c.Load(ctx))
		f(t, c, city, clk)
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// fails sees that err holds a fault with the key.
func fails(t *testing.T, err error, key string) {
	t.Helper()
	all, _ := fault.As(err)
	for _, f := range all {
		if f.Key == key {
			return
		}
	}
	t.Errorf("error = %v, want %s", err, key)
}

// refused sees that the one fault of err is of the field and has the key.
func refused(t *testing.T, err error, field, key string) {
	t.Helper()
	if all, _ := fault.As(err); len(all) != 1 || all[0].Field != field || all[0].Key != key {
		t.Errorf("error = %v, want %s at %q", err, key, field)
	}
}

// newest is the newest entry of the ledger.
func newest(t *testing.T, city *store.City) ledger.Entry {
	t.Helper()
	seq, err := ledger.Head(ctx, city, city.ID)
	must(t, err)
	all, err := ledger.After(ctx, city, city.ID, seq-1, 1)
	must(t, err)
	if len(all) != 1 {
		t.Fatal("the ledger is empty")
	}
	return all[0]
}

// told sees that the newest entry is of the verb, by the post that gave the right, and that its body holds the texts.
func told(t *testing.T, city *store.City, verb string, texts ...string) {
	t.Helper()
	e := newest(t, city)
	if e.Verb != verb || e.Person != 7 || e.Post != 71 {
		t.Errorf("ledger has %s by person %d, post %d; want %s by 7, 71", e.Verb, e.Person, e.Post, verb)
	}
	for _, s := range texts {
		if !strings.Contains(string(e.Body), s) {
			t.Errorf("ledger body of %s lacks %s: %s", verb, s, e.Body)
		}
	}
}

func class(t *testing.T, c *catalog.Catalog, parent int64, name, urgency string) catalog.Class {
	t.Helper()
	form := &catalog.ClassEntry{Parent: parent, Name: name, Urgency: urgency}
	must(t, c.ClassNoun().Save(ctx, admin, form))
	x, _ := c.Class(form.ID)
	return x
}

func degrees(t *testing.T, c *catalog.Catalog) {
	t.Helper()
	for i, code := range []string{"2h", "24h", "7d"} {
		must(t, c.UrgencyNoun().Save(ctx, admin, &catalog.UrgencyEntry{Code: code, Rank: int64(i + 1)}))
	}
}

func TestClasses(t *testing.T) {
	each(t, func(t *testing.T, c *catalog.Catalog, city *store.City, clk *clock.Fake) {
		degrees(t, c)
		build := class(t, c, 0, " 城乡建设 ", "7d")
		money := class(t, c, 0, "经济", "")
		water := class(t, c, build.ID, "供水", "")
		pipe := class(t, c, water.ID, "水管爆裂", "2h")
		told(t, city, "catalog.class.save", `"after"`, "水管爆裂", `"urgency":"2h"`)
		if pipe.Path != "/1/3/4/" || pipe.Depth() != 3 || !pipe.Leaf || pipe.Urgency != "2h" {
			t.Errorf("class = %+v", pipe)
		}
		if got := c.FullName(pipe.ID); got != "城乡建设 / 供水 / 水管爆裂" {
			t.Errorf("FullName = %q", got)
		}
		if x, ok := c.ByFullName("城乡建设 / 供水"); !ok || x.ID != water.ID || x.Urgency != "7d" || x.Own != "" || x.Leaf {
			t.Errorf("ByFullName = %+v, %v", x, ok)
		}
		names := ""
		for _, x := range c.Classes() {
			names += x.Name + " "
		}
		if names != "城乡建设 供水 水管爆裂 经济 " {
			t.Errorf("Classes = %s", names)
		}
		all := c.ClassNoun()
		burst, err := all.Get(ctx, admin, pipe.ID)
		must(t, err)
		burst.Name, burst.Urgency = "管道爆裂", ""
		must(t, all.Save(ctx, admin, burst))
		told(t, city, "catalog.class.save", `"before":{"id":4,"parent":3,"path":"/1/3/4/","name":"水管爆裂","urgency":"2h"}`, `"name":"管道爆裂"`)
		if x, _ := c.Class(pipe.ID); x.Urgency != "7d" {
			t.Errorf("inherited urgency = %q", x.Urgency)
		}
		seq := newest(t, city).Seq
		must(t, all.Save(ctx, admin, burst))
		if newest(t, city).Seq != seq {
			t.Error("saving what is already so is in the ledger")
		}
		clk.Advance(time.Minute)
		must(t, registertest.Retire(ctx, all.Noun, admin, water.ID))
		told(t, city, "catalog.class.retire", `"until":`)
		if x, ok := c.Class(pipe.ID); !ok || x.Until == 0 || c.FullName(pipe.ID) == "" {
			t.Errorf("a class below a retired one = %+v, %v", x, ok)
		}
		if n := len(c.Classes()); n != 2 {
			t.Errorf("%d classes in use, want 2", n)
		}
		burst, err = all.Get(ctx, admin, pipe.ID)
		must(t, err)
		fails(t, all.Restore(ctx, admin, burst), "catalog.class.parent")
		back, err := all.Get(ctx, admin, water.ID)
		must(t, err)
		must(t, all.Restore(ctx, admin, back))
		if x, _ := c.Class(water.ID); x.Until != 0 {
			t.Error("a restored class stays retired")
		}
		if ids := c.Under(build.ID); !slices.Equal(ids, []int64{build.ID, water.ID, pipe.ID}) || len(c.Under(money.ID)) != 1 || c.Under(99) != nil {
			t.Errorf("Under = %v", ids)
		}
	})
}

func TestClassFaults(t *testing.T) {
	each(t, func(t *testing.T, c *catalog.Catalog, city *store.City, _ *clock.Fake) {
		a := class(t, c, 0, "甲", "")
		b := class(t, c, 0, "乙", "")
		deep := a.ID
		for _, name := range []string{"二", "三", "四", "五"} {
			deep = class(t, c, deep, name, "").ID
		}
		all := c.ClassNoun()
		moved, err := all.Get(ctx, admin, b.ID)
		must(t, err)
		moved.Parent = a.ID
		for _, x := range []struct {
			field, key string
			form       *catalog.ClassEntry
		}{
			{"name", "register.needed", &catalog.ClassEntry{Name: " "}},
			{"name", "register.long", &catalog.ClassEntry{Name: strings.Repeat("长", 61)}},
			{"name", "register.odd", &catalog.ClassEntry{Name: "甲\u202e乙"}},
			{"name", "register.taken", &catalog.ClassEntry{Name: "甲"}},
			{"", "register.missing", &catalog.ClassEntry{Head: register.Head{ID: 99}, Name: "丙"}},
			{"parent", "register.unknown", &catalog.ClassEntry{Parent: 99, Name: "丙"}},
			{"parent", "register.fixed", moved},
			{"parent", "catalog.class.deep", &catalog.ClassEntry{Parent: deep, Name: "六"}},
			{"urgency", "register.unknown", &catalog.ClassEntry{Name: "丙", Urgency: "1s"}},
		} {
			refused(t, all.Save(ctx, admin, x.form), x.field, x.key)
		}
		refused(t, registertest.Retire(ctx, all.Noun, admin, 99), "", "register.missing")
		if n := len(c.Classes()); n != 6 {
			t.Errorf("%d classes after refusals, want 6", n)
		}
	})
}

// TestDenied sees that no verb does anything without the right at the root, or for another city.
func TestDenied(t *testing.T) {
	each(t, func(t *testing.T, c *catalog.Catalog, city *store.City, _ *clock.Fake) {
		here := access.Actor{City: 1, Person: 8, Posts: []access.Post{{ID: 80, Path: "/1/4/", Rights: map[access.Right]access.Scope{catalog.Edit: access.Territory}}}}
		for _, who := range []access.Actor{{City: 1}, here, access.System(2)} {
			errs := []error{
				c.ClassNoun().Save(ctx, who, &catalog.ClassEntry{Name: "甲"}), c.LimitNoun().Save(ctx, who, &catalog.LimitEntry{Rule: catalog.Rule{Step: "case", Limit: hours(1)}}),
				c.UrgencyNoun().Save(ctx, who, &catalog.UrgencyEntry{Code: "2h"}), c.WhistleList.Save(ctx, who, pump()),
				c.SetDay(ctx, who, catalog.Day{}), c.SetDays(ctx, who, nil), c.SetHours(ctx, who, catalog.Hours{}),
				c.ReasonNoun().Save(ctx, who, &catalog.ReasonEntry{Kind: catalog.ForReturn, Code: "x", Name: "x"}),
				c.SaveSettings(ctx, who, catalog.Settings{}),
				c.SaveCode(ctx, who, catalog.Code{}), c.RetireCode(ctx, who, catalog.Matter, "01001"),
			}
			_, err := c.ImportCodes(ctx, who, catalog.Matter, nil)
			errs = append(errs, err)
			for i, err := range errs {
				if !errors.Is(err, access.ErrDenied) {
					t.Errorf("verb %d by %+v: %v", i, who, err)
				}
			}
		}
		if seq, err := ledger.Head(ctx, city, city.ID); err != nil || seq != 0 {
			t.Errorf("the ledger is at %d, %v", seq, err)
		}
	})
}

// TestFollower sees that a second node learns what the first one writes.
func TestFollower(t *testing.T) {
	each(t, func(t *testing.T, c *catalog.Catalog, city *store.City, _ *clock.Fake) {
		other := catalog.New(city, anybody)
		must(t, other.Load(ctx))
		feed := ledger.NewFeed(city, slog.New(slog.DiscardHandler))
		must(t, feed.Local(ctx, other.Follower()))
		x := class(t, c, 0, "甲", "")
		if _, ok := other.Class(x.ID); ok {
			t.Error("the other node knows before the ledger says")
		}
		must(t, feed.CatchUp(ctx))
		if _, ok := other.Class(x.ID); !ok {
			t.Error("the other node doesn't follow")
		}
	})
}

// TestTwoCities sees that lists don't mix.
func TestTwoCities(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, _ *clock.Fake) {
		one, two := catalog.New(storetest.Found(t, db, 1), anybody), catalog.New(storetest.Found(t, db, 2), anybody)
		class(t, one, 0, "甲", "")
		must(t, two.ClassNoun().Save(ctx, access.System(2), &catalog.ClassEntry{Name: "甲"}))
		must(t, one.Load(ctx))
		if n := len(one.Classes()); n != 1 {
			t.Errorf("city 1 has %d classes, want 1", n)
		}
	})
}

// TestRace sees that of many who save at once what they all saw as the same version, one wins and the others are told.
func TestRace(t *testing.T) {
	each(t, func(t *testing.T, c *catalog.Catalog, city *store.City, _ *clock.Fake) {
		w := pump()
		must(t, c.WhistleList.Save(ctx, admin, w))
		errs := make(chan error, 40)
		for i := range 20 {
			go func() {
				mine := *w
				mine.Limit = hours(2 + i)
				errs <- c.WhistleList.Save(ctx, admin, &mine)
			}()
			go func() { errs <- c.ClassNoun().Save(ctx, admin, &catalog.ClassEntry{Name: "同名", Says: "没水"}) }()
		}
		won := 0
		for range 40 {
			if err := <-errs; err == nil {
				won++
			} else if l, ok := fault.As(err); !ok || !slices.Contains([]string{"register.stale", "register.taken", "catalog.class.twice"}, l[0].Key) {
				t.Errorf("a loser is told %v", err)
			}
		}
		if now, _ := c.Whistle(w.ID); won != 2 || now.Version != 2 || len(c.Classes()) != 1 {
			t.Errorf("%d won; version %d, %d classes", won, now.Version, len(c.Classes()))
		}
	})
}
