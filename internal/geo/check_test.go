package geo

import (
	"math"
	"testing"
)

// metres of a thousandth of a degree at 35° N.
var kx, ky = 0.001 * math.Pi / 180 * Earth * math.Cos(35.0005*math.Pi/180), 0.001 * math.Pi / 180 * Earth

func box4(t *testing.T, x0, y0, x1, y1 float64) Shape {
	t.Helper()
	at := func(x, y float64) Point { return Point{Lat: 35 + y/1000, Lng: 117 + x/1000} }
	s, err := NewShape([]Point{at(x0, y0), at(x1, y0), at(x1, y1), at(x0, y1)})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestCheckMeshIsClean(t *testing.T) {
	t.Parallel()
	items, whole := mesh(t, 20, 3)
	if got := Check(items, &whole, 0.01); len(got) != 0 {
		t.Errorf("Check of a clean mesh = %v", got)
	}
	if got := Check(items, nil, 0.01); len(got) != 0 {
		t.Errorf("Check without a whole = %v", got)
	}
	hole := append(items[:210:210], items[211:]...)
	for _, within := range []*Shape{&whole, nil} {
		got := Check(hole, within, 1)
		if len(got) != 1 || got[0].Kind != Gap || len(got[0].IDs) != 4 || math.Abs(got[0].Area/items[210].Shape.Area()-1) > 1e-3 || !items[210].Shape.Contains(got[0].At) {
			t.Errorf("Check without cell 211 = %v, want one gap of %.0f m²", got, items[210].Shape.Area())
		}
	}
	twice := append(items[:len(items):len(items)], Item{ID: 999, Name: "again", Shape: items[37].Shape})
	got := Check(twice, &whole, 1)
	if len(got) != 1 || got[0].Kind != Overlap || got[0].Names[0] != items[37].Name || got[0].Names[1] != "again" || math.Abs(got[0].Area/items[37].Shape.Area()-1) > 1e-3 {
		t.Errorf("Check with a cell twice = %v", got)
	}
}

func TestCheckKinds(t *testing.T) {
	t.Parallel()
	whole := box4(t, 0, 0, 10, 10)
	type item struct{ x0, y0, x1, y1 float64 }
	for _, c := range []struct {
		name      string
		items     []item
		kind      Kind
		ids       []int64
		area      float64 // in thousandths squared
		tolerance float64
	}{
		{"T-junction", []item{{0, 0, 10, 5}, {0, 5, 4, 10}, {4, 5, 10, 10}}, "", nil, 0, 0.01},
		{"overlap", []item{{0, 0, 10, 6}, {0, 5, 10, 10}}, Overlap, []int64{1, 2}, 10, 1},
		{"contained", []item{{0, 0, 10, 10}, {3, 3, 4, 4}}, Overlap, []int64{1, 2}, 1, 1},
		{"gap at the rim", []item{{0, 0, 10, 5}, {0, 5, 8, 10}}, Gap, []int64{1, 2}, 10, 1},
		{"gap inside", []item{{0, 0, 10, 4}, {0, 6, 10, 10}, {0, 4, 4, 6}, {6, 4, 10, 6}}, Gap, []int64{1, 2, 3, 4}, 4, 1},
		{"outside", []item{{0, 0, 11, 5}, {0, 5, 10, 10}}, Outside, []int64{1}, 5, 1},
		{"below tolerance", []item{{0, 0, 10, 5.001}, {0, 5, 10, 10}}, "", nil, 0, 200},
		{"above tolerance", []item{{0, 0, 10, 5.001}, {0, 5, 10, 10}}, Overlap, []int64{1, 2}, 0.01, 50},
		{"nothing at all", nil, Gap, nil, 100, 1},
	} {
		var items []Item
		for i, b := range c.items {
			items = append(items, Item{ID: int64(i + 1), Name: c.name, Shape: box4(t, b.x0, b.y0, b.x1, b.y1)})
		}
		got := Check(items, &whole, c.tolerance)
		if c.kind == "" {
			if len(got) != 0 {
				t.Errorf("%s: Check = %v, want nothing", c.name, got)
			}
			continue
		}
		if len(got) != 1 || got[0].Kind != c.kind || len(got[0].IDs) != len(c.ids) {
			t.Errorf("%s: Check = %v, want one %s of %v", c.name, got, c.kind, c.ids)
			continue
		}
		if want := c.area * kx * ky; math.Abs(got[0].Area/want-1) > 1e-3 {
			t.Errorf("%s: area %.1f, want %.1f", c.name, got[0].Area, want)
		}
	}
}

func TestCheckCrossingEdges(t *testing.T) {
	t.Parallel()
	star := func(lat, lng float64, turn float64) Shape {
		var ps []Point
		for i := range 40 {
			a := 2*math.Pi*float64(i)/40 + turn
			r := 0.01 * (0.6 + 0.4*float64(i%2))
			ps = append(ps, Point{Lat: lat + r*math.Sin(a), Lng: lng + r*math.Cos(a)})
		}
		s, err := NewShape(ps)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	items := []Item{{ID: 1, Shape: star(35, 117, 0)}, {ID: 2, Shape: star(35, 117.004, 0.05)}}
	got := Check(items, nil, 1)
	var overlap float64
	for _, p := range got {
		if p.Kind == Overlap {
			overlap = p.Area
			if !items[0].Shape.Contains(p.At) || !items[1].Shape.Contains(p.At) {
				t.Errorf("%v is not in both", p.At)
			}
		}
	}
	// Count a fine lattice instead.
	n, step := 0, 0.00005
	for lat := 34.98; lat < 35.02; lat += step {
		for lng := 116.98; lng < 117.03; lng += step {
			if p := (Point{lat, lng}); items[0].Shape.Contains(p) && items[1].Shape.Contains(p) {
				n++
			}
		}
	}
	want := float64(n) * step * step * 1e6 * kx * ky
	if math.Abs(overlap/want-1) > 0.005 {
		t.Errorf("overlap %.0f m², counted %.0f", overlap, want)
	}
}

func TestCheckStopsAtCombs(t *testing.T) {
	t.Parallel()
	comb := func(id int64, across bool) Item {
		var ps []Point
		add := func(x, y float64) {
			if across {
				x, y = y, x
			}
			ps = append(ps, Point{Lat: y, Lng: x})
		}
		const teeth = 2400
		add(-0.1, 0)
		for i := range teeth {
			y, skew := float64(i)*0.0002, float64(i%3)*0.00001
			add(1, y+skew)
			add(1, y+skew+0.0001)
			add(0, y+0.00012)
			add(0, y+0.00018)
		}
		add(-0.1, teeth*0.0002)
		s, err := NewShape(ps)
		if err != nil {
			t.Fatal(err)
		}
		return Item{ID: id, Shape: s}
	}
	got := Check([]Item{comb(1, false), comb(2, true)}, nil, 1)
	if len(got) == 0 || got[0].Kind != Overlap {
		t.Errorf("Check of two crossing combs = %.3v, want an overlap", got)
	}
}

func TestSimplifyKeepsNeighboursTogether(t *testing.T) {
	t.Parallel()
	items, whole := mesh(t, 8, 5)
	// Join cells to rows, so that there are corners to drop.
	var rows []Item
	for i := range 8 {
		var south, north []Point
		for j := range 8 {
			r := items[i*8+j].Shape.parts[0][0]
			south = append(south, r[0].point())
			north = append([]Point{r[3].point()}, north...)
			if j == 7 {
				south = append(south, r[1].point())
				north = append([]Point{r[2].point()}, north...)
			}
		}
		s, err := NewShape(append(south, north...))
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, Item{ID: int64(i + 1), Shape: s})
	}
	all := append(rows, Item{ID: 99, Shape: whole})
	thin := Simplify(all, 150)
	before, after := 0, 0
	for i := range all {
		before += all[i].Shape.Points()
		after += thin[i].Shape.Points()
	}
	if after >= before {
		t.Errorf("%d corners became %d", before, after)
	}
	if got := Check(thin[:8], &thin[8].Shape, 0.01); len(got) != 0 {
		t.Errorf("simplified rows don't tile: %v", got)
	}
	if same := Simplify(items, 0); len(same) != len(items) {
		t.Error("Simplify by nothing lost items")
	}
}

func BenchmarkCheck(b *testing.B) {
	items, whole := mesh(b, 21, 7)
	for b.Loop() {
		if p := Check(items, &whole, 1); len(p) != 0 {
			b.Fatal(p)
		}
	}
}
