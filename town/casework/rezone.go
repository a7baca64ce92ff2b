package casework

import (
	"context"
	"strings"

	"mulin/internal/access"
	"mulin/internal/ledger"
	"mulin/internal/store"
	"mulin/town/place"
)

// rezoned is how many cases one write takes along.
const rezoned = 100

// OnRezone is part of the write by which a case follows its place, so that what hangs on it goes along.
func (d *Desk) OnRezone(f func(tx *store.Tx, c *Case)) { d.follows = append(d.follows, f) }

// Rezone lets open cases follow their places when these are merged or split; closed ones keep the ground of their time until they are opened again. It may follow an entry twice.
func (d *Desk) Rezone() ledger.Follower {
	return ledger.Func("case.rezone", func(ctx context.Context, entries []ledger.Entry) error {
		for _, e := range entries {
			moves, err := place.Moves(e)
			if err == nil && len(moves) > 0 {
				err = d.rezone(ctx, moves)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func (d *Desk) rezone(ctx context.Context, moves []place.Move) error {
	if err := d.places.Load(ctx); err != nil { // another node may have moved them
		return err
	}
	for _, m := range moves {
		for more := true; more; {
			err := d.city.Write(ctx, func(tx *store.Tx) error {
				ids, err := store.Values[int64](ctx, tx, `select id from cases where city = ? and open and path >= ? and path < ? order by id limit ?`,
					tx.City, m.From, access.After(m.From), rezoned)
				more = len(ids) == rezoned
				for _, id := range ids {
					if err == nil {
						err = d.along(ctx, tx, id, m)
					}
				}
				return err
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// along takes one case along: what stands below its old path goes with the place it stands at, what stood right there goes to the part its point lies in, or
// to the successor. Whose turn it is and what is due stay as they are.
func (d *Desk) along(ctx context.Context, tx *store.Tx, id int64, m place.Move) error {
	who, was := access.System(d.city.ID), ""
	c, err := d.room.Apply(ctx, tx, who, id, Rezone, Step{}, func(c *Case, s *Step) error {
		if was = c.Path; was == m.From {
			d.successor(c, m)
		} else {
			c.Path = m.To + strings.TrimPrefix(was, m.From)
		}
		s.Note = d.places.Name(was) + " → " + d.places.Name(c.Path)
		return nil
	})
	if err != nil {
		return err
	}
	moved(tx, who, &c, was)
	for _, f := range d.follows {
		f(tx, &c)
	}
	return nil
}

// catchUp puts a case that is opened again where its place is now: while it was over it stayed behind. It tells whether anything has changed.
func (d *Desk) catchUp(c *Case) bool {
	now, ok := d.places.Current(c.Place)
	if !ok || !now.Live() || now.Path == c.Path {
		return false
	}
	if now.ID == c.Place {
		c.Path = now.Path
	} else {
		d.successor(c, place.Move{From: c.Path, To: now.Path})
	}
	return true
}

// successor is where a case goes that stood right at a place that ended.
func (d *Desk) successor(c *Case, m place.Move) {
	c.Place, c.Path = last(m.To), m.To
	if c.Point == nil {
		return
	}
	if part, ok := d.places.Locate(*c.Point); ok && part.Origin == last(m.From) {
		c.Place, c.Path = part.ID, part.Path
	}
}

// last is the id of the place that a path leads to.
func last(path string) int64 {
	path = strings.TrimSuffix(path, "/")
	return parseID(path[strings.LastIndex(path, "/")+1:])
}
