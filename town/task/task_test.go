package task_test

import (
	"errors"
	"strings"
	"testing"

	"mulin/internal/access"
	"mulin/internal/ledger"
	"mulin/internal/life"
	"mulin/internal/register"
	"mulin/internal/store"
	"mulin/town/place"
	"mulin/town/task"
	"mulin/town/towntest"
)

// town is a small city whose issues follow its ledger.
type town struct {
	*towntest.Followed
	t *testing.T
}

func each(t *testing.T, f func(t *testing.T, w *town)) {
	towntest.EachFollowed(t, func(t *testing.T, w *towntest.Followed) { f(t, &town{w, t}) })
}

const day = 24 * 3600e6

func now(w *town) int64 { return w.City.Clock().Now().UnixMicro() }

func draft(w *town, issue int64) task.Plan {
	return task.Plan{Title: "搅拌站扰民整治", Issue: issue, Body: w.Office.ID, DueAt: now(w) + 20*day}
}

// water is somebody of the water bureau with the right over what the body has a part in.
func (w *town) water() access.Actor {
	return access.Actor{City: w.City.ID, Person: 41, Posts: []access.Post{{ID: 41, Role: "department", Body: w.Water.ID, Path: w.Root.Path, Rights: map[access.Right]access.Scope{task.Lead: access.Body}}}}
}

func TestTaskFromFirstToLast(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		ids, who, ctx := w.Plants(), w.Leader(), t.Context()
		w.Follow()
		for name, bad := range map[string]task.Plan{
			"nothing": {Issue: ids[0]}, "no owner": {Issue: ids[0], Title: "x", DueAt: now(w) + day}, "past": {Issue: ids[0], Title: "x", Body: w.Office.ID, DueAt: now(w) - day},
			"no issue": draft(w, 4711),
		} {
			if _, err := w.Tasks.Open(ctx, who, bad); err == nil {
				t.Errorf("%s was taken", name)
			}
		}
		if _, err := w.Tasks.Open(ctx, w.water(), draft(w, ids[0])); !errors.Is(err, access.ErrDenied) {
			t.Errorf("a department opens a task: %v", err)
		}
		one, err := w.Tasks.Open(ctx, who, draft(w, ids[0]))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Tasks.Get(ctx, w.water(), one.ID); !errors.Is(err, task.ErrMissing) {
			t.Errorf("a body without a part reads it: %v", err)
		}
		m := task.Measure{Title: "夜间停产", Body: w.Water.ID, DueAt: now(w) + 5*day}
		if err := w.Tasks.AddMeasure(ctx, who, one.ID, m, ""); err != nil {
			t.Fatal(err)
		}
		one = w.task(who, one.ID)
		for _, to := range []task.State{task.Done, task.Assessed} {
			if err := w.Tasks.Advance(ctx, who, one.ID, to, life.Step{Note: "x"}); !errors.Is(err, task.ErrStale) {
				t.Errorf("from proposed to %s: %v", to, err)
			}
		}
		w.advance(one.ID, task.Decided, task.UnderWay)
		if err := w.Tasks.Advance(ctx, who, one.ID, task.Done, life.Step{Note: ""}); !errors.Is(err, task.ErrUndone) {
			t.Errorf("done with an open measure: %v", err)
		}
		measure := one.Measures[0].ID
		if err := w.Tasks.Tick(ctx, w.water(), one.ID, measure, task.Evidence{}); err == nil {
			t.Error("ticked off without evidence")
		}
		if err := w.Tasks.Tick(ctx, w.water(), one.ID, measure, task.Evidence{Note: "已停产，夜查三次"}); err != nil {
			t.Fatal(err)
		}
		if err := w.Tasks.Advance(ctx, w.water(), one.ID, task.Done, life.Step{Note: ""}); !errors.Is(err, access.ErrDenied) {
			t.Errorf("a department closes the task: %v", err)
		}
		w.advance(one.ID, task.Done)
		if err := w.Tasks.Advance(ctx, who, one.ID, task.Assessed, life.Step{Note: ""}); err == nil {
			t.Error("assessed without words")
		}
		w.advance(one.ID, task.Assessed)
		if one = w.task(who, one.ID); one.Open || one.ClosedAt == 0 || one.Outcome == "" || len(one.Steps) != 7 || one.Measures[0].DoneBy != 41 {
			t.Errorf("%+v", one)
		}
		page, err := w.Tasks.List(ctx, w.water(), true, "")
		if err != nil || len(page.Tasks) != 1 || page.Tasks[0].Ticked() != 1 {
			t.Errorf("%+v, %v", page, err)
		}
	})
}

func (w *town) task(who access.Actor, id int64) task.Task {
	w.t.Helper()
	one, err := w.Tasks.Get(w.t.Context(), who, id)
	if err != nil {
		w.t.Fatal(err)
	}
	return one
}

func (w *town) advance(id int64, states ...task.State) {
	w.t.Helper()
	for _, to := range states {
		if err := w.Tasks.Advance(w.t.Context(), w.Leader(), id, to, life.Step{Note: "说明"}); err != nil {
			w.t.Fatalf("to %s: %v", to, err)
		}
	}
}

func TestTaskOfAStreetIsItsOwnPart(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		ctx := t.Context()
		ids := w.Plants()
		far := w.Report(w.Nobody(), towntest.Inside2, towntest.Plant[0][0]+"西湖", towntest.Plant[0][1], "13800000001")
		w.Follow()
		street := access.Actor{City: 1, Person: 51, Posts: []access.Post{{ID: 51, Body: w.Office.ID, Path: w.Street.Path, Rights: map[access.Right]access.Scope{task.Lead: access.Territory}}}}
		d := draft(w, ids[0])
		d.Published = true
		one, err := w.Tasks.Open(ctx, street, d)
		if err != nil || one.Path != w.Street.Path {
			t.Fatalf("%+v, %v", one, err)
		}
		for id, want := range map[int64]string{ids[0]: "", far: ""} {
			if s, err := w.Tasks.OfCase(ctx, id); err != nil || s.Title != want {
				t.Errorf("before it is decided, case %d is told %+v, %v", id, s, err)
			}
		}
		if err := w.Tasks.Advance(ctx, street, one.ID, task.Decided, life.Step{Version: one.Version}); err != nil {
			t.Fatal(err)
		}
		if err := w.Tasks.Save(ctx, street, one.ID, one.Version, d); !errors.Is(err, task.ErrStale) {
			t.Errorf("an old page: %v", err)
		}
		for id, want := range map[int64]string{ids[0]: d.Title, far: ""} {
			if s, err := w.Tasks.OfCase(ctx, id); err != nil || s.Title != want {
				t.Errorf("case %d is told %+v, %v", id, s, err)
			}
		}
		other := access.Actor{City: 1, Person: 52, Posts: []access.Post{{ID: 52, Path: w.Street2.Path, Rights: map[access.Right]access.Scope{task.Lead: access.Territory}}}}
		if _, err := w.Tasks.Get(ctx, other, one.ID); !errors.Is(err, task.ErrMissing) {
			t.Errorf("the neighbour reads it: %v", err)
		}
		if page, err := w.Tasks.List(ctx, other, false, ""); err != nil || len(page.Tasks) != 0 {
			t.Errorf("the neighbour lists %+v, %v", page, err)
		}
	})
}

// TestTasksFollowTheirStreet: where two streets become one, its tasks are the new one's.
func TestTasksFollowTheirStreet(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		ctx := t.Context()
		ids := w.Plants()
		w.Follow()
		one, err := w.Tasks.Open(ctx, access.Actor{City: 1, Person: 51, Posts: []access.Post{{ID: 51, Body: w.Office.ID, Path: w.Street.Path, Rights: map[access.Right]access.Scope{task.Lead: access.Territory}}}}, draft(w, ids[0]))
		if err != nil {
			t.Fatal(err)
		}
		whole, err := w.Places.Merge(ctx, w.System(), []int64{w.Street.ID, w.Street2.ID}, place.Details{Name: "大街道"})
		if err != nil {
			t.Fatal(err)
		}
		entries, err := ledger.After(ctx, w.City, w.City.ID, 0, 500)
		if err != nil {
			t.Fatal(err)
		}
		if err := register.Mover(w.City, place.Moves, nil, w.Moving()...).Follow(ctx, entries); err != nil {
			t.Fatal(err)
		}
		if now := w.task(w.Leader(), one.ID); !strings.HasPrefix(now.Path, whole.Path) || now.Path != whole.Path+strings.TrimPrefix(one.Path, w.Street.Path) {
			t.Errorf("it holds at %s, before at %s below %s", now.Path, one.Path, whole.Path)
		}
		issue, err := store.Value[string](ctx, w.City, `select path from triage_issue where city = ? and id = ?`, w.City.ID, ids[0])
		if err != nil || !strings.HasPrefix(issue, whole.Path) {
			t.Errorf("the hot issue lies at %s, want %s, %v", issue, whole.Path, err)
		}
	})
}
