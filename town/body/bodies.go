package body

import (
	"cmp"
	"context"
	"slices"

	"mulin/internal/access"
	"mulin/internal/memory"
	"mulin/internal/store"
	"mulin/town/place"
)

// Bodies are the units of one city. It may be used by many at once.
type Bodies struct {
	city   *store.City
	places *place.Register
	memory.Kept
	rows *memory.Copy[*snapshot]
}

// snapshot is all bodies at one moment; it never changes.
type snapshot struct {
	bodies map[int64]Body // ended ones too
	sorted []Body         // living ones
	ended  []Body
	codes  map[string]int64
	past   map[int64][]past
	links  []Link
	at     map[int64][]int64 // place → bodies that serve it now
}

// past is what a body was called until a time.
type past struct {
	body, until int64
	name, short string
}

// New makes the bodies of a city; empty until Load.
func New(city *store.City, places *place.Register) *Bodies {
	rows := memory.New(city, "body", &snapshot{}, func(ctx context.Context, _ *snapshot) (*snapshot, error) {
		return readSnapshot(ctx, city)
	}, "body.")
	return &Bodies{city, places, rows, rows}
}

func readSnapshot(ctx context.Context, city *store.City) (*snapshot, error) {
	s := &snapshot{bodies: map[int64]Body{}, codes: map[string]int64{}, past: map[int64][]past{}, at: map[int64][]int64{}}
	all, err := store.All(ctx, city, scan, `select `+columns+` from body where city = ?`, city.ID)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(all, order)
	for _, b := range all {
		s.bodies[b.ID] = b
		if b.Live() {
			s.sorted = append(s.sorted, b)
			if b.Code != "" {
				s.codes[b.Code] = b.ID
			}
		} else {
			s.ended = append(s.ended, b)
		}
	}
	pasts, err := store.All(ctx, city, scanPast, `select body, until_at, name, short from body_name where city = ? order by body, until_at, seq`, city.ID)
	if err != nil {
		return nil, err
	}
	for _, p := range pasts {
		s.past[p.body] = append(s.past[p.body], p)
	}
	s.links, err = store.All(ctx, city, scanLink, `select body, place, since_at, until_at from body_place where city = ? and until_at = 0 order by place, body`, city.ID)
	for _, l := range s.links {
		s.at[l.Place] = append(s.at[l.Place], l.Body)
	}
	return s, err
}

func scanPast(r store.Row) (p past, err error) {
	return p, r.Scan(&p.body, &p.until, &p.name, &p.short)
}

func scanLink(r store.Row) (l Link, err error) {
	return l, r.Scan(&l.Body, &l.Place, &l.From, &l.Until)
}

// order is the one lists show: by kind, code, name.
func order(a, b Body) int {
	return cmp.Or(cmp.Compare(slices.Index(Kinds, a.Kind), slices.Index(Kinds, b.Kind)), cmp.Compare(a.Code, b.Code), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
}

// Get finds a body, ended ones included.
func (b *Bodies) Get(id int64) (Body, bool) {
	found, ok := b.rows.Now().bodies[id]
	return found, ok
}

// All are the bodies of a kind, or of every kind for "", without ended ones; sorted by kind, code and name.
func (b *Bodies) All(kind Kind) []Body {
	var all []Body
	for _, one := range b.rows.Now().sorted {
		if kind == "" || one.Kind == kind {
			all = append(all, one)
		}
	}
	return all
}

// Children are the bodies that belong to one.
func (b *Bodies) Children(id int64) []Body {
	var all []Body
	for _, one := range b.rows.Now().sorted {
		if one.Parent == id {
			all = append(all, one)
		}
	}
	return all
}

// ByCode finds the body that has the code now.
func (b *Bodies) ByCode(code string) (Body, bool) {
	s := b.rows.Now()
	found, ok := s.bodies[s.codes[code]]
	return found, ok
}

// Current is the body that a merged one has become; itself if it still is or has simply ended.
func (b *Bodies) Current(id int64) (Body, bool) {
	s := b.rows.Now()
	found, ok := s.bodies[id]
	for ok && found.Successor != 0 {
		found, ok = s.bodies[found.Successor]
	}
	return found, ok
}

// NameAt is what a body was called at a time (µs): later renames and merges don't change it. "" if there is no such body.
func (b *Bodies) NameAt(id, at int64) string {
	s := b.rows.Now()
	for _, p := range s.past[id] {
		if p.until > at {
			return p.name
		}
	}
	return s.bodies[id].Name
}

// Was is what a body was called until a time (µs).
type Was struct {
	Name, Short string
	Until       int64
}

// History is what a body was called before, oldest first.
func (b *Bodies) History(id int64) []Was {
	var all []Was
	for _, p := range b.rows.Now().past[id] {
		all = append(all, Was{p.name, p.short, p.until})
	}
	return all
}

// Places are the places a body serves.
func (b *Bodies) Places(id int64) []int64 {
	var all []int64
	for _, l := range b.rows.Now().links {
		if l.Body == id {
			all = append(all, l.Place)
		}
	}
	return all
}

// Links are all ties of a body, ended ones too, oldest first.
func (b *Bodies) Links(ctx context.Context, id int64) ([]Link, error) {
	return store.All(ctx, b.city, scanLink, `select body, place, since_at, until_at from body_place where city = ? and body = ? order by since_at, place`, b.city.ID, id)
}

// Serving are the bodies of a kind (any for "") tied to the last place of the path or, if none is, to its nearest ancestor that has one.
// What was tied to a place before it was merged or split serves its successors.
func (b *Bodies) Serving(path string, kind Kind) []Body {
	s := b.rows.Now()
	ids := place.IDs(path)
	for i := len(ids) - 1; i >= 0; i-- {
		if all := s.serving(b.lives(ids[i]), kind); len(all) > 0 {
			return all
		}
	}
	return nil
}

// lives are the place as it is now and all that it came from.
func (b *Bodies) lives(id int64) []int64 {
	all := []int64{id}
	if now, ok := b.places.Current(id); ok && now.ID != id {
		all = append(all, now.ID)
	}
	return append(all, b.places.Former(all[len(all)-1])...)
}

func (s *snapshot) serving(places []int64, kind Kind) []Body {
	var all []Body
	for _, p := range places {
		for _, id := range s.at[p] {
			one := s.bodies[id]
			if one.Live() && (kind == "" || one.Kind == kind) && !slices.Contains(all, one) {
				all = append(all, one)
			}
		}
	}
	slices.SortFunc(all, order)
	return all
}

// may asks for the right at every one of the places, or at the city if there are none. A body's own people may have it for their body alone.
func (b *Bodies) may(who access.Actor, places []int64, own ...int64) error {
	if who.City != b.city.ID {
		return access.ErrDenied
	}
	root, ok := b.places.Root()
	path := root.Path
	if !ok {
		path = "/"
	}
	paths := []string{path}
	if len(places) > 0 {
		paths = paths[:0]
	}
	for _, id := range places {
		if p, ok := b.places.Current(id); ok && p.Live() {
			paths = append(paths, p.Path)
		} else {
			paths = append(paths, path)
		}
	}
	for _, p := range paths {
		if err := who.May(Edit, access.At{Path: p, Bodies: own}); err != nil {
			return err
		}
	}
	return nil
}
