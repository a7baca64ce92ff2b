package place_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"mulin/gate/words"
	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/fault"
	"mulin/internal/geo"
	"mulin/internal/ledger"
	"mulin/internal/register"
	"mulin/internal/register/registertest"
	"mulin/internal/store"
	"mulin/internal/storetest"
	"mulin/town/place"
)

var ctx = context.Background()

// square is a shape of n×m hundredths of a degree with its south-west corner at x, y.
func square(t testing.TB, x, y, n, m int) geo.Shape {
	t.Helper()
	p := func(x, y int) geo.Point {
		return geo.Point{Lat: 35 + float64(y)/100, Lng: 117 + float64(x)/100}
	}
	s, err := geo.NewShape([]geo.Point{p(x, y), p(x+n, y), p(x+n, y+m), p(x, y+m)})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func at(x, y float64) geo.Point { return geo.Point{Lat: 35 + y/100, Lng: 117 + x/100} }

// town is one street with two communities of two grids each, side by side from west to east, an estate and a building with a home.
type town struct {
	*place.Register
	city *store.City
	who  access.Actor
	ids  map[string]place.Place
}

func newTown(t *testing.T, city *store.City) *town {
	t.Helper()
	w := &town{place.New(city), city, access.System(city.ID), map[string]place.Place{}}
	all, err := w.AddAll(ctx, w.who, []place.Details{
		{Kind: place.City, Code: "C", Name: "某市"},
		{Kind: place.Street, ParentCode: "C", Code: "S1", Name: "荆河街道", Shape: square(t, 0, 0, 4, 2)},
		{Kind: place.Street, ParentCode: "C", Code: "S2", Name: "龙泉街道"},
		{Kind: place.Community, ParentCode: "S1", Code: "K1", Name: "荆庄社区", Shape: square(t, 0, 0, 2, 2)},
		{Kind: place.Community, ParentCode: "S1", Code: "K2", Name: "北关社区", Shape: square(t, 2, 0, 2, 2)},
		{Kind: place.Grid, ParentCode: "K1", Code: "G1", Name: "第一网格", Shape: square(t, 0, 0, 1, 2)},
		{Kind: place.Grid, ParentCode: "K1", Code: "G2", Name: "第二网格", Shape: square(t, 1, 0, 1, 2)},
		{Kind: place.Grid, ParentCode: "K2", Code: "G3", Name: "第一网格", Shape: square(t, 2, 0, 1, 2)},
		{Kind: place.Grid, ParentCode: "K2", Code: "G4", Name: "第二网格", Shape: square(t, 3, 0, 1, 2)},
		{Kind: place.Estate, ParentCode: "G1", Code: "E1", Name: "春晖里", Point: &geo.Point{Lat: 35.005, Lng: 117.005}},
		{Kind: place.Building, ParentCode: "E1", Code: "B1", Name: "2号楼"},
		{Kind: place.Entrance, ParentCode: "B1", Code: "N1", Name: "1单元"},
		{Kind: place.Home, ParentCode: "N1", Code: "H1", Name: "301"},
	})
	if err != nil {
		t.Fatalf("build the town: %v", err)
	}
	for _, p := range all {
		w.ids[p.Code] = p
	}
	return w
}

// fails wants the fault of the key, says it in both languages and gives its faults back.
func fails(t *testing.T, err error, key string) fault.List {
	t.Helper()
	l, _ := fault.As(err)
	c, werr := words.Load()
	if werr != nil {
		t.Fatal(werr)
	}
	found := false
	for _, f := range l {
		found = found || f.Key == key
		for _, lang := range []string{"zh", "en"} {
			if said := c.Words(lang).Fault(f); said == f.Key || strings.Contains(said, "{") {
				t.Errorf("%v has no %s sentence: %q", f, lang, said)
			}
		}
	}
	if !found {
		t.Errorf("got %v, want fault %s", err, key)
	}
	return l
}

func TestTree(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		w := newTown(t, storetest.NewCity(t, db))
		g1 := w.ids["G1"]
		if want := "/1/2/4/6/"; g1.Path != want {
			t.Errorf("path %q, want %q", g1.Path, want)
		}
		if got := w.Name(g1.Path); got != "荆河街道 · 荆庄社区 · 第一网格" {
			t.Errorf("Name = %q", got)
		}
		if root, _ := w.Root(); root.Code != "C" || w.Name(root.Path) != "某市" {
			t.Errorf("Root = %v", root)
		}
		if got, ok := w.Locate(at(2.5, 1)); !ok || got.Code != "G3" {
			t.Errorf("Locate = %v, %v", got, ok)
		}
		if _, ok := w.Locate(at(9, 9)); ok {
			t.Error("located a point outside")
		}
		if got := w.Children(w.ids["S1"].ID); len(got) != 2 || got[0].Code != "K1" {
			t.Errorf("Children = %v", got)
		}
		if got := w.LineageOf(g1.ID); len(got) != 4 || got[0].Kind != place.City || got[3].ID != g1.ID {
			t.Errorf("LineageOf = %v", got)
		}
		home := w.ids["H1"]
		if _, ok := w.Get(home.ID); ok {
			t.Error("a home is held in memory")
		}
		if p, err := w.Find(ctx, home.ID); err != nil || p.Name != "301" || p.Path != home.Path {
			t.Errorf("Find = %v, %v", p, err)
		}
		if in, err := w.Inside(ctx, w.ids["N1"].ID); err != nil || len(in) != 1 {
			t.Errorf("Inside = %v, %v", in, err)
		}
		if name, err := w.NameAt(ctx, home.ID, 0); err != nil || name != "荆河街道 · 荆庄社区 · 第一网格 · 春晖里 · 2号楼 · 1单元 · 301" {
			t.Errorf("NameAt = %q, %v", name, err)
		}
		again := place.New(w.city)
		if err := again.Load(ctx); err != nil {
			t.Fatal(err)
		}
		if p, ok := again.ByCode("B1"); !ok || p.Path != w.ids["B1"].Path {
			t.Errorf("after loading ByCode = %v, %v", p, ok)
		}
	})
}

func TestInvariants(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		w := newTown(t, storetest.NewCity(t, db))
		id := func(code string) int64 { return w.ids[code].ID }
		for name, c := range map[string]struct {
			d   place.Details
			key string
		}{
			"grid below a street":      {place.Details{Kind: place.Grid, Parent: id("S1"), Name: "x"}, "place.parent.kind"},
			"building below a grid":    {place.Details{Kind: place.Building, Parent: id("G1"), Name: "x"}, "place.parent.kind"},
			"estate below a community": {place.Details{Kind: place.Estate, Parent: id("K1"), Name: "x"}, "place.parent.kind"},
			"home below a building":    {place.Details{Kind: place.Home, Parent: id("B1"), Name: "x"}, "place.parent.kind"},
			"no parent":                {place.Details{Kind: place.Street, Name: "x"}, "place.parent.missing"},
			"unknown parent":           {place.Details{Kind: place.Street, Parent: 999, Name: "x"}, "place.parent.missing"},
			"second city":              {place.Details{Kind: place.City, Name: "x"}, "place.root"},
			"unknown kind":             {place.Details{Kind: "galaxy", Parent: id("C"), Name: "x"}, "place.kind.unknown"},
			"no name":                  {place.Details{Kind: place.Street, Parent: id("C"), Name: " "}, "place.name.empty"},
			"long name":                {place.Details{Kind: place.Street, Parent: id("C"), Name: strings.Repeat("长", 61)}, "place.name.long"},
			"taken name":               {place.Details{Kind: place.Street, Parent: id("C"), Name: "荆河街道"}, "place.name.taken"},
			"taken code":               {place.Details{Kind: place.Street, Parent: id("C"), Name: "x", Code: "G1"}, "place.code.taken"},
			"code of a home":           {place.Details{Kind: place.Street, Parent: id("C"), Name: "x", Code: "H1"}, "place.code.taken"},
			"bad code":                 {place.Details{Kind: place.Street, Parent: id("C"), Name: "x", Code: "a b"}, "place.code.bad"},
			"bad point":                {place.Details{Kind: place.Street, Parent: id("C"), Name: "x", Point: &geo.Point{Lat: 91}}, "place.point"},
			"overlap":                  {place.Details{Kind: place.Grid, Parent: id("K1"), Name: "x", Shape: square(t, 0, 0, 1, 1)}, "geo.problem.overlap"},
			"outside":                  {place.Details{Kind: place.Community, Parent: id("S1"), Name: "x", Shape: square(t, 4, 0, 1, 1)}, "geo.problem.outside"},
		} {
			_, err := w.Add(ctx, w.who, c.d)
			if fails(t, err, c.key); t.Failed() {
				t.Fatalf("%s", name)
			}
		}
		if _, err := w.Find(ctx, 999); !errors.Is(err, place.ErrMissing) {
			t.Errorf("Find = %v", err)
		}
	})
}

func TestAddAll(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		w := newTown(t, storetest.NewCity(t, db))
		list := []place.Details{{Kind: place.Entrance, ParentCode: "B1", Code: "N2", Name: "2单元"}}
		for i := range 1100 {
			list = append(list, place.Details{Kind: place.Home, ParentCode: "N2", Name: fmt.Sprint(1000 + i)})
		}
		all, err := w.AddAll(ctx, w.who, list)
		if err != nil || len(all) != 1101 || all[1100].Path != all[0].Path+fmt.Sprint(all[1100].ID)+"/" {
			t.Fatalf("AddAll made %d: %v", len(all), err)
		}
		_, err = w.AddAll(ctx, w.who, []place.Details{{Kind: place.Home, ParentCode: "N2", Name: "a"}, {Kind: place.Home, ParentCode: "N2", Name: "a"}})
		fails(t, err, "place.name.taken")
		_, err = w.AddAll(ctx, w.who, []place.Details{
			{Kind: place.Grid, ParentCode: "K1", Name: "a", Code: "GA"}, {Kind: place.Estate, ParentCode: "GA", Name: "a", Code: "GA"}})
		fails(t, err, "place.code.taken")
		if in, _ := w.Inside(ctx, all[0].ID); len(in) != 1100 {
			t.Errorf("%d homes", len(in))
		}
	})
}

func TestRights(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		w := newTown(t, storetest.NewCity(t, db))
		k1, k2 := w.ids["K1"], w.ids["K2"]
		actor := func(city int64, path string, right access.Right) access.Actor {
			return access.Actor{City: city, Person: 7, Posts: []access.Post{{ID: 3, Path: path, Rights: map[access.Right]access.Scope{right: access.Territory}}}}
		}
		own, other := actor(1, k1.Path, place.Edit), actor(1, k2.Path, place.Edit)
		d := place.Details{Kind: place.Grid, Parent: k1.ID, Name: "新网格"}
		g1, g2 := w.ids["G1"], ground(t, w.Noun(), w.who, w.ids["G2"].ID)
		for name, who := range map[string]access.Actor{
			"nobody": access.Nobody(1), "no right": actor(1, k1.Path, "case.see"), "other subtree": other,
			"other city": actor(2, "/1/", place.Edit), "other city's program": access.System(2),
		} {
			denied := func(verb string, err error) {
				t.Helper()
				if !errors.Is(err, access.ErrDenied) {
					t.Errorf("%s: %s = %v, want denied", name, verb, err)
				}
			}
			_, err := w.Add(ctx, who, d)
			denied("Add", err)
			_, err = w.AddAll(ctx, who, []place.Details{d})
			denied("AddAll", err)
			_, err = w.Rename(ctx, who, g1.ID, "x", "")
			denied("Rename", err)
			_, err = w.Merge(ctx, who, []int64{g1.ID, w.ids["G2"].ID}, place.Details{Name: "x"})
			denied("Merge", err)
			_, err = w.Split(ctx, who, g1.ID, []place.Details{{Name: "x"}, {Name: "y"}})
			denied("Split", err)
			if err := w.Noun().Retire(ctx, who, g2.ID, g2.Version, "网格调整"); !errors.Is(err, register.ErrMissing) {
				t.Errorf("%s: Retire = %v, want that there is none", name, err)
			}
			_, err = w.Import(ctx, who, place.Grid, collection(t, item{"甲", "G1", "", square(t, 0, 0, 1, 2)}))
			denied("Import", err)
		}
		if _, err := w.Add(ctx, own, d); err != nil {
			t.Errorf("own subtree: %v", err)
		}
		if _, err := w.Rename(ctx, own, k1.ID, "x", ""); !errors.Is(err, access.ErrDenied) {
			t.Errorf("a community renamed itself: %v", err)
		}
		entries, err := ledger.Of(ctx, w.city, 1, "place", w.ids["H1"].ID+1, 0, 10)
		if err != nil || len(entries) != 1 || entries[0].Verb != "place.add" || entries[0].Person != 7 || entries[0].Post != 3 {
			t.Errorf("ledger of the new grid: %v, %v", entries, err)
		}
	})
}

func TestTwoCities(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		one, two := newTown(t, storetest.Found(t, db, 1)), newTown(t, storetest.Found(t, db, 2))
		if one.ids["H1"].Path != two.ids["H1"].Path {
			t.Fatal("the cities don't use the same ids")
		}
		if _, err := one.Rename(ctx, one.who, 2, "改名街道", "SX"); err != nil {
			t.Fatal(err)
		}
		if _, err := one.Merge(ctx, one.who, []int64{4, 5}, place.Details{Name: "合并社区"}); err != nil {
			t.Fatal(err)
		}
		if err := registertest.Retire(ctx, one.Noun().Noun, one.who, 13); err != nil {
			t.Fatal(err)
		}
		if err := two.Load(ctx); err != nil {
			t.Fatal(err)
		}
		if got := two.Name(two.ids["G1"].Path); got != "荆河街道 · 荆庄社区 · 第一网格" {
			t.Errorf("city 2 sees %q", got)
		}
		if p, err := two.Find(ctx, 13); err != nil || !p.Live() {
			t.Errorf("city 2's home: %v, %v", p, err)
		}
		if _, ok := two.ByCode("SX"); ok {
			t.Error("city 2 knows a code of city 1")
		}
	})
}

func TestFollower(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		w := newTown(t, storetest.NewCity(t, db))
		other := place.New(w.city)
		feed := ledger.NewFeed(w.city, nil)
		if err := errors.Join(other.Load(ctx), feed.Local(ctx, other.Follower())); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Rename(ctx, w.who, w.ids["S2"].ID, "新名街道", ""); err != nil {
			t.Fatal(err)
		}
		if err := feed.CatchUp(ctx); err != nil {
			t.Fatal(err)
		}
		if p, _ := other.Get(w.ids["S2"].ID); p.Name != "新名街道" {
			t.Errorf("the other process sees %q", p.Name)
		}
	})
}

func micros(clk *clock.Fake) int64 { return clock.Micros(clk.Now()) }

func later(clk *clock.Fake) { clk.Advance(time.Hour) }

func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		w := newTown(t, storetest.NewCity(t, db))
		var all sync.WaitGroup
		errs := make([]error, 20)
		for i := range errs {
			all.Go(func() {
				_, errs[i] = w.Add(ctx, w.who, place.Details{Kind: place.Community, Parent: w.ids["S2"].ID, Name: fmt.Sprint(i / 2), Code: fmt.Sprint("Z", i)})
				w.Locate(at(1, 1))
				w.Shapes(place.Community, 0)
			})
		}
		all.Wait()
		refused := 0
		for _, err := range errs {
			if err != nil {
				fails(t, err, "place.name.taken")
				refused++
			}
		}
		if got := w.Children(w.ids["S2"].ID); refused != 10 || len(got) != 10 {
			t.Errorf("%d refused, %d made, want 10 and 10", refused, len(got))
		}
	})
}
