package triage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"mulin/internal/access"
	"mulin/internal/fault"
	"mulin/internal/job"
	"mulin/internal/ledger"
	"mulin/internal/store"
)

// Job is the kind of job that learns because somebody has asked for it.
const Job = "triage.train"

// JobOptions bound it: what fails is shown to whoever asked, who may ask again.
var JobOptions = job.Options{Retries: -1, Timeout: time.Hour}

// ErrFew says that there are too few classified cases to learn from: {0} of {1}.
var ErrFew = fault.New(fault.Invalid, "triage.few")

// Training says what to learn from, and how it is to end.
type Training struct {
	Source  Source
	Lessons []Lesson // of a file; nil: the city's cases
	Aside   bool     // keep the version, don't put it to work
	Tell    func(done, total int64)
}

// How far a training is, in percent.
const (
	collected = 25
	learned   = 75
	tested    = 90
	whole     = 100
)

// Learn makes a version of what the city has decided. It goes to work if it is not worse than the one that works now, on the same cases neither has
// learned from. Nothing but the last moment of it keeps the city's writer.
func (r *Reader) Learn(ctx context.Context, who access.Actor, t Training) (Version, error) {
	if err := r.may(who); err != nil {
		return Version{}, err
	}
	if t.Tell == nil {
		t.Tell = func(int64, int64) {}
	}
	began := r.city.Clock().Now()
	lessons := t.Lessons
	var err error
	if lessons == nil {
		lessons, err = r.lessons(ctx, mostLessons, func(n int) { t.Tell(int64(collected*min(n, mostLessons)/mostLessons), whole) })
	}
	if err != nil {
		return Version{}, fmt.Errorf("collect cases to learn from: %w", err)
	}
	if len(lessons) < FewLessons {
		return Version{}, ErrFew.With(len(lessons), FewLessons)
	}
	t.Tell(collected, whole)
	p := split(lessons)
	b, err := r.learn(ctx, p)
	if err != nil {
		return Version{}, fmt.Errorf("learn: %w", err)
	}
	t.Tell(learned, whole)
	v := r.judge(b, p.test, t)
	v.count(lessons)
	v.Person, v.Source, v.Lessons, v.Millis = who.Person, t.Source, b.Lessons, r.city.Clock().Now().Sub(began).Milliseconds()
	raw, err := b.pack()
	if err != nil {
		return v, err
	}
	t.Tell(tested, whole)
	if v, err = r.keep(ctx, who, v, raw); err == nil {
		t.Tell(whole, whole)
	}
	return v, err
}

// Untaught is how the catalogue alone would answer those of the lessons that only test.
func (r *Reader) Untaught(lessons []Lesson) Measured {
	return r.measure(r.fromCatalogue(), split(lessons).test)
}

func (v *Version) count(lessons []Lesson) {
	classes := map[int64]bool{}
	for _, l := range lessons {
		classes[l.Class] = true
		v.LearnedUntil = max(v.LearnedUntil, l.At)
		if l.Person {
			v.Corrected++
		}
	}
	v.Classes = int64(len(classes))
}

// asked are the args of the job.
type asked struct {
	Person int64 `json:"person"`
}

// Ask lets the city learn soon, behind the pages.
func (r *Reader) Ask(ctx context.Context, who access.Actor) error {
	if err := r.may(who); err != nil {
		return err
	}
	return r.city.Write(ctx, func(tx *store.Tx) error {
		job.Enqueue(tx, Job, "one", asked{who.Person}, 0)
		ledger.Append(tx, who, "triage.train", ledger.Subject{Kind: "model"}, nil)
		return nil
	})
}

// Answer does the job of Ask. That there is too little to learn from is no failure: the progress says how much there is.
func (r *Reader) Answer(ctx context.Context, args json.RawMessage) error {
	var a asked
	if err := json.Unmarshal(args, &a); err != nil {
		return job.Hopeless(err)
	}
	who := access.System(r.city.ID)
	who.Person = a.Person
	_ = job.Progress(ctx, 0, whole)
	_, err := r.Learn(ctx, who, Training{Source: ByButton, Tell: func(done, total int64) { _ = job.Progress(ctx, done, total) }})
	if errors.Is(err, ErrFew) {
		return job.Progress(ctx, 0, FewLessons)
	}
	return err
}

// Nightly learns anew if people have decided something since the newest version was made.
func (r *Reader) Nightly(ctx context.Context) error {
	fresh, err := r.fresh(ctx)
	if err != nil || !fresh {
		return err
	}
	_, err = r.Learn(ctx, access.System(r.city.ID), Training{Source: ByNight})
	if errors.Is(err, ErrFew) {
		return nil
	}
	return err
}

// fresh tells whether a case was classified or closed since the newest version.
func (r *Reader) fresh(ctx context.Context) (bool, error) {
	since := int64(0)
	all, err := versions(ctx, r.city, r.city.ID)
	if err != nil {
		return false, err
	}
	if len(all) > 0 {
		since = all[0].MadeAt
	}
	return store.Value[bool](ctx, r.city, `select exists (select 1 from cases where city = ? and not open and closed_at > ?) or exists (select 1 from case_sort where city = ? and at > ?)`,
		r.city.ID, since, r.city.ID, since)
}

// Progress is how the training that was asked for last stands; ok is false if there was none in the last days.
func (r *Reader) Progress(ctx context.Context, who access.Actor) (j job.Job, ok bool, err error) {
	if err := r.may(who); err != nil {
		return j, false, err
	}
	j, err = job.Newest(ctx, r.city, r.city.ID, Job)
	if errors.Is(err, store.ErrNone) {
		return j, false, nil
	}
	return j, err == nil, err
}
