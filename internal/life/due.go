package life

import (
	"context"
	"errors"
	"fmt"
	"strings"

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
	a := r.alias()
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
		r.replanned(tx, id, at)
		return false, nil
	}
	s := Step{More: Climbed{Due: at, Tell: rung.Tell, Cost: rung.Cost}}
	_, err = r.Apply(ctx, tx, access.System(r.City.ID), id, rung.Verb, s, func(t *T, _ *Step) error { lifeOf(t).ClimbedAt = at; return nil })
	if _, refused := fault.As(err); !refused {
		return err == nil, err
	}
	lifeOf(&t).ClimbedAt = at // the law has no such step from here: the rung is passed over, or it would be tried for ever
	r.plan(&t)
	Update(tx, r.Table, lifeOf(&t), "")
	return false, nil
}

// Climbed is what the ledger says of a rung: those who tell people and those who score follow it.
type Climbed struct {
	Due  int64  `json:"due"`
	Tell string `json:"tell,omitempty"`
	Cost int64  `json:"cost,omitempty"`
}

// Replan says anew of all that is open when something happens by itself next, and returns for how many it was another time than before.
func (r *Room[T]) Replan(ctx context.Context) (moved int, err error) {
	for last := int64(0); ; {
		n, end := 0, int64(0)
		err := r.City.Write(ctx, func(tx *store.Tx) (err error) {
			n, end, err = r.replanBehind(ctx, tx, last)
			return err
		})
		if moved += n; err != nil || end == 0 {
			return moved, err
		}
		last = end
	}
}

// replanBehind plans the next batch anew; end is the last of it, 0 when there was nothing more.
func (r *Room[T]) replanBehind(ctx context.Context, tx *store.Tx, last int64) (moved int, end int64, err error) {
	a := r.alias()
	all, err := store.All(ctx, tx, func(row store.Row) (T, error) { return r.Scan(row) },
		`select `+r.Columns+` from `+r.Table+` where `+a+`.city = ? and `+a+`.open and `+a+`.id > ? order by `+a+`.id limit ?`, r.City.ID, last, scanBatch)
	for i := range all {
		l := lifeOf(&all[i])
		if at, _ := r.next(&all[i]); at != l.NextAt {
			moved++
			r.replanned(tx, l.ID, at)
		}
		end = l.ID
	}
	return moved, end, err
}

// replanned writes when something happens next to a thing that nobody touched.
func (r *Room[T]) replanned(tx *store.Tx, id, at int64) {
	name, _, _ := strings.Cut(r.Table, " ")
	tx.Exec(`update `+name+` set next_at = ? where city = ? and id = ?`, at, tx.City, id)
}
