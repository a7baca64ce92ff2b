package casework_test

import (
	"testing"

	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/geo"
	"mulin/internal/ledger"
	"mulin/internal/store"
	"mulin/town/casework"
	"mulin/town/place"
	"mulin/town/towntest"
)

// follow lets cases follow all that the ledger says, twice.
func follow(t *testing.T, w *towntest.Town) {
	t.Helper()
	entries, err := ledger.After(t.Context(), w.City, w.City.ID, 0, 1000)
	for range 2 {
		if err == nil {
			err = w.Desk.Rezone().Follow(t.Context(), entries)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestOpenCasesFollowAMerge: what is open in two grids that become one is the new one's, with whoever has it and when it is due as before. What was closed keeps its ground.
func TestOpenCasesFollowAMerge(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town, _ *clock.Fake) {
		ctx := t.Context()
		waiting, handed, over := open(t, w, report()), open(t, w, report()), open(t, w, report())
		before := act(t, w, w.Worker(), handed.ID, casework.Dispatch, casework.Step{To: w.Company.ID})
		act(t, w, w.Worker(), over.ID, casework.Decline, casework.Step{Reason: "x", Note: "已进入诉讼"})
		old := w.Grid
		north, ok := w.Places.ByCode(w.Community.Code + "002")
		if !ok {
			t.Fatal("no second grid")
		}
		whole, err := w.Places.Merge(ctx, w.System(), []int64{w.Grid.ID, north.ID}, place.Details{Name: "大网格"})
		if err != nil {
			t.Fatal(err)
		}
		follow(t, w)
		w.Grid = whole
		for _, x := range []struct {
			id   int64
			path string
			grid int64
		}{{waiting.ID, whole.Path, whole.ID}, {handed.ID, whole.Path, whole.ID}, {over.ID, old.Path, old.ID}} {
			c, err := w.Desk.Load(ctx, w.City, x.id)
			grid, failed := store.Value[int64](ctx, w.City, `select grid from cases where city = ? and id = ?`, w.City.ID, x.id)
			if err != nil || failed != nil || c.Path != x.path || c.Place != x.grid || grid != x.grid {
				t.Errorf("%d lies at %s, place %d, grid %d, want %s; %v, %v", x.id, c.Path, c.Place, grid, x.path, err, failed)
			}
		}
		after, err := w.Desk.Load(ctx, w.City, handed.ID)
		if err != nil || after.Status != before.Status || after.Turn != before.Turn || after.Lead != before.Lead || after.DueAt != before.DueAt || after.StepDueAt != before.StepDueAt || after.Version != before.Version {
			t.Errorf("after the merge %+v\nbefore it %+v\n%v", after.Life, before.Life, err)
		}
		act(t, w, w.Worker(), waiting.ID, casework.Accept, casework.Step{}) // of the new grid
		file, err := w.Desk.Get(ctx, w.Worker(), waiting.Number)
		if err != nil || len(file.Steps) != 2 || file.Steps[0].Verb != casework.Rezone || file.Steps[0].Note != "东风街道 · 幸福社区 · 第一网格 → 东风街道 · 幸福社区 · 大网格" {
			t.Errorf("its steps: %+v, %v", file.Steps, err)
		}
	})
}

// TestReopenedCasesCatchUp: a case that was over when its grid was merged goes to the desk of the new grid when its reporter says that it isn't fixed.
func TestReopenedCasesCatchUp(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town, _ *clock.Fake) {
		r := report()
		r.Kind = "ask"
		rec := open(t, w, r)
		act(t, w, w.Worker(), rec.ID, casework.Answer, casework.Step{Note: "已答复"})
		act(t, w, w.Visitor(), rec.ID, casework.Revisit, casework.Step{Note: "已解决"})
		north, _ := w.Places.ByCode(w.Community.Code + "002")
		whole, err := w.Places.Merge(t.Context(), w.System(), []int64{w.Grid.ID, north.ID}, place.Details{Name: "大网格"})
		if err != nil {
			t.Fatal(err)
		}
		follow(t, w)
		c := act(t, w, access.Nobody(1), rec.ID, casework.Reopen, casework.Step{Note: "还没解决", Claim: casework.Claim{Secret: rec.Secret}})
		grid, err := store.Value[int64](t.Context(), w.City, `select grid from cases where city = ? and id = ?`, w.City.ID, rec.ID)
		if c.Path != whole.Path || c.Place != whole.ID || grid != whole.ID || c.Turn != casework.AtGrid || err != nil {
			t.Errorf("it lies at %s, place %d, grid %d, turn %s, want %s; %v", c.Path, c.Place, grid, c.Turn, whole.Path, err)
		}
	})
}

// TestOpenCasesFollowASplit: each goes to the part that its point lies in, without one to the part that takes the old one's stead.
func TestOpenCasesFollowASplit(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town, _ *clock.Fake) {
		ctx := t.Context()
		at := func(lat, lng float64) int64 {
			return open(t, w, casework.Report{Text: "路灯坏了", Point: &geo.Point{Lat: lat, Lng: lng}, Phone: "13800001234"}).ID
		}
		west, east := at(35.01, 117.01), at(35.01, 117.09)
		shape := func(from, to float64) geo.Shape {
			s, err := geo.NewShape([]geo.Point{{Lat: 35, Lng: from}, {Lat: 35, Lng: to}, {Lat: 35.05, Lng: to}, {Lat: 35.05, Lng: from}})
			if err != nil {
				t.Fatal(err)
			}
			return s
		}
		parts, err := w.Places.Split(ctx, w.System(), w.Grid.ID, []place.Details{{Name: "西格", Shape: shape(117, 117.05)}, {Name: "东格", Shape: shape(117.05, 117.1)}})
		if err != nil {
			t.Fatal(err)
		}
		follow(t, w)
		for id, want := range map[int64]place.Place{west: parts[0], east: parts[1]} {
			if c, err := w.Desk.Load(ctx, w.City, id); err != nil || c.Path != want.Path || c.Place != want.ID {
				t.Errorf("it lies at %s, want %s, %v", c.Path, want.Name, err)
			}
		}
	})
}

// TestOpenCasesFollowTheirStreet: what lies below a street that becomes part of another keeps its own place.
func TestOpenCasesFollowTheirStreet(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town, _ *clock.Fake) {
		c := open(t, w, report())
		whole, err := w.Places.Merge(t.Context(), w.System(), []int64{w.Street.ID, w.Street2.ID}, place.Details{Name: "大街道"})
		if err != nil {
			t.Fatal(err)
		}
		follow(t, w)
		grid, _ := w.Places.Get(w.Grid.ID)
		now, err := w.Desk.Load(t.Context(), w.City, c.ID)
		street, failed := store.Value[int64](t.Context(), w.City, `select street from cases where city = ? and id = ?`, w.City.ID, c.ID)
		if err != nil || failed != nil || now.Place != w.Grid.ID || now.Path != grid.Path || street != whole.ID {
			t.Errorf("it lies at %s, want %s; street %d, %v, %v", now.Path, grid.Path, street, err, failed)
		}
		if _, err := w.Desk.Get(t.Context(), access.Actor{City: w.City.ID, Person: 14, Posts: []access.Post{{Path: whole.Path, Rights: w.StreetCentre().Posts[0].Rights}}}, c.Number); err != nil {
			t.Errorf("the new street doesn't see it: %v", err)
		}
	})
}
