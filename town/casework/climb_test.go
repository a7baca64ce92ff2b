package casework_test

import (
	"strings"
	"testing"
	"time"

	"mulin/internal/clock"
	"mulin/internal/ledger"
	"mulin/internal/life"
	"mulin/town/casework"
	"mulin/town/catalog"
	"mulin/town/towntest"
)

func hours(n int) clock.Limit { return clock.Limit{Amount: n, Unit: clock.Hour} }

// ladder is a card an hour before a case should have been accepted, and the desk above at that time and an hour later.
var ladder = []life.Rung{{Early: true, After: hours(1), Verb: casework.Warn, Tell: "turn"}, {After: hours(0), Verb: casework.Climb, Tell: "above", Cost: 1}, {After: hours(1), Verb: casework.Climb, Tell: "above", Cost: 2}}

// TestWhatIsLateClimbs: a ladder of rows takes a case nobody accepts from the grid to the community and the street, each once, whoever scans how often.
func TestWhatIsLateClimbs(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town, clk *clock.Fake) {
		if err := w.Catalog.LimitNoun().Save(t.Context(), w.System(), &catalog.LimitEntry{Rule: catalog.Rule{Step: "accept", Limit: hours(2)}}); err != nil {
			t.Fatal(err)
		}
		if err := w.Desk.Ladders.Set(t.Context(), w.System(), "case", "accept", ladder); err != nil {
			t.Fatal(err)
		}
		rec := open(t, w, report())
		for _, c := range []struct {
			minutes int
			turn    casework.Turn
			steps   int
		}{{59, casework.AtGrid, 0}, {2, casework.AtGrid, 1}, {60, casework.AtCommunity, 2}, {1, casework.AtCommunity, 2}, {60, casework.AtStreet, 3}, {600, casework.AtStreet, 3}} {
			clk.Advance(time.Duration(c.minutes) * time.Minute)
			sweep(t, w)
			sweep(t, w)
			f, err := w.Desk.Get(t.Context(), w.StreetCentre(), rec.Number)
			if err != nil || f.Turn != c.turn || len(f.Steps) != c.steps {
				t.Errorf("at %v: turn %s, %d steps, %v", clk.Now(), f.Turn, len(f.Steps), err)
			}
		}
		if page, err := w.Desk.List(t.Context(), w.StreetCentre(), casework.Filter{Tab: casework.Mine}); err != nil || len(page.Cases) != 1 {
			t.Errorf("the street has it: %d, %v", len(page.Cases), err)
		}
		all, err := ledger.Of(t.Context(), w.City, 1, "case", rec.ID, 0, 9)
		if err != nil || len(all) != 4 {
			t.Fatalf("%d entries, %v", len(all), err)
		}
		if body := string(all[3].Body); !strings.Contains(body, `"rung":{"due":`) || !strings.Contains(body, `"tell":"above","cost":2`) {
			t.Errorf("the ledger says %s", body)
		}
	})
}

// TestALadderReachesWhatIsOpen: a ladder that is set later is climbed by cases that were open before, as soon as its follower has come by; what lies behind is not climbed twice.
func TestALadderReachesWhatIsOpen(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town, clk *clock.Fake) {
		if err := w.Catalog.LimitNoun().Save(t.Context(), w.System(), &catalog.LimitEntry{Rule: catalog.Rule{Step: "accept", Limit: hours(2)}}); err != nil {
			t.Fatal(err)
		}
		rec := open(t, w, report())
		for _, want := range []int{1, 0} {
			if err := w.Desk.Ladders.Set(t.Context(), w.System(), "case", "accept", ladder); err != nil {
				t.Fatal(err)
			}
			if n, err := w.Desk.Door().Replan(t.Context()); err != nil || n != want {
				t.Errorf("planned anew: %d, want %d, %v", n, want, err)
			}
		}
		clk.Advance(150 * time.Minute)
		sweep(t, w)
		sweep(t, w)
		if f, err := w.Desk.Get(t.Context(), w.StreetCentre(), rec.Number); err != nil || len(f.Steps) != 2 || f.Turn != casework.AtCommunity {
			t.Errorf("%d steps, turn %s, %v", len(f.Steps), f.Turn, err)
		}
		if err := w.Desk.Ladders.Set(t.Context(), w.Worker(), "case", "accept", nil); err == nil {
			t.Error("a worker sets the city's ladder")
		}
	})
}

// TestRungsOfOneTime: two rungs that are reached at the same time are both climbed.
func TestRungsOfOneTime(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town, clk *clock.Fake) {
		for _, step := range []string{"accept", "case"} {
			if err := w.Catalog.LimitNoun().Save(t.Context(), w.System(), &catalog.LimitEntry{Rule: catalog.Rule{Step: step, Limit: hours(2)}}); err != nil {
				t.Fatal(err)
			}
			if err := w.Desk.Ladders.Set(t.Context(), w.System(), "case", step, []life.Rung{life.AtDue(casework.Warn)}); err != nil {
				t.Fatal(err)
			}
		}
		rec := open(t, w, report())
		clk.Advance(3 * time.Hour)
		for range 3 {
			sweep(t, w)
		}
		if f, err := w.Desk.Get(t.Context(), w.StreetCentre(), rec.Number); err != nil || len(f.Steps) != 2 {
			t.Errorf("%d steps, %v", len(f.Steps), err)
		}
	})
}

func sweep(t *testing.T, w *towntest.Town) {
	t.Helper()
	if _, err := w.Desk.Door().Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
}
