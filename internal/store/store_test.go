package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"mulin/internal/clock"
	"mulin/internal/fault"
	"mulin/internal/store"
	"mulin/internal/storetest"
)

// table makes a scratch table for one test.
func table(t *testing.T, city *store.City) {
	t.Helper()
	err := city.Upkeep(t.Context(), func(tx *store.Tx) error {
		tx.Exec(`create table scratch (city bigint not null, id bigint not null, word text not null, flag boolean not null default false, primary key (city, id))`)
		tx.Exec(`create unique index scratch_word on scratch (city, word)`)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func put(word string) func(tx *store.Tx) error {
	return func(tx *store.Tx) error {
		tx.Exec(`insert into scratch (city, id, word) values (?, ?, ?)`, tx.City, tx.NewID(), word)
		tx.NextSeq()
		return nil
	}
}

func count(t *testing.T, q store.Querier) int64 {
	t.Helper()
	n, err := store.Value[int64](t.Context(), q, `select count(*) from scratch`)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func seq(t *testing.T, c *store.City) int64 {
	t.Helper()
	n, err := store.Value[int64](t.Context(), c, `select seq from ledger_head where city = ?`, c.ID)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// together starts n writes so that they meet in groups, and returns their errors.
func together(t *testing.T, city *store.City, n int, f func(i int) func(tx *store.Tx) error) []error {
	t.Helper()
	errs := make([]error, n)
	var all sync.WaitGroup
	hold := make(chan struct{})
	all.Go(func() { // keeps the writer busy until everybody waits
		_ = city.Write(context.Background(), func(*store.Tx) error { <-hold; return nil })
	})
	for i := range n {
		all.Go(func() { errs[i] = city.Write(context.Background(), f(i)) })
	}
	close(hold)
	all.Wait()
	return errs
}

func TestGuiltyWriteFailsAlone(t *testing.T) {
	boom := errors.New("boom")
	for name, guilty := range map[string]func(tx *store.Tx) error{
		"engine refuses a queued statement": func(tx *store.Tx) error {
			tx.Exec(`insert into scratch (city, id, word) values (?, ?, ?)`, tx.City, tx.NewID(), "there")
			tx.NextSeq()
			return nil
		},
		"engine refuses a read": func(tx *store.Tx) error {
			_, err := tx.Query(context.Background(), `select nothing from nowhere`)
			return err
		},
		"error before anything was sent": func(tx *store.Tx) error {
			tx.NextSeq()
			tx.Exec(`insert into scratch (city, id, word) values (?, ?, 'dropped')`, tx.City, tx.NewID())
			return boom
		},
		"error after its rows were sent": func(tx *store.Tx) error {
			tx.NextSeq()
			tx.Exec(`insert into scratch (city, id, word) values (?, ?, 'sent')`, tx.City, tx.NewID())
			if _, err := store.Value[int64](context.Background(), tx, `select count(*) from scratch`); err != nil {
				return err
			}
			return boom
		},
		"panic": func(tx *store.Tx) error {
			tx.Exec(`insert into scratch (city, id, word) values (?, ?, 'panic')`, tx.City, tx.NewID())
			panic("oh")
		},
		"not a statement at all": func(tx *store.Tx) error { tx.Exec(`insert in`); return nil },
	} {
		t.Run(name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, db *store.DB, _ *clock.Fake) {
				city := storetest.NewCity(t, db)
				table(t, city)
				if err := city.Write(t.Context(), put("there")); err != nil {
					t.Fatal(err)
				}
				errs := together(t, city, 100, func(i int) func(tx *store.Tx) error {
					if i == 50 {
						return guilty
					}
					if i%3 == 0 { // some read before they write
						return func(tx *store.Tx) error {
							if _, err := store.Value[int64](context.Background(), tx, `select count(*) from scratch`); err != nil {
								return err
							}
							return put(fmt.Sprint("word", i))(tx)
						}
					}
					return put(fmt.Sprint("word", i))
				})
				for i, err := range errs {
					if (err != nil) != (i == 50) {
						t.Errorf("write %d: %v", i, err)
					}
				}
				if n := count(t, city); n != 100 {
					t.Errorf("%d rows, want 100", n)
				}
				if n := seq(t, city); n != 100 {
					t.Errorf("ledger stands at %d, want 100: gap-free", n)
				}
			})
		})
	}
}

func TestWriteSeesWhatIsQueued(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, _ *clock.Fake) {
		city := storetest.NewCity(t, db)
		table(t, city)
		err := city.Write(t.Context(), func(tx *store.Tx) error {
			tx.Exec(`insert into scratch (city, id, word, flag) values (?, ?, ?, ?)`, tx.City, tx.NewID(), "睦邻?'", true)
			type row struct {
				word string
				flag bool
			}
			r, err := store.One(t.Context(), tx, func(r store.Row) (v row, err error) { return v, r.Scan(&v.word, &v.flag) },
				`select word, flag from scratch where city = ? and word <> '?'`, tx.City)
			if err != nil {
				return err
			}
			if r != (row{"睦邻?'", true}) {
				t.Errorf("read %+v", r)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := store.Value[int64](t.Context(), city, `select id from scratch where word = 'none'`); !errors.Is(err, store.ErrNone) {
			t.Errorf("missing row: %v, want ErrNone", err)
		}
	})
}

func TestIDsGrowAndStayUnique(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		city := storetest.NewCity(t, db)
		var last int64
		for range 20 {
			err := city.Write(t.Context(), func(tx *store.Tx) error {
				for range 5 {
					id := tx.NewID()
					if id <= last || id >= 1<<53 {
						t.Errorf("id %d after %d", id, last)
					}
					last = id
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			clk.Set(clk.Now().Add(-1e9)) // the clock going back changes nothing
		}
	})
}

func TestPadded(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]int{0: 0, 1: 8, 8: 8, 9: 16, 64: 64, 65: 128} {
		ids := make([]int64, n)
		for i := range ids {
			ids[i] = int64(i + 1)
		}
		got := store.Padded(ids)
		if len(got) != want || !slices.Equal(got[:n], ids) || n > 0 && got[len(got)-1] != ids[n-1] {
			t.Errorf("%d ids are padded to %v", n, got)
		}
	}
}

func TestCancelled(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, _ *clock.Fake) {
		city := storetest.NewCity(t, db)
		table(t, city)
		hold, started := make(chan struct{}), make(chan struct{})
		var all sync.WaitGroup
		var once sync.Once
		all.Go(func() {
			_ = city.Write(context.Background(), func(*store.Tx) error { once.Do(func() { close(started) }); <-hold; return nil })
		})
		<-started
		ctx, cancel := context.WithCancel(context.Background())
		late := make(chan error)
		go func() {
			late <- city.Write(ctx, func(tx *store.Tx) error { t.Error("ran although its caller had gone"); return nil })
		}()
		cancel()
		if err := <-late; !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled while waiting: %v", err)
		}
		close(hold)
		all.Wait()

		// Cancelled inside f: it fails alone, the city works on.
		ctx, cancel = context.WithCancel(context.Background())
		err := city.Write(ctx, func(tx *store.Tx) error {
			cancel()
			_, err := store.Value[int64](ctx, tx, `select count(*) from scratch`)
			return err
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled inside: %v", err)
		}
		if err := city.Write(context.Background(), put("after")); err != nil {
			t.Errorf("the next write: %v", err)
		}
		if n := count(t, city); n != 1 {
			t.Errorf("%d rows, want 1", n)
		}
	})
}

// TestUpkeepCancelledAtAnyMoment: whoever hangs up while a transaction is being begun leaves none behind.
func TestUpkeepCancelledAtAnyMoment(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, _ *clock.Fake) {
		city := storetest.NewCity(t, db)
		table(t, city)
		for i := range 150 {
			ctx, cancel := context.WithCancel(context.Background())
			var hangUp sync.WaitGroup
			hangUp.Go(cancel)
			if err := city.Upkeep(ctx, func(*store.Tx) error { return nil }); err != nil && !errors.Is(err, context.Canceled) {
				t.Fatalf("upkeep %d: %v", i, err)
			}
			hangUp.Wait()
			if err := city.Write(context.Background(), put(fmt.Sprint("after ", i))); err != nil {
				t.Fatalf("the write after upkeep %d: %v", i, err)
			}
		}
	})
}

func TestAcknowledgedMeansCommitted(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, _ *clock.Fake) {
		city := storetest.NewCity(t, db)
		table(t, city)
		var all sync.WaitGroup
		for i := range 64 {
			all.Go(func() {
				word := fmt.Sprint("w", i)
				if err := city.Write(context.Background(), put(word)); err != nil {
					t.Error(err)
					return
				}
				if _, err := store.Value[int64](context.Background(), city, `select id from scratch where word = ?`, word); err != nil {
					t.Errorf("%s was acknowledged but isn't there: %v", word, err)
				}
			})
		}
		all.Wait()
	})
}

func TestTwoCitiesDontSeeEachOthersOrder(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, _ *clock.Fake) {
		a, b := storetest.Found(t, db, 1), storetest.Found(t, db, 2)
		table(t, a)
		for range 3 {
			if err := a.Write(t.Context(), put(fmt.Sprint(seq(t, a)))); err != nil {
				t.Fatal(err)
			}
		}
		if err := b.Write(t.Context(), put("b")); err != nil {
			t.Fatal(err)
		}
		if seq(t, a) != 3 || seq(t, b) != 1 {
			t.Errorf("ledgers stand at %d and %d, want 3 and 1", seq(t, a), seq(t, b))
		}
		if err := db.City(9).Write(t.Context(), put("x")); err == nil || !strings.Contains(err.Error(), "founded") {
			t.Errorf("a city that doesn't exist: %v", err)
		}
	})
}

func TestTwoProcessesOneOrder(t *testing.T) {
	dsn := storetest.Postgres(t)
	var nodes []*store.City
	for range 2 { // two handles share nothing but the server, as two processes do
		nodes = append(nodes, storetest.NewCity(t, storetest.Open(t, dsn, clock.System)))
	}
	err := nodes[0].Upkeep(t.Context(), func(tx *store.Tx) error {
		tx.Exec(`create table order_of (city bigint, seq bigint, id bigint, primary key (city, seq))`)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for i := range 200 {
		all.Go(func() {
			err := nodes[i%2].Write(context.Background(), func(tx *store.Tx) error {
				tx.Exec(`insert into order_of (city, seq, id) values (?, ?, ?)`, tx.City, tx.NextSeq(), tx.NewID())
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	gaps, err := store.Value[int64](t.Context(), nodes[0],
		`select 200 - count(distinct seq) + 200 - count(distinct id) + max(seq) - 200 from order_of where city = ?`, nodes[0].ID)
	if err != nil || gaps != 0 {
		t.Errorf("gaps or doubles: %d, %v", gaps, err)
	}
	back, err := store.Value[int64](t.Context(), nodes[0],
		`select count(*) from order_of a join order_of b on b.city = a.city and b.seq = a.seq + 1 where b.id <= a.id`)
	if err != nil || back != 0 {
		t.Errorf("%d ids run against the ledger's order, %v", back, err)
	}
}

func TestBusyFile(t *testing.T) {
	path := storetest.SQLite(t)
	db := storetest.Open(t, path, clock.System)
	city := storetest.NewCity(t, db)
	other, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if _, err := other.Exec(`begin immediate`); err != nil {
		t.Fatal(err)
	}
	err = city.Write(t.Context(), put("x"))
	if !errors.Is(err, store.ErrBusy) {
		t.Errorf("write to a held file: %v, want ErrBusy", err)
	}
	if l, ok := fault.As(err); !ok || l[0].Kind != fault.Unavailable {
		t.Errorf("not a readable fault: %v", err)
	}
}

func TestBadDatabases(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	garbage := filepath.Join(dir, "garbage.db")
	if err := os.WriteFile(garbage, []byte(strings.Repeat("not a database ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	for dsn, want := range map[string]error{
		"postgres://nobody@127.0.0.1:1/x?connect_timeout=1": store.ErrUnreachable,
		"postgres://%zz": nil,
		garbage:          nil,
	} {
		if db, err := store.Open(t.Context(), dsn, clock.System); err == nil {
			db.Close()
			t.Errorf("%s opened", dsn)
		} else if want != nil && !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", dsn, err, want)
		}
	}
}

func BenchmarkGroupCommit(b *testing.B) {
	for name, dsn := range map[string]func(testing.TB) string{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		b.Run(name, func(b *testing.B) {
			db := storetest.Open(b, dsn(b), clock.System)
			city := storetest.NewCity(b, db)
			if err := city.Upkeep(b.Context(), func(tx *store.Tx) error {
				tx.Exec(`create table scratch (city bigint, id bigint, word text, primary key (city, id))`)
				return nil
			}); err != nil {
				b.Fatal(err)
			}
			b.SetParallelism(64)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if err := city.Write(context.Background(), put("word")); err != nil {
						b.Fatal(err)
					}
				}
			})
		})
	}
}
