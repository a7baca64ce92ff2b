package geo

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/golang/geo/s2"
)

func TestValid(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		p    Point
		want bool
	}{
		{Point{35, 117}, true}, {Point{-90, -180}, true}, {Point{90, 180}, true},
		{Point{90.1, 0}, false}, {Point{0, 180.1}, false},
		{Point{math.NaN(), 0}, false}, {Point{0, math.NaN()}, false}, {Point{math.Inf(1), 0}, false},
	} {
		if got := c.p.Valid(); got != c.want {
			t.Errorf("%v.Valid() = %v, want %v", c.p, got, c.want)
		}
	}
}

func TestGCJ02(t *testing.T) {
	t.Parallel()
	// Pairs published with the formula's other implementations (eviltransform's test vectors).
	for _, c := range []struct{ wgs, gcj Point }{
		{Point{31.1774276, 121.5272106}, Point{31.17530398364597, 121.531541859215}}, // Shanghai
		{Point{22.543847, 113.912316}, Point{22.540796131694766, 113.9171764808363}}, // Shenzhen
		{Point{39.911954, 116.377817}, Point{39.91334545536069, 116.38404722455657}}, // Beijing
	} {
		if d := Distance(ToGCJ02(c.wgs), c.gcj); d > 0.1 {
			t.Errorf("ToGCJ02(%v) is %.2f m off", c.wgs, d)
		}
		if d := Distance(ToWGS84(c.gcj), c.wgs); d > 0.1 {
			t.Errorf("ToWGS84(%v) is %.2f m off", c.gcj, d)
		}
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		p := Point{Lat: 18 + 35*r.Float64(), Lng: 74 + 60*r.Float64()}
		if d := Distance(ToWGS84(ToGCJ02(p)), p); d > 0.01 {
			t.Fatalf("%v comes back %.3f m off", p, d)
		}
	}
	for _, p := range []Point{{48.85, 2.35}, {-33.9, 151.2}, {40.7, -74}} {
		if ToGCJ02(p) != p || ToWGS84(p) != p {
			t.Errorf("%v outside China was shifted", p)
		}
	}
}

func TestDistance(t *testing.T) {
	t.Parallel()
	if d := Distance(Point{35, 117}, Point{36, 117}); math.Abs(d-111195) > 1 {
		t.Errorf("one degree of latitude = %.1f m, want 111195", d)
	}
	if d := Distance(Point{35, 117}, Point{35, 117}); d != 0 {
		t.Errorf("distance to itself = %v", d)
	}
}

func covered(ranges []Range, p Point) bool {
	for _, r := range ranges {
		if r.Has(p.Cell()) {
			return true
		}
	}
	return false
}

func TestCoverCap(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		// All over the world: ids of half of the faces are negative as int64.
		centre := Point{Lat: -80 + 160*r.Float64(), Lng: -180 + 360*r.Float64()}
		radius := math.Pow(10, 5*r.Float64())
		ranges := CoverCap(centre, radius)
		if len(ranges) == 0 || len(ranges) > 24 {
			t.Fatalf("CoverCap(%v, %.0f) = %d ranges", centre, radius, len(ranges))
		}
		for i, g := range ranges {
			if g.Lo > g.Hi || i > 0 && g.Lo <= ranges[i-1].Hi {
				t.Fatalf("ranges out of order: %v", ranges)
			}
		}
		for range 50 {
			p := Point{Lat: centre.Lat + (r.Float64()*2-1)*radius/111195, Lng: centre.Lng + (r.Float64()*2-1)*radius/111195}
			if p.Valid() && Distance(p, centre) <= radius && !covered(ranges, p) {
				t.Fatalf("CoverCap(%v, %.0f) misses %v", centre, radius, p)
			}
		}
	}
	if CoverCap(Point{math.NaN(), 0}, 10) != nil || CoverCap(Point{35, 117}, math.NaN()) != nil || CoverCap(Point{35, 117}, -1) != nil {
		t.Error("a circle that is none has ranges")
	}
}

func TestCoverRect(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 6))
	sw, ne := Point{34.9, 117.0}, Point{35.1, 117.3}
	ranges := CoverRect(sw, ne)
	for range 2000 {
		p := Point{Lat: sw.Lat + 0.2*r.Float64(), Lng: sw.Lng + 0.3*r.Float64()}
		if !covered(ranges, p) {
			t.Fatalf("CoverRect misses %v", p)
		}
	}
	if covered(ranges, Point{36, 118}) {
		t.Error("CoverRect reaches a degree too far")
	}
	if !covered(CoverRect(Point{-1, 179}, Point{1, -179}), Point{0, 180}) {
		t.Error("CoverRect over the date line misses it")
	}
	if CoverRect(ne, sw) != nil {
		t.Error("a rectangle upside down has ranges")
	}
}

func TestCellIsLeaf(t *testing.T) {
	t.Parallel()
	if id := s2.CellID(uint64(Point{35.08, 117.16}.Cell())); !id.IsLeaf() || !id.IsValid() {
		t.Errorf("Cell() = %v, not a leaf", id)
	}
}
