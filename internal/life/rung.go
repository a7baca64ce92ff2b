package life

import (
	"context"
	"slices"

	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/ledger"
	"mulin/internal/memory"
	"mulin/internal/store"
)

// Rung is one step of the ladder of what is late: what the city does by itself before or behind a due time.
type Rung struct {
	After clock.Limit `json:"after"` // behind the due time; Early: before it
	Early bool        `json:"early,omitempty"`
	Verb  Verb        `json:"verb"`           // the internal step the city itself does then: warn, climb, lapse …
	Tell  string      `json:"tell,omitempty"` // who is told: turn, lead, desk, above, asker
	Cost  int64       `json:"cost,omitempty"` // in the score
}

// AtDue is the rung at the due time itself.
func AtDue(v Verb) Rung { return Rung{Verb: v, After: clock.Limit{Unit: clock.Hour}} }

// At is when the rung is reached.
func (g Rung) At(cal *clock.Calendar, due int64) int64 {
	switch {
	case g.After.Amount == 0:
		return due
	case g.Early:
		return clock.Micros(cal.Ahead(clock.Time(due), g.After))
	}
	return clock.Micros(cal.Due(clock.Time(due), g.After))
}

// Ladders are a city's rungs of what is late for all its laws, kept in memory.
type Ladders struct {
	city *store.City
	edit access.Right
	memory.Kept
	all *memory.Copy[map[ladder][]Rung]
}

type ladder struct{ kind, limit string }

// NewLadders makes the ladders of a city and says who may change them.
func NewLadders(city *store.City, edit access.Right) *Ladders {
	all := memory.New(city, "life", map[ladder][]Rung{}, func(ctx context.Context, _ map[ladder][]Rung) (map[ladder][]Rung, error) { return load(ctx, city) }, rungsSet)
	return &Ladders{city, edit, all, all}
}

func load(ctx context.Context, city *store.City) (map[ladder][]Rung, error) {
	type row struct {
		ladder
		Rung
	}
	rows, err := store.All(ctx, city, func(r store.Row) (x row, err error) {
		return x, r.Scan(&x.kind, &x.limit, &x.Early, &x.After.Amount, &x.After.Unit, &x.Verb, &x.Tell, &x.Cost)
	}, `select kind, name, early, amount, unit, verb, tell, cost from step_rung where city = ? order by kind, name, early desc, amount, unit`, city.ID)
	all := map[ladder][]Rung{}
	for _, x := range rows {
		all[x.ladder] = append(all[x.ladder], x.Rung)
	}
	return all, err
}

// rungsSet is the ledger's verb of a ladder that was set.
const rungsSet = "life.rungs"

// Set puts a ladder in the place of what a limit had; none brings back what the area begins with. Replan carries it to what is open.
func (l *Ladders) Set(ctx context.Context, who access.Actor, kind, limit string, rungs []Rung) error {
	if err := who.May(l.edit, access.At{Path: "/1/"}); err != nil { // they are the whole city's
		return err
	}
	err := l.city.Write(ctx, func(tx *store.Tx) error {
		tx.Exec(`delete from step_rung where city = ? and kind = ? and name = ?`, tx.City, kind, limit)
		for _, g := range rungs {
			tx.Exec(`insert into step_rung (city, kind, name, early, amount, unit, verb, tell, cost) values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
				tx.City, kind, limit, g.Early, g.After.Amount, g.After.Unit, g.Verb, g.Tell, g.Cost)
		}
		ledger.Append(tx, who, rungsSet, ledger.Subject{Kind: "life"}, map[string]any{"kind": kind, "limit": limit, "rungs": rungs})
		return nil
	})
	if err == nil {
		l.all.Refresh(ctx)
	}
	return err
}

// Replan is the lasting follower that plans anew what is open when a ladder was set.
func (l *Ladders) Replan(doors ...Door) ledger.Follower {
	return ledger.Func("life-plan", func(ctx context.Context, entries []ledger.Entry) error {
		if !slices.ContainsFunc(entries, func(e ledger.Entry) bool { return e.Verb == rungsSet }) {
			return nil
		}
		if err := l.Load(ctx); err != nil {
			return err
		}
		for _, d := range doors {
			if _, err := d.Replan(ctx); err != nil {
				return err
			}
		}
		return nil
	})
}

// Of gives the rungs of a kind; those the area begins with stand for limits that the city has said nothing about.
func (l *Ladders) Of(kind string, first map[string][]Rung) func(limit string) []Rung {
	return func(limit string) []Rung {
		if own := l.all.Now()[ladder{kind, limit}]; len(own) > 0 {
			return own
		}
		return first[limit]
	}
}
