package task

import (
	"slices"

	"mulin/internal/access"
	"mulin/internal/life"
)

// Verbs beside those that take a task on, which are called as the state they lead to.
const (
	open    life.Verb = "open"
	save    life.Verb = "save"
	measure life.Verb = "measure" // one more
	tick    life.Verb = "tick"    // one is done
	say     life.Verb = "note"
)

// order is how buttons stand on a page.
var order = []life.Verb{"decided", "under_way", "done", "assessed", "dropped", say}

var (
	states  = []State{Proposed, Decided, UnderWay, Done, Assessed, Dropped}
	going   = states[:4]
	partner = &life.By[Task]{Is: (*Task).seen, Where: within, Else: life.Always[Task](ErrMissing)}
	words   = map[life.Need]string{life.Note: "task.note.missing"}
)

// law says what may follow.
var law = life.Law[Task]{
	"decided":   {From: []State{Proposed}, To: Decided, Right: Lead},
	"under_way": {From: []State{Decided, Done}, To: UnderWay, Right: Lead},
	"done":      {From: []State{UnderWay}, To: Done, Right: Lead, Ready: ticked},
	"assessed":  {From: []State{Done}, To: Assessed, Right: Lead, Needs: life.Note, Missed: words, Effect: over},
	"dropped":   {From: []State{Proposed, Decided, UnderWay}, To: Dropped, Right: Lead, Needs: life.Note, Missed: words, Effect: over},
	save:        {From: going, Right: Lead, Internal: true, Fresh: true},
	measure:     {From: going, Right: Lead, Internal: true, Fresh: true},
	tick:        {From: states, By: partner, Internal: true, Fresh: true},
	say:         {From: states, By: partner, Needs: life.Note, Aside: true},
}

func ticked(t *Task) error {
	if t.Ticked() < len(t.Measures) {
		return ErrUndone
	}
	return nil
}

func over(t *Task, s *life.Step, _ access.Actor) { t.ClosedAt, t.Outcome = s.DoneAt, s.Note }

// Next are the states that may follow one.
func Next(s State) (all []State) {
	for _, v := range order {
		if r := law[v]; r.To != "" && slices.Contains(r.From, s) {
			all = append(all, r.To)
		}
	}
	return all
}

// NeedsNote tells whether a step to a state takes words.
func NeedsNote(to State) bool { return law[life.Verb(to)].Needs&life.Note != 0 }

// newRoom joins the law with where tasks lie. A task is due when people have said, so no limit of the catalogue stands behind it.
func (ts *Tasks) newRoom() *life.Room[Task] {
	return &life.Room[Task]{Kind: "task", City: ts.city, Law: law, First: open, Order: order, States: states, Ends: []State{Assessed, Dropped}, See: Lead, Late: Lead,
		Rows:  life.Rows[Task]{Table: "triage_task t", Columns: columns, Scan: scanWith, More: ts.measures, Path: "t.path"},
		Title: func(t *Task) string { return t.Title }, Shown: (*Task).seen, Seen: within, Save: keep, Tidy: oneNote, MaxNote: MaxNote,
		Entry: entry, Missing: ErrMissing, Stale: ErrStale}
}

// Door is special tasks as pages of all laws, JSON and the scanner know them.
func (ts *Tasks) Door() life.Door { return ts.room }

// change is the ledger's body of a step: no words that people typed.
type change struct {
	State   State   `json:"state,omitempty"`
	Issue   int64   `json:"issue,omitempty"`
	Due     int64   `json:"due,omitempty"`
	Measure int64   `json:"measure,omitempty"`
	Public  bool    `json:"public,omitempty"`
	Bodies  []int64 `json:"bodies,omitempty"`
}

// entry is what the ledger says of a step: what the verb itself has to say, else what was opened or where the task went.
func entry(was, t *Task, s *life.Step) any {
	if was.ID == 0 {
		return change{State: t.Status, Issue: t.Issue, Due: t.DueAt, Public: t.Published, Bodies: []int64{t.Body}}
	}
	c, ok := s.More.(change)
	if !ok && was.Status != t.Status {
		c.State = t.Status
	}
	return c
}
