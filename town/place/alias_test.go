package place_test

import (
	"errors"
	"slices"
	"testing"

	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/fault"
	"mulin/internal/store"
	"mulin/internal/storetest"
	"mulin/town/place"
	"mulin/town/towntest"
)

// TestAliasesAreKeptWithTheirDays gives a community other names and takes one back.
func TestAliasesAreKeptWithTheirDays(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		w := towntest.Build(t, storetest.NewCity(t, db))
		r, id, was := w.Places, w.Community.ID, w.Places.Edition()
		all := r.Noun()
		g := ground(t, all, w.System(), id)
		call := func(who access.Actor, names ...string) error {
			again := *g
			again.Aliases = names
			err := all.Save(t.Context(), who, &again)
			if err == nil {
				g = &again
			}
			return err
		}
		if err := call(w.Worker(), "北大关"); !errors.Is(err, access.ErrDenied) {
			t.Errorf("a worker names it: %v", err)
		}
		for _, bad := range []string{"平安", "关"} {
			if l, ok := fault.As(call(w.System(), bad)); !ok || l[0].Field != "aliases" {
				t.Errorf("%q: %v", bad, l)
			}
		}
		for _, names := range [][]string{nil, {"北大关", "老街"}, {"老街", "老街", " 纺织厂 "}} {
			if err := call(w.System(), names...); err != nil {
				t.Fatal(err)
			}
		}
		if got := r.Aliases(id); !slices.Equal(got, []string{"纺织厂", "老街"}) && !slices.Equal(got, []string{"老街", "纺织厂"}) {
			t.Errorf("it is called %q", got)
		}
		ended, err := store.Value[int64](t.Context(), w.City, `select count(*) from place_alias where city = ? and place = ? and name = '北大关' and until_at > 0`, w.City.ID, id)
		if err != nil || ended != 1 || r.Edition() == was {
			t.Errorf("%d ended, edition %d, %v", ended, r.Edition(), err)
		}
	})
}

func TestNamesAreSplitAsPeopleTypeThem(t *testing.T) {
	t.Parallel()
	if got := place.SplitNames("北关、老街\r\n 老街;;纺织厂，东门外"); !slices.Equal(got, []string{"北关", "老街", "纺织厂", "东门外"}) {
		t.Errorf("%q", got)
	}
}
