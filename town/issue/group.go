package issue

import (
	"cmp"
	"math"
	"slices"

	"mulin/internal/endings"
	"mulin/internal/geo"
)

// Grouper puts messages together that speak of the same thing at the same place: one at a time, each at once, each looked up only among the issues that
// share a rare term with it. It is not safe for use by several at once.
type Grouper struct {
	freq    *frequencies
	known   *endings.Finder
	issues  map[int64]*group
	posting map[uint32][]int64
	of      map[int64]int64 // the issue of each message
}

// group is an issue in memory.
type group struct {
	id          int64
	n           int
	title, text vector // sums of its messages'
	tlen, xlen  float64
	names       []counted
	path        string // the lowest place that holds all
	point       *geo.Point
	class       int64
	first, last int64
	members     []int64
	seed        map[uint32]bool
	kept        bool // people have put it right: it is not merged by itself
}

type counted struct {
	term         uint32
	area, phrase bool
	n            int32
}

// NewGrouper makes one that knows the names of the register.
func NewGrouper(known []string) *Grouper {
	return &Grouper{freq: newFrequencies(), known: endings.New(known), issues: map[int64]*group{}, posting: map[uint32][]int64{}, of: map[int64]int64{}}
}

// Learn counts the words of a message without grouping it, so that the first ones are not judged by the few before them.
func (g *Grouper) Learn(it *Item) {
	r := read(it, g.known)
	g.freq.count(r.counted())
}

// Merged says that an issue has gone into another.
type Merged struct{ From, Into int64 }

// Add puts a message into its issue, or makes one of its own named after it, and tells which; merged are issues that became one by it, in order.
// A message that is known already stays where it is.
func (g *Grouper) Add(it *Item, learnt bool) (issue int64, merged []Merged) {
	if at, ok := g.of[it.ID]; ok {
		return at, nil
	}
	r := read(it, g.known)
	if !learnt {
		g.freq.count(r.counted())
	}
	ft := g.freq.weigh(r)
	best, second := g.closest(it, &ft)
	if best == nil {
		best = &group{id: it.ID, seed: map[uint32]bool{}}
		g.issues[best.id] = best
	}
	g.put(best, it, &ft)
	if second != nil {
		best, merged = g.join(best, second, mergeAt, merged)
	}
	if best.n&(best.n-1) == 0 { // as it grows its words settle, and with them what else is the same
		for _, x := range g.beside(best) {
			best, merged = g.join(best, x, tidyAt, merged)
		}
	}
	return best.id, merged
}

// join makes one of two issues that are alike, unless people have put one of them right.
func (g *Grouper) join(a, b *group, at float64, merged []Merged) (*group, []Merged) {
	if g.issues[b.id] != b || a == b || a.kept || b.kept || g.likeness(a, b) < at {
		return a, merged
	}
	m := g.merge(a, b)
	return g.issues[m.Into], append(merged, m)
}

// beside are the issues that share a rare term with one, in order of their numbers.
func (g *Grouper) beside(x *group) []*group {
	var all []*group
	for t := range x.seed {
		if list := g.posting[t]; len(list) <= maxPosting {
			for _, id := range list {
				if y := g.issues[id]; y != nil && y != x {
					all = append(all, y)
				}
			}
		}
	}
	slices.SortFunc(all, func(a, b *group) int { return cmp.Compare(a.id, b.id) })
	return slices.Compact(all)
}

// closest finds the two issues that a message is most like, nil for those it isn't.
func (g *Grouper) closest(it *Item, ft *features) (best, second *group) {
	one, two := joinAt, joinAt
	seen := map[int64]bool{}
	for _, term := range ft.seed {
		list := g.posting[term]
		if len(list) > maxPosting {
			continue
		}
		for _, id := range list {
			x := g.issues[id]
			if x == nil || seen[id] {
				continue
			}
			seen[id] = true
			switch s := g.score(it, ft, x); {
			case s > one || s == one && best != nil && id < best.id:
				best, second, one, two = x, best, s, one
			case s > two:
				second, two = x, s
			}
		}
	}
	return best, second
}

// put adds a message to an issue.
func (g *Grouper) put(x *group, it *Item, ft *features) {
	x.take(ft.title, ft.text)
	for _, n := range ft.names {
		x.name(counted{n.term, n.area, n.phrase, 1})
	}
	if x.n == 0 {
		x.path, x.point, x.class, x.first = it.Path, it.Point, it.Class, it.At
	}
	x.n++
	x.path = commonPath(x.path, it.Path)
	if x.class == 0 {
		x.class = it.Class
	}
	x.first, x.last = min(x.first, it.At), max(x.last, it.At)
	x.members = append(x.members, it.ID)
	g.of[it.ID] = x.id
	g.post(x, ft.seed)
}

func (x *group) take(title, text vector) {
	x.title, x.text = x.title.plus(title, 1).heaviest(maxCentroid), x.text.plus(text, 1).heaviest(maxCentroid)
	x.tlen, x.xlen = max(x.title.length(), 1e-9), max(x.text.length(), 1e-9)
}

func (x *group) name(c counted) {
	for i := range x.names {
		if x.names[i].term == c.term {
			x.names[i].n += c.n
			return
		}
	}
	if len(x.names) == maxNames { // the rarest of the old ones makes room
		i, _ := minBy(x.names, func(n counted) int32 { return n.n })
		x.names[i] = c
		return
	}
	x.names = append(x.names, c)
}

func minBy(all []counted, of func(counted) int32) (at int, least int32) {
	least = math.MaxInt32
	for i, n := range all {
		if of(n) < least {
			at, least = i, of(n)
		}
	}
	return at, least
}

// post makes an issue be found by these terms.
func (g *Grouper) post(x *group, terms []uint32) {
	for _, t := range terms {
		if x.seed[t] || len(x.seed) >= 4*seeds || len(g.posting[t]) > maxPosting {
			continue
		}
		x.seed[t] = true
		g.posting[t] = append(slices.DeleteFunc(g.posting[t], func(id int64) bool { return g.issues[id] == nil }), x.id)
	}
}
