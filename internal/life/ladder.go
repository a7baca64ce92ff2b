package life

import (
	"context"
	"sync/atomic"

	"mulin/internal/clock"
	"mulin/internal/store"
)

// Ladders are a city's rungs of what is late, kept in memory.
type Ladders struct {
	city *store.City
	all  atomic.Pointer[map[[2]string][]Rung]
}

// NewLadders makes the ladders of a city; Load fills them.
func NewLadders(city *store.City) *Ladders {
	l := &Ladders{city: city}
	l.all.Store(&map[[2]string][]Rung{})
	return l
}

// Load reads them anew.
func (l *Ladders) Load(ctx context.Context) error {
	type row struct {
		kind, name string
		Rung
	}
	rows, err := store.All(ctx, l.city, func(r store.Row) (x row, err error) {
		return x, r.Scan(&x.kind, &x.name, &x.Early, &x.After.Amount, &x.After.Unit, &x.Verb, &x.Tell, &x.Cost)
	}, `select kind, name, early, amount, unit, verb, tell, cost from step_rung where city = ?`, l.city.ID)
	all := map[[2]string][]Rung{}
	for _, x := range rows {
		all[[2]string{x.kind, x.name}] = append(all[[2]string{x.kind, x.name}], x.Rung)
	}
	l.all.Store(&all)
	return err
}

// Add writes a rung.
func (l *Ladders) Add(ctx context.Context, kind, name string, g Rung) error {
	err := l.city.Upkeep(ctx, func(tx *store.Tx) error {
		tx.Exec(`insert into step_rung (city, kind, name, early, amount, unit, verb, tell, cost) values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			tx.City, kind, name, g.Early, g.After.Amount, g.After.Unit, g.Verb, g.Tell, g.Cost)
		return nil
	})
	if err != nil {
		return err
	}
	return l.Load(ctx)
}

// Of gives the rungs of a kind; those the area begins with stand for limits that the city has said nothing about.
func (l *Ladders) Of(kind string, first map[string][]Rung) func(limit string) []Rung {
	return func(limit string) []Rung {
		if own := (*l.all.Load())[[2]string{kind, limit}]; len(own) > 0 {
			return own
		}
		return first[limit]
	}
}

// AtDue is the rung at the due time itself.
func AtDue(v Verb) Rung { return Rung{Verb: v, After: clock.Limit{Unit: clock.Hour}} }
