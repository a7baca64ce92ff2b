package casework_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/ledger"
	"mulin/internal/store"
	"mulin/internal/storetest"
	"mulin/town/casework"
	"mulin/town/towntest"
)

// TestTwoCitiesInOneDatabase swaps every id and number between two cities (A13, A14): the other city's things don't exist.
func TestTwoCitiesInOneDatabase(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, _ *clock.Fake) {
		a, b := towntest.Build(t, storetest.Found(t, db, 1)), towntest.Build(t, storetest.Found(t, db, 2))
		rec := open(t, a, report())
		claim := casework.Claim{Secret: rec.Secret, Phone: "13800001234"}
		if _, err := b.Desk.Get(t.Context(), b.System(), rec.Number); !errors.Is(err, casework.ErrNotFound) {
			t.Errorf("the other city's case by number: %v", err)
		}
		if _, err := b.Desk.Track(t.Context(), rec.Number, claim); !errors.Is(err, casework.ErrSecret) {
			t.Errorf("by number and secret: %v", err)
		}
		if _, err := b.Desk.Act(t.Context(), b.System(), rec.ID, casework.Accept, casework.Step{}); !errors.Is(err, casework.ErrNotFound) {
			t.Errorf("a step on it: %v", err)
		}
		if _, err := b.Desk.Reveal(t.Context(), b.System(), rec.ID, "x"); !errors.Is(err, casework.ErrNotFound) {
			t.Errorf("who reported it: %v", err)
		}
		if list, err := b.Desk.List(t.Context(), b.System(), casework.Filter{Tab: casework.Open}); err != nil || len(list.Cases) != 0 {
			t.Errorf("the list: %v, %v", list, err)
		}
		if list, err := b.Desk.ByIDs(t.Context(), b.System(), []int64{rec.ID}, casework.Filter{}); err != nil || len(list) != 0 {
			t.Errorf("by id: %v, %v", list, err)
		}
		if list, err := b.Desk.OfPhone(t.Context(), "13800001234", 0, 5); err != nil || len(list) != 0 {
			t.Errorf("by phone: %v, %v", list, err)
		}
		if entries, err := ledger.Of(t.Context(), db, 2, "case", rec.ID, 0, 5); err != nil || len(entries) != 0 {
			t.Errorf("the ledger: %v, %v", entries, err)
		}
	})
}

// TestLedgerNamesTheRightActor lets many act at once (A30): every entry carries the name of the one whose step it is.
func TestLedgerNamesTheRightActor(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, _ *clock.Fake) {
		w := towntest.Build(t, storetest.NewCity(t, db))
		rec := open(t, w, report())
		var all sync.WaitGroup
		for i := range 60 {
			who := w.Worker()
			who.Person = int64(1000 + i)
			all.Go(func() {
				if _, err := w.Desk.Act(context.Background(), who, rec.ID, casework.Note, casework.Step{Note: fmt.Sprint(who.Person)}); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		f, err := w.Desk.Get(t.Context(), w.Worker(), rec.Number)
		if err != nil || len(f.Steps) != 60 {
			t.Fatalf("%d steps, %v", len(f.Steps), err)
		}
		entries, err := ledger.Of(t.Context(), w.City, 1, "case", rec.ID, 0, 100)
		if err != nil {
			t.Fatal(err)
		}
		by := map[int64]int64{}
		for _, e := range entries {
			by[e.Seq] = e.Person
		}
		for _, h := range f.Steps {
			if fmt.Sprint(h.Person) != h.Note || by[h.Seq] != h.Person {
				t.Errorf("step %d by %s stands under %d, in the ledger under %d", h.Seq, h.Note, h.Person, by[h.Seq])
			}
		}
	})
}

// TestOneRatingCounts sends fifty ratings at once (A18): one counts.
func TestOneRatingCounts(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, _ *clock.Fake) {
		w := towntest.Build(t, storetest.NewCity(t, db))
		rec := open(t, w, report())
		for _, v := range []casework.Verb{casework.Accept, casework.Done, casework.Answer} {
			act(t, w, w.Worker(), rec.ID, v, casework.Step{Note: "好", Photos: []casework.Photo{towntest.Photo("p")}})
		}
		won := make(chan int64, 50)
		var all sync.WaitGroup
		for i := range 50 {
			all.Go(func() {
				stars := int64(1 + i%5)
				_, err := w.Desk.Act(context.Background(), access.Nobody(1), rec.ID, casework.Rate, casework.Step{Stars: stars, Claim: casework.Claim{Secret: rec.Secret}})
				if err == nil {
					won <- stars
				} else if !errors.Is(err, casework.ErrStale) {
					t.Error(err)
				}
			})
		}
		all.Wait()
		close(won)
		if len(won) != 1 {
			t.Fatalf("%d ratings counted", len(won))
		}
		if f, _ := w.Desk.Get(t.Context(), w.Worker(), rec.Number); f.Stars != <-won {
			t.Errorf("another rating stands: %d", f.Stars)
		}
	})
}
