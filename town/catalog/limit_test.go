package catalog_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"mulin/internal/clock"
	"mulin/internal/register"
	"mulin/internal/register/registertest"
	"mulin/internal/store"
	"mulin/internal/storetest"
	"mulin/town/catalog"
)

func hours(n int) clock.Limit { return clock.Limit{Amount: n, Unit: clock.Hour} }

func TestLimit(t *testing.T) {
	each(t, func(t *testing.T, c *catalog.Catalog, city *store.City, _ *clock.Fake) {
		degrees(t, c)
		build := class(t, c, 0, "城乡建设", "")
		pipe := class(t, c, build.ID, "水管爆裂", "2h")
		road := class(t, c, build.ID, "道路", "")
		for _, r := range []catalog.Rule{
			{Step: "case", Limit: clock.Limit{Amount: 5, Unit: clock.WorkDay}},
			{Step: "case", Urgency: "2h", Limit: hours(2)},
			{Step: "case", Urgency: "24h", Limit: hours(24)},
			{Step: "case", Class: build.ID, Limit: hours(50)},
			{Step: "case", Class: build.ID, Urgency: "24h", Limit: hours(20)},
			{Step: "case", Class: road.ID, Limit: hours(60)},
			{Step: "accept", Class: build.ID, Limit: hours(1)},
		} {
			must(t, c.LimitNoun().Save(ctx, admin, &catalog.LimitEntry{Rule: r}))
		}
		for _, x := range []struct {
			step    string
			class   int64
			urgency string
			want    clock.Limit
		}{
			{"case", 0, "", clock.Limit{Amount: 5, Unit: clock.WorkDay}},
			{"case", 999, "", clock.Limit{Amount: 5, Unit: clock.WorkDay}},
			{"case", 0, "7d", clock.Limit{Amount: 5, Unit: clock.WorkDay}}, // no rule names it
			{"case", 0, "2h", hours(2)},
			{"case", pipe.ID, "", hours(2)},     // the class's own urgency
			{"case", pipe.ID, "24h", hours(20)}, // the class above names it
			{"case", pipe.ID, "7d", hours(50)},
			{"case", road.ID, "", hours(60)},
			{"case", road.ID, "2h", hours(2)}, // urgency before class
			{"accept", pipe.ID, "", hours(1)},
			{"accept", 0, "", clock.Limit{}},
			{"revisit", road.ID, "", clock.Limit{}},
		} {
			if got, ok := c.Limit(x.step, x.class, x.urgency); got != x.want || ok != (x.want != clock.Limit{}) {
				t.Errorf("Limit(%s, %d, %q) = %v, %v, want %v", x.step, x.class, x.urgency, got, ok, x.want)
			}
		}
		if all := c.Limits(); len(all) != 7 || all[0].Step != "case" || all[6].Step != "accept" {
			t.Errorf("Limits = %+v", all)
		}
		all, ofRoad := c.LimitNoun(), register.Key("case", fmt.Sprint(road.ID), "")
		x, err := all.Get(ctx, admin, ofRoad)
		must(t, err)
		x.Limit = hours(61)
		must(t, all.Save(ctx, admin, x))
		told(t, city, "catalog.limit.save", `"before":{"step":"case","class":3,"limit":{"amount":60,"unit":"hour"}}`, `"amount":61`)
		must(t, registertest.Retire(ctx, all.Noun, admin, ofRoad))
		told(t, city, "catalog.limit.remove", `"before":`, `"amount":61`)
		if got, _ := c.Limit("case", road.ID, ""); got != hours(50) {
			t.Errorf("after removal = %v", got)
		}
		for _, x := range []struct {
			field, key string
			rule       catalog.Rule
		}{
			{"step", "register.choice", catalog.Rule{Step: "nap", Limit: hours(1)}},
			{"limit", "register.needed", catalog.Rule{Step: "case"}},
			{"class", "register.unknown", catalog.Rule{Step: "case", Class: 99, Limit: hours(1)}},
			{"urgency", "register.unknown", catalog.Rule{Step: "case", Urgency: "1s", Limit: hours(1)}},
		} {
			refused(t, all.Save(ctx, admin, &catalog.LimitEntry{Rule: x.rule}), x.field, x.key)
		}
	})
}

func TestUrgencies(t *testing.T) {
	each(t, func(t *testing.T, c *catalog.Catalog, city *store.City, _ *clock.Fake) {
		degrees(t, c)
		all := c.UrgencyNoun()
		must(t, all.Save(ctx, admin, &catalog.UrgencyEntry{Code: "now", Name: "立即"}))
		if all := c.Urgencies(); len(all) != 4 || all[0].Name != "立即" || all[3].Code != "7d" {
			t.Errorf("Urgencies = %+v", all)
		}
		must(t, registertest.Retire(ctx, all.Noun, admin, register.Key("urgency", "now")))
		told(t, city, "catalog.urgency.retire", `"before":{"code":"now"`, `"until":`)
		if _, ok := c.Urgency("now"); ok {
			t.Error("a retired degree is offered")
		}
		refused(t, all.Save(ctx, admin, &catalog.UrgencyEntry{Code: "3h"}), "name", "register.needed")
		refused(t, all.Save(ctx, admin, &catalog.UrgencyEntry{Code: "3 h", Name: "三小时"}), "code", "catalog.code.word")
	})
}

// TestQuick sees that what every case asks for takes no memory.
func TestQuick(t *testing.T) {
	c := benchCatalog(t)
	id := deepClass(t, c)
	if n := testing.AllocsPerRun(100, func() {
		c.Limit("work", id, "2h")
		c.Class(id)
		c.FullName(id)
		c.Calendar()
		c.Settings()
	}); n != 0 {
		t.Errorf("reading allocates %v times", n)
	}
}

func deepClass(t testing.TB, c *catalog.Catalog) int64 {
	x := &catalog.ClassEntry{Above: "建设 / 供水", Name: "水管爆裂"}
	if err := errors.Join(c.ClassNoun().Save(ctx, admin, x), c.LimitNoun().Save(ctx, admin, &catalog.LimitEntry{Rule: catalog.Rule{Step: "work", Limit: hours(3)}})); err != nil {
		t.Fatal(err)
	}
	return x.ID
}

func benchCatalog(b testing.TB) *catalog.Catalog {
	db := storetest.Open(b, storetest.SQLite(b), clock.New(storetest.Start))
	c := catalog.New(storetest.NewCity(b, db), anybody)
	c.Obey(catalog.Work)
	return c
}

func BenchmarkLimit(b *testing.B) {
	c := benchCatalog(b)
	id := deepClass(b, c)
	b.ReportAllocs()
	for b.Loop() {
		c.Limit("work", id, "2h") // the longest way: no rule until the last
	}
}

func BenchmarkClass(b *testing.B) {
	c := benchCatalog(b)
	id := deepClass(b, c)
	b.ReportAllocs()
	for b.Loop() {
		c.Class(id)
	}
}

// TestYellow: the yellow card comes a working day before, or as the city's own rule says.
func TestYellow(t *testing.T) {
	each(t, func(t *testing.T, c *catalog.Catalog, _ *store.City, _ *clock.Fake) {
		due := time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)
		if got, want := c.WarnAt(clock.Micros(due), 0, ""), c.Calendar().Before(due, 1); got != clock.Micros(want) {
			t.Errorf("without a rule at %s, want %s", clock.Time(got), want)
		}
		must(t, c.LimitNoun().Save(ctx, admin, &catalog.LimitEntry{Rule: catalog.Rule{Step: catalog.Yellow, Limit: hours(5)}}))
		if got := c.WarnAt(clock.Micros(due), 0, ""); got != clock.Micros(due.Add(-5*time.Hour)) {
			t.Errorf("five hours before: %s", clock.Time(got))
		}
	})
}
