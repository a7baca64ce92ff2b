package whistle

import (
	"context"
	"slices"

	"mulin/internal/access"
	"mulin/internal/life"
	"mulin/internal/store"
	"mulin/town/casework"
)

// HandIn says what the lead has done; the case then waits for its answer at the desk where it began.
func (p *Post) HandIn(ctx context.Context, who access.Actor, id int64, s casework.Step) (Whistle, error) {
	return p.finish(ctx, who, id, pair{s, true})
}

func (p *Post) finish(ctx context.Context, who access.Actor, id int64, s pair) (Whistle, error) {
	return p.both(ctx, who, id, Finish, s, func(_ *store.Tx, w *Whistle, s *casework.Step) error {
		s.More = map[string]any{"case": w.Case, "in_time": w.WorkDueAt == 0 || w.EndedAt <= w.WorkDueAt}
		return nil
	}, func(*Whistle, *casework.Case, *casework.Step) {})
}

// pair is a step of a whistle and of its case at once. The page that it comes from shows one of them: its version is held against that one.
type pair struct {
	casework.Step
	caseShown bool
}

// both does them in one write; they have the same name. What was sent before does nothing to either.
func (p *Post) both(ctx context.Context, who access.Actor, id int64, v life.Verb, s pair,
	own func(*store.Tx, *Whistle, *casework.Step) error, other func(*Whistle, *casework.Case, *casework.Step)) (w Whistle, err error) {
	first, second := s.Step, s.Step
	if s.caseShown {
		first.Version = 0
	} else {
		second.Version = 0
	}
	err = p.city.Write(ctx, func(tx *store.Tx) error {
		if w, err = p.room.Apply(ctx, tx, who, id, v, first, func(w *Whistle, s *casework.Step) error { return own(tx, w, s) }); err != nil {
			return err
		}
		_, err := p.desk.Apply(ctx, tx, who, w.Case, v, second, func(c *casework.Case, s *casework.Step) { other(&w, c, s) })
		return err
	})
	return w, err
}

// Score lets the caller score those called, and each of them the caller: 1 to 5, once, after the whistle has ended.
func (p *Post) Score(ctx context.Context, who access.Actor, id int64, s casework.Step) (w Whistle, err error) {
	err = p.city.Write(ctx, func(tx *store.Tx) error {
		w, err = p.room.Apply(ctx, tx, who, id, Score, s, func(w *Whistle, s *casework.Step) error {
			if w.Calls(who) { // the law asks whether its score is missing
				w.Score, s.More = s.Stars, map[string]any{"upward": true, "stars": s.Stars}
				return nil
			}
			u := &w.Units[slices.IndexFunc(w.Units, func(u Unit) bool { return who.In(u.Body) && u.Score == 0 })] // who has scored doesn't come so far
			u.Score = s.Stars
			tx.Exec(`update whistle_unit set score = ? where city = ? and whistle = ? and body = ?`, u.Score, tx.City, w.ID, u.Body)
			s.More = map[string]any{"upward": false, "body": u.Body, "stars": u.Score}
			return nil
		})
		return err
	})
	return w, err
}

func save(tx *store.Tx, _ life.Verb, _, w *Whistle) {
	life.Update(tx, "whistle", &w.Life, `reported_at = ?, ended_at = ?, score = ?`, w.ReportedAt, w.EndedAt, w.Score)
}
