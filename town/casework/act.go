package casework

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"mulin/internal/access"
	"mulin/internal/fault"
	"mulin/internal/i18n"
	"mulin/internal/ledger"
	"mulin/internal/sensitive"
	"mulin/internal/store"
)

// lateLimit is how far back a handset's own time is believed without the right to backdate: a weekend without network.
const lateLimit = 72 * 3600 * 1_000_000

// Act does a step: it checks the right, the claim or turn, the table of steps and what the verb needs, then writes the change and its ledger entry.
// The case is returned as it is afterwards. A step that was sent before (same ClientRef) does nothing and returns the case as it stands.
func (d *Desk) Act(ctx context.Context, who access.Actor, id int64, v Verb, s Step) (Case, error) {
	if err := d.ours(who); err != nil {
		return Case{}, err
	}
	if rules[v].Internal || len(rules[v].From) == 0 {
		return Case{}, access.ErrDenied
	}
	var c Case
	err := d.city.Write(ctx, func(tx *store.Tx) (err error) {
		c, err = d.Apply(ctx, tx, who, id, v, s, nil)
		return err
	})
	return c, err
}

// Apply is Act inside the write of an area above; shape, if given, adjusts the case after the rule's own effect.
func (d *Desk) Apply(ctx context.Context, tx *store.Tx, who access.Actor, id int64, v Verb, s Step, shape func(*Case)) (Case, error) {
	if err := d.ours(who); err != nil {
		return Case{}, err
	}
	c, p, seen, err := d.loadFor(ctx, tx, id, v, s)
	if err != nil {
		return Case{}, err
	}
	if err := d.mayStep(who, &c, v, s, p); err != nil {
		return Case{}, err
	}
	if seen {
		return c, nil
	}
	if err := d.check(&c, v, &s, who, tx.Now); err != nil {
		return Case{}, err
	}
	err = d.write(tx, who, &c, v, s, shape)
	c.Cover()
	return c, err
}

// loadFor reads in one go all that a step has to know.
func (d *Desk) loadFor(ctx context.Context, tx *store.Tx, id int64, v Verb, s Step) (c Case, p proof, seen bool, err error) {
	var refs int64
	keys := d.keysOf(s.Claim)
	c, err = store.One(ctx, tx, func(r store.Row) (Case, error) { return scanWith(r, append(p.fields(), &refs)...) },
		`select `+columns+`, `+proofColumns+`, (select count(*) from case_ref r where r.city = c.city and r.ref = ?)
		from cases c where c.city = ? and c.id = ?`, keys.secret, keys.phone, stepRef(id, v, s), tx.City, id)
	if errors.Is(err, store.ErrNone) {
		err = ErrNotFound
	}
	return c, p, refs > 0, err
}

// Did tells whether the step was sent before: the areas above ask it before they change rows of their own.
func (d *Desk) Did(ctx context.Context, q store.Querier, id int64, v Verb, s Step) (bool, error) {
	if s.ClientRef == "" {
		return false, nil
	}
	n, err := store.Value[int64](ctx, q, `select count(*) from case_ref where city = ? and ref = ?`, d.city.ID, stepRef(id, v, s))
	return n > 0, err
}

// stepRef keys a resent step by its case, so that one handset's number can't answer for another case, and by what it says: a form that is opened
// again with "back" and sent with other words is another step.
func stepRef(id int64, v Verb, s Step) string {
	if s.ClientRef == "" {
		return ""
	}
	return "step/" + strconv.FormatInt(id, 10) + "/" + string(v) + "/" + s.ClientRef + "/" + digest(id, Words(s.Note))[:16] + stepPlace(&s)
}

// mayStep asks for the right, or for the proof of being the one who reported.
func (d *Desk) mayStep(who access.Actor, c *Case, v Verb, s Step, p proof) error {
	r := rules[v]
	if r.Right == "" {
		if r.Joined && p.joined > 0 {
			return nil
		}
		return p.owns(who, d.keysOf(s.Claim))
	}
	if err := who.May(r.Right, c.At()); err != nil {
		if who.May(See, c.At()) != nil {
			return ErrNotFound // don't tell strangers that it exists
		}
		return err
	}
	return nil
}

// check holds the step against the table and against what the verb needs.
func (d *Desk) check(c *Case, v Verb, s *Step, who access.Actor, now int64) error {
	r := rules[v]
	if !slices.Contains(r.From, c.Status) || (r.To != "" || r.Fresh) && s.Version != 0 && s.Version != c.Version {
		return ErrStale.With(i18n.Key("case.status." + string(c.Status)))
	}
	if r.Right != "" && !c.fits(v, who) {
		return access.ErrDenied
	}
	var l fault.List
	s.Note, s.Reason, s.Why = Words(s.Note), sensitive.Mask(clean(s.Reason)), sensitive.Mask(Words(s.Why)) // reasons stand in the ledger
	l.Check(utf8.RuneCountInString(s.Note) <= MaxNote, "note", "case.note.long", MaxNote)
	l.Check(utf8.RuneCountInString(s.Why) <= MaxNote, "why", "case.note.long", MaxNote)
	l.Check(len(s.Photos) <= MaxPhotos, "photo", "case.photos.many", MaxPhotos)
	l.Check(len(s.ClientRef) <= maxRef, "client_ref", "case.ref.long")
	for _, n := range r.Needs {
		d.need(n, s, who, &l)
	}
	s.DoneAt = max(s.Time(now), min(c.UpdatedAt, now)) // what comes late from a handset does not stand before what is there
	if now-s.DoneAt > lateLimit && who.May(Backdate, c.At()) != nil {
		l.Check(false, "done_at", "case.late")
	}
	return l.Or()
}

func (d *Desk) need(n Need, s *Step, who access.Actor, l *fault.List) {
	switch n {
	case NeedNote:
		l.Check(s.Note != "", "note", "case.note.missing")
	case NeedPhoto:
		l.Check(len(s.Photos) > 0 || who.Program, "photo", "case.photo.missing")
	case NeedStars:
		l.Check(s.Stars >= 1 && s.Stars <= 5, "stars", "case.stars.bad")
	case NeedReason:
		l.Check(s.Reason != "", "reason", "case.reason.missing")
	case NeedBody:
		b, ok := d.bodies.Get(s.To)
		l.Check(ok && b.Live(), "to", "case.body.bad")
	}
}

// write applies the rule's effect and queues the row, the step and the ledger entry.
func (d *Desk) write(tx *store.Tx, who access.Actor, c *Case, v Verb, s Step, shape func(*Case)) error {
	r, before, ref := rules[v], *c, stepRef(c.ID, v, s)
	c.Answer = "" // what was read is masked: only a new one is written
	if r.To != "" {
		c.Status = r.To
	}
	if r.effect != nil {
		r.effect(c, &s, s.DoneAt)
	}
	if r.turn != nil {
		c.Turn = r.turn(c)
	}
	if shape != nil {
		shape(c)
	}
	c.Open = !c.Status.Over()
	if c.Status != before.Status || c.Lead != before.Lead || c.Whistle != before.Whistle || r.Fresh {
		c.Version++ // a note, or a further unit's arrival, makes nobody's page stale
	}
	c.UpdatedAt = s.DoneAt
	if r.To != "" {
		c.StepDueAt = d.due(limits[c.Status], c, s.DoneAt)
	}
	if v == Reopen || v == Unsolved {
		c.DueAt = d.due("case", c, s.DoneAt)
	}
	d.update(tx, c)
	c.Answer = cmp.Or(c.Answer, before.Answer)
	if r.To != "" {
		d.parties(tx, c)
	} else { // whose turn it is stays; a further unit of a whistle is not known here
		tx.Exec(`update case_party set due_at = ? where city = ? and case_id = ?`, c.StepDueAt, tx.City, c.ID)
	}
	s.Note = d.told(&before, c, &s)
	seq := ledger.Append(tx, who, "case."+string(v), c.Subject(), changeOf(&before, c, s))
	lat, lng, _ := coordinates(s.Point)
	tx.Exec(`insert into case_step (city, case_id, seq, at, done_at, verb, person, body, status, target, note, public, reason, lat, lng, despite, despite_why)
		values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		tx.City, c.ID, seq, tx.Now, s.DoneAt, v, who.Person, actingBody(who, c), c.Status, s.To, s.Note, r.Public, s.Reason, lat, lng, strings.Join(s.Despite, " "), s.Why)
	insertPhotos(tx, c.ID, seq, s.Photos)
	if s.sorted != nil {
		s.sorted.keep(tx, who, c.ID, seq)
	}
	if ref != "" {
		tx.Exec(`insert into case_ref (city, ref, case_id) values (?, ?, ?)`, tx.City, ref, c.ID)
	}
	return nil
}

// actingBody is the body for which the actor stands here: one that takes part, else their own.
func actingBody(who access.Actor, c *Case) int64 {
	for _, b := range who.Bodies() {
		if c.Takes(b) {
			return b
		}
	}
	return who.Body()
}

// update writes what steps change. An answer stays as it is unless there is a new one.
func (d *Desk) update(tx *store.Tx, c *Case) {
	var answer *string
	if said := c.Answer; said != "" { // a copy: the write is queued, and the case is masked before it goes
		answer = &said
	}
	tx.Exec(`update cases set version = ?, kind = ?, class = ?, urgency = ?, hidden = ?, status = ?, turn = ?, open = ?, lead = ?, bodies = ?, whistle = ?, reopened = ?,
		due_at = ?, step_due_at = ?, contacted_at = ?, resolved_at = ?, answered_at = ?, closed_at = ?, updated_at = ?, answer = coalesce(?, answer), outcome = ?, stars = ?, photos = ?, merged = ?
		where city = ? and id = ?`,
		c.Version, c.Kind, c.Class, c.Urgency, c.Hidden, c.Status, c.Turn, c.Open, c.Lead, joinIDs(c.Bodies), c.Whistle, c.Reopened,
		c.DueAt, c.StepDueAt, c.ContactedAt, c.ResolvedAt, c.AnsweredAt, c.ClosedAt, c.UpdatedAt, answer, c.Outcome, c.Stars, c.Photos, c.Merged,
		tx.City, c.ID)
}

// parties keeps the lists of the bodies that take part.
func (d *Desk) parties(tx *store.Tx, c *Case) {
	called := c.Called
	if called == nil {
		called = []int64{c.Lead}
	}
	for _, b := range c.Bodies {
		turn := c.Turn == AtBody && slices.Contains(called, b)
		tx.Exec(`insert into case_party (city, body, case_id, open, turn, due_at) values (?, ?, ?, ?, ?, ?)
			on conflict (city, body, case_id) do update set open = excluded.open, turn = excluded.turn, due_at = excluded.due_at`,
			tx.City, b, c.ID, c.Open, turn, c.StepDueAt)
	}
}

// change is the ledger's body of a step: what was and what is, no words that people wrote.
type change struct {
	At     int64    `json:"at"`
	From   state    `json:"from"`
	To     state    `json:"to"`
	Bodies []int64  `json:"bodies,omitempty"`
	Reason string   `json:"reason,omitempty"`
	Merged int64    `json:"merged,omitempty"` // the case that goes on for this one
	Stars  int64    `json:"stars,omitempty"`
	Digest string   `json:"digest,omitempty"`
	Photos []string `json:"photos,omitempty"`
	Sort   *sorted  `json:"sort,omitempty"`
	Parts  []string `json:"parts,omitempty"`

	Despite []string `json:"despite,omitempty"`
	Why     string   `json:"why,omitempty"` // the digest
}

type state struct {
	Status Status `json:"status"`
	Turn   Turn   `json:"turn"`
	Lead   int64  `json:"lead,omitempty"`
	Due    int64  `json:"due,omitempty"`
	Class  int64  `json:"class,omitempty"`
	Path   string `json:"path,omitempty"`
}

func changeOf(before, after *Case, s Step) change {
	ch := change{At: s.DoneAt, Bodies: after.Bodies, Reason: s.Reason, Stars: s.Stars, Merged: after.Merged, Sort: s.sorted, Despite: s.Despite, Parts: s.Parts,
		From: state{Status: before.Status, Turn: before.Turn, Lead: before.Lead, Due: before.StepDueAt},
		To:   state{Status: after.Status, Turn: after.Turn, Lead: after.Lead, Due: after.StepDueAt}}
	if before.Path != after.Path {
		ch.From.Path, ch.To.Path = before.Path, after.Path
	}
	if before.Class != after.Class {
		ch.From.Class, ch.To.Class = before.Class, after.Class
	}
	if s.Note != "" {
		ch.Digest = digest(after.ID, s.Note)
	}
	if s.Why != "" {
		ch.Why = digest(after.ID, s.Why)
	}
	for _, p := range s.Photos {
		ch.Photos = append(ch.Photos, p.Hash)
	}
	return ch
}
