package life

import (
	"context"
	"errors"
	"fmt"

	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/fault"
	"mulin/internal/store"
)

// scanBatch bounds one round of the scanner for one kind.
const scanBatch = 200

// Sweep does over all laws what has fallen due by itself and returns how many things it moved. Nothing waits in memory: due times are columns, so a restart
// loses nothing, and each thing is looked at again inside its write, so two nodes at once do no harm.
func Sweep(ctx context.Context, doors []Door) (moved int, all error) {
	for _, d := range doors {
		n, err := d.Sweep(ctx)
		if moved += n; ctx.Err() != nil {
			return moved, ctx.Err()
		}
		all = errors.Join(all, err)
	}
	return moved, all
}

// Sweep climbs what has a rung behind it.
func (r *Room[T]) Sweep(ctx context.Context) (moved int, all error) {
	now := clock.Micros(r.City.Clock().Now())
	a := alias(r.Table)
	ids, err := store.Values[int64](ctx, r.City, `select `+a+`.id from `+r.Table+` where `+a+`.city = ? and `+a+`.next_at > 0 and `+a+`.next_at < ?
		order by `+a+`.next_at, `+a+`.id limit ?`, r.City.ID, now, scanBatch)
	if err != nil {
		return 0, err
	}
	for _, id := range ids {
		did := false
		err := r.City.Write(ctx, func(tx *store.Tx) (err error) {
			did, err = r.climb(ctx, tx, id)
			return err
		})
		switch {
		case ctx.Err() != nil:
			return moved, ctx.Err()
		case err != nil: // one that can't be moved keeps nobody else waiting
			all = errors.Join(all, fmt.Errorf("move %s %d on: %w", r.Kind, id, err))
		case did:
			moved++
		}
	}
	return moved, all
}

// climb does the verb of the rung that was reached, once.
func (r *Room[T]) climb(ctx context.Context, tx *store.Tx, id int64) (bool, error) {
	t, err := r.Load(ctx, tx, id)
	if err != nil {
		return false, err
	}
	at, rung := r.next(&t)
	if at == 0 || at >= tx.Now {
		return false, nil
	}
	s := Step{More: climbed{Due: at, Tell: rung.Tell, Cost: rung.Cost}}
	_, err = r.Apply(ctx, tx, access.System(r.City.ID), id, rung.Verb, s, func(t *T, _ *Step) error { life(t).ClimbedAt = at; return nil })
	if _, refused := fault.As(err); !refused {
		return err == nil, err
	}
	life(&t).ClimbedAt = at // the law has no such step from here: the rung is passed over, or it would be tried for ever
	r.plan(&t)
	Update(tx, r.Table, life(&t), "")
	return false, nil
}

// climbed is what the ledger says of a rung: those who tell people and those who score follow it.
type climbed struct {
	Due  int64  `json:"due"`
	Tell string `json:"tell,omitempty"`
	Cost int64  `json:"cost,omitempty"`
}
