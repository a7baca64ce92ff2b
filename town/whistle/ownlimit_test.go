package whistle_test

import (
	"testing"
	"time"

	"mulin/internal/clock"
	"mulin/town/casework"
	"mulin/town/catalog"
	"mulin/town/towntest"
	"mulin/town/whistle"
)

// TestTheItemsOwnLimitIsTheCases: of the list's own limit and the catalogue's the tighter one is that of whistle and case, so that lists and lateness go by it.
func TestTheItemsOwnLimitIsTheCases(t *testing.T) {
	for name, hours := range map[string]struct{ own, general, report, work int }{"own": {1, 3, 1, 10}, "general": {5, 2, 2, 10}, "only own": {1, 0, 1, 24}} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, w *towntest.Town, clk *clock.Fake) {
				limit := func(n int) clock.Limit { return clock.Limit{Amount: n, Unit: clock.Hour} }
				if hours.general > 0 {
					for step, n := range map[string]int{"report_in": hours.general, "work": 10} {
						if err := w.Catalog.LimitNoun().Save(t.Context(), w.System(), &catalog.LimitEntry{Rule: catalog.Rule{Step: step, Limit: limit(n)}}); err != nil {
							t.Fatal(err)
						}
					}
				}
				item := &catalog.WhistleItem{Level: catalog.Street, Class: "应急处置", Item: "主管道爆裂",
					Bodies: []int64{w.Water.ID}, Limit: limit(hours.own), Work: limit(24), Condition: "恢复供水", Basis: "示范清单"}
				if err := w.Catalog.WhistleList.Save(t.Context(), w.System(), item); err != nil {
					t.Fatal(err)
				}
				rec := open(t, w)
				wh, err := w.Whistles.Blow(t.Context(), w.StreetCentre(), rec.ID, whistle.Call{Item: item.ID, Step: casework.Step{Note: "请部门到场"}})
				if err != nil {
					t.Fatal(err)
				}
				due := func(want int) {
					t.Helper()
					c, err := w.Desk.Get(t.Context(), w.StreetCentre(), rec.Number)
					if at := wh.BlownAt + (time.Duration(want) * time.Hour).Microseconds(); err != nil || c.StepDueAt != at {
						t.Errorf("the case's step is due at %v, want %v, %v", clock.Time(c.StepDueAt), clock.Time(at), err)
					}
				}
				due(hours.report)
				clk.Advance(30 * time.Minute)
				if _, err := w.Whistles.ReportIn(t.Context(), w.Of(w.Water), wh.ID, whistle.Arrival{Point: &towntest.Inside, Step: casework.Step{Photos: []casework.Photo{towntest.Photo("there")}}}); err != nil {
					t.Fatal(err)
				}
				due(hours.work)
			})
		})
	}
}
