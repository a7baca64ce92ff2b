package casework

import (
	"context"
	"strings"

	"mulin/internal/access"
	"mulin/internal/fault"
	"mulin/internal/geo"
	"mulin/internal/ledger"
	"mulin/internal/store"
	"mulin/town/place"
)

// Locate puts a case where it belongs, anywhere in the city, like a transfer: the actor handles it where it lies now. While no body has it, it goes on
// to the desk of the new place; its limits run on. A point is kept if it lies in that place.
func (d *Desk) Locate(ctx context.Context, who access.Actor, id, to int64, s Step) (Case, error) {
	if err := d.ours(who); err != nil {
		return Case{}, err
	}
	var c Case
	p, ok := d.places.Get(to)
	s.Place = to
	err := d.city.Write(ctx, func(tx *store.Tx) (err error) {
		was := ""
		c, err = d.room.Apply(ctx, tx, who, id, Locate, s, func(c *Case, s *Step) error {
			if was = c.Path; !ok || !p.Live() {
				return fault.Field("place", "case.place.bad")
			}
			d.moveTo(c, p)
			s.Note = d.places.Name(was) + " → " + d.places.Name(c.Path)
			return nil
		})
		c.Cover()
		if err != nil || was == "" || was == c.Path {
			return err
		}
		moved(tx, who, &c, was)
		return nil
	})
	return c, err
}

// lay writes the columns of a case's place.
func lay(tx *store.Tx, c *Case) {
	lat, lng, cell := coordinates(c.Point)
	tx.Exec(`update cases set place = ?, path = ?, street = ?, community = ?, grid = ?, lat = ?, lng = ?, cell = ? where city = ? and id = ?`,
		c.Place, c.Path, ancestor(c.Path, 2), ancestor(c.Path, 3), ancestor(c.Path, 4), lat, lng, cell, tx.City, c.ID)
}

// moved writes where a case lies now, and tells those whose case it was: the step's own entry stands at the new place only.
func moved(tx *store.Tx, who access.Actor, c *Case, was string) {
	lay(tx, c)
	if !strings.HasPrefix(c.Path, was) {
		old := c.Subject()
		old.Path = was
		ledger.Append(tx, who, "case.leave", old, map[string]string{"to": c.Path})
	}
}

// moveTo changes where a case lies.
func (d *Desk) moveTo(c *Case, p place.Place) {
	c.Place, c.Path = p.ID, p.Path
	if c.Point == nil || !d.holds(*c.Point, p) {
		c.Point = p.Point
	}
	if c.Turn == AtGrid || c.Turn == AtCommunity || c.Turn == AtStreet || c.Turn == AtCity {
		c.Turn = desk(c)
	}
}

// holds tells whether a point lies in the grid of a place, or in the place if that is larger.
func (d *Desk) holds(pt geo.Point, p place.Place) bool {
	grid, ok := d.places.Locate(pt)
	return ok && (strings.HasPrefix(grid.Path, p.Path) || strings.HasPrefix(p.Path, grid.Path))
}

// MayLocate tells whether the actor may say where the case belongs.
func (c *Case) MayLocate(who access.Actor) bool {
	return c.Ready(Locate) && who.May(Handle, c.At()) == nil
}
