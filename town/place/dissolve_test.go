package place

import (
	"math"
	"testing"

	"mulin/internal/geo"
)

func ring(t *testing.T, holes [][][2]float64, outer ...[2]float64) geo.Shape {
	t.Helper()
	points := func(l [][2]float64) (p []geo.Point) {
		for _, c := range l {
			p = append(p, geo.Point{Lat: 35 + c[1]/100, Lng: 117 + c[0]/100})
		}
		return p
	}
	var inner [][]geo.Point
	for _, h := range holes {
		inner = append(inner, points(h))
	}
	s, err := geo.NewShape(points(outer), inner...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestDissolve(t *testing.T) {
	t.Parallel()
	box := func(x, y, n, m float64) geo.Shape {
		return ring(t, nil, [2]float64{x, y}, [2]float64{x + n, y}, [2]float64{x + n, y + m}, [2]float64{x, y + m})
	}
	frame := ring(t, [][][2]float64{{{1, 1}, {2, 1}, {2, 2}, {1, 2}}}, [2]float64{0, 0}, [2]float64{3, 0}, [2]float64{3, 3}, [2]float64{0, 3})
	for name, c := range map[string]struct {
		in     []geo.Shape
		points int
	}{
		"side by side":        {[]geo.Shape{box(0, 0, 1, 1), box(1, 0, 1, 1)}, 4},
		"corner on an edge":   {[]geo.Shape{box(0, 0, 1, 2), box(1, 0, 1, 1), box(1, 1, 1, 1)}, 4},
		"an L":                {[]geo.Shape{box(0, 0, 2, 1), box(0, 1, 1, 1)}, 6},
		"apart":               {[]geo.Shape{box(0, 0, 1, 1), box(5, 0, 1, 1)}, 8},
		"a filled frame":      {[]geo.Shape{frame, box(1, 1, 1, 1)}, 4},
		"a half-filled frame": {[]geo.Shape{frame, box(1, 1, 0.5, 1)}, 8},
		"a ring of four":      {[]geo.Shape{box(0, 0, 3, 1), box(0, 2, 3, 1), box(0, 1, 1, 1), box(2, 1, 1, 1)}, 8},
	} {
		whole, err := dissolve(c.in)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		want := 0.0
		for _, s := range c.in {
			want += s.Area()
		}
		if whole.Points() != c.points || math.Abs(whole.Area()-want) > 1 {
			t.Errorf("%s: %d points, %.0f m², want %d and %.0f", name, whole.Points(), whole.Area(), c.points, want)
		}
	}
	if _, err := dissolve([]geo.Shape{box(0, 0, 2, 1), box(1, 0, 2, 1)}); err == nil {
		t.Error("overlapping shapes were joined")
	}
}
