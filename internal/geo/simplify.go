package geo

import (
	"math"
	"slices"
)

// Simplify drops corners that lie within metres of the line left, for maps at small scale. Borders that items share by corners are
// thinned once and stay shared, so that no gap opens. Should a shape become invalid, the tolerance is halved for all.
func Simplify(items []Item, metres float64) []Item {
	for ; metres > 0.01; metres /= 2 {
		if thin, ok := thinAll(items, metres); ok {
			return thin
		}
	}
	return items
}

func thinAll(items []Item, metres float64) ([]Item, bool) {
	fixed := junctions(items)
	thin := make([]Item, len(items))
	for i, it := range items {
		thin[i] = it
		if it.Shape.Empty() {
			continue
		}
		parts := make([][]ring, len(it.Shape.parts))
		for k, part := range it.Shape.parts {
			for _, r := range part {
				parts[k] = append(parts[k], r.thin(fixed, metres))
			}
		}
		s, err := build(parts)
		if err != nil {
			return nil, false
		}
		thin[i].Shape = s
	}
	return thin, true
}

// junctions are the corners at which three borders meet: those with more than two neighbours, taken over all items.
func junctions(items []Item) map[vertex]bool {
	near := map[vertex][]vertex{}
	fixed := map[vertex]bool{}
	note := func(v, w vertex) {
		if !slices.Contains(near[v], w) {
			near[v] = append(near[v], w)
		}
		if len(near[v]) > 2 {
			fixed[v] = true
		}
	}
	for _, it := range items {
		for r := range it.Shape.rings {
			for i, v := range r {
				w := r[(i+1)%len(r)]
				note(v, w)
				note(w, v)
			}
		}
	}
	return fixed
}

// thin cuts the ring at its junctions and thins each stretch. A ring with fewer than two is cut at its most western and eastern corner as well.
func (r ring) thin(fixed map[vertex]bool, metres float64) ring {
	var cuts []int
	for i, v := range r {
		if fixed[v] {
			cuts = append(cuts, i)
		}
	}
	if len(cuts) < 2 {
		west, east := 0, 0
		for i, v := range r {
			if less(v, r[west]) {
				west = i
			}
			if less(r[east], v) {
				east = i
			}
		}
		cuts = append(cuts, west, east)
		slices.Sort(cuts)
		cuts = slices.Compact(cuts)
	}
	var out ring
	for k, from := range cuts {
		to := cuts[(k+1)%len(cuts)]
		if to <= from {
			to += len(r)
		}
		stretch := make([]vertex, 0, to-from+1)
		for i := from; i <= to; i++ {
			stretch = append(stretch, r[i%len(r)])
		}
		stretch = thinLine(stretch, metres)
		out = append(out, stretch[:len(stretch)-1]...)
	}
	return out
}

func less(a, b vertex) bool { return a.x < b.x || a.x == b.x && a.y < b.y }

// thinLine is Douglas and Peucker's, always run in one direction so that both neighbours get the same corners.
func thinLine(l []vertex, metres float64) []vertex {
	if less(l[len(l)-1], l[0]) {
		slices.Reverse(l)
		l = thinLine(l, metres)
		slices.Reverse(l)
		return l
	}
	reach := metres / (Earth * math.Pi / 180 / 1e6)
	keep := make([]bool, len(l))
	keep[0], keep[len(l)-1] = true, true
	squeeze := math.Cos(float64(l[0].y) / 1e6 * math.Pi / 180)
	var split func(i, j int)
	split = func(i, j int) {
		far, at := reach*reach, -1
		for k := i + 1; k < j; k++ {
			if d := (edge{l[i], l[j]}).distance2(l[k], squeeze); d > far {
				far, at = d, k
			}
		}
		if at >= 0 {
			keep[at] = true
			split(i, at)
			split(at, j)
		}
	}
	split(0, len(l)-1)
	out := l[:0:0]
	for i, v := range l {
		if keep[i] {
			out = append(out, v)
		}
	}
	return out
}
