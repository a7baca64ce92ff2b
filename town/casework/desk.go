package casework

import (
	"context"
	"strings"

	"golang.org/x/sync/singleflight"

	"mulin/internal/access"
	"mulin/internal/geo"
	"mulin/internal/life"
	"mulin/internal/seal"
	"mulin/internal/store"
	"mulin/town/body"
	"mulin/town/catalog"
	"mulin/town/place"
)

// Desk is where a city's cases are opened, moved on and looked up.
type Desk struct {
	city    *store.City
	places  *place.Register
	bodies  *body.Bodies
	catalog *catalog.Catalog
	box     *seal.Box

	Ladders *life.Ladders // of what is late, for this law and all after it
	room    *life.Room[Case]
	opening singleflight.Group // one open at a time for the same client_ref
	recent  recent
	follows []func(*store.Tx, *Case)
}

// NewDesk makes the desk of a city.
func NewDesk(city *store.City, places *place.Register, bodies *body.Bodies, cat *catalog.Catalog, box *seal.Box) *Desk {
	d := &Desk{city: city, places: places, bodies: bodies, catalog: cat, box: box}
	d.Ladders = life.NewLadders(city, catalog.Edit)
	d.room = d.newRoom(d.Ladders)
	cat.Obey(d.room.Clocks()...)
	return d
}

// City is the city whose cases these are.
func (d *Desk) City() *store.City { return d.city }

// ours is every verb's first line: it refuses who belongs to another city. Its places are numbered like ours, so their posts would say yes.
func (d *Desk) ours(who access.Actor) error {
	if who.City != d.city.ID {
		return access.ErrDenied
	}
	return nil
}

// Door is casework as pages of all laws, JSON and the scanner know it.
func (d *Desk) Door() life.Door { return d.room }

// Load reads a case inside a write of another area; it checks no right.
func (d *Desk) Load(ctx context.Context, q store.Querier, id int64) (Case, error) {
	return d.room.Load(ctx, q, id)
}

// depth counts the places of a path: 1 is the city.
func depth(path string) int { return max(0, strings.Count(path, "/")-1) }

// ancestor is the id of the place at a depth of the path, 0 if it doesn't reach so deep.
func ancestor(path string, at int) int64 {
	for i := 1; path != ""; i++ {
		head, rest, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
		if i == at {
			return parseID(head)
		}
		path = rest
	}
	return 0
}

func parseID(s string) int64 {
	var n int64
	for _, r := range s {
		if r < '0' || r > '9' {
			return 0
		}
		n = n*10 + int64(r-'0')
	}
	return n
}

func coordinates(p *geo.Point) (lat, lng *float64, cell *int64) {
	if p == nil {
		return nil, nil, nil
	}
	id := p.Cell()
	return &p.Lat, &p.Lng, &id
}
