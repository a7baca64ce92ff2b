package triage_test

import (
	"strings"
	"testing"
	"time"

	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/geo"
	"mulin/town/casework"
	"mulin/town/place"
	"mulin/town/towntest"
	"mulin/town/triage"
)

// file opens a case of a resident.
func file(t *testing.T, w *towntest.Town, text string, at *geo.Point, change ...func(*casework.Report)) casework.Case {
	t.Helper()
	r := casework.Report{Text: text, Point: at}
	for _, f := range change {
		f(&r)
	}
	rec, err := w.Desk.Open(t.Context(), access.Nobody(1), r)
	ok(t, err)
	c, err := w.Desk.Load(t.Context(), w.City, rec.ID)
	ok(t, err)
	return c
}

func off(metres float64) *geo.Point {
	return &geo.Point{Lat: towntest.Inside.Lat + metres/111_195, Lng: towntest.Inside.Lng}
}

func TestSame(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town, clk *clock.Fake) {
		photo := func(r *casework.Report) { r.Photos = []casework.Photo{towntest.Photo("one")} }
		first := file(t, w, "三号楼楼下水管爆裂，水漫到路上", off(0), photo)
		clk.Advance(2 * time.Hour)
		twin := file(t, w, "楼下的水管爆裂漏水很严重", off(35))
		shot := file(t, w, "请来人看看这里", off(60), photo)
		file(t, w, "电梯里灯一闪一闪的", off(10))
		far := file(t, w, "三号楼楼下水管爆裂，水漫到路上", off(400))
		over := file(t, w, "三号楼楼下水管爆裂", off(5))
		_, err := w.Desk.Act(t.Context(), w.Worker(), over.ID, casework.Decline, casework.Step{Reason: "x", Note: "不受理"})
		ok(t, err)

		likes, err := w.Triage.Same(t.Context(), w.Worker(), &first)
		ok(t, err)
		if len(likes) != 2 || likes[0].Case.ID != shot.ID && likes[0].Case.ID != twin.ID {
			t.Fatalf("like %s: %+v", first.Title, likes)
		}
		for _, l := range likes {
			if l.Case.ID == shot.ID && !l.SamePhoto || l.Case.ID == twin.ID && (l.Metres < 34 || l.Metres > 36 || l.Between != 2*time.Hour || l.Said < 0.3) {
				t.Errorf("why: %+v", l)
			}
			if l.Score < triage.Likely || l.Score > 1 {
				t.Errorf("score %v", l.Score)
			}
		}
		if _, err := w.Triage.Same(t.Context(), w.Worker2(), &first); err == nil {
			t.Error("the neighbour may ask")
		}
		w2 := w.Worker2()
		if likes, err = w.Triage.Same(t.Context(), w.Worker(), &far); err != nil || len(likes) != 0 {
			t.Errorf("400 metres away: %+v, %v, %v", likes, err, w2.Name)
		}
		s := w.Catalog.Settings()
		s.CityName, s.SameMetres = "测试市", 500
		ok(t, w.Catalog.SaveSettings(t.Context(), w.System(), s))
		if likes, err = w.Triage.Same(t.Context(), w.Worker(), &far); err != nil || len(likes) == 0 {
			t.Errorf("400 metres away where 500 count: %+v, %v", likes, err)
		}
	})
}

// TestAtOneBuilding: what else is the matter at a building isn't asked about, however the place is named; the same in other words is.
func TestAtOneBuilding(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town, _ *clock.Fake) {
		for _, c := range []struct {
			told, typed string
			same        bool
		}{
			{"幸福小区3号楼电梯坏了", "幸福小区3号楼垃圾没人清", false},
			{"幸福小区3号楼2单元电梯异响，请尽快检修", "幸福小区3号楼2单元楼道堆满杂物，请尽快清理", false},
			{"三号楼楼下水管爆裂", "3号楼楼道灯不亮", false},
			{"和平路12号门口路灯不亮", "和平路12号门口井盖松动", false},
			{"幸福小区物业不开发票", "幸福小区停水两天", false},
			{"阳光花园五栋外墙瓷砖脱落", "阳光花园五栋一楼有人养鸡", false},
			{"区医院门口乱停车", "区医院挂号窗口太少", false},
			{"幸福小区3号楼电梯坏了", "3号楼电梯停了两天，老人下不了楼", true},
			{"幸福小区3号楼电梯坏了，一直没人修", "幸福小区3号楼的电梯又停了", true},
			{"幸福小区三号楼电梯又停了", "幸福小区3号楼的电梯不能用，老人下不来", true},
			{"和平路12号门口路灯不亮", "和平路12号的路灯坏了好几天", true},
			{"区医院门口乱停车", "区医院门口车辆乱停乱放，救护车进不去", true},
			{"幸福小区3号楼楼下水管爆裂", "楼下的水管爆裂漏水很严重", true},
		} {
			first := file(t, w, c.told, off(0))
			likes, err := w.Triage.Told(t.Context(), triage.Inquiry{Text: c.typed, Point: off(8)})
			ok(t, err)
			score := 0.0
			for _, l := range likes {
				if l.Case.ID == first.ID {
					score = l.Score
				}
			}
			if c.same && score < triage.Sure || !c.same && score >= triage.Likely {
				t.Errorf("%q and %q: %.2f, the same: %v", c.told, c.typed, score, c.same)
			}
		}
	})
}

// TestTold is what residents may know: no case of somebody who wants to stay unknown, none that tells on somebody, nothing the first one wrote.
func TestTold(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town, _ *clock.Fake) {
		text := "三号楼楼下水管爆裂，电话13800001234"
		file(t, w, text, off(0), func(r *casework.Report) { r.Hidden = true })
		file(t, w, text, off(0), func(r *casework.Report) { r.Kind = casework.Informs })
		asked := triage.Inquiry{Text: "楼下水管爆裂", Point: off(3)}
		if likes, err := w.Triage.Told(t.Context(), asked); err != nil || len(likes) != 0 {
			t.Fatalf("told %+v, %v", likes, err)
		}
		file(t, w, text, off(0), func(r *casework.Report) { r.Address = "二单元501室" })
		likes, err := w.Triage.Told(t.Context(), asked)
		ok(t, err)
		if len(likes) != 1 {
			t.Fatalf("told %+v", likes)
		}
		if c := likes[0].Case; !c.Shared || c.Text != "" || c.Address != "" || c.Point != nil || strings.Contains(c.Title, "13800001234") {
			t.Errorf("a resident learns %+v", c)
		}
		for _, q := range []triage.Inquiry{{Text: "", Point: off(0)}, {Text: "您好，请问", Point: off(0)}, {Text: "楼下水管爆裂", Point: &towntest.Inside2}} {
			if likes, err := w.Triage.Told(t.Context(), q); err != nil || len(likes) != 0 {
				t.Errorf("%+v: %+v, %v", q, likes, err)
			}
		}
	})
}

// TestWithoutAPoint compares what was told of an estate or a community only; the middle of a grid is no spot.
func TestWithoutAPoint(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town, _ *clock.Fake) {
		made, err := w.Places.AddAll(t.Context(), w.System(), []place.Details{{Kind: place.Estate, ParentCode: w.Grid.Code, Code: "E1", Name: "幸福家园", Point: &towntest.Inside}})
		ok(t, err)
		ok(t, w.Places.Load(t.Context()))
		at := func(id int64) func(*casework.Report) {
			return func(r *casework.Report) { r.Place, r.Channel = id, "qr" }
		}
		first := file(t, w, "电梯停运两天，老人上不了楼", nil, at(made[0].ID))
		twin := file(t, w, "二号楼电梯停运", nil, at(made[0].ID))
		likes, err := w.Triage.Same(t.Context(), w.Worker(), &twin)
		ok(t, err)
		if len(likes) != 1 || likes[0].Case.ID != first.ID || !likes[0].SameEstate || likes[0].Metres != -1 {
			t.Errorf("in one estate: %+v", likes)
		}
		file(t, w, "楼道灯不亮", nil, at(w.Grid.ID))
		lamp := file(t, w, "楼道堆杂物", nil, at(w.Grid.ID))
		if likes, err = w.Triage.Same(t.Context(), w.Worker(), &lamp); err != nil || len(likes) != 0 {
			t.Errorf("in one grid: %+v, %v", likes, err)
		}
	})
}

func TestTale(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b     string
		min, max float64
	}{
		{"路灯不亮三天了", "请问路灯不亮三天了，没人管吗", 1, 1},
		{"ＫＴＶ噪音扰民", "ktv噪音扰民", 1, 1},
		{"请问领导您好", "领导您好，请问", 0, 0}, // formulas alone say nothing
		{"幸福小区电梯坏了", "荆河花园路灯坏了", 0, 0.2},
		{"和平路井盖松动", "解放路井盖松动", 0.3, 0.57},       // other places
		{"幸福小区3号楼电梯坏了", "幸福小区3号楼垃圾没人清", 0, 0.3}, // the place alone
		{"幸福小区3号楼电梯异响", "幸福小区三号楼电梯异响", 1, 1},
		{"幸福小区3号楼电梯异响", "幸福小区5号楼电梯异响", 0.8, 0.9},
		{"和平路井盖松动", "和平路井盖响", 0.7, 1},
		{"", "路灯", 0, 0},
	} {
		if got := triage.ReadTale("", c.a).Alike(triage.ReadTale("", c.b)); got < c.min || got > c.max {
			t.Errorf("%q and %q: %.2f, want %.2f to %.2f", c.a, c.b, got, c.min, c.max)
		}
		if x, y := triage.ReadTale("", c.a), triage.ReadTale("", c.b); x.Alike(y) != y.Alike(x) {
			t.Errorf("%q and %q: not the same both ways", c.a, c.b)
		}
	}
}

func FuzzTale(f *testing.F) {
	f.Add("", "三号楼水管\xff爆裂。", "ＫＴＶ")
	f.Fuzz(func(t *testing.T, title, a, b string) {
		x, y := triage.ReadTale(title, a), triage.ReadTale("", b)
		if s := x.Alike(y); s < 0 || s > 1 || s != y.Alike(x) {
			t.Errorf("%v", s)
		}
	})
}

func TestAt(t *testing.T) {
	t.Parallel()
	pairs := []triage.Judged{{Score: 0.9, Same: true, Weight: 1}, {Score: 0.8, Weight: 1}, {Score: 0.7, Same: true, Weight: 2}, {Score: 0.1, Weight: 5}}
	if f := triage.At(pairs, 0.75); f.Precision != 0.5 || f.Recall != 1.0/3 || f.F1 != 0.4 {
		t.Errorf("%+v", f)
	}
	if f := triage.At(pairs, 0.5); f.Precision != 0.75 || f.Recall != 1 {
		t.Errorf("%+v", f)
	}
}

// TestSameIndexes sees that what is open nearby is read from the indexes alone, on both engines.
func TestSameIndexes(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town, _ *clock.Fake) {
		for i := range 30 {
			file(t, w, "水管爆裂", off(float64(i*20)))
		}
		for _, q := range []triage.Inquiry{{Text: "水管爆裂", Point: off(0)}, {Text: "水管爆裂", Path: w.Grid.Path}} {
			plan, err := w.Triage.ExplainSame(t.Context(), q)
			ok(t, err)
			if !strings.Contains(plan, "cases_open_lately") || q.Point != nil && !strings.Contains(plan, "cases_open_cell") || strings.Contains(plan, "SCAN c\n") || strings.Contains(plan, "Seq Scan") {
				t.Errorf("%s", plan)
			}
		}
	})
}

// TestSameByGrid: who names no more than the grid is shown what was told anywhere in it.
func TestSameByGrid(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town, _ *clock.Fake) {
		file(t, w, "三号楼楼下水管爆裂，水漫到路上", off(700))
		grid, _ := w.Places.Get(w.Grid.ID)
		likes, err := w.Triage.Told(t.Context(), triage.Inquiry{Text: "三号楼楼下水管爆裂，水漫到路上", Path: grid.Path, Point: grid.Point})
		if err != nil || len(likes) != 1 || likes[0].Metres != -1 {
			t.Errorf("by its grid: %+v, %v", likes, err)
		}
	})
}
