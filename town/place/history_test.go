package place_test

import (
	"encoding/json"
	"math"
	"testing"

	"mulin/internal/clock"
	"mulin/internal/ledger"
	"mulin/internal/register/registertest"
	"mulin/internal/store"
	"mulin/internal/storetest"
	"mulin/town/place"
)

func (w *town) wantName(t *testing.T, id, at int64, want string) {
	t.Helper()
	if got, err := w.NameAt(ctx, id, at); err != nil || got != want {
		t.Errorf("NameAt = %q, %v, want %q", got, err, want)
	}
}

func TestRename(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		w := newTown(t, storetest.NewCity(t, db))
		k1, g1 := w.ids["K1"], w.ids["G1"]
		first := micros(clk)
		later(clk)
		if _, err := w.Rename(ctx, w.who, k1.ID, "新荆社区", "K9"); err != nil {
			t.Fatal(err)
		}
		second := micros(clk)
		later(clk)
		for range 2 { // twice in one microsecond
			if _, err := w.Rename(ctx, w.who, k1.ID, "大荆社区", ""); err != nil {
				t.Fatal(err)
			}
			if _, err := w.Rename(ctx, w.who, k1.ID, "小荆社区", ""); err != nil {
				t.Fatal(err)
			}
		}
		w.wantName(t, g1.ID, first, "荆河街道 · 荆庄社区 · 第一网格")
		w.wantName(t, g1.ID, second, "荆河街道 · 新荆社区 · 第一网格")
		w.wantName(t, w.ids["H1"].ID, micros(clk), "荆河街道 · 小荆社区 · 第一网格 · 春晖里 · 2号楼 · 1单元 · 301")
		for _, code := range []string{"K1", "K9"} {
			if p, ok := w.ByCode(code); !ok || p.ID != k1.ID || p.Code != "K9" {
				t.Errorf("ByCode(%s) = %v, %v", code, p, ok)
			}
		}
		_, err := w.Rename(ctx, w.who, k1.ID, "北关社区", "")
		fails(t, err, "place.name.taken")
		_, err = w.Rename(ctx, w.who, k1.ID, "x", "G1")
		fails(t, err, "place.code.taken")
		_, err = w.Rename(ctx, w.who, 999, "x", "")
		fails(t, err, "place.missing")
		if _, err := w.Rename(ctx, w.who, w.ids["H1"].ID, "302", ""); err != nil {
			t.Errorf("rename a home: %v", err)
		}
		w.wantName(t, w.ids["H1"].ID, first, "荆河街道 · 荆庄社区 · 第一网格 · 春晖里 · 2号楼 · 1单元 · 301")
	})
}

func TestEnd(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		w := newTown(t, storetest.NewCity(t, db))
		g2 := w.ids["G2"]
		before := micros(clk)
		later(clk)
		end := func(id int64) error { return registertest.Retire(ctx, w.Noun().Noun, w.who, id) }
		fails(t, end(w.ids["G1"].ID), "place.end.children")
		fails(t, end(w.ids["C"].ID), "place.end.children")
		fails(t, end(999), "register.missing")
		if err := end(g2.ID); err != nil {
			t.Fatal(err)
		}
		fails(t, end(g2.ID), "register.stale")
		_, err := w.Rename(ctx, w.who, g2.ID, "x", "")
		fails(t, err, "place.ended")
		_, err = w.Add(ctx, w.who, place.Details{Kind: place.Estate, Parent: g2.ID, Name: "x"})
		fails(t, err, "place.parent.ended")
		if p, ok := w.Get(g2.ID); !ok || p.Until != micros(clk) {
			t.Errorf("the ended grid reads %v, %v", p, ok)
		}
		if _, ok := w.Locate(at(1.5, 1)); ok {
			t.Error("located in an ended grid")
		}
		if _, ok := w.ByCode("G2"); ok {
			t.Error("the code of an ended grid still leads somewhere")
		}
		if got := w.Children(w.ids["K1"].ID); len(got) != 1 {
			t.Errorf("Children = %v", got)
		}
		w.wantName(t, g2.ID, before, "荆河街道 · 荆庄社区 · 第二网格")
		again, err := w.Add(ctx, w.who, place.Details{Kind: place.Grid, Parent: w.ids["K1"].ID, Name: "第二网格", Code: "G2", Shape: square(t, 1, 0, 1, 2)})
		if err != nil || again.ID == g2.ID {
			t.Errorf("name, code and ground are not free again: %v, %v", again, err)
		}
	})
}

func TestMerge(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		w := newTown(t, storetest.NewCity(t, db))
		k1, k2, g3, home := w.ids["K1"], w.ids["K2"], w.ids["G3"], w.ids["H1"]
		before := micros(clk)
		later(clk)
		p, err := w.Merge(ctx, w.who, []int64{k2.ID, k1.ID, k1.ID}, place.Details{Name: "荆北社区", Code: "K1"})
		if err != nil {
			t.Fatal(err)
		}
		if p.Parent != k1.Parent || p.Kind != place.Community || !p.HasShape {
			t.Errorf("merged into %+v", p)
		}
		shape, _ := w.Shape(p.ID)
		if whole := square(t, 0, 0, 4, 2); math.Abs(shape.Area()-whole.Area()) > 1 || shape.Points() != 4 {
			t.Errorf("joined shape of %d points, %f m²", shape.Points(), shape.Area())
		}
		for _, code := range []string{"K1", "K2"} {
			if got, ok := w.ByCode(code); !ok || got.ID != p.ID {
				t.Errorf("ByCode(%s) = %v, %v", code, got, ok)
			}
		}
		if got, ok := w.Locate(at(2.5, 1)); !ok || got.ID != g3.ID || got.Parent != p.ID || got.Path != p.Path+"8/" {
			t.Errorf("the grid below is %+v", got)
		}
		moved, err := w.Find(ctx, home.ID)
		if want := p.Path + home.Path[len(k1.Path):]; err != nil || moved.Path != want {
			t.Errorf("the home's path is %q, want %q: %v", moved.Path, want, err)
		}
		w.wantName(t, home.ID, before, "荆河街道 · 荆庄社区 · 第一网格 · 春晖里 · 2号楼 · 1单元 · 301")
		w.wantName(t, home.ID, micros(clk), "荆河街道 · 荆北社区 · 第一网格 · 春晖里 · 2号楼 · 1单元 · 301")
		w.wantName(t, k2.ID, before, "荆河街道 · 北关社区")
		if got := w.Name(g3.Path); got != "荆河街道 · 北关社区 · 第一网格" {
			t.Errorf("the old path reads %q", got)
		}
		if got, ok := w.Current(k2.ID); !ok || got.ID != p.ID {
			t.Errorf("Current = %v", got)
		}
		if got := w.Former(p.ID); len(got) != 2 {
			t.Errorf("Former = %v", got)
		}
		entries, err := ledger.Of(ctx, w.city, 1, "place", p.ID, 0, 10)
		if err != nil || len(entries) != 1 {
			t.Fatalf("ledger %v, %v", entries, err)
		}
		if moves, err := place.Moves(entries[0]); err != nil || len(moves) != 2 || moves[0] != (place.Move{From: k1.Path, To: p.Path}) {
			t.Errorf("Moves = %v, %v", moves, err)
		}
	})
}

func TestMergeRefused(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		w := newTown(t, storetest.NewCity(t, db))
		id := func(code string) int64 { return w.ids[code].ID }
		for key, c := range map[string]struct {
			from []int64
			into place.Details
		}{
			"place.merge.none":    {nil, place.Details{Name: "x"}},
			"place.merge.kind":    {[]int64{id("K1"), id("G3")}, place.Details{Name: "x", Parent: id("S1")}},
			"place.merge.parent":  {[]int64{id("G1"), id("G3")}, place.Details{Name: "x"}},
			"place.parent.kind":   {[]int64{id("G1"), id("G3")}, place.Details{Name: "x", Parent: id("S1")}},
			"place.name.empty":    {[]int64{id("G1"), id("G2")}, place.Details{}},
			"place.code.taken":    {[]int64{id("G1"), id("G2")}, place.Details{Name: "x", Code: "G3"}},
			"geo.problem.overlap": {[]int64{id("K1")}, place.Details{Name: "x", Shape: square(t, 0, 0, 3, 2)}},
			"geo.problem.outside": {[]int64{id("K1")}, place.Details{Name: "x", Shape: square(t, 0, 0, 2, 3)}},
			"place.missing":       {[]int64{999}, place.Details{Name: "x"}},
		} {
			_, err := w.Merge(ctx, w.who, c.from, c.into)
			fails(t, err, key)
		}
		if p, err := w.Merge(ctx, w.who, []int64{id("G1"), id("G3")}, place.Details{Name: "x", Parent: id("K1"), Shape: square(t, 0, 0, 1, 2)}); err != nil || p.Parent != id("K1") {
			t.Errorf("merge over a border: %v, %v", p, err)
		}
		p, err := w.Merge(ctx, w.who, []int64{id("S2")}, place.Details{Name: "龙泉新街道", Code: "S2"})
		if err != nil {
			t.Errorf("one place into a new one: %v", err)
		}
		if got, ok := w.ByCode("S2"); !ok || got.ID != p.ID {
			t.Errorf("ByCode = %v", got)
		}
	})
}

func TestSplit(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		w := newTown(t, storetest.NewCity(t, db))
		g1, home := w.ids["G1"], w.ids["H1"]
		before := micros(clk)
		later(clk)
		_, err := w.Split(ctx, w.who, g1.ID, []place.Details{{Name: "南"}, {Name: "北"}})
		fails(t, err, "place.split.shape")
		_, err = w.Split(ctx, w.who, g1.ID, []place.Details{{Name: "南", Shape: square(t, 0, 0, 1, 1)}})
		fails(t, err, "place.split.parts")
		south := place.Details{Name: "南", Code: "GS", Shape: square(t, 0, 0, 1, 1)}
		_, err = w.Split(ctx, w.who, g1.ID, []place.Details{south, south})
		fails(t, err, "geo.problem.overlap")
		parts, err := w.Split(ctx, w.who, g1.ID, []place.Details{south, {Name: "北", Code: "GN", Shape: square(t, 0, 1, 1, 1)}})
		if err != nil || len(parts) != 2 {
			t.Fatalf("Split = %v, %v", parts, err)
		}
		if got, _ := w.Locate(at(0.5, 1.5)); got.Code != "GN" {
			t.Errorf("Locate = %v", got)
		}
		moved, err := w.Find(ctx, home.ID)
		if want := parts[0].Path + home.Path[len(g1.Path):]; err != nil || moved.Path != want {
			t.Errorf("path %q, want %q: %v", moved.Path, want, err)
		}
		w.wantName(t, home.ID, before, "荆河街道 · 荆庄社区 · 第一网格 · 春晖里 · 2号楼 · 1单元 · 301")
		if p, ok := w.ByCode("G1"); !ok || !p.Live() {
			t.Errorf("ByCode = %v, %v", p, ok)
		}
		for _, p := range parts {
			if f := w.Former(p.ID); len(f) == 0 || f[0] != g1.ID {
				t.Errorf("Former(%s) = %v", p.Name, f)
			}
		}
		entries, _ := ledger.Of(ctx, w.city, 1, "place", g1.ID, 0, 10)
		if moves, err := place.Moves(entries[len(entries)-1]); err != nil || len(moves) != 2 || moves[0].From != w.ids["E1"].Path {
			t.Errorf("Moves = %v, %v", moves, err)
		}
		if b, err := json.Marshal(entries); err != nil || len(b) == 0 {
			t.Error(err)
		}
	})
}
