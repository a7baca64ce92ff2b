package body_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"mulin/gate/words"
	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/fault"
	"mulin/internal/ledger"
	"mulin/internal/register/registertest"
	"mulin/internal/store"
	"mulin/internal/storetest"
	"mulin/town/body"
	"mulin/town/place"
)

var ctx = context.Background()

// town is one street with two communities of a grid each, and the units around them.
type town struct {
	*body.Bodies
	places *place.Register
	city   *store.City
	who    access.Actor
	at     map[string]place.Place
	by     map[string]body.Body
}

// newLand is the town without units.
func newLand(t *testing.T, city *store.City) *town {
	t.Helper()
	w := &town{places: place.New(city), city: city, who: access.System(city.ID), at: map[string]place.Place{}, by: map[string]body.Body{}}
	places, err := w.places.AddAll(ctx, w.who, []place.Details{
		{Kind: place.City, Code: "C", Name: "某市"},
		{Kind: place.Street, ParentCode: "C", Code: "S", Name: "荆河街道"},
		{Kind: place.Community, ParentCode: "S", Code: "K1", Name: "荆庄社区"},
		{Kind: place.Community, ParentCode: "S", Code: "K2", Name: "北关社区"},
		{Kind: place.Grid, ParentCode: "K1", Code: "G1", Name: "第一网格"},
		{Kind: place.Grid, ParentCode: "K2", Code: "G2", Name: "第一网格"},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range places {
		w.at[p.Code] = p
	}
	w.Bodies = body.New(city, w.places)
	return w
}

func newTown(t *testing.T, city *store.City) *town {
	t.Helper()
	w := newLand(t, city)
	id := func(code string) []int64 { return []int64{w.at[code].ID} }
	all, err := w.AddAll(ctx, w.who, []body.Details{
		{Kind: body.Centre, Code: "CC", Name: "市指挥中心", Places: id("C")},
		{Kind: body.Department, Code: "D1", Name: "住房和城乡建设局", Short: "住建局", Places: id("C")},
		{Kind: body.Department, Code: "D2", Name: "城市管理局", Places: id("C")},
		{Kind: body.Department, Code: "D3", Name: "供水科", ParentCode: "D1"},
		{Kind: body.StreetOffice, Code: "O", Name: "荆河街道办事处", Places: id("S")},
		{Kind: body.Committee, Code: "R1", Name: "荆庄居委会", Places: id("K1")},
		{Kind: body.Committee, Code: "R2", Name: "北关居委会", Places: id("K2")},
		{Kind: body.Property, Code: "P1", Name: "甲物业", Places: id("G1")},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range all {
		w.by[b.Code] = b
	}
	return w
}

func (w *town) path(code string) string { return w.at[code].Path }

// codes are what a list of bodies is compared by.
func codes(all []body.Body) string {
	var c []string
	for _, b := range all {
		c = append(c, b.Code)
	}
	return strings.Join(c, " ")
}

// fails wants the fault of the key and a sentence for it in both languages.
func fails(t *testing.T, err error, key string) {
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
}

func TestServing(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		w := newTown(t, storetest.NewCity(t, db))
		for _, c := range []struct {
			path string
			kind body.Kind
			want string
		}{
			{w.path("G1"), body.Committee, "R1"},
			{w.path("G1"), body.Property, "P1"},
			{w.path("G1"), "", "P1"},
			{w.path("G2"), "", "R2"},
			{w.path("G2"), body.Property, ""},
			{w.path("K2"), body.StreetOffice, "O"},
			{w.path("G1"), body.Department, "D1 D2"},
			{"", body.Department, ""},
			{"/999/", body.Department, ""},
		} {
			if got := codes(w.Serving(c.path, c.kind)); got != c.want {
				t.Errorf("Serving(%s, %s) = %q, want %q", c.path, c.kind, got, c.want)
			}
		}
		if got := codes(w.All(body.Department)); got != "D1 D2 D3" {
			t.Errorf("All = %s", got)
		}
		if got := codes(w.Children(w.by["D1"].ID)); got != "D3" {
			t.Errorf("Children = %s", got)
		}
		if b, ok := w.ByCode("D1"); !ok || b.Label() != "住建局" {
			t.Errorf("ByCode = %v", b)
		}
	})
}

func TestLink(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		w := newTown(t, storetest.NewCity(t, db))
		p1, g2 := w.by["P1"].ID, w.at["G2"].ID
		for range 2 {
			if err := w.Link(ctx, w.who, p1, g2); err != nil {
				t.Fatal(err)
			}
		}
		if got := codes(w.Serving(w.path("G2"), body.Property)); got != "P1" {
			t.Errorf("linked: %q", got)
		}
		clk.Advance(time.Hour)
		for range 2 {
			if err := w.Unlink(ctx, w.who, p1, g2); err != nil {
				t.Fatal(err)
			}
		}
		if got := codes(w.Serving(w.path("G2"), body.Property)); got != "" {
			t.Errorf("unlinked: %q", got)
		}
		if err := w.Link(ctx, w.who, p1, g2); err != nil {
			t.Errorf("link again: %v", err)
		}
		links, err := w.Links(ctx, p1)
		if err != nil || len(links) != 3 || links[1].Until-links[1].From != time.Hour.Microseconds() {
			t.Errorf("Links = %v, %v", links, err)
		}
		if got := w.Places(p1); len(got) != 2 {
			t.Errorf("Places = %v", got)
		}
		fails(t, w.Link(ctx, w.who, 999, g2), "body.missing")
		fails(t, w.Link(ctx, w.who, p1, 999), "place.missing")
		if err := registertest.Retire(ctx, w.places.Noun().Noun, w.who, g2); err != nil {
			t.Fatal(err)
		}
		fails(t, w.Link(ctx, w.who, p1, g2), "body.place.ended")
	})
}

func TestPlacesMergeAndSplit(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		w := newTown(t, storetest.NewCity(t, db))
		old := w.path("G1")
		p, err := w.places.Merge(ctx, w.who, []int64{w.at["K1"].ID, w.at["K2"].ID}, place.Details{Name: "荆北社区", Code: "K3"})
		if err != nil {
			t.Fatal(err)
		}
		g1, _ := w.places.ByCode("G1")
		for _, path := range []string{p.Path, g1.Path, old} {
			if got := codes(w.Serving(path, body.Committee)); got != "R1 R2" {
				t.Errorf("Serving(%s) = %q", path, got)
			}
		}
		parts, err := w.places.Split(ctx, w.who, w.at["G2"].ID, []place.Details{{Name: "南"}, {Name: "北"}})
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range parts {
			if got := codes(w.Serving(part.Path, body.Committee)); got != "R1 R2" {
				t.Errorf("Serving(%s) = %q", part.Path, got)
			}
		}
		if err := w.Link(ctx, w.who, w.by["P1"].ID, p.ID); err != nil {
			t.Errorf("link to the merged place: %v", err)
		}
	})
}

func TestHistory(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		w := newTown(t, storetest.NewCity(t, db))
		d1, d2, d3 := w.by["D1"].ID, w.by["D2"].ID, w.by["D3"].ID
		first := clock.Micros(clk.Now())
		clk.Advance(time.Hour)
		if _, err := w.Rename(ctx, w.who, d1, "住房城乡建设局", ""); err != nil {
			t.Fatal(err)
		}
		_, err := w.Rename(ctx, w.who, d1, "城市管理局", "")
		fails(t, err, "body.name.taken")
		_, err = w.Rename(ctx, w.who, d1, "", "")
		fails(t, err, "body.name.empty")
		second := clock.Micros(clk.Now())
		clk.Advance(time.Hour)
		fails(t, w.End(ctx, w.who, d1, "网格调整"), "body.end.children")
		one, err := w.Merge(ctx, w.who, []int64{d2, d1, d2}, body.Details{Name: "城市建设管理局", Code: "D1"})
		if err != nil {
			t.Fatal(err)
		}
		if got := codes(w.Serving(w.path("G1"), body.Department)); got != "D1" {
			t.Errorf("Serving = %q", got)
		}
		for at, want := range map[int64]string{first: "住房和城乡建设局", second: "住房城乡建设局", clock.Micros(clk.Now()): "住房城乡建设局"} {
			if got := w.NameAt(d1, at); got != want {
				t.Errorf("NameAt = %q, want %q", got, want)
			}
		}
		if b, _ := w.Get(d1); b.Live() || b.Successor != one.ID {
			t.Errorf("the old unit reads %+v", b)
		}
		if b, ok := w.Current(d2); !ok || b.ID != one.ID {
			t.Errorf("Current = %v", b)
		}
		if b, _ := w.Get(d3); b.Parent != one.ID {
			t.Errorf("the sub-unit belongs to %d", b.Parent)
		}
		_, err = w.Rename(ctx, w.who, d1, "x", "")
		fails(t, err, "body.ended")
		_, err = w.Merge(ctx, w.who, []int64{d1}, body.Details{Name: "x"})
		fails(t, err, "body.ended")
		_, err = w.Merge(ctx, w.who, nil, body.Details{Name: "x"})
		fails(t, err, "body.merge.none")
		if err := w.End(ctx, w.who, w.by["P1"].ID, "网格调整"); err != nil {
			t.Fatal(err)
		}
		if got := codes(w.Serving(w.path("G1"), body.Property)); got != "" {
			t.Errorf("an ended unit serves: %s", got)
		}
		if err := w.SetPhone(ctx, w.who, one.ID, "0632-5512345"); err != nil {
			t.Fatal(err)
		}
		if b, _ := w.Get(one.ID); b.Phone != "0632-5512345" {
			t.Errorf("phone %q", b.Phone)
		}
		fails(t, w.SetPhone(ctx, w.who, one.ID, "call me"), "body.phone.bad")
	})
}

func TestInvariants(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		w := newTown(t, storetest.NewCity(t, db))
		for key, d := range map[string]body.Details{
			"body.kind.unknown": {Kind: "club", Name: "x"},
			"body.name.empty":   {Kind: body.Partner},
			"body.name.long":    {Kind: body.Partner, Name: strings.Repeat("长", 61)},
			"body.name.taken":   {Kind: body.Department, Name: "城市管理局"},
			"body.code.bad":     {Kind: body.Partner, Name: "x", Code: "a b"},
			"body.code.taken":   {Kind: body.Partner, Name: "x", Code: "D1"},
			"body.phone.bad":    {Kind: body.Partner, Name: "x", Phone: "12a"},
			"body.parent.bad":   {Kind: body.Partner, Name: "x", Parent: 999},
			"place.missing":     {Kind: body.Partner, Name: "x", Places: []int64{999}},
		} {
			_, err := w.Add(ctx, w.who, d)
			fails(t, err, key)
		}
		_, err := w.Add(ctx, w.who, body.Details{Kind: body.Partner, Name: "x", ParentCode: "nowhere"})
		fails(t, err, "body.parent.bad")
		_, err = w.AddAll(ctx, w.who, []body.Details{{Kind: body.Partner, Name: "甲"}, {Kind: body.Partner, Name: "甲"}})
		fails(t, err, "body.name.taken")
		if got := w.All(body.Partner); len(got) != 0 {
			t.Errorf("refused units exist: %v", got)
		}
		if none, err := w.AddAll(ctx, w.who, nil); err != nil || len(none) != 0 {
			t.Errorf("AddAll of none = %v, %v", none, err)
		}
	})
}

func TestRights(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		w := newTown(t, storetest.NewCity(t, db))
		actor := func(city int64, path string, right access.Right, scope access.Scope, own int64) access.Actor {
			return access.Actor{City: city, Person: 7, Posts: []access.Post{{ID: 3, Body: own, Path: path, Rights: map[access.Right]access.Scope{right: scope}}}}
		}
		r1, k1 := w.by["R1"].ID, w.at["K1"].ID
		deny := map[string]access.Actor{
			"nobody": access.Nobody(1), "no right": actor(1, "/1/", "case.see", access.Territory, 0),
			"other subtree": actor(1, w.path("K2"), body.Edit, access.Territory, 0), "other city": access.System(2),
			"own body only": actor(1, "", body.Edit, access.Body, r1),
		}
		for name, who := range deny {
			denied := func(verb string, err error) {
				t.Helper()
				if !errors.Is(err, access.ErrDenied) {
					t.Errorf("%s: %s = %v, want denied", name, verb, err)
				}
			}
			_, err := w.Add(ctx, who, body.Details{Kind: body.Property, Name: "x", Places: []int64{k1}})
			denied("Add", err)
			_, err = w.Add(ctx, who, body.Details{Kind: body.Property, Name: "x"})
			denied("Add to the city", err)
			_, err = w.Rename(ctx, who, r1, "x", "")
			denied("Rename", err)
			_, err = w.Merge(ctx, who, []int64{r1, w.by["R2"].ID}, body.Details{Name: "x"})
			denied("Merge", err)
			denied("End", w.End(ctx, who, r1, "网格调整"))
			denied("Link", w.Link(ctx, who, r1, k1))
			denied("Unlink", w.Unlink(ctx, who, r1, k1))
			if name != "own body only" {
				denied("SetPhone", w.SetPhone(ctx, who, r1, "1"))
			}
		}
		if err := w.SetPhone(ctx, deny["own body only"], r1, "1"); err != nil {
			t.Errorf("own phone: %v", err)
		}
		own := actor(1, w.path("K1"), body.Edit, access.Territory, 0)
		b, err := w.Add(ctx, own, body.Details{Kind: body.Property, Name: "x", Places: []int64{k1}})
		if err != nil {
			t.Fatalf("own subtree: %v", err)
		}
		if entries, err := ledger.Of(ctx, w.city, 1, "body", b.ID, 0, 9); err != nil || len(entries) != 1 || entries[0].Person != 7 {
			t.Errorf("ledger %v, %v", entries, err)
		}
	})
}

func TestTwoCities(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		one, two := newTown(t, storetest.Found(t, db, 1)), newTown(t, storetest.Found(t, db, 2))
		id := one.by["D1"].ID
		if id != two.by["D1"].ID {
			t.Fatal("the cities don't use the same ids")
		}
		if _, err := one.Rename(ctx, one.who, id, "改名局", ""); err != nil {
			t.Fatal(err)
		}
		if err := one.End(ctx, one.who, one.by["P1"].ID, "网格调整"); err != nil {
			t.Fatal(err)
		}
		if _, err := one.Merge(ctx, one.who, []int64{one.by["R1"].ID, one.by["R2"].ID}, body.Details{Name: "合并居委会"}); err != nil {
			t.Fatal(err)
		}
		if err := two.Load(ctx); err != nil {
			t.Fatal(err)
		}
		if b, _ := two.Get(id); b.Name != "住房和城乡建设局" || two.NameAt(id, 0) != b.Name {
			t.Errorf("city 2 sees %q", b.Name)
		}
		if got := codes(two.Serving(two.path("G1"), "")); got != "P1" {
			t.Errorf("city 2's property company: %q", got)
		}
		if got := len(two.All("")); got != 8 {
			t.Errorf("city 2 has %d units", got)
		}
	})
}

func TestFollower(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		w := newTown(t, storetest.NewCity(t, db))
		other := body.New(w.city, w.places)
		feed := ledger.NewFeed(w.city, nil)
		if err := errors.Join(other.Load(ctx), feed.Local(ctx, other.Follower())); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Rename(ctx, w.who, w.by["D2"].ID, "城管局", ""); err != nil {
			t.Fatal(err)
		}
		if err := feed.CatchUp(ctx); err != nil {
			t.Fatal(err)
		}
		if b, _ := other.Get(w.by["D2"].ID); b.Name != "城管局" {
			t.Errorf("the other process sees %q", b.Name)
		}
	})
}
