package life

import (
	"context"

	"mulin/internal/access"
)

// Door is a room as pages, JSON, the handset's queue, the scanner and the tests of all laws know it: one kind of thing, whatever it is.
type Door interface {
	Named() string
	Verbs() []Verb
	Clocks() []string
	Look(ctx context.Context, who access.Actor, id int64) (View, error)
	Do(ctx context.Context, who access.Actor, id int64, v Verb, s Step) (View, error)
	Waiting(ctx context.Context, who access.Actor, tab Tab, after string) ([]View, string, error)
	Sweep(ctx context.Context) (int, error)
	Replan(ctx context.Context) (int, error)
}

// View is a thing as a door shows it; the notes of its steps are masked.
type View struct {
	Life
	Title  string
	Path   string
	Offers []Offer
	Steps  []Happened
}

// Named is the kind.
func (r *Room[T]) Named() string { return r.Kind }

// Verbs are those that buttons offer.
func (r *Room[T]) Verbs() []Verb { return r.Order }

func (r *Room[T]) view(t *T, who access.Actor) View {
	v := View{Life: *lifeOf(t), Path: thing(t).At().Path, Offers: r.Law.Offers(t, who, r.Order)}
	if r.Title != nil {
		v.Title = r.Title(t)
	}
	return v
}

// Look reads a thing that the actor may see, with its buttons and timeline.
func (r *Room[T]) Look(ctx context.Context, who access.Actor, id int64) (View, error) {
	if who.City != r.City.ID {
		return View{}, access.ErrDenied
	}
	t, err := r.Load(ctx, r.City, id)
	if err != nil {
		return View{}, err
	}
	if !r.shown(&t, who) {
		return View{}, r.Missing
	}
	v := r.view(&t, who)
	all, _, err := Timeline(ctx, r.City, r.City.ID, id)
	v.Steps = masked(all)
	return v, err
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
