package catalog_test

import (
	"slices"
	"testing"
	"time"

	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/fault"
	"mulin/internal/geo"
	"mulin/internal/register"
	"mulin/internal/register/registertest"
	"mulin/internal/store"
	"mulin/internal/storetest"
	"mulin/town/catalog"
)

func pump() *catalog.WhistleItem {
	return &catalog.WhistleItem{Level: catalog.Street, Class: "城市管理", Item: "供水管道爆裂", Bodies: []int64{12, 3}, Limit: hours(1), Work: hours(24),
		Condition: "恢复供水", Basis: "示范清单"}
}

func TestWhistles(t *testing.T) {
	each(t, func(t *testing.T, c *catalog.Catalog, city *store.City, clk *clock.Fake) {
		w := pump()
		must(t, c.WhistleList.Save(ctx, admin, w))
		if w.ID == 0 || w.Version != 1 || w.Since != clock.Micros(clk.Now()) {
			t.Errorf("saved = %+v", w)
		}
		if all := c.Whistles(catalog.Street); len(all) != 1 || all[0].Bodies[0] != 12 || len(c.Whistles(catalog.Grid)) != 0 {
			t.Errorf("Whistles = %+v", all)
		}
		clk.Advance(time.Hour)
		w.Limit, w.Bodies = hours(2), []int64{12}
		must(t, c.WhistleList.Save(ctx, admin, w))
		told(t, city, "catalog.whistle.save", `"bodies":{"before":["12","3"],"after":["12"]}`, `"version":2`)
		must(t, c.WhistleList.Retire(ctx, admin, w.ID, 2, ""))
		told(t, city, "catalog.whistle.retire", `"version":2`)
		if x, ok := c.Whistle(w.ID); !ok || x.Until == 0 || x.Limit != hours(2) || len(c.Whistles(catalog.Street)) != 0 {
			t.Errorf("retired = %+v, %v", x, ok)
		}
		must(t, c.WhistleList.Restore(ctx, admin, w))
		if w.Version != 3 || len(c.Whistles(catalog.Street)) != 1 {
			t.Errorf("brought back = %+v", w)
		}
	})
}

// TestWhistleRegister holds the whistle list to what every register promises.
func TestWhistleRegister(t *testing.T) {
	each(t, func(t *testing.T, c *catalog.Catalog, city *store.City, _ *clock.Fake) {
		registertest.Run(t, city, c.WhistleList.Noun, func(int, any) {})
	})
}

func TestWhistleFaults(t *testing.T) {
	each(t, func(t *testing.T, c *catalog.Catalog, city *store.City, _ *clock.Fake) {
		for field, change := range map[string]func(*catalog.WhistleItem){
			"level":     func(w *catalog.WhistleItem) { w.Level = "moon" },
			"bodies":    func(w *catalog.WhistleItem) { w.Bodies = nil },
			"item":      func(w *catalog.WhistleItem) { w.Item = "" },
			"work":      func(w *catalog.WhistleItem) { w.Work.Unit = "week" },
			"limit":     func(w *catalog.WhistleItem) { w.Limit.Amount = 0 },
			"body_kind": func(w *catalog.WhistleItem) { w.BodyKind = "circus" },
		} {
			w := pump()
			change(w)
			if faults, _ := fault.As(c.WhistleList.Save(ctx, admin, pump(), w)); len(faults) != 1 || faults[0].Field != field {
				t.Errorf("%s: %v", field, faults)
			}
		}
		if len(c.Whistles(catalog.Street)) != 0 {
			t.Error("a refused list was saved in part")
		}
		w := pump()
		w.Bodies, w.BodyKind = nil, "property"
		must(t, c.WhistleList.Save(ctx, admin, w))
	})
}

// TestOldWhistles brings the list of a released version over, with all its versions.
func TestOldWhistles(t *testing.T) {
	storetest.Released(t, "0100", `insert into catalog_whistle (city, newest, id, version, level, class, item, bodies, body_kind, amount, unit, work_amount, work_unit, condition, basis, demo, since, until)
		values (1, false, 7, 1, 'street', '城市管理', 'Pump', '[12,3]', '', 1, 'hour', 24, 'hour', 'x', 'y', true, 5, 9), (1, true, 7, 2, 'street', '城市管理', 'Pump', 'null', 'property', 2, 'hour', 24, 'hour', 'x', 'y', true, 9, 0)`,
		func(t *testing.T, city *store.City) {
			c := catalog.New(city, anybody)
			must(t, c.Load(ctx))
			all, err := c.WhistleList.Versions(ctx, access.System(1), 7)
			must(t, err)
			old, now := all[0].(*catalog.WhistleItem), all[1].(*catalog.WhistleItem)
			if !slices.Equal(old.Bodies, []int64{12, 3}) || old.Until != 9 || now.Bodies != nil || now.BodyKind != "property" || now.Limit != hours(2) || !now.Demo || now.Path != "/1/" {
				t.Errorf("versions %+v, %+v", old, now)
			}
			if found, _, err := c.WhistleList.List(ctx, access.System(1), register.Query{Words: "pump"}); err != nil || len(found) != 1 {
				t.Errorf("found %v, %v", found, err)
			}
			now.Bodies = []int64{12}
			must(t, c.WhistleList.Save(ctx, admin, now))
		})
}

func TestReasons(t *testing.T) {
	each(t, func(t *testing.T, c *catalog.Catalog, city *store.City, _ *clock.Fake) {
		all := c.ReasonNoun()
		for i, code := range []string{"wrong_unit", "outside"} {
			must(t, all.Save(ctx, admin, &catalog.ReasonEntry{Kind: catalog.ForReturn, Code: code, Name: "理由 " + code, Rank: int64(2 - i)}))
		}
		if got := c.Reasons(catalog.ForReturn); len(got) != 2 || got[0].Code != "outside" {
			t.Errorf("Reasons = %+v", got)
		}
		must(t, registertest.Retire(ctx, all.Noun, admin, register.Key(catalog.ForReturn, "outside")))
		told(t, city, "catalog.reason.retire", `"before":`, "outside")
		if r, ok := c.Reason(catalog.ForReturn, "outside"); !ok || r.Until == 0 || len(c.Reasons(catalog.ForReturn)) != 1 {
			t.Errorf("retired = %+v, %v", r, ok)
		}
		refused(t, all.Save(ctx, admin, &catalog.ReasonEntry{Kind: "mood", Code: "x", Name: "x"}), "kind", "register.choice")
		refused(t, all.Save(ctx, admin, &catalog.ReasonEntry{Kind: "return", Code: "X!", Name: "x"}), "code", "catalog.code.word")
	})
}

func TestCalendar(t *testing.T) {
	each(t, func(t *testing.T, c *catalog.Catalog, city *store.City, _ *clock.Fake) {
		must(t, c.SaveSettings(ctx, admin, catalog.Settings{CityName: "示范市", Zone: "Asia/Shanghai"}))
		var week clock.Week
		for d := time.Monday; d <= time.Friday; d++ {
			week[d] = []clock.Span{{From: 9 * 60, To: 17 * 60}}
		}
		must(t, c.SetHours(ctx, admin, catalog.Hours{Week: week}))
		told(t, city, "catalog.hours.set", `"before":`, "08:30-12:00", "09:00-17:00")
		must(t, c.SetDays(ctx, admin, []catalog.Day{
			{Date: "2026-10-10", Kind: catalog.Workday, Name: "调休"}, {Date: "2026-10-01", Kind: catalog.Holiday, Name: "国庆节"},
		}))
		told(t, city, "catalog.day.set", `"before":[{"date":"2026-10-01","kind":"none"}`, "国庆节")
		cal := c.Calendar()
		for day, want := range map[string]bool{"2026-09-30": true, "2026-10-01": false, "2026-10-02": true, "2026-10-10": true, "2026-10-11": false} {
			at, err := time.ParseInLocation(time.DateOnly, day, cal.Zone)
			must(t, err)
			if got := cal.WorkingDay(at); got != want {
				t.Errorf("WorkingDay(%s) = %v", day, got)
			}
		}
		if due := cal.Due(time.Date(2026, 9, 30, 1, 0, 0, 0, time.UTC), clock.Limit{Amount: 1, Unit: clock.WorkDay}); due.Format(time.DateTime) != "2026-10-02 17:00:00" {
			t.Errorf("due = %v", due)
		}
		if all := c.Days(2026); len(all) != 2 || all[0].Date != "2026-10-01" || len(c.Days(2025)) != 0 || len(c.Days(2027)) != 0 {
			t.Errorf("Days = %+v", all)
		}
		must(t, c.SetDay(ctx, admin, catalog.Day{Date: "2026-10-01", Kind: catalog.Ordinary}))
		if len(c.Days(2026)) != 1 {
			t.Error("an ordinary day stays listed")
		}
		fails(t, c.SetDay(ctx, admin, catalog.Day{Date: "2026-13-01", Kind: catalog.Holiday}), "clock.date.bad")
		fails(t, c.SetDay(ctx, admin, catalog.Day{Date: "2026-10-01", Kind: "party"}), "catalog.day.kind")
		fails(t, c.SetDays(ctx, admin, []catalog.Day{{Date: "2026-10-01", Kind: "none"}, {Date: "2026-10-01", Kind: "none"}}), "catalog.day.twice")
		fails(t, c.SetDays(ctx, admin, nil), "catalog.day.many")
		fails(t, c.SetHours(ctx, admin, catalog.Hours{}), "clock.hours.none")
		if c.Settings().CityName != "示范市" {
			t.Error("setting hours lost the settings")
		}
	})
}

func TestSettings(t *testing.T) {
	each(t, func(t *testing.T, c *catalog.Catalog, city *store.City, _ *clock.Fake) {
		if !c.Calendar().Working(time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)) {
			t.Error("a city without rows has no working hours")
		}
		good := catalog.Settings{CityName: "示范市", Phone: "0632-12345", TileURL: "https://tiles.example/{z}/{x}/{y}.png", MapCentre: geo.Point{Lat: 35, Lng: 117},
			Zone: "Asia/Shanghai", RegionCode: "370481", Logo: "示"}
		must(t, c.SaveSettings(ctx, admin, good))
		if c.Settings() != good {
			t.Errorf("Settings = %+v", c.Settings())
		}
		for key, change := range map[string]func(*catalog.Settings){
			"catalog.text.empty":      func(s *catalog.Settings) { s.CityName = "" },
			"catalog.text.long":       func(s *catalog.Settings) { s.Logo = "五个字太长" },
			"catalog.settings.phone":  func(s *catalog.Settings) { s.Phone = "tel:1" },
			"catalog.settings.centre": func(s *catalog.Settings) { s.MapCentre.Lat = 91 },
			"catalog.settings.zoom":   func(s *catalog.Settings) { s.MapZoom = 40 },
			"catalog.settings.metres": func(s *catalog.Settings) { s.ReportInMetres = -1 },
			"catalog.settings.region": func(s *catalog.Settings) { s.RegionCode = "37048" },
			"clock.zone":              func(s *catalog.Settings) { s.Zone = "Moon/Base" },
		} {
			bad := good
			change(&bad)
			fails(t, c.SaveSettings(ctx, admin, bad), key)
		}
		for _, address := range []string{"javascript:{z}{x}{y}", "http://a/{z}/{x}/{y}", "https:///{z}/{x}/{y}", "//evil/{z}/{x}/{y}", "https://a/{z}/{x}", "https://u:p@a/{z}/{x}/{y}", "/{z}/{x}/{y}\"onload="} {
			bad := good
			bad.TileURL = address
			fails(t, c.SaveSettings(ctx, admin, bad), "catalog.settings.tiles")
		}
		good.TileURL = "/tiles/{z}/{x}/{y}"
		must(t, c.SaveSettings(ctx, admin, good))
		told(t, city, "catalog.settings.save", "https://tiles.example", "/tiles/{z}")
	})
}

func TestCodes(t *testing.T) {
	each(t, func(t *testing.T, c *catalog.Catalog, city *store.City, _ *clock.Fake) {
		must(t, c.SaveCode(ctx, admin, catalog.Code{Kind: catalog.Matter, Code: "01001", MajorName: "市政公用设施类", Name: "供水井盖异常"}))
		r, err := c.ImportCodes(ctx, admin, catalog.Matter, []byte("code,major,major_name,minor,name\n01001,01,市政公用设施类,001,供水井盖破损\n06002,06,市容环境类,002,暴露垃圾\n"))
		must(t, err)
		if r != (catalog.Report{Rows: 2, Added: 1, Changed: 1}) {
			t.Errorf("report = %+v", r)
		}
		told(t, city, "catalog.code.import", "供水井盖异常", "供水井盖破损")
		if x, ok := c.Code(catalog.Matter, "06002"); !ok || x.Major != "06" || x.Name != "暴露垃圾" {
			t.Errorf("Code = %+v, %v", x, ok)
		}
		if _, ok := c.Code(catalog.Component, "06002"); ok {
			t.Error("a matter's code is a component's too")
		}
		must(t, c.RetireCode(ctx, admin, catalog.Matter, "06002"))
		if n := len(c.Codes(catalog.Matter)); n != 1 {
			t.Errorf("%d codes in use", n)
		}
		_, err = c.ImportCodes(ctx, admin, catalog.Matter, []byte("code,major_name,name\n0100x,甲,乙\n01001,甲,\n"))
		fails(t, err, "catalog.csv.code")
		fails(t, err, "catalog.csv.blank")
		fails(t, c.SaveCode(ctx, admin, catalog.Code{Kind: "x", Code: "1"}), "catalog.code.digits")
		fails(t, c.RetireCode(ctx, admin, catalog.Matter, "99999"), "catalog.code.missing")
	})
}
