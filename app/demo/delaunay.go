package demo

import "math"

// triangle has its corners anticlockwise; side i lies opposite corner i, beside[i] is the triangle behind it or -1.
type triangle struct {
	corner, beside [3]int
	dead           bool
}

// delaunay is a triangulation in which no circle around a triangle holds another site (Bowyer and Watson).
type delaunay struct {
	sites []spot // three far corners come last
	all   []triangle
	some  []int // a triangle at each site
	last  int
}

func triangulate(sites []spot) *delaunay {
	far := 1.0
	for _, s := range sites {
		far = max(far, math.Abs(s.x), math.Abs(s.y))
	}
	n := len(sites)
	d := &delaunay{sites: append(sites[:n:n], spot{-30 * far, -20 * far}, spot{30 * far, -20 * far}, spot{0, 40 * far})}
	d.all = []triangle{{corner: [3]int{n, n + 1, n + 2}, beside: [3]int{-1, -1, -1}}}
	d.some = make([]int, n+3)
	for i := range sites {
		d.insert(i)
	}
	for t, tri := range d.all {
		for _, c := range tri.corner {
			if !tri.dead {
				d.some[c] = t
			}
		}
	}
	return d
}

// left is positive if c lies left of the way from a to b.
func left(a, b, c spot) float64 { return (b.x-a.x)*(c.y-a.y) - (b.y-a.y)*(c.x-a.x) }

// find walks to the triangle that holds p.
func (d *delaunay) find(p spot) int {
	t := d.last
walk:
	for {
		tri := &d.all[t]
		for i := range 3 {
			if tri.beside[i] >= 0 && left(d.sites[tri.corner[(i+1)%3]], d.sites[tri.corner[(i+2)%3]], p) < 0 {
				t = tri.beside[i]
				continue walk
			}
		}
		return t
	}
}

// circled says whether p lies in the circle around t.
func (d *delaunay) circled(t int, p spot) bool {
	c := d.all[t].corner
	a, b, e := d.sites[c[0]].minus(p), d.sites[c[1]].minus(p), d.sites[c[2]].minus(p)
	return (a.x*a.x+a.y*a.y)*(b.x*e.y-e.x*b.y)-(b.x*b.x+b.y*b.y)*(a.x*e.y-e.x*a.y)+(e.x*e.x+e.y*e.y)*(a.x*b.y-b.x*a.y) > 0
}

// insert clears the triangles whose circles hold the site and fills the hole with a fan around it.
func (d *delaunay) insert(site int) {
	p := d.sites[site]
	hole := []int{d.find(p)}
	d.all[hole[0]].dead = true
	inHole := map[int]bool{hole[0]: true}
	for k := 0; k < len(hole); k++ {
		for _, o := range d.all[hole[k]].beside {
			if o >= 0 && !inHole[o] && d.circled(o, p) {
				inHole[o] = true
				d.all[o].dead = true
				hole = append(hole, o)
			}
		}
	}
	type rim struct{ a, b, behind int }
	var rims []rim
	for _, h := range hole {
		t := d.all[h]
		for i, o := range t.beside {
			if o < 0 || !inHole[o] {
				rims = append(rims, rim{t.corner[(i+1)%3], t.corner[(i+2)%3], o})
			}
		}
	}
	from := make(map[int]int, len(rims))
	first := len(d.all)
	for k, r := range rims {
		from[r.a] = first + k
		d.all = append(d.all, triangle{corner: [3]int{site, r.a, r.b}, beside: [3]int{r.behind, -1, -1}})
		if r.behind >= 0 {
			for i, o := range d.all[r.behind].beside {
				if o >= 0 && inHole[o] && d.all[r.behind].corner[(i+1)%3] == r.b {
					d.all[r.behind].beside[i] = first + k
				}
			}
		}
	}
	for k, r := range rims {
		d.all[first+k].beside[1] = from[r.b]
		d.all[from[r.b]].beside[2] = first + k
	}
	d.last = first
}

// centre is the middle of the circle around t, where three cells meet.
func (d *delaunay) centre(t triangle) spot {
	o := d.sites[t.corner[0]]
	a, b := d.sites[t.corner[1]].minus(o), d.sites[t.corner[2]].minus(o)
	k := 2 * (a.x*b.y - a.y*b.x)
	aa, bb := a.x*a.x+a.y*a.y, b.x*b.x+b.y*b.y
	return spot{o.x + (b.y*aa-a.y*bb)/k, o.y + (a.x*bb-b.x*aa)/k}
}

// around lists the triangles at a site anticlockwise, and the site behind each edge between two of them; nothing for a site at the rim.
func (d *delaunay) around(site int) (triangles, across []int) {
	n := len(d.sites) - 3
	start := d.some[site]
	for t := start; ; {
		tri := d.all[t]
		k := 0
		for tri.corner[k] != site {
			k++
		}
		other := tri.corner[(k+2)%3]
		if other >= n {
			return nil, nil
		}
		triangles = append(triangles, t)
		across = append(across, other)
		if t = tri.beside[(k+1)%3]; t < 0 {
			return nil, nil
		}
		if t == start {
			return triangles, across
		}
	}
}
