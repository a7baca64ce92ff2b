package casework_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/fault"
	"mulin/internal/geo"
	"mulin/internal/ledger"
	"mulin/internal/store"
	"mulin/internal/storetest"
	"mulin/town/casework"
	"mulin/town/catalog"
	"mulin/town/towntest"
)

func each(t *testing.T, f func(t *testing.T, w *towntest.Town, clk *clock.Fake)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		f(t, towntest.Build(t, storetest.NewCity(t, db)), clk)
	})
}

func report() casework.Report {
	return casework.Report{Text: "楼下水管爆了，水漫到路上。", Point: &towntest.Inside, Phone: "13800001234", Photos: []casework.Photo{towntest.Photo("before")}}
}

func open(t *testing.T, w *towntest.Town, r casework.Report) casework.Receipt {
	t.Helper()
	rec, err := w.Desk.Open(t.Context(), access.Nobody(1), r)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	return rec
}

func act(t *testing.T, w *towntest.Town, who access.Actor, id int64, v casework.Verb, s casework.Step) casework.Case {
	t.Helper()
	c, err := w.Desk.Act(t.Context(), who, id, v, s)
	if err != nil {
		t.Fatalf("%s: %v", v, err)
	}
	return c
}

func TestThreeOrdersAndAVisit(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town, clk *clock.Fake) {
		rec := open(t, w, report())
		if !strings.HasPrefix(rec.Number, "261123-") || len(rec.Secret) != 8 {
			t.Errorf("receipt %+v", rec)
		}
		mine, err := w.Desk.List(t.Context(), w.Worker(), casework.Filter{Tab: casework.Mine})
		if err != nil || len(mine.Cases) != 1 || mine.Cases[0].Number != rec.Number {
			t.Fatalf("the worker's list: %+v, %v", mine, err)
		}
		if other, _ := w.Desk.List(t.Context(), w.Worker2(), casework.Filter{Tab: casework.Open}); len(other.Cases) != 0 {
			t.Errorf("the neighbour sees it: %+v", other)
		}
		act(t, w, w.Worker(), rec.ID, casework.Dispatch, casework.Step{To: w.Company.ID, Note: "请尽快"})
		if list, err := w.Desk.List(t.Context(), w.Of(w.Company), casework.Filter{Tab: casework.Mine}); err != nil || len(list.Cases) != 1 {
			t.Fatalf("the company's list: %v, %v", list, err)
		}
		if list, _ := w.Desk.List(t.Context(), w.Worker(), casework.Filter{Tab: casework.Mine}); len(list.Cases) != 0 {
			t.Errorf("still the worker's turn")
		}
		act(t, w, w.Of(w.Company), rec.ID, casework.Take, casework.Step{})
		clk.Advance(time.Hour)
		c := act(t, w, w.Of(w.Company), rec.ID, casework.Done, casework.Step{Note: "水管已更换", Photos: []casework.Photo{towntest.Photo("after")}})
		if c.Status != casework.Resolved || c.Turn != casework.AtGrid {
			t.Errorf("after the work: %s, turn %s", c.Status, c.Turn)
		}
		act(t, w, w.Worker(), rec.ID, casework.Answer, casework.Step{Note: "您反映的水管已修好。"})
		claim := casework.Claim{Secret: strings.ToLower(rec.Secret)}
		act(t, w, access.Nobody(1), rec.ID, casework.Rate, casework.Step{Stars: 5, Claim: claim})
		if list, _ := w.Desk.List(t.Context(), w.Visitor(), casework.Filter{Tab: casework.Mine}); len(list.Cases) != 1 {
			t.Errorf("the branch doesn't see its visit")
		}
		c = act(t, w, w.Visitor(), rec.ID, casework.Revisit, casework.Step{Note: "居民满意"})
		if c.Status != casework.Closed || c.Open || c.ClosedAt == 0 {
			t.Errorf("closed: %+v", c)
		}
		for _, who := range []access.Actor{w.Worker(), w.Of(w.Company), w.StreetCentre(), w.System()} {
			if list, err := w.Desk.List(t.Context(), who, casework.Filter{Tab: casework.Ended}); err != nil || len(list.Cases) != 1 {
				t.Errorf("closed list of %s: %v, %v", who.Name, list.Cases, err)
			}
		}
		file, err := w.Desk.Track(t.Context(), rec.Number, claim)
		if err != nil || len(file.Steps) != 6 || len(file.Photos) != 1 || file.Answer == "" {
			t.Fatalf("the resident's page: %+v, %v", file, err)
		}
		if file.Steps[0].Note != "" || file.Steps[2].Took != time.Hour.Microseconds() {
			t.Errorf("inner note %q shown, or took %d", file.Steps[0].Note, file.Steps[2].Took)
		}
		entries, err := ledger.Of(t.Context(), w.City, 1, "case", rec.ID, 0, 100)
		if err != nil || len(entries) != 7 {
			t.Fatalf("%d ledger entries, %v", len(entries), err)
		}
		for _, e := range entries {
			if s := string(e.Body); strings.Contains(s, "13800001234") || strings.Contains(s, "水管") || !e.Intact(1) {
				t.Errorf("ledger entry %s: %s", e.Verb, s)
			}
		}
	})
}

func TestNotFixedComesBack(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town, _ *clock.Fake) {
		rec := open(t, w, report())
		claim := casework.Claim{Phone: "13800001234"}
		act(t, w, w.Worker(), rec.ID, casework.Accept, casework.Step{})
		act(t, w, w.Worker(), rec.ID, casework.Done, casework.Step{Note: "修了", Photos: []casework.Photo{towntest.Photo("x")}})
		act(t, w, w.Worker(), rec.ID, casework.Answer, casework.Step{Note: "修好了"})
		c := act(t, w, access.Nobody(1), rec.ID, casework.Reopen, casework.Step{Note: "还在漏", Claim: claim})
		if c.Status != casework.Accepted || c.Reopened != 1 || c.Turn != casework.AtGrid || c.AnsweredAt != 0 {
			t.Errorf("reopened: %+v", c)
		}
		act(t, w, w.Worker(), rec.ID, casework.Done, casework.Step{Note: "再修", Photos: []casework.Photo{towntest.Photo("y")}})
		act(t, w, w.Worker(), rec.ID, casework.Answer, casework.Step{Note: "这次好了"})
		if c = act(t, w, w.Visitor(), rec.ID, casework.Unsolved, casework.Step{Note: "仍未解决"}); c.Reopened != 2 || !c.Open {
			t.Errorf("failed revisit: %+v", c)
		}
	})
}

// TestTableOfSteps tries every verb in every status by somebody who may do everything: what the table doesn't allow is refused as stale.
func TestTableOfSteps(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town, _ *clock.Fake) {
		path := map[casework.Status][]casework.Verb{
			casework.New: {}, casework.Accepted: {casework.Accept}, casework.Dispatched: {casework.Dispatch}, casework.Working: {casework.Dispatch, casework.Take},
			casework.Resolved: {casework.Accept, casework.Done}, casework.Answered: {casework.Accept, casework.Done, casework.Answer},
			casework.Rated:  {casework.Accept, casework.Done, casework.Answer, casework.Rate},
			casework.Closed: {casework.Accept, casework.Done, casework.Answer, casework.Revisit}, casework.Declined: {casework.Decline},
		}
		allowed := map[casework.Status]string{
			casework.New: "accept answer contact decline dispatch note", casework.Accepted: "answer contact decline dispatch done note", casework.Dispatched: "contact note recall return take",
			casework.Working: "contact done note return", casework.Resolved: "answer contact note", casework.Answered: "archive note rate reopen revisit unsolved",
			casework.Rated: "note reopen revisit unsolved", casework.Closed: "note reopen", casework.Declined: "note",
		}
		step := casework.Step{Note: "说明", Reason: "r", To: w.Company.ID, Stars: 4, Photos: []casework.Photo{towntest.Photo("p")}}
		verbs := []casework.Verb{casework.Accept, casework.Dispatch, casework.Take, casework.Return, casework.Recall, casework.Done, casework.Answer, casework.Rate,
			casework.Revisit, casework.Unsolved, casework.Reopen, casework.Decline, casework.Note, casework.Contacted, casework.Archive}
		for status, verbsTo := range path {
			var can []string
			for _, v := range verbs {
				rec := open(t, w, report())
				for _, p := range verbsTo {
					act(t, w, w.System(), rec.ID, p, step)
				}
				_, err := w.Desk.Act(t.Context(), w.System(), rec.ID, v, step)
				if err == nil {
					can = append(can, string(v))
				} else if !errors.Is(err, casework.ErrStale) {
					t.Errorf("%s in %s: %v", v, status, err)
				}
			}
			slices.Sort(can)
			if got := strings.Join(can, " "); got != allowed[status] {
				t.Errorf("%s allows %q, want %q", status, got, allowed[status])
			}
		}
	})
}

func TestWhoMay(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town, _ *clock.Fake) {
		rec := open(t, w, report())
		for name, c := range map[string]struct {
			who  access.Actor
			v    casework.Verb
			want error
		}{
			"the neighbour doesn't learn that it exists": {w.Worker2(), casework.Accept, casework.ErrNotFound},
			"nor a company that takes no part":           {w.Of(w.Company), casework.Take, casework.ErrNotFound},
			"nor somebody unknown":                       {access.Nobody(1), casework.Accept, casework.ErrNotFound},
			"the branch sees but doesn't dispatch":       {w.Visitor(), casework.Accept, access.ErrDenied},
			"a wrong secret doesn't rate":                {access.Nobody(1), casework.Rate, casework.ErrSecret},
			"nobody calls inner verbs":                   {w.Worker(), casework.Blow, access.ErrDenied},
			"nor unknown ones":                           {w.System(), "explode", access.ErrDenied},
		} {
			if _, err := w.Desk.Act(t.Context(), c.who, rec.ID, c.v, casework.Step{Note: "n", Stars: 1, To: w.Company.ID, Claim: casework.Claim{Secret: "WRONG234"}}); !errors.Is(err, c.want) {
				t.Errorf("%s: %v, want %v", name, err, c.want)
			}
		}
		act(t, w, w.Worker(), rec.ID, casework.Dispatch, casework.Step{To: w.Company.ID})
		if _, err := w.Desk.Act(t.Context(), w.Clerk(), rec.ID, casework.Take, casework.Step{}); !errors.Is(err, access.ErrDenied) {
			t.Errorf("the clerk takes the company's order: %v", err)
		}
		if _, err := w.Desk.Act(t.Context(), w.Of(w.Company2), rec.ID, casework.Take, casework.Step{}); !errors.Is(err, casework.ErrNotFound) {
			t.Errorf("another company takes it: %v", err)
		}
	})
}

func TestStalePageAndResend(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town, _ *clock.Fake) {
		rec := open(t, w, report())
		first := casework.Step{Version: 1, ClientRef: "a", To: w.Company.ID}
		act(t, w, w.Worker(), rec.ID, casework.Dispatch, first)
		again := act(t, w, w.Worker(), rec.ID, casework.Dispatch, first)
		if again.Version != 2 {
			t.Errorf("a resend did something: version %d", again.Version)
		}
		for _, said := range []string{"打过电话", "打过电话", "又打了一次"} { // the last one from a page opened again with "back"
			act(t, w, w.Clerk(), rec.ID, casework.Note, casework.Step{ClientRef: "n", Note: said})
		}
		if f, err := w.Desk.Get(t.Context(), w.Clerk(), rec.Number); err != nil || len(f.Steps) != 3 {
			t.Errorf("%d steps after one dispatch and two notes, %v", len(f.Steps), err)
		}
		_, err := w.Desk.Act(t.Context(), w.Clerk(), rec.ID, casework.Dispatch, casework.Step{Version: 1, ClientRef: "b", To: w.Company2.ID})
		l, ok := fault.As(err)
		if !ok || l[0].Kind != fault.Conflict || fmt.Sprint(l[0].Args) != "[case.status.dispatched]" {
			t.Errorf("stale page: %v", err)
		}
	})
}

func TestDoubleClickOpensOnce(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town, _ *clock.Fake) {
		other := casework.NewDesk(w.City, w.Places, w.Bodies, w.Catalog, w.Box) // as another node would
		r := report()
		r.ClientRef = "form-1"
		numbers := make([]string, 50)
		var all sync.WaitGroup
		for i := range numbers {
			desk := w.Desk
			if i%2 == 1 {
				desk = other
			}
			all.Go(func() {
				rec, err := desk.Open(context.Background(), access.Nobody(1), r)
				if err != nil {
					t.Errorf("send %d: %v", i, err)
				}
				numbers[i] = rec.Number
			})
		}
		all.Wait()
		if slices.Sort(numbers); numbers[0] != numbers[49] {
			t.Errorf("numbers %v", slices.Compact(numbers))
		}
		n, err := store.Value[int64](t.Context(), w.City, `select count(*) from cases`)
		if err != nil || n != 1 {
			t.Errorf("%d cases, %v", n, err)
		}
		r.Text = "三号楼的路灯不亮"
		for _, desk := range []*casework.Desk{w.Desk, other} {
			if rec, err := desk.Open(t.Context(), access.Nobody(1), r); !errors.Is(err, casework.ErrOtherWords) || rec != (casework.Receipt{}) {
				t.Errorf("other words in the same form: %+v, %v", rec, err)
			}
		}
	})
}

func TestWhatIsTyped(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town, _ *clock.Fake) {
		for name, c := range map[string]struct {
			change func(*casework.Report)
			field  string
			key    string
		}{
			"nothing said":      {func(r *casework.Report) { r.Text = " \n\u202e " }, "text", "case.text.missing"},
			"too long":          {func(r *casework.Report) { r.Text = strings.Repeat("长", casework.MaxText+1) }, "text", "case.text.long"},
			"outside":           {func(r *casework.Report) { r.Point = &towntest.Outside }, "point", "case.outside"},
			"nowhere on earth":  {func(r *casework.Report) { r.Place, r.Point = w.Grid.ID, &geo.Point{Lat: math.NaN(), Lng: 117} }, "point", "case.outside"},
			"nowhere":           {func(r *casework.Report) { r.Point = nil }, "point", "case.point.missing"},
			"bad phone":         {func(r *casework.Report) { r.Phone = "12345x" }, "phone", "case.phone.bad"},
			"unknown kind":      {func(r *casework.Report) { r.Kind = "rant" }, "kind", "case.kind.bad"},
			"unknown class":     {func(r *casework.Report) { r.Class = 99 }, "class", "case.class.bad"},
			"unknown QR":        {func(r *casework.Report) { r.Place = 999 }, "place", "case.place.bad"},
			"too many pictures": {func(r *casework.Report) { r.Photos = make([]casework.Photo, 7) }, "photo", "case.photos.many"},
		} {
			r := report()
			c.change(&r)
			_, err := w.Desk.Open(t.Context(), access.Nobody(1), r)
			l, ok := fault.As(err)
			if !ok || l[0].Field != c.field || l[0].Key != c.key {
				t.Errorf("%s: %v, want %s at %s", name, err, c.key, c.field)
			}
		}
		for name, r := range map[string]casework.Report{
			"another channel": {Text: "x", Address: "y", Channel: "import"},
			"another time":    {Text: "x", Point: &towntest.Inside, OpenedAt: 1},
			"a source":        {Text: "x", Point: &towntest.Inside, Source: "7"},
		} {
			if _, err := w.Desk.Open(t.Context(), access.Nobody(1), r); !errors.Is(err, access.ErrDenied) {
				t.Errorf("%s: %v, want denied", name, err)
			}
		}
		if n, _ := store.Value[int64](t.Context(), w.City, `select count(*) from cases`); n != 0 {
			t.Errorf("%d cases half-written", n)
		}
	})
}

func TestLimitsRun(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town, clk *clock.Fake) {
		for step, l := range map[string]clock.Limit{"accept": {Amount: 2, Unit: clock.Hour}, "rate": {Amount: 3, Unit: clock.Day}, "case": {Amount: 24, Unit: clock.Hour}} {
			if err := w.Catalog.LimitNoun().Save(t.Context(), w.System(), &catalog.LimitEntry{Rule: catalog.Rule{Step: step, Limit: l}}); err != nil {
				t.Fatal(err)
			}
		}
		rec := open(t, w, report())
		c, err := w.Desk.Get(t.Context(), w.Worker(), rec.Number)
		if err != nil || c.StepDueAt-c.OpenedAt != 2*3600e6 || c.DueAt-c.OpenedAt != 24*3600e6 {
			t.Errorf("due %d and %d after opening, %v", c.StepDueAt-c.OpenedAt, c.DueAt-c.OpenedAt, err)
		}
		clk.Advance(3 * time.Hour)
		if late, err := w.Desk.List(t.Context(), w.Clerk(), casework.Filter{Tab: casework.Open, Late: true}); err != nil || len(late.Cases) != 1 {
			t.Errorf("late: %v, %v", late, err)
		}
		act(t, w, w.Worker(), rec.ID, casework.Accept, casework.Step{})
		act(t, w, w.Worker(), rec.ID, casework.Done, casework.Step{Note: "好", Photos: []casework.Photo{towntest.Photo("p")}})
		act(t, w, w.Worker(), rec.ID, casework.Answer, casework.Step{Note: "好了"})
		clk.Advance(5 * 24 * time.Hour)
		if n, err := w.Desk.Door().Sweep(t.Context()); err != nil || n != 1 {
			t.Fatalf("sweep moved %d, %v", n, err)
		}
		if c, _ := w.Desk.Get(t.Context(), w.Worker(), rec.Number); c.Status != casework.Rated || c.Stars != 0 {
			t.Errorf("after the sweep: %s", c.Status)
		}
	})
}

func TestPagesOfAList(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town, clk *clock.Fake) {
		want := map[string]bool{}
		for range 25 {
			want[open(t, w, report()).Number] = true
			clk.Advance(time.Minute)
		}
		for _, tab := range []casework.Tab{casework.Open, casework.Mine} {
			f, seen := casework.Filter{Tab: tab, Limit: 10}, 0
			for {
				page, err := w.Desk.List(t.Context(), w.Worker(), f)
				if err != nil {
					t.Fatal(err)
				}
				for _, c := range page.Cases {
					if !want[c.Number] {
						t.Fatalf("%s twice or unknown", c.Number)
					}
					seen++
				}
				if f.After = page.Next; f.After == "" {
					break
				}
			}
			if seen != 25 {
				t.Errorf("%s: %d of 25 seen", tab, seen)
			}
		}
		if n, err := w.Desk.AtMost(t.Context(), w.Worker(), casework.Filter{Tab: casework.Open}, 20); err != nil || n != 20 {
			t.Errorf("AtMost = %d, %v", n, err)
		}
	})
}

// TestInTimeAndLate splits the open cases: those whose limit has passed, those whose limit is ahead, and one without a limit, which comes first.
func TestInTimeAndLate(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town, clk *clock.Fake) {
		file := func(due time.Duration) string {
			rec, at := open(t, w, report()), int64(0)
			if due != 0 {
				at = clock.Micros(clk.Now().Add(due))
			}
			err := w.City.Upkeep(t.Context(), func(tx *store.Tx) error {
				tx.Exec(`update cases set step_due_at = ? where city = ? and id = ?`, at, tx.City, rec.ID)
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			return rec.Number
		}
		late := []string{file(-time.Hour), file(-time.Minute)}
		inTime := []string{file(0), file(time.Minute), file(time.Hour), file(24 * time.Hour)}
		numbers := func(f casework.Filter) (all []string) {
			for f.Tab, f.Limit = casework.Open, 2; ; {
				page, err := w.Desk.List(t.Context(), w.Worker(), f)
				if err != nil {
					t.Fatal(err)
				}
				for _, c := range page.Cases {
					all = append(all, c.Number)
				}
				if f.After = page.Next; f.After == "" {
					return all
				}
			}
		}
		if got := numbers(casework.Filter{InTime: true}); !slices.Equal(got, inTime) {
			t.Errorf("in time: %v, want %v", got, inTime)
		}
		if got := numbers(casework.Filter{Late: true}); !slices.Equal(got, late) {
			t.Errorf("late: %v, want %v", got, late)
		}
		if n, err := w.Desk.AtMost(t.Context(), w.Worker(), casework.Filter{Tab: casework.Open, InTime: true}, 3); err != nil || n != 3 {
			t.Errorf("AtMost 3 in time = %d, %v", n, err)
		}
	})
}

func TestRevealLeavesATrace(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town, _ *clock.Fake) {
		r := report()
		r.Name = "张某"
		rec := open(t, w, r)
		if _, err := w.Desk.Reveal(t.Context(), w.Worker(), rec.ID, " "); err == nil {
			t.Error("no reason asked")
		}
		if _, err := w.Desk.Reveal(t.Context(), w.Worker2(), rec.ID, "好奇"); !errors.Is(err, casework.ErrNotFound) {
			t.Errorf("the neighbour: %v", err)
		}
		p, err := w.Desk.Reveal(t.Context(), w.Worker(), rec.ID, "上门前联系")
		if err != nil || p.Name != "张某" || p.Phone != "13800001234" {
			t.Fatalf("%+v, %v", p, err)
		}
		f, _ := w.Desk.Get(t.Context(), w.Worker(), rec.Number)
		if len(f.Steps) != 1 || f.Steps[0].Verb != "reveal" || f.Steps[0].Note != "上门前联系" {
			t.Errorf("timeline %+v", f.Steps)
		}
		mine, err := w.Desk.OfPhone(t.Context(), "13800001234", 0, 10)
		if err != nil || len(mine) != 1 {
			t.Errorf("by phone: %v, %v", mine, err)
		}
	})
}

func TestFiltersThatNothingPassesReadNothing(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town, _ *clock.Fake) {
		open(t, w, report())
		for _, f := range []casework.Filter{
			{Tab: casework.Ended, Late: true}, {Tab: casework.Ended, Status: casework.New},
			{Tab: casework.Open, Among: []casework.Status{casework.Closed}}, {Tab: casework.Ended, Among: []casework.Status{casework.New, casework.Working}},
		} {
			if n, err := w.Desk.AtMost(t.Context(), w.System(), f, 99); err != nil || n != 0 {
				t.Errorf("%+v counts %d, %v", f, n, err)
			}
		}
		f := casework.Filter{Tab: casework.Open, Among: []casework.Status{casework.New, casework.Closed}}
		if list, err := w.Desk.List(t.Context(), w.System(), f); err != nil || len(list.Cases) != 1 {
			t.Errorf("new or closed: %+v, %v", list, err)
		}
	})
}

// TestStaysUnknown: who asked to stay unknown is hidden from those who only take part for a body, whatever their role holds.
func TestStaysUnknown(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town, _ *clock.Fake) {
		company := w.Of(w.Company)
		company.Posts[0].Rights[casework.Contact] = access.Body
		for hidden, want := range map[bool]error{false: nil, true: access.ErrDenied} {
			r := report()
			r.Hidden = hidden
			rec := open(t, w, r)
			act(t, w, w.Worker(), rec.ID, casework.Dispatch, casework.Step{To: w.Company.ID})
			if _, err := w.Desk.Reveal(t.Context(), company, rec.ID, "上门前联系"); !errors.Is(err, want) {
				t.Errorf("hidden %v: the company gets %v, want %v", hidden, err, want)
			}
			if _, err := w.Desk.Reveal(t.Context(), w.Worker(), rec.ID, "上门前联系"); err != nil {
				t.Errorf("hidden %v: the worker gets %v", hidden, err)
			}
		}
	})
}

// TestInnerPhotosStayInside: what staff add for each other the reporter doesn't see, neither in the timeline nor by its address (A8).
func TestInnerPhotosStayInside(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town, _ *clock.Fake) {
		rec := open(t, w, report())
		act(t, w, w.Worker(), rec.ID, casework.Note, casework.Step{Note: "内部", Photos: []casework.Photo{towntest.Photo("note")}})
		act(t, w, w.Worker(), rec.ID, casework.Dispatch, casework.Step{Note: "内部", To: w.Company.ID, Photos: []casework.Photo{towntest.Photo("order")}})
		act(t, w, w.Of(w.Company), rec.ID, casework.Take, casework.Step{})
		act(t, w, w.Of(w.Company), rec.ID, casework.Done, casework.Step{Note: "修好", Photos: []casework.Photo{towntest.Photo("after")}})
		mine, err := w.Desk.Track(t.Context(), rec.Number, casework.Claim{Secret: rec.Secret})
		if err != nil {
			t.Fatal(err)
		}
		theirs, err := w.Desk.Get(t.Context(), w.Worker(), rec.Number)
		if err != nil {
			t.Fatal(err)
		}
		for hash, want := range map[string]bool{"before": true, "after": true, "note": false, "order": false, "other": false} {
			if got := mine.HasPhoto(hash); got != want {
				t.Errorf("the reporter sees %s: %v, want %v", hash, got, want)
			}
			if got := theirs.HasPhoto(hash); got != (hash != "other") {
				t.Errorf("the worker sees %s: %v", hash, got)
			}
		}
	})
}
