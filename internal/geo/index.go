package geo

import (
	"cmp"
	"math"
	"slices"
)

// Item is a shape with the id it is found by and the name it is called by.
type Item struct {
	ID    int64
	Name  string
	Shape Shape
}

// snap is how far beside every shape a point may lie and still belong to the nearest one, in millionths of a degree: 0.22 m.
// Where a corner of one shape lies on an edge of another, rounding it leaves slivers of at most half of that.
const snap = 2

// Index says which of many shapes a point lies in. It never changes and may be used by many at once.
type Index struct {
	items  []Item // by id
	box    box
	nx, ny int
	cells  [][]int32 // of each cell of a lattice over the box the items that reach into it, by id
}

// NewIndex makes an index of the items; empty shapes are left out.
func NewIndex(items []Item) *Index {
	x := &Index{}
	for _, it := range items {
		if it.Shape.Empty() {
			continue
		}
		b := it.Shape.box.grow(2 * snap)
		if len(x.items) == 0 {
			x.box = b
		}
		x.box = x.box.join(b)
		x.items = append(x.items, it)
	}
	slices.SortStableFunc(x.items, func(a, b Item) int { return cmp.Compare(a.ID, b.ID) })
	n := int(math.Sqrt(float64(16 * len(x.items))))
	x.nx, x.ny = max(1, min(512, n)), max(1, min(512, n))
	x.cells = make([][]int32, x.nx*x.ny)
	for i, it := range x.items {
		b := it.Shape.box.grow(2 * snap)
		x0, y0 := x.cell(vertex{b.x0, b.y0})
		x1, y1 := x.cell(vertex{b.x1, b.y1})
		for y := y0; y <= y1; y++ {
			for c := x0; c <= x1; c++ {
				x.cells[y*x.nx+c] = append(x.cells[y*x.nx+c], int32(i))
			}
		}
	}
	return x
}

func (x *Index) cell(v vertex) (cx, cy int) {
	w, h := int64(x.box.x1)-int64(x.box.x0)+1, int64(x.box.y1)-int64(x.box.y0)+1
	return int((int64(v.x) - int64(x.box.x0)) * int64(x.nx) / w), int((int64(v.y) - int64(x.box.y0)) * int64(x.ny) / h)
}

// Locate names the shape p lies in. A point on a border always belongs to the same one; where shapes overlap the smallest id wins,
// and a point up to 0.2 m outside of all belongs to the nearest, so that none falls between two neighbours.
func (x *Index) Locate(p Point) (int64, bool) {
	v := p.vertex()
	if !p.Valid() || len(x.items) == 0 || !x.box.has(v) {
		return 0, false
	}
	cx, cy := x.cell(v)
	candidates := x.cells[cy*x.nx+cx]
	for _, i := range candidates {
		if x.items[i].Shape.contains(v) {
			return x.items[i].ID, true
		}
	}
	best, found := math.Inf(1), int32(-1)
	for _, i := range candidates {
		if d := x.items[i].Shape.near(v, snap); d < best {
			best, found = d, i
		}
	}
	if found < 0 {
		return 0, false
	}
	return x.items[found].ID, true
}
