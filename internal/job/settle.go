package job

import (
	"context"
	"errors"
	"fmt"
	"time"

	"mulin/internal/store"
)

// outcome is how an attempt ended.
type outcome struct {
	held *held
	err  error
	back bool // the runner stops, or the lease was lost: the attempt doesn't count
}

// mine is true for the row of an attempt as long as nobody else has taken it; only a running job has a holder. To ask for the state as well would lead
// PostgreSQL to the index of those due, which it reads whole while the table is young.
const mine = ` where city = ? and id = ? and holder = ? and tries = ?`

func (h *held) mine(tx *store.Tx) []any { return []any{tx.City, h.ID, h.runner.holder, h.Tries} }

// settle writes the outcomes of several attempts in one transaction and lets the jobs go. If that can't be done now, it is tried again for a while, one by
// one; after that the leases run out and the jobs run again.
func (r *Runner) settle(ctx context.Context, all []outcome) error {
	ctx = context.WithoutCancel(ctx)
	defer r.drop(all)
	err := r.write(ctx, all)
	for wait := 50 * time.Millisecond; err != nil && wait < 5*time.Second; wait *= 3 {
		r.log.Warn("outcomes of jobs not written", "city", r.city.ID, "jobs", len(all), "error", err)
		left := all[:0:0]
		for _, o := range all {
			if one := r.write(ctx, []outcome{o}); one != nil {
				err, left = one, append(left, o)
			}
		}
		if all = left; len(all) == 0 {
			return nil
		}
		time.Sleep(wait)
	}
	if err != nil {
		return fmt.Errorf("settle jobs: %w", err)
	}
	return nil
}

func (r *Runner) drop(all []outcome) {
	r.mu.Lock()
	for _, o := range all {
		delete(r.held, o.held.ID)
		o.held.cancel(nil)
	}
	r.mu.Unlock()
	select {
	case r.freed <- struct{}{}:
	default:
	}
}

func (r *Runner) write(ctx context.Context, all []outcome) error {
	return r.city.Upkeep(ctx, func(tx *store.Tx) error {
		for _, o := range all {
			r.end(tx, o)
		}
		return nil
	})
}

// end queues what an outcome means for its row.
func (r *Runner) end(tx *store.Tx, o outcome) {
	h, todo := o.held, r.handler(o.held.Kind)
	const still = ` and holder = ? and tries = ?`
	wait := func(at, tries int64, text string) {
		tx.Exec(again+still, at, tries, text, tx.City, h.ID, r.holder, h.Tries)
	}
	var no hopeless
	switch {
	case o.back:
		wait(tx.Now, h.Tries-1, h.Error)
	case todo.next != nil && o.err == nil:
		wait(todo.next(tx.Now), 0, "")
	case todo.next != nil:
		r.complain("task failed", h, o.err)
		wait(min(todo.next(tx.Now), tx.Now+backoff(h.Tries, h.ID).Microseconds()), h.Tries, brief(o.err))
	case o.err == nil && h.reports:
		tx.Exec(`update job set state = 'done', holder = '', at = ?, error = ''`+mine, append([]any{tx.Now}, h.mine(tx)...)...)
	case o.err == nil:
		tx.Exec(`delete from job`+mine, h.mine(tx)...)
	case errors.As(o.err, &no) || h.Tries >= todo.tries:
		r.complain("job dead", h, o.err)
		tx.Exec(`update job set state = 'dead', holder = '', at = ?, error = ?`+mine, append([]any{tx.Now, brief(o.err)}, h.mine(tx)...)...)
	default:
		r.complain("job failed", h, o.err)
		wait(tx.Now+backoff(h.Tries, h.ID).Microseconds(), h.Tries, brief(o.err))
	}
}

func (r *Runner) complain(what string, h *held, err error) {
	r.log.Warn(what, "city", r.city.ID, "kind", h.Kind, "job", h.ID, "attempt", h.Tries, "error", err)
}

// backoff doubles from 5 seconds up to 6 hours; a tenth of it depends on the job, so that those which failed together don't come back together.
func backoff(tries, id int64) time.Duration {
	d := 6 * time.Hour
	if tries < 13 {
		d = min(d, 5*time.Second<<(tries-1))
	}
	return d - d/10*time.Duration(uint64(id)%16)/16
}

// brief cuts an error to what a list can show.
func brief(err error) string {
	s := []rune(err.Error())
	return string(s[:min(len(s), 2000)])
}
