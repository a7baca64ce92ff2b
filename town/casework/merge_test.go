package casework_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/schema"
	"mulin/town/casework"
	"mulin/town/catalog"
	"mulin/town/towntest"
)

func merge(t *testing.T, w *towntest.Town, id int64, into string) casework.Case {
	t.Helper()
	c, err := w.Desk.Merge(t.Context(), w.Worker(), id, into, casework.Step{})
	if err != nil {
		t.Fatalf("merge: %v", err)
	}
	return c
}

func TestMerge(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town, clk *clock.Fake) {
		if err := w.Catalog.LimitNoun().Save(t.Context(), w.System(), &catalog.LimitEntry{Rule: catalog.Rule{Step: "case", Limit: clock.Limit{Amount: 48, Unit: clock.Hour}}}); err != nil {
			t.Fatal(err)
		}
		r := report()
		twin := open(t, w, r)
		early, _ := w.Desk.Load(t.Context(), w.City, twin.ID)
		clk.Advance(time.Hour)
		r.Phone = "13900002222"
		main := open(t, w, r)
		joined := support(t, w, twin.ID, casework.Support{Phone: "13700003333"})
		support(t, w, main.ID, casework.Support{Phone: "13800001234"}) // the twin's reporter, by a typed phone

		c, err := w.Desk.Merge(t.Context(), w.Worker(), twin.ID, main.Number, casework.Step{ClientRef: "m", Note: "同一处水管"})
		if err != nil || c.Status != casework.Merged || c.Open || c.Outcome != "merged" || c.Merged != main.ID || c.Turn != casework.AtNobody {
			t.Fatalf("merged: %+v, %v", c, err)
		}
		if again, err := w.Desk.Merge(t.Context(), w.Worker(), twin.ID, main.Number, casework.Step{ClientRef: "m", Note: "同一处水管"}); err != nil || again.Version != c.Version {
			t.Errorf("sent twice: %+v, %v", again, err)
		}
		m, _ := w.Desk.Load(t.Context(), w.City, main.ID)
		if m.DueAt != early.DueAt || early.DueAt == 0 {
			t.Errorf("due %d, want the earlier %d", m.DueAt, early.DueAt)
		}
		if got := told(t, w, main.ID); got != "2/0" {
			t.Errorf("told %s: the twin's reporter, whose phone was there already, and the one who joined them", got)
		}
		act(t, w, w.Worker(), main.ID, casework.Accept, casework.Step{})
		act(t, w, w.Worker(), main.ID, casework.Done, casework.Step{Note: "水管已更换", Photos: []casework.Photo{towntest.Photo("after")}})
		act(t, w, w.Worker(), main.ID, casework.Answer, casework.Step{Note: "已修好。"})
		for who, secret := range map[string]string{"the twin's reporter": twin.Secret, "who joined the twin": joined.Secret} {
			file, err := w.Desk.Track(t.Context(), twin.Number, casework.Claim{Secret: secret})
			if err != nil || file.Main == nil || file.Main.Number != main.Number || file.Main.Answer != "已修好。" || file.Main.Text != "" || !file.HasPhoto("after") {
				t.Errorf("%s reads %+v, %v", who, file.Main, err)
			}
			if n := len(file.Claimed()); n != 0 {
				t.Errorf("%s may do %v with what is merged", who, file.Claimed())
			}
			if file, err := w.Desk.Track(t.Context(), main.Number, casework.Claim{Secret: secret}); err != nil || !file.Shared {
				t.Errorf("%s by the main number: %v", who, err)
			}
		}
		if _, err := w.Desk.Track(t.Context(), twin.Number, casework.Claim{Secret: main.Secret}); !errors.Is(err, casework.ErrSecret) {
			t.Errorf("the main one's reporter reads the twin: %v", err)
		}
		if list, err := w.Desk.MergedInto(t.Context(), w.Worker(), main.ID); err != nil || len(list) != 1 || list[0].ID != twin.ID {
			t.Errorf("what was merged: %v, %v", list, err)
		}
		if list, err := w.Desk.MergedInto(t.Context(), w.Worker2(), main.ID); err != nil || len(list) != 0 {
			t.Errorf("the neighbour sees what was merged: %v, %v", list, err)
		}
		if list, err := w.Desk.OfPhone(t.Context(), "13800001234", 0, 9); err != nil || len(list) != 2 {
			t.Errorf("own cases: %v, %v", list, err)
		}
	})
}

func TestUnmerge(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town, _ *clock.Fake) {
		r := report()
		r.Phone = ""
		main, twin, third := open(t, w, r), open(t, w, report()), open(t, w, r)
		merge(t, w, third.ID, twin.Number)
		merge(t, w, twin.ID, main.Number) // takes the third one along: no chains
		if c, _ := w.Desk.Load(t.Context(), w.City, third.ID); c.Merged != main.ID {
			t.Errorf("the third one points to %d", c.Merged)
		}
		if got := told(t, w, main.ID); got != "2/0" {
			t.Errorf("told %s, want 2/0", got)
		}
		if _, err := w.Desk.Unmerge(t.Context(), w.Worker(), twin.ID, casework.Step{}); key(err) != "case.note.missing" {
			t.Errorf("without a reason: %v", err)
		}
		if _, err := w.Desk.Unmerge(t.Context(), w.Worker2(), twin.ID, casework.Step{Note: "x"}); !errors.Is(err, casework.ErrNotFound) {
			t.Errorf("by the neighbour: %v", err)
		}
		c, err := w.Desk.Unmerge(t.Context(), w.Worker(), twin.ID, casework.Step{Note: "是另一处"})
		if err != nil || c.Status != casework.Accepted || !c.Open || c.Merged != 0 || c.Outcome != "" || c.ClosedAt != 0 || c.Turn != casework.AtGrid {
			t.Fatalf("on its own again: %+v, %v", c, err)
		}
		if m, twin := told(t, w, main.ID), told(t, w, twin.ID); m != "1/0" || twin != "0/0" {
			t.Errorf("told %s and %s: the third one stays with the main case", m, twin)
		}
		if _, err := w.Desk.Track(t.Context(), main.Number, casework.Claim{Secret: twin.Secret}); !errors.Is(err, casework.ErrSecret) {
			t.Errorf("still reads the main case: %v", err)
		}
		if _, err := w.Desk.Track(t.Context(), main.Number, casework.Claim{Secret: third.Secret}); err != nil {
			t.Errorf("the third one lost the main case: %v", err)
		}
		act(t, w, w.Worker(), main.ID, casework.Decline, casework.Step{Note: "不受理", Reason: "court"})
		if _, err := w.Desk.Unmerge(t.Context(), w.Worker(), third.ID, casework.Step{Note: "x"}); key(err) != "case.unmerge.over" {
			t.Errorf("after the main case is over: %v", err)
		}
	})
}

func TestMergeRefuses(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town, _ *clock.Fake) {
		a, b := open(t, w, report()), open(t, w, report())
		far := report()
		far.Point = &towntest.Inside2
		other := open(t, w, far)
		try := func(name string, who access.Actor, id int64, into, want string) {
			t.Helper()
			if _, err := w.Desk.Merge(t.Context(), who, id, into, casework.Step{}); key(err) != want {
				t.Errorf("%s: %v, want %s", name, err, want)
			}
		}
		try("into itself", w.Worker(), a.ID, a.Number, "case.merge.self")
		try("into nothing", w.Worker(), a.ID, "000000-00000", "case.merge.missing")
		try("into what lies outside the reach", w.Worker(), a.ID, other.Number, "case.merge.missing")
		try("of what lies outside the reach", w.Worker(), other.ID, a.Number, "case.missing")
		try("by a visitor", w.Visitor(), a.ID, b.Number, key(access.ErrDenied))
		try("by nobody", access.Nobody(1), a.ID, b.Number, "case.missing")
		merge(t, w, a.ID, b.Number)
		try("a circle", w.Worker(), b.ID, a.Number, "case.merge.self")
		try("twice", w.Worker(), a.ID, b.Number, "case.stale")
		done := open(t, w, report())
		act(t, w, w.Worker(), b.ID, casework.Decline, casework.Step{Note: "不受理", Reason: "court"})
		try("into what is over", w.Worker(), done.ID, b.Number, "case.merge.over")
		try("into what stands for what is over", w.Worker(), done.ID, a.Number, "case.merge.over")
		if _, err := w.Desk.Act(t.Context(), w.Worker(), done.ID, casework.Merge, casework.Step{}); !errors.Is(err, access.ErrDenied) {
			t.Errorf("as a plain step: %v", err)
		}
		if c, _ := w.Desk.Load(t.Context(), w.City, done.ID); c.Status != casework.New {
			t.Errorf("a refused merge left %s", c.Status)
		}
	})
}

// TestMergedLimitStays: a main case that is classified anew keeps the earlier limit of what was merged into it, until it is reopened.
func TestMergedLimitStays(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town, clk *clock.Fake) {
		water, noise := classes(t, w)
		twin := open(t, w, report())
		early, _ := w.Desk.Load(t.Context(), w.City, twin.ID)
		clk.Advance(time.Hour)
		main := open(t, w, report())
		merge(t, w, twin.ID, main.Number)
		classify := func(class int64) int64 {
			t.Helper()
			c, err := w.Desk.Classify(t.Context(), w.Clerk(), main.ID, casework.Sorting{Class: class}, casework.Step{})
			if err != nil {
				t.Fatal(err)
			}
			return c.DueAt
		}
		if due := classify(noise.ID); due != early.DueAt {
			t.Errorf("due %d after it was classified, want the twin's %d", due, early.DueAt)
		}
		for _, v := range []casework.Verb{casework.Accept, casework.Done, casework.Answer} {
			act(t, w, w.Worker(), main.ID, v, casework.Step{Note: "修好了", Photos: []casework.Photo{towntest.Photo(string(v))}})
		}
		clk.Advance(72 * time.Hour)
		c := act(t, w, access.Nobody(1), main.ID, casework.Reopen, casework.Step{Note: "又漏了", Claim: casework.Claim{Secret: main.Secret}})
		if classify(water.ID); classify(noise.ID) != c.DueAt {
			t.Errorf("after it was reopened the twin's limit still counts")
		}
	})
}

// TestMergedCasesAreFoundByTheirIndex sees that a case's page doesn't read every case of the city for those merged into it.
func TestMergedCasesAreFoundByTheirIndex(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town, _ *clock.Fake) {
		if w.City.DB().Engine() != schema.SQLite {
			return // with few rows PostgreSQL reads them all
		}
		for _, sql := range []string{casework.IntoMain, casework.TellersLeft} {
			args := make([]any, strings.Count(sql, "?"))
			for i := range args {
				args[i] = 1
			}
			plan, err := w.City.DB().Explain(t.Context(), sql, args...)
			if err != nil || !strings.Contains(plan, "cases_merged") || strings.Contains(plan, "SCAN c") || strings.Contains(plan, "SCAN m") {
				t.Errorf("%s\n%s%v", sql, plan, err)
			}
		}
	})
}
