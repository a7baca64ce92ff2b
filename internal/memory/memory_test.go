package memory_test

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"testing"

	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/ledger"
	"mulin/internal/memory"
	"mulin/internal/store"
	"mulin/internal/storetest"
)

// rows stands for what an area reads: the number of entries, as a copy would hold it.
type rows struct {
	mu    sync.Mutex
	reads int
	fail  error
	city  *store.City
}

func (r *rows) read(ctx context.Context, old int64) (int64, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.reads++
	if r.fail != nil {
		return 0, r.fail
	}
	return ledger.Head(ctx, r.city, r.city.ID)
}

func write(t *testing.T, city *store.City, verb string) []ledger.Entry {
	t.Helper()
	err := city.Write(t.Context(), func(tx *store.Tx) error {
		ledger.Append(tx, access.System(city.ID), verb, ledger.Subject{Kind: "thing", ID: 1}, nil)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	head, err := ledger.Head(t.Context(), city, city.ID)
	if err != nil {
		t.Fatal(err)
	}
	all, err := ledger.After(t.Context(), city, city.ID, head-1, 1)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func follow(t *testing.T, c memory.Kept, entries []ledger.Entry) {
	t.Helper()
	if err := c.Follower().Follow(t.Context(), entries); err != nil {
		t.Fatal(err)
	}
}

func TestCopyFollowsItsVerbs(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, _ *clock.Fake) {
		city := storetest.NewCity(t, db)
		r := &rows{city: city}
		c := memory.New(city, "thing", int64(-1), r.read, "thing.").Except("thing.seen")
		want := func(value int64, reads int) {
			t.Helper()
			if c.Now() != value || r.reads != reads {
				t.Errorf("%d after %d readings, want %d after %d", c.Now(), r.reads, value, reads)
			}
		}
		want(-1, 0)
		if err := c.Load(t.Context()); err != nil {
			t.Fatal(err)
		}
		want(0, 1)
		e := write(t, city, "thing.save")
		follow(t, c, e)
		want(1, 2)
		follow(t, c, e) // it is in already
		want(1, 2)
		follow(t, c, write(t, city, "other.save"))
		follow(t, c, write(t, city, "thing.seen"))
		want(1, 2)
		write(t, city, "thing.save")
		c.Refresh(t.Context())
		want(4, 3)
		r.fail = errors.New("no rows today")
		e = write(t, city, "thing.save")
		c.Refresh(t.Context())
		want(4, 4)
		if err := c.Follower().Follow(t.Context(), e); !errors.Is(err, r.fail) {
			t.Errorf("a follower that can't read says %v", err)
		}
		r.fail = nil
		follow(t, c, e)
		want(5, 6)
	})
}

func TestLazyCopyIsReadByWhoLooks(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, _ *clock.Fake) {
		city := storetest.NewCity(t, db)
		r := &rows{city: city}
		c := memory.New(city, "thing", int64(0), r.read, "thing.").Lazily()
		for range 5 {
			write(t, city, "thing.save")
			c.Refresh(t.Context())
		}
		if asked := c.Asked(); r.reads != 0 || asked != 6 {
			t.Errorf("%d readings, %d asked for", r.reads, asked)
		}
		for range 2 {
			if n := c.Now(); n != 5 || r.reads != 1 {
				t.Errorf("%d after %d readings", n, r.reads)
			}
		}
		follow(t, c, write(t, city, "thing.save"))
		if r.fail = errors.New("no rows today"); c.Now() != 5 {
			t.Errorf("%d, want the old value", c.Now())
		}
		if r.fail = nil; c.Now() != 6 {
			t.Errorf("%d, want the new one", c.Now())
		}
	})
}

// TestCopiesShareReadings: those that wait while one reads are served by the next.
func TestCopiesShareReadings(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, _ *clock.Fake) {
		city := storetest.NewCity(t, db)
		begun, goOn, first := make(chan bool), make(chan bool), true
		reads := 0
		c := memory.New(city, "thing", 0, func(context.Context, int) (int, error) {
			reads++
			if first {
				first = false
				begun <- true
				<-goOn
			}
			return reads, nil
		}, "thing.")
		var all sync.WaitGroup
		load := func() {
			all.Go(func() {
				if err := c.Load(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		load()
		<-begun
		asked := c.Asked()
		for range 8 {
			load()
		}
		for c.Asked() != asked+8 {
			runtime.Gosched()
		}
		goOn <- true
		all.Wait()
		if reads != 2 {
			t.Errorf("%d readings for nine that asked", reads)
		}
	})
}
