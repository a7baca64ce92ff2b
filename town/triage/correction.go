package triage

import (
	"context"

	"mulin/internal/access"
	"mulin/internal/store"
)

// Correction is how often a class was suggested and what people made of it instead.
type Correction struct {
	Suggested, Class int64
	N                int64
	Number           string // of the newest such case
}

// Corrections are what people made of the suggestions since a time (µs): what was taken, and the commonest mistakes.
func (r *Reader) Corrections(ctx context.Context, who access.Actor, since int64) (taken, changed int64, worst []Correction, err error) {
	if err := r.may(who); err != nil {
		return 0, 0, nil, err
	}
	all, err := store.All(ctx, r.city, func(row store.Row) (c Correction, err error) {
		return c, row.Scan(&c.Suggested, &c.Class, &c.N, &c.Number)
	},
		`select s.guess, s.class, count(*), max(c.number) from case_sort s join cases c on c.city = s.city and c.id = s.case_id
		where s.city = ? and s.at >= ? and s.guess <> 0 group by s.guess, s.class order by count(*) desc, s.guess, s.class limit 1000`, r.city.ID, since)
	for _, c := range all {
		if c.Suggested == c.Class {
			taken += c.N
			continue
		}
		changed += c.N
		if len(worst) < mostCorrections {
			worst = append(worst, c)
		}
	}
	return taken, changed, worst, err
}

// mostCorrections is how many kinds of mistake a page shows.
const mostCorrections = 20
