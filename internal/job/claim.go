package job

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"mulin/internal/clock"
	"mulin/internal/store"
)

// held is a job this runner has a lease of.
type held struct {
	Job
	runner *Runner
	ctx    context.Context // ends when the lease is lost or the runner is made to stop
	cancel context.CancelCauseFunc

	mu      sync.Mutex
	until   int64 // the lease as last renewed
	shown   int64 // when progress was last written
	reports bool  // it has told its progress
}

type heldKey struct{}

// due is when the next job may be started, of those this runner can do; ok is false if there is none.
func (r *Runner) due(ctx context.Context) (at int64, ok bool, err error) {
	kinds := r.names()
	at, err = store.Value[int64](ctx, r.city, `select at from job where city = ? and state in ('waiting', 'running') and kind in (`+store.In(len(kinds))+`)
		order by at limit 1`, append([]any{r.city.ID}, kinds...)...)
	if errors.Is(err, store.ErrNone) {
		return 0, false, nil
	}
	return at, err == nil, err
}

func (r *Runner) names() []any {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.kinds
}

// claim takes leases of up to n jobs that are due: those that wait, and those whose node has let its lease run out. Their work runs under base.
func (r *Runner) claim(ctx, base context.Context, n int) ([]*held, error) {
	if err := r.plan(ctx); err != nil {
		return nil, err
	}
	// A read costs nobody anything; only if something is due a transaction is begun.
	at, ok, err := r.due(ctx)
	if err != nil || !ok || at > clock.Micros(r.city.Clock().Now()) {
		return nil, err
	}
	var jobs []*held
	err = r.city.Upkeep(ctx, func(tx *store.Tx) error {
		kinds := r.names()
		args := append(append([]any{tx.City, tx.Now}, kinds...), n)
		found, err := store.All(ctx, tx, scan, r.city.DB().Engine().Free(`select `+columns+` from job
			where city = ? and state in ('waiting', 'running') and at <= ? and kind in (`+store.In(len(kinds))+`) order by at limit ?`), args...)
		if err != nil {
			return err
		}
		until := tx.Now + lease.Microseconds()
		var ids []any
		jobs = jobs[:0]
		for _, j := range found {
			if mine := r.holds(j.ID); mine != nil {
				if j.State == Running { // this process slept and still runs it
					mine.renew(until)
					tx.Exec(`update job set at = ? where city = ? and id = ?`, until, tx.City, j.ID)
				}
				continue // waiting again: its outcome was written just now
			}
			j.Tries++
			ids = append(ids, j.ID)
			jobs = append(jobs, &held{Job: j, runner: r, until: until})
		}
		if len(ids) > 0 {
			ids = pad(ids)
			tx.Exec(`update job set state = 'running', holder = ?, at = ?, tries = tries + 1 where city = ? and id in (`+store.In(len(ids))+`)`,
				append([]any{r.holder, until, tx.City}, ids...)...)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("claim jobs: %w", err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, h := range jobs {
		h.ctx, h.cancel = context.WithCancelCause(base)
		r.held[h.ID] = h
	}
	return jobs, nil
}

// pad repeats the last id up to a power of two, so that few texts of SQL are prepared.
func pad(ids []any) []any {
	n := 1
	for n < len(ids) {
		n *= 2
	}
	for len(ids) < n {
		ids = append(ids, ids[len(ids)-1])
	}
	return ids
}

func (r *Runner) holds(id int64) *held {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.held[id]
}

func (h *held) renew(until int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.until = until
}

// beat renews the leases of all jobs held. A job that has gone to another node is told to end, and so is one whose lease can't be renewed in time.
func (r *Runner) beat(ctx context.Context) error {
	r.mu.Lock()
	all := make([]*held, 0, len(r.held))
	for _, h := range r.held {
		all = append(all, h)
	}
	r.mu.Unlock()
	var failed error
	for part := range slices.Chunk(all, maxHeld) {
		if err := r.renew(ctx, part); err != nil {
			failed = fmt.Errorf("renew leases: %w", err)
		}
	}
	if failed == nil {
		return nil
	}
	now := clock.Micros(r.city.Clock().Now())
	for _, h := range all {
		h.mu.Lock()
		if h.until-now < heartbeat.Microseconds()/2 {
			h.cancel(errLost)
		}
		h.mu.Unlock()
	}
	return failed
}

func (r *Runner) renew(ctx context.Context, part []*held) error {
	ids := make([]any, len(part))
	for i, h := range part {
		ids[i] = h.ID
	}
	ids = pad(ids)
	var until int64
	mine := map[int64]bool{}
	err := r.city.Upkeep(ctx, func(tx *store.Tx) error {
		until = tx.Now + lease.Microseconds()
		where := ` where city = ? and holder = ? and id in (` + store.In(len(ids)) + `)`
		tx.Exec(`update job set at = ?`+where, append([]any{until, tx.City, r.holder}, ids...)...)
		left, err := store.Values[int64](ctx, tx, `select id from job`+where, append([]any{tx.City, r.holder}, ids...)...)
		for _, id := range left {
			mine[id] = true
		}
		return err
	})
	if err != nil {
		return err
	}
	for _, h := range part {
		if mine[h.ID] {
			h.renew(until)
		} else {
			h.cancel(errLost) // or it is finished already: then nobody listens
		}
	}
	return nil
}

// progress writes how far the job is: the first word, the last one, and at most one a second between.
func (h *held) progress(ctx context.Context, done, total int64) error {
	now := clock.Micros(h.runner.city.Clock().Now())
	h.mu.Lock()
	skip := h.reports && done < total && now-h.shown < 1_000_000
	h.reports = true
	if !skip {
		h.shown = now
	}
	h.mu.Unlock()
	if skip {
		return ctx.Err()
	}
	return h.runner.city.Upkeep(ctx, func(tx *store.Tx) error {
		tx.Exec(`update job set done = ?, total = ?`+mine, append([]any{done, total}, h.mine(tx)...)...)
		return nil
	})
}
