package casework

import (
	"context"

	"mulin/internal/store"
)

// Sourced is a case that came through another channel, as far as an import has to know it.
type Sourced struct {
	ID     int64
	Source string
	Status Status
}

// OfSources finds the cases that came from these numbers of a channel, by number; at most a few hundred at a time.
func (d *Desk) OfSources(ctx context.Context, channel string, sources []string) (map[string]Sourced, error) {
	args := []any{d.city.ID, channel}
	for _, s := range sources {
		args = append(args, s)
	}
	all, err := store.All(ctx, d.city, func(r store.Row) (s Sourced, err error) { return s, r.Scan(&s.ID, &s.Source, &s.Status) },
		`select id, source, status from cases where city = ? and channel = ? and source in (`+store.In(len(sources))+`)`, args...)
	by := make(map[string]Sourced, len(all))
	for _, s := range all {
		by[s.Source] = s
	}
	return by, err
}
