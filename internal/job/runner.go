package job

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"log/slog"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"mulin/internal/clock"
	"mulin/internal/store"
)

const (
	lease     = 30 * time.Second
	heartbeat = lease / 3
	poll      = 500 * time.Millisecond // another process may have written without waking us
	gathering = 100 * time.Millisecond // between two looks
	maxHeld   = 512
	keepDone  = 7 * 24 * time.Hour
)

// errLost ends the context of a job whose lease has gone to another node.
var errLost = errors.New("the job's lease has run out")

// Options bound the attempts of a kind of job.
type Options struct {
	Retries int           // after the first attempt; 0 for 10, negative for none
	Timeout time.Duration // of one attempt; 0 for a minute
}

// handler does one kind of job, or one periodic task.
type handler struct {
	do    func(ctx context.Context, args json.RawMessage) error
	tries int64                 // attempts a job has
	limit time.Duration         // of one attempt
	next  func(now int64) int64 // when a task runs after that moment, in µs; nil for a job
	soon  bool                  // a task's first run is at once
}

// Runner runs the jobs of one city, several at once.
type Runner struct {
	city    *store.City
	log     *slog.Logger
	holder  string
	workers int

	mu       sync.Mutex
	handlers map[string]handler
	kinds    []any // names of handlers, as arguments of the claim
	planned  int   // tasks whose rows are known to exist
	tasks    []string
	held     map[int64]*held

	begun  atomic.Bool
	quit   chan struct{}
	halt   sync.Once
	gone   chan struct{}
	freed  chan struct{}
	abort  context.CancelFunc // of Run's jobs
	ran    atomic.Int64
	failed atomic.Int64
}

// New makes a runner that does at most workers jobs at once (0 for 4).
func New(city *store.City, log *slog.Logger, workers int) *Runner {
	if workers <= 0 {
		workers = 4
	}
	r := &Runner{city: city, log: log, holder: rand.Text()[:16], workers: workers, handlers: map[string]handler{}, held: map[int64]*held{},
		quit: make(chan struct{}), gone: make(chan struct{}), freed: make(chan struct{}, 1), abort: func() {}}
	r.Every("job.sweep", time.Hour, r.sweep)
	return r
}

// Handle says who does a kind of job. A runner leaves kinds it doesn't know to other nodes.
func (r *Runner) Handle(kind string, do func(ctx context.Context, args json.RawMessage) error, o Options) {
	switch {
	case o.Retries == 0:
		o.Retries = 10
	case o.Retries < 0:
		o.Retries = 0
	}
	if o.Timeout <= 0 {
		o.Timeout = time.Minute
	}
	r.add(kind, handler{do: do, tries: int64(o.Retries) + 1, limit: o.Timeout})
}

// Every runs f once per interval in the city, over all nodes: at once the first time, then an interval after each run. Runs that were missed are not made
// up; one that fails comes again sooner. A run may take as long as the interval, at least a minute.
func (r *Runner) Every(name string, interval time.Duration, f func(ctx context.Context) error) {
	next := func(now int64) int64 { return now + interval.Microseconds() }
	r.add(name, handler{do: func(ctx context.Context, _ json.RawMessage) error { return f(ctx) }, limit: max(interval, time.Minute), next: next, soon: true})
}

// Daily runs f once a day in the city, over all nodes, at that time of the zone's day: work for the night. As with Every, what was missed is not made up and
// what fails comes again sooner. A run may take an hour.
func (r *Runner) Daily(name string, at time.Duration, zone func() *time.Location, f func(ctx context.Context) error) {
	next := func(now int64) int64 {
		t := clock.Time(now).In(zone())
		for day := t.Day(); ; day++ {
			next := time.Date(t.Year(), t.Month(), day, 0, int(at.Minutes()), 0, 0, t.Location())
			if next.After(t) {
				return clock.Micros(next)
			}
		}
	}
	r.add(name, handler{do: func(ctx context.Context, _ json.RawMessage) error { return f(ctx) }, limit: time.Hour, next: next})
}

func (r *Runner) add(name string, h handler) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, twice := r.handlers[name]; twice {
		panic("job: " + name + " is handled twice")
	}
	r.handlers[name] = h
	r.kinds = append(r.kinds, name)
	if h.next != nil {
		r.tasks = append(r.tasks, name)
	}
}

// taskID is the id of a task's row: negative, the same on every node.
func taskID(name string) int64 {
	h := fnv.New64a()
	h.Write([]byte(name))
	return -1 - int64(h.Sum64()>>11)
}

// plan makes the rows of the tasks; an interval or a time of day that comes sooner takes effect at once.
func (r *Runner) plan(ctx context.Context) error {
	r.mu.Lock()
	tasks := r.tasks
	known := len(tasks) == r.planned
	r.mu.Unlock()
	if known {
		return nil
	}
	err := r.city.Upkeep(ctx, func(tx *store.Tx) error {
		for _, name := range tasks {
			task := r.handler(name)
			next := task.next(tx.Now)
			first := next
			if task.soon {
				first = tx.Now
			}
			tx.Exec(`insert into job (city, id, kind, key, args, state, at, made_at, tries, holder, done, total, error)
				values (?, ?, ?, '', 'null', 'waiting', ?, ?, 0, '', 0, 0, '') on conflict (city, id) do nothing`, tx.City, taskID(name), name, first, tx.Now)
			tx.Exec(`update job set at = ? where city = ? and id = ? and state = 'waiting' and at > ?`, next, tx.City, taskID(name), next)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("plan tasks: %w", err)
	}
	r.mu.Lock()
	r.planned = len(tasks)
	r.mu.Unlock()
	return nil
}

func (r *Runner) handler(kind string) handler {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.handlers[kind]
}

// sweep deletes finished jobs whose progress nobody looks at any more.
func (r *Runner) sweep(ctx context.Context) error {
	return r.city.Upkeep(ctx, func(tx *store.Tx) error {
		tx.Exec(`delete from job where city = ? and state = 'done' and at < ?`, tx.City, tx.Now-keepDone.Microseconds())
		return nil
	})
}

// Ran tells how many attempts this runner has made since the start, and how many of them failed.
func (r *Runner) Ran() (attempts, failed int64) { return r.ran.Load(), r.failed.Load() }

// attempt runs a job once.
func (r *Runner) attempt(h *held) (err error) {
	r.ran.Add(1)
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
		if err != nil {
			r.failed.Add(1)
		}
	}()
	todo := r.handler(h.Kind)
	if todo.next == nil && h.Tries > todo.tries {
		return Hopeless(errors.New("every attempt ended with its node"))
	}
	ctx, cancel := context.WithTimeout(context.WithValue(h.ctx, heldKey{}, h), todo.limit)
	defer cancel()
	return todo.do(ctx, h.Args)
}

// Drain runs what is due, and what becomes due by that, and then returns: for tests and imports. It needs no Run.
func (r *Runner) Drain(ctx context.Context) error {
	for {
		jobs, err := r.claim(ctx, ctx, maxHeld/4)
		if err != nil || len(jobs) == 0 {
			return err
		}
		all := make([]outcome, len(jobs))
		var wait sync.WaitGroup
		slots := make(chan struct{}, r.workers)
		for i, h := range jobs {
			slots <- struct{}{}
			wait.Go(func() {
				all[i] = r.do(h)
				<-slots
			})
		}
		wait.Wait()
		if err := r.settle(ctx, all); err != nil {
			return err
		}
	}
}

// do runs a job, or gives it back if that is not wanted any more.
func (r *Runner) do(h *held) outcome {
	if h.ctx.Err() != nil {
		return outcome{held: h, back: true}
	}
	err := r.attempt(h)
	return outcome{held: h, err: err, back: err != nil && h.ctx.Err() != nil}
}
