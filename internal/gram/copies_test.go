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

func TestNearCopies(t *testing.T) {
	got := NearCopies([]string{"小区门口的路灯坏了三天没人修", "停电", "自来水发黄"},
		[]string{"自来水发黄！", "小区门口 路灯坏了 三天没人修", "河水发臭", "今天又停电", "小区门口的路灯坏了三天没人修"})
	if want := [][]int{{1, 4}, {3}, {0}}; !slices.EqualFunc(got, want, slices.Equal[[]int]) {
		t.Errorf("NearCopies = %v, want %v", got, want)
	}
	if got := NearCopies(nil, []string{"停电"}); len(got) != 0 {
		t.Errorf("copies of nothing are %v", got)
	}
}
