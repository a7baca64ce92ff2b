package whistle

import (
	"context"
	"slices"
	"strings"

	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/fault"
	"mulin/internal/geo"
	"mulin/internal/i18n"
	"mulin/internal/ledger"
	"mulin/internal/store"
	"mulin/town/body"
	"mulin/town/casework"
	"mulin/town/catalog"
)

// Call is what somebody who blows the whistle says.
type Call struct {
	Item int64   // of the whistle list; 0: no item fits
	Lead int64   // 0: the one the list names, or the level above
	Co   []int64 // further units
	Step casework.Step
}

// callerOf is the level at which the actor can blow for the case, and the body that then calls: by the post with the deepest territory that holds it.
func callerOf(who access.Actor, path string) (level Level, body int64, ok bool) {
	at := 0
	for _, post := range who.Posts {
		n := min(strings.Count(post.Path, "/")-1, 4)
		if post.Rights[Blow] == access.Territory && strings.HasPrefix(path, post.Path) && n > at && levels[n] != "" {
			level, body, at = levels[n], post.Body, n
		}
	}
	return level, body, at > 0
}

// Suggest names the units the list would call for an item at a place: the lead first.
func (p *Post) Suggest(level Level, item int64, path string) []int64 {
	if w, ok := p.catalog.Whistle(item); ok {
		ids := slices.Clone(w.Bodies)
		if w.BodyKind != "" {
			for _, b := range p.bodies.Serving(path, body.Kind(w.BodyKind)) {
				ids = append(ids, b.ID)
			}
		}
		if len(ids) > 0 {
			return ids
		}
	}
	return p.above(level, path)
}

// above are the bodies of the level above: the community's committee for a grid, the street's office for a community.
func (p *Post) above(level Level, path string) []int64 {
	kind := map[Level]body.Kind{Grid: body.Committee, Community: body.StreetOffice, Street: body.Centre}[level]
	var ids []int64
	for _, b := range p.bodies.Serving(path, kind) {
		ids = append(ids, b.ID)
	}
	return ids
}

// Blow whistles a case up. A whistle that is still open at the level below is thereby raised.
func (p *Post) Blow(ctx context.Context, who access.Actor, id int64, call Call) (Whistle, error) {
	var w Whistle
	err := p.city.Write(ctx, func(tx *store.Tx) error {
		c, err := p.desk.Load(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := p.mayBlow(who, &c); err != nil {
			return err
		}
		old, err := p.of(ctx, tx, `case_id = ?`, id)
		if err != nil {
			return err
		}
		if done, err := p.desk.Did(ctx, tx, id, casework.Blow, call.Step); err != nil || done && len(old) > 0 {
			if done {
				w = old[len(old)-1]
			}
			return err
		}
		if w, err = p.draft(who, &c, call, call.Step.Time(tx.Now)); err != nil {
			return err
		}
		if n := len(old); n > 0 {
			w.Number = old[n-1].Number + 1
			if last := &old[n-1]; last.Open {
				if err := mayRaise(last, w.Level); err != nil {
					return err
				}
				p.end(tx, last, Raised, w.BlownAt)
			}
		}
		w.ID = tx.NewID()
		call.Step.To = w.Lead()
		if c, err = p.desk.Apply(ctx, tx, who, id, casework.Blow, call.Step, func(c *casework.Case) {
			c.Whistle, c.Lead, c.StepDueAt = w.ID, w.Lead(), w.ReportDueAt
			c.Join(w.Bodies()...)
			c.Join(w.Caller)
			c.Called = w.Bodies()
		}); err != nil {
			return err
		}
		p.insert(tx, &w)
		ledger.Append(tx, who, "whistle.blow", subject(&w, &c), map[string]any{"case": c.ID, "level": w.Level, "item": w.Item, "caller": w.Caller, "units": w.Bodies(), "due": w.ReportDueAt})
		return nil
	})
	return w, err
}

func (p *Post) mayBlow(who access.Actor, c *casework.Case) error {
	if err := who.May(Blow, access.At{Path: c.Path}); err != nil {
		if who.May(casework.See, c.At()) != nil {
			return casework.ErrNotFound
		}
		return err
	}
	return nil
}

// mayRaise lets a whistle that is still open be passed on by a higher level only.
func mayRaise(last *Whistle, level Level) error {
	rank := map[Level]int{Grid: 1, Community: 2, Street: 3}
	if rank[level] <= rank[last.Level] {
		return ErrStale.With(i18n.Key("whistle.status." + string(last.Status)))
	}
	return nil
}

// draft checks the call and names the units.
func (p *Post) draft(who access.Actor, c *casework.Case, call Call, now int64) (Whistle, error) {
	level, caller, ok := callerOf(who, c.Path)
	if !ok && !who.Program {
		return Whistle{}, access.ErrDenied
	}
	var l fault.List
	item, listed := p.catalog.Whistle(call.Item)
	l.Check(call.Item == 0 || listed && string(item.Level) == string(level), "item", "whistle.item.bad")
	l.Check(casework.Words(call.Step.Note) != "", "note", "case.note.missing")
	units := call.units(p.Suggest(level, call.Item, c.Path))
	l.Check(len(units) > 0, "to", "whistle.units.missing")
	for _, id := range units {
		b, ok := p.bodies.Get(id)
		l.Check(ok && b.Live(), "to", "case.body.bad")
	}
	w := Whistle{Case: c.ID, Number: 1, Level: level, Item: call.Item, Caller: caller, Person: who.Person, Path: c.Path,
		Status: Blown, Open: true, Note: casework.Words(call.Step.Note), BlownAt: now}
	for i, id := range units {
		w.Units = append(w.Units, Unit{Body: id, Lead: i == 0, Metres: -1})
	}
	w.ReportDueAt = p.due(itemLimit(item, listed, true), "report_in", c, now)
	w.WorkDueAt = p.due(itemLimit(item, listed, false), "work", c, now)
	return w, l.Or()
}

// units are those chosen, or those the list suggests; the lead first, nobody twice.
func (call Call) units(suggested []int64) []int64 {
	var all []int64
	add := func(ids ...int64) {
		for _, id := range ids {
			if id != 0 && !slices.Contains(all, id) {
				all = append(all, id)
			}
		}
	}
	add(call.Lead)
	if call.Lead == 0 {
		add(suggested...)
	}
	add(call.Co...)
	return all
}

func itemLimit(item catalog.WhistleItem, listed, report bool) (l clock.Limit) {
	switch {
	case !listed:
		return l
	case report:
		return item.Limit
	}
	return item.Work
}

// Arrival is how a unit reports in: where it stands and a photo taken there.
type Arrival struct {
	Point *geo.Point
	Step  casework.Step
}

// ReportIn says "we are on the spot". It takes a place and a photo, and the place must be near the case's.
func (p *Post) ReportIn(ctx context.Context, who access.Actor, id int64, a Arrival) (Whistle, error) {
	return p.change(ctx, who, id, func(tx *store.Tx, w *Whistle, c *casework.Case) error {
		if done, err := p.desk.Did(ctx, tx, c.ID, casework.ReportIn, a.Step); err != nil || done {
			return err
		}
		i := slices.IndexFunc(w.Units, func(u Unit) bool { return who.In(u.Body) && u.ReportedAt == 0 })
		if i < 0 {
			return ErrStale.With(i18n.Key("whistle.status." + string(w.Status)))
		}
		u := &w.Units[i]
		if err := p.arrive(u, c, a); err != nil {
			return err
		}
		u.ReportedAt, u.Person, u.Note = tx.Now, who.Person, casework.Words(a.Step.Note)
		w.Status = Reported
		if len(w.Waiting()) == 0 {
			w.ReportedAt = tx.Now
		}
		a.Step.Point, a.Step.To = a.Point, u.Body
		if _, err := p.desk.Apply(ctx, tx, who, c.ID, casework.ReportIn, a.Step, func(c *casework.Case) {
			c.StepDueAt = w.WorkDueAt
			c.Called = append(w.Waiting(), w.Lead())
		}); err != nil {
			return err
		}
		p.save(tx, w)
		var lat, lng *float64
		if a.Point != nil {
			lat, lng = &a.Point.Lat, &a.Point.Lng
		}
		tx.Exec(`update whistle_unit set reported_at = ?, person = ?, lat = ?, lng = ?, metres = ?, photo = ?, note = ? where city = ? and whistle = ? and body = ?`,
			u.ReportedAt, u.Person, lat, lng, u.Metres, u.Photo, u.Note, tx.City, w.ID, u.Body)
		ledger.Append(tx, who, "whistle.report_in", subject(w, c), map[string]any{"case": c.ID, "body": u.Body, "metres": u.Metres, "photo": u.Photo, "in_time": w.ReportDueAt == 0 || u.ReportedAt <= w.ReportDueAt})
		return nil
	})
}

// arrive checks that the unit really stands there.
func (p *Post) arrive(u *Unit, c *casework.Case, a Arrival) error {
	var l fault.List
	l.Check(a.Point != nil && a.Point.Valid(), "point", "whistle.point.missing")
	l.Check(len(a.Step.Photos) > 0, "photo", "whistle.photo.missing")
	if err := l.Or(); err != nil {
		return err
	}
	u.Point, u.Photo, u.Metres = a.Point, a.Step.Photos[0].Hash, -1
	if c.Point == nil {
		return nil
	}
	u.Metres = int64(geo.Distance(*a.Point, *c.Point))
	if radius := p.catalog.Settings().ReportInMetres; radius > 0 && u.Metres > radius {
		f := ErrFar.With(u.Metres, radius)
		f.Field = "point"
		return f
	}
	return nil
}

// HandIn says what the lead has done; the case then waits for its answer at the desk where it began.
func (p *Post) HandIn(ctx context.Context, who access.Actor, id int64, s casework.Step) (Whistle, error) {
	return p.change(ctx, who, id, func(tx *store.Tx, w *Whistle, c *casework.Case) error {
		if !who.In(w.Lead()) {
			return access.ErrDenied
		}
		if done, err := p.desk.Did(ctx, tx, c.ID, casework.HandIn, s); err != nil || done {
			return err
		}
		if w.Status != Reported {
			return ErrStale.With(i18n.Key("whistle.status." + string(w.Status)))
		}
		var l fault.List
		l.Check(casework.Words(s.Note) != "", "note", "case.note.missing")
		l.Check(len(s.Photos) > 0, "photo", "case.photo.missing")
		if err := l.Or(); err != nil {
			return err
		}
		if _, err := p.desk.Apply(ctx, tx, who, c.ID, casework.HandIn, s, nil); err != nil {
			return err
		}
		p.end(tx, w, HandedIn, s.Time(tx.Now))
		ledger.Append(tx, who, "whistle.hand_in", subject(w, c), map[string]any{"case": c.ID, "in_time": w.WorkDueAt == 0 || w.EndedAt <= w.WorkDueAt})
		return nil
	})
}

// Score lets the caller score those called, and each of them the caller: 1 to 5, once, after the whistle has ended.
func (p *Post) Score(ctx context.Context, who access.Actor, id, stars int64) (Whistle, error) {
	return p.change(ctx, who, id, func(tx *store.Tx, w *Whistle, c *casework.Case) error {
		if stars < 1 || stars > 5 {
			return fault.Field("stars", "case.stars.bad")
		}
		if w.Open {
			return ErrStale.With(i18n.Key("whistle.status." + string(w.Status)))
		}
		i := slices.IndexFunc(w.Units, func(u Unit) bool { return who.In(u.Body) && u.Score == 0 })
		switch {
		case who.In(w.Caller) && w.Score == 0:
			w.Score = stars
			p.save(tx, w)
			ledger.Append(tx, who, "whistle.score", subject(w, c), map[string]any{"upward": true, "stars": stars})
		case i >= 0:
			w.Units[i].Score = stars
			tx.Exec(`update whistle_unit set score = ? where city = ? and whistle = ? and body = ?`, stars, tx.City, w.ID, w.Units[i].Body)
			ledger.Append(tx, who, "whistle.score", subject(w, c), map[string]any{"upward": false, "body": w.Units[i].Body, "stars": stars})
		default:
			return access.ErrDenied
		}
		return nil
	})
}

// change loads a whistle with its case, asks for the right to report in or, for callers, to blow, and lets f decide.
func (p *Post) change(ctx context.Context, who access.Actor, id int64, f func(tx *store.Tx, w *Whistle, c *casework.Case) error) (Whistle, error) {
	var w Whistle
	err := p.city.Write(ctx, func(tx *store.Tx) (err error) {
		if w, err = p.load(ctx, tx, id); err != nil {
			return err
		}
		c, err := p.desk.Load(ctx, tx, w.Case)
		if err != nil {
			return err
		}
		at := access.At{Path: c.Path, Bodies: w.Bodies()}
		if who.May(ReportIn, at) != nil && who.May(Blow, at) != nil {
			if who.May(casework.See, c.At()) != nil {
				return ErrNotFound
			}
			return access.ErrDenied
		}
		return f(tx, &w, &c)
	})
	return w, err
}

func (p *Post) insert(tx *store.Tx, w *Whistle) {
	tx.Exec(`insert into whistle (city, id, case_id, number, level, item, caller, person, path, status, open, note, blown_at, report_due_at, work_due_at, reported_at, ended_at, score)
		values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0)`,
		tx.City, w.ID, w.Case, w.Number, w.Level, w.Item, w.Caller, w.Person, w.Path, w.Status, w.Open, w.Note, w.BlownAt, w.ReportDueAt, w.WorkDueAt)
	for _, u := range w.Units {
		tx.Exec(`insert into whistle_unit (city, whistle, body, lead, reported_at, person, metres, photo, note, score) values (?, ?, ?, ?, 0, 0, -1, '', '', 0)`,
			tx.City, w.ID, u.Body, u.Lead)
	}
}

func (p *Post) save(tx *store.Tx, w *Whistle) {
	tx.Exec(`update whistle set status = ?, open = ?, reported_at = ?, ended_at = ?, score = ? where city = ? and id = ?`,
		w.Status, w.Open, w.ReportedAt, w.EndedAt, w.Score, tx.City, w.ID)
}

func (p *Post) end(tx *store.Tx, w *Whistle, s Status, at int64) {
	w.Status, w.Open, w.EndedAt = s, false, at
	p.save(tx, w)
}

func subject(w *Whistle, c *casework.Case) ledger.Subject {
	return ledger.Subject{Kind: "whistle", ID: w.ID, Path: c.Path, Point: c.Point}
}
