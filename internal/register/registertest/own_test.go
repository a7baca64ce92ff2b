package registertest_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"

	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/ledger"
	"mulin/internal/register"
	"mulin/internal/register/registertest"
	"mulin/internal/store"
	"mulin/internal/storetest"
)

// bench is a noun whose area keeps it itself.
type bench struct {
	register.Head
	Code, Name, Note, Day string
	Kind                  string
	Seats                 int64
	Roof                  bool
}

var fields = []register.Field{
	register.Line("code", 20, func(b *bench) *string { return &b.Code }).Needed().Unique("kind").Sieve(),
	register.Line("name", 40, func(b *bench) *string { return &b.Name }).Needed().Found().Sorts(),
	register.Text("note", 200, func(b *bench) *string { return &b.Note }).Found(),
	register.One("kind", []string{"wood", "stone"}, func(b *bench) *string { return &b.Kind }).Sieve().Sorts(),
	register.Count("seats", "", 9, func(b *bench) *int64 { return &b.Seats }).Sorts().Sieve(),
	register.Day("day", func(b *bench) *string { return &b.Day }).Sorts(),
	register.Flag("roof", func(b *bench) *bool { return &b.Roof }).Sieve(),
}

type change struct {
	Before *bench `json:"before,omitempty"`
	After  *bench `json:"after,omitempty"`
	Reason string `json:"reason,omitempty"`
}

// benches keep them in a map, as an area keeps rows.
func benches(city *store.City) *register.Noun {
	all := map[int64]*bench{}
	own := register.Own[bench]{
		Of: register.Of[bench]{Name: "bench", Fields: fields, See: "bench.see", Edit: "bench.edit"},
		All: func() []*bench {
			return slices.SortedFunc(maps.Values(all), func(a, b *bench) int { return int(a.ID - b.ID) })
		},
		Put: func(_ context.Context, tx *store.Tx, who access.Actor, old, x *bench) error {
			if old == nil {
				x.ID = tx.NewID()
			}
			mine := *x
			mine.Version, mine.Until = 0, 0
			all[x.ID] = &mine
			ledger.Append(tx, who, "area.bench.save", ledger.Subject{Kind: "bench", ID: x.ID}, change{Before: old, After: &mine})
			return nil
		},
		End: func(_ context.Context, tx *store.Tx, who access.Actor, x *bench, reason string) error {
			mine := *all[x.ID]
			mine.Until = tx.Now
			all[x.ID] = &mine
			ledger.Append(tx, who, "area.bench.retire", ledger.Subject{Kind: "bench", ID: x.ID}, change{Before: x, After: &mine, Reason: reason})
			return nil
		},
	}
	return register.Adapt(city, own).Noun
}

// TestOwn holds a noun that an area keeps itself to what holds for tables.
func TestOwn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, _ *clock.Fake) {
		city := storetest.NewCity(t, db)
		registertest.Run(t, city, benches(city), func(i int, x any) { x.(*bench).Code = fmt.Sprintf("B%d", i) })
	})
}
