package casework_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"mulin/internal/clock"
	"mulin/internal/fault"
	"mulin/internal/ledger"
	"mulin/internal/register/registertest"
	"mulin/town/casework"
	"mulin/town/catalog"
	"mulin/town/towntest"
)

// classes makes two classes, one of them urgent, and limits by urgency.
func classes(t *testing.T, w *towntest.Town) (water, noise catalog.Class) {
	t.Helper()
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	ok(w.Catalog.UrgencyNoun().Save(t.Context(), w.System(), &catalog.UrgencyEntry{Code: "2h", Rank: 1}, &catalog.UrgencyEntry{Code: "7d", Rank: 2}))
	for _, r := range []catalog.Rule{{Step: "case", Urgency: "2h", Limit: clock.Limit{Amount: 2, Unit: clock.Hour}}, {Step: "case", Limit: clock.Limit{Amount: 48, Unit: clock.Hour}},
		{Step: "accept", Urgency: "2h", Limit: clock.Limit{Amount: 1, Unit: clock.Hour}}, {Step: "accept", Limit: clock.Limit{Amount: 8, Unit: clock.Hour}},
		{Step: "work", Limit: clock.Limit{Amount: 24, Unit: clock.Hour}}, {Step: "work", Urgency: "2h", Limit: clock.Limit{Amount: 3, Unit: clock.Hour}}} {
		ok(w.Catalog.LimitNoun().Save(t.Context(), w.System(), &catalog.LimitEntry{Rule: r}))
	}
	ok(w.Catalog.ClassNoun().Save(t.Context(), w.System(), &catalog.ClassEntry{Name: "供水", Urgency: "2h"}, &catalog.ClassEntry{Name: "噪音"}))
	water, _ = w.Catalog.ByFullName("供水")
	noise, _ = w.Catalog.ByFullName("噪音")
	return water, noise
}

// TestClassify: a person says what a case is; its limits count from when it and its step began, the ledger holds before, after and what had been suggested.
func TestClassify(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town, clk *clock.Fake) {
		water, noise := classes(t, w)
		rec := open(t, w, report())
		began := clock.Micros(clk.Now())
		clk.Advance(time.Hour)
		c := act(t, w, w.Worker(), rec.ID, casework.Accept, casework.Step{})
		accepted := c.UpdatedAt
		clk.Advance(time.Hour)
		act(t, w, w.Worker(), rec.ID, casework.Note, casework.Step{Note: "看过了"})
		hint := casework.Hint{Class: noise.ID, Percent: 41, Model: 3}
		sort := casework.Sorting{Class: water.ID, Kind: "help", Was: c.Sorted(), Hint: hint}
		c, err := w.Desk.Classify(t.Context(), w.Clerk(), rec.ID, sort, casework.Step{Version: c.Version, ClientRef: "a"})
		if err != nil {
			t.Fatal(err)
		}
		if c.Class != water.ID || c.Kind != "help" || c.Urgency != "2h" || c.Status != casework.Accepted {
			t.Errorf("classified = %+v", c)
		}
		if c.DueAt != began+2*3600e6 || c.StepDueAt != accepted+3*3600e6 {
			t.Errorf("due %d h after the beginning, the step %d h after its own", (c.DueAt-began)/3600e6, (c.StepDueAt-accepted)/3600e6)
		}
		body := newestBody(t, w, rec.ID)
		for _, part := range []string{`"was":{"kind":"complain"`, `"urgency":"2h"`, `"percent":41`, `"model":3`} {
			if !strings.Contains(body, part) {
				t.Errorf("the ledger's %s misses %s", body, part)
			}
		}
		if strings.Contains(body, "水") {
			t.Errorf("the ledger holds words: %s", body)
		}
		again, err := w.Desk.Classify(t.Context(), w.Clerk(), rec.ID, sort, casework.Step{ClientRef: "a"})
		if err != nil || again.UpdatedAt != c.UpdatedAt {
			t.Errorf("the second click = %v", err)
		}
		if _, err = w.Desk.Classify(t.Context(), w.Clerk(), rec.ID, sort, casework.Step{ClientRef: "b"}); !errors.Is(err, casework.ErrResorted) {
			t.Errorf("from a stale page = %v", err)
		}
		if c, err = w.Desk.Classify(t.Context(), w.Clerk(), rec.ID, casework.Sorting{Class: noise.ID, Was: c.Sorted(), Hide: true}, casework.Step{}); err != nil || !c.Hidden || c.DueAt != began+48*3600e6 {
			t.Errorf("corrected = %+v, %v", c, err)
		}
		file, err := w.Desk.Get(t.Context(), w.Clerk(), rec.Number)
		if err != nil || len(file.Steps) != 4 || file.Steps[2].Sort == nil || file.Steps[2].Sort.Hint != hint || file.Steps[3].Sort.ClassWas != water.ID {
			t.Errorf("the timeline = %+v, %v", file.Steps, err)
		}
		mine, err := w.Desk.Track(t.Context(), rec.Number, casework.Claim{Secret: rec.Secret})
		if err != nil || len(mine.Steps) != 1 {
			t.Errorf("the resident reads %+v, %v", mine.Steps, err)
		}
	})
}

// TestClassifyRefused: who may not, what isn't there, what is over.
func TestClassifyRefused(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town, clk *clock.Fake) {
		water, noise := classes(t, w)
		if err := registertest.Retire(t.Context(), w.Catalog.ClassNoun().Noun, w.System(), noise.ID); err != nil {
			t.Fatal(err)
		}
		rec := open(t, w, report())
		refused := func(what string, err error, want *fault.Fault) {
			t.Helper()
			if !errors.Is(err, want) {
				t.Errorf("%s = %v, want %v", what, err, want)
			}
		}
		try := func(sort casework.Sorting) error {
			_, err := w.Desk.Classify(t.Context(), w.Clerk(), rec.ID, sort, casework.Step{})
			return err
		}
		_, err := w.Desk.Classify(t.Context(), w.Worker2(), rec.ID, casework.Sorting{Class: water.ID}, casework.Step{})
		refused("the neighbour", err, casework.ErrNotFound)
		if _, err := w.Desk.Classify(t.Context(), w.Visitor(), rec.ID, casework.Sorting{Class: water.ID}, casework.Step{}); err == nil {
			t.Error("who may only look has classified")
		}
		refused("a retired class", try(casework.Sorting{Class: noise.ID}), casework.ErrClass)
		refused("no class", try(casework.Sorting{Class: 99}), casework.ErrClass)
		if try(casework.Sorting{Class: water.ID, Kind: "song"}) == nil || try(casework.Sorting{Class: water.ID, Urgency: "1s"}) == nil {
			t.Error("an unknown kind or urgency was taken")
		}
		if _, err := w.Desk.Act(t.Context(), w.Clerk(), rec.ID, casework.Classify, casework.Step{}); err == nil {
			t.Error("the step was done without saying as what")
		}
		act(t, w, w.System(), rec.ID, casework.Decline, casework.Step{Note: "不予受理", Reason: "x"})
		refused("a case that is over", try(casework.Sorting{Class: water.ID}), casework.ErrStale)
	})
}

func newestBody(t *testing.T, w *towntest.Town, id int64) string {
	t.Helper()
	all, err := ledger.Of(t.Context(), w.City, 1, "case", id, 0, 100)
	if err != nil || len(all) == 0 {
		t.Fatal(err)
	}
	return string(all[len(all)-1].Body)
}
