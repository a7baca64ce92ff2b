package ledger_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/geo"
	"mulin/internal/ledger"
	"mulin/internal/store"
	"mulin/internal/storetest"
)

var quiet = slog.New(slog.DiscardHandler)

func key(t testing.TB, name string) *ledger.Key {
	t.Helper()
	k, err := ledger.NewKey(name, []byte("0123456789abcdef0123456789abcdef"))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func tree(t testing.TB, city *store.City) *ledger.Tree {
	t.Helper()
	tr, err := ledger.NewTree(city, key(t, "town.example"))
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

// grow appends n entries, some with a point, some with a case number.
func grow(t testing.TB, city *store.City, n int) {
	t.Helper()
	for i := 0; i < n; i += 100 {
		err := city.Write(t.Context(), func(tx *store.Tx) error {
			for j := i; j < min(n, i+100); j++ {
				on := ledger.Subject{Kind: "case", ID: int64(j), Path: "/1/4/"}
				if j%3 == 0 {
					on.Point = &geo.Point{Lat: 35.08 + float64(j)/977, Lng: 117.153}
				}
				ledger.Append(tx, access.System(tx.City), "case.open", on, map[string]any{"number": fmt.Sprint("N", j), "word": "<水管>"})
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// follow stores the blocks, as the feed does.
func follow(t testing.TB, city *store.City, tr *ledger.Tree) {
	t.Helper()
	f := ledger.NewFeed(city, quiet)
	f.Lasting(tr)
	if err := f.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func exec(t testing.TB, city *store.City, sql string, args ...any) {
	t.Helper()
	if err := city.Upkeep(t.Context(), func(tx *store.Tx) error { tx.Exec(sql, args...); return nil }); err != nil {
		t.Fatal(err)
	}
}

// plain is the root as tlog itself makes it from all leaf hashes.
func plain(t testing.TB, city *store.City, size int64) tlog.Hash {
	t.Helper()
	entries, err := ledger.After(t.Context(), city, city.ID, 0, int(size))
	if err != nil {
		t.Fatal(err)
	}
	var stored []tlog.Hash
	read := tlog.HashReaderFunc(func(at []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(at))
		for i, x := range at {
			out[i] = stored[x]
		}
		return out, nil
	})
	for i, e := range entries {
		more, err := tlog.StoredHashesForRecordHash(int64(i), e.Hash, read)
		if err != nil {
			t.Fatal(err)
		}
		stored = append(stored, more...)
	}
	root, err := tlog.TreeHash(size, read)
	if err != nil {
		t.Fatal(err)
	}
	return root
}

func TestProofsHoldWithAndWithoutBlocks(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, _ *clock.Fake) {
		city := storetest.NewCity(t, db)
		tr := tree(t, city)
		grow(t, city, 700)
		for _, stored := range []bool{false, true} {
			if stored {
				follow(t, city, tr)
			}
			for _, size := range []int64{1, 2, 3, 255, 256, 257, 512, 513, 699, 700} {
				root, err := tr.Root(t.Context(), size)
				if err != nil || root != plain(t, city, size) {
					t.Fatalf("root of %d (blocks %v) = %v, %v: differs", size, stored, root, err)
				}
				for _, seq := range []int64{1, 2, 200, 256, 257, 400, 512, 600, size} {
					if seq > size {
						continue
					}
					entries, _ := ledger.After(t.Context(), city, 1, seq-1, 1)
					p, err := tr.Prove(t.Context(), seq, size)
					if err == nil {
						err = tlog.CheckRecord(p, size, root, seq-1, entries[0].Hash)
					}
					if err != nil {
						t.Errorf("entry %d in %d (blocks %v): %v", seq, size, stored, err)
					}
					old, _ := tr.Root(t.Context(), seq)
					grown, err := tr.ProveTree(t.Context(), seq, size)
					if err == nil {
						err = tlog.CheckTree(grown, size, root, seq, old)
					}
					if err != nil {
						t.Errorf("from %d to %d (blocks %v): %v", seq, size, stored, err)
					}
				}
			}
		}
		if n, _ := store.Value[int64](t.Context(), city, `select count(*) from ledger_block`); n != 2 {
			t.Errorf("%d blocks stored, want 2", n)
		}
		for _, wrong := range [][2]int64{{0, 5}, {6, 5}, {1, 701}, {-1, -1}} {
			if _, err := tr.Prove(t.Context(), wrong[0], wrong[1]); err == nil {
				t.Errorf("proof of entry %d in %d", wrong[0], wrong[1])
			}
		}
	})
}

func TestBlocksSurviveARestart(t *testing.T) {
	for name, dsn := range map[string]func(testing.TB) string{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url, clk := dsn(t), clock.New(storetest.Start)
			db := storetest.Open(t, url, clk)
			city := storetest.NewCity(t, db)
			grow(t, city, 600)
			follow(t, city, tree(t, city))
			root, err := tree(t, city).Root(t.Context(), 600)
			if err != nil {
				t.Fatal(err)
			}
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			city = storetest.Open(t, url, clk).City(1)
			tr := tree(t, city)
			clk.Advance(time.Minute) // the lease of the process before has run out
			follow(t, city, tr)      // goes on where it was
			// A hash that was changed under a stored block is not read for the root: the blocks are what counts.
			exec(t, city, `update ledger_entry set hash = ? where city = ? and seq = 7`, make([]byte, 32), 1)
			if again, err := tr.Root(t.Context(), 600); err != nil || again != root {
				t.Errorf("root %v, %v, want %v", again, err, root)
			}
			grow(t, city, 200)
			clk.Advance(time.Minute)
			follow(t, city, tr)
			if n, _ := store.Value[int64](t.Context(), city, `select count(*) from ledger_block`); n != 3 {
				t.Errorf("%d blocks, want 3", n)
			}
		})
	}
}

func TestCheckpoints(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		city := storetest.NewCity(t, db)
		tr := tree(t, city)
		must := func() ledger.Checkpoint {
			t.Helper()
			c, err := tr.Checkpoint(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
		if c := must(); c.Size != 0 {
			t.Errorf("of nothing: %+v", c)
		}
		grow(t, city, 300)
		a := must()
		clk.Advance(time.Minute)
		if b := must(); b != a {
			t.Errorf("nothing happened, yet signed again: %+v, %+v", a, b)
		}
		grow(t, city, 300)
		b := must()
		v, err := note.NewVerifier(key(t, "town.example").Verifier())
		if err != nil {
			t.Fatal(err)
		}
		if read, err := ledger.ReadCheckpoint(b.Note, v); err != nil || read != b || b.Size != 600 || b.At != clock.Micros(clk.Now()) || b.Origin != "town.example/1" {
			t.Errorf("read %+v, %v, want %+v", read, err, b)
		}
		exec(t, city, `update ledger_entry set hash = ? where city = ? and seq = 7`, make([]byte, 32), 1)
		grow(t, city, 1)
		var altered *ledger.Altered
		if c, err := tr.Checkpoint(t.Context()); !errors.As(err, &altered) {
			t.Errorf("a changed past was signed: %+v, %v", c, err)
		}
		// A key that came later reads what the earlier one signed.
		next, _ := ledger.NewKey("new.example", make([]byte, 32))
		rotated, err := ledger.NewTree(city, next, key(t, "town.example").Verifier())
		if err != nil {
			t.Fatal(err)
		}
		if c, err := rotated.Latest(t.Context()); err != nil || c.Size != 600 {
			t.Errorf("latest after a change of keys %+v, %v", c, err)
		}
	})
}

func TestVerifyFindsTheFirstAlteredEntry(t *testing.T) {
	rehash := func(t testing.TB, city *store.City, seq int64) { // what a forger does who knows the program
		e, _ := ledger.After(t.Context(), city, 1, seq-1, 1)
		e[0].Body = json.RawMessage(`{"forged":true}`)
		h := ledger.Leaf(&e[0], 1)
		exec(t, city, `update ledger_entry set body = ?, hash = ? where city = ? and seq = ?`, e[0].Body, h[:], 1, seq)
	}
	for name, c := range map[string]struct {
		forge       func(t testing.TB, city *store.City)
		first, last int64
	}{
		"words": {func(t testing.TB, c *store.City) {
			exec(t, c, `update ledger_entry set verb = 'x' where city = 1 and seq in (400, 500)`)
		}, 400, 400},
		"time": {func(t testing.TB, c *store.City) {
			exec(t, c, `update ledger_entry set at = at - 1 where city = 1 and seq = 1`)
		}, 1, 1},
		"removed": {func(t testing.TB, c *store.City) { exec(t, c, `delete from ledger_entry where city = 1 and seq = 256`) }, 256, 256},
		"cut off": {func(t testing.TB, c *store.City) { exec(t, c, `delete from ledger_entry where city = 1 and seq > 690`) }, 691, 691},
		"cut with head": {func(t testing.TB, c *store.City) {
			exec(t, c, `delete from ledger_entry where city = 1 and seq > 600`)
			exec(t, c, `update ledger_head set seq = 600`)
		}, 601, 650},
		"rehashed":       {func(t testing.TB, c *store.City) { rehash(t, c, 300) }, 257, 512},
		"behind a block": {func(t testing.TB, c *store.City) { rehash(t, c, 640) }, 513, 650},
		"a block": {func(t testing.TB, c *store.City) {
			exec(t, c, `update ledger_block set hash = ? where city = 1 and n = 1`, make([]byte, 32))
		}, 257, 512},
		"blocks removed": {func(t testing.TB, c *store.City) { rehash(t, c, 300); exec(t, c, `delete from ledger_block`) }, 1, 650},
		"added": {func(t testing.TB, c *store.City) {
			exec(t, c, `insert into ledger_entry (city, seq, at, person, post, verb, kind, subject, path, body, hash) select city, 701, at, person, post, verb, kind, subject, path, body, hash from ledger_entry where seq = 700`)
		}, 701, 701},
	} {
		t.Run(name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, db *store.DB, _ *clock.Fake) {
				city := storetest.NewCity(t, db)
				tr := tree(t, city)
				grow(t, city, 650)
				if _, err := tr.Checkpoint(t.Context()); err != nil {
					t.Fatal(err)
				}
				grow(t, city, 50)
				follow(t, city, tr)
				if good, err := tr.Verify(t.Context()); good != 700 || err != nil {
					t.Fatalf("untouched: %d, %v", good, err)
				}
				c.forge(t, city)
				_, err := tr.Verify(t.Context())
				var a *ledger.Altered
				if !errors.As(err, &a) || a.Seq != c.first || a.Last != c.last {
					t.Errorf("found %v, want %d to %d", err, c.first, c.last)
				}
			})
		})
	}
}

func TestReceiptIsCheckedOffline(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, _ *clock.Fake) {
		city := storetest.NewCity(t, db)
		tr := tree(t, city)
		public := key(t, "town.example").Verifier()
		grow(t, city, 610)
		follow(t, city, tr)
		take := func(number string, seq int64) ledger.Receipt {
			t.Helper()
			r, err := tr.Receipt(t.Context(), number, seq)
			if err != nil {
				t.Fatal(err)
			}
			file, _ := json.Marshal(r) // as it is kept
			var back ledger.Receipt
			if err := json.Unmarshal(file, &back); err != nil {
				t.Fatal(err)
			}
			return back
		}
		for _, seq := range []int64{1, 2, 256, 600, 610} {
			if err := take(fmt.Sprint("N", seq-1), seq).Check(public); err != nil {
				t.Errorf("receipt of %d: %v", seq, err)
			}
		}
		good := take("N300", 301)
		grow(t, city, 5)
		if again := take("N300", 301); again.Checkpoint != good.Checkpoint {
			t.Error("a later receipt of the same entry has another checkpoint")
		}
		if err := take("", 615).Check(public); err != nil {
			t.Errorf("an entry not signed yet: %v", err)
		}
		for name, forge := range map[string]func(r *ledger.Receipt){
			"time":       func(r *ledger.Receipt) { r.At-- },
			"number":     func(r *ledger.Receipt) { r.Number = "N301" },
			"body":       func(r *ledger.Receipt) { r.Body = `{"number":"N300"}` },
			"verb":       func(r *ledger.Receipt) { r.Verb = "case.close" },
			"fields":     func(r *ledger.Receipt) { r.Verb, r.Kind = "case.open\ncase", "" },
			"point":      func(r *ledger.Receipt) { r.Point = nil },
			"seq":        func(r *ledger.Receipt) { r.Seq++ },
			"city":       func(r *ledger.Receipt) { r.City = 2 },
			"proof":      func(r *ledger.Receipt) { r.Proof[0] = r.Proof[1] },
			"no proof":   func(r *ledger.Receipt) { r.Proof = nil },
			"not base64": func(r *ledger.Receipt) { r.Proof[0] = "?" },
			"checkpoint": func(r *ledger.Receipt) { r.Checkpoint = "6" + r.Checkpoint },
		} {
			bad := good
			bad.Proof = append([]string(nil), good.Proof...)
			if forge(&bad); bad.Check(public) == nil {
				t.Errorf("a receipt with a forged %s is taken", name)
			}
		}
		other, _ := ledger.NewKey("town.example", make([]byte, 32))
		if good.Check(other.Verifier()) == nil || good.Check("nonsense") == nil {
			t.Error("taken with another key")
		}
	})
}

func TestTreeWhileOthersWrite(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, _ *clock.Fake) {
		city := storetest.NewCity(t, db)
		tr := tree(t, city)
		grow(t, city, 200)
		ctx, stop := context.WithCancel(t.Context())
		var run sync.WaitGroup
		for range 2 { // two nodes' feeds
			f := ledger.NewFeed(city, quiet)
			f.Lasting(tree(t, city))
			run.Go(func() { f.Run(ctx) })
		}
		var work sync.WaitGroup
		for range 3 {
			work.Go(func() { grow(t, city, 300) })
		}
		for range 2 {
			work.Go(func() {
				for range 15 {
					c, err := tr.Checkpoint(t.Context())
					if err != nil {
						t.Error(err)
						return
					}
					if r, err := tr.Receipt(t.Context(), "", c.Size); err != nil || r.Check(key(t, "town.example").Verifier()) != nil {
						t.Errorf("receipt while others write: %v", err)
					}
				}
			})
		}
		work.Wait()
		stop()
		run.Wait()
		if good, err := tr.Verify(t.Context()); good != 1100 || err != nil {
			t.Errorf("verified %d, %v", good, err)
		}
	})
}

// TestLeaseIsGivenBack: who starts after another process has stopped follows at once, without waiting until that one's lease runs out.
func TestLeaseIsGivenBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, _ *clock.Fake) {
		city := storetest.NewCity(t, db)
		for process := range 2 {
			grow(t, city, 1)
			seen := make(chan int64, 10)
			f := ledger.NewFeed(city, quiet)
			f.Lasting(ledger.Func("one", func(_ context.Context, entries []ledger.Entry) error {
				seen <- entries[len(entries)-1].Seq
				return nil
			}))
			ctx, stop := context.WithCancel(t.Context())
			var run sync.WaitGroup
			run.Go(func() { f.Run(ctx) })
			select {
			case seq := <-seen:
				if seq != int64(process+1) {
					t.Errorf("process %d saw up to %d", process, seq)
				}
			case <-time.After(20 * time.Second):
				t.Errorf("process %d sees nothing", process)
			}
			stop()
			run.Wait()
		}
	})
}
