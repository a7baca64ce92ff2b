package store_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"testing"

	"mulin/internal/clock"
	"mulin/internal/store"
	"mulin/internal/storetest"
)

// TestMain lets the test binary be the process that is killed.
func TestMain(m *testing.M) {
	if dsn := os.Getenv("MULIN_KILL_CHILD"); dsn != "" {
		writeUntilKilled(dsn)
	}
	os.Exit(m.Run())
}

// writeUntilKilled writes from many goroutines and prints the id of each write once it was acknowledged.
func writeUntilKilled(dsn string) {
	db, err := store.Open(context.Background(), dsn, clock.System)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	city := db.City(1)
	var out sync.Mutex
	for range 32 {
		go func() {
			for {
				var id int64
				err := city.Write(context.Background(), func(tx *store.Tx) error {
					id = tx.NewID()
					tx.Exec(`insert into scratch (city, id, word) values (?, ?, ?)`, tx.City, id, strconv.FormatInt(id, 10))
					tx.NextSeq()
					return nil
				})
				if err != nil {
					fmt.Fprintln(os.Stderr, err)
					os.Exit(1)
				}
				out.Lock()
				fmt.Println(id)
				out.Unlock()
			}
		}()
	}
	select {}
}

// TestKilled kills a process in the middle of its writes, again and again: what it acknowledged is there, and the ledger has no gap.
func TestKilled(t *testing.T) {
	for name, dsn := range map[string]string{"sqlite": storetest.SQLite(t), "postgres": storetest.Postgres(t)} {
		t.Run(name, func(t *testing.T) {
			db := storetest.Open(t, dsn, clock.System)
			table(t, storetest.NewCity(t, db))
			db.Close()
			acked := map[string]bool{}
			for range storetest.Rounds(1, 25) {
				writeAndKill(t, dsn, acked)
				stands(t, dsn, acked)
			}
		})
	}
}

// writeAndKill kills a writing process after 2000 more writes were acknowledged.
func writeAndKill(t *testing.T, dsn string, acked map[string]bool) {
	t.Helper()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), "MULIN_KILL_CHILD="+dsn)
	child.Stderr = os.Stderr
	pipe, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	enough := len(acked) + 2000
	lines := bufio.NewScanner(pipe)
	for lines.Scan() {
		acked[lines.Text()] = true
		if len(acked) == enough {
			if err := child.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	_ = child.Wait()
	if len(acked) < enough {
		t.Fatalf("only %d writes before it ended", len(acked))
	}
}

// stands checks that every acknowledged write is there, and that the ledger has as many entries as there are rows.
func stands(t *testing.T, dsn string, acked map[string]bool) {
	t.Helper()
	db := storetest.Open(t, dsn, clock.System)
	defer db.Close()
	city := db.City(1)
	ids, err := store.Values[string](t.Context(), city, `select word from scratch`)
	if err != nil {
		t.Fatal(err)
	}
	there := map[string]bool{}
	for _, id := range ids {
		there[id] = true
	}
	for id := range acked {
		if !there[id] {
			t.Errorf("write %s was acknowledged and is lost", id)
		}
	}
	if n := seq(t, city); n != int64(len(ids)) {
		t.Errorf("ledger stands at %d with %d rows", n, len(ids))
	}
}
