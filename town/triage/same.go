package triage

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/geo"
	"mulin/internal/store"
	"mulin/town/casework"
	"mulin/town/place"
)

// Likely is the likeness from which two cases are shown as perhaps the same, Sure the one from which somebody who reports is asked before it is taken as
// a case of its own. Both were chosen on the labelled pairs: docs/measure/duplicates.md.
const (
	Likely = 0.58
	Sure   = 0.75
)

// The weights of what speaks for two cases being one, beside how much of one matter both say. Of what tells that they lie at one place only the strongest
// counts.
const (
	nameWeight   = 0.25 // they name one place
	estateWeight = 0.2  // of one estate, no more exactly
	elsewhere    = -0.2 // they name different places only
	photoWeight  = 0.6  // the same photo
	classWeight  = 0.05
	staleWeight  = -0.05 // one is told long after the other
)

// nearness is what a distance speaks for.
var nearness = []struct{ metres, weight float64 }{{50, 0.25}, {100, 0.2}, {300, 0.1}}

const (
	staleAfter = 14 * 24 * time.Hour
	mostLikes  = 5
)

// Inquiry is a message that is held against the open cases around it.
type Inquiry struct {
	Title, Text string
	Point       *geo.Point
	Path        string // of the place, when there is no point
	Class       int64
	At          int64    // 0: now
	Photos      []string // their hashes
	Except      int64    // the case itself

	exact *geo.Point // the point, if it says who stands next to whom
}

// Like is an open case that seems to tell the same, and why.
type Like struct {
	Case      casework.Case
	Score     float64
	Said      float64 // how much of one matter both say, 0 to 1
	Metres    float64 // between them; -1 if one has no point
	Between   time.Duration
	SamePhoto bool
	SameClass bool
	SameName  bool // both name one place
	// SameEstate: both were told of the same estate, no more exactly.
	SameEstate bool
	OtherName  bool // they name different places only
}

// Same finds the open cases within the actor's reach that seem to tell the same as this one, the likeliest first.
func (r *Reader) Same(ctx context.Context, who access.Actor, c *casework.Case) ([]Like, error) {
	if err := who.May(casework.See, c.At()); err != nil {
		return nil, err
	}
	photos, err := r.shots(ctx, c)
	if err != nil {
		return nil, err
	}
	q := Inquiry{Title: c.Title, Text: c.Text, Point: c.Point, Path: c.Path, Class: c.Class, At: c.OpenedAt, Photos: photos, Except: c.ID}
	return r.find(ctx, q, shelf{
		func(ids []int64) ([]casework.Case, error) { return r.desk.Gists(ctx, who, ids) },
		func(ids []int64) ([]casework.Case, error) {
			return r.desk.ByIDs(ctx, who, ids, casework.Filter{Tab: casework.Open})
		},
	})
}

// Told finds what others have told already, for somebody who is just reporting: only what may be shown to everybody, and without what only the desk may know.
func (r *Reader) Told(ctx context.Context, q Inquiry) ([]Like, error) {
	likes, err := r.find(ctx, q, shelf{
		func(ids []int64) ([]casework.Case, error) { return r.desk.JoinableGists(ctx, ids) },
		func(ids []int64) ([]casework.Case, error) { return r.desk.Joinables(ctx, ids) },
	})
	for i := range likes {
		likes[i].Case = r.desk.Shared(likes[i].Case)
	}
	return likes, err
}

// shelf is how cases are read that whoever asks may see: many of them as far as they are compared, the few that are alike whole.
type shelf struct {
	gists, whole func(ids []int64) ([]casework.Case, error)
}

// find looks up what is open nearby, holds the nearest against what is asked and reads those that are alike.
func (r *Reader) find(ctx context.Context, q Inquiry, from shelf) ([]Like, error) {
	tale := ReadTale(q.Title, q.Text)
	if !tale.says() {
		return nil, nil
	}
	if q.At == 0 {
		q.At = clock.Micros(r.city.Clock().Now())
	}
	around := q
	around.Point = r.finer(q.Path, q.Point, place.Grid) // a grid's middle may be far from all of it
	ids, err := r.openNear(ctx, around)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	gists, err := from.gists(ids)
	if err != nil {
		return nil, err
	}
	photos, err := r.photos(ctx, q, ids)
	if err != nil {
		return nil, err
	}
	t := tale.listener()
	q.exact = r.exact(q.Path, q.Point)
	var likes []Like
	for _, c := range gists {
		if l := r.hold(&q, t, c, photos[c.ID]); l.Score >= Likely && within(q.Path, c.Path) {
			likes = append(likes, l)
		}
	}
	slices.SortFunc(likes, func(a, b Like) int { return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Case.ID, b.Case.ID)) })
	return filled(likes[:min(len(likes), mostLikes)], from.whole)
}

// filled puts the whole cases in place of what was compared of them.
func filled(likes []Like, whole func([]int64) ([]casework.Case, error)) ([]Like, error) {
	ids := make([]int64, len(likes))
	for i, l := range likes {
		ids[i] = l.Case.ID
	}
	cases, err := whole(store.Padded(ids))
	if err != nil {
		return nil, err
	}
	kept := likes[:0]
	for _, l := range likes {
		if i := slices.IndexFunc(cases, func(c casework.Case) bool { return c.ID == l.Case.ID }); i >= 0 {
			l.Case = cases[i]
			kept = append(kept, l)
		}
	}
	return kept, nil
}

// within tells whether two cases can lie at one place: the paths share a street, or one of them is vaguer than that.
func within(a, b string) bool {
	x, y := place.IDs(a), place.IDs(b)
	return len(x) < 2 || len(y) < 2 || x[1] == y[1]
}

// hold tells how like a case is to what is asked, and why.
func (r *Reader) hold(q *Inquiry, t *listener, c casework.Case, samePhoto bool) Like {
	metres, estate := -1.0, false
	if at := r.exact(c.Path, c.Point); at != nil && q.exact != nil {
		metres = geo.Distance(*q.exact, *at)
	} else if p, ok := r.last(c.Path); ok && q.Path == c.Path && place.Depth(p.Kind) > place.Depth(place.Grid) {
		estate = true
	}
	o := ReadTale(c.Title, c.Text)
	l := t.like(&o, metres >= 0 || estate)
	l.Case, l.Metres, l.SameEstate = c, metres, estate
	l.Between, l.SamePhoto, l.SameClass = between(q.At, c.OpenedAt), samePhoto, q.Class != 0 && q.Class == c.Class
	l.weigh(q.Class != 0 && c.Class != 0)
	return l
}

// weigh sums up what speaks for it; classed tells whether both have a class.
func (l *Like) weigh(classed bool) {
	l.Score = l.Said + l.place()
	if l.OtherName {
		l.Score += elsewhere
	}
	if l.SamePhoto {
		l.Score += photoWeight
	}
	if l.SameClass {
		l.Score += classWeight
	} else if classed {
		l.Score -= classWeight
	}
	if l.Between > staleAfter {
		l.Score += staleWeight
	}
	l.Score = min(1, max(0, l.Score))
}

// place is what speaks for their lying at one place.
func (l *Like) place() (best float64) {
	for _, n := range nearness {
		if l.Metres >= 0 && l.Metres <= n.metres {
			best = n.weight
			break
		}
	}
	if l.SameEstate {
		best = max(best, estateWeight)
	}
	if l.SameName {
		best = max(best, nameWeight)
	}
	return best
}

// last is the place a path ends at.
func (r *Reader) last(path string) (place.Place, bool) {
	path = strings.TrimSuffix(path, "/")
	id, err := strconv.ParseInt(path[strings.LastIndexByte(path, '/')+1:], 10, 64)
	if err != nil {
		return place.Place{}, false
	}
	return r.places.Get(id)
}

// exact is the point if somebody pointed there or stood at a building; the middle of a grid or an estate says nothing of who stands next to whom.
func (r *Reader) exact(path string, point *geo.Point) *geo.Point {
	return r.finer(path, point, place.Estate)
}

// finer is the point unless it is the middle of a place of that kind or a larger one.
func (r *Reader) finer(path string, point *geo.Point, kind place.Kind) *geo.Point {
	if p, ok := r.last(path); ok && point != nil && p.Point != nil && *p.Point == *point && place.Depth(p.Kind) <= place.Depth(kind) {
		return nil
	}
	return point
}

func between(a, b int64) time.Duration {
	return time.Duration(max(a-b, b-a)) * time.Microsecond
}
