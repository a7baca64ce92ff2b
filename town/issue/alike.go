package issue

import (
	"math"
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
