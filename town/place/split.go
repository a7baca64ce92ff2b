package place

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"

	"mulin/internal/access"
	"mulin/internal/fault"
	"mulin/internal/geo"
	"mulin/internal/ledger"
	"mulin/internal/register"
	"mulin/internal/store"
)

// Move says that what stood at or below one path now stands at or below another.
type Move = register.Move

// Moves are the paths that an entry has moved, narrow ones first; none for most entries. Areas that keep paths of open work follow them.
func Moves(e ledger.Entry) ([]Move, error) {
	if e.Verb != "place.merge" && e.Verb != "place.split" {
		return nil, nil
	}
	var body struct{ Moved []Move }
	err := json.Unmarshal(e.Body, &body)
	return body.Moved, err
}

// cleft is the body of a split's ledger entry.
type cleft struct {
	From  state   `json:"from"`
	Into  []state `json:"into"`
	Moved []Move  `json:"moved"`
}

// Split ends a place and puts two or more in its stead. If it has a shape the parts need one each and must fill it exactly; what stands below goes to the
// part its point lies in. The part that holds the old centre is the successor to which the old code leads; every part has the old one as its origin.
func (r *Register) Split(ctx context.Context, who access.Actor, id int64, into []Details) ([]Place, error) {
	if err := r.mayAtAll(who); err != nil {
		return nil, err
	}
	if len(into) < 2 {
		return nil, fault.Field("into", "place.split.parts")
	}
	var parts []Place
	err := r.city.Write(ctx, func(tx *store.Tx) error {
		var err error
		parts, err = r.newBatch(ctx, tx, who).split(id, slices.Clone(into))
		return err
	})
	if err != nil {
		return nil, err
	}
	r.refresh(ctx, parts[0].Kind)
	return parts, nil
}

func (b *batch) split(id int64, into []Details) ([]Place, error) {
	old, err := b.change(id)
	if err != nil {
		return nil, err
	}
	if old.Kind == City {
		return nil, fault.Field("from", "place.merge.kind", old.Name, old.Kind.Word())
	}
	for i := range into {
		into[i].Kind, into[i].Parent, into[i].ParentCode = old.Kind, old.Parent, ""
	}
	if into, err = checkAll(into); err != nil {
		return nil, err
	}
	if err := b.fills(old, into); err != nil {
		return nil, err
	}
	if err := b.prepare(into); err != nil {
		return nil, err
	}
	b.end(old)
	parts := make([]Place, len(into))
	for i, d := range into {
		if parts[i], err = b.add(d); err != nil {
			return nil, err
		}
		parts[i].Origin = old.ID
	}
	if err := b.fit(noOverlap); err != nil {
		return nil, err
	}
	return parts, b.cleave(old, parts)
}

// fills refuses parts that don't tile the old shape.
func (b *batch) fills(old Place, into []Details) error {
	ground, err := b.ground(old.ID)
	if err != nil || ground == nil {
		return err
	}
	var l fault.List
	var items []geo.Item
	for i, d := range into {
		l.Check(!d.Shape.Empty(), "shape", "place.split.shape", old.Name)
		items = append(items, geo.Item{ID: int64(i), Name: d.Name, Shape: d.Shape})
	}
	if len(l) > 0 {
		return l[:1]
	}
	for _, p := range geo.Check(items, ground, tolerance) {
		l = append(l, p.Fault())
	}
	return shorten(l)
}

// cleave queues the end of the old place, the parts and the moves of what is below.
func (b *batch) cleave(old Place, parts []Place) error {
	below, err := store.All(b.ctx, b.tx, scan, `select `+columns+` from place where city = ? and parent = ? and until_at = 0`, b.tx.City, old.ID)
	if err != nil {
		return err
	}
	main, _ := b.partOf(old, parts)
	body := cleft{From: old.state()}
	homes := make([]Place, len(below))
	for i, child := range below {
		part, ok := b.partOf(child, parts)
		if !ok {
			return fault.New(fault.Conflict, "place.split.home", child.Name)
		}
		homes[i] = part
		body.Moved = append(body.Moved, Move{From: child.Path, To: part.Path + strconv.FormatInt(child.ID, 10) + "/"})
	}
	body.Moved = append(body.Moved, Move{From: old.Path, To: main.Path})
	for _, p := range parts {
		body.Into = append(body.Into, p.state())
	}
	seq := b.record("place.split", old, body)
	b.close(old, main.ID)
	for i, child := range below {
		b.moveOne(child, homes[i], seq)
	}
	for _, p := range parts {
		if err := b.save(p, seq); err != nil {
			return err
		}
	}
	return nil
}

// partOf is the part that holds the place's point; the first one if that is unknown.
func (b *batch) partOf(p Place, parts []Place) (Place, bool) {
	for _, part := range parts {
		if p.Point != nil && b.drawn[part.ID].Contains(*p.Point) {
			return part, true
		}
	}
	return parts[0], false
}

// moveOne puts one child with all below it under another parent.
func (b *batch) moveOne(child, up Place, seq int64) {
	path := up.Path + strconv.FormatInt(child.ID, 10) + "/"
	b.tx.Exec(`insert into place_name (city, place, seq, until_at, name, code, parent) values (?, ?, ?, ?, ?, ?, ?)`,
		b.tx.City, child.ID, seq, b.tx.Now, child.Name, child.Code, child.Parent)
	b.tx.Exec(`update place set parent = ?, path = ? where city = ? and id = ?`, up.ID, path, b.tx.City, child.ID)
	b.repath(child.Path, path)
}
