package casework_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/fault"
	"mulin/internal/ledger"
	"mulin/internal/store"
	"mulin/internal/storetest"
	"mulin/town/casework"
	"mulin/town/towntest"
)

// cityDesk works at the city's centre.
func cityDesk(w *towntest.Town) access.Actor {
	a := w.StreetCentre()
	a.Person, a.Posts = 16, []access.Post{{ID: 16, Role: "city_centre", Body: w.Centre.ID, Path: w.Root.Path, Rights: a.Posts[0].Rights}}
	return a
}

// lost is a case that gave an address and no point: it lies at the city.
func lost(t *testing.T, w *towntest.Town) casework.Case {
	t.Helper()
	rec := open(t, w, casework.Report{Text: "东湖花园的路灯坏了", Address: "东湖花园南门", Phone: "13800001234"})
	c, err := w.Desk.Load(t.Context(), w.City, rec.ID)
	if err != nil || c.Path != w.Root.Path || c.Turn != casework.AtCity {
		t.Fatalf("opened at %s, turn %s, %v", c.Path, c.Turn, err)
	}
	return c
}

// TestLocateGivesTheCaseToTheDeskOfItsPlace also sends it on from there, as a transfer.
func TestLocateGivesTheCaseToTheDeskOfItsPlace(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town, clk *clock.Fake) {
		c, ctx := lost(t, w), t.Context()
		for name, err := range map[string]error{"the grid": locate(t, w, w.Worker(), c, w.Grid.ID), "the neighbour": locate(t, w, w.Worker2(), c, w.Grid2.ID)} {
			if !errors.Is(err, casework.ErrNotFound) {
				t.Errorf("%s may locate what lies at the city: %v", name, err)
			}
		}
		if err := locate(t, w, cityDesk(w), c, 999); !isField(err, "place") {
			t.Errorf("a place that isn't: %v", err)
		}
		if err := locate(t, w, cityDesk(w), c, w.Grid.ID); err != nil {
			t.Fatal(err)
		}
		is := func(path string, turn casework.Turn, grid int64) {
			t.Helper()
			now, err := w.Desk.Load(ctx, w.City, c.ID)
			if err != nil || now.Path != path || now.Turn != turn || now.DueAt != c.DueAt || now.StepDueAt != c.StepDueAt || now.Status != casework.New {
				t.Errorf("it lies at %s, turn %s, due %d/%d, %v", now.Path, now.Turn, now.DueAt, now.StepDueAt, err)
			}
			got, err := store.Value[int64](ctx, w.City, `select grid from cases where city = ? and id = ?`, w.City.ID, c.ID)
			if err != nil || got != grid {
				t.Errorf("its grid is %d, %v", got, err)
			}
		}
		is(w.Grid.Path, casework.AtGrid, w.Grid.ID)
		mine, err := w.Desk.List(ctx, w.Worker(), casework.Filter{Tab: casework.Mine})
		if err != nil || len(mine.Cases) != 1 {
			t.Errorf("the grid's desk has %d cases, %v", len(mine.Cases), err)
		}
		if err := locate(t, w, cityDesk(w), c, w.Grid2.ID); !errors.Is(err, casework.ErrStale) {
			t.Errorf("a page from before: %v", err)
		}
		now, _ := w.Desk.Load(ctx, w.City, c.ID)
		if err := locate(t, w, w.Worker(), now, w.Grid2.ID); err != nil {
			t.Fatalf("the grid sends it on: %v", err)
		}
		is(w.Grid2.Path, casework.AtGrid, w.Grid2.ID)
		if _, err := w.Desk.Get(ctx, w.Worker(), c.Number); !errors.Is(err, casework.ErrNotFound) {
			t.Errorf("the first grid still reads it: %v", err)
		}
		verbs := map[string]string{}
		all, err := ledger.Of(ctx, w.City, w.City.ID, "case", c.ID, 0, 50)
		for _, e := range all {
			verbs[e.Verb] += " " + e.Subject.Path
		}
		if verbs["case.locate"] != " "+w.Grid.Path+" "+w.Grid2.Path || verbs["case.leave"] != " "+w.Grid.Path || err != nil {
			t.Errorf("the ledger says %v, %v", verbs, err)
		}
		f, err := w.Desk.Get(ctx, w.Worker2(), c.Number)
		if err != nil || len(f.Steps) != 2 || !strings.Contains(f.Steps[1].Note, "幸福社区 · 第一网格 → 西湖街道") {
			t.Errorf("its history is %+v, %v", f.Steps, err)
		}
	})
}

func locate(t *testing.T, w *towntest.Town, who access.Actor, c casework.Case, to int64) error {
	_, err := w.Desk.Locate(t.Context(), who, c.ID, to, casework.Step{Version: c.Version})
	return err
}

func isField(err error, field string) bool {
	l, ok := fault.As(err)
	return ok && len(l) > 0 && l[0].Field == field
}

// TestLocateLeavesABodyItsWork moves a case that a company works on: it stays theirs.
func TestLocateLeavesABodyItsWork(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town, clk *clock.Fake) {
		rec := open(t, w, report())
		act(t, w, w.Worker(), rec.ID, casework.Dispatch, casework.Step{To: w.Company.ID})
		for range 2 { // sent twice
			if _, err := w.Desk.Locate(t.Context(), w.Worker(), rec.ID, w.Grid2.ID, casework.Step{ClientRef: "one"}); err != nil && !errors.Is(err, casework.ErrNotFound) {
				t.Fatal(err)
			}
		}
		c, err := w.Desk.Load(t.Context(), w.City, rec.ID)
		if err != nil || c.Turn != casework.AtBody || c.Lead != w.Company.ID || c.Path != w.Grid2.Path || c.Point == nil || *c.Point != *w.Grid2.Point {
			t.Errorf("%+v, %v", c, err)
		}
		act(t, w, w.Of(w.Company), rec.ID, casework.Take, casework.Step{})
		act(t, w, w.Of(w.Company), rec.ID, casework.Done, casework.Step{Note: "好了", Photos: []casework.Photo{towntest.Photo("after")}})
		if _, err := w.Desk.Locate(t.Context(), w.Worker2(), rec.ID, w.Grid.ID, casework.Step{}); !errors.Is(err, casework.ErrStale) {
			t.Errorf("located after it was done: %v", err)
		}
	})
}

func invalid(err error) bool {
	l, ok := fault.As(err)
	return ok && len(l) > 0 && l[0].Kind == fault.Invalid
}

func twoParts() []casework.Part {
	return []casework.Part{{Text: "路灯坏了"}, {Title: "垃圾没人清", Text: "垃圾三天没人清了"}}
}

// TestSplitMakesACaseOfEachMatter: the reporter opens all with one receipt, each is answered by itself.
func TestSplitMakesACaseOfEachMatter(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town, clk *clock.Fake) {
		r := report()
		r.Text, r.Hidden, r.Name = "一、路灯坏了。二、垃圾三天没人清了。", true, "李雷"
		rec, ctx := open(t, w, r), t.Context()
		clk.Advance(3600e9)
		parts := twoParts()
		parts[1].Place = w.Grid2.ID
		made, err := w.Desk.Split(ctx, w.Worker(), rec.ID, casework.Step{ClientRef: "f1", Version: 1}, parts)
		if err != nil || len(made) != 1 {
			t.Fatalf("split: %v, %v", made, err)
		}
		f, err := w.Desk.Track(ctx, made[0].Number, casework.Claim{Secret: rec.Secret})
		if err != nil || f.Title != "垃圾没人清" || f.Path != w.Grid2.Path || f.Turn != casework.AtGrid || !f.Hidden || len(f.Photos) != 1 || f.Channel != "web" {
			t.Errorf("the second: %+v, %v", f, err)
		}
		if _, err := w.Desk.Track(ctx, made[0].Number, casework.Claim{Others: []string{"WRONG234", rec.Secret}}); err != nil {
			t.Errorf("a browser that holds the first's secret: %v", err)
		}
		first, err := w.Desk.Get(ctx, w.Worker(), rec.Number)
		if err != nil || first.Title != "路灯坏了" || first.Text != r.Text || first.OpenedAt != f.OpenedAt || first.DueAt != f.DueAt || first.Path != w.Grid.Path {
			t.Errorf("the first: %+v, %v", first.Case, err)
		}
		if last := first.Steps[len(first.Steps)-1]; last.Verb != casework.Split || last.Note != made[0].Number {
			t.Errorf("its history ends with %+v", last)
		}
		p, err := w.Desk.Reveal(ctx, w.Worker2(), made[0].ID, "回电")
		if err != nil || p.Name != "李雷" || p.Phone != "13800001234" {
			t.Errorf("the second's reporter is %+v, %v", p, err)
		}
		if mine, err := w.Desk.OfPhone(ctx, "13800001234", 0, 9); err != nil || len(mine) != 2 {
			t.Errorf("the phone has %d cases, %v", len(mine), err)
		}
		family(t, w, rec.ID, made[0])
		act(t, w, w.Worker2(), made[0].ID, casework.Accept, casework.Step{})
		if first, _ := w.Desk.Load(ctx, w.City, rec.ID); first.Status != casework.New {
			t.Errorf("the first went along: %s", first.Status)
		}
	})
}

// TestSplitKeepsTheClearWords: who splits works on masked words; what they left as it stood is whole for the one who reported, and masked for all others.
func TestSplitKeepsTheClearWords(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town, _ *clock.Fake) {
		r := report()
		r.Text = "1、3号楼2单元501室漏水，电话13812345678。2、垃圾没人清，请打13712345678。3、路灯坏了，问13912345678。"
		rec, ctx := open(t, w, r), t.Context()
		seen, err := w.Desk.Get(ctx, w.Worker(), rec.Number)
		if err != nil || tells(seen.Text) != "" {
			t.Fatalf("the clerk reads %q, %v", seen.Text, err)
		}
		var parts []casework.Part
		for _, text := range strings.Split(seen.Text, "。")[:3] {
			_, text, _ = strings.Cut(text, "、")
			parts = append(parts, casework.Part{Title: text, Text: text + "。"})
		}
		parts[2].Text = strings.Replace(parts[2].Text, "139****5678", "139****9999", 1)
		made, err := w.Desk.Split(ctx, w.Worker(), rec.ID, casework.Step{}, parts)
		if err != nil || len(made) != 2 {
			t.Fatalf("split: %v, %v", made, err)
		}
		if s := tells(made[0].Text, made[0].Title, made[1].Title); s != "" {
			t.Errorf("the clerk is given %s", s)
		}
		for i, want := range []string{"垃圾没人清，请打13712345678。", "路灯坏了，问139****9999。"} {
			f, err := w.Desk.Track(ctx, made[i].Number, casework.Claim{Secret: rec.Secret})
			if err != nil || f.Text != want {
				t.Errorf("the reporter reads %q, want %q, %v", f.Text, want, err)
			}
			if f, err := w.Desk.Get(ctx, w.Worker(), made[i].Number); err != nil || tells(words(&f)...) != "" {
				t.Errorf("the clerk reads %q, %v", words(&f), err)
			}
		}
		first, err := w.Desk.Track(ctx, rec.Number, casework.Claim{Secret: rec.Secret})
		if err != nil || first.Title != "3号楼2单元501室漏水，电话13812345678" || first.Text != r.Text {
			t.Errorf("the first: %q, %q, %v", first.Title, first.Text, err)
		}
	})
}

func family(t *testing.T, w *towntest.Town, id int64, part casework.Case) {
	t.Helper()
	f, err := w.Desk.FamilyOf(t.Context(), id)
	if err != nil || len(f.Parts) != 1 || f.Parts[0].ID != part.ID || f.Origin != nil {
		t.Errorf("its parts: %+v, %v", f, err)
	}
	f, err = w.Desk.FamilyOf(t.Context(), part.ID)
	if err != nil || f.Origin == nil || f.Origin.ID != id {
		t.Errorf("its origin: %+v, %v", f, err)
	}
	entries, err := ledger.Of(t.Context(), w.City, w.City.ID, "case", part.ID, 0, 9)
	if err != nil || len(entries) < 1 || !strings.Contains(string(entries[0].Body), `"split_of"`) || strings.Contains(string(entries[0].Body), "垃圾") {
		t.Errorf("the ledger says %v, %v", entries, err)
	}
}

// TestWhoMaySplit: who may handle it, while nobody else has it; once.
func TestWhoMaySplit(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town, clk *clock.Fake) {
		rec, ctx := open(t, w, report()), t.Context()
		split := func(who access.Actor, s casework.Step, parts ...casework.Part) error {
			_, err := w.Desk.Split(ctx, who, rec.ID, s, parts)
			return err
		}
		if err := split(w.Worker2(), casework.Step{}, twoParts()...); !errors.Is(err, casework.ErrNotFound) {
			t.Errorf("the neighbour splits: %v", err)
		}
		if err := split(w.Visitor(), casework.Step{}, twoParts()...); !errors.Is(err, access.ErrDenied) {
			t.Errorf("the branch splits: %v", err)
		}
		if err := split(w.Worker(), casework.Step{}, casework.Part{Text: "一"}); !invalid(err) {
			t.Errorf("one part: %v", err)
		}
		if err := split(w.Worker(), casework.Step{}, make([]casework.Part, casework.MostParts+1)...); !invalid(err) {
			t.Errorf("too many: %v", err)
		}
		if err := split(w.Worker(), casework.Step{}, casework.Part{Text: "一"}, casework.Part{}); !isField(err, "text.2") {
			t.Errorf("an empty part: %v", err)
		}
		if err := split(w.Worker(), casework.Step{}, casework.Part{Text: "一"}, casework.Part{Text: "二", Place: 999}); !isField(err, "place.2") {
			t.Errorf("a place that isn't: %v", err)
		}
		n, _ := store.Value[int64](ctx, w.City, `select count(*) from cases where city = ?`, w.City.ID)
		if n != 1 {
			t.Errorf("refused, and yet there are %d cases", n)
		}
		for range 2 { // sent twice: once
			if err := split(w.Worker(), casework.Step{ClientRef: "same", Version: 1}, twoParts()...); err != nil {
				t.Fatal(err)
			}
		}
		if err := split(w.Worker(), casework.Step{Version: 1}, twoParts()...); !errors.Is(err, casework.ErrStale) {
			t.Errorf("from a page from before: %v", err)
		}
		act(t, w, w.Worker(), rec.ID, casework.Dispatch, casework.Step{To: w.Company.ID})
		if err := split(w.Worker(), casework.Step{}, twoParts()...); !errors.Is(err, casework.ErrStale) {
			t.Errorf("when a company has it: %v", err)
		}
		if f, err := w.Desk.FamilyOf(ctx, rec.ID); err != nil || len(f.Parts) != 1 {
			t.Errorf("%d parts, %v", len(f.Parts), err)
		}
	})
}

// TestTwoClerksSplitOnce lets eight split at the same moment.
func TestTwoClerksSplitOnce(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town, clk *clock.Fake) {
		rec := open(t, w, report())
		var wg sync.WaitGroup
		errs := make([]error, 8)
		for i := range errs {
			wg.Go(func() {
				_, errs[i] = w.Desk.Split(t.Context(), w.Worker(), rec.ID, casework.Step{Version: 1}, twoParts())
			})
		}
		wg.Wait()
		done := 0
		for _, err := range errs {
			if err == nil {
				done++
			} else if !errors.Is(err, casework.ErrStale) {
				t.Error(err)
			}
		}
		if f, err := w.Desk.FamilyOf(t.Context(), rec.ID); done != 1 || err != nil || len(f.Parts) != 1 {
			t.Errorf("%d did, %d parts, %v", done, len(f.Parts), err)
		}
	})
}

// TestCitiesDontSplitEachOthersCases gives two cities on one database cases and a split each.
func TestCitiesDontSplitEachOthersCases(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		a, b := towntest.Build(t, storetest.Found(t, db, 1)), towntest.Build(t, storetest.Found(t, db, 2))
		ra, err := a.Desk.Open(t.Context(), access.Nobody(1), report())
		if err != nil {
			t.Fatal(err)
		}
		for what, err := range map[string]error{
			"split":  second(b.Desk.Split(t.Context(), b.System(), ra.ID, casework.Step{}, twoParts())),
			"locate": second(b.Desk.Locate(t.Context(), b.System(), ra.ID, b.Grid2.ID, casework.Step{})),
		} {
			if err == nil {
				t.Errorf("%s reaches over to the other city", what)
			}
		}
		if _, err := a.Desk.Split(t.Context(), a.Worker(), ra.ID, casework.Step{}, twoParts()); err != nil {
			t.Fatal(err)
		}
		if f, err := b.Desk.FamilyOf(t.Context(), ra.ID); err != nil || len(f.Parts) != 0 {
			t.Errorf("the other city reads %d parts, %v", len(f.Parts), err)
		}
	})
}

func second[T any](_ T, err error) error { return err }
