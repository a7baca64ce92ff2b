package whistle

import (
	"context"
	"slices"

	"mulin/internal/access"
	"mulin/internal/geo"
	"mulin/internal/store"
	"mulin/town/casework"
)

// Arrival is how a unit reports in: where it stands and a photo taken there.
type Arrival struct {
	Point *geo.Point
	Step  casework.Step
}

// ReportIn says "we are on the spot". It takes a place and a photo, and the place must be near the case's.
func (p *Post) ReportIn(ctx context.Context, who access.Actor, id int64, a Arrival) (Whistle, error) {
	s := a.Step
	s.Point = a.Point
	return p.arrive(ctx, who, id, pair{s, true})
}

func (p *Post) arrive(ctx context.Context, who access.Actor, id int64, s pair) (Whistle, error) {
	var arrived int64
	return p.both(ctx, who, id, Arrive, s, func(tx *store.Tx, w *Whistle, s *casework.Step) error {
		u := &w.Units[slices.IndexFunc(w.Units, func(u Unit) bool { return who.In(u.Body) && u.ReportedAt == 0 })] // who was not called doesn't come so far
		if err := p.stands(u, w, s); err != nil {
			return err
		}
		u.ReportedAt, u.Person, u.Note = tx.Now, who.Person, s.Note
		if len(w.Waiting()) == 0 {
			w.ReportedAt = tx.Now
		}
		arrived, s.To, w.StepDueAt = u.Body, u.Body, w.WorkDueAt
		tx.Exec(`update whistle_unit set reported_at = ?, person = ?, lat = ?, lng = ?, metres = ?, photo = ?, note = ? where city = ? and whistle = ? and body = ?`,
			u.ReportedAt, u.Person, u.Point.Lat, u.Point.Lng, u.Metres, u.Photo, u.Note, tx.City, w.ID, u.Body)
		s.More = map[string]any{"case": w.Case, "body": u.Body, "metres": u.Metres, "photo": u.Photo, "in_time": w.ReportDueAt == 0 || u.ReportedAt <= w.ReportDueAt}
		return nil
	}, func(w *Whistle, c *casework.Case, s *casework.Step) {
		c.StepDueAt, c.Called = tighter(c.StepDueAt, w.WorkDueAt), append(w.Waiting(), w.Lead())
		s.To = arrived
	})
}

// farOff is from how many metres on a distance is told in kilometres.
const farOff = 10_000

// stands checks that the unit really stands there.
func (p *Post) stands(u *Unit, w *Whistle, s *casework.Step) error {
	u.Point, u.Photo, u.Metres = s.Point, s.Photos[0].Hash, -1
	if w.point == nil {
		return nil
	}
	u.Metres = int64(geo.Distance(*s.Point, *w.point))
	if radius := p.catalog.Settings().ReportInMetres; radius > 0 && u.Metres > radius {
		f := ErrFar.With(u.Metres, radius)
		if u.Metres > farOff {
			f = ErrFarOff.With(u.Metres/1000, radius)
		}
		f.Field = "point"
		return f
	}
	return nil
}
