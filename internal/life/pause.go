package life

import (
	"context"
	"crypto/rand"
	"errors"

	"mulin/internal/clock"
	"mulin/internal/store"
)

// Clock is what a step does to the limits that run.
type Clock uint8

// What a step may do to the limits of the state and of the whole.
const (
	Pause  Clock = iota + 1 // both stand still
	Resume                  // both go on with what was left
	Extend                  // both are longer by Step.Number of their unit
)

// Span is a limit and whether it runs on when the thing comes back to a state that has it; else it begins anew.
type Span struct {
	clock.Limit
	RunsOn bool
}

// Run is a limit that has stood still, was extended or will run on: only then it has a row. Paused is when it stopped, 0 while it runs. Stood is what its
// pauses have taken, in µ of its unit, so that Used never falls: pausing stops it, resuming adds to Stood exactly what the calendar went on meanwhile.
type Run struct {
	Name                                string
	Unit                                clock.Unit
	Began, Due, Paused, Stood, Extended int64
}

// Used is how much of the limit has been used by now, in its unit.
func (x *Run) Used(cal *clock.Calendar, now int64) float64 {
	if x.Paused != 0 {
		now = x.Paused
	}
	return cal.Used(clock.Time(x.Began), clock.Time(now), x.Unit) - float64(x.Stood)/1e6
}

func (x *Run) pause(now int64) {
	if x.Paused == 0 {
		x.Paused = now
	}
}

func (x *Run) resume(cal *clock.Calendar, now int64) {
	if x.Paused == 0 {
		return
	}
	from, to := clock.Time(x.Paused), clock.Time(now)
	x.Stood += int64(cal.Used(from, to, x.Unit) * 1e6)
	x.Due, x.Paused = clock.Micros(cal.Resume(clock.Time(x.Due), from, to, x.Unit)), 0
}

func (x *Run) extend(cal *clock.Calendar, n int64) {
	x.Extended += n
	x.Due = clock.Micros(cal.Due(clock.Time(x.Due), clock.Limit{Amount: int(n), Unit: x.Unit}))
}

// tick keeps the due times of the state and of the whole.
func (r *Room[T]) tick(ctx context.Context, tx *store.Tx, rule *Rule[T], before, t *T, s *Step) error {
	was, l := *lifeOf(before), lifeOf(t)
	if rule.Anew {
		r.anew(tx, t, s.DoneAt)
	}
	if rule.Clock != 0 {
		return r.wind(ctx, tx, rule.Clock, l.Status, t, s)
	}
	if rule.To == "" {
		return nil
	}
	if was.PausedAt != 0 { // who goes on ends the pause
		if err := r.wind(ctx, tx, Resume, was.Status, t, s); err != nil {
			return err
		}
		was.StepDueAt = l.StepDueAt
	}
	l.Since, l.StepDueAt = s.DoneAt, 0
	if err := r.leave(ctx, tx, before, was.StepDueAt, s.DoneAt); err != nil {
		return err
	}
	return r.enterState(ctx, tx, t, s.DoneAt)
}

// anew begins the limit of the whole again; a row keeps when.
func (r *Room[T]) anew(tx *store.Tx, t *T, now int64) {
	l := lifeOf(t)
	if l.DueAt = 0; r.Whole == "" {
		return
	}
	if span, ok := r.span(t, r.Whole); ok {
		l.DueAt = r.DueOf(t, r.Whole, now)
		r.keep(tx, l.ID, Run{Name: r.Whole, Unit: span.Unit, Began: now, Due: l.DueAt})
		return
	}
	tx.Exec(`delete from step_clock where city = ? and subject = ? and name = ?`, tx.City, l.ID, r.Whole)
}

// enterState starts the limit of the state, or lets it run on.
func (r *Room[T]) enterState(ctx context.Context, tx *store.Tx, t *T, now int64) error {
	l := lifeOf(t)
	name := r.Limits[l.Status]
	span, ok := r.span(t, name)
	if !ok {
		return nil
	}
	if span.RunsOn {
		x, err := r.Running(ctx, tx, l.ID, name)
		if err == nil {
			x.resume(r.Calendar(), now)
			r.keep(tx, l.ID, x)
			l.StepDueAt = x.Due
		}
		if !errors.Is(err, store.ErrNone) {
			return err
		}
	}
	l.StepDueAt = clock.Micros(r.Calendar().Due(clock.Time(now), span.Limit))
	return nil
}

// leave stops the limit of a state that will run on.
func (r *Room[T]) leave(ctx context.Context, tx *store.Tx, before *T, due, now int64) error {
	name := r.Limits[lifeOf(before).Status]
	span, ok := r.span(before, name)
	if !ok || !span.RunsOn { // a row of it is that of an earlier time in the state, as its beginning tells
		return nil
	}
	x, ok, err := r.run(ctx, tx, before, name, due)
	if err != nil || !ok {
		return err
	}
	x.pause(now)
	r.keep(tx, lifeOf(before).ID, x)
	return nil
}

// wind pauses, resumes or extends both limits.
func (r *Room[T]) wind(ctx context.Context, tx *store.Tx, c Clock, state State, t *T, s *Step) error {
	l := lifeOf(t)
	for _, at := range []struct {
		name string
		due  *int64
	}{{r.Limits[state], &l.StepDueAt}, {r.Whole, &l.DueAt}} {
		x, ok, err := r.run(ctx, tx, t, at.name, *at.due)
		if err != nil {
			return err
		}
		if ok {
			*at.due = x.wind(r.Calendar(), c, s)
			r.keep(tx, l.ID, x)
		}
	}
	switch c {
	case Pause:
		l.PausedAt = s.DoneAt
	case Resume:
		l.PausedAt = 0
	}
	return nil
}

// wind is when the limit is due after its clock was touched, 0 while it stands still.
func (x *Run) wind(cal *clock.Calendar, c Clock, s *Step) int64 {
	switch c {
	case Pause:
		x.pause(s.DoneAt)
	case Resume:
		x.resume(cal, s.DoneAt)
	case Extend:
		x.extend(cal, s.Number)
	}
	if x.Paused != 0 {
		return 0
	}
	return x.Due
}

// run is the row of a limit, or what it would be; not ok if nothing runs under that name.
func (r *Room[T]) run(ctx context.Context, q store.Querier, t *T, name string, due int64) (x Run, ok bool, err error) {
	if name == "" {
		return x, false, nil
	}
	l := lifeOf(t)
	span, limited := r.span(t, name)
	x, err = r.Running(ctx, q, l.ID, name)
	if err == nil && (span.RunsOn || name == r.Whole || x.Began == l.Since) || err != nil && !errors.Is(err, store.ErrNone) {
		return x, err == nil, err
	}
	if !limited || due == 0 {
		return x, false, nil
	}
	x = Run{Name: name, Unit: span.Unit, Began: l.Since, Due: due}
	if name == r.Whole {
		x.Began = l.ID + idEpoch
	}
	return x, true, nil
}

// idEpoch turns an id into when it was handed out.
const idEpoch = 1_577_836_800_000_000

// Running reads the row of a limit; store.ErrNone if it has neither stood still nor been extended.
func (r *Room[T]) Running(ctx context.Context, q store.Querier, id int64, name string) (Run, error) {
	return store.One(ctx, q, func(row store.Row) (x Run, err error) {
		return x, row.Scan(&x.Name, &x.Unit, &x.Began, &x.Due, &x.Paused, &x.Stood, &x.Extended)
	}, `select name, unit, began, due, paused, stood, extended from step_clock where city = ? and subject = ? and name = ?`, r.City.ID, id, name)
}

func (r *Room[T]) keep(tx *store.Tx, id int64, x Run) {
	tx.Exec(`insert into step_clock (city, subject, name, unit, began, due, paused, stood, extended) values (?, ?, ?, ?, ?, ?, ?, ?, ?)
		on conflict (city, subject, name) do update set unit = excluded.unit, began = excluded.began, due = excluded.due, paused = excluded.paused, stood = excluded.stood, extended = excluded.extended`,
		tx.City, id, x.Name, x.Unit, x.Began, x.Due, x.Paused, x.Stood, x.Extended)
}

func (r *Room[T]) span(t *T, name string) (Span, bool) {
	if name == "" || r.Limit == nil {
		return Span{}, false
	}
	return r.Limit(t, name)
}

// DueOf is when a limit that starts at from runs out; 0 if none is set.
func (r *Room[T]) DueOf(t *T, name string, from int64) int64 {
	span, ok := r.span(t, name)
	if !ok {
		return 0
	}
	return clock.Micros(r.Calendar().Due(clock.Time(from), span.Limit))
}

// Start begins a life in a state; the area inserts the row. The whole may have begun before: what was split from another has run since then.
func (r *Room[T]) Start(t *T, state State, whole, now int64) {
	l := lifeOf(t)
	l.Version, l.Status, l.Open, l.Since, l.UpdatedAt, l.Salt = 1, state, true, now, now, rand.Text()
	l.DueAt, l.StepDueAt = r.DueOf(t, r.Whole, whole), r.DueOf(t, r.Limits[state], now)
	r.plan(t)
}

// plan says when something happens by itself next: the nearest rung of either limit that has not been climbed. A due time that moves on brings its rungs again.
func (r *Room[T]) plan(t *T) {
	l := lifeOf(t)
	l.NextAt, _ = r.next(t)
}

// next is the nearest rung that lies ahead. Rungs of one time come a microsecond apart, so that none hides behind another.
func (r *Room[T]) next(t *T) (at int64, rung Rung) {
	l := lifeOf(t)
	if r.Rungs == nil || !l.Open || l.PausedAt != 0 {
		return 0, Rung{}
	}
	apart := int64(0)
	for _, x := range [...]struct {
		name string
		due  int64
	}{{r.Limits[l.Status], l.StepDueAt}, {r.Whole, l.DueAt}} {
		if x.due == 0 {
			continue
		}
		for _, g := range r.Rungs(x.name) {
			if when := g.At(r.Calendar(), x.due) + apart; when > l.ClimbedAt && (at == 0 || when < at) {
				at, rung = when, g
			}
			apart++
		}
	}
	return at, rung
}
