package life

import (
	"context"
	"slices"
	"strings"

	"mulin/internal/geo"
	"mulin/internal/sensitive"
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

const stepColumns = `seq, at, done_at, verb, person, body, status, target, note, public, reason, lat, lng, despite, despite_why`

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

// Timeline reads all that was done with a thing, its notes in clear, and the photos it began with. It checks no right.
func Timeline(ctx context.Context, q store.Querier, city, id int64) (all []Happened, first []Picture, err error) {
	all, err = store.All(ctx, q, scanStep, `select `+stepColumns+` from step where city = ? and subject = ? order by seq limit 1000`, city, id)
	if err != nil {
		return nil, nil, err
	}
	type shot struct {
		seq int64
		Picture
	}
	shots, err := store.All(ctx, q, func(r store.Row) (s shot, err error) { return s, r.Scan(&s.seq, &s.Hash, &s.Width, &s.Height) },
		`select seq, hash, width, height from step_photo where city = ? and subject = ? order by seq, hash limit 1000`, city, id)
	for _, s := range shots {
		if i := slices.IndexFunc(all, func(h Happened) bool { return h.Seq == s.seq }); i >= 0 {
			all[i].Photos = append(all[i].Photos, s.Picture)
		} else {
			first = append(first, s.Picture)
		}
	}
	return all, first, err
}

// masked is a timeline as people read it who have not asked to see words in clear.
func masked(all []Happened) []Happened {
	for i := range all {
		all[i].Note, all[i].Why = sensitive.Mask(all[i].Note), sensitive.Mask(all[i].Why)
	}
	return all
}
