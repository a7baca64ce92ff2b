package triage

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"mulin/internal/geo"
)

// How alike a message and an issue must be, and what counts for it; chosen by reading what came of them (docs/measure/hot.md).
const (
	joinAt     = 0.34 // a message joins the issue it is most like
	mergeAt    = 0.38 // two issues that a message belongs to become one
	tidyAt     = 0.48 // two issues become one without a message between them
	leastWhat  = 0.08 // what is the matter must be alike at all, however near and soon
	byTitle    = 0.45
	byText     = 0.45
	byName     = 0.36 // both name the same rare place or body
	byPhrase   = 0.30 // both say the same rare words in their titles
	phraseFrom = 4.0  // how rare, as a logarithm
	byGround   = 0.06 // their places lie near each other
	bySoon     = 0.08 // they came within weeks
	byClass    = 0.04
	offSpot    = 0.16 // each names places, none of them the same
	offArea    = 0.18 // they name different districts
	offPath    = 0.15 // their places are in different streets

	nearMetres  = 500
	soonDays    = 30
	maxPosting  = 300 // a term that more issues are found by finds none
	maxCentroid = 64  // terms of an issue
	maxNames    = 40
)

// Grouper puts messages together that speak of the same thing at the same place: one at a time, each at once, each looked up only among the issues that
// share a rare term with it. It is not safe for use by several at once.
type Grouper struct {
	freq    *frequencies
	known   *gazetteer
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
	return &Grouper{freq: newFrequencies(), known: newGazetteer(known), issues: map[int64]*group{}, posting: map[uint32][]int64{}, of: map[int64]int64{}}
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

// score says how alike a message and an issue are.
func (g *Grouper) score(it *Item, ft *features, x *group) float64 {
	s := byTitle*ft.title.dot(x.title)/x.tlen + byText*ft.text.dot(x.text)/x.xlen
	where, same := g.place(ft.names, x)
	if s+same < leastWhat {
		return 0
	}
	where += ground(it.Path, it.Point, x.path, x.point)
	if s += where + same; where >= 0 {
		s += soon(it.At, x)
	}
	if it.Class != 0 && it.Class == x.class {
		s += byClass
	}
	return s
}

// place compares what is named: a rare name that both have speaks for them, names that never meet against.
// same is what their titles say in the same words.
func (g *Grouper) place(names []name, x *group) (where, same float64) {
	var shared, phrase, mine, theirs float64
	myArea, theirArea, sameArea := false, false, false
	for _, n := range names {
		rare, has := g.freq.rare(n.term), x.has(n.term)
		switch {
		case n.area:
			myArea = myArea || rare > 1
			sameArea = sameArea || rare > 1 && has > 0
		case n.phrase:
			phrase = max(phrase, clamp((rare-phraseFrom)/2)*has)
		default:
			mine = max(mine, clamp((rare-2)/3))
			shared = max(shared, clamp((rare-2)/3)*has)
		}
	}
	for _, n := range x.names {
		if n.phrase || 2*int(n.n) < x.n {
			continue
		}
		if rare := g.freq.rare(n.term); n.area {
			theirArea = theirArea || rare > 1
		} else {
			theirs = max(theirs, clamp((rare-2)/3))
		}
	}
	where = byName * shared
	if shared == 0 {
		where -= offSpot * min(mine, theirs)
	}
	if myArea && theirArea && !sameArea {
		where -= offArea
	}
	return where, byPhrase * phrase
}

// has is how sure it is that the issue is about what bears this name: 1 if half of its messages name it.
func (x *group) has(term uint32) float64 {
	for _, n := range x.names {
		if n.term == term {
			return math.Sqrt(min(1, 2*float64(n.n)/float64(x.n)))
		}
	}
	return 0
}

// soon is what it counts that a message comes soon after the others.
func soon(at int64, x *group) float64 {
	apart := max(x.first-at, at-x.last, 0)
	return bySoon * math.Exp2(-float64(apart)/(soonDays*24*3600e6))
}

func clamp(v float64) float64 { return max(0, min(1, v)) }

// ground compares the places of the register.
func ground(a string, p *geo.Point, b string, q *geo.Point) float64 {
	if p != nil && q != nil && geo.Distance(*p, *q) <= nearMetres {
		return byGround
	}
	if strings.Count(a, "/") < 3 || strings.Count(b, "/") < 3 {
		return 0
	}
	switch common := strings.Count(commonPath(a, b), "/"); {
	case common >= 5: // the same grid
		return byGround
	case common < 3: // not even the same street
		return -offPath
	}
	return 0
}

// commonPath is the lowest place that holds both.
func commonPath(a, b string) string {
	end := 0
	for i := 0; i < len(a) && i < len(b) && a[i] == b[i]; i++ {
		if a[i] == '/' {
			end = i + 1
		}
	}
	return a[:end]
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

// likeness compares two issues as a message and an issue are compared.
func (g *Grouper) likeness(a, b *group) float64 {
	s := byTitle*a.title.dot(b.title)/(a.tlen*b.tlen) + byText*a.text.dot(b.text)/(a.xlen*b.xlen) + ground(a.path, a.point, b.path, b.point) + soon(a.first, b)
	names := make([]name, 0, len(a.names))
	for _, n := range a.names {
		if 2*int(n.n) >= a.n {
			names = append(names, name{term: n.term, area: n.area, phrase: n.phrase})
		}
	}
	where, same := g.place(names, b)
	return s + where + same
}

// merge puts the younger of two issues into the older.
func (g *Grouper) merge(a, b *group) Merged {
	if cmp.Or(cmp.Compare(a.first, b.first), cmp.Compare(a.id, b.id)) > 0 {
		a, b = b, a
	}
	g.absorb(a, b)
	return Merged{b.id, a.id}
}

// absorb puts b's messages into a.
func (g *Grouper) absorb(a, b *group) {
	a.take(b.title, b.text)
	for _, n := range b.names {
		a.name(n)
	}
	a.n += b.n
	a.path = commonPath(a.path, b.path)
	a.last = max(a.last, b.last)
	a.members = append(a.members, b.members...)
	for _, id := range b.members {
		g.of[id] = a.id
	}
	delete(g.issues, b.id)
	var terms []uint32
	for t := range b.seed {
		terms = append(terms, t)
	}
	slices.Sort(terms)
	g.post(a, terms)
}

// heaviest keeps the most weighty terms, in order of their numbers.
func (v vector) heaviest(most int) vector {
	if len(v) <= most {
		return v
	}
	slices.SortFunc(v, func(a, b weight) int { return cmp.Or(cmp.Compare(b.w, a.w), cmp.Compare(a.term, b.term)) })
	v = slices.Clone(v[:most])
	slices.SortFunc(v, func(a, b weight) int { return cmp.Compare(a.term, b.term) })
	return v
}

func (v vector) length() float64 {
	sum := 0.0
	for _, t := range v {
		sum += float64(t.w) * float64(t.w)
	}
	return math.Sqrt(sum)
}

// Move puts a message into an issue as people say, which then is merged with no other by itself; one that isn't there is made.
func (g *Grouper) Move(it *Item, issue int64) {
	if from := g.issues[g.of[it.ID]]; from != nil {
		from.kept = true
		g.leave(from, it.ID)
	}
	x := g.issues[issue]
	if x == nil {
		x = &group{id: issue, seed: map[uint32]bool{}}
		g.issues[issue] = x
	}
	x.kept = true
	ft := g.freq.weigh(read(it, g.known))
	g.put(x, it, &ft)
}

// leave takes a message out; its words fade as others come.
func (g *Grouper) leave(x *group, id int64) {
	delete(g.of, id)
	x.members = slices.DeleteFunc(x.members, func(m int64) bool { return m == id })
	if x.n--; x.n <= 0 {
		delete(g.issues, x.id)
	}
}

// Unite makes one issue of two as people say.
func (g *Grouper) Unite(from, into int64) {
	a, b := g.issues[into], g.issues[from]
	if a == nil || b == nil || a == b {
		return
	}
	g.absorb(a, b)
	a.kept = true
}

// Restore puts a message back where it was before a restart.
func (g *Grouper) Restore(it *Item, issue int64, kept bool) {
	if _, known := g.of[it.ID]; known {
		return
	}
	r := read(it, g.known)
	g.freq.count(r.counted())
	x := g.issues[issue]
	if x == nil {
		x = &group{id: issue, seed: map[uint32]bool{}}
		g.issues[issue] = x
	}
	x.kept = x.kept || kept
	ft := g.freq.weigh(r)
	g.put(x, it, &ft)
}

// Forget drops a message from memory.
func (g *Grouper) Forget(id int64) {
	if x := g.issues[g.of[id]]; x != nil {
		g.leave(x, id)
	}
}
