package casework

import (
	"context"
	"slices"

	"mulin/internal/access"
	"mulin/internal/life"
	"mulin/internal/store"
)

// Act does a step: it checks the right, the claim or turn, the table of steps and what the verb needs, then writes the change and its ledger entry.
// The case is returned as it is afterwards. A step that was sent before (same ClientRef) does nothing and returns the case as it stands.
func (d *Desk) Act(ctx context.Context, who access.Actor, id int64, v Verb, s Step) (Case, error) {
	c, err := d.room.Act(ctx, who, id, v, s)
	c.Cover()
	return c, err
}

// Apply is Act inside the write of an area above; shape, if given, adjusts the case after the rule's own effect.
func (d *Desk) Apply(ctx context.Context, tx *store.Tx, who access.Actor, id int64, v Verb, s Step, shape func(*Case, *Step)) (Case, error) {
	c, err := d.room.Apply(ctx, tx, who, id, v, s, func(c *Case, s *Step) error {
		if shape != nil {
			shape(c, s)
		}
		return nil
	})
	c.Cover()
	return c, err
}

// Did tells whether the step was sent before: the areas above ask it before they change rows of their own.
func (d *Desk) Did(ctx context.Context, q store.Querier, who access.Actor, id int64, v Verb, s Step) (bool, error) {
	return d.room.Did(ctx, q, who, id, v, s)
}

// save writes what steps change.
func (d *Desk) save(tx *store.Tx, v Verb, before, c *Case) {
	tx.Exec(`update cases set version = ?, status = ?, turn = ?, open = ?, lead = ?, bodies = ?, whistle = ?, due_at = ?, step_due_at = ?, since = ?, next_at = ?,
		contacted_at = ?, resolved_at = ?, answered_at = ?, closed_at = ?, updated_at = ?, outcome = ?, stars = ? where city = ? and id = ?`,
		c.Version, c.Status, c.Turn, c.Open, c.Lead, joinIDs(c.Bodies), c.Whistle, c.DueAt, c.StepDueAt, c.Since, c.NextAt,
		c.ContactedAt, c.ResolvedAt, c.AnsweredAt, c.ClosedAt, c.UpdatedAt, c.Outcome, c.Stars, tx.City, c.ID)
	if before.seldom() != c.seldom() {
		tx.Exec(`update cases set kind = ?, class = ?, urgency = ?, hidden = ?, reopened = ?, merged = ?, paused_at = ?, climbed_at = ? where city = ? and id = ?`,
			c.Kind, c.Class, c.Urgency, c.Hidden, c.Reopened, c.Merged, c.PausedAt, c.ClimbedAt, tx.City, c.ID)
	}
	if c.said { // what was read is masked: only a new answer is written
		tx.Exec(`update cases set answer = ? where city = ? and id = ?`, c.Answer, tx.City, c.ID)
	}
	if c.Open && !before.Open && d.catchUp(c) {
		lay(tx, c)
	}
	if law[v].To != "" {
		d.parties(tx, c)
	} else { // whose turn it is stays; a further unit of a whistle is not known here
		tx.Exec(`update case_party set due_at = ? where city = ? and case_id = ?`, c.StepDueAt, tx.City, c.ID)
	}
}

// seldom is what few steps change: the others don't write it.
type seldom struct {
	kind                                         Kind
	urgency                                      string
	hidden                                       bool
	class, reopened, merged, pausedAt, climbedAt int64
}

func (c *Case) seldom() seldom {
	return seldom{c.Kind, c.Urgency, c.Hidden, c.Class, c.Reopened, c.Merged, c.PausedAt, c.ClimbedAt}
}

// kept writes down what a classification said.
func (d *Desk) kept(tx *store.Tx, who access.Actor, c *Case, seq int64, s *Step) {
	if x, ok := s.More.(*sorted); ok {
		x.keep(tx, who, c.ID, seq)
	}
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

	Rung *life.Climbed `json:"rung,omitempty"` // of what the city did by itself
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
	sort, _ := s.More.(*sorted)
	ch := change{At: s.DoneAt, Bodies: after.Bodies, Reason: s.Reason, Stars: s.Stars, Merged: after.Merged, Sort: sort, Despite: s.Despite, Parts: s.Parts,
		From: state{Status: before.Status, Turn: before.Turn, Lead: before.Lead, Due: before.StepDueAt},
		To:   state{Status: after.Status, Turn: after.Turn, Lead: after.Lead, Due: after.StepDueAt}}
	if before.Path != after.Path {
		ch.From.Path, ch.To.Path = before.Path, after.Path
	}
	if before.Class != after.Class {
		ch.From.Class, ch.To.Class = before.Class, after.Class
	}
	if up, ok := s.More.(life.Climbed); ok {
		ch.Rung = &up
	}
	if s.Note != "" {
		ch.Digest = after.Digest(s.Note)
	}
	if s.Why != "" {
		ch.Why = after.Digest(s.Why)
	}
	for _, p := range s.Photos {
		ch.Photos = append(ch.Photos, p.Hash)
	}
	return ch
}
