package geo

import (
	"cmp"
	"fmt"
	"slices"

	"mulin/internal/fault"
)

// What is wrong with a shape that was refused; the argument is a place, "lat, lng".
var (
	errLarge    = fault.New(fault.TooLarge, "geo.shape.large", maxPoints)
	errJSON     = fault.New(fault.Invalid, "geo.shape.json")
	errType     = fault.New(fault.Invalid, "geo.shape.type")
	errPosition = fault.New(fault.Invalid, "geo.shape.position")
	errEmpty    = fault.New(fault.Invalid, "geo.shape.empty")
	errOpen     = fault.New(fault.Invalid, "geo.shape.open")
	errFew      = fault.New(fault.Invalid, "geo.shape.few")
	errCross    = fault.New(fault.Invalid, "geo.shape.cross")
	errRings    = fault.New(fault.Invalid, "geo.shape.rings")
	errHole     = fault.New(fault.Invalid, "geo.shape.hole")
	errParts    = fault.New(fault.Invalid, "geo.shape.parts")
)

func (v vertex) String() string {
	p := v.point()
	return fmt.Sprintf("%.6f, %.6f", p.Lat, p.Lng)
}

// build tidies rings (repeated corners, winding), refuses what encloses no clear area, and prepares the shape for questions.
func build(parts [][]ring) (Shape, error) {
	s := Shape{parts: make([][]ring, 0, len(parts))}
	if len(parts) == 0 {
		return Shape{}, errEmpty
	}
	for _, part := range parts {
		if len(part) == 0 {
			return Shape{}, errEmpty
		}
		tidy := make([]ring, len(part))
		for i, r := range part {
			t, err := r.tidy(i > 0)
			if err != nil {
				return Shape{}, err
			}
			tidy[i] = t
		}
		s.parts = append(s.parts, tidy)
	}
	if s.Points() > maxPoints {
		return Shape{}, errLarge
	}
	if err := s.valid(); err != nil {
		return Shape{}, err
	}
	s.prepare()
	return s, nil
}

func (s *Shape) prepare() {
	s.box = s.parts[0][0].box()
	var all []edge
	for r := range s.rings {
		s.box = s.box.join(r.box())
		all = slices.AppendSeq(all, r.edges)
	}
	s.bands = newBands(s.box, all)
}

// tidy drops the closing and repeated corners and winds the ring: outer rings anticlockwise, holes clockwise.
func (r ring) tidy(hole bool) (ring, error) {
	t := slices.Compact(slices.Clone(r))
	if n := len(t); n > 1 && t[0] == t[n-1] {
		t = t[:n-1]
	}
	if len(t) < 3 {
		place := ""
		if len(t) > 0 {
			place = t[0].String()
		}
		return nil, errFew.With(place)
	}
	if (t.left() < 0) != hole {
		slices.Reverse(t)
	}
	return t, nil
}

// side is an edge with its place in the shape.
type side struct {
	edge
	ring, at, of int
}

func (s Shape) sides() []side {
	var all []side
	n := 0
	for r := range s.rings {
		for i, v := range r {
			w := r[(i+1)%len(r)]
			if w.x < v.x {
				v, w = w, v
			}
			all = append(all, side{edge{v, w}, n, i, len(r)})
		}
		n++
	}
	slices.SortFunc(all, func(a, b side) int { return cmp.Compare(a.a.x, b.a.x) })
	return all
}

// valid sweeps from west to east over all pairs of edges that could meet, then looks at how rings lie in each other.
func (s Shape) valid() error {
	all := s.sides()
	for i, a := range all {
		for _, b := range all[i+1:] {
			if b.a.x > a.b.x {
				break
			}
			if max(a.a.y, a.b.y) < min(b.a.y, b.b.y) || max(b.a.y, b.b.y) < min(a.a.y, a.b.y) {
				continue
			}
			if err := meet(a, b); err != nil {
				return err
			}
		}
	}
	return s.nested()
}

// meet refuses two edges of a shape that cross, lie on each other, or, within one ring, touch without being neighbours.
func meet(a, b side) error {
	t1, t2 := turn(a.a, a.b, b.a), turn(a.a, a.b, b.b)
	t3, t4 := turn(b.a, b.b, a.a), turn(b.a, b.b, a.b)
	if a.ring != b.ring {
		if opposite(t1, t2) && opposite(t3, t4) || onLine(a.edge, b.edge, t1, t2) {
			return errRings.With(b.a.String())
		}
		return nil
	}
	if next := (a.at+1)%a.of == b.at || (b.at+1)%b.of == a.at; next {
		if onLine(a.edge, b.edge, t1, t2) {
			return errCross.With(b.a.String())
		}
		return nil
	}
	if !(t1 > 0 && t2 > 0) && !(t1 < 0 && t2 < 0) && !(t3 > 0 && t4 > 0) && !(t3 < 0 && t4 < 0) {
		if t1 != 0 || t2 != 0 || overlap(a.edge, b.edge) >= 0 {
			return errCross.With(b.a.String())
		}
	}
	return nil
}

func opposite(a, b int64) bool { return a > 0 && b < 0 || a < 0 && b > 0 }

// onLine says whether two edges of one line have more than a point in common.
func onLine(a, b edge, t1, t2 int64) bool { return t1 == 0 && t2 == 0 && overlap(a, b) > 0 }

// overlap is how far two edges of one line lie on each other along the longer axis: 0 for a touch, negative for none.
func overlap(a, b edge) int64 {
	if a.a.x != a.b.x {
		return int64(min(max(a.a.x, a.b.x), max(b.a.x, b.b.x))) - int64(max(min(a.a.x, a.b.x), min(b.a.x, b.b.x)))
	}
	return int64(min(max(a.a.y, a.b.y), max(b.a.y, b.b.y))) - int64(max(min(a.a.y, a.b.y), min(b.a.y, b.b.y)))
}

// nested refuses holes outside their part or in each other, and parts on top of each other. Rings don't cross any more; they may touch.
func (s Shape) nested() error {
	for i, part := range s.parts {
		for j, hole := range part[1:] {
			if v, bad := hole.some(func(at int) bool { return at < 0 }, part[0]); bad {
				return errHole.With(v.String())
			}
			for k, other := range part[1:] {
				if v, bad := hole.some(func(at int) bool { return at > 0 }, other); bad && j != k {
					return errHole.With(v.String())
				}
			}
		}
		for j, other := range s.parts {
			if i == j || !part[0].box().meets(other[0].box()) {
				continue
			}
			if v, bad := part[0].covered(other); bad {
				return errParts.With(v.String())
			}
		}
	}
	return nil
}

// covered finds a corner or middle of an edge of r inside the part, in none of its holes.
func (r ring) covered(part []ring) (vertex, bool) {
	for i, v := range r {
		w := r[(i+1)%len(r)]
		for _, m := range [2][2]int64{{2 * int64(v.x), 2 * int64(v.y)}, {int64(v.x) + int64(w.x), int64(v.y) + int64(w.y)}} {
			in := part[0].place(m) > 0
			for _, hole := range part[1:] {
				in = in && hole.place(m) < 0
			}
			if in {
				return v, true
			}
		}
	}
	return vertex{}, false
}

// some finds a corner or middle of an edge of r whose place in the other ring is bad.
func (r ring) some(bad func(int) bool, other ring) (vertex, bool) {
	if !r.box().meets(other.box()) {
		return r[0], bad(-1)
	}
	for i, v := range r {
		w := r[(i+1)%len(r)]
		if bad(other.place([2]int64{2 * int64(v.x), 2 * int64(v.y)})) || bad(other.place([2]int64{int64(v.x) + int64(w.x), int64(v.y) + int64(w.y)})) {
			return v, true
		}
	}
	return vertex{}, false
}

// place is 1 inside the ring, 0 on it, -1 outside, for a point in half units.
func (r ring) place(p [2]int64) int {
	in := -1
	for i, v := range r {
		w := r[(i+1)%len(r)]
		ax, ay, bx, by := 2*int64(v.x), 2*int64(v.y), 2*int64(w.x), 2*int64(w.y)
		if p[1] < min(ay, by) || p[1] > max(ay, by) {
			continue
		}
		t := (bx-ax)*(p[1]-ay) - (by-ay)*(p[0]-ax)
		if t == 0 && p[0] >= min(ax, bx) && p[0] <= max(ax, bx) {
			return 0
		}
		if (ay <= p[1]) != (by <= p[1]) && (t > 0) == (by > ay) {
			in = -in
		}
	}
	return in
}
