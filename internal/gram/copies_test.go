package gram

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestCopiesMissNone compares with looking at every pair.
func TestCopiesMissNone(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var texts [][]uint64
	for range 120 {
		s := ""
		for range 3 + r.IntN(12) {
			s += fmt.Sprintf("%c", '一'+rune(r.IntN(9)))
		}
		texts = append(texts, Shingles(s))
	}
	for _, share := range []float64{0.3, Like, 0.9, 1} {
		index, found := NewCopies(texts, share), 0
		for _, text := range append(texts, Shingles("路灯不亮"), nil) {
			var want []int
			for i := range texts {
				if _, in := Overlap(text, texts[i]); in >= share {
					want = append(want, i)
				}
			}
			found += len(want)
			if got := index.Of(text); !slices.Equal(got, want) {
				t.Fatalf("share %v: %v, want %v", share, got, want)
			}
		}
		if found < len(texts) {
			t.Errorf("share %v: only %d found", share, found)
		}
	}
}
