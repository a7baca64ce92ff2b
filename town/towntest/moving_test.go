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

// table finds the tables of a schema file, with their columns.
var table = regexp.MustCompile(`(?s)create table (\w+) \((.*?)\n\)`)

// lies tells that rows lie at a path.
var lies = regexp.MustCompile(`\n\s+path `)

// apart are tables with a path that move otherwise or not at all: cases have a follower of their own, whistles go with them, places themselves are what moves;
// what the ledger says stays as it was said, and the path of a class is none of places.
var apart = []string{"cases", "whistle", "place", "ledger_entry", "catalog_class"}

// TestEverythingMoves: no table whose rows lie at a place is left behind when places merge, split or end.
func TestEverythingMoves(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, _ *clock.Fake) {
		city := storetest.NewCity(t, db)
		w := towntest.Build(t, city)
		moves := slices.Clone(apart)
		for _, t := range w.Moving() {
			moves = append(moves, t.Table)
		}
		for _, n := range w.Nouns() {
			moves = append(moves, n.Name)
		}
		files, err := schema.For(db.Engine())
		found := 0
		for _, f := range files {
			for _, m := range table.FindAllStringSubmatch(f.SQL, -1) {
				if !lies.MatchString(m[2]) {
					continue
				}
				if found++; !slices.Contains(moves, m[1]) {
					t.Errorf("%s: rows of %s lie at a path: name it in Nouns or Moving of town/town.go, so that they move with it", f.Name, m[1])
				}
			}
		}
		if err != nil || found < 10 {
			t.Errorf("%d tables lie at paths, %v", found, err)
		}
	})
}
