// Package place keeps the territory of a city: one tree from the city down to each home, with the shapes of its parts and all their names over time.
//
// Everything down to the building is held in memory, so that naming a path and finding the grid of a point cost microseconds; entrances and
// homes are read from the database. Nothing is ever deleted: what is ended, renamed or merged stays readable as it was.
package place

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"mulin/internal/access"
	"mulin/internal/fault"
	"mulin/internal/geo"
	"mulin/internal/i18n"
	"mulin/internal/ledger"
	"mulin/internal/store"
)

// Edit is the right to change the tree below a place.
const Edit access.Right = "place.edit"

// Kind is the level of a place in the tree.
type Kind string

// The kinds, from the top down; each stands below the one before it.
const (
	City      Kind = "city"
	Street    Kind = "street"
	Community Kind = "community"
	Grid      Kind = "grid"
	Estate    Kind = "estate"
	Building  Kind = "building"
	Entrance  Kind = "entrance"
	Home      Kind = "home"
)

// Kinds lists all kinds from the top down.
var Kinds = []Kind{City, Street, Community, Grid, Estate, Building, Entrance, Home}

// Depth is how many levels stand above a kind: 0 for the city, -1 for an unknown kind.
func Depth(k Kind) int { return slices.Index(Kinds, k) }

// Above is the kind a parent must have; "" for the city.
func (k Kind) Above() Kind {
	if d := Depth(k); d > 0 {
		return Kinds[d-1]
	}
	return ""
}

// Word is the kind as an argument of a sentence.
func (k Kind) Word() i18n.Key { return i18n.Key("place.kind." + string(k)) }

// remembered tells whether places of the kind are held in memory.
func (k Kind) remembered() bool { return k != Entrance && k != Home }

// tiles tells whether places of the kind must cover their parent without overlap or gap. Estates and buildings leave ground between them.
func (k Kind) tiles() bool { return k == Street || k == Community || k == Grid }

// Place is one node of the tree as it is now, or as it was when it ended.
type Place struct {
	ID, Parent int64
	Kind       Kind
	Code, Name string
	Path       string     // "/1/4/17/": every ancestor, then the place itself
	Point      *geo.Point // where a pin stands, if known
	From       int64      // µs
	Until      int64      // µs; 0: still
	Successor  int64      // what it was merged into, or the main part it was split into; 0 for none
	Origin     int64      // what it was split from, 0 for none
	HasShape   bool
}

// Details are what people say of a place to be. Its parent is named by id or by code.
type Details struct {
	Parent     int64
	ParentCode string // used if Parent is 0
	Kind       Kind
	Code, Name string
	Point      *geo.Point // if left out, the centre of the shape
	Shape      geo.Shape  // may be empty
	Aliases    []string   // what people also call it; nil: nothing is said of them
	Reason     string     // why places are merged; for people only, a program may leave it out
}

// What can be wrong with a place.
var (
	ErrMissing = fault.New(fault.Missing, "place.missing")
	ErrEnded   = fault.New(fault.Conflict, "place.ended")
)

// Live tells whether the place still is.
func (p Place) Live() bool { return p.Until == 0 }

// Subject is the place as the ledger names it.
func (p Place) Subject() ledger.Subject {
	return ledger.Subject{Kind: "place", ID: p.ID, Path: p.Path, Point: p.Point}
}

// Within tells whether a path lies at or below another; nothing lies below no path.
func Within(path, root string) bool { return root != "" && strings.HasPrefix(path, root) }

// IDs are the places on a path, root first; what is no number is left out.
func IDs(path string) []int64 {
	var ids []int64
	for part := range strings.SplitSeq(path, "/") {
		if id, err := strconv.ParseInt(part, 10, 64); err == nil {
			ids = append(ids, id)
		}
	}
	return ids
}

// above is the path by which the right to change p is asked: its parent's, the city's own for the city.
func (p Place) above() string {
	own := strconv.FormatInt(p.ID, 10) + "/"
	if up := strings.TrimSuffix(p.Path, own); up != "/" {
		return up
	}
	return p.Path
}

// state is what the ledger keeps of a place before and after a change.
type state struct {
	ID     int64  `json:"id"`
	Kind   Kind   `json:"kind"`
	Code   string `json:"code,omitempty"`
	Name   string `json:"name"`
	Path   string `json:"path"`
	Parent int64  `json:"parent,omitempty"`
}

func (p Place) state() state { return state{p.ID, p.Kind, p.Code, p.Name, p.Path, p.Parent} }

// change is the body of a ledger entry.
type change struct {
	Before *state `json:"before,omitempty"`
	After  *state `json:"after,omitempty"`
}

const columns = `id, parent, kind, code, name, path, lat, lng, since_at, until_at, successor, origin, has_shape`

func scan(r store.Row) (p Place, err error) {
	var lat, lng *float64
	err = r.Scan(&p.ID, &p.Parent, &p.Kind, &p.Code, &p.Name, &p.Path, &lat, &lng, &p.From, &p.Until, &p.Successor, &p.Origin, &p.HasShape)
	if lat != nil && lng != nil {
		p.Point = &geo.Point{Lat: *lat, Lng: *lng}
	}
	return p, err
}

func (p Place) insert(tx *store.Tx) {
	var lat, lng *float64
	if p.Point != nil {
		lat, lng = &p.Point.Lat, &p.Point.Lng
	}
	tx.Exec(`insert into place (city, `+columns+`) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		tx.City, p.ID, p.Parent, p.Kind, p.Code, p.Name, p.Path, lat, lng, p.From, p.Until, p.Successor, p.Origin, p.HasShape)
}

// load reads one place; a missing one is ErrMissing.
func load(ctx context.Context, q store.Querier, city, id int64) (Place, error) {
	p, err := store.One(ctx, q, scan, `select `+columns+` from place where city = ? and id = ?`, city, id)
	if errors.Is(err, store.ErrNone) {
		return Place{}, ErrMissing
	}
	return p, err
}
