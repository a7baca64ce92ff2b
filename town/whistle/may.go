package whistle

import (
	"context"
	"slices"

	"mulin/internal/access"
	"mulin/internal/life"
	"mulin/internal/store"
	"mulin/town/casework"
)

// May lists what the actor may do with the whistle now: the page's buttons. What goes with a step of the case waits until the case is ready for it.
func (w *Whistle) May(who access.Actor, c *casework.Case) (all []life.Verb) {
	for _, o := range law.Offers(w, who, order) {
		if o.Verb == Score || c.Ready(o.Verb) {
			all = append(all, o.Verb)
		}
	}
	return all
}

// Calls tells whether the actor is on the side that blew. Where the body that blew was called too, those are the one who blew and who holds a post of the level
// it was blown from; the rest of the body is on the other side, and nobody is on both.
func (w *Whistle) Calls(who access.Actor) bool {
	if !who.In(w.Caller) {
		return false
	}
	return !slices.Contains(w.Bodies(), w.Caller) || who.Is(w.Person) || slices.ContainsFunc(who.Posts, func(p access.Post) bool {
		return p.Body == w.Caller && levelOf(p, w.Path) == w.Level
	})
}

// mayScore tells whether a score of the actor's side is still missing.
func (w *Whistle) mayScore(who access.Actor) bool {
	if w.Calls(who) {
		return w.Score == 0
	}
	return slices.ContainsFunc(w.Units, func(u Unit) bool { return who.In(u.Body) && u.Score == 0 })
}

// MayBlow tells at what level the actor may whistle the case up now; whistles are those it has had, oldest first.
func (p *Post) MayBlow(who access.Actor, c *casework.Case, whistles []Whistle) (Level, bool) {
	level, _, ok := callerOf(who, c.Path)
	if !ok || !c.Ready(casework.Blow) || p.mayBlow(who, c) != nil {
		return "", false
	}
	if n := len(whistles); n > 0 && whistles[n-1].Open && mayRaise(&whistles[n-1], level) != nil {
		return "", false
	}
	return level, true
}

// Get reads a whistle and its case, if the actor may see the case.
func (p *Post) Get(ctx context.Context, who access.Actor, id int64) (Whistle, casework.Case, error) {
	w, err := p.room.Load(ctx, p.city, id)
	if err != nil {
		return Whistle{}, casework.Case{}, err
	}
	c, err := p.desk.Load(ctx, p.city, w.Case)
	if err == nil && who.May(casework.See, c.At()) != nil {
		err = ErrNotFound
	}
	if err != nil {
		return Whistle{}, casework.Case{}, err
	}
	return w, c, nil
}

// UnderWay reads the whistles that these cases of a list have under way, by case.
func (p *Post) UnderWay(ctx context.Context, cases []casework.Case) (map[int64]Whistle, error) {
	by := map[int64]Whistle{}
	var ids []any
	for _, c := range cases {
		if c.Whistle != 0 {
			ids = append(ids, c.Whistle)
		}
	}
	if len(ids) == 0 {
		return by, nil
	}
	all, err := p.of(ctx, p.city, `w.id in (`+store.In(len(ids))+`)`, ids...)
	for _, w := range all {
		by[w.Case] = w
	}
	return by, err
}
