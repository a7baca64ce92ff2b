package body

import (
	"context"
	"slices"
	"strings"

	"mulin/internal/access"
	"mulin/internal/fault"
	"mulin/internal/ledger"
	"mulin/internal/store"
)

// Add makes one body.
func (b *Bodies) Add(ctx context.Context, who access.Actor, d Details) (Body, error) {
	all, err := b.AddAll(ctx, who, []Details{d})
	if err != nil {
		return Body{}, err
	}
	return all[0], nil
}

// maxList is how many bodies one AddAll takes: it is one write.
const maxList = 2000

// AddAll makes several bodies at once, all or none; one may name the code of one before it as its parent.
func (b *Bodies) AddAll(ctx context.Context, who access.Actor, list []Details) ([]Body, error) {
	for _, d := range list {
		if err := b.may(who, d.Places); err != nil {
			return nil, err
		}
	}
	if len(list) > maxList {
		return nil, fault.New(fault.TooLarge, "body.many", maxList)
	}
	list, err := b.checkAll(ctx, list)
	if err != nil {
		return nil, err
	}
	made := make([]Body, len(list))
	err = b.city.Write(ctx, func(tx *store.Tx) error {
		have, err := living(ctx, tx)
		for i := 0; err == nil && i < len(list); i++ {
			made[i], err = have.found(tx, who, list[i])
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	b.rows.Refresh(ctx)
	return made, nil
}

// checkAll tidies the list and looks at each alone and at the places it names.
func (b *Bodies) checkAll(ctx context.Context, list []Details) ([]Details, error) {
	tidy := make([]Details, len(list))
	var l fault.List
	for i, d := range list {
		d.tidy()
		d.Places = slices.Compact(slices.Sorted(slices.Values(d.Places)))
		if l = append(l, d.check()...); len(l) > 20 {
			break
		}
		for _, id := range d.Places {
			if err := b.served(ctx, id); err != nil {
				return nil, err
			}
		}
		tidy[i] = d
	}
	return tidy, l.Or()
}

// served refuses places that are not or no longer there.
func (b *Bodies) served(ctx context.Context, id int64) error {
	p, err := b.places.Find(ctx, id)
	if err != nil {
		return err
	}
	if !p.Live() {
		return fault.Field("place", "body.place.ended", p.Name)
	}
	return nil
}

// change loads a living body within a write and asks for the right at all it serves.
func (b *Bodies) change(ctx context.Context, tx *store.Tx, who access.Actor, id int64, own ...int64) (Body, []int64, error) {
	one, err := load(ctx, tx, tx.City, id)
	if err != nil {
		return one, nil, err
	}
	places, err := tied(ctx, tx, id)
	if err != nil {
		return one, nil, err
	}
	if err := b.may(who, places, own...); err != nil {
		return one, nil, err
	}
	if !one.Live() {
		return one, nil, ErrEnded.With(one.Name)
	}
	return one, places, nil
}

// begin turns away early those who can edit nowhere.
func (b *Bodies) begin(who access.Actor) error {
	if who.City != b.city.ID || !who.Has(Edit) {
		return access.ErrDenied
	}
	return nil
}

// Rename gives a body another name and short name. Old cases keep the old one.
func (b *Bodies) Rename(ctx context.Context, who access.Actor, id int64, name, short string) (Body, error) {
	if err := b.begin(who); err != nil {
		return Body{}, err
	}
	name, short = strings.TrimSpace(name), strings.TrimSpace(short)
	if err := checkName(name, short).Or(); err != nil {
		return Body{}, err
	}
	var one Body
	err := b.city.Write(ctx, func(tx *store.Tx) error {
		was, _, err := b.change(ctx, tx, who, id)
		if err != nil {
			return err
		}
		one = was
		one.Name, one.Short = name, short
		if one == was {
			return nil
		}
		have, err := living(ctx, tx)
		if err == nil {
			err = have.free(one)
		}
		if err != nil {
			return err
		}
		rename(tx, who, was, one)
		return nil
	})
	if err != nil {
		return Body{}, err
	}
	b.rows.Refresh(ctx)
	return one, nil
}

// rename queues another name and keeps the old one.
func rename(tx *store.Tx, who access.Actor, was, now Body) {
	before, after := was.state(), now.state()
	seq := ledger.Append(tx, who, "body.rename", now.Subject(), change{Before: &before, After: &after})
	tx.Exec(`insert into body_name (city, body, seq, until_at, name, short) values (?, ?, ?, ?, ?, ?)`, tx.City, now.ID, seq, tx.Now, was.Name, was.Short)
	tx.Exec(`update body set name = ?, short = ? where city = ? and id = ?`, now.Name, now.Short, tx.City, now.ID)
}

// call queues another telephone number.
func call(tx *store.Tx, who access.Actor, now Body) {
	ledger.Append(tx, who, "body.phone", now.Subject(), nil)
	tx.Exec(`update body set phone = ? where city = ? and id = ?`, now.Phone, tx.City, now.ID)
}

// SetPhone changes the office's telephone number; a body's own people may do it if their role has the right for their body.
func (b *Bodies) SetPhone(ctx context.Context, who access.Actor, id int64, phone string) error {
	if err := b.begin(who); err != nil {
		return err
	}
	phone = strings.TrimSpace(phone)
	if err := checkPhone(phone).Or(); err != nil {
		return err
	}
	err := b.city.Write(ctx, func(tx *store.Tx) error {
		one, _, err := b.change(ctx, tx, who, id, id)
		if err != nil || one.Phone == phone {
			return err
		}
		one.Phone = phone
		call(tx, who, one)
		return nil
	})
	if err == nil {
		b.rows.Refresh(ctx)
	}
	return err
}

// End closes a body to which no other belongs, for a reason; it serves nothing any more.
func (b *Bodies) End(ctx context.Context, who access.Actor, id int64, reason string) error {
	if err := b.begin(who); err != nil {
		return err
	}
	err := b.city.Write(ctx, func(tx *store.Tx) error { return b.end(ctx, tx, who, id, reason) })
	if err == nil {
		b.rows.Refresh(ctx)
	}
	return err
}

// end is End within a write.
func (b *Bodies) end(ctx context.Context, tx *store.Tx, who access.Actor, id int64, reason string) error {
	reason, err := ledger.Reason(reason)
	if err != nil {
		return err
	}
	one, places, err := b.change(ctx, tx, who, id)
	if err != nil {
		return err
	}
	below, err := store.Value[int64](ctx, tx, `select count(*) from body where city = ? and parent = ? and until_at = 0`, tx.City, id)
	if err != nil {
		return err
	}
	if below > 0 {
		return fault.New(fault.Conflict, "body.end.children", one.Name, below)
	}
	before := one.state()
	ledger.Append(tx, who, "body.end", one.Subject(), change{Before: &before, Places: places, Reason: reason})
	endRows(tx, id, 0)
	return nil
}

// endRows queues the end of a body and its links.
func endRows(tx *store.Tx, id, successor int64) {
	tx.Exec(`update body set until_at = ?, successor = ? where city = ? and id = ?`, tx.Now, successor, tx.City, id)
	tx.Exec(`update body_place set until_at = ? where city = ? and body = ? and until_at = 0`, tx.Now, tx.City, id)
}
