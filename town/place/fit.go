package place

import (
	"cmp"
	"errors"
	"maps"
	"slices"

	"mulin/internal/fault"
	"mulin/internal/geo"
	"mulin/internal/store"
)

// tolerance in m² is what surveyors' borders may differ by: corners lie on a lattice of 0.11 m, so a kilometre of border can't be told closer.
const tolerance = 100

// strictness says what fit refuses.
type strictness int

const (
	noOverlap strictness = iota // new shapes may leave room for those still to come
	noGap                       // the parent must be filled
)

// fit refuses new shapes that overlap a sibling or reach beyond the parent and, if asked, gaps between them. The faults name the shapes.
func (b *batch) fit(how strictness) error {
	groups := map[sibling][]int64{} // by parent and kind
	for id := range b.drawn {
		p := b.known[id]
		if p.Kind == City {
			continue
		}
		at := sibling{p.Parent, string(p.Kind)}
		groups[at] = append(groups[at], id)
	}
	var l fault.List
	for _, at := range slices.SortedFunc(maps.Keys(groups), func(a, b sibling) int { return cmp.Compare(a.parent, b.parent) }) {
		some, err := b.fitGroup(at.parent, Kind(at.name), groups[at], how)
		if err != nil {
			return err
		}
		l = append(l, some...)
	}
	return shorten(l)
}

func (b *batch) fitGroup(parent int64, kind Kind, fresh []int64, how strictness) (fault.List, error) {
	items, err := b.siblings(parent)
	if err != nil {
		return nil, err
	}
	for _, id := range fresh {
		items = append(items, geo.Item{ID: id, Name: cmp.Or(b.title[id], b.known[id].Name), Shape: b.drawn[id]})
	}
	slices.SortFunc(items, func(x, y geo.Item) int { return cmp.Compare(x.ID, y.ID) })
	var within *geo.Shape
	if kind.tiles() {
		if within, err = b.ground(parent); err != nil {
			return nil, err
		}
	}
	var l fault.List
	for _, p := range geo.Check(items, within, tolerance) {
		isNew := slices.ContainsFunc(p.IDs, func(id int64) bool { return slices.Contains(fresh, id) })
		switch {
		case p.Kind == geo.Gap && how == noGap && kind.tiles() && len(p.Names) == 0:
			l = append(l, fault.New(fault.Invalid, "place.gap", b.known[parent].Name, p.Fault().Args[1], p.Fault().Args[2]))
		case p.Kind == geo.Gap && how == noGap && kind.tiles(), p.Kind != geo.Gap && isNew:
			l = append(l, p.Fault())
		}
	}
	return l, nil
}

// siblings are the shapes below a parent that neither end nor are redrawn in this batch.
func (b *batch) siblings(parent int64) ([]geo.Item, error) {
	s := b.r.rows.Now()
	all, err := store.All(b.ctx, b.tx, func(r store.Row) (it geo.Item, err error) {
		var text string
		if err := r.Scan(&it.ID, &it.Name, &text); err != nil {
			return it, err
		}
		d, err := s.parse(it.ID, text)
		it.Shape = d.shape
		return it, err
	}, `select p.id, p.name, s.shape from place p join place_shape s on s.city = p.city and s.place = p.id and s.until_at = 0
		where p.city = ? and p.parent = ? and p.until_at = 0`, b.tx.City, parent)
	return slices.DeleteFunc(all, func(it geo.Item) bool {
		_, redrawn := b.drawn[it.ID]
		return redrawn || slices.Contains(b.gone, it.ID)
	}), err
}

// ground is the shape of a parent, nil if it has none.
func (b *batch) ground(id int64) (*geo.Shape, error) {
	if shape, ok := b.drawn[id]; ok {
		return &shape, nil
	}
	text, err := b.drawing(id)
	if err != nil || text == "" {
		return nil, err
	}
	d, err := b.r.rows.Now().parse(id, text)
	return &d.shape, err
}

// drawing is the text of the shape a place has had so far, "" for none.
func (b *batch) drawing(id int64) (string, error) {
	text, err := store.Value[string](b.ctx, b.tx, `select shape from place_shape where city = ? and place = ? and until_at = 0`, b.tx.City, id)
	if errors.Is(err, store.ErrNone) {
		return "", nil
	}
	return text, err
}
