package towntest_test

import (
	"regexp"
	"slices"
	"testing"

	"mulin/internal/clock"
	"mulin/internal/store"
	"mulin/internal/storetest"
	"mulin/schema"
	"mulin/town/towntest"
)

// lying finds the tables whose rows lie at a place: the place and the path to it are columns of theirs.
var lying = regexp.MustCompile(`(?s)create table (\w+) \(([^;]*?\n\s+place bigint[^;]*?\n\s+path [^;]*?)\n\);`)

// TestEverythingMoves: no table whose rows lie at a place is left behind when places merge, split or end.
func TestEverythingMoves(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, _ *clock.Fake) {
		city := storetest.NewCity(t, db)
		w := towntest.Build(t, city)
		moves := append(w.Moving(), "cases") // they stay where they were opened; who looks after a successor sees them
		for _, n := range w.Nouns() {
			moves = append(moves, n.Name)
		}
		files, err := schema.For(db.Engine())
		found := 0
		for _, f := range files {
			for _, m := range lying.FindAllStringSubmatch(f.SQL, -1) {
				if found++; !slices.Contains(moves, m[1]) {
					t.Errorf("%s: rows of %s lie at a place: name it in Nouns or Moving of town/town.go, so that they move with it", f.Name, m[1])
				}
			}
		}
		if err != nil || found < 5 {
			t.Errorf("%d tables lie at places, %v", found, err)
		}
	})
}
