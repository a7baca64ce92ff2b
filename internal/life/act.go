package life

import (
	"context"
	"errors"
	"slices"

	"mulin/internal/access"
	"mulin/internal/fault"
	"mulin/internal/i18n"
	"mulin/internal/sensitive"
	"mulin/internal/store"
)

// Bounds of what may be typed.
const (
	MaxNote   = 10000
	MaxWhy    = 200 // why something is done, also all the same
	MaxSecret = 16  // as it is typed, with blanks
	MaxPhotos = 6
	MaxRef    = 64
)

// lateLimit is how far back a handset's own time is believed without the right to backdate: a weekend without network.
const lateLimit = 72 * 3600 * 1_000_000

// ErrNothing is what the shape of Apply says when there is nothing to do after all: the step is not written. It is for steps that leave the thing where it is.
var ErrNothing = errors.New("nothing to do")

// Act does a step that anybody may ask for.
func (r *Room[T]) Act(ctx context.Context, who access.Actor, id int64, v Verb, s Step) (t T, err error) {
	if rule, ok := r.Law[v]; !ok || rule.Internal {
		return t, access.ErrDenied
	}
	err = r.City.Write(ctx, func(tx *store.Tx) (err error) {
		t, err = r.Apply(ctx, tx, who, id, v, s, nil)
		return err
	})
	return t, err
}

// Apply does a step inside the write of an area; shape adjusts the thing after the rule's own effect and before anything is written.
// A step that was sent before does nothing and gives the thing as it stands.
func (r *Room[T]) Apply(ctx context.Context, tx *store.Tx, who access.Actor, id int64, v Verb, s Step, shape func(*T, *Step) error) (T, error) {
	if who.City != r.City.ID {
		return *new(T), access.ErrDenied
	}
	ref := s.reference(who, id, v) // of what was sent, before anybody adds to it
	t, seen, err := r.load(ctx, tx, id, &s, ref)
	if err == nil && !(seen && r.Law[v].Right == "") { // who did it need not be the one it is for any more
		err = r.May(t, who, v)
	}
	if err != nil {
		return *new(T), err
	}
	if !seen {
		if err = r.check(t, who, v, &s, tx.Now); err == nil && r.Allows != nil {
			err = r.Allows(ctx, tx, who, t, v)
		}
		if err == nil {
			err = r.write(ctx, tx, who, t, v, &s, ref, shape)
		}
	}
	return *t, err
}

// Did tells whether the step was sent before: areas ask it before they change rows of their own.
func (r *Room[T]) Did(ctx context.Context, q store.Querier, who access.Actor, id int64, v Verb, s Step) (bool, error) {
	if s.ClientRef == "" {
		return false, nil
	}
	n, err := store.Value[int64](ctx, q, `select count(*) from step_ref where city = ? and ref = ?`, r.City.ID, s.reference(who, id, v))
	return n > 0, err
}

// check holds a step against the table and against what it needs, and tidies what was typed.
func (r *Room[T]) check(t *T, who access.Actor, v Verb, s *Step, now int64) error {
	rule, l := r.Law[v], lifeOf(t)
	if !rule.ready(l) || rule.moves() && s.Version != 0 && s.Version != l.Version {
		return r.Stale.With(i18n.Key(r.Kind + ".status." + string(l.Status)))
	}
	if err := rule.by(t, who); err != nil {
		return err
	}
	var list fault.List
	r.typed(s, &list)
	for _, n := range every {
		if rule.Needs&n != 0 {
			r.need(&rule, n, s, who, &list)
		}
	}
	if rule.Check != nil {
		rule.Check(t, s, &list)
	}
	s.DoneAt = max(s.Time(now), min(l.UpdatedAt, now)) // what comes late from a handset does not stand before what is there
	if now-s.DoneAt > lateLimit && who.May(r.Late, thing(t).At()) != nil {
		list.Check(false, "done_at", "case.late")
	}
	if err := list.Or(); err != nil || rule.Ready == nil {
		return err
	}
	return rule.Ready(t)
}

// typed tidies what people wrote and bounds it. Reasons stand in the ledger, so they are masked.
func (r *Room[T]) typed(s *Step, list *fault.List) {
	s.Note, s.Reason, s.Why = r.tidy(s.Note), sensitive.Mask(Line(s.Reason)), sensitive.Mask(Words(s.Why))
	list.Within(s.Note, r.most(), "note", "case.note.long")
	list.Within(s.Reason, MaxWhy, "reason", "case.note.long")
	list.Within(s.Why, MaxWhy, "why", "case.note.long")
	list.Check(len(s.Photos) <= MaxPhotos, "photo", "case.photos.many", MaxPhotos)
	list.Check(len(s.ClientRef) <= MaxRef, "client_ref", "case.ref.long")
}

// missed are the common words for what is missing.
var missed = map[Need]string{Note: "case.note.missing", Photo: "case.photo.missing", Reason: "case.reason.missing", Stars: "case.stars.bad",
	Body: "case.body.bad", Point: "whistle.point.missing", Number: "step.number.missing", Date: "step.date.missing"}

func (r *Room[T]) need(rule *Rule[T], n Need, s *Step, who access.Actor, list *fault.List) {
	key := rule.Missed[n]
	if key == "" {
		key = missed[n]
	}
	list.Check(s.has(n, who.Program) && (n != Body || r.Body(s.To)), n.Field(), key)
}

// has tells whether the step brings what is needed; the city's programs have no camera.
func (s *Step) has(n Need, program bool) bool {
	switch n {
	case Note:
		return s.Note != ""
	case Photo:
		return len(s.Photos) > 0 || program
	case Reason:
		return s.Reason != ""
	case Stars:
		return s.Stars >= 1 && s.Stars <= 5
	case Point:
		return s.Point != nil && s.Point.Valid()
	case Number:
		return s.Number > 0
	case Date:
		return s.Date > 0
	}
	return true
}

// write applies the rule and queues the row, the step and the ledger entry.
func (r *Room[T]) write(ctx context.Context, tx *store.Tx, who access.Actor, t *T, v Verb, s *Step, ref string, shape func(*T, *Step) error) error {
	rule, before := r.Law[v], *t
	if err := r.change(ctx, tx, who, &before, t, &rule, s, shape); err != nil {
		*t = before
		if errors.Is(err, ErrNothing) {
			return nil
		}
		return err
	}
	if r.Save != nil {
		r.Save(tx, v, &before, t)
	} else {
		Update(tx, r.Table, lifeOf(t), "")
	}
	seq := r.enter(tx, who, v, &before, t, s)
	if r.Kept != nil {
		r.Kept(tx, who, t, seq, s)
	}
	remember(tx, ref, lifeOf(t).ID)
	return nil
}

// change makes of the thing what it is after the step.
func (r *Room[T]) change(ctx context.Context, tx *store.Tx, who access.Actor, before, t *T, rule *Rule[T], s *Step, shape func(*T, *Step) error) error {
	l := lifeOf(t)
	if rule.To != "" {
		l.Status = rule.To
	}
	if rule.Effect != nil {
		rule.Effect(t, s, who)
	}
	if rule.Turn != nil {
		l.Turn = rule.Turn(t)
	}
	l.Open, l.UpdatedAt = !slices.Contains(r.Ends, l.Status), s.DoneAt
	if err := r.tick(ctx, tx, rule, before, t, s); err != nil {
		return err
	}
	if shape != nil {
		if err := shape(t, s); err != nil {
			return err
		}
	}
	if l.Status != lifeOf(before).Status || rule.Fresh || rule.Clock != 0 || r.Moved != nil && r.Moved(before, t) {
		l.Version++ // a note makes nobody's page stale
	}
	r.plan(t)
	return nil
}
