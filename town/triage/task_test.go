package triage_test

import (
	"errors"
	"testing"

	"mulin/internal/access"
	"mulin/town/towntest"
	"mulin/town/triage"
)

const day = 24 * 3600e6

func now(w *hotTown) int64 { return w.City.Clock().Now().UnixMicro() }

func draft(w *hotTown, issue int64) triage.TaskDraft {
	return triage.TaskDraft{Title: "搅拌站扰民整治", Issue: issue, Body: w.Office.ID, DueAt: now(w) + 20*day}
}

// water is somebody of the water bureau with the right over what the body has a part in.
func (w *hotTown) water() access.Actor {
	return access.Actor{City: w.City.ID, Person: 41, Posts: []access.Post{{ID: 41, Role: "department", Body: w.Water.ID, Path: w.Root.Path, Rights: map[access.Right]access.Scope{triage.Tasks: access.Body}}}}
}

func TestTaskFromFirstToLast(t *testing.T) {
	eachHot(t, func(t *testing.T, w *hotTown) {
		ids, who, ctx := w.plants(), w.leader(), t.Context()
		w.follow()
		for name, bad := range map[string]triage.TaskDraft{
			"nothing": {Issue: ids[0]}, "no owner": {Issue: ids[0], Title: "x", DueAt: now(w) + day}, "past": {Issue: ids[0], Title: "x", Body: w.Office.ID, DueAt: now(w) - day},
			"no issue": draft(w, 4711),
		} {
			if _, err := w.Triage.OpenTask(ctx, who, bad); err == nil {
				t.Errorf("%s was taken", name)
			}
		}
		if _, err := w.Triage.OpenTask(ctx, w.water(), draft(w, ids[0])); !errors.Is(err, access.ErrDenied) {
			t.Errorf("a department opens a task: %v", err)
		}
		task, err := w.Triage.OpenTask(ctx, who, draft(w, ids[0]))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Triage.Task(ctx, w.water(), task.ID); !errors.Is(err, triage.ErrNoTask) {
			t.Errorf("a body without a part reads it: %v", err)
		}
		m := triage.Measure{Title: "夜间停产", Body: w.Water.ID, DueAt: now(w) + 5*day}
		if err := w.Triage.AddMeasure(ctx, who, task.ID, m); err != nil {
			t.Fatal(err)
		}
		task = w.task(who, task.ID)
		for _, to := range []triage.State{triage.Done, triage.Assessed} {
			if err := w.Triage.Advance(ctx, who, task.ID, 0, to, "x"); !errors.Is(err, triage.ErrTaskStale) {
				t.Errorf("from proposed to %s: %v", to, err)
			}
		}
		w.advance(task.ID, triage.Decided, triage.UnderWay)
		if err := w.Triage.Advance(ctx, who, task.ID, 0, triage.Done, ""); !errors.Is(err, triage.ErrTaskOpen) {
			t.Errorf("done with an open measure: %v", err)
		}
		measure := task.Measures[0].ID
		if err := w.Triage.Tick(ctx, w.water(), task.ID, measure, "", ""); err == nil {
			t.Error("ticked off without evidence")
		}
		if err := w.Triage.Tick(ctx, w.water(), task.ID, measure, "已停产，夜查三次", ""); err != nil {
			t.Fatal(err)
		}
		if err := w.Triage.Advance(ctx, w.water(), task.ID, 0, triage.Done, ""); !errors.Is(err, access.ErrDenied) {
			t.Errorf("a department closes the task: %v", err)
		}
		w.advance(task.ID, triage.Done)
		if err := w.Triage.Advance(ctx, who, task.ID, 0, triage.Assessed, ""); err == nil {
			t.Error("assessed without words")
		}
		w.advance(task.ID, triage.Assessed)
		if task = w.task(who, task.ID); task.Open || task.ClosedAt == 0 || task.Outcome == "" || len(task.Steps) != 7 || task.Measures[0].DoneBy != 41 {
			t.Errorf("%+v", task)
		}
		page, err := w.Triage.TaskList(ctx, w.water(), true, "")
		if err != nil || len(page.Tasks) != 1 || page.Tasks[0].Ticked() != 1 {
			t.Errorf("%+v, %v", page, err)
		}
	})
}

func (w *hotTown) task(who access.Actor, id int64) triage.Task {
	w.t.Helper()
	task, err := w.Triage.Task(w.t.Context(), who, id)
	if err != nil {
		w.t.Fatal(err)
	}
	return task
}

func (w *hotTown) advance(id int64, states ...triage.State) {
	w.t.Helper()
	for _, to := range states {
		if err := w.Triage.Advance(w.t.Context(), w.leader(), id, 0, to, "说明"); err != nil {
			w.t.Fatalf("to %s: %v", to, err)
		}
	}
}

func TestTaskOfAStreetIsItsOwnPart(t *testing.T) {
	eachHot(t, func(t *testing.T, w *hotTown) {
		ctx := t.Context()
		ids := w.plants()
		far := w.open(w.nobody(), towntest.Inside2, plant[0][0]+"西湖", plant[0][1], "13800000001")
		w.follow()
		street := access.Actor{City: 1, Person: 51, Posts: []access.Post{{ID: 51, Body: w.Office.ID, Path: w.Street.Path, Rights: map[access.Right]access.Scope{triage.Tasks: access.Territory}}}}
		d := draft(w, ids[0])
		d.Published = true
		task, err := w.Triage.OpenTask(ctx, street, d)
		if err != nil || task.Path != w.Street.Path {
			t.Fatalf("%+v, %v", task, err)
		}
		for id, want := range map[int64]string{ids[0]: "", far: ""} {
			if s, err := w.Triage.TaskOfCase(ctx, id); err != nil || s.Title != want {
				t.Errorf("before it is decided, case %d is told %+v, %v", id, s, err)
			}
		}
		if err := w.Triage.Advance(ctx, street, task.ID, task.Version, triage.Decided, ""); err != nil {
			t.Fatal(err)
		}
		if err := w.Triage.SaveTask(ctx, street, task.ID, task.Version, d); !errors.Is(err, triage.ErrTaskStale) {
			t.Errorf("an old page: %v", err)
		}
		for id, want := range map[int64]string{ids[0]: d.Title, far: ""} {
			if s, err := w.Triage.TaskOfCase(ctx, id); err != nil || s.Title != want {
				t.Errorf("case %d is told %+v, %v", id, s, err)
			}
		}
		other := access.Actor{City: 1, Person: 52, Posts: []access.Post{{ID: 52, Path: w.Street2.Path, Rights: map[access.Right]access.Scope{triage.Tasks: access.Territory}}}}
		if _, err := w.Triage.Task(ctx, other, task.ID); !errors.Is(err, triage.ErrNoTask) {
			t.Errorf("the neighbour reads it: %v", err)
		}
		if page, err := w.Triage.TaskList(ctx, other, false, ""); err != nil || len(page.Tasks) != 0 {
			t.Errorf("the neighbour lists %+v, %v", page, err)
		}
	})
}
