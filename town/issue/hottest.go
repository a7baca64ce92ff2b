package issue

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"mulin/internal/endings"
	"mulin/internal/gram"
)

// Issue is one matter that people wrote about: what, where, whom, and how hot.
type Issue struct {
	ID      int64
	Title   string // of its most central message
	Place   string // what most of them name as the place, "" for none
	Whom    string // the body or facility most of them name
	First   int64
	Last    int64
	Items   []*Item // in order of time
	Central *Item
	Heat
}

// Hottest groups messages and measures each issue at a time, the hottest first. The words of all are counted before, since they are all at hand.
func Hottest(items []*Item, w Weights, now int64) []Issue {
	items = slices.Clone(items)
	slices.SortStableFunc(items, byTime)
	g := NewGrouper(nil)
	for _, it := range items {
		g.Learn(it)
	}
	for _, it := range items {
		g.Add(it, true)
	}
	by := map[int64]*Issue{}
	var order []int64
	for _, it := range items {
		id := g.of[it.ID]
		if by[id] == nil {
			by[id] = &Issue{ID: id, First: it.At}
			order = append(order, id)
		}
		x := by[id]
		x.Items, x.Last = append(x.Items, it), it.At
	}
	all := make([]Issue, 0, len(order))
	for _, id := range order {
		x := by[id]
		x.Heat = w.Heat(x.Items, now)
		all = append(all, *x)
	}
	slices.SortStableFunc(all, func(a, b Issue) int { return cmp.Or(cmp.Compare(b.Value, a.Value), cmp.Compare(a.ID, b.ID)) })
	return all
}

// Describe finds title, place and whom of the issue.
func (x *Issue) Describe(known []string) {
	x.Central = central(x.Items)
	x.Title = x.Central.Title
	x.Place, x.Whom = named(x.Items, known)
}

// central is the message whose title has most in common with those of the others.
func central(items []*Item) *Item {
	f := newCounts()
	titles := make([][]uint32, len(items))
	for i, it := range items {
		titles[i] = words(gram.Folded(it.Title), maxRead)
		f.add(titles[i])
	}
	best, most := items[0], -1.0
	for i, it := range items {
		sum := 0.0
		for _, t := range titles[i] {
			sum += float64(f[t] - 1)
		}
		if sum /= float64(len(titles[i]) + 6); sum > most { // a short title says as much in fewer words, but one of two words says nothing
			best, most = it, sum
		}
	}
	return best
}

type counts map[uint32]int

func newCounts() counts { return counts{} }

func (c counts) add(terms []uint32) {
	for _, t := range terms {
		c[t]++
	}
}

// named gives the place and the body that most messages name, a longer name before a shorter one that as good as as many do.
func named(items []*Item, known []string) (place, whom string) {
	where, who := map[string]int{}, map[string]int{}
	g := endings.New(known)
	for _, it := range items {
		for _, n := range g.Names(gram.Folded(it.Title) + " " + head(gram.Folded(it.Text), maxRead)) {
			switch {
			case n.Area:
			case n.Dwelling:
				where[n.Text]++
			default:
				who[n.Text]++
			}
		}
	}
	return most(where, len(items)), most(who, len(items))
}

// most is the name that at least a third give; of two with about as many, the longer.
func most(by map[string]int, of int) string {
	best, top := "", 0
	for _, n := range by {
		top = max(top, n)
	}
	for s, n := range by {
		if 3*n < of || n*10 < top*7 {
			continue
		}
		longer := cmp.Or(cmp.Compare(utf8.RuneCountInString(s), utf8.RuneCountInString(best)), cmp.Compare(n, by[best]), strings.Compare(best, s))
		if best == "" || longer > 0 {
			best = s
		}
	}
	return best
}
