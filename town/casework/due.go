package casework

import (
	"context"
	"errors"
	"fmt"

	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/store"
)

// sweepBatch bounds one round of the scanner.
const sweepBatch = 200

// Sweep does what has fallen due by itself: an answer nobody rated in time goes on to the party branch. It returns how many cases it moved.
// Nothing waits in memory: due times are columns, so a restart loses nothing and two nodes at once do no harm.
func (d *Desk) Sweep(ctx context.Context) (int, error) {
	now := clock.Micros(d.city.Clock().Now())
	ids, err := store.Values[int64](ctx, d.city, `select c.id from cases c where c.city = ? and c.open and c.step_due_at > 0 and c.step_due_at < ? and c.status = ?
		order by c.step_due_at, c.id limit ?`, d.city.ID, now, Answered, sweepBatch)
	if err != nil {
		return 0, err
	}
	who, moved := access.System(d.city.ID), 0
	var all error
	for _, id := range ids {
		err := d.city.Write(ctx, func(tx *store.Tx) error {
			_, err := d.Apply(ctx, tx, who, id, Lapse, Step{}, nil)
			return err
		})
		switch {
		case ctx.Err() != nil:
			return moved, ctx.Err()
		case err == nil:
			moved++
		case !errors.Is(err, ErrStale): // one that can't be moved keeps nobody else waiting
			all = errors.Join(all, fmt.Errorf("move case %d on: %w", id, err))
		}
	}
	return moved, all
}
