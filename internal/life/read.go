package life

import (
	"context"
	"slices"
	"strings"

	"mulin/internal/access"
	"mulin/internal/geo"
	"mulin/internal/store"
)

// Happened is one line of a timeline.
type Happened struct {
	Seq    int64
	At     int64 // when it happened
	Noted  int64 // when it was recorded
	Verb   Verb
	Person int64
	Body   int64
	Status State
	Target int64
	Note   string
	Public bool
	Reason string
	Point  *geo.Point
	Photos []Picture
	Took   int64 // µs since the step before

	Despite []string // the warnings it went out against
	Why     string   // and why
}

// Timeline reads all that was done with a thing, its notes in clear, and the photos it began with. It checks no right.
func Timeline(ctx context.Context, city *store.City, id int64) (all []Happened, first []Picture, err error) {
	all, err = store.All(ctx, city, scanStep, `select seq, at, done_at, verb, person, body, status, target, note, public, reason, lat, lng, despite, despite_why
		from step where city = ? and subject = ? order by seq limit 1000`, city.ID, id)
	if err != nil {
		return nil, nil, err
	}
	type shot struct {
		seq int64
		Picture
	}
	shots, err := store.All(ctx, city, func(r store.Row) (s shot, err error) { return s, r.Scan(&s.seq, &s.Hash, &s.Width, &s.Height) },
		`select seq, hash, width, height from step_photo where city = ? and subject = ? order by seq, hash limit 1000`, city.ID, id)
	for _, s := range shots {
		if i := slices.IndexFunc(all, func(h Happened) bool { return h.Seq == s.seq }); i >= 0 {
			all[i].Photos = append(all[i].Photos, s.Picture)
		} else {
			first = append(first, s.Picture)
		}
	}
	return all, first, err
}

func scanStep(r store.Row) (h Happened, err error) {
	var lat, lng *float64
	var despite string
	err = r.Scan(&h.Seq, &h.Noted, &h.At, &h.Verb, &h.Person, &h.Body, &h.Status, &h.Target, &h.Note, &h.Public, &h.Reason, &lat, &lng, &despite, &h.Why)
	h.Despite = strings.Fields(despite)
	if lat != nil && lng != nil {
		h.Point = &geo.Point{Lat: *lat, Lng: *lng}
	}
	return h, err
}

// Door is a room as pages, JSON, the handset's queue, the scanner and the tests of all laws know it: one kind of thing, whatever it is.
type Door interface {
	Named() string
	Verbs() []Verb
	Look(ctx context.Context, who access.Actor, id int64) (View, error)
	Do(ctx context.Context, who access.Actor, id int64, v Verb, s Step) (View, error)
	Waiting(ctx context.Context, who access.Actor, tab Tab, after string) ([]View, string, error)
	Sweep(ctx context.Context) (int, error)
}

// View is a thing as a door shows it.
type View struct {
	Life
	Path   string
	Offers []Offer
	Steps  []Happened
}

// Named is the kind.
func (r *Room[T]) Named() string { return r.Kind }

// Verbs are those that buttons offer.
func (r *Room[T]) Verbs() []Verb { return r.Order }

func (r *Room[T]) view(t *T, who access.Actor) View {
	return View{Life: *life(t), Path: thing(t).At().Path, Offers: r.Offers(t, who)}
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
	v.Steps, _, err = Timeline(ctx, r.City, id)
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
