package whistle

import (
	"context"
	"slices"
	"strings"

	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/fault"
	"mulin/internal/i18n"
	"mulin/internal/life"
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
	for _, post := range who.Posts {
		if l := levelOf(post, path); l != "" && (level == "" || rank[l] < rank[level]) {
			level, body = l, post.Body
		}
	}
	return level, body, level != ""
}

// levelOf is the level at which a post can blow for what lies at a path; "" if it can't.
func levelOf(post access.Post, path string) Level {
	if post.Rights[Blow] != access.Territory || !strings.HasPrefix(path, post.Path) {
		return ""
	}
	return levels[min(strings.Count(post.Path, "/")-1, 4)]
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
		old, err := p.of(ctx, tx, `w.case_id = ?`, id)
		if err != nil {
			return err
		}
		if done, err := p.desk.Did(ctx, tx, who, id, casework.Blow, call.Step); err != nil || done && len(old) > 0 {
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
				if _, err := p.room.Apply(ctx, tx, who, last.ID, Raise, casework.Step{DoneAt: w.BlownAt}, nil); err != nil {
					return err
				}
			}
		}
		w.ID = tx.NewID()
		if _, err = p.desk.Apply(ctx, tx, who, id, casework.Blow, call.Step, func(c *casework.Case, s *casework.Step) {
			s.To = w.Lead()
			c.Whistle, c.Lead, c.StepDueAt = w.ID, w.Lead(), tighter(c.StepDueAt, w.ReportDueAt)
			c.Join(w.Bodies()...)
			c.Join(w.Caller)
			c.Called = w.Bodies()
		}); err != nil {
			return err
		}
		p.insert(tx, &w)
		p.room.Opened(tx, who, "blow", &w, &casework.Step{Note: w.Note, To: w.Lead(),
			More: map[string]any{"case": c.ID, "level": w.Level, "item": w.Item, "caller": w.Caller, "units": w.Bodies(), "due": w.ReportDueAt}})
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
		Note: casework.Words(call.Step.Note), BlownAt: now, point: c.Point}
	p.room.Start(&w, Blown, now, now)
	for i, id := range units {
		w.Units = append(w.Units, Unit{Body: id, Lead: i == 0, Metres: -1})
	}
	w.ReportDueAt = p.due(itemLimit(item, listed, true), "report_in", c, now)
	w.WorkDueAt = p.due(itemLimit(item, listed, false), "work", c, now)
	w.StepDueAt = w.ReportDueAt
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

func (p *Post) insert(tx *store.Tx, w *Whistle) {
	life.Insert(tx, "whistle", &w.Life, `case_id, number, level, item, caller, person, path, note, blown_at, report_due_at, work_due_at, reported_at, ended_at, score`,
		w.Case, w.Number, w.Level, w.Item, w.Caller, w.Person, w.Path, w.Note, w.BlownAt, w.ReportDueAt, w.WorkDueAt, 0, 0, 0)
	for _, u := range w.Units {
		tx.Exec(`insert into whistle_unit (city, whistle, body, lead, reported_at, person, metres, photo, note, score) values (?, ?, ?, ?, 0, 0, -1, '', '', 0)`,
			tx.City, w.ID, u.Body, u.Lead)
	}
}
