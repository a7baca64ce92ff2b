package body

import (
	"context"
	"slices"

	"mulin/internal/access"
	"mulin/internal/fault"
	"mulin/internal/ledger"
	"mulin/internal/register"
	"mulin/internal/store"
)

// Unit is a body with the places it serves, as lists, forms and sheets show it.
type Unit struct {
	register.Head
	Kind                     Kind
	Code, Name, Short, Phone string
	Parent                   int64
	Places                   []int64
}

// mostPlaces bounds what a unit serves.
const mostPlaces = 200

// Fields describe a unit.
var Fields = []register.Field{
	register.One("kind", Kinds, func(u *Unit) *Kind { return &u.Kind }).Needed().Listed().Sieve(),
	register.Line("name", MaxName, func(u *Unit) *string { return &u.Name }).Needed().Listed().Found().Sorts(),
	register.Line("short", MaxShort, func(u *Unit) *string { return &u.Short }).Found(),
	register.Line("code", MaxCode, func(u *Unit) *string { return &u.Code }).Unique().Listed().Found().Sorts(),
	register.Ref("parent", "body", func(u *Unit) *int64 { return &u.Parent }).Listed().Sieve(),
	register.Line("phone", MaxPhone, func(u *Unit) *string { return &u.Phone }).Listed(),
	register.Refs("places", "served", mostPlaces, func(u *Unit) *[]int64 { return &u.Places }).Sieve(),
}

// Noun is the bodies as pages and sheets work on them; merging is a verb of its own.
func (b *Bodies) Noun() *register.Register[Unit] {
	return register.Adapt(b.city, register.Own[Unit]{
		Of: register.Of[Unit]{Name: "body", Fields: Fields, See: Edit, Edit: Edit,
			Refs: map[string]register.Directory{"body": b.Directory(), "served": b.places.Directory()},
			Then: func(ctx context.Context) error { b.rows.Refresh(ctx); return nil }},
		All: b.units, Put: b.put, Final: true,
		End: func(ctx context.Context, tx *store.Tx, who access.Actor, u *Unit, reason string) error {
			return b.end(ctx, tx, who, u.ID, reason)
		},
		May: func(who access.Actor, _ access.Right, u *Unit) error { return b.may(who, u.Places) },
	})
}

// units are all bodies in the order of lists, ended ones last.
func (b *Bodies) units() []*Unit {
	s := b.rows.Now()
	serves := map[int64][]int64{}
	for _, l := range s.links {
		serves[l.Body] = append(serves[l.Body], l.Place)
	}
	all := make([]*Unit, 0, len(s.bodies))
	for _, one := range slices.Concat(s.sorted, s.ended) {
		all = append(all, &Unit{register.Head{ID: one.ID, Since: one.From, Until: one.Until}, one.Kind, one.Code, one.Name, one.Short, one.Phone, one.Parent, serves[one.ID]})
	}
	return all
}

func (b *Bodies) put(ctx context.Context, tx *store.Tx, who access.Actor, old, u *Unit) error {
	d := Details{Kind: u.Kind, Name: u.Name, Short: u.Short, Phone: u.Phone, Code: u.Code, Parent: u.Parent, Places: slices.Clone(u.Places)}
	slices.Sort(d.Places)
	if err := d.check().Or(); err != nil {
		return err
	}
	have, err := living(ctx, tx)
	if err != nil {
		return err
	}
	if old == nil {
		made, err := have.found(tx, who, d)
		u.ID = made.ID
		return err
	}
	return b.amend(ctx, tx, who, have, u.ID, d)
}

// amend turns a living body into what the draft says, each change with an entry of its own.
func (b *Bodies) amend(ctx context.Context, tx *store.Tx, who access.Actor, have *book, id int64, d Details) error {
	was, places, err := b.change(ctx, tx, who, id)
	if err != nil {
		return err
	}
	now := was
	now.Kind, now.Name, now.Short, now.Phone, now.Code, now.Parent = d.Kind, d.Name, d.Short, d.Phone, d.Code, d.Parent
	if err := have.fits(now); err != nil {
		return err
	}
	before, after := was.state(), now.state()
	if now.Name != was.Name || now.Short != was.Short {
		rename(tx, who, was, now)
	}
	if now.Kind != was.Kind || now.Code != was.Code || now.Parent != was.Parent {
		ledger.Append(tx, who, "body.change", now.Subject(), change{Before: &before, After: &after})
		tx.Exec(`update body set kind = ?, code = ?, parent = ? where city = ? and id = ?`, now.Kind, now.Code, now.Parent, tx.City, id)
	}
	if now.Phone != was.Phone {
		call(tx, who, now)
	}
	for _, at := range d.Places {
		if !slices.Contains(places, at) {
			link(tx, who, now, at)
		}
	}
	for _, at := range places {
		if !slices.Contains(d.Places, at) {
			unlink(tx, who, now, at)
		}
	}
	return nil
}

// fits refuses a name or code that is taken and a parent that isn't there or lies below the body itself.
func (k *book) fits(b Body) error {
	for up := b.Parent; up != 0; up = k.ids[up].Parent {
		if _, ok := k.ids[up]; !ok || up == b.ID {
			return fault.Field("parent", "body.parent.bad", b.Name)
		}
	}
	return k.free(b)
}
