package geo

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"mulin/internal/fault"
)

// polygon is a GeoJSON polygon of rings "lng lat, lng lat".
func polygon(rings ...string) string {
	return `{"type":"Polygon","coordinates":[` + lines(rings) + `]}`
}

func lines(rings []string) string {
	var out []string
	for _, r := range rings {
		var points []string
		for _, p := range strings.Split(r, ",") {
			points = append(points, "["+strings.Join(strings.Fields(p), ",")+"]")
		}
		out = append(out, "["+strings.Join(points, ",")+"]")
	}
	return strings.Join(out, ",")
}

func must(t testing.TB, geojson string) Shape {
	t.Helper()
	s, err := ParseShape([]byte(geojson))
	if err != nil {
		t.Fatalf("ParseShape(%.80s): %v", geojson, err)
	}
	return s
}

const square = "0 0,4 0,4 4,0 4,0 0"

func TestParseShape(t *testing.T) {
	t.Parallel()
	multi := func(polygons ...[]string) string {
		var out []string
		for _, p := range polygons {
			out = append(out, "["+lines(p)+"]")
		}
		return `{"type":"MultiPolygon","coordinates":[` + strings.Join(out, ",") + `]}`
	}
	long := make([]string, 0, maxPoints+2)
	for i := range maxPoints + 1 {
		a := 2 * math.Pi * float64(i) / (maxPoints + 1)
		long = append(long, fmt.Sprintf("%.6f %.6f", math.Cos(a), math.Sin(a)))
	}
	long = append(long, long[0])
	for _, c := range []struct {
		name, in string
		want     *fault.Fault
	}{
		{"square", polygon(square), nil},
		{"wrong winding", polygon("0 0,0 4,4 4,4 0,0 0"), nil},
		{"repeated corners", polygon("0 0,0 0,4 0,4 4,4 4,0 4,0 0"), nil},
		{"height", polygon("0 0 9,4 0 9,4 4 9,0 0 9"), nil},
		{"hole", polygon(square, "1 1,2 1,2 2,1 1"), nil},
		{"hole touches corner", polygon(square, "0 0,2 1,1 2,0 0"), nil},
		{"two parts", multi([]string{square}, []string{"5 0,6 0,6 1,5 0"}), nil},
		{"parts touch", multi([]string{square}, []string{"4 4,6 4,6 6,4 4"}), nil},
		{"island in hole", multi([]string{square, "1 1,3 1,3 3,1 3,1 1"}, []string{"1.5 1.5,2.5 1.5,2 2.5,1.5 1.5"}), nil},
		{"open", polygon("0 0,4 0,4 4,0 4"), errOpen},
		{"two points", polygon("0 0,4 0,0 0"), errFew},
		{"three equal", polygon("0 0,0 0,4 0,0 0"), errFew},
		{"too small for the lattice", polygon("0 0,0.0000001 0,0 0.0000001,0 0"), errFew},
		{"bow tie", polygon("0 0,4 4,4 0,0 4,0 0"), errCross},
		{"spike", polygon("0 0,4 0,4 4,4 6,4 4,0 4,0 0"), errCross},
		{"flat", polygon("0 0,1 0,4 0,0 0"), errCross},
		{"touches itself", polygon("0 0,4 0,4 4,2 0,0 4,0 0"), errCross},
		{"hole outside", polygon(square, "5 5,6 5,6 6,5 5"), errHole},
		{"hole crosses", polygon(square, "1 1,6 1,6 2,1 2,1 1"), errRings},
		{"hole shares edge", polygon(square, "1 0,2 0,2 1,1 0"), errRings},
		{"hole in hole", polygon(square, "1 1,3 1,3 3,1 3,1 1", "1.5 1.5,2 1.5,2 2,1.5 1.5"), errHole},
		{"parts overlap", multi([]string{square}, []string{"1 1,2 1,2 2,1 1"}), errParts},
		{"same part twice", multi([]string{square}, []string{square}), errRings},
		{"out of range", polygon("0 0,181 0,4 4,0 0"), errPosition},
		{"one number", `{"type":"Polygon","coordinates":[[[0],[1],[2],[0]]]}`, errPosition},
		{"null", `{"type":"Polygon","coordinates":null}`, errEmpty},
		{"no part", `{"type":"MultiPolygon","coordinates":[]}`, errEmpty},
		{"point", `{"type":"Point","coordinates":[1,2]}`, errType},
		{"words", `hello`, errJSON},
		{"no coordinates", `{"type":"Polygon"}`, errJSON},
		{"wrong depth", `{"type":"Polygon","coordinates":[[1,2]]}`, errJSON},
		{"many points", polygon(strings.Join(long, ",")), errLarge},
		{"many bytes", polygon(square) + strings.Repeat(" ", maxBytes), errLarge},
	} {
		_, err := ParseShape([]byte(c.in))
		if c.want == nil && err != nil || c.want != nil && !errors.Is(err, c.want) {
			t.Errorf("%s: ParseShape = %v, want %v", c.name, err, c.want)
		}
	}
}

func TestShapeJSON(t *testing.T) {
	t.Parallel()
	s := must(t, polygon("117.1234564 35,117 35.5000004,117 35,117.1234564 35"))
	b, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"type":"Polygon","coordinates":[[[117.123456,35],[117,35.5],[117,35],[117.123456,35]]]}`; string(b) != want {
		t.Errorf("marshalled %s, want %s", b, want)
	}
	var back struct{ A, B Shape }
	if err := json.Unmarshal([]byte(`{"A":`+string(b)+`,"B":null}`), &back); err != nil {
		t.Fatal(err)
	}
	if again, _ := json.Marshal(back.A); string(again) != string(b) || !back.B.Empty() {
		t.Errorf("came back as %s", again)
	}
	if b, _ := json.Marshal(Shape{}); string(b) != "null" {
		t.Errorf("empty shape = %s", b)
	}
}

func TestShapeMeasures(t *testing.T) {
	t.Parallel()
	s := must(t, polygon("117 35,117.1 35,117.1 35.1,117 35.1,117 35", "117.04 35.04,117.06 35.04,117.06 35.06,117.04 35.06,117.04 35.04"))
	side := 0.1 * math.Pi / 180 * Earth
	want := side * side * math.Cos(35.05*math.Pi/180) * 0.96
	if got := s.Area(); math.Abs(got/want-1) > 1e-5 {
		t.Errorf("Area = %.0f, want %.0f", got, want)
	}
	if c := s.Centre(); !s.Contains(c) {
		t.Errorf("Centre %v of a ring lies in its hole", c)
	}
	if sw, ne := s.Bound(); sw != (Point{35, 117}) || ne != (Point{35.1, 117.1}) {
		t.Errorf("Bound = %v %v", sw, ne)
	}
	for _, c := range []struct {
		p    Point
		want bool
	}{
		{Point{35.01, 117.01}, true}, {Point{35.05, 117.05}, false}, {Point{35.2, 117.05}, false}, {Point{35.05, 117.02}, true},
		{Point{math.NaN(), 117}, false},
	} {
		if got := s.Contains(c.p); got != c.want {
			t.Errorf("Contains(%v) = %v", c.p, got)
		}
	}
	var none Shape
	if none.Contains(Point{}) || none.Area() != 0 || none.Centre() != (Point{}) {
		t.Error("the empty shape is not empty")
	}
}

// mesh cuts a square into n×n quadrangles with shaken corners, so that neighbours share corners exactly.
func mesh(t testing.TB, n int, seed uint64) (items []Item, whole Shape) {
	r := rand.New(rand.NewPCG(seed, 1))
	at := make([][]Point, n+1)
	for i := range at {
		at[i] = make([]Point, n+1)
		for j := range at[i] {
			dx, dy := 0.6*(r.Float64()-0.5), 0.6*(r.Float64()-0.5)
			if i == 0 || i == n {
				dy = 0
			}
			if j == 0 || j == n {
				dx = 0
			}
			at[i][j] = Point{Lat: 35 + (float64(i)+dy)*0.004, Lng: 117 + (float64(j)+dx)*0.005}
		}
	}
	var rim []Point
	for k := range n {
		rim = append(rim, at[0][k])
	}
	for k := range n {
		rim = append(rim, at[k][n])
	}
	for k := range n {
		rim = append(rim, at[n][n-k])
	}
	for k := range n {
		rim = append(rim, at[n-k][0])
	}
	whole, err := NewShape(rim)
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		for j := range n {
			s, err := NewShape([]Point{at[i][j], at[i][j+1], at[i+1][j+1], at[i+1][j]})
			if err != nil {
				t.Fatal(err)
			}
			items = append(items, Item{ID: int64(len(items) + 1), Name: fmt.Sprint("cell ", i, " ", j), Shape: s})
		}
	}
	return items, whole
}

func TestMeshPointsBelongToExactlyOne(t *testing.T) {
	t.Parallel()
	items, whole := mesh(t, 12, 7)
	x := NewIndex(items)
	r := rand.New(rand.NewPCG(8, 9))
	check := func(p Point) {
		t.Helper()
		n, id := 0, int64(0)
		for _, it := range items {
			if it.Shape.Contains(p) {
				n, id = n+1, it.ID
			}
		}
		if whole.Contains(p) != (n == 1) || n > 1 {
			t.Fatalf("%v is in %d cells, in the whole: %v", p, n, whole.Contains(p))
		}
		if got, ok := x.Locate(p); n == 1 && (!ok || got != id) {
			t.Fatalf("Locate(%v) = %d %v, want %d", p, got, ok, id)
		}
	}
	for range 20000 {
		check(Point{Lat: 34.999 + 0.05*r.Float64(), Lng: 116.999 + 0.062*r.Float64()})
	}
	for _, it := range items {
		for ring := range it.Shape.rings {
			for i, v := range ring {
				check(v.point())
				w := ring[(i+1)%len(ring)]
				check(Point{Lat: (v.point().Lat + w.point().Lat) / 2, Lng: (v.point().Lng + w.point().Lng) / 2})
			}
		}
	}
}

func TestIndexLosesNoPointAtTJunctions(t *testing.T) {
	t.Parallel()
	// The corner of 2 and 3 lies on an edge of 1 only up to rounding.
	items := []Item{
		{ID: 1, Shape: must(t, polygon("117 35,117.01 35.000007,117.02 35.02,117 35.02,117 35"))},
		{ID: 2, Shape: must(t, polygon("117 35,117.01 34.99,117.013333 35.006671,117.01 35.000007,117 35"))},
		{ID: 3, Shape: must(t, polygon("117.01 34.99,117.03 35.02,117.02 35.02,117.013333 35.006671,117.01 34.99"))},
	}
	x := NewIndex(items)
	a, b := Point{35.000007, 117.01}, Point{35.02, 117.02}
	for i := range 20001 {
		f := float64(i) / 20001
		p := Point{Lat: a.Lat + f*(b.Lat-a.Lat), Lng: a.Lng + f*(b.Lng-a.Lng)}
		first, ok := x.Locate(p)
		if !ok {
			t.Fatalf("%v is lost", p)
		}
		if again, _ := NewIndex([]Item{items[2], items[0], items[1]}).Locate(p); i%100 == 0 && again != first {
			t.Fatalf("%v belongs to %d or %d by order", p, first, again)
		}
	}
	if _, ok := x.Locate(Point{35.01, 116.9999}); ok {
		t.Error("a point 9 m outside was located")
	}
	if _, ok := NewIndex(nil).Locate(a); ok {
		t.Error("an empty index located a point")
	}
	if _, ok := x.Locate(Point{math.NaN(), math.NaN()}); ok {
		t.Error("no place was located")
	}
}

func BenchmarkLocate(b *testing.B) {
	items, _ := mesh(b, 21, 7) // 441
	x := NewIndex(items)
	r := rand.New(rand.NewPCG(1, 1))
	points := make([]Point, 1024)
	for i := range points {
		points[i] = Point{Lat: 35 + 0.084*r.Float64(), Lng: 117 + 0.105*r.Float64()}
	}
	i := 0
	for b.Loop() {
		x.Locate(points[i%1024])
		i++
	}
}

func FuzzParseShape(f *testing.F) {
	f.Add([]byte(polygon(square)))
	f.Add([]byte(polygon(square, "1 1,2 1,2 2,1 1")))
	f.Add([]byte(`{"type":"MultiPolygon","coordinates":[[[[0,0],[4,0],[4,4],[0,0]]],[[[5,5],[6,5],[6,6],[5,5]]]]}`))
	f.Add([]byte(`{"type":"Polygon","coordinates":[[[1e308,0],[0,1e-300],[-180,-90],[180,90]]]}`))
	f.Fuzz(func(t *testing.T, in []byte) {
		s, err := ParseShape(in)
		if err != nil {
			var named *fault.Fault
			if !errors.As(err, &named) {
				t.Fatalf("refused without a name: %v", err)
			}
			return
		}
		if !(s.Area() > 0) || !s.Centre().Valid() {
			t.Fatalf("area %v, centre %v of %s", s.Area(), s.Centre(), in)
		}
		b, _ := s.MarshalJSON()
		again, err := ParseShape(b)
		if err != nil {
			t.Fatalf("%s is refused: %v", b, err)
		}
		if c, _ := again.MarshalJSON(); string(c) != string(b) {
			t.Fatalf("%s came back as %s", b, c)
		}
	})
}
