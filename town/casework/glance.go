package casework

import (
	"context"

	"mulin/internal/access"
	"mulin/internal/store"
)

// Thumbs gives the first photo of each case that came with one when it was opened, for the small pictures of a list. Who may open them the gate asks.
func (d *Desk) Thumbs(ctx context.Context, ids []int64) (map[int64]string, error) {
	first := map[int64]string{}
	if len(ids) == 0 {
		return first, nil
	}
	args := make([]any, 0, len(ids)+1)
	args = append(args, d.city.ID)
	for _, id := range ids {
		args = append(args, id)
	}
	type shot struct {
		id   int64
		hash string
	}
	all, err := store.All(ctx, d.city, func(r store.Row) (s shot, err error) { return s, r.Scan(&s.id, &s.hash) },
		`select subject, min(hash) from step_photo where city = ? and seq = 0 and subject in (`+store.In(len(ids))+`) group by subject`, args...)
	for _, s := range all {
		first[s.id] = s.hash
	}
	return first, err
}

// Share is how many open cases lie in one part of a place, and how many of them are overdue.
type Share struct{ Place, Open, Late int64 }

// Spread counts the open cases within reach by the parts of a place: a city by its streets, a street by its communities, a community by its grids. Late ones first.
func (d *Desk) Spread(ctx context.Context, who access.Actor, place int64) ([]Share, error) {
	if d.ours(who) != nil || !who.Has(See) {
		return nil, access.ErrDenied
	}
	at, ok := d.places.Get(place)
	if !ok {
		return nil, nil
	}
	column, ok := map[int]string{1: "street", 2: "community", 3: "grid"}[depth(at.Path)]
	if !ok {
		return nil, nil
	}
	q := &query{}
	q.args = append(q.args, d.city.Clock().Now().UnixMicro())
	q.and(`c.city = ?`, d.city.ID)
	q.and(`c.open and c.path >= ? and c.path < ?`, at.Path, access.After(at.Path))
	reach, args := who.Reach(See).Where("c.path", takesPart)
	q.and(reach, args...)
	return store.All(ctx, d.city, func(r store.Row) (s Share, err error) { return s, r.Scan(&s.Place, &s.Open, &s.Late) },
		`select c.`+column+`, count(*), coalesce(sum(case when c.step_due_at > 0 and c.step_due_at < ? then 1 else 0 end), 0) as late
		from cases c where `+q.conditions()+` and c.`+column+` <> 0 group by c.`+column+` order by late desc, 2 desc, 1 limit 500`, q.args...)
}
