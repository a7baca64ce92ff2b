package casework_test

import (
	"context"
	"errors"
	"testing"

	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/store"
	"mulin/internal/storetest"
	"mulin/town/casework"
	"mulin/town/towntest"
)

// TestAnotherCity: whoever belongs to another city is refused by every verb and list, though the places of both have the same numbers, also the city's own
// program, also with the resident's proof; nothing is left behind.
func TestAnotherCity(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		one, two := towntest.Build(t, storetest.Found(t, db, 1)), towntest.Build(t, storetest.Found(t, db, 2))
		rec := open(t, one, report())
		other := open(t, one, casework.Report{Text: "路灯不亮", Point: &towntest.Inside})
		before, err := one.Desk.Get(t.Context(), one.Worker(), rec.Number)
		if err != nil {
			t.Fatal(err)
		}
		d, claim := one.Desk, casework.Claim{Secret: rec.Secret}
		verbs := map[string]func(ctx context.Context, who access.Actor) error{
			"open": func(ctx context.Context, who access.Actor) error { _, err := d.Open(ctx, who, report()); return err },
			"get":  func(ctx context.Context, who access.Actor) error { _, err := d.Get(ctx, who, rec.Number); return err },
			"list": func(ctx context.Context, who access.Actor) error {
				_, err := d.List(ctx, who, casework.Filter{})
				return err
			},
			"count": func(ctx context.Context, who access.Actor) error {
				_, err := d.AtMost(ctx, who, casework.Filter{}, 9)
				return err
			},
			"by ids": func(ctx context.Context, who access.Actor) error {
				_, err := d.ByIDs(ctx, who, []int64{rec.ID}, casework.Filter{})
				return err
			},
			"spread": func(ctx context.Context, who access.Actor) error {
				_, err := d.Spread(ctx, who, one.Street.ID)
				return err
			},
			"merged": func(ctx context.Context, who access.Actor) error {
				_, err := d.MergedInto(ctx, who, rec.ID)
				return err
			},
			"filed": func(ctx context.Context, who access.Actor) error { _, err := d.Filed(ctx, who, "x"); return err },
			"look": func(ctx context.Context, who access.Actor) error {
				_, err := d.Look(ctx, who, rec.ID, casework.Look{Note: "看"})
				return err
			},
			"reveal": func(ctx context.Context, who access.Actor) error {
				_, err := d.Reveal(ctx, who, rec.ID, "核实")
				return err
			},
			"guard": func(ctx context.Context, who access.Actor) error {
				_, err := d.Leaks(ctx, who, &before.Case, "张三")
				return err
			},
			"merge": func(ctx context.Context, who access.Actor) error {
				_, err := d.Merge(ctx, who, rec.ID, other.Number, casework.Step{})
				return err
			},
			"unmerge": func(ctx context.Context, who access.Actor) error {
				_, err := d.Unmerge(ctx, who, rec.ID, casework.Step{})
				return err
			},
			"locate": func(ctx context.Context, who access.Actor) error {
				_, err := d.Locate(ctx, who, rec.ID, one.Grid2.ID, casework.Step{})
				return err
			},
			"classify": func(ctx context.Context, who access.Actor) error {
				_, err := d.Classify(ctx, who, rec.ID, casework.Sorting{}, casework.Step{})
				return err
			},
			"split": func(ctx context.Context, who access.Actor) error {
				_, err := d.Split(ctx, who, rec.ID, casework.Step{}, []casework.Part{{Text: "一"}, {Text: "二"}})
				return err
			},
			"support": func(ctx context.Context, who access.Actor) error {
				_, err := d.Support(ctx, who, rec.ID, casework.Support{})
				return err
			},
			"apply": func(ctx context.Context, who access.Actor) error {
				return one.City.Write(ctx, func(tx *store.Tx) error {
					_, err := d.Apply(ctx, tx, who, rec.ID, casework.Accept, casework.Step{}, nil)
					return err
				})
			},
		}
		for _, v := range []casework.Verb{casework.Accept, casework.Dispatch, casework.Take, casework.Done, casework.Answer, casework.Rate, casework.Say, casework.Decline} {
			verbs[string(v)] = func(ctx context.Context, who access.Actor) error {
				_, err := d.Act(ctx, who, rec.ID, v, casework.Step{Note: "好", Stars: 5, To: one.Water.ID, Claim: claim})
				return err
			}
		}
		for name, do := range verbs {
			for _, who := range []access.Actor{two.Worker(), two.StreetCentre(), two.System(), access.Nobody(2)} {
				if err := do(t.Context(), who); !errors.Is(err, access.ErrDenied) {
					t.Errorf("%s by %s of another city: %v", name, who.Name, err)
				}
			}
		}
		after, err := one.Desk.Get(t.Context(), one.Worker(), rec.Number)
		if err != nil || after.Version != before.Version || after.Supporters != before.Supporters || len(after.Steps) != len(before.Steps) {
			t.Errorf("something was left behind: %+v, %v", after, err)
		}
	})
}
