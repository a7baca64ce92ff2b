package life_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/fault"
	"mulin/internal/ledger"
	"mulin/internal/life"
	"mulin/internal/life/lifetest"
	"mulin/internal/store"
	"mulin/internal/storetest"
)

// loan is a thing that is lent: somebody asks for it, somebody takes it on, brings it back or gives up.
type loan struct {
	life.Life
	Holder int64
}

func (l *loan) At() access.At { return access.At{Path: "/1/"} }

func (l *loan) Subject() ledger.Subject { return ledger.Subject{Kind: "loan", ID: l.ID, Path: "/1/"} }

const (
	asked life.State = "asked"
	held  life.State = "held"
	back  life.State = "back"

	see, desk access.Right = "loan.see", "loan.desk"
)

var (
	errMissing = fault.New(fault.Missing, "loan.missing")
	errStale   = fault.New(fault.Conflict, "loan.stale")
)

var holder = &life.By[loan]{Is: func(l *loan, who access.Actor) bool { return who.Person != 0 && who.Person == l.Holder },
	Where: func(who access.Actor) (string, []any) { return `(l.holder = ? and l.holder <> 0)`, []any{who.Person} }}

var law = life.Law[loan]{
	"take":    {From: []life.State{asked}, To: held, Right: see, Effect: func(l *loan, _ *life.Step, who access.Actor) { l.Holder = who.Person }},
	"return":  {From: []life.State{held}, To: back, By: holder, Needs: life.Photo | life.Note},
	"give_up": {From: []life.State{held}, To: asked, By: holder, Needs: life.Reason, Aside: true, Effect: freed},
	"pause":   {From: []life.State{held}, Right: desk, Needs: life.Reason, Clock: life.Pause, Aside: true},
	"resume":  {From: []life.State{held}, Right: desk, Clock: life.Resume, Aside: true},
	"extend":  {From: []life.State{held}, Right: desk, Needs: life.Number, Clock: life.Extend, Aside: true},
	"again":   {From: []life.State{back}, To: asked, Right: desk, Anew: true, Effect: freed},
	"say":     {From: []life.State{asked, held, back}, Right: see, Needs: life.Note, Aside: true},
	"warn":    {From: []life.State{asked, held}, Right: desk, Internal: true},
	"lapse":   {From: []life.State{held}, To: asked, Right: desk, Internal: true, Effect: freed},
}

func freed(l *loan, _ *life.Step, _ access.Actor) { l.Holder = 0 }

var rungs = map[string][]life.Rung{"loan.hold": {{Early: true, After: clock.Limit{Amount: 1, Unit: clock.WorkDay}, Verb: "warn"}, life.AtDue("lapse")}, "loan": {life.AtDue("warn")}}

// yard is where loans live, in a table of this test.
type yard struct {
	*life.Room[loan]
	t      *testing.T
	clk    *clock.Fake
	runsOn bool
}

func each(t *testing.T, f func(t *testing.T, w *yard)) {
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		city := storetest.NewCity(t, db)
		err := city.Upkeep(t.Context(), func(tx *store.Tx) error {
			tx.Exec(`create table loan (city bigint not null, id bigint not null, version bigint not null, status text not null, turn text not null, open boolean not null, due_at bigint not null,
				step_due_at bigint not null, since bigint not null, paused_at bigint not null, climbed_at bigint not null, next_at bigint not null, updated_at bigint not null, salt text not null, holder bigint not null, primary key (city, id))`)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		f(t, newYard(t, city, clk))
	})
}

func newYard(t *testing.T, city *store.City, clk *clock.Fake) *yard {
	work := []clock.Span{{From: 9 * 60, To: 17 * 60}}
	cal := &clock.Calendar{Hours: clock.Week{time.Monday: work, time.Tuesday: work, time.Wednesday: work, time.Thursday: work, time.Friday: work}}
	w := &yard{t: t, clk: clk}
	w.Room = &life.Room[loan]{Kind: "loan", City: city, Law: law, Order: []life.Verb{"take", "return", "give_up", "pause", "resume", "extend", "again", "say"},
		States: []life.State{asked, held, back}, Ends: []life.State{back}, Limits: map[life.State]string{asked: "loan.take", held: "loan.hold"}, Whole: "loan", See: see, Late: desk,
		Rows: life.Rows[loan]{Table: "loan l", Columns: life.Columns("l") + ", l.holder", Path: "'/1/'", Scan: func(r store.Row, more ...any) (l loan, err error) {
			return l, r.Scan(slices.Concat(l.Into(), []any{&l.Holder}, more)...)
		}},
		Calendar: func() *clock.Calendar { return cal }, Limit: w.limit, Rungs: func(name string) []life.Rung { return rungs[name] },
		Save:    func(tx *store.Tx, _ life.Verb, _, l *loan) { life.Update(tx, "loan", &l.Life, "holder = ?", l.Holder) },
		Missing: errMissing, Stale: errStale}
	return w
}

func (w *yard) limit(_ *loan, name string) (life.Span, bool) {
	days := map[string]int{"loan.take": 2, "loan.hold": 5, "loan": 30}[name]
	return life.Span{Limit: clock.Limit{Amount: days, Unit: clock.WorkDay}, RunsOn: w.runsOn && name == "loan.hold"}, days > 0
}

func (w *yard) begin() int64 {
	w.t.Helper()
	var l loan
	err := w.City.Write(w.t.Context(), func(tx *store.Tx) error {
		l = loan{}
		l.ID = tx.NewID()
		w.Start(&l, asked, tx.Now, tx.Now)
		life.Insert(tx, "loan", &l.Life, "holder", 0)
		w.Opened(tx, access.System(1), "ask", &l, &life.Step{})
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return l.ID
}

func person(id int64, name string, rights ...access.Right) access.Actor {
	scopes := map[access.Right]access.Scope{}
	for _, r := range rights {
		scopes[r] = access.Territory
	}
	return access.Actor{City: 1, Person: id, Name: name, Posts: []access.Post{{ID: id, Path: "/1/", Rights: scopes}}}
}

var anna, bert, clerk, stranger = person(1, "anna", see), person(2, "bert", see), person(3, "clerk", see, desk), person(4, "stranger")

func (w *yard) do(who access.Actor, id int64, v life.Verb, s life.Step) loan {
	w.t.Helper()
	l, err := w.Act(w.t.Context(), who, id, v, s)
	if err != nil {
		w.t.Fatalf("%s by %s: %v", v, who.Name, err)
	}
	return l
}

func (w *yard) fails(want error, who access.Actor, id int64, v life.Verb, s life.Step) {
	w.t.Helper()
	if _, err := w.Act(w.t.Context(), who, id, v, s); !errors.Is(err, want) {
		w.t.Errorf("%s by %s: %v, want %v", v, who.Name, err, want)
	}
}

func TestWhoMayWhatWhen(t *testing.T) {
	each(t, func(t *testing.T, w *yard) {
		id := w.begin()
		w.fails(errMissing, stranger, id, "take", life.Step{})
		w.fails(errMissing, anna, id+1, "take", life.Step{})
		w.fails(access.ErrDenied, anna, id, "lapse", life.Step{})
		w.fails(access.ErrDenied, anna, id, "nonsense", life.Step{})
		w.fails(access.ErrDenied, access.Actor{City: 2, Person: 1}, id, "take", life.Step{})
		w.do(anna, id, "take", life.Step{Version: 1})
		w.fails(errStale, bert, id, "take", life.Step{})
		w.fails(access.ErrDenied, bert, id, "return", life.Step{Note: "x", Photos: []life.Picture{{Hash: "a"}}})
		w.fails(errStale, anna, id, "return", life.Step{Version: 1})
		_, err := w.Act(t.Context(), anna, id, "return", life.Step{})
		if l, ok := fault.As(err); !ok || len(l) != 2 || l[0].Field != "note" || l[1].Field != "photo" {
			t.Errorf("returned with nothing: %v", err)
		}
		w.fails(nil, anna, id, "say", life.Step{Version: 1, Note: "an old page may still say something"})
	})
}

// TestSentAgain: a reference is that of its caller and of what was said.
func TestSentAgain(t *testing.T) {
	each(t, func(t *testing.T, w *yard) {
		id := w.begin()
		lines := func() int {
			v, err := w.Look(t.Context(), anna, id)
			if err != nil {
				t.Fatal(err)
			}
			return len(v.Steps)
		}
		first := lines()
		for i, c := range []struct {
			who  access.Actor
			note string
			want int
		}{{anna, "one", 1}, {anna, "one", 1}, {anna, " one\r\n", 1}, {anna, "two", 2}, {bert, "one", 3}, {bert, "one", 3}} {
			w.do(c.who, id, "say", life.Step{ClientRef: "r", Note: c.note})
			if n := lines() - first; n != c.want {
				t.Errorf("%d: %d lines, want %d", i, n, c.want)
			}
		}
	})
}

// TestPauses: what was used never falls and what is due never comes nearer, however often somebody pauses, resumes and extends.
func TestPauses(t *testing.T) {
	each(t, func(t *testing.T, w *yard) {
		r := rand.New(rand.NewPCG(1, 1))
		for range 4 {
			id := w.begin()
			used, due := 0.0, w.do(anna, id, "take", life.Step{}).StepDueAt
			for range 12 {
				w.clk.Advance(time.Duration(r.Int64N(int64(20 * time.Hour))))
				v := []life.Verb{"pause", "resume", "extend"}[r.IntN(3)]
				if _, err := w.Act(t.Context(), clerk, id, v, life.Step{Reason: "parts", Number: 1}); err != nil {
					continue
				}
				run, err := w.Running(t.Context(), w.City, id, "loan.hold")
				if err != nil {
					t.Fatal(err)
				}
				if u := run.Used(w.Calendar(), w.clk.Now().UnixMicro()); u < used-2e-6 || run.Due < due {
					t.Fatalf("after %s %f were used, before %f; due %v, before %v", v, u, used, clock.Time(run.Due), clock.Time(due))
				} else {
					used, due = u, run.Due
				}
			}
		}
	})
}

// TestALimitRunsOn: by rule of the city a limit that is come back to goes on with what was left; else it begins anew.
func TestALimitRunsOn(t *testing.T) {
	each(t, func(t *testing.T, w *yard) {
		for _, w.runsOn = range []bool{true, false} {
			id := w.begin()
			first := w.do(anna, id, "take", life.Step{}).StepDueAt
			w.clk.Advance(48 * time.Hour)
			w.do(anna, id, "give_up", life.Step{Reason: "ill"})
			gone := w.clk.Now()
			w.clk.Advance(24 * time.Hour)
			second := w.do(bert, id, "take", life.Step{}).StepDueAt
			days := func(from, to time.Time) float64 { return w.Calendar().Used(from, to, clock.WorkDay) }
			got, want := days(w.clk.Now(), clock.Time(second)), 5.0
			if w.runsOn {
				got, want = days(clock.Time(first), clock.Time(second)), days(gone, w.clk.Now())
			}
			if got < want-0.01 || got > want+0.01 {
				t.Errorf("runs on %t: %f working days, want %f", w.runsOn, got, want)
			}
		}
	})
}

// TestTheWholeBeginsAnew: what is taken up again has its whole time before it, and a pause after that counts from there.
func TestTheWholeBeginsAnew(t *testing.T) {
	each(t, func(t *testing.T, w *yard) {
		id := w.begin()
		w.do(anna, id, "take", life.Step{})
		w.clk.Advance(72 * time.Hour)
		w.do(anna, id, "return", life.Step{Note: "x", Photos: []life.Picture{{Hash: "a"}}})
		again := w.do(clerk, id, "again", life.Step{})
		if left := w.Calendar().Used(w.clk.Now(), clock.Time(again.DueAt), clock.WorkDay); left < 29.9 {
			t.Errorf("%f working days are left of thirty", left)
		}
		w.do(anna, id, "take", life.Step{})
		w.do(clerk, id, "pause", life.Step{Reason: "parts"})
		run, err := w.Running(t.Context(), w.City, id, "loan")
		if used := run.Used(w.Calendar(), w.clk.Now().UnixMicro()); err != nil || used != 0 {
			t.Errorf("%f working days are used, %v", used, err)
		}
	})
}

// TestClimbing: a card a day before, then it lapses; what stands still doesn't climb, and what was extended is warned of again.
func TestClimbing(t *testing.T) {
	each(t, func(t *testing.T, w *yard) {
		id := w.begin()
		w.do(anna, id, "take", life.Step{})
		day := func(n int) {
			t.Helper()
			w.clk.Advance(time.Duration(n) * 24 * time.Hour)
			for range 2 {
				if _, err := life.Sweep(t.Context(), []life.Door{w}); err != nil {
					t.Fatal(err)
				}
			}
		}
		verbs := func(want ...life.Verb) {
			t.Helper()
			v, err := w.Look(t.Context(), anna, id)
			var got []life.Verb
			for _, h := range v.Steps {
				got = append(got, h.Verb)
			}
			if err != nil || !slices.Equal(got, want) {
				t.Fatalf("%v, want %v, %v", got, want, err)
			}
		}
		day(1)
		w.do(clerk, id, "pause", life.Step{Reason: "parts"})
		day(20)
		verbs("ask", "take", "pause")
		w.do(clerk, id, "resume", life.Step{})
		day(7)
		verbs("ask", "take", "pause", "resume", "warn", "lapse")
		w.do(bert, id, "take", life.Step{})
		day(5)
		w.do(clerk, id, "extend", life.Step{Number: 3})
		day(1)
		verbs("ask", "take", "pause", "resume", "warn", "lapse", "take", "warn", "extend")
		day(4)
		verbs("ask", "take", "pause", "resume", "warn", "lapse", "take", "warn", "extend", "warn")
	})
}

// TestDoorHides: whoever may not see a thing is told that there is none; notes are read masked.
func TestDoorHides(t *testing.T) {
	each(t, func(t *testing.T, w *yard) {
		id := w.begin()
		w.do(anna, id, "say", life.Step{Note: "电话13800001234"})
		if _, err := w.Look(t.Context(), stranger, id); !errors.Is(err, errMissing) {
			t.Errorf("a stranger looks: %v", err)
		}
		v, err := w.Look(t.Context(), anna, id)
		if err != nil || v.Steps[1].Note == "" || slices.Contains([]string{v.Steps[1].Note}, "电话13800001234") {
			t.Errorf("%+v, %v", v.Steps, err)
		}
		if got := w.Clocks(); !slices.Equal(got, []string{"loan", "loan.take", "loan.hold"}) {
			t.Errorf("the law goes by %v", got)
		}
	})
}

// TestPagesOfAList: every page of a list follows the one before, whatever is due at the same time or never.
func TestPagesOfAList(t *testing.T) {
	each(t, func(t *testing.T, w *yard) {
		for i := range 120 {
			id := w.begin()
			if i%3 > 0 {
				w.do(anna, id, "take", life.Step{})
			}
			if i%3 > 1 {
				w.do(clerk, id, "pause", life.Step{Reason: "x"})
			}
		}
		seen, last, after := map[int64]bool{}, int64(0), ""
		for {
			all, next, err := w.List(t.Context(), anna, life.InHand, after)
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range all {
				due := l.StepDueAt
				if due == 0 {
					due = 1 << 60
				}
				if seen[l.ID] || due < last {
					t.Fatalf("%d again, or out of order", l.ID)
				}
				seen[l.ID], last = true, due
			}
			if after = next; after == "" {
				break
			}
		}
		if len(seen) != 120 {
			t.Errorf("%d of 120 were listed", len(seen))
		}
	})
}

func TestWalk(t *testing.T) {
	each(t, func(t *testing.T, w *yard) {
		for _, w.runsOn = range []bool{false, true} {
			n := 0
			used := map[int64]life.Run{}
			hold := func(id int64) error { return w.pausesKeep(t.Context(), used, id) }
			fill := func(r *rand.Rand) life.Step {
				n++
				return life.Step{Note: "说明", Reason: "x", Stars: 3, Number: 1, Photos: []life.Picture{{Hash: "a"}}, ClientRef: []string{"", fmt.Sprint("r", w.runsOn, n)}[r.IntN(2)]}
			}
			lifetest.Run(t, lifetest.Walk{City: w.City, Clock: w.clk, Actors: []access.Actor{anna, bert, clerk, stranger, access.Nobody(1), access.System(1)},
				Laws: []lifetest.Law{{Door: w, Fill: fill, Hold: hold, Begin: func(*rand.Rand) int64 { return w.begin() }}}, Steps: storetest.Rounds(300, 5_000), Seed: 7})
		}
	})
}

// pausesKeep holds that what has been used of a limit never falls while it is the same.
func (w *yard) pausesKeep(ctx context.Context, before map[int64]life.Run, id int64) error {
	run, err := w.Running(ctx, w.City, id, "loan.hold")
	if err != nil {
		return store.IfNone(err, nil)
	}
	now := w.clk.Now().UnixMicro()
	if was, ok := before[id]; ok && was.Began == run.Began && run.Used(w.Calendar(), now) < was.Used(w.Calendar(), max(was.Paused, was.Began))-1e-5 {
		return fmt.Errorf("what was used has fallen: %+v after %+v", run, was)
	}
	before[id] = run
	return nil
}
