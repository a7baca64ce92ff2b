package triage

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// babble is a text of characters that come the more often the earlier they stand in the tables.
func babble(r *rand.Rand, long int) string {
	var b strings.Builder
	for range long {
		b.WriteRune('一' + rune(60*r.Float64()*r.Float64()))
	}
	return b.String()
}

// taught is a likeness of so many labels, some of which have few texts or none.
func taught(r *rand.Rand, labels int) *likeness {
	var names []string
	for i := range labels {
		names = append(names, fmt.Sprint(i))
	}
	l := newLikeness(names)
	for i := range 6 * labels {
		l.add(babble(r, 5+r.IntN(60)), names[r.IntN(1+i%labels)], float64(1+2*(i%2)), i%3 > 0)
	}
	l.settle()
	return l
}

// plainScores are what scores should be, worked out as the method says, label by label.
func plainScores(l *likeness, text []token) (s []float64, known int) {
	s = make([]float64, len(l.Labels))
	for _, t := range text {
		at, ok := slices.BinarySearch(l.Keys, t.key)
		if !ok {
			continue
		}
		known++
		from, sum := uint32(0), 0.0
		if at > 0 {
			from = l.Ends[at-1]
		}
		for _, n := range l.N[from:l.Ends[at]] {
			sum += float64(n)
		}
		for i := from; i < l.Ends[at]; i++ {
			s[l.In[i]] += math.Log1p(float64(l.N[i]) * l.all / (smooth * sum))
		}
	}
	for i := range s {
		s[i] = (s[i] - float64(known)*math.Log1p(float64(l.Mass[i])/smooth) + math.Log1p(float64(l.Seen[i]))) / math.Sqrt(float64(max(1, known)))
		if l.Mass[i] == 0 {
			s[i] = math.Inf(-1)
		}
	}
	return s, known
}

// TestIndex: however many labels a question has and however many texts were read before, the index says what each question would say alone.
func TestIndex(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for _, labels := range []int{1, 2, 3, 4, 5, 63, 130} {
		of := []*likeness{taught(r, labels), taught(r, 2), nil, taught(r, 3)}
		x := newIndex(of...)
		var c cutting
		var s sums
		rows := 0
		for range 30 {
			c.cut(babble(r, r.IntN(200)))
			found := x.look(nil, c.tokens)
			for _, at := range found {
				rows += int(min(1, x.slots[at].row))
			}
			check := func(q int, got []float64, known int) {
				want, n := plainScores(of[q], c.tokens)
				if known != n || !slices.EqualFunc(got, want, func(a, b float64) bool { return a == b || math.Abs(a-b) < 1e-3 }) {
					t.Fatalf("%d labels, question %d: %v of %d tokens, want %v of %d", labels, q, got, known, want, n)
				}
			}
			scores, known := x.classes(found, &s)
			check(ofClass, scores, known)
			for q, known := range x.add(ofKind, questions, found, &s) {
				if q != ofClass && of[q] != nil {
					check(q, x.scores(q, known, &s), known)
				}
			}
			for q, says := range x.answers(found, &s) {
				if (q == ofClass || of[q] == nil) && says != (answer{}) {
					t.Fatalf("a question that wasn't asked or learned is answered %+v", says)
				}
			}
		}
		if rows == 0 {
			t.Errorf("with %d labels no token had a row", labels)
		}
	}
}

// TestCutAgain: a text is cut the same whatever was cut before in the same space.
func TestCutAgain(t *testing.T) {
	t.Parallel()
	var c cutting
	for _, text := range []string{strings.Repeat("龙泉街道的路灯不亮，停电了 wifi ", 40), "路灯不亮", "", "Wi-Fi 123 路灯，灯路 wifi wifi", strings.Repeat("灯", 300)} {
		c.cut(text)
		if want := tokens(text); !slices.Equal(c.tokens, want) {
			t.Errorf("%q is cut into %v, want %v", text, c.tokens, want)
		}
	}
}
