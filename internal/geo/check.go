package geo

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"mulin/internal/fault"
)

// Kind says what is wrong between shapes.
type Kind string

// The kinds of problem.
const (
	Overlap Kind = "overlap" // two items cover the same ground
	Gap     Kind = "gap"     // ground that belongs to none
	Outside Kind = "outside" // an item reaches beyond the whole
)

// Problem is one place where shapes don't tile: who is concerned, how large it is, and a point in it.
// A gap names the items around it.
type Problem struct {
	Kind  Kind
	IDs   []int64
	Names []string
	Area  float64 // m²
	At    Point
}

// String is for logs; people read Fault.
func (p Problem) String() string {
	return fmt.Sprintf("%s of %.0f m² at %v: %s", p.Kind, p.Area, p.At.vertex(), strings.Join(p.Names, ", "))
}

// Fault is the problem as a readable error: names, area in m² and place.
func (p Problem) Fault() *fault.Fault {
	return fault.New(fault.Invalid, "geo.problem."+string(p.Kind), strings.Join(p.Names, "、"), fmt.Sprintf("%.0f", p.Area), p.At.vertex().String())
}

// slack is a width in millionths of a degree that is arithmetic noise: 0.1 µm.
const slack = 1e-6

// maxWork bounds the lines visited for cutting strips at crossings, so that two combs laid across each other don't hold up a server.
// Maps that people draw stay far below.
const maxWork = 5_000_000

// Check finds where the items overlap, leave gaps or reach outside, largest first, leaving out what is not above tolerance (m²).
// The ground to be filled is within; without it, gaps are the holes that the items enclose.
// It cuts everything into strips of latitude in which no two edges cross, and looks at the trapezoids of each strip. Where edges cross by the hundred thousand it stops early and tells the overlaps found so far.
func Check(items []Item, within *Shape, tolerance float64) []Problem {
	c := &checker{items: items, whole: within != nil, pairs: map[[2]int]*patch{}, beyond: map[int]*patch{}}
	c.load(within)
	c.sweep()
	return c.report(tolerance)
}

// line is an edge with the item it belongs to; -1 is the whole.
type line struct {
	x0, y0, x1, y1 float64
	owner          int
}

func (l line) at(y float64) float64 {
	return l.x0 + (y-l.y0)*(l.x1-l.x0)/(l.y1-l.y0)
}

// patch collects the trapezoids of one problem.
type patch struct {
	area, largest float64
	at            Point
	owners        []int
	open          bool // reaches the outside
	up            int  // the gap it was joined to
}

func (p *patch) add(area float64, at Point) {
	p.area += area
	if area > p.largest {
		p.largest, p.at = area, at
	}
}

// piece is a trapezoid of a strip: its lower and upper side, and the gap it belongs to or, if gap < 0, the items on it.
type piece struct {
	lo0, lo1, hi0, hi1 float64
	gap                int
	owners             []int
}

type checker struct {
	items  []Item
	whole  bool
	lines  []line
	ys     []float64
	work   int // lines visited for crossings
	pairs  map[[2]int]*patch
	beyond map[int]*patch
	gaps   []*patch
	prev   []piece // pieces of the strip below
	now    []piece
}

func (c *checker) load(within *Shape) {
	take := func(s Shape, owner int) {
		for r := range s.rings {
			for e := range r.edges {
				c.ys = append(c.ys, float64(e.a.y), float64(e.b.y))
				if e.a.y != e.b.y {
					c.lines = append(c.lines, line{float64(e.a.x), float64(e.a.y), float64(e.b.x), float64(e.b.y), owner})
				}
			}
		}
	}
	for i, it := range c.items {
		take(it.Shape, i)
	}
	if within != nil {
		take(*within, -1)
	}
	slices.SortFunc(c.lines, func(a, b line) int { return cmp.Compare(a.y0, b.y0) })
	slices.Sort(c.ys)
	c.ys = slices.Compact(c.ys)
}

func (c *checker) sweep() {
	var active []line
	next := 0
	c.prev = []piece{c.void()}
	for i := 0; i+1 < len(c.ys) && c.work <= maxWork; i++ {
		lo, hi := c.ys[i], c.ys[i+1]
		active = slices.DeleteFunc(active, func(l line) bool { return l.y1 <= lo })
		for ; next < len(c.lines) && c.lines[next].y0 <= lo; next++ {
			active = append(active, c.lines[next])
		}
		c.strip(active, lo, hi)
	}
	c.now = append(c.now[:0], c.void())
	c.join()
}

// void is the endless piece below and above everything.
func (c *checker) void() piece {
	inf := math.Inf(1)
	c.gaps = append(c.gaps, &patch{open: true, up: -1})
	return piece{-inf, inf, -inf, inf, len(c.gaps) - 1, nil}
}

// strip sorts the lines from west to east; if two of them cross within the strip it is cut there.
func (c *checker) strip(active []line, lo, hi float64) {
	if c.work > maxWork {
		return
	}
	mid := (lo + hi) / 2
	insertionSort(active, mid)
	for i := 0; i+1 < len(active); i++ {
		a, b := active[i], active[i+1]
		d0, d1 := b.at(lo)-a.at(lo), b.at(hi)-a.at(hi)
		if (d0 > -1e-4 && d1 > -1e-4) || d0 == d1 {
			continue
		}
		y := lo + (hi-lo)*d0/(d0-d1)
		if !(y > lo+slack && y < hi-slack) {
			continue
		}
		c.work += len(active)
		c.strip(active, lo, y)
		c.strip(active, y, hi)
		return
	}
	c.trapezoids(active, lo, hi)
}

// insertionSort is fast here, because the order changes little from strip to strip.
func insertionSort(active []line, y float64) {
	xs := make([]float64, len(active))
	for i, l := range active {
		xs[i] = l.at(y)
		for j := i; j > 0 && xs[j-1] > xs[j]; j-- {
			xs[j-1], xs[j] = xs[j], xs[j-1]
			active[j-1], active[j] = active[j], active[j-1]
		}
	}
}

// trapezoids walks a strip from west to east and books each piece by who covers it.
func (c *checker) trapezoids(active []line, lo, hi float64) {
	const metre = math.Pi / 180 / 1e6 * Earth
	mid := (lo + hi) / 2
	unit := metre * metre * math.Cos(mid/1e6*math.Pi/180) * (hi - lo)
	c.now = c.now[:0]
	var on []int
	inside := !c.whole
	west0, west1 := math.Inf(-1), math.Inf(-1)
	for i := 0; i <= len(active); i++ {
		p := piece{west0, math.Inf(1), west1, math.Inf(1), -1, nil}
		if i < len(active) {
			p.lo1, p.hi1 = active[i].at(lo), active[i].at(hi)
		}
		if width := (p.lo1 + p.hi1 - p.lo0 - p.hi0) / 2; width > slack {
			c.book(p, on, inside, width*unit, Point{Lat: mid / 1e6, Lng: (p.lo0 + p.lo1 + p.hi0 + p.hi1) / 4e6})
			west0, west1 = p.lo1, p.hi1
		}
		if i == len(active) {
			break
		}
		if o := active[i].owner; o < 0 {
			inside = !inside
		} else if at := slices.Index(on, o); at >= 0 {
			on = slices.Delete(on, at, at+1)
		} else {
			on = append(on, o)
		}
	}
	c.join()
}

func (c *checker) book(p piece, on []int, inside bool, area float64, at Point) {
	if len(on) == 0 {
		g := &patch{up: -1, open: !inside || math.IsInf(area, 1)}
		if !g.open {
			g.add(area, at)
		}
		c.gaps = append(c.gaps, g)
		p.gap = len(c.gaps) - 1
	}
	if n := len(c.now); n > 0 && c.now[n-1].gap < 0 && p.gap >= 0 {
		c.touch(p.gap, c.now[n-1].owners)
	} else if n > 0 && c.now[n-1].gap >= 0 && p.gap < 0 {
		c.touch(c.now[n-1].gap, on)
	}
	p.owners = slices.Clone(on)
	c.now = append(c.now, p)
	for i, a := range on {
		if !inside {
			add(c.beyond, a, area, at)
		}
		for _, b := range on[i+1:] {
			add(c.pairs, [2]int{min(a, b), max(a, b)}, area, at)
		}
	}
}

func add[K comparable](m map[K]*patch, k K, area float64, at Point) {
	if m[k] == nil {
		m[k] = &patch{}
	}
	m[k].add(area, at)
}

// join ties the gaps of this strip to those of the strip below where they share more than a point. With a whole given,
// open ground outside it must not swallow a gap at its border, so only like is joined to like.
func (c *checker) join() {
	for i, j := 0, 0; i < len(c.prev) && j < len(c.now); {
		a, b := c.prev[i], c.now[j]
		if min(a.hi1, b.lo1)-max(a.hi0, b.lo0) > slack {
			switch {
			case a.gap >= 0 && b.gap >= 0:
				c.unite(a.gap, b.gap)
			case a.gap >= 0:
				c.touch(a.gap, b.owners)
			case b.gap >= 0:
				c.touch(b.gap, a.owners)
			}
		}
		if a.hi1 < b.lo1 {
			i++
		} else {
			j++
		}
	}
	c.prev, c.now = c.now, c.prev
}

func (c *checker) root(g int) int {
	for c.gaps[g].up >= 0 {
		if up := c.gaps[c.gaps[g].up].up; up >= 0 {
			c.gaps[g].up = up
		}
		g = c.gaps[g].up
	}
	return g
}

func (c *checker) unite(a, b int) {
	a, b = c.root(a), c.root(b)
	pa, pb := c.gaps[a], c.gaps[b]
	if a == b || c.whole && pa.open != pb.open {
		return
	}
	pb.up = a
	pa.area += pb.area
	if pb.largest > pa.largest {
		pa.largest, pa.at = pb.largest, pb.at
	}
	pa.open = pa.open || pb.open
	for _, o := range pb.owners {
		c.touch(a, []int{o})
	}
}

// touch notes the neighbours of a gap; the outside has too many to be of use.
func (c *checker) touch(g int, owners []int) {
	p := c.gaps[c.root(g)]
	for _, o := range owners {
		if !p.open && !slices.Contains(p.owners, o) {
			p.owners = append(p.owners, o)
		}
	}
}

func (c *checker) report(tolerance float64) []Problem {
	var all []Problem
	book := func(kind Kind, p *patch, owners ...int) {
		if p.area <= tolerance {
			return
		}
		q := Problem{Kind: kind, Area: p.area, At: p.at}
		slices.Sort(owners)
		for _, o := range owners {
			q.IDs = append(q.IDs, c.items[o].ID)
			q.Names = append(q.Names, c.items[o].Name)
		}
		all = append(all, q)
	}
	for pair, p := range c.pairs {
		book(Overlap, p, pair[0], pair[1])
	}
	for o, p := range c.beyond {
		book(Outside, p, o)
	}
	for _, p := range c.gaps {
		if p.up < 0 && !p.open && c.work <= maxWork {
			book(Gap, p, p.owners...)
		}
	}
	slices.SortFunc(all, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(b.Area, a.Area), cmp.Compare(a.Kind, b.Kind), slices.Compare(a.IDs, b.IDs))
	})
	return all
}
