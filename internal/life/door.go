package life

import (
	"context"
	"maps"
	"slices"

	"mulin/internal/access"
)

// Door is a room as pages, JSON, the handset's queue, the scanner and the tests of all laws know it: one kind of thing, whatever it is.
type Door interface {
	Named() string
	Verbs() []Verb
	Says() (states []State, verbs []Verb)
	Clocks() []string
	Look(ctx context.Context, who access.Actor, id int64) (View, error)
	LookBy(ctx context.Context, who access.Actor, id int64, claim Claim) (View, error)
	Do(ctx context.Context, who access.Actor, id int64, v Verb, s Step) (View, error)
	Waiting(ctx context.Context, who access.Actor, tab Tab, after string) ([]View, string, error)
	Sweep(ctx context.Context) (int, error)
	Replan(ctx context.Context) (int, error)
}

// View is a thing as a door shows it; the notes of its steps are masked. Of is the thing itself, for the area's own pages.
type View struct {
	Life
	Of     any
	Title  string
	Path   string
	Owned  bool // the claim showed that it is the reader's
	Offers []Offer
	Steps  []Happened
}

// Named is the kind.
func (r *Room[T]) Named() string { return r.Kind }

// Verbs are those that buttons offer.
func (r *Room[T]) Verbs() []Verb { return r.Order }

// Says are all states and all verbs of its timelines, that of the beginning too: what pages have words for.
func (r *Room[T]) Says() (states []State, verbs []Verb) {
	verbs = slices.Sorted(maps.Keys(r.Law))
	if r.First != "" {
		verbs = append(verbs, r.First)
	}
	return r.States, verbs
}

func (r *Room[T]) view(t *T, who access.Actor) View {
	v := View{Life: *lifeOf(t), Of: t, Path: thing(t).At().Path, Offers: r.Law.Offers(t, who, r.Order)}
	if r.Title != nil {
		v.Title = r.Title(t)
	}
	return v
}

// Look reads a thing that the actor may see, with its buttons and timeline.
func (r *Room[T]) Look(ctx context.Context, who access.Actor, id int64) (View, error) {
	return r.LookBy(ctx, who, id, Claim{})
}

// LookBy is Look for somebody who may also show that the thing is theirs.
func (r *Room[T]) LookBy(ctx context.Context, who access.Actor, id int64, claim Claim) (View, error) {
	if who.City != r.City.ID {
		return View{}, access.ErrDenied
	}
	t, _, err := r.load(ctx, r.City, id, &Step{Claim: claim}, "")
	if err != nil {
		return View{}, err
	}
	if !r.shown(t, who) {
		return View{}, r.Missing
	}
	v := r.view(t, who)
	v.Owned = r.Proof != nil && r.Proof.Holds != nil && r.Proof.Holds(t)
	all, _, err := Timeline(ctx, r.City, r.City.ID, id)
	if v.Steps = masked(all); r.Veiled != nil && r.Veiled(t, who) {
		v.Steps = r.Law.veiled(v.Steps)
	}
	return v, err
}

// veiled are the steps that everybody may read who sees the thing: what moved it, without people and without words that were not written for them.
func (l Law[T]) veiled(all []Happened) (some []Happened) {
	for i, h := range all {
		if i > 0 && l[h.Verb].To == "" {
			continue
		}
		if h.Person, h.Body, h.Target, h.Point, h.Reason, h.Why = 0, 0, 0, nil, "", ""; !h.Public {
			h.Note = ""
		}
		some = append(some, h)
	}
	return some
}

// Do is Act for those who don't know the kind.
func (r *Room[T]) Do(ctx context.Context, who access.Actor, id int64, v Verb, s Step) (View, error) {
	t, err := r.Act(ctx, who, id, v, s)
	if err != nil {
		return View{}, err
	}
	return r.view(&t, who), nil
}

// Waiting is List for those who don't know the kind.
func (r *Room[T]) Waiting(ctx context.Context, who access.Actor, tab Tab, after string) ([]View, string, error) {
	all, next, err := r.List(ctx, who, tab, after)
	views := make([]View, len(all))
	for i := range all {
		views[i] = r.view(&all[i], who)
	}
	return views, next, err
}
