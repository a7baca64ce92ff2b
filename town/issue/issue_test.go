package issue_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/ledger"
	"mulin/internal/store"
	"mulin/internal/storetest"
	"mulin/town/casework"
	"mulin/town/issue"
	"mulin/town/task"
	"mulin/town/towntest"
)

// town is a small city whose issues follow its ledger.
type town struct {
	*towntest.Followed
	t *testing.T
}

func (w *town) board(who access.Actor) issue.Board {
	w.t.Helper()
	b, err := w.Issues.Board(w.t.Context(), who, issue.Month)
	if err != nil {
		w.t.Fatal(err)
	}
	return b
}

func each(t *testing.T, f func(t *testing.T, w *town)) {
	towntest.EachFollowed(t, func(t *testing.T, w *towntest.Followed) { f(t, &town{w, t}) })
}

func newTown(t *testing.T, db *store.DB, clk *clock.Fake, id int64) *town {
	return &town{towntest.NewFollowed(t, db, clk, id), t}
}

func TestCasesFindTheirIssue(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		w.Report(w.Nobody(), towntest.Inside, "路灯不亮", "门口的路灯坏了三天。", "13911111111")
		ids := w.Plants()
		w.Follow()
		b := w.board(w.Leader())
		if len(b.Rows) != 1 || b.Rows[0].Cases != len(ids) || b.Rows[0].Titled || b.Rows[0].Path != w.Grid.Path {
			t.Fatalf("%+v", b.Rows)
		}
		row := b.Rows[0]
		if row.ID != ids[0] || row.Named != 4 || row.Open != 4 || row.People != 2 || row.Trend[len(row.Trend)-1] != 4 || !slices.ContainsFunc(towntest.Plant, func(m [2]string) bool { return m[0] == row.Title }) {
			t.Errorf("%+v", row)
		}
		f, err := w.Issues.File(t.Context(), w.Leader(), row.ID, issue.Week, "")
		if err != nil || len(f.Page) != 4 || f.Page[0].ID != ids[3] {
			t.Errorf("%v, %d cases", err, len(f.Page))
		}
	})
}

func TestFollowingTwiceAndAnew(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		ids := w.Plants()[:3]
		w.Follow()
		before := w.board(w.Leader())
		entries, err := ledger.After(t.Context(), w.City, w.City.ID, 0, 500)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Issues.Follower().Follow(t.Context(), entries); err != nil {
			t.Fatal(err)
		}
		w.Restart()
		more := w.Report(w.Nobody(), towntest.Inside, "搅拌站又在夜里开工", "翠屏新城旁边的搅拌站噪音扰民，没有人管。", "13922222222")
		w.Follow()
		after := w.board(w.Leader())
		if len(before.Rows) != 1 || len(after.Rows) != 1 || after.Rows[0].ID != before.Rows[0].ID || after.Rows[0].Cases != before.Rows[0].Cases+1 {
			t.Fatalf("before %+v\nafter %+v", before.Rows, after.Rows)
		}
		if at, err := w.Issues.OfCase(t.Context(), more); err != nil || at != ids[0] {
			t.Errorf("the new case is in issue %d, %v", at, err)
		}
	})
}

func TestBoardShowsWhatOneMaySee(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		w.Plants()
		for i, m := range towntest.Plant[:2] {
			w.Report(w.Nobody(), towntest.Inside2, m[0]+"，西湖这边也一样", m[1], fmt.Sprintf("1380000000%d", i))
		}
		w.Follow()
		all := w.board(w.Leader())
		if len(all.Rows) != 1 || all.Rows[0].Cases != 6 || all.Rows[0].Path != w.Root.Path {
			t.Fatalf("the city sees %+v", all.Rows)
		}
		near := w.board(w.Clerk())
		if len(near.Rows) != 1 || near.Rows[0].Cases != 4 || near.Rows[0].Beyond != 2 || near.Rows[0].Path != w.Grid.Path {
			t.Fatalf("the first community sees %+v", near.Rows)
		}
		f, err := w.Issues.File(t.Context(), w.Clerk(), all.Rows[0].ID, issue.Month, "")
		if err != nil || len(f.Page) != 4 {
			t.Errorf("%v, %d cases", err, len(f.Page))
		}
		if _, err := w.Issues.Board(t.Context(), w.Of(w.Water), issue.Month); !errors.Is(err, access.ErrDenied) {
			t.Errorf("a department: %v", err)
		}
		if _, err := w.Issues.File(t.Context(), w.Nobody(), all.Rows[0].ID, issue.Month, ""); !errors.Is(err, access.ErrDenied) {
			t.Errorf("somebody unknown: %v", err)
		}
		if err := w.Issues.Rename(t.Context(), w.Clerk(), all.Rows[0].ID, "x"); !errors.Is(err, issue.ErrMissing) && !errors.Is(err, access.ErrDenied) {
			t.Errorf("a community renames what reaches beyond it: %v", err)
		}
	})
}

// TestAnIssueStandsInTheMiddle: on a map an issue stands where its grids do, never where somebody said to live, and cut to the reader's reach.
func TestAnIssueStandsInTheMiddle(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		w := newTown(t, db, clk, 1)
		w.Plants()
		w.Follow()
		b, err := w.Issues.Board(t.Context(), w.Worker(), issue.Month)
		if err != nil {
			t.Fatal(err)
		}
		grid, known := w.Places.Get(w.Grid.ID)
		if !known || len(b.Rows) != 1 || b.Rows[0].Middle == nil {
			t.Fatalf("board: %+v", b.Rows)
		}
		if at := *b.Rows[0].Middle; at == towntest.Inside || math.Abs(at.Lat-grid.Point.Lat)+math.Abs(at.Lng-grid.Point.Lng) > 1e-9 {
			t.Errorf("it stands at %v; the grid is at %v, the homes at %v", at, *grid.Point, towntest.Inside)
		}
	})
}

func TestTwoCitiesKnowNothingOfEachOther(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		one, two := newTown(t, db, clk, 1), newTown(t, db, clk, 2)
		ids := one.Plants()
		one.Follow()
		two.Follow()
		if rows := two.board(two.Leader()).Rows; len(rows) != 0 {
			t.Errorf("the other city shows %+v", rows)
		}
		if _, err := two.Issues.File(t.Context(), two.Leader(), ids[0], issue.Month, ""); !errors.Is(err, issue.ErrMissing) {
			t.Errorf("the other city's issue: %v", err)
		}
		opened, err := one.Tasks.Open(t.Context(), one.Leader(), task.Plan{Title: "搅拌站扰民整治", Issue: ids[0], Body: one.Office.ID, DueAt: one.City.Clock().Now().UnixMicro() + 1})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := two.Tasks.Get(t.Context(), two.Leader(), opened.ID); !errors.Is(err, task.ErrMissing) {
			t.Errorf("the other city's task: %v", err)
		}
	})
}

func TestTitlesBetrayNobody(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		for i := range 3 {
			r := casework.Report{Kind: "report", Title: towntest.Plant[i][0] + "老板李四电话13812345678", Text: towntest.Plant[i][1], Point: &towntest.Inside, Phone: fmt.Sprintf("1390000000%d", i)}
			if i == 2 {
				r.Kind, r.Hidden = "complain", true
			}
			if _, err := w.Desk.Open(t.Context(), w.Nobody(), r); err != nil {
				t.Fatal(err)
			}
		}
		w.Follow()
		rows := w.board(w.Leader()).Rows
		if len(rows) != 1 || rows[0].Cases != 3 || rows[0].Title != "" {
			t.Fatalf("%+v", rows)
		}
		w.Report(w.Nobody(), towntest.Inside, "翠屏新城搅拌站扰民请回电13812345678", towntest.Plant[3][1], "13900000009")
		w.Follow()
		if title := w.board(w.Leader()).Rows[0].Title; title == "" || strings.Contains(title, "13812345678") {
			t.Errorf("title %q", title)
		}
	})
}

func TestPeoplePutIssuesRight(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		ids, who, ctx := w.Plants(), w.Leader(), t.Context()
		w.Follow()
		into := ids[0]
		if err := w.Issues.Rename(ctx, who, into, " 翠屏新城搅拌站问题 "); err != nil {
			t.Fatal(err)
		}
		if err := w.Issues.TakeOut(ctx, who, ids[1]); err != nil {
			t.Fatal(err)
		}
		w.Follow()
		w.Restart()
		w.Report(w.Nobody(), towntest.Inside, towntest.Plant[0][0]+"还在继续", towntest.Plant[0][1], "13733333333")
		w.Follow()
		rows := w.board(who).Rows
		if len(rows) != 1 || rows[0].Cases != 4 || rows[0].Title != "翠屏新城搅拌站问题" {
			t.Fatalf("after one was taken out and a new one came: %+v", rows)
		}
		alone, err := w.Issues.OfCase(ctx, ids[1])
		if err != nil || alone != 0 {
			t.Errorf("what was taken out is in issue %d, %v", alone, err)
		}
		if err := w.Issues.MoveTo(ctx, who, ids[1], into); err != nil {
			t.Fatal(err)
		}
		if err := w.Issues.MoveTo(ctx, who, ids[1], into); err == nil {
			t.Error("moving to where it is was taken")
		}
		other := w.Report(w.Nobody(), towntest.Inside, "幼儿园门口没有斑马线", "接送孩子过马路很危险。", "13744444444")
		w.Follow()
		if err := w.Issues.Merge(ctx, who, other, into); err != nil {
			t.Fatal(err)
		}
		w.Follow()
		rows = w.board(who).Rows
		if len(rows) != 1 || rows[0].Cases != 6 {
			t.Errorf("after moving back and merging: %+v", rows)
		}
		if f, err := w.Issues.File(ctx, who, other, issue.Month, ""); err != nil || f.ID != into {
			t.Errorf("the merged issue leads to %d, %v", f.ID, err)
		}
		if err := w.Issues.Merge(ctx, who, other, into); err == nil {
			t.Error("an issue was merged into itself")
		}
		if err := w.Issues.TakeOut(ctx, w.Of(w.Water), ids[0]); !errors.Is(err, casework.ErrNotFound) {
			t.Errorf("a department takes a case out: %v", err)
		}
	})
}

func TestWeightsAreTheCitys(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		ctx := t.Context()
		if got, err := w.Issues.Weights(ctx); err != nil || got != issue.DefaultWeights {
			t.Fatalf("%+v, %v", got, err)
		}
		set := issue.DefaultWeights
		set.Named, set.HalfLife = 0.25, 14
		if err := w.Issues.SaveWeights(ctx, w.Clerk(), set); !errors.Is(err, access.ErrDenied) {
			t.Errorf("a clerk: %v", err)
		}
		if err := w.Issues.SaveWeights(ctx, w.System(), issue.Weights{Named: 2}); err == nil {
			t.Error("a share of two was taken")
		}
		if err := w.Issues.SaveWeights(ctx, w.System(), set); err != nil {
			t.Fatal(err)
		}
		w.Plants()
		w.Follow()
		if b := w.board(w.Leader()); b.Weights != set || b.Rows[0].People != 1 {
			t.Errorf("%+v", b)
		}
	})
}

func TestJoiningCountsPeopleOnce(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		ids, ctx := w.Plants(), t.Context()
		w.Follow()
		for i, phone := range []string{"13500000001", "13500000002", "13900000000"} { // the last one has reported it as well
			_, err := w.Desk.Support(ctx, w.Nobody(), ids[i], casework.Support{Phone: phone, Claim: casework.Claim{Phone: phone}})
			if err != nil && i < 2 {
				t.Fatal(err)
			}
		}
		w.Follow()
		row := w.board(w.Leader()).Rows[0]
		if row.Cases != 4 || row.Joined < 2 || row.Proven+row.Heat.Named != 6 || row.Proven < 2 {
			t.Errorf("%+v", row)
		}
		w.Clock.Advance(40 * 24 * time.Hour)
		w.Report(w.Nobody(), towntest.Inside, towntest.Plant[0][0]+"又来了", towntest.Plant[0][1], "13512345678")
		w.Report(w.Nobody(), towntest.Inside, towntest.Plant[1][0]+"又来了", towntest.Plant[1][1], "13512345679")
		w.Follow()
		if rows := w.board(w.Clerk()).Rows; len(rows) != 1 || rows[0].Cases != 2 || rows[0].Beyond != 0 {
			t.Errorf("what is older than the period lies outside of the area: %+v", rows)
		}
	})
}
