package whistle_test

import (
	"errors"
	"testing"
	"time"

	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/fault"
	"mulin/internal/geo"
	"mulin/internal/ledger"
	"mulin/internal/store"
	"mulin/internal/storetest"
	"mulin/town/body"
	"mulin/town/casework"
	"mulin/town/catalog"
	"mulin/town/towntest"
	"mulin/town/whistle"
)

func each(t *testing.T, f func(t *testing.T, w *towntest.Town, clk *clock.Fake)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		f(t, towntest.Build(t, storetest.NewCity(t, db)), clk)
	})
}

func open(t *testing.T, w *towntest.Town) casework.Receipt {
	t.Helper()
	rec, err := w.Desk.Open(t.Context(), access.Nobody(1), casework.Report{Text: "主干道水管爆裂", Point: &towntest.Inside})
	if err != nil {
		t.Fatal(err)
	}
	return rec
}

func here() whistle.Arrival {
	return whistle.Arrival{Point: &towntest.Inside, Step: casework.Step{Photos: []casework.Photo{towntest.Photo("spot")}}}
}

func mine(t *testing.T, w *towntest.Town, who access.Actor) int {
	t.Helper()
	page, err := w.Desk.List(t.Context(), who, casework.Filter{Tab: casework.Mine})
	if err != nil {
		t.Fatal(err)
	}
	return len(page.Cases)
}

// TestUpToTheDepartments plays the acceptance story from the grid up to two departments and back to the grid's desk.
func TestUpToTheDepartments(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town, clk *clock.Fake) {
		rec, ctx := open(t, w), t.Context()
		note := func(s string) casework.Step { return casework.Step{Note: s} }

		first, err := w.Whistles.Blow(ctx, w.Worker(), rec.ID, whistle.Call{Step: note("网格办不了")})
		if err != nil || first.Level != whistle.Grid || first.Lead() != w.Committee.ID || first.Caller != w.Committee.ID {
			t.Fatalf("the grid's whistle: %+v, %v", first, err)
		}
		if mine(t, w, w.Clerk()) != 1 || mine(t, w, w.StreetCentre()) != 0 {
			t.Error("the community should have it now, and nobody above")
		}
		if _, err := w.Whistles.ReportIn(ctx, w.Clerk(), first.ID, here()); err != nil {
			t.Fatal(err)
		}
		second, err := w.Whistles.Blow(ctx, w.Clerk(), rec.ID, whistle.Call{Step: note("社区也办不了")})
		if err != nil || second.Number != 2 || second.Lead() != w.Office.ID {
			t.Fatalf("the community's whistle: %+v, %v", second, err)
		}
		if _, err := w.Whistles.ReportIn(ctx, w.StreetCentre(), second.ID, here()); err != nil {
			t.Fatal(err)
		}
		third, err := w.Whistles.Blow(ctx, w.StreetCentre(), rec.ID, whistle.Call{Lead: w.Water.ID, Co: []int64{w.Power.ID, w.Water.ID}, Step: note("请部门到场")})
		if err != nil || len(third.Units) != 2 || !third.Units[0].Lead {
			t.Fatalf("the street's whistle: %+v, %v", third, err)
		}
		for _, b := range []body.Body{w.Water, w.Power} {
			if mine(t, w, w.Of(b)) != 1 {
				t.Errorf("%s doesn't see its whistle", b.Name)
			}
		}
		clk.Advance(20 * time.Minute)
		if third, err = w.Whistles.ReportIn(ctx, w.Of(w.Power), third.ID, here()); err != nil || third.ReportedAt != 0 {
			t.Fatalf("the co-unit arrives: %+v, %v", third, err)
		}
		if third, err = w.Whistles.ReportIn(ctx, w.Of(w.Water), third.ID, here()); err != nil || third.ReportedAt == 0 || third.Units[0].Metres != 0 {
			t.Fatalf("the lead arrives: %+v, %v", third, err)
		}
		if _, err := w.Whistles.HandIn(ctx, w.Of(w.Power), third.ID, casework.Step{Note: "好了", Photos: []casework.Photo{towntest.Photo("a")}}); !errors.Is(err, access.ErrDenied) {
			t.Errorf("a co-unit hands in: %v", err)
		}
		if third, err = w.Whistles.HandIn(ctx, w.Of(w.Water), third.ID, casework.Step{Note: "管道已修复", Photos: []casework.Photo{towntest.Photo("a")}}); err != nil || third.Open {
			t.Fatalf("hand in: %+v, %v", third, err)
		}
		f, err := w.Desk.Get(ctx, w.Worker(), rec.Number)
		if err != nil || f.Status != casework.Resolved || f.Turn != casework.AtGrid || f.Whistle != 0 || mine(t, w, w.Worker()) != 1 {
			t.Errorf("back at the grid: %+v, %v", f.Case, err)
		}
		all, err := w.Whistles.Of(ctx, w.Worker(), &f.Case)
		if err != nil || len(all) != 3 || all[0].Status != whistle.Raised || all[1].Status != whistle.Raised || all[2].Status != whistle.HandedIn {
			t.Errorf("whistles %+v, %v", all, err)
		}
		if _, err := w.Whistles.Score(ctx, w.StreetCentre(), third.ID, casework.Step{Stars: 5}); err != nil {
			t.Errorf("the street scores the departments: %v", err)
		}
		if _, err := w.Whistles.Score(ctx, w.StreetCentre(), third.ID, casework.Step{Stars: 1}); !errors.Is(err, access.ErrDenied) {
			t.Errorf("it scores twice: %v", err)
		}
		if third, err = w.Whistles.Score(ctx, w.Of(w.Power), third.ID, casework.Step{Stars: 4}); err != nil || third.Score != 5 {
			t.Errorf("the co-unit scores the street: %+v, %v", third, err)
		}
		entries, err := ledger.Of(ctx, w.City, 1, "whistle", third.ID, 0, 20)
		if err != nil || len(entries) != 6 {
			t.Errorf("%d ledger entries of the last whistle, %v", len(entries), err)
		}
	})
}

func TestOnTheSpotMeansThere(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town, _ *clock.Fake) {
		if err := w.Catalog.SaveSettings(t.Context(), w.System(), catalog.Settings{CityName: "测试市", Zone: "Asia/Shanghai", ReportInMetres: 500}); err != nil {
			t.Fatal(err)
		}
		wh, err := w.Whistles.Blow(t.Context(), w.Worker(), open(t, w).ID, whistle.Call{Step: casework.Step{Note: "请到场"}})
		if err != nil {
			t.Fatal(err)
		}
		far := geo.Point{Lat: towntest.Inside.Lat + .01, Lng: towntest.Inside.Lng}
		for name, c := range map[string]struct {
			a     whistle.Arrival
			field string
		}{
			"from the office": {whistle.Arrival{Point: &far, Step: here().Step}, "point"},
			"without a place": {whistle.Arrival{Step: here().Step}, "point"},
			"without a photo": {whistle.Arrival{Point: &towntest.Inside}, "photo"},
		} {
			_, err := w.Whistles.ReportIn(t.Context(), w.Clerk(), wh.ID, c.a)
			if l, ok := fault.As(err); !ok || l[0].Field != c.field {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestWhoMayBlow(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town, _ *clock.Fake) {
		rec := open(t, w)
		call := whistle.Call{Step: casework.Step{Note: "请到场"}}
		for name, c := range map[string]struct {
			who  access.Actor
			want error
		}{
			"the neighbour": {w.Worker2(), casework.ErrNotFound}, "a company": {w.Of(w.Company), casework.ErrNotFound},
			"the branch": {w.Visitor(), access.ErrDenied}, "somebody unknown": {access.Nobody(1), casework.ErrNotFound},
		} {
			if _, err := w.Whistles.Blow(t.Context(), c.who, rec.ID, call); !errors.Is(err, c.want) {
				t.Errorf("%s blows: %v, want %v", name, err, c.want)
			}
		}
		wh, err := w.Whistles.Blow(t.Context(), w.Worker(), rec.ID, call)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Whistles.Blow(t.Context(), w.Worker(), rec.ID, call); !errors.Is(err, whistle.ErrStale) {
			t.Errorf("a second whistle at the same level: %v", err)
		}
		if _, err := w.Whistles.ReportIn(t.Context(), w.Of(w.Water), wh.ID, here()); !errors.Is(err, whistle.ErrNotFound) {
			t.Errorf("a unit that wasn't called reports in: %v", err)
		}
		if _, err := w.Whistles.HandIn(t.Context(), w.Clerk(), wh.ID, casework.Step{Note: "x", Photos: []casework.Photo{towntest.Photo("a")}}); !errors.Is(err, whistle.ErrStale) {
			t.Errorf("handed in before reporting in: %v", err)
		}
	})
}

func TestTheListNamesTheUnits(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town, clk *clock.Fake) {
		item := &catalog.WhistleItem{Level: catalog.Street, Class: "应急处置", Item: "主管道爆裂",
			Bodies: []int64{w.Water.ID, w.Power.ID}, Limit: clock.Limit{Amount: 1, Unit: clock.Hour}, Work: clock.Limit{Amount: 24, Unit: clock.Hour}, Condition: "恢复供水", Basis: "示范清单"}
		if err := w.Catalog.WhistleList.Save(t.Context(), w.System(), item); err != nil {
			t.Fatal(err)
		}
		rec := open(t, w)
		if _, err := w.Whistles.Blow(t.Context(), w.Worker(), rec.ID, whistle.Call{Item: item.ID, Step: casework.Step{Note: "x"}}); err == nil {
			t.Error("an item of the street's list served a grid")
		}
		wh, err := w.Whistles.Blow(t.Context(), w.StreetCentre(), rec.ID, whistle.Call{Item: item.ID, Step: casework.Step{Note: "请部门到场"}})
		if err != nil || wh.Lead() != w.Water.ID || len(wh.Units) != 2 || wh.ReportDueAt-wh.BlownAt != time.Hour.Microseconds() {
			t.Errorf("%+v, %v", wh, err)
		}
	})
}

// TestSentAgain: what a handset sends a second time is answered as the first one was, and does nothing.
func TestSentAgain(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town, _ *clock.Fake) {
		rec, ctx := open(t, w), t.Context()
		call := whistle.Call{Step: casework.Step{Note: "请到场", ClientRef: "b"}}
		arrival, result := here(), casework.Step{Note: "修好了", ClientRef: "h", Photos: []casework.Photo{towntest.Photo("after")}}
		arrival.Step.ClientRef = "r"
		wh, err := w.Whistles.Blow(ctx, w.Worker(), rec.ID, call)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := w.Whistles.Blow(ctx, w.Worker(), rec.ID, call); err != nil || again.ID != wh.ID {
			t.Errorf("blown again: %+v, %v", again, err)
		}
		for range 2 {
			if got, err := w.Whistles.ReportIn(ctx, w.Clerk(), wh.ID, arrival); err != nil || got.Status != whistle.Reported {
				t.Errorf("report in: %+v, %v", got, err)
			}
		}
		for range 2 {
			if got, err := w.Whistles.HandIn(ctx, w.Clerk(), wh.ID, result); err != nil || got.Status != whistle.HandedIn {
				t.Errorf("hand in: %+v, %v", got, err)
			}
		}
		f, err := w.Desk.Get(ctx, w.Worker(), rec.Number)
		if err != nil || len(f.Steps) != 3 {
			t.Errorf("%d steps, %v", len(f.Steps), err)
		}
	})
}

// TestTheDeepestPostCalls: who works for a community and for its street blows for the community, in its name.
func TestTheDeepestPostCalls(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town, _ *clock.Fake) {
		who := w.StreetCentre()
		who.Posts = append(who.Posts, w.Clerk().Posts...)
		wh, err := w.Whistles.Blow(t.Context(), who, open(t, w).ID, whistle.Call{Step: casework.Step{Note: "请到场"}})
		if err != nil || wh.Level != whistle.Community || wh.Caller != w.Committee.ID {
			t.Errorf("%+v, %v", wh, err)
		}
	})
}

// TestACaseGoesWithItsWhistles blows a whistle after a case was read and before its whistles are: what is shown is the case as it stands then, and its forms
// can be sent.
func TestACaseGoesWithItsWhistles(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town, _ *clock.Fake) {
		rec, ctx := open(t, w), t.Context()
		get := func() (casework.File, error) { return w.Desk.Get(ctx, w.Worker(), rec.Number) }
		before, err := get()
		if err != nil {
			t.Fatal(err)
		}
		blown, err := w.Whistles.Blow(ctx, w.Worker(), rec.ID, whistle.Call{Step: casework.Step{Note: "网格办不了"}})
		if err != nil {
			t.Fatal(err)
		}
		reads := 0
		again := func() (casework.File, error) { reads++; return get() }
		with := func(who access.Actor, file casework.File, again func() (casework.File, error)) (seen casework.File, all []whistle.Whistle, err error) {
			err = w.Desk.Steady(ctx, file, again, func(file casework.File) (err error) {
				seen = file
				all, err = w.Whistles.Of(ctx, who, &file.Case)
				return err
			})
			return seen, all, err
		}
		file, all, err := with(w.Worker(), before, again)
		if err != nil || reads != 1 || len(all) != 1 || file.Whistle != blown.ID || file.Version == before.Version {
			t.Fatalf("%d reads more, case %+v with %+v: %v", reads, file.Case, all, err)
		}
		if _, _, err := with(w.Worker(), file, again); err != nil || reads != 1 {
			t.Errorf("nothing moved: %d reads more, %v", reads, err)
		}
		step := casework.Step{Note: "已通知居民", Version: file.Version}
		if _, err := w.Desk.Act(ctx, w.Worker(), rec.ID, casework.Contacted, step); errors.Is(err, casework.ErrStale) {
			t.Errorf("the form of the page is stale: %v", err)
		}
		reads = 0
		if _, _, err := with(w.Worker(), before, func() (casework.File, error) { reads++; return before, nil }); err != nil || reads != 2 {
			t.Errorf("a case that never stands still: %d reads more, %v", reads, err)
		}
		if _, _, err := with(w.Worker2(), before, again); !errors.Is(err, access.ErrDenied) {
			t.Errorf("who may not see it: %v", err)
		}
	})
}

// TestEachSideScoresTheOther lets a grid call the committee it belongs to itself, and a street call departments: who blew scores those called, they the caller,
// and nobody scores for both.
func TestEachSideScoresTheOther(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town, _ *clock.Fake) {
		both := w.Clerk()
		both.Person, both.Posts = 77, append(both.Posts, w.Worker().Posts...)
		colleague := w.Worker()
		colleague.Person = 78
		neighbour := w.Clerk()
		neighbour.Person = 79
		for name, c := range map[string]struct {
			blower, called access.Actor
			who            access.Actor
			calls          bool
		}{
			"who blew":                              {w.Worker(), w.Clerk(), w.Worker(), true},
			"a colleague of the same grid":          {w.Worker(), w.Clerk(), colleague, true},
			"the clerk who came":                    {w.Worker(), w.Clerk(), w.Clerk(), false},
			"another clerk of the committee":        {w.Worker(), w.Clerk(), neighbour, false},
			"who holds a post on each side":         {w.Worker(), w.Clerk(), both, true},
			"the street that called a department":   {w.StreetCentre(), w.Of(w.Water), w.StreetCentre(), true},
			"the department that the street called": {w.StreetCentre(), w.Of(w.Water), w.Of(w.Water), false},
		} {
			ctx, called := t.Context(), c.called.Body()
			wh, err := w.Whistles.Blow(ctx, c.blower, open(t, w).ID, whistle.Call{Lead: called, Step: casework.Step{Note: "请到场"}})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := w.Whistles.ReportIn(ctx, c.called, wh.ID, here()); err != nil {
				t.Fatal(err)
			}
			if _, err := w.Whistles.HandIn(ctx, c.called, wh.ID, casework.Step{Note: "好了", Photos: []casework.Photo{towntest.Photo("a")}}); err != nil {
				t.Fatal(err)
			}
			wh, err = w.Whistles.Score(ctx, c.who, wh.ID, casework.Step{Stars: 3})
			if err != nil || wh.Calls(c.who) != c.calls || (wh.Score == 3) != c.calls || (wh.Units[0].Score == 3) == c.calls {
				t.Errorf("%s scored: the caller gave %d, the unit %d; %v", name, wh.Score, wh.Units[0].Score, err)
			}
			if _, err := w.Whistles.Score(ctx, c.who, wh.ID, casework.Step{Stars: 1}); !errors.Is(err, access.ErrDenied) {
				t.Errorf("%s scores for both sides: %v", name, err)
			}
		}
	})
}

// TestFarAwayInKilometres says how far somebody is away in a unit that fits.
func TestFarAwayInKilometres(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town, _ *clock.Fake) {
		if err := w.Catalog.SaveSettings(t.Context(), w.System(), catalog.Settings{CityName: "测试市", Zone: "Asia/Shanghai", ReportInMetres: 500}); err != nil {
			t.Fatal(err)
		}
		wh, err := w.Whistles.Blow(t.Context(), w.Worker(), open(t, w).ID, whistle.Call{Step: casework.Step{Note: "请到场"}})
		if err != nil {
			t.Fatal(err)
		}
		for north, want := range map[float64]error{.01: whistle.ErrFar, 5: whistle.ErrFarOff} {
			a := here()
			a.Point = &geo.Point{Lat: towntest.Inside.Lat + north, Lng: towntest.Inside.Lng}
			if _, err := w.Whistles.ReportIn(t.Context(), w.Clerk(), wh.ID, a); !errors.Is(err, want) {
				t.Errorf("%v° north: %v, want %v", north, err, want)
			}
		}
	})
}
