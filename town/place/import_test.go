package place_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/fault"
	"mulin/internal/geo"
	"mulin/internal/store"
	"mulin/internal/storetest"
	"mulin/town/place"
)

type item struct {
	name, code, parent string
	shape              geo.Shape
}

// collection writes items as GeoJSON.
func collection(t testing.TB, items ...item) []byte {
	t.Helper()
	features := []map[string]any{}
	for _, it := range items {
		p := map[string]string{"name": it.name, "code": it.code}
		if it.parent != "" {
			p["parent"] = it.parent
		}
		features = append(features, map[string]any{"type": "Feature", "properties": p, "geometry": it.shape})
	}
	b, err := json.Marshal(map[string]any{"type": "FeatureCollection", "features": features})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestImport(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		w := newTown(t, storetest.NewCity(t, db))
		w1, e1 := item{"第一网格", "G1", "", square(t, 0, 0, 1, 2)}, item{"第二网格", "G2", "", square(t, 1, 0, 1, 2)}
		if r, err := w.Import(ctx, w.who, place.Grid, collection(t, w1, e1)); err != nil || r != (place.Report{Same: 2}) {
			t.Errorf("the same again: %+v, %v", r, err)
		}
		legacy, err := simplifiedchinese.GBK.NewEncoder().Bytes(collection(t, w1, e1))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range [][]byte{legacy, append([]byte("\ufeff"), collection(t, w1, e1)...)} {
			if r, err := w.Import(ctx, w.who, place.Grid, file); err != nil || r != (place.Report{Same: 2}) {
				t.Errorf("in another encoding: %+v, %v", r, err)
			}
		}
		w1.name, w1.shape = "西网格", square(t, 0, 0, 1, 1)
		extra := item{"新网格", "G9", "", square(t, 0, 1, 1, 1)}
		r, err := w.Import(ctx, w.who, place.Grid, collection(t, w1, e1, extra))
		if err != nil || r != (place.Report{Added: 1, Changed: 1, Same: 1}) {
			t.Fatalf("Import = %+v, %v", r, err)
		}
		if p, ok := w.Locate(at(0.5, 1.5)); !ok || p.Code != "G9" || p.Parent != w.ids["K1"].ID {
			t.Errorf("Locate = %+v", p)
		}
		if p, _ := w.ByCode("G1"); p.Name != "西网格" {
			t.Errorf("the name is %q", p.Name)
		}
		numbers := bytes.ReplaceAll(collection(t, item{"某市", "370481", "", square(t, 0, 0, 4, 4)}), []byte(`"370481"`), []byte(`370481`))
		if _, err := w.Rename(ctx, w.who, w.ids["C"].ID, "某市", "370481"); err != nil {
			t.Fatal(err)
		}
		if r, err := w.Import(ctx, w.who, place.City, numbers); err != nil || r.Changed != 1 {
			t.Errorf("the city's own shape: %+v, %v", r, err)
		}
		north := item{"龙泉街道", "S2", "", square(t, 0, 2, 4, 2)}
		if r, err := w.Import(ctx, w.who, place.Street, collection(t, north)); err != nil || r.Changed != 1 {
			t.Errorf("the other street: %+v, %v", r, err)
		}
		kerb := item{"东岸社区", "KE", "S2", square(t, 0, 2, 4, 2)}
		if r, err := w.Import(ctx, w.who, place.Community, collection(t, kerb)); err != nil || r.Added != 1 {
			t.Errorf("with a parent's code: %+v, %v", r, err)
		}
	})
}

// TestImportBringsOtherNames: a list, or one text; a file without the property leaves them, one with an empty list takes them back, a bad one is refused.
func TestImportBringsOtherNames(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		w := newTown(t, storetest.NewCity(t, db))
		grid := string(collection(t, item{"第一网格", "G1", "", square(t, 0, 0, 1, 2)}))
		with := func(aliases string) []byte {
			return []byte(strings.Replace(grid, `"code":"G1"`, `"code":"G1","aliases":`+aliases, 1))
		}
		for _, c := range []struct {
			what string
			file []byte
			want []string
		}{
			{"a list", with(`["老纺织厂", "东门外"]`), []string{"东门外", "老纺织厂"}},
			{"no property", []byte(grid), []string{"东门外", "老纺织厂"}},
			{"one text", with(`"老纺织厂、铁路宿舍"`), []string{"老纺织厂", "铁路宿舍"}},
			{"an empty list", with(`[]`), nil},
		} {
			if _, err := w.Import(ctx, w.who, place.Grid, c.file); err != nil {
				t.Fatalf("%s: %v", c.what, err)
			}
			got := slices.Sorted(slices.Values(w.Aliases(w.ids["G1"].ID)))
			if !slices.Equal(got, c.want) {
				t.Errorf("%s: it is called %q, want %q", c.what, got, c.want)
			}
		}
		if _, err := w.Import(ctx, w.who, place.Grid, with(`["平安"]`)); err == nil {
			t.Error("a name that every city has was taken")
		}
		if got := w.Aliases(w.ids["G1"].ID); len(got) != 0 {
			t.Errorf("the refused file left %q", got)
		}
	})
}

func TestImportRefused(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		w := newTown(t, storetest.NewCity(t, db))
		g1 := item{"甲网格", "G1", "", square(t, 0, 0, 1, 2)}
		named := func(l fault.List, names ...string) {
			t.Helper()
			for _, n := range names {
				if !slices.ContainsFunc(l, func(f *fault.Fault) bool { return strings.Contains(fmt.Sprint(f.Args), n) }) {
					t.Errorf("%v doesn't name %s", l, n)
				}
			}
		}
		try := func(key string, file []byte, names ...string) {
			t.Helper()
			_, err := w.Import(ctx, w.who, place.Grid, file)
			named(fails(t, err, key), names...)
		}
		wide, narrow := g1, g1
		wide.shape, narrow.shape = square(t, 0, 0, 2, 2), square(t, 0, 0, 1, 1)
		try("geo.problem.overlap", collection(t, wide), "甲网格", "第二网格")
		try("geo.problem.gap", collection(t, narrow), "甲网格", "第二网格")
		far := item{"远网格", "G8", "K1", square(t, 6, 6, 1, 1)}
		try("geo.problem.outside", collection(t, far), "远网格")
		far.parent = ""
		try("place.import.parent", collection(t, far), "远网格")
		far.parent = "nowhere"
		try("place.parent.missing", collection(t, far), "远网格")
		try("place.import.twice", collection(t, g1, g1), "G1")
		try("place.import.nameless", collection(t, item{"", "G1", "", g1.shape}), "G1")
		try("place.import.nameless", collection(t, item{"", "", "", g1.shape}), "#1")
		try("place.code.taken", collection(t, item{"甲", "K1", "", g1.shape}), "K1")
		try("place.import.json", []byte(`{"type":"FeatureCollection","features":[]}`))
		try("place.import.json", []byte(`nonsense`))
		bow := []byte(`{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"蝴蝶","code":"G7"},
			"geometry":{"type":"Polygon","coordinates":[[[117,35],[117.01,35.01],[117.01,35],[117,35.01],[117,35]]]}}]}`)
		try("place.import.shape", bow, "蝴蝶")
		_, err := w.Import(ctx, w.who, place.Home, collection(t, g1))
		fails(t, err, "place.kind.unknown")
		if p, _ := w.Get(w.ids["G1"].ID); p.Name != "第一网格" {
			t.Errorf("a refused import changed %+v", p)
		}
	})
}

func TestShapes(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		w := newTown(t, storetest.NewCity(t, db))
		read := func(l place.Layer) (names []string) {
			var fc struct {
				Type     string
				Features []struct {
					ID         int64
					Properties struct{ Name, Path string }
					Geometry   struct{ Type string }
				}
			}
			if err := json.Unmarshal(l.JSON, &fc); err != nil || fc.Type != "FeatureCollection" {
				t.Fatalf("%s: %v", l.JSON, err)
			}
			for _, f := range fc.Features {
				names = append(names, f.Properties.Name+" "+f.Geometry.Type)
			}
			return names
		}
		all := w.Shapes(place.Grid, 0)
		if got := read(all); len(got) != 4 || got[0] != "第一网格 Polygon" {
			t.Errorf("grids %v", got)
		}
		if got := read(w.Shapes(place.Grid, w.ids["K2"].ID)); len(got) != 2 {
			t.Errorf("grids of a community %v", got)
		}
		if got := read(w.Shapes(place.Estate, 0)); len(got) != 1 || got[0] != "春晖里 Point" {
			t.Errorf("estates %v", got)
		}
		for _, l := range []place.Layer{w.Shapes(place.Home, 0), w.Shapes(place.Grid, 999), w.Shapes("x", 0)} {
			if got := read(l); len(got) != 0 {
				t.Errorf("want an empty layer, got %v", got)
			}
		}
		if again := w.Shapes(place.Grid, 0); &again.JSON[0] != &all.JSON[0] {
			t.Error("the layer is made anew each time")
		}
		if _, err := w.Rename(ctx, w.who, w.ids["S2"].ID, "别名", ""); err != nil {
			t.Fatal(err)
		}
		if again := w.Shapes(place.Grid, 0); again.ETag != all.ETag {
			t.Error("the tag changed without the content")
		}
		if _, err := w.Rename(ctx, w.who, w.ids["G2"].ID, "别名", ""); err != nil {
			t.Fatal(err)
		}
		if again := w.Shapes(place.Grid, 0); again.ETag == all.ETag {
			t.Error("the tag stayed though a name changed")
		}
	})
}

// gridTown is a city of 450 grids with wavy borders of about 40 corners each.
func gridTown(b *testing.B) *place.Register {
	city := storetest.NewCity(b, storetest.Open(b, storetest.SQLite(b), clock.New(storetest.Start)))
	r, who := place.New(city), access.System(city.ID)
	list := []place.Details{{Kind: place.City, Code: "C", Name: "某市"}, {Kind: place.Street, ParentCode: "C", Code: "S", Name: "街道"}, {Kind: place.Community, ParentCode: "S", Code: "K", Name: "社区"}}
	for i := range 450 {
		x, y := i%25, i/25
		var ring []geo.Point
		for k := range 40 {
			d, wave := float64(k%10)/10, float64(k%10*(10-k%10)%7)/40
			corner := [4][2]float64{{d, -wave}, {1 - wave, d}, {1 - d, 1 - wave}, {-wave, 1 - d}}[k/10]
			ring = append(ring, at(float64(x)+corner[0], float64(y)+corner[1]))
		}
		shape, err := geo.NewShape(ring)
		if err != nil {
			b.Fatal(err)
		}
		list = append(list, place.Details{Kind: place.Grid, ParentCode: "K", Code: fmt.Sprint("G", i), Name: fmt.Sprint(i), Shape: shape})
	}
	if _, err := r.AddAll(ctx, who, list); err != nil {
		b.Fatal(err)
	}
	return r
}

func BenchmarkLocate(b *testing.B) {
	r := gridTown(b)
	i, found := 0, 0
	for b.Loop() {
		i++
		if _, ok := r.Locate(at(float64(i*7%2500)/100, float64(i*13%1800)/100)); ok {
			found++
		}
	}
	if found < i*9/10 {
		b.Errorf("found %d of %d", found, i)
	}
	if took := b.Elapsed().Nanoseconds() / int64(i); i > 1000 && took > 5000 {
		b.Errorf("%d ns, want less than 5000", took)
	}
}

func BenchmarkShapes(b *testing.B) {
	r := gridTown(b)
	l := r.Shapes(place.Grid, 0)
	var z bytes.Buffer
	g := gzip.NewWriter(&z)
	if _, err := g.Write(l.JSON); err != nil {
		b.Fatal(err)
	}
	g.Close()
	b.ReportMetric(float64(len(l.JSON)), "bytes")
	b.ReportMetric(float64(z.Len()), "gzip-bytes")
	for b.Loop() {
		r.Shapes(place.Grid, 0)
	}
}
