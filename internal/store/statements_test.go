package store

import (
	"fmt"
	"sync"
	"testing"

	"mulin/internal/clock"
)

// TestStatementsAreBounded asks more texts than are kept, several people at once: each gets an answer and the old ones are let go.
func TestStatementsAreBounded(t *testing.T) {
	db, err := Open(t.Context(), t.TempDir()+"/a.db", clock.System)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var people sync.WaitGroup
	for range 4 {
		people.Go(func() {
			for i := range maxStatements + 100 {
				n, err := Value[int](t.Context(), db, fmt.Sprintf(`select %d`, i))
				if err != nil || n != i {
					t.Errorf("select %d = %d, %v", i, n, err)
				}
			}
		})
	}
	people.Wait()
	if kept := len(db.engine.(*sqliteEngine).prep.by); kept > maxStatements {
		t.Errorf("%d statements are kept, want at most %d", kept, maxStatements)
	}
}
