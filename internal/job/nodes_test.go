package job_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"mulin/internal/clock"
	"mulin/internal/job"
	"mulin/internal/store"
	"mulin/internal/storetest"
	"mulin/schema"
)

func TestDeadNodeLosesItsLease(t *testing.T) {
	each(t, func(s *setup) {
		nothing := func(context.Context, json.RawMessage) error { return nil }
		var seen log
		dead := job.New(s.city, quiet, 1)
		dead.Handle("send", nothing, job.Options{})
		s.r.Handle("send", seen.add, job.Options{})
		s.drain(s.r) // the tasks of the beginning
		s.enqueue("send", "", 1, 0)
		n, late, err := dead.Take(s.Context(), 10)
		if n != 1 || err != nil {
			s.Fatalf("took %d, %v", n, err)
		}
		s.drain(s.r)
		s.clk.Advance(20 * time.Second)
		if err := dead.Beat(s.Context()); err != nil { // still alive: another 30 seconds
			s.Fatal(err)
		}
		s.clk.Advance(20 * time.Second)
		s.drain(s.r)
		seen.want(s)
		s.want(job.Stats{Running: 1})
		s.clk.Advance(11 * time.Second)
		s.drain(s.r)
		seen.want(s, "1")
		s.want(job.Stats{})
		s.enqueue("send", "", 2, s.clk.Now().Add(time.Hour).UnixMicro())
		if err := late(); err != nil { // comes back from the dead: it changes nothing
			s.Fatal(err)
		}
		s.want(job.Stats{Later: 1})
	})
}

func TestLateOutcomeOfALostLease(t *testing.T) {
	each(t, func(s *setup) {
		held := make(chan struct{})
		s.drain(s.r) // the tasks of the beginning
		s.r.Handle("send", func(ctx context.Context, _ json.RawMessage) error {
			other := job.New(s.city, quiet, 1)
			other.Handle("send", func(context.Context, json.RawMessage) error { return nil }, job.Options{})
			s.clk.Advance(31 * time.Second)
			if n, _, err := other.Take(s.Context(), 1); n != 1 || err != nil {
				s.Errorf("the other node took %d, %v", n, err)
			}
			if err := s.r.Beat(s.Context()); err != nil {
				s.Error(err)
			}
			<-ctx.Done() // told that it has lost it
			close(held)
			return ctx.Err()
		}, job.Options{Retries: -1})
		s.enqueue("send", "", 1, 0)
		s.drain(s.r)
		<-held
		s.want(job.Stats{Running: 1}) // the other node's attempt stands
	})
}

func TestJobThatKillsItsNodeDies(t *testing.T) {
	each(t, func(s *setup) {
		for range 3 {
			node := job.New(s.city, quiet, 1)
			node.Handle("crash", func(context.Context, json.RawMessage) error { return nil }, job.Options{Retries: 1})
			if s.count().Waiting+s.count().Running == 0 {
				s.enqueue("crash", "", 1, 0)
			}
			if _, _, err := node.Take(s.Context(), 10); err != nil {
				s.Fatal(err)
			}
			s.clk.Advance(31 * time.Second)
		}
		s.r.Handle("crash", func(context.Context, json.RawMessage) error { s.Error("run again"); return nil }, job.Options{Retries: 1})
		s.drain(s.r)
		s.want(job.Stats{Dead: 1})
	})
}

// two opens the same database twice, as two processes do.
func two(t *testing.T, f func(t *testing.T, a, b *store.City, clk *clock.Fake)) {
	for name, dsn := range map[string]func(testing.TB) string{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clk, url := clock.New(storetest.Start), dsn(t)
			a, b := storetest.Open(t, url, clk), storetest.Open(t, url, clk)
			f(t, storetest.NewCity(t, a), b.City(1), clk)
		})
	}
}

func TestTwoNodesRunEachJobOnce(t *testing.T) {
	two(t, func(t *testing.T, a, b *store.City, clk *clock.Fake) {
		const n = 400
		var mu sync.Mutex
		seen := map[string]int{}
		var left sync.WaitGroup
		left.Add(n)
		do := func(_ context.Context, args json.RawMessage) error {
			mu.Lock()
			defer mu.Unlock()
			if seen[string(args)]++; seen[string(args)] == 1 {
				left.Done()
			}
			return nil
		}
		var ticks atomic.Int64
		tick := func(context.Context) error { ticks.Add(1); return nil }
		var runs sync.WaitGroup
		var nodes []*job.Runner
		for _, c := range []*store.City{a, b} {
			r := job.New(c, quiet, 4)
			r.Handle("n", do, job.Options{})
			r.Every("tick", time.Hour, tick)
			runs.Go(func() { r.Run(t.Context()) })
			nodes = append(nodes, r)
		}
		for i := 0; i < n; i += 50 {
			err := a.Write(t.Context(), func(tx *store.Tx) error {
				for j := range 50 {
					job.Enqueue(tx, "n", fmt.Sprint(i+j), i+j, 0)
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		left.Wait()
		for _, r := range nodes {
			r.Stop(t.Context())
		}
		runs.Wait()
		for k, times := range seen {
			if times != 1 {
				t.Errorf("job %s ran %d times", k, times)
			}
		}
		if ticks.Load() != 1 {
			t.Errorf("the task ran %d times, want once", ticks.Load())
		}
		if c, err := job.Count(t.Context(), a, 1, clock.Micros(clk.Now())); err != nil || c != (job.Stats{}) {
			t.Errorf("left %+v, %v", c, err)
		}
	})
}

func TestTaskRunsOncePerInterval(t *testing.T) {
	two(t, func(t *testing.T, a, b *store.City, clk *clock.Fake) {
		var runs int
		var fail error
		every := func(c *store.City) *job.Runner {
			r := job.New(c, quiet, 1)
			r.Every("nightly", 24*time.Hour, func(context.Context) error { runs++; return fail })
			return r
		}
		ra, rb := every(a), every(b)
		step := func(d time.Duration, want int) {
			t.Helper()
			clk.Advance(d)
			for _, r := range []*job.Runner{ra, rb} {
				if err := r.Drain(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			if runs != want {
				t.Errorf("ran %d times, want %d", runs, want)
			}
		}
		step(0, 1)
		step(23*time.Hour, 1)
		step(time.Hour, 2)
		step(72*time.Hour, 3) // what was missed is not made up
		fail = errors.New("no disk")
		step(24*time.Hour, 4)
		tasks, err := job.Tasks(t.Context(), a, 1)
		if err != nil || len(tasks) != 2 || tasks[1].Kind != "nightly" || tasks[1].Error != "no disk" {
			t.Errorf("tasks %+v, %v", tasks, err)
		}
		fail = nil
		step(10*time.Second, 5) // sooner than tomorrow
		step(time.Hour, 5)
		// A shorter interval in the next version takes effect at once.
		rc := job.New(a, quiet, 1)
		rc.Every("nightly", time.Hour, func(context.Context) error { runs++; return nil })
		ra, rb = rc, rc
		step(0, 5)
		step(time.Hour, 6)
	})
}

func TestDailyRunsAtItsTimeOfDay(t *testing.T) {
	two(t, func(t *testing.T, a, b *store.City, clk *clock.Fake) {
		zone := time.FixedZone("UTC+8", 8*3600)
		var runs []string
		var fail error
		daily := func(c *store.City, at time.Duration) *job.Runner {
			r := job.New(c, quiet, 1)
			r.Daily("learn", at, func() *time.Location { return zone }, func(context.Context) error {
				runs = append(runs, clk.Now().In(zone).Format("02 15:04"))
				return fail
			})
			return r
		}
		nodes := []*job.Runner{daily(a, 3*time.Hour), daily(b, 3*time.Hour)}
		clk.Advance(time.Date(2126, 12, 31, 12, 0, 0, 0, zone).Sub(clk.Now()))
		hours := func(n int, want ...string) {
			t.Helper()
			runs = nil
			for range n {
				for _, r := range nodes {
					if err := r.Drain(t.Context()); err != nil {
						t.Fatal(err)
					}
				}
				clk.Advance(time.Hour)
			}
			if !slices.Equal(runs, want) {
				t.Errorf("ran at %q, want %q", runs, want)
			}
		}
		hours(15) // not at once, but in the night
		hours(48, "01 03:00", "02 03:00")
		fail = errors.New("no disk")
		hours(1, "03 03:00")
		fail = nil
		hours(20, "03 04:00") // what failed comes again
		// An earlier time of day in the next version takes effect at once.
		nodes = []*job.Runner{daily(a, time.Hour)}
		hours(24, "04 01:00")
	})
}

func TestStopLetsWorkFinishAndGivesTheRestBack(t *testing.T) {
	each(t, func(s *setup) {
		begun, hold := make(chan struct{}, 10), make(chan struct{})
		r := job.New(s.city, quiet, 1)
		r.Handle("long", func(context.Context, json.RawMessage) error {
			begun <- struct{}{}
			<-hold
			return nil
		}, job.Options{})
		for i := range 3 {
			s.enqueue("long", "", i, 0)
		}
		go r.Run(s.Context())
		<-begun
		stopped := make(chan struct{})
		go func() { r.Stop(s.Context()); close(stopped) }()
		close(hold)
		<-stopped
		c := s.count()
		if c.Running != 0 || c.Waiting+int64(1+len(begun)) != 3 {
			s.Errorf("after the stop %+v, %d more begun", c, len(begun))
		}
	})
}

func TestStopEndsStubbornWork(t *testing.T) {
	each(t, func(s *setup) {
		begun := make(chan struct{})
		r := job.New(s.city, quiet, 1)
		r.Handle("long", func(ctx context.Context, _ json.RawMessage) error {
			close(begun)
			<-ctx.Done()
			return ctx.Err()
		}, job.Options{Retries: -1})
		id := s.enqueue("long", "", 1, 0)
		go r.Run(s.Context())
		<-begun
		ctx, cancel := context.WithCancel(s.Context())
		cancel()
		r.Stop(ctx)
		if j, err := job.Get(s.Context(), s.city, 1, id); err != nil || j.State != job.Waiting || j.Tries != 0 {
			s.Errorf("given back as %+v, %v: want waiting with all attempts", j, err)
		}
	})
}

// While a write that renews a waiting job's args is open, no node may start the job: it would miss what is being written.
func TestJobWaitsForTheWriteThatRenewsIt(t *testing.T) {
	each(t, func(s *setup) {
		if s.city.DB().Engine() == schema.SQLite {
			return // one writer: nobody can claim meanwhile
		}
		var seen log
		s.r.Handle("send", seen.add, job.Options{})
		s.drain(s.r)
		s.enqueue("send", "k", 1, 0)
		s.enqueue("send", "free", 2, 0)
		err := s.city.Write(s.Context(), func(tx *store.Tx) error {
			job.Enqueue(tx, "send", "k", 3, 0)
			if _, err := store.Value[int64](s.Context(), tx, `select count(*) from job`); err != nil { // sends what is queued
				return err
			}
			return s.r.Drain(s.Context())
		})
		if err != nil {
			s.Fatal(err)
		}
		seen.want(s, "2")
		s.drain(s.r)
		seen.want(s, "2", "3")
	})
}
