// Package job does work behind the pages: deliveries, imports, nightly tasks. A job is a row, written in the transaction that wants it, so that it is
// neither lost nor done for something that never happened. Of all nodes one runs it at a time, and a node that dies loses its lease; a job may therefore run
// twice and works so that this does no harm.
package job

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"mulin/internal/fault"
	"mulin/internal/store"
)

// ErrNotDead says that there is no dead job with this id (any more).
var ErrNotDead = fault.New(fault.Missing, "job.notdead")

// State is where a job stands.
type State string

// The states. A job that succeeds is deleted, unless it reported progress: then it stays Done for a week, so that its page can say so.
const (
	Waiting State = "waiting"
	Running State = "running"
	Dead    State = "dead"
	Done    State = "done"
)

// Job is one piece of work.
type Job struct {
	ID     int64
	Kind   string
	Key    string
	Args   json.RawMessage
	State  State
	At     int64 // µs UTC; Waiting: when it may start, Running: when its lease ends, Dead and Done: since when
	MadeAt int64
	Tries  int64 // attempts begun
	Done   int64 // progress, of Total
	Total  int64
	Error  string // of the newest attempt that failed
}

const columns = `id, kind, key, args, state, at, made_at, tries, done, total, error`

func scan(r store.Row) (j Job, err error) {
	var args string
	err = r.Scan(&j.ID, &j.Kind, &j.Key, &args, &j.State, &j.At, &j.MadeAt, &j.Tries, &j.Done, &j.Total, &j.Error)
	j.Args = json.RawMessage(args)
	return j, err
}

// Enqueue adds a job to the transaction, a Write or an Upkeep, to start at the time at (µs; 0 for now). While a job of the same kind and key waits there is
// no second one: the waiting one gets the new args and the earlier time. It returns the id, by which Get finds a job without a key.
func Enqueue(tx *store.Tx, kind, key string, args any, at int64) int64 {
	raw, err := json.Marshal(args)
	if err != nil {
		panic(fmt.Sprintf("args of job %s: %v", kind, err)) // a programming error: the transaction turns it into its failure
	}
	if at == 0 {
		at = tx.Now
	}
	id := 1 + rand.Int64N(1<<53-1)
	// An update rather than "do nothing": it holds the waiting row until this transaction is committed, so the job can't start without seeing it.
	tx.Exec(`insert into job (city, id, kind, key, args, state, at, made_at, tries, holder, done, total, error)
		values (?, ?, ?, ?, ?, 'waiting', ?, ?, 0, '', 0, 0, '')
		on conflict (city, kind, key) where state = 'waiting' and key <> '' do update
		set args = excluded.args, at = case when excluded.at < job.at then excluded.at else job.at end`,
		tx.City, id, kind, key, string(raw), at, tx.Now)
	return id
}

// Get reads a job that waits, runs, is dead or reported progress; a finished one without progress is gone: store.ErrNone.
func Get(ctx context.Context, q store.Querier, city, id int64) (Job, error) {
	return store.One(ctx, q, scan, `select `+columns+` from job where city = ? and id = ?`, city, id)
}

// Newest reads the job of a kind that was made last, in whatever state: store.ErrNone if there is none any more. Few jobs are kept, so it reads them all.
func Newest(ctx context.Context, q store.Querier, city int64, kind string) (Job, error) {
	return store.One(ctx, q, scan, `select `+columns+` from job where city = ? and kind = ? and id > 0 order by made_at desc, id desc limit 1`, city, kind)
}

// List reads up to limit jobs in a state, newest first, before the time given (0 for all). Tasks are not among them.
func List(ctx context.Context, q store.Querier, city int64, s State, before int64, limit int) ([]Job, error) {
	if before == 0 {
		before = 1 << 62
	}
	return store.All(ctx, q, scan, `select `+columns+` from job where city = ? and state = ? and at < ? and id > 0 order by at desc, id limit ?`,
		city, string(s), before, limit)
}

// Tasks reads the periodic tasks: when each comes next, and the error of its newest run if that failed.
func Tasks(ctx context.Context, q store.Querier, city int64) ([]Job, error) {
	return store.All(ctx, q, scan, `select `+columns+` from job where city = ? and id < 0 order by kind`, city)
}

// again makes a job wait once more. If another one with its key waits already, it gives its key up.
const again = `update job set state = 'waiting', holder = '', at = ?, tries = ?, error = ?,
	key = case when exists (select 1 from job o where o.city = job.city and o.kind = job.kind and o.key = job.key and o.key <> '' and o.state = 'waiting')
		then '' else key end
	where city = ? and id = ?`

// Retry gives a dead job all its attempts again, starting now.
func Retry(ctx context.Context, tx *store.Tx, id int64) error {
	if err := mustBeDead(ctx, tx, id); err != nil {
		return err
	}
	tx.Exec(again+` and state = 'dead'`, tx.Now, 0, "", tx.City, id)
	return nil
}

// Discard deletes a dead job.
func Discard(ctx context.Context, tx *store.Tx, id int64) error {
	if err := mustBeDead(ctx, tx, id); err != nil {
		return err
	}
	tx.Exec(`delete from job where city = ? and id = ? and state = 'dead'`, tx.City, id)
	return nil
}

func mustBeDead(ctx context.Context, tx *store.Tx, id int64) error {
	j, err := Get(ctx, tx, tx.City, id)
	if errors.Is(err, store.ErrNone) || err == nil && j.State != Dead {
		return ErrNotDead
	}
	return err
}

// Stats is how the city's jobs stand, over all nodes; tasks are not counted.
type Stats struct {
	Waiting int64         // due, not yet started
	Later   int64         // waiting for their time
	Running int64         // held by a node
	Dead    int64         // out of attempts
	Oldest  time.Duration // how long the first of those due has waited
}

// Count counts the jobs of a city as they stand at now (µs).
func Count(ctx context.Context, q store.Querier, city, now int64) (Stats, error) {
	return store.One(ctx, q, func(r store.Row) (s Stats, err error) {
		var oldest int64
		err = r.Scan(&s.Waiting, &s.Later, &s.Running, &s.Dead, &oldest)
		s.Oldest = time.Duration(max(0, now-oldest)) * time.Microsecond
		return s, err
	}, `select count(*) filter (where state = 'waiting' and at <= ?), count(*) filter (where state = 'waiting' and at > ?),
		count(*) filter (where state = 'running'), count(*) filter (where state = 'dead'),
		coalesce(min(at) filter (where state = 'waiting' and at <= ?), ?)
		from job where city = ? and id > 0`, now, now, now, now, city)
}

// Progress tells how far the running job is, so that a page can show it after a reload. It may be called as often as one likes: a row is written once a second.
func Progress(ctx context.Context, done, total int64) error {
	h, ok := ctx.Value(heldKey{}).(*held)
	if !ok {
		return nil // called outside of a job, as by a test of the work itself
	}
	return h.progress(ctx, done, total)
}

// Hopeless marks an error that no further attempt can help: the job is dead at once.
func Hopeless(err error) error { return hopeless{err} }

type hopeless struct{ error }

func (h hopeless) Unwrap() error { return h.error }
