package demo

import (
	"math"
	"math/rand/v2"
	"slices"

	"mulin/internal/geo"
)

// spot is a place in metres east and north of the origin of the mesh.
type spot struct{ x, y float64 }

func (a spot) minus(b spot) spot { return spot{a.x - b.x, a.y - b.y} }

func (a spot) toward(b spot, f float64) spot { return spot{a.x + f*(b.x-a.x), a.y + f*(b.y-a.y)} }

func (a spot) to(b spot) float64 { return math.Hypot(a.x-b.x, a.y-b.y) }

// cell is the smallest piece of land: everything nearer to its site than to any other. Corners are indices into mesh.corners, anticlockwise;
// across[i] is the cell on the other side of the edge from corner i to the next.
type cell struct {
	site    spot
	corners []int
	across  []int
	area    float64
	rough   float64 // what a step over it costs when regions grow; makes borders wind
}

// mesh is a division of the plane into cells of which any two neighbours share their corners, and no corner belongs to more than three.
// So any set of connected cells has a border that doesn't touch itself, and sets that divide the cells divide the land.
type mesh struct {
	origin  geo.Point
	scale   spot // metres of a degree
	corners []spot
	cells   []cell
}

func (m *mesh) spot(p geo.Point) spot {
	return spot{(p.Lng - m.origin.Lng) * m.scale.x, (p.Lat - m.origin.Lat) * m.scale.y}
}

func (m *mesh) point(s spot) geo.Point {
	return geo.Point{Lat: m.origin.Lat + s.y/m.scale.y, Lng: m.origin.Lng + s.x/m.scale.x}
}

func newMesh(origin geo.Point) *mesh {
	degree := geo.Earth * math.Pi / 180
	return &mesh{origin: origin, scale: spot{degree * math.Cos(origin.Lat*math.Pi/180), degree}}
}

// scatter lays sites on a shaken honeycomb between two corners, where wanted.
func scatter(r *rand.Rand, sw, ne spot, step float64, wanted func(spot) bool) []spot {
	var all []spot
	row := 0
	for y := sw.y; y <= ne.y; y += step * math.Sqrt(3) / 2 {
		for x := sw.x + float64(row%2)*step/2; x <= ne.x; x += step {
			s := spot{x + step*0.55*(r.Float64()-0.5), y + step*0.55*(r.Float64()-0.5)}
			if wanted(s) {
				all = append(all, s)
			}
		}
		row++
	}
	r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all
}

// fill makes the cells around the sites. Cells at the rim of the sites are endless and get no corners.
func (m *mesh) fill(r *rand.Rand, sites []spot) {
	d := triangulate(sites)
	m.corners = make([]spot, len(d.all))
	for i, t := range d.all {
		m.corners[i] = d.centre(t)
	}
	m.cells = make([]cell, len(sites))
	for i := range m.cells {
		c := &m.cells[i]
		c.site = sites[i]
		c.rough = (0.7 + 0.6*r.Float64()) * hills(sites[i], 700) * hills(sites[i], 4000)
		c.corners, c.across = d.around(i)
		for k, at := range c.corners {
			a, b := m.corners[at].minus(c.site), m.corners[c.corners[(k+1)%len(c.corners)]].minus(c.site)
			c.area += (a.x*b.y - a.y*b.x) / 2
		}
	}
}

// hills makes some stretches dearer to cross than others, so that borders bend at that scale too.
func hills(s spot, size float64) float64 {
	return 1 + 0.4*math.Sin(s.x/size+math.Sin(s.y/size))*math.Cos(s.y/size-math.Sin(1.3*s.x/size))
}

// border joins cells, which must be connected, to one shape.
func (m *mesh) border(cells []int) (*geo.Shape, error) {
	in := make(map[int]bool, len(cells))
	for _, c := range cells {
		in[c] = true
	}
	next := map[int]int{}
	var starts []int
	for _, c := range cells {
		corners := m.cells[c].corners
		for k, other := range m.cells[c].across {
			if !in[other] {
				next[corners[k]] = corners[(k+1)%len(corners)]
				starts = append(starts, corners[k])
			}
		}
	}
	var rings [][]geo.Point
	outer, widest := 0, 0.0
	for _, start := range starts {
		if _, open := next[start]; !open {
			continue
		}
		var ring []geo.Point
		west, east := math.Inf(1), math.Inf(-1)
		for at := start; ; {
			s := m.corners[at]
			west, east = min(west, s.x), max(east, s.x)
			ring = append(ring, m.point(s))
			to, ok := next[at]
			delete(next, at)
			if !ok || to == start {
				break
			}
			at = to
		}
		if east-west > widest {
			outer, widest = len(rings), east-west
		}
		rings = append(rings, ring)
	}
	rings[0], rings[outer] = rings[outer], rings[0]
	s, err := geo.NewShape(rings[0], rings[1:]...)
	return &s, err
}

// connected is the largest connected part of the cells that are wanted.
func (m *mesh) connected(wanted func(int) bool) []int {
	seen := make([]bool, len(m.cells))
	var best []int
	for i := range m.cells {
		if seen[i] || !wanted(i) {
			continue
		}
		seen[i] = true
		part := []int{i}
		for k := 0; k < len(part); k++ {
			for _, o := range m.cells[part[k]].across {
				if !seen[o] && wanted(o) {
					seen[o] = true
					part = append(part, o)
				}
			}
		}
		if len(part) > len(best) {
			best = part
		}
	}
	slices.Sort(best)
	return best
}
