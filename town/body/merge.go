package body

import (
	"context"
	"slices"

	"mulin/internal/access"
	"mulin/internal/fault"
	"mulin/internal/ledger"
	"mulin/internal/store"
)

// Merge ends bodies and puts a new one in their stead: it serves what they served, and what belonged to them belongs to it. Old cases keep the old names.
// Left out, the kind is that of the first, and so is the parent if all have the same.
func (b *Bodies) Merge(ctx context.Context, who access.Actor, from []int64, into Details) (Body, error) {
	if err := b.begin(who); err != nil {
		return Body{}, err
	}
	from = slices.Compact(slices.Sorted(slices.Values(from)))
	if len(from) == 0 {
		return Body{}, fault.Field("from", "body.merge.none")
	}
	if err := b.may(who, into.Places); len(into.Places) > 0 && err != nil {
		return Body{}, err
	}
	if into.Reason != "" {
		var err error
		if into.Reason, err = ledger.Reason(into.Reason); err != nil {
			return Body{}, err
		}
	}
	into.tidy()
	for _, id := range into.Places {
		if err := b.served(ctx, id); err != nil {
			return Body{}, err
		}
	}
	var one Body
	err := b.city.Write(ctx, func(tx *store.Tx) error {
		var err error
		one, err = b.merge(ctx, tx, who, from, into)
		return err
	})
	if err != nil {
		return Body{}, err
	}
	b.rows.Refresh(ctx)
	return one, nil
}

func (b *Bodies) merge(ctx context.Context, tx *store.Tx, who access.Actor, from []int64, into Details) (Body, error) {
	have, err := living(ctx, tx)
	if err != nil {
		return Body{}, err
	}
	places := slices.Clone(into.Places)
	var body change
	for i, id := range from {
		old, served, err := b.change(ctx, tx, who, id)
		if err != nil {
			return old, err
		}
		if i == 0 && into.Kind == "" {
			into.Kind = old.Kind
		}
		have.drop(old)
		places = append(places, served...)
		body.From = append(body.From, old.state())
	}
	if into.Parent == 0 && into.ParentCode == "" && !slices.ContainsFunc(body.From, func(s state) bool { return s.Parent != body.From[0].Parent }) {
		if _, ok := have.ids[body.From[0].Parent]; ok {
			into.Parent = body.From[0].Parent
		}
	}
	if err := into.check().Or(); err != nil {
		return Body{}, err
	}
	one, err := have.add(tx, into)
	if err != nil {
		return one, err
	}
	after := one.state()
	body.Reason = into.Reason
	body.After, body.Places = &after, slices.Compact(slices.Sorted(slices.Values(places)))
	seq := ledger.Append(tx, who, "body.merge", one.Subject(), body)
	for _, id := range from {
		endRows(tx, id, one.ID)
	}
	for _, id := range from {
		tx.Exec(`update body set parent = ? where city = ? and parent = ? and until_at = 0`, one.ID, tx.City, id)
	}
	one.insert(tx)
	tie(tx, one.ID, body.Places, seq)
	return one, nil
}
