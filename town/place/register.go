package place

import (
	"context"
	"slices"
	"strings"

	"mulin/internal/access"
	"mulin/internal/geo"
	"mulin/internal/memory"
	"mulin/internal/store"
)

// Register is the territory of one city. It may be used by many at once.
type Register struct {
	city *store.City
	memory.Kept
	rows *memory.Copy[*snapshot]
}

// New makes the register of a city; it is empty until Load.
func New(city *store.City) *Register {
	rows := memory.New(city, "place", emptySnapshot(), func(ctx context.Context, old *snapshot) (*snapshot, error) {
		return readSnapshot(ctx, city, old)
	}, "place.")
	return &Register{city, rows, rows}
}

// refresh loads after an own write of a kind that is kept in memory.
func (r *Register) refresh(ctx context.Context, kind Kind) {
	if kind.remembered() {
		r.rows.Refresh(ctx)
	}
}

// may asks for the right to change what stands below path. Actors of another city have none.
func (r *Register) may(who access.Actor, path string) error {
	if who.City != r.city.ID {
		return access.ErrDenied
	}
	return who.May(Edit, access.At{Path: path})
}

// mayAtAll turns away early those who can edit nowhere.
func (r *Register) mayAtAll(who access.Actor) error {
	if who.City != r.city.ID || !who.Has(Edit) {
		return access.ErrDenied
	}
	return nil
}

// Get finds a place from the city down to buildings, ended ones included.
func (r *Register) Get(id int64) (Place, bool) {
	p, ok := r.rows.Now().places[id]
	return p, ok
}

// Find finds any place, entrances and homes as well; ErrMissing if there is none.
func (r *Register) Find(ctx context.Context, id int64) (Place, error) {
	if p, ok := r.Get(id); ok {
		return p, nil
	}
	return load(ctx, r.city, r.city.ID, id)
}

// Locate names the grid a point lies in.
func (r *Register) Locate(p geo.Point) (Place, bool) {
	s := r.rows.Now()
	id, ok := s.grids.Locate(p)
	if !ok {
		return Place{}, false
	}
	return s.places[id], true
}

// Root is the city.
func (r *Register) Root() (Place, bool) {
	s := r.rows.Now()
	p, ok := s.places[s.root]
	return p, ok
}

// Children are the places right below one, down to buildings, without ended ones; by code, then by name.
func (r *Register) Children(id int64) []Place {
	s := r.rows.Now()
	return s.pick(s.children[id])
}

// Inside are the places right below one, read from the database: the entrances of a building, the homes of an entrance.
func (r *Register) Inside(ctx context.Context, id int64) ([]Place, error) {
	all, err := store.All(ctx, r.city, scan, `select `+columns+` from place where city = ? and parent = ? and until_at = 0 order by code, id limit 5000`, r.city.ID, id)
	slices.SortFunc(all, byCode)
	return all, err
}

// All are the places of a kind in the whole city, down to buildings, without ended ones; in the order of the tree's codes.
func (r *Register) All(kind Kind) []Place {
	s := r.rows.Now()
	return s.pick(s.kinds[kind])
}

// Lineage are the places on a path, root first, the last one included; ids that are not in memory are left out.
func (r *Register) Lineage(path string) []Place {
	return r.rows.Now().pick(IDs(path))
}

// LineageOf are the ancestors of a place and itself, root first; nil if it is not in memory.
func (r *Register) LineageOf(id int64) []Place {
	p, _ := r.Get(id)
	return r.Lineage(p.Path)
}

const between = " · "

// Name is what people call a path today: "荆河街道 · 荆庄社区 · 第三网格", without the city unless the path is the city's.
// A path from before a merge keeps the places it was made of. Entrances and homes are not in memory: NameAt names them.
func (r *Register) Name(path string) string {
	return joined(r.Lineage(path))
}

func joined(line []Place) string {
	if len(line) > 1 && line[0].Kind == City {
		line = line[1:]
	}
	names := make([]string, len(line))
	for i, p := range line {
		names[i] = p.Name
	}
	return strings.Join(names, between)
}

// Current is the place that a merged one has become, or the main part of one that was split; itself if it still is or has simply ended.
func (r *Register) Current(id int64) (Place, bool) {
	return r.rows.Now().current(id)
}

// Former are the places that were merged into this one or that it was split from, directly or over several steps.
func (r *Register) Former(id int64) []int64 {
	s := r.rows.Now()
	all := []int64{id}
	for i := 0; i < len(all); i++ {
		for _, f := range s.former[all[i]] {
			if !slices.Contains(all, f) {
				all = append(all, f)
			}
		}
	}
	return all[1:]
}

// ByCode finds the place that has the code now, or else what the last one with that code has become. Codes of entrances and homes are not in memory.
func (r *Register) ByCode(code string) (Place, bool) {
	s := r.rows.Now()
	if id, ok := s.codes[code]; ok {
		return s.places[id], true
	}
	id, ok := s.oldCodes[code]
	if !ok {
		return Place{}, false
	}
	p, ok := s.current(id)
	return p, ok && p.Live()
}

// Shape is the ground of a place.
func (r *Register) Shape(id int64) (geo.Shape, bool) {
	d, ok := r.rows.Now().shapes[id]
	return d.shape, ok
}

// NameAt is the full name of a place as it was at a time (µs): later renames and merges don't change it. Before its first day it has its first name.
func (r *Register) NameAt(ctx context.Context, id, at int64) (string, error) {
	s := r.rows.Now()
	var line []Place
	for next := id; next != 0 && len(line) < len(Kinds); {
		p, err := r.Find(ctx, next)
		if err != nil {
			return "", err
		}
		history := s.past[p.ID]
		if !p.Kind.remembered() {
			if history, err = store.All(ctx, r.city, scanPast, `select `+pastColumns+` from place_name where city = ? and place = ? order by until_at, seq`, r.city.ID, p.ID); err != nil {
				return "", err
			}
		}
		p = p.then(at, history)
		line = append(line, p)
		next = p.Parent
	}
	slices.Reverse(line)
	return joined(line), nil
}
