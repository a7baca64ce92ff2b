package casework_test

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/town/casework"
	"mulin/town/towntest"
)

// TestGists reads what cases are compared by: words masked, also where the text is cut, nothing that isn't compared, and only within reach.
func TestGists(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town, _ *clock.Fake) {
		r := report()
		r.Text = "三号楼水管爆裂，电话13800001234。" + strings.Repeat("水", casework.GistLength-25) + "13900005678" + strings.Repeat("漏", 100)
		rec := open(t, w, r)
		whole, err := w.Desk.Load(t.Context(), w.City, rec.ID)
		if err != nil {
			t.Fatal(err)
		}
		joinable, err := w.Desk.JoinableGists(t.Context(), []int64{rec.ID})
		if err != nil {
			t.Fatal(err)
		}
		seen, err := w.Desk.Gists(t.Context(), w.Worker(), []int64{rec.ID})
		if err != nil {
			t.Fatal(err)
		}
		for _, list := range [][]casework.Case{joinable, seen} {
			if len(list) != 1 {
				t.Fatalf("%d gists, want 1", len(list))
			}
			g := list[0]
			if strings.Contains(g.Title+g.Text, "0000") || utf8.RuneCountInString(g.Text) < casework.GistLength || utf8.RuneCountInString(g.Text) >= utf8.RuneCountInString(whole.Text) {
				t.Errorf("words %q, %q", g.Title, g.Text)
			}
			if g.ID != rec.ID || g.Path != whole.Path || g.OpenedAt != whole.OpenedAt || (g.Point == nil) != (whole.Point == nil) || g.Number != "" || g.Address != "" {
				t.Errorf("gist %+v of %+v", g, whole)
			}
		}
		if list, err := w.Desk.Gists(t.Context(), w.Worker2(), []int64{rec.ID}); err != nil || len(list) != 0 {
			t.Errorf("the neighbour compares %v, %v", list, err)
		}
		if _, err := w.Desk.Gists(t.Context(), access.Nobody(1), []int64{rec.ID}); !errors.Is(err, access.ErrDenied) {
			t.Errorf("nobody compares: %v", err)
		}
		if _, err := w.Desk.Act(t.Context(), w.Worker(), rec.ID, casework.Decline, casework.Step{Reason: "x", Note: "不受理"}); err != nil {
			t.Fatal(err)
		}
		if list, err := w.Desk.Gists(t.Context(), w.Worker(), []int64{rec.ID}); err != nil || len(list) != 0 {
			t.Errorf("a closed case is compared: %v, %v", list, err)
		}
	})
}
