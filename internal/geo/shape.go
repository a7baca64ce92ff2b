package geo

import (
	"math"
	"slices"
)

// Shape is an area of one or more polygons, possibly with holes. It never changes and is cheap to copy; the zero value is empty.
// Corners lie on a lattice of a millionth of a degree (0.11 m) and edges are straight in longitude and latitude, as in GeoJSON;
// so what is written out and read again is the same shape, and neighbours that share corners share every point of the border.
type Shape struct {
	parts [][]ring // of each part the outer ring, anticlockwise, then its holes, clockwise
	box   box
	bands *bands
}

// ring is a closed line; the first corner is not repeated at the end.
type ring []vertex

// edge is a side of a ring, the end with the smaller y first.
type edge struct{ a, b vertex }

func newEdge(a, b vertex) edge {
	if b.y < a.y || b.y == a.y && b.x < a.x {
		a, b = b, a
	}
	return edge{a, b}
}

// NewShape makes a polygon from its outer ring and holes, in degrees, closed or not, in any winding. It refuses what ParseShape refuses.
func NewShape(outer []Point, holes ...[]Point) (Shape, error) {
	part := make([]ring, 0, 1+len(holes))
	for _, points := range append([][]Point{outer}, holes...) {
		r := make(ring, 0, len(points))
		for _, p := range points {
			if !p.Valid() {
				return Shape{}, errPosition
			}
			r = append(r, p.vertex())
		}
		part = append(part, r)
	}
	return build([][]ring{part})
}

// Empty says whether the shape has no part.
func (s Shape) Empty() bool { return len(s.parts) == 0 }

// Points is the number of corners.
func (s Shape) Points() int {
	n := 0
	for r := range s.rings {
		n += len(r)
	}
	return n
}

func (s Shape) rings(yield func(ring) bool) {
	for _, part := range s.parts {
		for _, r := range part {
			if !yield(r) {
				return
			}
		}
	}
}

func (r ring) edges(yield func(edge) bool) {
	for i, v := range r {
		if !yield(newEdge(v, r[(i+1)%len(r)])) {
			return
		}
	}
}

func (r ring) box() box {
	b := box{r[0].x, r[0].y, r[0].x, r[0].y}
	for _, v := range r[1:] {
		b = b.join(box{v.x, v.y, v.x, v.y})
	}
	return b
}

// Contains says whether p lies in the shape. Of a border shared by two shapes each point is in exactly one of them.
func (s Shape) Contains(p Point) bool {
	return p.Valid() && s.contains(p.vertex())
}

func (s Shape) contains(v vertex) bool {
	if s.bands == nil || !s.box.has(v) {
		return false
	}
	in := false
	for _, e := range s.bands.at(v.y) {
		// Half-open in y and strict in x: the one rule that counts each shared point once.
		if e.a.y <= v.y && v.y < e.b.y && turn(e.a, e.b, v) > 0 {
			in = !in
		}
	}
	return in
}

// near is the squared distance in millionths of a degree of latitude from v to the border, or +Inf when it is above reach.
func (s Shape) near(v vertex, reach int32) float64 {
	best := math.Inf(1)
	if s.bands == nil || !s.box.grow(4*reach).has(v) {
		return best
	}
	squeeze := math.Cos(float64(v.y) / 1e6 * math.Pi / 180)
	for i := s.bands.strip(v.y - reach); i <= s.bands.strip(v.y+reach); i++ {
		for _, e := range s.bands.strips[i] {
			best = min(best, e.distance2(v, squeeze))
		}
	}
	if best > float64(reach)*float64(reach) {
		return math.Inf(1)
	}
	return best
}

func (e edge) distance2(v vertex, squeeze float64) float64 {
	px, py := float64(v.x-e.a.x)*squeeze, float64(v.y-e.a.y)
	dx, dy := float64(e.b.x-e.a.x)*squeeze, float64(e.b.y-e.a.y)
	t := 0.0
	if length := dx*dx + dy*dy; length > 0 {
		t = max(0, min(1, (px*dx+py*dy)/length))
	}
	px, py = px-t*dx, py-t*dy
	return px*px + py*py
}

// Bound is the south-west and the north-east corner of the enclosing rectangle.
func (s Shape) Bound() (sw, ne Point) {
	return vertex{s.box.x0, s.box.y0}.point(), vertex{s.box.x1, s.box.y1}.point()
}

// Area is the size in square metres.
func (s Shape) Area() float64 {
	sum := 0.0
	for r := range s.rings {
		sum += r.area() // holes run clockwise and count negative
	}
	return sum
}

// area integrates sin(lat) d(lng) along the ring, which is exact on a sphere; sines are taken relative to the first corner to keep digits.
func (r ring) area() float64 {
	const rad = math.Pi / 180 / 1e6
	base := math.Sin(float64(r[0].y) * rad)
	sum := 0.0
	for i, v := range r {
		w := r[(i+1)%len(r)]
		y0, y1 := float64(v.y)*rad, float64(w.y)*rad
		mean := (math.Sin(y0)+4*math.Sin((y0+y1)/2)+math.Sin(y1))/6 - base
		sum -= float64(int64(w.x)-int64(v.x)) * rad * mean
	}
	return sum * Earth * Earth
}

// left is twice the signed area in lattice units, positive for an anticlockwise ring. At most 2.6e17, so it fits.
func (r ring) left() int64 {
	var sum int64
	for i := 1; i+1 < len(r); i++ {
		sum += turn(r[0], r[i], r[i+1])
	}
	return sum
}

// Centre is the middle of the largest part, moved along its parallel into the shape if the middle lies outside: fit for a label or a pin.
func (s Shape) Centre() Point {
	if s.Empty() {
		return Point{}
	}
	part := slices.MaxFunc(s.parts, func(a, b []ring) int { return int(max(-1, min(1, a[0].left()-b[0].left()))) })
	o := part[0][0]
	var x, y, weight float64
	for _, r := range part {
		for i := 1; i+1 < len(r); i++ {
			w := float64(turn(r[0], r[i], r[i+1]))
			weight += w
			x += w * (float64(r[0].x-o.x) + float64(r[i].x-o.x) + float64(r[i+1].x-o.x)) / 3
			y += w * (float64(r[0].y-o.y) + float64(r[i].y-o.y) + float64(r[i+1].y-o.y)) / 3
		}
	}
	v := vertex{o.x + int32(math.Round(x/weight)), o.y + int32(math.Round(y/weight))}
	if s.contains(v) {
		return v.point()
	}
	return s.widest(v.y).point()
}

// widest is the middle of the longest stretch of the parallel y inside the shape, or a corner if there is none.
func (s Shape) widest(y int32) vertex {
	var xs []float64
	for _, e := range s.bands.at(y) {
		if e.a.y <= y && y < e.b.y {
			xs = append(xs, float64(e.a.x)+float64(y-e.a.y)*float64(e.b.x-e.a.x)/float64(e.b.y-e.a.y))
		}
	}
	slices.Sort(xs)
	best, width := s.parts[0][0][0], 0.0
	for i := 0; i+1 < len(xs); i += 2 {
		if w := xs[i+1] - xs[i]; w > width {
			best, width = vertex{int32(math.Round((xs[i] + xs[i+1]) / 2)), y}, w
		}
	}
	return best
}

// bands sorts edges into strips of latitude, so that a question looks at a few edges only.
type bands struct {
	y0, height int64
	strips     [][]edge
}

func newBands(b box, all []edge) *bands {
	span := int64(b.y1) - int64(b.y0) + 1
	for n := max(1, int64(len(all)/4)); ; n /= 2 {
		t := &bands{y0: int64(b.y0), height: (span + n - 1) / n}
		t.strips = make([][]edge, n)
		total := 0
		for _, e := range all {
			total += t.strip(e.b.y) - t.strip(e.a.y) + 1
		}
		if n > 1 && total > 8*len(all) {
			continue
		}
		for _, e := range all {
			for i := t.strip(e.a.y); i <= t.strip(e.b.y); i++ {
				t.strips[i] = append(t.strips[i], e)
			}
		}
		return t
	}
}

func (t *bands) strip(y int32) int {
	return int(max(0, min(int64(len(t.strips))-1, (int64(y)-t.y0)/t.height)))
}

func (t *bands) at(y int32) []edge { return t.strips[t.strip(y)] }
