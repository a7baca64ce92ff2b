package triage_test

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/geo"
	"mulin/internal/ledger"
	"mulin/internal/store"
	"mulin/internal/storetest"
	"mulin/town/casework"
	"mulin/town/towntest"
	"mulin/town/triage"
)

// plant are messages about one thing; all made up.
var plant = [][2]string{
	{"翠屏新城旁边的搅拌站噪音扰民", "翠屏新城东侧新开了一家混凝土搅拌站，夜里机器轰鸣，全家睡不着。"},
	{"投诉翠屏新城附近搅拌站", "搅拌站离翠屏新城不到一百米，粉尘飘进屋里，桌子一天擦三遍。"},
	{"请关停翠屏新城边上的搅拌站", "我是翠屏新城业主，搅拌站凌晨两点还在生产，孩子被吵醒。"},
	{"翠屏新城业主要求搬迁搅拌站", "混凝土搅拌站扬尘严重，老人咳嗽不止，要求搬走。"},
}

// hotTown is a small city whose issues follow its ledger.
type hotTown struct {
	*towntest.Town
	t    *testing.T
	clk  *clock.Fake
	feed *ledger.Feed
}

func newHotTown(t *testing.T, db *store.DB, clk *clock.Fake, id int64) *hotTown {
	t.Helper()
	if err := db.Found(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	w := &hotTown{Town: towntest.Build(t, db.City(id)), t: t, clk: clk}
	w.restart()
	return w
}

// restart forgets all that was in memory, as a new process has; the lease of the old one has run out by then.
func (w *hotTown) restart() {
	w.clk.Advance(time.Minute)
	w.Triage = triage.New(w.City, w.Desk, w.Places, w.Bodies, w.Catalog)
	w.feed = ledger.NewFeed(w.City, slog.New(slog.NewTextHandler(io.Discard, nil)))
	w.feed.Lasting(w.Triage.HotFollower())
}

func (w *hotTown) follow() {
	w.t.Helper()
	if err := w.feed.CatchUp(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
}

func (w *hotTown) open(who access.Actor, at geo.Point, title, text, phone string) int64 {
	w.t.Helper()
	rec, err := w.Desk.Open(w.t.Context(), who, casework.Report{Title: title, Text: text, Point: &at, Phone: phone})
	if err != nil {
		w.t.Fatal(err)
	}
	return rec.ID
}

func (w *hotTown) nobody() access.Actor { return access.Nobody(w.City.ID) }

// plants opens the messages about the plant, each from another phone.
func (w *hotTown) plants() []int64 {
	var ids []int64
	for i, m := range plant {
		ids = append(ids, w.open(w.nobody(), towntest.Inside, m[0], m[1], fmt.Sprintf("1390000000%d", i)))
	}
	return ids
}

func (w *hotTown) board(who access.Actor) triage.Board {
	w.t.Helper()
	b, err := w.Triage.Board(w.t.Context(), who, triage.Month)
	if err != nil {
		w.t.Fatal(err)
	}
	return b
}

func (w *hotTown) leader() access.Actor {
	return access.Actor{City: w.City.ID, Person: 31, Posts: []access.Post{{ID: 31, Role: "leader", Path: w.Root.Path,
		Rights: map[access.Right]access.Scope{casework.See: access.Territory, casework.Handle: access.Territory, triage.Tasks: access.Territory}}}}
}

func eachHot(t *testing.T, f func(t *testing.T, w *hotTown)) {
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Fake) { f(t, newHotTown(t, db, clk, 1)) })
}

func TestCasesFindTheirIssue(t *testing.T) {
	eachHot(t, func(t *testing.T, w *hotTown) {
		w.open(w.nobody(), towntest.Inside, "路灯不亮", "门口的路灯坏了三天。", "13911111111")
		ids := w.plants()
		w.follow()
		b := w.board(w.leader())
		if len(b.Rows) != 1 || b.Rows[0].Cases != len(ids) || b.Rows[0].Titled || b.Rows[0].Path != w.Grid.Path {
			t.Fatalf("%+v", b.Rows)
		}
		row := b.Rows[0]
		if row.ID != ids[0] || row.Named != 4 || row.Open != 4 || row.People != 2 || row.Trend[len(row.Trend)-1] != 4 || !slices.ContainsFunc(plant, func(m [2]string) bool { return m[0] == row.Title }) {
			t.Errorf("%+v", row)
		}
		f, err := w.Triage.IssueOf(t.Context(), w.leader(), row.ID, triage.Week, "")
		if err != nil || len(f.Page) != 4 || f.Page[0].ID != ids[3] {
			t.Errorf("%v, %d cases", err, len(f.Page))
		}
	})
}

func TestFollowingTwiceAndAnew(t *testing.T) {
	eachHot(t, func(t *testing.T, w *hotTown) {
		ids := w.plants()[:3]
		w.follow()
		before := w.board(w.leader())
		entries, err := ledger.After(t.Context(), w.City, w.City.ID, 0, 500)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Triage.HotFollower().Follow(t.Context(), entries); err != nil {
			t.Fatal(err)
		}
		w.restart()
		more := w.open(w.nobody(), towntest.Inside, "搅拌站又在夜里开工", "翠屏新城旁边的搅拌站噪音扰民，没有人管。", "13922222222")
		w.follow()
		after := w.board(w.leader())
		if len(before.Rows) != 1 || len(after.Rows) != 1 || after.Rows[0].ID != before.Rows[0].ID || after.Rows[0].Cases != before.Rows[0].Cases+1 {
			t.Fatalf("before %+v\nafter %+v", before.Rows, after.Rows)
		}
		if issue, err := w.Triage.IssueOfCase(t.Context(), more); err != nil || issue != ids[0] {
			t.Errorf("the new case is in issue %d, %v", issue, err)
		}
	})
}

func TestBoardShowsWhatOneMaySee(t *testing.T) {
	eachHot(t, func(t *testing.T, w *hotTown) {
		w.plants()
		for i, m := range plant[:2] {
			w.open(w.nobody(), towntest.Inside2, m[0]+"，西湖这边也一样", m[1], fmt.Sprintf("1380000000%d", i))
		}
		w.follow()
		all := w.board(w.leader())
		if len(all.Rows) != 1 || all.Rows[0].Cases != 6 || all.Rows[0].Path != w.Root.Path {
			t.Fatalf("the city sees %+v", all.Rows)
		}
		near := w.board(w.Clerk())
		if len(near.Rows) != 1 || near.Rows[0].Cases != 4 || near.Rows[0].Beyond != 2 || near.Rows[0].Path != w.Grid.Path {
			t.Fatalf("the first community sees %+v", near.Rows)
		}
		f, err := w.Triage.IssueOf(t.Context(), w.Clerk(), all.Rows[0].ID, triage.Month, "")
		if err != nil || len(f.Page) != 4 {
			t.Errorf("%v, %d cases", err, len(f.Page))
		}
		if _, err := w.Triage.Board(t.Context(), w.Of(w.Water), triage.Month); !errors.Is(err, access.ErrDenied) {
			t.Errorf("a department: %v", err)
		}
		if _, err := w.Triage.IssueOf(t.Context(), w.nobody(), all.Rows[0].ID, triage.Month, ""); !errors.Is(err, access.ErrDenied) {
			t.Errorf("somebody unknown: %v", err)
		}
		if err := w.Triage.Rename(t.Context(), w.Clerk(), all.Rows[0].ID, "x"); !errors.Is(err, triage.ErrNoIssue) && !errors.Is(err, access.ErrDenied) {
			t.Errorf("a community renames what reaches beyond it: %v", err)
		}
	})
}

// TestAnIssueStandsInTheMiddle: on a map an issue stands where its grids do, never where somebody said to live, and cut to the reader's reach.
func TestAnIssueStandsInTheMiddle(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		w := newHotTown(t, db, clk, 1)
		w.plants()
		w.follow()
		b, err := w.Triage.Board(t.Context(), w.Worker(), triage.Month)
		ok(t, err)
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
		one, two := newHotTown(t, db, clk, 1), newHotTown(t, db, clk, 2)
		ids := one.plants()
		one.follow()
		two.follow()
		if rows := two.board(two.leader()).Rows; len(rows) != 0 {
			t.Errorf("the other city shows %+v", rows)
		}
		if _, err := two.Triage.IssueOf(t.Context(), two.leader(), ids[0], triage.Month, ""); !errors.Is(err, triage.ErrNoIssue) {
			t.Errorf("the other city's issue: %v", err)
		}
		task, err := one.Triage.OpenTask(t.Context(), one.leader(), draft(one, ids[0]))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := two.Triage.Task(t.Context(), two.leader(), task.ID); !errors.Is(err, triage.ErrNoTask) {
			t.Errorf("the other city's task: %v", err)
		}
	})
}

func TestTitlesBetrayNobody(t *testing.T) {
	eachHot(t, func(t *testing.T, w *hotTown) {
		for i := range 3 {
			r := casework.Report{Kind: "report", Title: plant[i][0] + "老板李四电话13812345678", Text: plant[i][1], Point: &towntest.Inside, Phone: fmt.Sprintf("1390000000%d", i)}
			if i == 2 {
				r.Kind, r.Hidden = "complain", true
			}
			if _, err := w.Desk.Open(t.Context(), w.nobody(), r); err != nil {
				t.Fatal(err)
			}
		}
		w.follow()
		rows := w.board(w.leader()).Rows
		if len(rows) != 1 || rows[0].Cases != 3 || rows[0].Title != "" {
			t.Fatalf("%+v", rows)
		}
		w.open(w.nobody(), towntest.Inside, "翠屏新城搅拌站扰民请回电13812345678", plant[3][1], "13900000009")
		w.follow()
		if title := w.board(w.leader()).Rows[0].Title; title == "" || strings.Contains(title, "13812345678") {
			t.Errorf("title %q", title)
		}
	})
}

func TestPeoplePutIssuesRight(t *testing.T) {
	eachHot(t, func(t *testing.T, w *hotTown) {
		ids, who, ctx := w.plants(), w.leader(), t.Context()
		w.follow()
		issue := ids[0]
		if err := w.Triage.Rename(ctx, who, issue, " 翠屏新城搅拌站问题 "); err != nil {
			t.Fatal(err)
		}
		if err := w.Triage.TakeOut(ctx, who, ids[1]); err != nil {
			t.Fatal(err)
		}
		w.follow()
		w.restart()
		w.open(w.nobody(), towntest.Inside, plant[0][0]+"还在继续", plant[0][1], "13733333333")
		w.follow()
		rows := w.board(who).Rows
		if len(rows) != 1 || rows[0].Cases != 4 || rows[0].Title != "翠屏新城搅拌站问题" {
			t.Fatalf("after one was taken out and a new one came: %+v", rows)
		}
		alone, err := w.Triage.IssueOfCase(ctx, ids[1])
		if err != nil || alone != 0 {
			t.Errorf("what was taken out is in issue %d, %v", alone, err)
		}
		if err := w.Triage.MoveTo(ctx, who, ids[1], issue); err != nil {
			t.Fatal(err)
		}
		if err := w.Triage.MoveTo(ctx, who, ids[1], issue); err == nil {
			t.Error("moving to where it is was taken")
		}
		other := w.open(w.nobody(), towntest.Inside, "幼儿园门口没有斑马线", "接送孩子过马路很危险。", "13744444444")
		w.follow()
		if err := w.Triage.Merge(ctx, who, other, issue); err != nil {
			t.Fatal(err)
		}
		w.follow()
		rows = w.board(who).Rows
		if len(rows) != 1 || rows[0].Cases != 6 {
			t.Errorf("after moving back and merging: %+v", rows)
		}
		if f, err := w.Triage.IssueOf(ctx, who, other, triage.Month, ""); err != nil || f.ID != issue {
			t.Errorf("the merged issue leads to %d, %v", f.ID, err)
		}
		if err := w.Triage.Merge(ctx, who, other, issue); err == nil {
			t.Error("an issue was merged into itself")
		}
		if err := w.Triage.TakeOut(ctx, w.Of(w.Water), ids[0]); !errors.Is(err, casework.ErrNotFound) {
			t.Errorf("a department takes a case out: %v", err)
		}
	})
}

func TestWeightsAreTheCitys(t *testing.T) {
	eachHot(t, func(t *testing.T, w *hotTown) {
		ctx := t.Context()
		if got, err := w.Triage.Weights(ctx); err != nil || got != triage.DefaultWeights {
			t.Fatalf("%+v, %v", got, err)
		}
		set := triage.DefaultWeights
		set.Named, set.HalfLife = 0.25, 14
		if err := w.Triage.SaveWeights(ctx, w.Clerk(), set); !errors.Is(err, access.ErrDenied) {
			t.Errorf("a clerk: %v", err)
		}
		if err := w.Triage.SaveWeights(ctx, w.System(), triage.Weights{Named: 2}); err == nil {
			t.Error("a share of two was taken")
		}
		if err := w.Triage.SaveWeights(ctx, w.System(), set); err != nil {
			t.Fatal(err)
		}
		w.plants()
		w.follow()
		if b := w.board(w.leader()); b.Weights != set || b.Rows[0].People != 1 {
			t.Errorf("%+v", b)
		}
	})
}

func TestJoiningCountsPeopleOnce(t *testing.T) {
	eachHot(t, func(t *testing.T, w *hotTown) {
		ids, ctx := w.plants(), t.Context()
		w.follow()
		for i, phone := range []string{"13500000001", "13500000002", "13900000000"} { // the last one has reported it as well
			_, err := w.Desk.Support(ctx, w.nobody(), ids[i], casework.Support{Phone: phone, Claim: casework.Claim{Phone: phone}})
			if err != nil && i < 2 {
				t.Fatal(err)
			}
		}
		w.follow()
		row := w.board(w.leader()).Rows[0]
		if row.Cases != 4 || row.Joined < 2 || row.Proven+row.Heat.Named != 6 || row.Proven < 2 {
			t.Errorf("%+v", row)
		}
		w.clk.Advance(40 * 24 * time.Hour)
		w.open(w.nobody(), towntest.Inside, plant[0][0]+"又来了", plant[0][1], "13512345678")
		w.open(w.nobody(), towntest.Inside, plant[1][0]+"又来了", plant[1][1], "13512345679")
		w.follow()
		if rows := w.board(w.Clerk()).Rows; len(rows) != 1 || rows[0].Cases != 2 || rows[0].Beyond != 0 {
			t.Errorf("what is older than the period lies outside of the area: %+v", rows)
		}
	})
}
