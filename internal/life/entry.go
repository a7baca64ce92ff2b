package life

import (
	"context"
	"errors"
	"slices"
	"strings"

	"mulin/internal/access"
	"mulin/internal/geo"
	"mulin/internal/ledger"
	"mulin/internal/store"
)

// change is the ledger's body of a step: what was and what is, no words that people wrote.
type change struct {
	At     int64    `json:"at"`
	From   moment   `json:"from"`
	To     moment   `json:"to"`
	Reason string   `json:"reason,omitempty"`
	Target int64    `json:"target,omitempty"`
	Stars  int64    `json:"stars,omitempty"`
	Digest string   `json:"digest,omitempty"`
	Photos []string `json:"photos,omitempty"`
	More   any      `json:"more,omitempty"`
}

type moment struct {
	Status State `json:"status"`
	Turn   Turn  `json:"turn,omitempty"`
	Due    int64 `json:"due,omitempty"`
}

func changeOf(was, is *Life, s *Step) change {
	c := change{At: s.DoneAt, From: moment{was.Status, was.Turn, was.StepDueAt}, To: moment{is.Status, is.Turn, is.StepDueAt}, Reason: s.Reason, Target: s.To, Stars: s.Stars, More: s.More}
	if s.Note != "" {
		c.Digest = is.Digest(s.Note)
	}
	for _, p := range s.Photos {
		c.Photos = append(c.Photos, p.Hash)
	}
	return c
}

// enter writes the line of the ledger and that of the timeline.
func (r *Room[T]) enter(tx *store.Tx, who access.Actor, v Verb, before, t *T, s *Step) int64 {
	var body any
	if r.Entry != nil {
		body = r.Entry(before, t, s)
	} else {
		body = changeOf(lifeOf(before), lifeOf(t), s)
	}
	seq := ledger.Append(tx, who, r.Kind+"."+string(v), thing(t).Subject(), body)
	Record(tx, who, r.Kind, thing(t), v, r.Law[v].Told, seq, s)
	return seq
}

// Opened writes the first line of timeline and ledger, for kinds whose opening is a step like others.
func (r *Room[T]) Opened(tx *store.Tx, who access.Actor, v Verb, t *T, s *Step) {
	s.DoneAt = lifeOf(t).Since
	r.enter(tx, who, v, new(T), t, s)
}

// Begin opens a life in its first state, by its first verb; insert adds its row, or says why not. A form that was sent before gives what it opened then.
func (r *Room[T]) Begin(ctx context.Context, who access.Actor, t T, s Step, insert func(tx *store.Tx, t *T) error) (id int64, err error) {
	ref := s.reference(who, 0, r.First)
	err = r.City.Write(ctx, func(tx *store.Tx) error {
		if ref != "" {
			id, err = store.Value[int64](ctx, tx, `select subject from step_ref where city = ? and ref = ?`, tx.City, ref)
			if !errors.Is(err, store.ErrNone) {
				return err
			}
		}
		t, s := t, s
		id = tx.NewID()
		lifeOf(&t).ID = id
		r.Start(&t, r.States[0], tx.Now, tx.Now)
		if err := insert(tx, &t); err != nil {
			return err
		}
		r.Opened(tx, who, r.First, &t, &s)
		remember(tx, ref, id)
		return nil
	})
	return id, err
}

// remember keeps the reference of a step, so that it does nothing when it is sent again.
func remember(tx *store.Tx, ref string, id int64) {
	if ref != "" {
		tx.Exec(`insert into step_ref (city, ref, subject) values (?, ?, ?)`, tx.City, ref, id)
	}
}

// Record writes one line of a timeline; seq is that of its ledger entry.
func Record(tx *store.Tx, who access.Actor, kind string, t Thing, v Verb, told bool, seq int64, s *Step) {
	l := t.life()
	lat, lng := coordinates(s.Point)
	tx.Exec(`insert into step (city, subject, seq, kind, at, done_at, verb, person, body, status, target, note, public, reason, lat, lng, despite, despite_why)
		values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		tx.City, l.ID, seq, kind, tx.Now, s.Time(tx.Now), v, who.Person, acting(who, t.At().Bodies), l.Status, s.To, s.Note, told, s.Reason, lat, lng,
		strings.Join(s.Despite, " "), s.Why)
	KeepPhotos(tx, l.ID, seq, s.Photos)
}

// KeepPhotos hangs photos on a line of a timeline; seq 0: on the thing's beginning.
func KeepPhotos(tx *store.Tx, id, seq int64, photos []Picture) {
	for _, p := range photos {
		tx.Exec(`insert into step_photo (city, subject, seq, hash, width, height) values (?, ?, ?, ?, ?, ?) on conflict (city, subject, seq, hash) do nothing`,
			tx.City, id, seq, p.Hash, p.Width, p.Height)
	}
}

// acting is the body for which the actor stands here: one that takes part, else their own.
func acting(who access.Actor, bodies []int64) int64 {
	for _, b := range who.Bodies() {
		if slices.Contains(bodies, b) {
			return b
		}
	}
	return who.Body()
}

func coordinates(p *geo.Point) (lat, lng *float64) {
	if p == nil {
		return nil, nil
	}
	return &p.Lat, &p.Lng
}
