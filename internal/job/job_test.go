package job_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"mulin/internal/clock"
	"mulin/internal/job"
	"mulin/internal/store"
	"mulin/internal/storetest"
)

var quiet = slog.New(slog.DiscardHandler)

type setup struct {
	*testing.T
	city *store.City
	clk  *clock.Fake
	r    *job.Runner
}

// each makes a founded city and a runner on both engines.
func each(t *testing.T, f func(s *setup)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		city := storetest.NewCity(t, db)
		f(&setup{t, city, clk, job.New(city, quiet, 3)})
	})
}

func (s *setup) enqueue(kind, key string, args any, at int64) (id int64) {
	s.Helper()
	err := s.city.Write(s.Context(), func(tx *store.Tx) error {
		id = job.Enqueue(tx, kind, key, args, at)
		return nil
	})
	if err != nil {
		s.Fatal(err)
	}
	return id
}

func (s *setup) drain(r *job.Runner) {
	s.Helper()
	if err := r.Drain(s.Context()); err != nil {
		s.Fatal(err)
	}
}

func (s *setup) count() job.Stats {
	s.Helper()
	c, err := job.Count(s.Context(), s.city, s.city.ID, clock.Micros(s.clk.Now()))
	if err != nil {
		s.Fatal(err)
	}
	return c
}

func (s *setup) want(w job.Stats) {
	s.Helper()
	if c := s.count(); c != w {
		s.Errorf("jobs stand at %+v, want %+v", c, w)
	}
}

// log is what handlers have seen.
type log struct {
	mu  sync.Mutex
	all []string
}

func (l *log) add(_ context.Context, args json.RawMessage) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, string(args))
	return nil
}

func (l *log) want(t testing.TB, w ...string) {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	if fmt.Sprint(l.all) != fmt.Sprint(w) {
		t.Errorf("ran %v, want %v", l.all, w)
	}
}

func TestEnqueueRunsOnceAtItsTime(t *testing.T) {
	each(t, func(s *setup) {
		var seen log
		s.r.Handle("send", seen.add, job.Options{})
		now := clock.Micros(s.clk.Now())
		s.enqueue("send", "", "now", 0)
		s.enqueue("send", "", "later", now+60_000_000)
		s.enqueue("unknown", "", 1, 0)
		if err := s.city.Upkeep(s.Context(), func(tx *store.Tx) error { job.Enqueue(tx, "send", "", "upkeep", tx.Now+1); return nil }); err != nil {
			s.Fatal(err)
		}
		s.drain(s.r)
		seen.want(s, `"now"`)
		s.want(job.Stats{Waiting: 1, Later: 2})
		s.clk.Advance(time.Second)
		s.drain(s.r)
		s.clk.Advance(59 * time.Second)
		s.drain(s.r)
		s.drain(s.r)
		seen.want(s, `"now"`, `"upkeep"`, `"later"`)
		s.want(job.Stats{Waiting: 1, Oldest: time.Minute}) // nobody here knows its kind
	})
}

func TestFailedWriteLeavesNoJob(t *testing.T) {
	each(t, func(s *setup) {
		boom := errors.New("boom")
		err := s.city.Write(s.Context(), func(tx *store.Tx) error {
			job.Enqueue(tx, "send", "k", 1, 0)
			return boom
		})
		if !errors.Is(err, boom) {
			s.Errorf("write: %v, want boom", err)
		}
		s.want(job.Stats{})
	})
}

func TestKeyIsUniqueWhileWaiting(t *testing.T) {
	each(t, func(s *setup) {
		var seen log
		s.r.Handle("tiles", func(ctx context.Context, args json.RawMessage) error {
			if string(args) == "2" { // while it runs the same key may wait again
				s.enqueue("tiles", "grid", 3, 0)
			}
			return seen.add(ctx, args)
		}, job.Options{})
		now := clock.Micros(s.clk.Now())
		s.enqueue("tiles", "grid", 1, now+1000)
		s.enqueue("tiles", "other", 9, now+1000)
		s.enqueue("tiles", "grid", 2, 0) // newer args, earlier time
		s.want(job.Stats{Waiting: 1, Later: 1})
		s.drain(s.r)
		seen.want(s, "2", "3")
	})
}

func TestBackoffThenDeadThenRetried(t *testing.T) {
	each(t, func(s *setup) {
		fail := true
		var runs int
		s.r.Handle("hook", func(context.Context, json.RawMessage) error {
			runs++
			if fail {
				return errors.New("no answer")
			}
			return nil
		}, job.Options{Retries: 2})
		id := s.enqueue("hook", "a", 1, 0)
		s.drain(s.r)
		j, err := job.Get(s.Context(), s.city, 1, id)
		if err != nil || j.State != job.Waiting || j.Tries != 1 || j.Error != "no answer" {
			s.Fatalf("after the first attempt %+v, %v", j, err)
		}
		first := j.At - clock.Micros(s.clk.Now())
		s.clk.Advance(5 * time.Second)
		s.drain(s.r)
		j, _ = job.Get(s.Context(), s.city, 1, id)
		if second := j.At - clock.Micros(s.clk.Now()); second != 2*first || first < 4_500_000 || first > 5_000_000 {
			s.Errorf("pauses %d and %d µs, want about 5 s and twice as long", first, second)
		}
		s.clk.Advance(10 * time.Second)
		s.drain(s.r)
		s.want(job.Stats{Dead: 1})
		s.clk.Advance(time.Hour)
		s.drain(s.r)
		if runs != 3 {
			s.Errorf("ran %d times, want 3", runs)
		}
		dead, err := job.List(s.Context(), s.city, 1, job.Dead, 0, 10)
		if err != nil || len(dead) != 1 || dead[0].ID != id || dead[0].Error != "no answer" {
			s.Fatalf("dead letters %+v, %v", dead, err)
		}
		s.retry(id)
		fail = false
		s.drain(s.r)
		s.want(job.Stats{})
		err = s.city.Write(s.Context(), func(tx *store.Tx) error { return job.Retry(s.Context(), tx, id) })
		if !errors.Is(err, job.ErrNotDead) {
			s.Errorf("retry of a job that is gone: %v", err)
		}
	})
}

func (s *setup) retry(id int64) {
	s.Helper()
	if err := s.city.Write(s.Context(), func(tx *store.Tx) error { return job.Retry(s.Context(), tx, id) }); err != nil {
		s.Fatal(err)
	}
}

func TestRetriedJobYieldsItsKey(t *testing.T) {
	each(t, func(s *setup) {
		s.r.Handle("hook", func(context.Context, json.RawMessage) error { return job.Hopeless(errors.New("gone for good")) }, job.Options{})
		a := s.enqueue("hook", "k", 1, 0)
		s.drain(s.r)
		b := s.enqueue("hook", "k", 2, 0)
		s.drain(s.r)
		s.want(job.Stats{Dead: 2})
		s.retry(a)
		s.retry(b)
		s.want(job.Stats{Waiting: 2})
		s.drain(s.r)
		if err := s.city.Write(s.Context(), func(tx *store.Tx) error { return job.Discard(s.Context(), tx, a) }); err != nil {
			s.Fatal(err)
		}
		s.want(job.Stats{Dead: 1})
	})
}

func TestPanicAndTimeoutFailTheJobAlone(t *testing.T) {
	each(t, func(s *setup) {
		var seen log
		s.r.Handle("panic", func(context.Context, json.RawMessage) error { panic("oh") }, job.Options{Retries: -1})
		s.r.Handle("slow", func(ctx context.Context, _ json.RawMessage) error { <-ctx.Done(); return ctx.Err() }, job.Options{Retries: -1, Timeout: time.Millisecond})
		s.r.Handle("good", seen.add, job.Options{})
		p := s.enqueue("panic", "", 1, 0)
		s.enqueue("slow", "", 1, 0)
		s.enqueue("good", "", 1, 0)
		s.drain(s.r)
		seen.want(s, "1")
		s.want(job.Stats{Dead: 2})
		if j, _ := job.Get(s.Context(), s.city, 1, p); len(j.Error) < 30 || j.Error[:9] != "panic: oh" {
			s.Errorf("error of the panic %q", j.Error)
		}
		if n, failed := s.r.Ran(); n != 4 || failed != 2 { // the sweep too
			s.Errorf("ran %d, failed %d, want 4 and 2", n, failed)
		}
	})
}

func TestProgressIsSeenAndKept(t *testing.T) {
	each(t, func(s *setup) {
		var id int64
		see := func(done int64, state job.State) {
			s.Helper()
			if j, err := job.Get(s.Context(), s.city, 1, id); err != nil || j.Done != done || j.Total != 100 || j.State != state {
				s.Errorf("%s %d of %d (%v), want %s %d of 100", j.State, j.Done, j.Total, err, state, done)
			}
		}
		s.r.Handle("import", func(ctx context.Context, _ json.RawMessage) error {
			tell := func(n int64) {
				if err := job.Progress(ctx, n, 100); err != nil {
					s.Error(err)
				}
			}
			tell(10)
			see(10, job.Running)
			tell(20)
			see(10, job.Running) // within the second
			s.clk.Advance(time.Second)
			tell(30)
			see(30, job.Running)
			tell(100)
			return nil
		}, job.Options{})
		id = s.enqueue("import", "", 1, 0)
		s.drain(s.r)
		see(100, job.Done)
		s.clk.Advance(8 * 24 * time.Hour)
		s.drain(s.r)
		if _, err := job.Get(s.Context(), s.city, 1, id); !errors.Is(err, store.ErrNone) {
			s.Errorf("after a week: %v, want none", err)
		}
		if err := job.Progress(s.Context(), 1, 2); err != nil {
			s.Errorf("progress outside of a job: %v", err)
		}
	})
}
