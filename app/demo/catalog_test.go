package demo_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"mulin/app/demo"
	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/ledger"
	"mulin/internal/seal"
	"mulin/internal/store"
	"mulin/internal/storetest"
	"mulin/town"
	"mulin/town/body"
	"mulin/town/catalog"
)

func TestCatalog(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, _ *clock.Fake) {
		ctx, city := context.Background(), storetest.NewCity(t, db)
		all := town.Join(city, seal.New(make([]byte, seal.KeySize)), nil)
		bodies, cat := all.Bodies, all.Catalog
		fill := func() int64 {
			t.Helper()
			if err := demo.Catalog(ctx, access.System(1), cat, bodies); err != nil {
				t.Fatal(err)
			}
			seq, err := ledger.Head(ctx, city, 1)
			if err != nil {
				t.Fatal(err)
			}
			return seq
		}
		first := fill()
		if again := fill(); again != first {
			t.Errorf("filling again wrote %d entries", again-first)
		}
		checkLists(t, cat)
		checkItems(t, cat, bodies)
		checkDays(t, cat)
	})
}

func checkLists(t *testing.T, cat *catalog.Catalog) {
	t.Helper()
	var levels [4]int
	for _, c := range cat.Classes() {
		levels[c.Depth()]++
	}
	if levels != [4]int{0, 15, 118, 517} {
		t.Errorf("classes by level = %v", levels)
	}
	if a, b := len(cat.Codes(catalog.Component)), len(cat.Codes(catalog.Matter)); a != 153 || b != 250 {
		t.Errorf("%d components, %d matters", a, b)
	}
	gas, ok := cat.ByFullName("城乡建设 / 城市建设和市政管理 / 燃气供应")
	if l, _ := cat.Limit("case", gas.ID, ""); !ok || l != (clock.Limit{Amount: 2, Unit: clock.Hour}) {
		t.Errorf("a case about gas has %v", l)
	}
	for step, want := range map[string]clock.Limit{
		"case": {Amount: 5, Unit: clock.WorkDay}, "rate": {Amount: 7, Unit: clock.Day}, "yellow": {Amount: 1, Unit: clock.WorkDay},
	} {
		if l, _ := cat.Limit(step, 0, ""); l != want {
			t.Errorf("Limit(%s) = %v, want %v", step, l, want)
		}
	}
	for _, step := range cat.Steps() {
		if _, ok := cat.Limit(step, 0, ""); !ok {
			t.Errorf("step %s has no limit in app/demo/data/limits.csv", step)
		}
	}
	for _, kind := range catalog.ReasonKinds {
		if len(cat.Reasons(kind)) == 0 {
			t.Errorf("nothing to choose from for %s", kind)
		}
	}
	if s := cat.Settings(); s.CityName != "滕州示范" || s.RegionCode != "370481" || s.MapCentre.Lat < 34 {
		t.Errorf("settings = %+v", s)
	}
}

func checkItems(t *testing.T, cat *catalog.Catalog, bodies *body.Bodies) {
	t.Helper()
	classes, n := map[string]bool{}, 0
	for _, level := range catalog.Levels {
		for _, w := range cat.Whistles(level) {
			classes[w.Class] = true
			n++
			if !w.Demo || w.Basis == "" || w.Condition == "" {
				t.Errorf("item = %+v", w)
			}
			for _, id := range w.Bodies {
				if b, ok := bodies.Get(id); !ok || b.Short == "" {
					t.Errorf("item %s calls %+v", w.Item, b)
				}
			}
		}
	}
	if n < 30 || len(classes) != 6 {
		t.Errorf("%d items in %d classes", n, len(classes))
	}
}

func checkDays(t *testing.T, cat *catalog.Catalog) {
	t.Helper()
	cal := cat.Calendar()
	for day, want := range map[string]bool{
		"2026-01-04": true, "2026-02-14": true, "2026-02-23": false, "2026-02-28": true, "2026-05-09": true, "2026-09-20": true,
		"2026-10-01": false, "2026-10-07": false, "2026-10-08": true, "2026-10-10": true, "2027-01-01": false, "2027-02-08": false, "2027-10-04": true,
	} {
		at, err := time.ParseInLocation(time.DateOnly, day, cal.Zone)
		if err != nil {
			t.Fatal(err)
		}
		if got := cal.WorkingDay(at); got != want {
			t.Errorf("WorkingDay(%s) = %v", day, got)
		}
	}
	off := map[int]int{}
	for _, year := range []int{2026, 2027} {
		for _, d := range cat.Days(year) {
			if d.Provisional != (year == 2027) || d.Kind == catalog.Workday && !strings.HasSuffix(d.Name, "调休") {
				t.Errorf("day = %+v", d)
			}
			if d.Kind == catalog.Holiday {
				off[year]++
			}
		}
	}
	if off[2026] != 33 || off[2027] != 13 {
		t.Errorf("days off = %v", off)
	}
}
