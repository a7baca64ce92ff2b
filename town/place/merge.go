package place

import (
	"context"
	"slices"

	"mulin/internal/access"
	"mulin/internal/fault"
	"mulin/internal/geo"
	"mulin/internal/ledger"
	"mulin/internal/store"
)

// merged is the body of a merge's ledger entry.
type merged struct {
	From   []state `json:"from"`
	Into   state   `json:"into"`
	Moved  []Move  `json:"moved"`
	Reason string  `json:"reason,omitempty"`
}

// Merge ends places of one kind and puts a new one in their stead, to which all that is below them moves. Old codes lead to the successor, old cases keep
// the old names. Left out, the kind and the parent are those of the old ones, and the shape is theirs together. One place alone may be turned into a new one.
func (r *Register) Merge(ctx context.Context, who access.Actor, from []int64, into Details) (Place, error) {
	if err := r.mayAtAll(who); err != nil {
		return Place{}, err
	}
	from = slices.Compact(slices.Sorted(slices.Values(from)))
	if len(from) == 0 {
		return Place{}, fault.Field("from", "place.merge.none")
	}
	into.tidy()
	if into.Reason != "" {
		var err error
		if into.Reason, err = ledger.Reason(into.Reason); err != nil {
			return Place{}, err
		}
	}
	var p Place
	err := r.city.Write(ctx, func(tx *store.Tx) error {
		var err error
		p, err = r.newBatch(ctx, tx, who).merge(from, into)
		return err
	})
	if err != nil {
		return Place{}, err
	}
	r.refresh(ctx, p.Kind)
	return p, nil
}

func (b *batch) merge(from []int64, into Details) (Place, error) {
	old := make([]Place, len(from))
	for i, id := range from {
		var err error
		if old[i], err = b.change(id); err != nil {
			return Place{}, err
		}
	}
	if err := b.inherit(&into, old); err != nil {
		return Place{}, err
	}
	if err := into.check().Or(); err != nil {
		return Place{}, err
	}
	if err := b.prepare([]Details{into}); err != nil {
		return Place{}, err
	}
	for _, p := range old {
		b.end(p)
	}
	p, err := b.add(into)
	if err != nil {
		return p, err
	}
	if err := b.fit(noOverlap); err != nil {
		return p, err
	}
	body := merged{Into: p.state(), Reason: into.Reason}
	for _, o := range old {
		body.From = append(body.From, o.state())
		body.Moved = append(body.Moved, Move{From: o.Path, To: p.Path})
	}
	seq := b.record("place.merge", p, body)
	for _, o := range old {
		b.close(o, p.ID)
		b.move(o, p, seq)
	}
	return p, b.save(p, seq)
}

// inherit fills what the new one leaves open from the places that are merged.
func (b *batch) inherit(into *Details, old []Place) error {
	if into.Kind == "" {
		into.Kind = old[0].Kind
	}
	if into.Parent == 0 && into.ParentCode == "" {
		into.Parent = old[0].Parent
		if slices.ContainsFunc(old, func(p Place) bool { return p.Parent != into.Parent }) {
			return fault.Field("parent", "place.merge.parent")
		}
	}
	for _, p := range old {
		if p.Kind != into.Kind || p.Kind == City {
			return fault.Field("from", "place.merge.kind", p.Name, p.Kind.Word())
		}
	}
	if !into.Shape.Empty() {
		return nil
	}
	var shapes []geo.Shape
	for _, p := range old {
		s, err := b.ground(p.ID)
		if err != nil {
			return err
		}
		if s != nil {
			shapes = append(shapes, *s)
		}
	}
	if len(shapes) == 0 {
		return nil
	}
	whole, err := dissolve(shapes)
	into.Shape = whole
	return err
}

// move puts the children of a merged place below its successor and rewrites the paths of all that still is below.
func (b *batch) move(o, p Place, seq int64) {
	b.tx.Exec(`insert into place_name (city, place, seq, until_at, name, code, parent)
		select city, id, cast(? as bigint), cast(? as bigint), name, code, parent from place where city = ? and parent = ? and until_at = 0`,
		seq, b.tx.Now, b.tx.City, o.ID)
	b.tx.Exec(`update place set parent = ? where city = ? and parent = ? and until_at = 0`, p.ID, b.tx.City, o.ID)
	b.repath(o.Path, p.Path)
}

// repath rewrites the paths of all living places below old, old itself not.
func (b *batch) repath(old, path string) {
	b.tx.Exec(`update place set path = cast(? as text) || substr(path, cast(? as integer)) where city = ? and path > ? and path < ? and until_at = 0`,
		path, len(old)+1, b.tx.City, old, access.After(old))
}
