package casework

import (
	"context"
	"slices"

	"mulin/internal/access"
	"mulin/internal/geo"
	"mulin/internal/store"
)

// gist is as much of a case as it takes to hold it against another: GistLength characters of the text, and some more so that no number is cut before it
// is masked.
const gist = `c.id, c.kind, c.class, c.title, substr(c.text, 1, 440), c.status, c.hidden, c.path, c.lat, c.lng, c.opened_at`

// GistLength is how much of a text a gist has at least, in characters.
const GistLength = 400

func scanGist(r store.Row) (c Case, err error) {
	var lat, lng *float64
	err = r.Scan(&c.ID, &c.Kind, &c.Class, &c.Title, &c.Text, &c.Status, &c.Hidden, &c.Path, &lat, &lng, &c.OpenedAt)
	if lat != nil && lng != nil {
		c.Point = &geo.Point{Lat: *lat, Lng: *lng}
	}
	c.Cover()
	return c, err
}

// Gists reads the open ones of these cases within the actor's reach, no more of each than it takes to compare them. The words are masked.
func (d *Desk) Gists(ctx context.Context, who access.Actor, ids []int64) ([]Case, error) {
	if !who.Has(See) {
		return nil, access.ErrDenied
	}
	if len(ids) == 0 {
		return nil, nil
	}
	q := d.among(store.Padded(ids))
	sql, reach := who.Reach(See).Where("c.path", takesPart)
	q.and(sql, reach...)
	// Asked for open ones only, PostgreSQL walks through an index of all open cases instead of looking these up.
	all, err := store.All(ctx, d.city, scanGist, `select `+gist+` from cases c where `+q.conditions(), q.args...)
	return slices.DeleteFunc(all, func(c Case) bool { return Over(c.Status) }), err
}

// JoinableGists reads those of these cases that may be joined, no more of each than it takes to compare them. The words are masked.
func (d *Desk) JoinableGists(ctx context.Context, ids []int64) ([]Case, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	q := d.among(store.Padded(ids))
	all, err := store.All(ctx, d.city, scanGist, `select `+gist+` from cases c where `+q.conditions(), q.args...)
	return slices.DeleteFunc(all, func(c Case) bool { return !c.Joinable() }), err
}
