package place

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"mulin/internal/access"
	"mulin/internal/fault"
	"mulin/internal/geo"
	"mulin/internal/ledger"
	"mulin/internal/store"
)

// batch adds and redraws places within one write.
type batch struct {
	r     *Register
	ctx   context.Context
	tx    *store.Tx
	who   access.Actor
	last  int64            // highest id so far
	known map[int64]Place  // parents, and what the batch made
	codes map[string]int64 // in use
	names map[sibling]int64
	drawn map[int64]geo.Shape // new shapes by place
	title map[int64]string    // what a redrawn place is called in the file it comes from
	gone  []int64             // places that end with this write
}

type sibling struct {
	parent int64
	name   string
}

func (r *Register) newBatch(ctx context.Context, tx *store.Tx, who access.Actor) *batch {
	return &batch{r: r, ctx: ctx, tx: tx, who: who, known: map[int64]Place{}, codes: map[string]int64{}, names: map[sibling]int64{}, drawn: map[int64]geo.Shape{}, title: map[int64]string{}}
}

// prepare reads all that the list needs, in a few questions for any number of them.
func (b *batch) prepare(list []Details) error {
	var err error
	if b.last, err = store.Value[int64](b.ctx, b.tx, `select coalesce(max(id), 0) from place where city = ?`, b.tx.City); err != nil {
		return err
	}
	var codes, ids, names []any
	for _, d := range list {
		codes, names = append(codes, d.Code, d.ParentCode), append(names, d.Name)
		if d.Parent != 0 {
			ids = append(ids, d.Parent)
		}
	}
	if err := b.read(`code in (`, distinct(codes)); err != nil {
		return err
	}
	if err := b.read(`id in (`, distinct(ids)); err != nil {
		return err
	}
	var parents []any
	for id := range b.known {
		parents = append(parents, id)
	}
	return b.readNames(parents, distinct(names))
}

// read fetches places by a list; codes of ended ones are free.
func (b *batch) read(where string, list []any) error {
	if len(list) == 0 {
		return nil
	}
	all, err := store.All(b.ctx, b.tx, scan, `select `+columns+` from place where city = ? and (until_at = 0 or `+isID(where)+`) and `+where+store.In(len(list))+`)`,
		append([]any{b.tx.City}, list...)...)
	for _, p := range all {
		b.note(p)
	}
	return err
}

// isID lets ended places be found by id, so that they can be named as ended.
func isID(where string) string {
	if where == `id in (` {
		return "true"
	}
	return "false"
}

func (b *batch) note(p Place) {
	b.known[p.ID] = p
	if p.Live() && p.Code != "" {
		b.codes[p.Code] = p.ID
	}
}

func (b *batch) readNames(parents, names []any) error {
	if len(parents) == 0 || len(names) == 0 {
		return nil
	}
	args := append(append([]any{b.tx.City}, parents...), names...)
	all, err := store.All(b.ctx, b.tx, scan, `select `+columns+` from place where city = ? and until_at = 0 and parent in (`+store.In(len(parents))+`) and name in (`+store.In(len(names))+`)`, args...)
	for _, p := range all {
		b.names[sibling{p.Parent, p.Name}] = p.ID
	}
	return err
}

// end takes a place out of the way of the list: its name, code and ground are free.
func (b *batch) end(p Place) {
	b.gone = append(b.gone, p.ID)
	if b.codes[p.Code] == p.ID {
		delete(b.codes, p.Code)
	}
	if at := (sibling{p.Parent, p.Name}); b.names[at] == p.ID {
		delete(b.names, at)
	}
}

// parent finds where the new one belongs and asks whether the actor may add there.
func (b *batch) parent(d Details) (Place, error) {
	if d.Kind == City {
		if err := b.r.may(b.who, "/"); err != nil {
			return Place{}, err
		}
		return Place{Path: "/"}, b.noRoot(d)
	}
	id := d.Parent
	if id == 0 && d.ParentCode != "" {
		id = b.codes[d.ParentCode]
	}
	up, ok := b.known[id]
	switch {
	case !ok:
		return Place{}, fault.Field("parent", "place.parent.missing", d.Name)
	case !up.Live():
		return Place{}, fault.Field("parent", "place.parent.ended", d.Name, up.Name)
	case up.Kind != d.Kind.Above():
		return Place{}, fault.Field("parent", "place.parent.kind", d.Name, d.Kind.Word(), d.Kind.Above().Word(), up.Kind.Word())
	}
	return up, b.r.may(b.who, up.Path)
}

func (b *batch) noRoot(d Details) error {
	_, err := store.Value[int64](b.ctx, b.tx, `select id from place where city = ? and kind = 'city' and until_at = 0`, b.tx.City)
	if errors.Is(err, store.ErrNone) && d.Parent == 0 && d.ParentCode == "" {
		return nil
	}
	if err != nil && !errors.Is(err, store.ErrNone) {
		return err
	}
	return fault.Field("kind", "place.root", d.Name)
}

// add makes the place; its rows follow with save.
func (b *batch) add(d Details) (Place, error) {
	up, err := b.parent(d)
	if err != nil {
		return Place{}, err
	}
	if err := b.free(sibling{up.ID, d.Name}, d.Code, 0); err != nil {
		return Place{}, err
	}
	b.last++
	p := Place{
		ID: b.last, Parent: up.ID, Kind: d.Kind, Code: d.Code, Name: d.Name, Path: up.Path + strconv.FormatInt(b.last, 10) + "/",
		Point: d.Point, From: b.tx.Now, HasShape: !d.Shape.Empty(),
	}
	if p.HasShape {
		b.drawn[p.ID] = d.Shape
		if p.Point == nil {
			centre := d.Shape.Centre()
			p.Point = &centre
		}
	}
	b.note(p)
	b.names[sibling{up.ID, d.Name}] = p.ID
	return p, nil
}

// free refuses a name that a sibling has and a code that anyone has, except the place itself.
func (b *batch) free(at sibling, code string, self int64) error {
	var l fault.List
	other, taken := b.names[at]
	l.Check(!taken || other == self, "name", "place.name.taken", at.name)
	other, taken = b.codes[code]
	l.Check(code == "" || !taken || other == self, "code", "place.code.taken", code, b.known[other].Name)
	return l.Or()
}

// save queues the rows of a new place; seq is the ledger entry that speaks of it.
func (b *batch) save(p Place, seq int64) error {
	p.insert(b.tx)
	return b.draw(p, seq)
}

// draw queues the new shape of a place.
func (b *batch) draw(p Place, seq int64) error {
	shape, ok := b.drawn[p.ID]
	if !ok {
		return nil
	}
	text, err := shape.MarshalJSON()
	if err != nil {
		return fmt.Errorf("write the shape of place %d: %w", p.ID, err)
	}
	b.tx.Exec(`insert into place_shape (city, place, seq, since_at, until_at, shape) values (?, ?, ?, ?, 0, ?)`, b.tx.City, p.ID, seq, b.tx.Now, string(text))
	return nil
}

// record appends the entry of one change.
func (b *batch) record(verb string, on Place, body any) int64 {
	return ledger.Append(b.tx, b.who, verb, on.Subject(), body)
}

// distinct drops repeated and empty values.
func distinct(list []any) []any {
	seen := map[any]bool{"": true}
	return slices.DeleteFunc(list, func(v any) bool {
		if seen[v] {
			return true
		}
		seen[v] = true
		return false
	})
}
