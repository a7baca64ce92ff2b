package body

import (
	"context"
	"errors"

	"mulin/internal/access"
	"mulin/internal/ledger"
	"mulin/internal/store"
)

// Link ties a body to a place it serves; tying twice changes nothing. The right is asked at the place.
func (b *Bodies) Link(ctx context.Context, who access.Actor, id, place int64) error {
	if err := b.may(who, []int64{place}); err != nil {
		return err
	}
	if err := b.served(ctx, place); err != nil {
		return err
	}
	return b.relink(ctx, id, place, func(tx *store.Tx, one Body, tied bool) {
		if !tied {
			link(tx, who, one, place)
		}
	})
}

// Unlink ends the tie; when it held stays known.
func (b *Bodies) Unlink(ctx context.Context, who access.Actor, id, place int64) error {
	if err := b.may(who, []int64{place}); err != nil {
		return err
	}
	return b.relink(ctx, id, place, func(tx *store.Tx, one Body, tied bool) {
		if tied {
			unlink(tx, who, one, place)
		}
	})
}

// relink looks up the body and whether it is tied to the place, and lets f queue the change.
func (b *Bodies) relink(ctx context.Context, id, place int64, f func(tx *store.Tx, one Body, tied bool)) error {
	err := b.city.Write(ctx, func(tx *store.Tx) error {
		one, err := load(ctx, tx, tx.City, id)
		if err != nil {
			return err
		}
		if !one.Live() {
			return ErrEnded.With(one.Name)
		}
		_, err = store.Value[int64](ctx, tx, `select seq from body_place where city = ? and body = ? and place = ? and until_at = 0`, tx.City, id, place)
		if err != nil && !errors.Is(err, store.ErrNone) {
			return err
		}
		f(tx, one, err == nil)
		return nil
	})
	if err == nil {
		b.rows.Refresh(ctx)
	}
	return err
}

// link queues a tie that isn't there yet.
func link(tx *store.Tx, who access.Actor, one Body, place int64) {
	seq := ledger.Append(tx, who, "body.link", one.Subject(), change{Places: []int64{place}})
	tie(tx, one.ID, []int64{place}, seq)
}

// unlink queues the end of a tie.
func unlink(tx *store.Tx, who access.Actor, one Body, place int64) {
	ledger.Append(tx, who, "body.unlink", one.Subject(), change{Places: []int64{place}})
	tx.Exec(`update body_place set until_at = ? where city = ? and body = ? and place = ? and until_at = 0`, tx.Now, tx.City, one.ID, place)
}

// tie queues links; places must not be tied to the body yet.
func tie(tx *store.Tx, id int64, places []int64, seq int64) {
	for _, p := range places {
		tx.Exec(`insert into body_place (city, body, place, seq, since_at, until_at) values (?, ?, ?, ?, ?, 0)`, tx.City, id, p, seq, tx.Now)
	}
}

// tied are the places a body serves, within a write.
func tied(ctx context.Context, tx *store.Tx, id int64) ([]int64, error) {
	return store.Values[int64](ctx, tx, `select place from body_place where city = ? and body = ? and until_at = 0 order by place`, tx.City, id)
}
