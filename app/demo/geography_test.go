package demo

import (
	"reflect"
	"regexp"
	"strings"
	"testing"

	"mulin/internal/geo"
)

func TestLandCounts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		size                             string
		streets, communities, grids      int
		estates, buildings, homes, limit int // at least; limit: of all areas
	}{
		{Small, 21, 32, 80, 30, 100, 500, 3000},
		{City, 21, 148, 450, 700, 1400, 2800, 20000},
	} {
		got := map[string]int{}
		areas := Land(c.size)
		urban := map[string]int{}
		for _, a := range areas {
			got[a.Kind]++
			if a.Kind == KindCommunity || a.Kind == KindGrid {
				urban[a.Kind+a.Code[:9]]++
			}
		}
		if got[KindCity] != 1 || got[KindStreet] != c.streets || got[KindCommunity] != c.communities || got[KindGrid] != c.grids {
			t.Errorf("%s: %v, want %d streets, %d communities, %d grids", c.size, got, c.streets, c.communities, c.grids)
		}
		if got[KindEstate] < c.estates || got[KindBuilding] < c.buildings || got[KindHome] < c.homes || len(areas) > c.limit {
			t.Errorf("%s: %v, want ≥ %d estates, %d buildings, %d homes, ≤ %d in all", c.size, got, c.estates, c.buildings, c.homes, c.limit)
		}
		if n := urban[KindCommunity+"370481001"]; n != 12 {
			t.Errorf("%s: %d communities in the first street, want 12", c.size, n)
		}
		four := 0
		for _, s := range []string{"370481001", "370481002", "370481003", "370481004"} {
			four += urban[KindCommunity+s]
		}
		if c.size == City && four != 48 {
			t.Errorf("%d communities in the four urban streets, want 48", four)
		}
		if n := urban[KindGrid+"370481001"]; c.size == Small && n != 60 {
			t.Errorf("%d grids in the first street, want 60", n)
		}
	}
}

func TestLandTiles(t *testing.T) {
	t.Parallel()
	for _, size := range []string{Small, City} {
		byCode := map[string]Area{}
		children := map[string][]geo.Item{}
		levels := map[string][]geo.Item{}
		var city geo.Shape
		for _, a := range Land(size) {
			byCode[a.Code] = a
			if a.Kind == KindCity {
				city = *a.Shape
			}
			if a.Kind == KindStreet || a.Kind == KindCommunity || a.Kind == KindGrid {
				it := geo.Item{ID: int64(len(byCode)), Name: a.Name, Shape: *a.Shape}
				children[a.ParentCode] = append(children[a.ParentCode], it)
				levels[a.Kind] = append(levels[a.Kind], it)
			}
			if a.Kind == KindEstate {
				// Of an estate it only matters that it lies in its grid.
				parent := byCode[a.ParentCode]
				for _, p := range geo.Check([]geo.Item{{Shape: *a.Shape}}, parent.Shape, 1) {
					if p.Kind != geo.Gap {
						t.Errorf("%s: estate %s: %v", size, a.Code, p)
					}
				}
			}
		}
		for kind, items := range levels {
			if got := geo.Check(items, &city, 0.01); len(got) != 0 {
				t.Errorf("%s: the %ss don't tile the city: %v", size, kind, got[:min(3, len(got))])
			}
		}
		for parent, items := range children {
			if got := geo.Check(items, byCode[parent].Shape, 0.01); len(got) != 0 {
				t.Errorf("%s: %s is not tiled: %v", size, byCode[parent].Name, got[:min(3, len(got))])
			}
		}
		if km2 := city.Area() / 1e6; km2 < 1200 || km2 > 1700 {
			t.Errorf("the city has %.0f km²", km2)
		}
	}
}

func TestLandTree(t *testing.T) {
	t.Parallel()
	digits := map[string]int{KindCity: 6, KindStreet: 9, KindCommunity: 12, KindGrid: 15, KindEstate: 17, KindBuilding: 20, KindEntrance: 22, KindHome: 26}
	up := map[string]string{KindStreet: KindCity, KindCommunity: KindStreet, KindGrid: KindCommunity, KindEstate: KindGrid, KindBuilding: KindEstate,
		KindEntrance: KindBuilding, KindHome: KindEntrance}
	number := regexp.MustCompile(`^370481[0-9]*$`)
	official := map[string]bool{}
	for _, file := range []string{"tengzhou_streets_2023.csv", "tengzhou_villages_2023.csv"} {
		lines, err := rows(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range lines {
			official[l[0]] = true
		}
	}
	for _, size := range []string{Small, City} {
		seen := map[string]Area{}
		for _, a := range Land(size) {
			if len(a.Code) != digits[a.Kind] || !number.MatchString(a.Code) || !strings.HasPrefix(a.Code, a.ParentCode) {
				t.Errorf("%s %q under %q is not well formed", a.Kind, a.Code, a.ParentCode)
			}
			if _, twice := seen[a.Code]; twice || a.Name == "" {
				t.Errorf("%s %s %q comes twice or has no name", a.Kind, a.Code, a.Name)
			}
			if (a.Kind == KindStreet || a.Kind == KindCommunity) && !official[a.Code] {
				t.Errorf("%s %s is not among the divisions", a.Kind, a.Code)
			}
			seen[a.Code] = a
			parent, ok := seen[a.ParentCode]
			if a.Kind != KindCity && (!ok || parent.Kind != up[a.Kind]) {
				t.Errorf("%s %s comes before its parent %q", a.Kind, a.Code, a.ParentCode)
				continue
			}
			if a.Shape != nil && !a.Shape.Contains(a.Point) || parent.Shape != nil && !parent.Shape.Contains(a.Point) || !a.Point.Valid() {
				t.Errorf("%s %s: its point %v lies elsewhere", a.Kind, a.Code, a.Point)
			}
		}
	}
}

func TestLandIsAlwaysTheSame(t *testing.T) {
	t.Parallel()
	if a, b := Land(Small), Land(Small); !reflect.DeepEqual(a, b) {
		t.Error("two drawings differ")
	}
}

func TestTerritory(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"荆庄社区居民委员会": "荆庄社区", "韩桥村村民委员会": "韩桥村", "前十里铺村村民居委会": "前十里铺村", "小刘庄村委会": "小刘庄村", "田岗村村委会": "田岗村", "平安居委会": "平安社区",
	} {
		if got := territory(in); got != want {
			t.Errorf("territory(%q) = %q, want %q", in, got, want)
		}
	}
}

func BenchmarkLand(b *testing.B) {
	for _, size := range []string{Small, City} {
		b.Run(size, func(b *testing.B) {
			for b.Loop() {
				Land(size)
			}
		})
	}
}

func BenchmarkLocateGrid(b *testing.B) {
	var items []geo.Item
	var points []geo.Point
	for i, a := range Land(City) {
		if a.Kind == KindGrid {
			items = append(items, geo.Item{ID: int64(i), Shape: *a.Shape})
		}
		points = append(points, a.Point)
	}
	x := geo.NewIndex(items)
	i := 0
	for b.Loop() {
		if _, ok := x.Locate(points[i%len(points)]); !ok {
			b.Fatalf("%v is in no grid", points[i%len(points)])
		}
		i++
	}
}
