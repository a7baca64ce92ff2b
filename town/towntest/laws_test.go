package towntest_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/life"
	"mulin/internal/life/lifetest"
	"mulin/internal/storetest"
	"mulin/town/casework"
	"mulin/town/catalog"
	"mulin/town/task"
	"mulin/town/towntest"
	"mulin/town/whistle"
	"mulin/town/wish"
)

// laws are those of the town, each with how a thing of its kind begins.
type laws struct {
	*towntest.Followed
	t      *testing.T
	issue  int64
	caseOf map[int64]int64 // of each whistle
	refs   int
}

// TestLaws walks at random over all laws of the town at once.
func TestLaws(t *testing.T) {
	towntest.EachFollowed(t, func(t *testing.T, f *towntest.Followed) {
		w := &laws{Followed: f, t: t, caseOf: map[int64]int64{}}
		w.begin()
		actors := []access.Actor{w.Leader(), w.Worker(), w.Worker2(), w.Clerk(), w.StreetCentre(), w.Visitor(), w.Of(w.Company), w.Of(w.Water), w.Resident(1), w.Resident(2), access.Nobody(1), w.System()}
		walked := []lifetest.Law{
			{Door: w.Desk.Door(), Fill: w.fill, Begin: func(r *rand.Rand) int64 { return w.open(r) }},
			{Door: w.Whistles.Door(), Fill: w.fill, Begin: w.blow, Twin: func(id int64) (life.Door, int64) { return w.Desk.Door(), w.caseOf[id] }},
			{Door: w.Tasks.Door(), Fill: w.fill, Begin: w.task},
			{Door: w.Wishes, Fill: w.fill, Begin: w.wish},
		}
		w.all(walked)
		lifetest.Run(t, lifetest.Walk{City: w.City, Clock: w.Clock, Actors: actors, Steps: storetest.Rounds(500, 5_000), Seed: 7, Laws: walked})
	})
}

// all fails for a law of the town that the walk leaves out.
func (w *laws) all(walked []lifetest.Law) {
	w.t.Helper()
	for _, d := range w.Laws {
		if !slices.ContainsFunc(walked, func(l lifetest.Law) bool { return l.Door.Named() == d.Named() }) {
			w.t.Errorf("%s: nobody walks over this law: give its door and how one begins to TestLaws", d.Named())
		}
	}
}

// begin sets limits, a ladder and the issue that tasks are about.
func (w *laws) begin() {
	known := map[string]int{catalog.Accept: 2, catalog.Take: 4, catalog.Work: 30, catalog.ReportIn: 3, catalog.Answer: 20, catalog.Rate: 50, catalog.Revisit: 40, catalog.Case: 100}
	for _, d := range w.Laws {
		for _, step := range d.Clocks() {
			if _, ok := w.Catalog.Span(step); ok { // another law's too
				continue
			}
			n := cmp.Or(known[step], 40)
			w.must(w.Catalog.LimitNoun().Save(w.t.Context(), w.System(), &catalog.LimitEntry{Rule: catalog.Rule{Step: step, Limit: clock.Limit{Amount: n, Unit: clock.Hour}}}))
		}
	}
	hour := clock.Limit{Amount: 1, Unit: clock.Hour}
	for _, step := range []string{catalog.Accept, catalog.Work, catalog.Case} {
		w.must(w.Desk.Ladders.Set(w.t.Context(), w.System(), "case", step, []life.Rung{{Early: true, After: hour, Verb: casework.Warn}, life.AtDue(casework.Climb), {After: hour, Verb: casework.Climb}}))
	}
	w.issue = w.Plants()[0] // is called as its first case
	w.Follow()
}

func (w *laws) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *laws) fill(r *rand.Rand) life.Step {
	w.refs++
	return life.Step{Note: "说明", Reason: "x", To: w.Company.ID, Stars: 3, Number: 1, Point: &towntest.Inside, Photos: []life.Picture{towntest.Photo("there")},
		ClientRef: []string{"", fmt.Sprint("r", w.refs)}[r.IntN(2)]}
}

func (w *laws) open(r *rand.Rand) int64 {
	rec, err := w.Desk.Open(w.t.Context(), w.Nobody(), casework.Report{Text: "路灯不亮", Point: &towntest.Inside, Kind: []casework.Kind{"complain", "ask"}[r.IntN(2)]})
	w.must(err)
	return rec.ID
}

func (w *laws) blow(r *rand.Rand) int64 {
	id := w.open(r)
	call, err := w.Whistles.Blow(w.t.Context(), w.StreetCentre(), id, whistle.Call{Lead: w.Water.ID, Co: []int64{w.Company.ID}, Step: casework.Step{Note: "请到场"}})
	w.must(err)
	w.caseOf[call.ID] = id
	return call.ID
}

func (w *laws) task(r *rand.Rand) int64 {
	due := w.Clock.Now().Add(999 * time.Hour).UnixMicro()
	one, err := w.Tasks.Open(w.t.Context(), w.Leader(), task.Plan{Title: "整治", Issue: w.issue, Body: w.Office.ID, DueAt: due})
	w.must(err)
	if r.IntN(3) == 0 {
		w.must(w.Tasks.AddMeasure(w.t.Context(), w.Leader(), one.ID, task.Measure{Title: "夜查", Body: w.Water.ID, DueAt: due}, ""))
	}
	return one.ID
}

func (w *laws) wish(r *rand.Rand) int64 {
	who := []access.Actor{w.Resident(1), w.Resident(2), w.Clerk(), w.Nobody()}[r.IntN(4)]
	id, _, err := w.Wishes.Ask(w.t.Context(), who, wish.Asking{Title: "一副扶手", Place: w.Grid.ID, Name: "王桂英", Phone: "13800001234", For: len(who.Posts) > 0})
	w.must(err)
	return id
}
