package place_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/fault"
	"mulin/internal/register"
	"mulin/internal/register/registertest"
	"mulin/internal/store"
	"mulin/internal/storetest"
	"mulin/town/place"
)

// TestNoun holds places to what every register promises.
func TestNoun(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, _ *clock.Fake) {
		city := storetest.NewCity(t, db)
		r := place.New(city)
		all, err := r.AddAll(ctx, access.System(city.ID), []place.Details{
			{Kind: place.City, Code: "C", Name: "某市"}, {Kind: place.Street, ParentCode: "C", Code: "S", Name: "荆河街道"},
			{Kind: place.Community, ParentCode: "S", Code: "K", Name: "荆庄社区"}, {Kind: place.Grid, ParentCode: "K", Code: "G", Name: "第一网格"},
		})
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		registertest.Run(t, city, r.Noun().Noun, func(i int, x any) {
			g := x.(*place.Ground)
			n++
			g.Place, g.Kind, g.Code, g.Spot = all[3].ID, place.Estate, fmt.Sprint("E", i), nil
			g.Name, g.Aliases = fmt.Sprintf("幸福家园%d期", n), []string{fmt.Sprintf("老厂宿舍%d号院", n)}
		})
	})
}

// TestGround names and adds places as a form does, down to homes, and refuses what doesn't fit where it is typed.
func TestGround(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, _ *clock.Fake) {
		w := newTown(t, storetest.NewCity(t, db))
		all := w.Noun()
		save := func(who access.Actor, g *place.Ground) error { return all.Save(ctx, who, g) }
		g, err := all.Get(ctx, w.who, w.ids["K1"].ID)
		if err != nil {
			t.Fatal(err)
		}
		g.Name, g.Code, g.Aliases = "荆庄新社区", "", []string{"老荆庄"}
		if err := save(w.who, g); err != nil {
			t.Fatal(err)
		}
		now, _ := w.Get(g.ID)
		if now.Name != "荆庄新社区" || now.Code != "K1" || !slices.Equal(w.Aliases(g.ID), []string{"老荆庄"}) {
			t.Errorf("afterwards %+v, also called %v", now, w.Aliases(g.ID))
		}
		history, err := all.History(ctx, w.who, g.ID)
		if err != nil || len(history) < 2 || history[len(history)-1].Did != "alias" || history[len(history)-2].Changes["name"].After[0] != "荆庄新社区" {
			t.Errorf("history %+v, %v", history, err)
		}
		entrance := &place.Ground{Kind: place.Entrance, Name: "9单元", Head: register.Head{Place: w.ids["B1"].ID}}
		if err := save(w.who, entrance); err != nil {
			t.Fatal(err)
		}
		home := &place.Ground{Kind: place.Home, Name: "901", Head: register.Head{Place: entrance.ID}}
		if err := save(w.who, home); err != nil {
			t.Fatal(err)
		}
		if one, err := all.Get(ctx, w.who, home.ID); err != nil || one.Name != "901" || one.Place != entrance.ID {
			t.Errorf("the home is %+v, %v", one, err)
		}
		moved := *ground(t, all, w.who, w.ids["G1"].ID)
		moved.Place = w.ids["K2"].ID
		for _, c := range []struct {
			g          *place.Ground
			field, key string
		}{
			{&place.Ground{Kind: place.Grid, Name: "第一网格", Head: register.Head{Place: w.ids["K1"].ID}}, "name", "place.name.taken"},
			{&place.Ground{Kind: place.Grid, Name: "第九网格", Code: "K1", Head: register.Head{Place: w.ids["K1"].ID}}, "code", "register.taken"},
			{&place.Ground{Kind: place.Grid, Name: "第九网格", Head: register.Head{Place: w.ids["S1"].ID}}, "place", "place.parent.kind"},
			{&place.Ground{Kind: place.Grid, Name: "第九网格"}, "place", "register.needed"},
			{&place.Ground{Kind: place.City, Name: "又一市"}, "kind", "place.root"},
			{&place.Ground{Kind: place.Grid, Name: "第九网格", Code: "a b", Head: register.Head{Place: w.ids["K1"].ID}}, "code", "place.code.bad"},
			{&place.Ground{Kind: place.Grid, Name: "第九网格", Aliases: []string{"社区"}, Head: register.Head{Place: w.ids["K1"].ID}}, "aliases", "place.alias.common"},
			{&moved, "place", "place.move"},
		} {
			l, _ := fault.As(save(w.who, c.g))
			if len(l) == 0 || l[0].Field != c.field || l[0].Key != c.key {
				t.Errorf("%+v: %v, want %s at %s", c.g, l, c.key, c.field)
			}
		}
		g2 := ground(t, all, w.who, w.ids["G2"].ID)
		if err := all.Retire(ctx, w.who, g2.ID, g2.Version, "网格调整"); err != nil {
			t.Fatal(err)
		}
		if p, _ := w.Get(g2.ID); p.Live() {
			t.Error("the grid is still there")
		}
		chief := access.Actor{City: w.city.ID, Person: 1, Posts: []access.Post{{ID: 1, Path: w.ids["S1"].Path, Rights: map[access.Right]access.Scope{place.Edit: access.Territory}}}}
		mine, above := ground(t, all, chief, w.ids["K2"].ID), ground(t, all, chief, w.ids["S1"].ID)
		mine.Name, above.Name = "北关新社区", "荆河新街道"
		if err := save(chief, mine); err != nil {
			t.Errorf("a community of one's own street: %v", err)
		}
		if err := save(chief, above); !errors.Is(err, access.ErrDenied) {
			t.Errorf("the street itself: %v", err)
		}
		if _, err := all.Get(ctx, chief, w.ids["S2"].ID); !errors.Is(err, register.ErrMissing) {
			t.Errorf("another street: %v", err)
		}
	})
}

func ground(t *testing.T, all *register.Register[place.Ground], who access.Actor, id int64) *place.Ground {
	t.Helper()
	g, err := all.Get(ctx, who, id)
	if err != nil {
		t.Fatal(err)
	}
	return g
}
