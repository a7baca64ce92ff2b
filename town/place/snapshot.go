package place

import (
	"cmp"
	"context"
	"slices"
	"sync"

	"mulin/internal/geo"
	"mulin/internal/store"
)

// snapshot is the tree at one moment. It never changes; layers and the list fill as they are asked for.
type snapshot struct {
	edition  int64 // counts the readings
	root     int64
	places   map[int64]Place // ended ones too
	children map[int64][]int64
	kinds    map[Kind][]int64
	codes    map[string]int64
	oldCodes map[string]int64 // the last place that had a code nobody has now
	former   map[int64][]int64
	past     map[int64][]past
	aliases  map[int64][]string // what people call them besides their names
	shapes   map[int64]drawn
	grids    *geo.Index
	layers   sync.Map // layerKey → Layer
	listing  sync.Once
	listed   []*Ground // made when they are asked for
}

// past is what a place was called and below what it stood until a time.
type past struct {
	place, until int64
	name, code   string
	parent       int64
}

// drawn is a shape with the text it was read from, so that reloading parses only what has changed.
type drawn struct {
	place int64
	text  string
	shape geo.Shape
}

func emptySnapshot() *snapshot { return &snapshot{grids: geo.NewIndex(nil)} }

func readSnapshot(ctx context.Context, city *store.City, old *snapshot) (*snapshot, error) {
	places, err := store.All(ctx, city, scan, `select `+columns+` from place where city = ? and kind in ('city', 'street', 'community', 'grid', 'estate', 'building')`, city.ID)
	if err != nil {
		return nil, err
	}
	pasts, err := store.All(ctx, city, scanPast, `select `+pastColumns+` from place_name where city = ? order by place, until_at, seq`, city.ID)
	if err != nil {
		return nil, err
	}
	shapes, err := store.All(ctx, city, old.scanShape, `select place, shape from place_shape where city = ? and until_at = 0`, city.ID)
	if err != nil {
		return nil, err
	}
	aliases, err := readAliases(ctx, city)
	if err != nil {
		return nil, err
	}
	s := newSnapshot(places, pasts, shapes)
	s.edition, s.aliases = old.edition+1, aliases
	return s, nil
}

func readAliases(ctx context.Context, city *store.City) (map[int64][]string, error) {
	type alias struct {
		place int64
		name  string
	}
	all, err := store.All(ctx, city, func(r store.Row) (a alias, err error) { return a, r.Scan(&a.place, &a.name) },
		`select place, name from place_alias where city = ? and until_at = 0 order by place, name`, city.ID)
	by := make(map[int64][]string, len(all))
	for _, a := range all {
		by[a.place] = append(by[a.place], a.name)
	}
	return by, err
}

const pastColumns = `place, until_at, name, code, parent`

func scanPast(r store.Row) (p past, err error) {
	return p, r.Scan(&p.place, &p.until, &p.name, &p.code, &p.parent)
}

func (s *snapshot) scanShape(r store.Row) (d drawn, err error) {
	if err := r.Scan(&d.place, &d.text); err != nil {
		return d, err
	}
	return s.parse(d.place, d.text)
}

// parse reads a shape's text unless it is the one already known.
func (s *snapshot) parse(id int64, text string) (drawn, error) {
	if known, ok := s.shapes[id]; ok && known.text == text {
		return known, nil
	}
	shape, err := geo.ParseShape([]byte(text))
	return drawn{id, text, shape}, err
}

func newSnapshot(places []Place, pasts []past, shapes []drawn) *snapshot {
	s := &snapshot{
		places: make(map[int64]Place, len(places)), children: map[int64][]int64{}, kinds: map[Kind][]int64{},
		codes: map[string]int64{}, oldCodes: map[string]int64{}, former: map[int64][]int64{},
		past: map[int64][]past{}, shapes: make(map[int64]drawn, len(shapes)),
	}
	slices.SortFunc(places, byCode)
	for _, p := range places {
		s.places[p.ID] = p
		if p.Successor != 0 {
			s.former[p.Successor] = append(s.former[p.Successor], p.ID)
		}
		if p.Origin != 0 {
			s.former[p.ID] = append(s.former[p.ID], p.Origin)
		}
		if p.Live() {
			s.settle(p)
		}
	}
	for _, p := range pasts {
		if _, ok := s.places[p.place]; ok {
			s.past[p.place] = append(s.past[p.place], p)
		}
	}
	s.remember(places, pasts)
	var grids []geo.Item
	for _, d := range shapes {
		p, ok := s.places[d.place]
		if !ok || !p.Live() {
			continue
		}
		s.shapes[d.place] = d
		if p.Kind == Grid {
			grids = append(grids, geo.Item{ID: p.ID, Name: p.Name, Shape: d.shape})
		}
	}
	s.grids = geo.NewIndex(grids)
	return s
}

func (s *snapshot) settle(p Place) {
	if p.Kind == City {
		s.root = p.ID
	}
	s.children[p.Parent] = append(s.children[p.Parent], p.ID)
	s.kinds[p.Kind] = append(s.kinds[p.Kind], p.ID)
	if p.Code != "" {
		s.codes[p.Code] = p.ID
	}
}

// remember notes for each code that was given up who had it last.
func (s *snapshot) remember(places []Place, pasts []past) {
	last := map[string]int64{}
	note := func(code string, id, until int64) {
		if code != "" && until >= last[code] {
			last[code], s.oldCodes[code] = until, id
		}
	}
	for _, p := range pasts {
		if _, ok := s.places[p.place]; ok {
			note(p.code, p.place, p.until)
		}
	}
	for _, p := range places {
		if !p.Live() {
			note(p.Code, p.ID, p.Until)
		}
	}
}

// byCode sorts siblings: by code, those without behind, then by name as people count ("2号楼" before "10号楼").
func byCode(a, b Place) int {
	if (a.Code == "") != (b.Code == "") {
		return cmp.Compare(b.Code, a.Code)
	}
	return cmp.Or(cmp.Compare(a.Code, b.Code), natural(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
}

// natural compares texts with runs of digits taken as numbers.
func natural(a, b string) int {
	for a != "" && b != "" {
		da, db := digits(a), digits(b)
		if da > 0 && db > 0 {
			if c := cmp.Or(cmp.Compare(da, db), cmp.Compare(a[:da], b[:db])); c != 0 {
				return c
			}
			a, b = a[da:], b[db:]
			continue
		}
		if a[0] != b[0] {
			return cmp.Compare(a[0], b[0])
		}
		a, b = a[1:], b[1:]
	}
	return cmp.Compare(len(a), len(b))
}

func digits(s string) int {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}

func (s *snapshot) pick(ids []int64) []Place {
	all := make([]Place, 0, len(ids))
	for _, id := range ids {
		if p, ok := s.places[id]; ok {
			all = append(all, p)
		}
	}
	return all
}

func (s *snapshot) current(id int64) (Place, bool) {
	p, ok := s.places[id]
	for ok && p.Successor != 0 {
		p, ok = s.places[p.Successor]
	}
	return p, ok
}

// then is p with the name, code and parent it had at a time; history is oldest first.
func (p Place) then(at int64, history []past) Place {
	for _, was := range history {
		if was.until > at {
			p.Name, p.Code, p.Parent = was.name, was.code, was.parent
			return p
		}
	}
	return p
}
