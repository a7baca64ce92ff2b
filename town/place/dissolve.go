package place

import (
	"cmp"
	"encoding/json"
	"math"
	"slices"

	"mulin/internal/fault"
	"mulin/internal/geo"
)

// corner is a point of a border in millionths of a degree, the lattice shapes lie on.
type corner struct{ x, y int64 }

// side is a stretch of border with the ground on its left.
type side struct{ a, b corner }

func byX(p, q corner) int { return cmp.Or(cmp.Compare(p.x, q.x), cmp.Compare(p.y, q.y)) }

// errJagged says that the shapes' common border doesn't match; somebody must draw the whole.
var errJagged = fault.Field("shape", "place.merge.shape")

// dissolve joins shapes that touch: the borders they share, run once in each direction, cancel each other, and the rest is stitched together.
func dissolve(shapes []geo.Shape) (geo.Shape, error) {
	if len(shapes) == 1 {
		return shapes[0], nil
	}
	var rings [][]corner
	area := 0.0
	for _, s := range shapes {
		some, err := ringsOf(s)
		if err != nil {
			return geo.Shape{}, err
		}
		rings, area = append(rings, some...), area+s.Area()
	}
	loops, ok := stitch(outline(rings))
	if !ok {
		return geo.Shape{}, errJagged
	}
	whole, err := polygons(loops)
	if err != nil || math.Abs(whole.Area()-area) > tolerance {
		return geo.Shape{}, errJagged
	}
	return whole, nil
}

// ringsOf reads the rings from the shape's GeoJSON: outer ones anticlockwise, holes clockwise, so that the ground is always on the left.
func ringsOf(s geo.Shape) ([][]corner, error) {
	b, err := s.MarshalJSON()
	if err != nil {
		return nil, err
	}
	var g struct {
		Type        string
		Coordinates json.RawMessage
	}
	if err := json.Unmarshal(b, &g); err != nil {
		return nil, err
	}
	parts := make([][][][2]float64, 1)
	if g.Type == "Polygon" {
		err = json.Unmarshal(g.Coordinates, &parts[0])
	} else {
		err = json.Unmarshal(g.Coordinates, &parts)
	}
	var rings [][]corner
	for _, part := range parts {
		for _, line := range part {
			ring := make([]corner, len(line)) // closed: the first corner comes again
			for i, c := range line {
				ring[i] = corner{int64(math.Round(c[0] * 1e6)), int64(math.Round(c[1] * 1e6))}
			}
			rings = append(rings, ring)
		}
	}
	return rings, err
}

// outline cuts every side at the corners that lie on it and drops those that run both ways.
func outline(rings [][]corner) map[side]bool {
	var corners []corner
	for _, r := range rings {
		corners = append(corners, r...)
	}
	slices.SortFunc(corners, byX)
	corners = slices.Compact(corners)
	left := map[side]bool{}
	for _, r := range rings {
		for i := 0; i+1 < len(r); i++ {
			for _, s := range cut(side{r[i], r[i+1]}, corners) {
				if back := (side{s.b, s.a}); left[back] {
					delete(left, back)
				} else {
					left[s] = true
				}
			}
		}
	}
	return left
}

// cut splits a side at all corners on it; corners are sorted by x.
func cut(s side, corners []corner) []side {
	x0, x1 := min(s.a.x, s.b.x), max(s.a.x, s.b.x)
	from, _ := slices.BinarySearchFunc(corners, x0, func(c corner, x int64) int { return cmp.Compare(c.x, x) })
	on := []corner{s.a, s.b}
	for _, c := range corners[from:] {
		if c.x > x1 {
			break
		}
		if c != s.a && c != s.b && c.y >= min(s.a.y, s.b.y) && c.y <= max(s.a.y, s.b.y) && turn(s.a, s.b, c) == 0 {
			on = append(on, c)
		}
	}
	far := func(c corner) int64 { return max(c.x-s.a.x, s.a.x-c.x) + max(c.y-s.a.y, s.a.y-c.y) }
	slices.SortFunc(on, func(p, q corner) int { return cmp.Compare(far(p), far(q)) })
	all := make([]side, len(on)-1)
	for i := range all {
		all[i] = side{on[i], on[i+1]}
	}
	return all
}

func turn(a, b, c corner) int64 { return (b.x-a.x)*(c.y-a.y) - (b.y-a.y)*(c.x-a.x) }

// stitch walks the sides to closed loops. Where more than one goes on, it turns as far left as it can, so that loops touch but don't cross.
func stitch(sides map[side]bool) ([][]corner, bool) {
	next := map[corner][]corner{}
	var starts []side
	for s := range sides {
		next[s.a] = append(next[s.a], s.b)
		starts = append(starts, s)
	}
	slices.SortFunc(starts, func(p, q side) int { return cmp.Or(byX(p.a, q.a), byX(p.b, q.b)) })
	var loops [][]corner
	for _, s := range starts {
		if !slices.Contains(next[s.a], s.b) {
			continue // walked already
		}
		loop := []corner{s.a}
		for at, to := s.a, s.b; ; {
			next[at] = slices.DeleteFunc(next[at], func(c corner) bool { return c == to })
			if to == s.a {
				break
			}
			loop = append(loop, to)
			on := next[to]
			if len(on) == 0 {
				return nil, false
			}
			at, to = to, slices.MaxFunc(on, func(p, q corner) int { return cmp.Compare(bend(at, to, p), bend(at, to, q)) })
		}
		loops = append(loops, straighten(loop))
	}
	return loops, len(loops) > 0
}

// bend is the angle by which a→b→c turns left, -π to π.
func bend(a, b, c corner) float64 {
	d := math.Atan2(float64(c.y-b.y), float64(c.x-b.x)) - math.Atan2(float64(b.y-a.y), float64(b.x-a.x))
	return math.Remainder(d, 2*math.Pi)
}

// straighten drops the corners that were only there for a neighbour that is gone.
func straighten(loop []corner) []corner {
	var kept []corner
	for i, c := range loop {
		if turn(loop[(i+len(loop)-1)%len(loop)], c, loop[(i+1)%len(loop)]) != 0 {
			kept = append(kept, c)
		}
	}
	return kept
}

// polygons sorts loops into outlines and holes and makes a shape of them.
func polygons(loops [][]corner) (geo.Shape, error) {
	var parts [][][]corner
	for _, l := range loops {
		if area(l) > 0 {
			parts = append(parts, [][]corner{l})
		}
	}
	slices.SortFunc(parts, func(a, b [][]corner) int { return cmp.Compare(area(a[0]), area(b[0])) })
	for _, l := range loops {
		if area(l) > 0 {
			continue
		}
		for i := range parts { // the smallest outline that holds the hole
			if within(l, parts[i][0]) {
				parts[i] = append(parts[i], l)
				break
			}
		}
	}
	coordinates := make([][][][2]float64, len(parts))
	for i, part := range parts {
		for _, l := range part {
			var line [][2]float64
			for _, c := range append(slices.Clone(l), l[0]) {
				line = append(line, [2]float64{float64(c.x) / 1e6, float64(c.y) / 1e6})
			}
			coordinates[i] = append(coordinates[i], line)
		}
	}
	b, err := json.Marshal(map[string]any{"type": "MultiPolygon", "coordinates": coordinates})
	if err != nil {
		return geo.Shape{}, err
	}
	return geo.ParseShape(b)
}

// area is twice the signed area on the lattice, positive for an anticlockwise loop.
func area(l []corner) float64 {
	sum := 0.0
	for i := 1; i+1 < len(l); i++ {
		sum += float64(turn(l[0], l[i], l[i+1]))
	}
	return sum
}

// within tells whether a corner of the hole that is not on the outline lies inside it.
func within(hole, outer []corner) bool {
	for _, c := range hole {
		if slices.Contains(outer, c) {
			continue
		}
		in := false
		for i, a := range outer {
			b := outer[(i+1)%len(outer)]
			if (a.y <= c.y) != (b.y <= c.y) && (turn(a, b, c) > 0) == (b.y > a.y) {
				in = !in
			}
		}
		return in
	}
	return false
}
