package task

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"mulin/internal/access"
	"mulin/internal/fault"
	"mulin/internal/ledger"
	"mulin/internal/sensitive"
	"mulin/internal/store"
	"mulin/town/issue"
	"mulin/town/place"
)

// MaxTitle is how long the title of a task or measure may be.
const MaxTitle = issue.MaxTitle

// MaxNote is how long a note on a task may be.
const MaxNote = 2000

// maxMeasures is how many measures a task may have.
const maxMeasures = 50

// Plan is what people say of a task.
type Plan struct {
	Title     string
	Issue     int64
	Body      int64
	Person    int64 // 0 leaves it open who answers for it
	DueAt     int64
	Published bool
}

// check says everything that is missing. A deadline that has passed is refused only when it is new.
func (ts *Tasks) check(d *Plan, now, wasDue int64) error {
	var l fault.List
	d.Title = sensitive.Line(d.Title)
	l.Check(d.Title != "", "title", "hot.title.missing")
	l.Check(utf8.RuneCountInString(d.Title) <= MaxTitle, "title", "case.title.long", MaxTitle)
	l.Check(ts.lives(d.Body), "body", "task.body.missing")
	l.Check(d.DueAt != 0, "due", "task.due.missing")
	l.Check(d.DueAt == 0 || d.DueAt > now || d.DueAt == wasDue, "due", "task.due.past")
	return l.Or()
}

func (ts *Tasks) lives(id int64) bool {
	b, ok := ts.bodies.Get(id)
	return ok && b.Live()
}

// change is the ledger's body of a step: no words that people typed.
type change struct {
	State   State   `json:"state,omitempty"`
	Issue   int64   `json:"issue,omitempty"`
	Due     int64   `json:"due,omitempty"`
	Measure int64   `json:"measure,omitempty"`
	Public  bool    `json:"public,omitempty"`
	Bodies  []int64 `json:"bodies,omitempty"`
}

// Open opens a special task about an issue; it holds where the issue's cases lie, as far as the actor may lead tasks there.
func (ts *Tasks) Open(ctx context.Context, who access.Actor, d Plan) (Task, error) {
	var t Task
	if !who.Has(Lead) {
		return t, access.ErrDenied
	}
	err := ts.city.Write(ctx, func(tx *store.Tx) error {
		d := d
		s, err := issue.Stands(ctx, tx, tx.City, d.Issue)
		if err != nil {
			return err
		}
		path := s.Path
		if who.May(Lead, access.At{Path: path}) != nil {
			if path = ownPart(who, path); path == "" {
				return access.ErrDenied
			}
		}
		if err := ts.check(&d, tx.Now, 0); err != nil {
			return err
		}
		t = Task{ID: tx.NewID(), Version: 1, Title: d.Title, Issue: s.ID, Path: path, Body: d.Body, Person: d.Person, State: Proposed, Open: true,
			DueAt: d.DueAt, Published: d.Published, OpenedAt: tx.Now}
		tx.Exec(`insert into triage_task (city, id, version, title, issue, path, body, person, state, open, due_at, published, outcome, opened_at, closed_at)
			values (?, ?, 1, ?, ?, ?, ?, ?, ?, true, ?, ?, '', ?, 0)`, tx.City, t.ID, t.Title, t.Issue, t.Path, t.Body, t.Person, t.State, t.DueAt, t.Published, tx.Now)
		ts.stepped(tx, who, &t, "task.open", change{State: t.State, Issue: t.Issue, Due: t.DueAt, Public: t.Published, Bodies: []int64{t.Body}}, "")
		return nil
	})
	return t, err
}

// ownPart is the actor's own part of an issue that reaches farther; "" if they have none.
func ownPart(who access.Actor, path string) string {
	for _, root := range who.Reach(Lead).Paths {
		if place.Within(root, path) {
			return root
		}
	}
	return ""
}

// stepped writes a step into the ledger and the task's history.
func (ts *Tasks) stepped(tx *store.Tx, who access.Actor, t *Task, verb string, body change, note string) {
	seq := ledger.Append(tx, who, verb, t.subject(), body)
	tx.Exec(`insert into triage_task_step (city, task, seq, at, verb, person, body, state, note) values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		tx.City, t.ID, seq, tx.Now, strings.TrimPrefix(verb, "task."), who.Person, who.Body(), t.State, note)
}

// lead runs f on a task that the actor leads and that nobody has changed since version; 0 asks for none.
func (ts *Tasks) lead(ctx context.Context, who access.Actor, id, version int64, f func(tx *store.Tx, t *Task) error) error {
	return ts.city.Write(ctx, func(tx *store.Tx) error {
		t, err := ts.load(ctx, tx, id)
		switch {
		case err != nil:
			return err
		case !t.seen(who):
			return ErrMissing
		case !t.Leads(who):
			return access.ErrDenied
		case version != 0 && t.Version != version:
			return ErrStale
		}
		if err := f(tx, &t); err != nil {
			return err
		}
		tx.Exec(`update triage_task set version = version + 1 where city = ? and id = ?`, tx.City, id)
		return nil
	})
}

// Save changes title, owner, deadline and whether residents read of it.
func (ts *Tasks) Save(ctx context.Context, who access.Actor, id, version int64, d Plan) error {
	return ts.lead(ctx, who, id, version, func(tx *store.Tx, t *Task) error {
		d := d
		if !t.Open {
			return ErrStale
		}
		if err := ts.check(&d, tx.Now, t.DueAt); err != nil {
			return err
		}
		tx.Exec(`update triage_task set title = ?, body = ?, person = ?, due_at = ?, published = ? where city = ? and id = ?`,
			d.Title, d.Body, d.Person, d.DueAt, d.Published, tx.City, id)
		ts.stepped(tx, who, t, "task.save", change{Due: d.DueAt, Public: d.Published, Bodies: []int64{d.Body}}, "")
		return nil
	})
}

// Advance takes a task to its next state. Done needs every measure ticked off; assessing and dropping need words.
func (ts *Tasks) Advance(ctx context.Context, who access.Actor, id, version int64, to State, note string) error {
	return ts.lead(ctx, who, id, version, func(tx *store.Tx, t *Task) error {
		note := oneNote(note)
		var l fault.List
		l.Check(note != "" || to != Assessed && to != Dropped, "note", "task.note.missing")
		l.Check(utf8.RuneCountInString(note) <= MaxNote, "note", "case.note.long", MaxNote)
		if err := l.Or(); err != nil {
			return err
		}
		if !slices.Contains(t.State.Next(), to) {
			return ErrStale
		}
		if to == Done && t.Ticked() < len(t.Measures) {
			return ErrUndone
		}
		t.State = to
		over := to == Assessed || to == Dropped
		closed, outcome := int64(0), ""
		if over {
			closed, outcome = tx.Now, note
		}
		tx.Exec(`update triage_task set state = ?, open = ?, closed_at = ?, outcome = ? where city = ? and id = ?`, to, !over, closed, outcome, tx.City, id)
		ts.stepped(tx, who, t, "task."+string(to), change{State: to}, note)
		return nil
	})
}

// oneNote is a note as it is kept: line breaks stay, personal data is masked.
func oneNote(s string) string {
	var lines []string
	for line := range strings.Lines(strings.ReplaceAll(s, "\r\n", "\n")) {
		lines = append(lines, sensitive.Line(line))
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// Say writes a note into the history of a task; every body with a part in it may.
func (ts *Tasks) Say(ctx context.Context, who access.Actor, id int64, note string) error {
	return ts.city.Write(ctx, func(tx *store.Tx) error {
		t, err := ts.load(ctx, tx, id)
		if err != nil {
			return err
		}
		if !t.seen(who) {
			return ErrMissing
		}
		note := oneNote(note)
		var l fault.List
		l.Check(note != "", "note", "case.note.missing")
		l.Check(utf8.RuneCountInString(note) <= MaxNote, "note", "case.note.long", MaxNote)
		if err := l.Or(); err != nil {
			return err
		}
		ts.stepped(tx, who, &t, "task.note", change{}, note)
		return nil
	})
}

// AddMeasure adds something to be done for a task.
func (ts *Tasks) AddMeasure(ctx context.Context, who access.Actor, id int64, m Measure) error {
	return ts.lead(ctx, who, id, 0, func(tx *store.Tx, t *Task) error {
		m := m
		m.Title = sensitive.Line(m.Title)
		var l fault.List
		l.Check(m.Title != "", "title", "hot.title.missing")
		l.Check(utf8.RuneCountInString(m.Title) <= MaxTitle, "title", "case.title.long", MaxTitle)
		l.Check(ts.lives(m.Body), "body", "task.body.missing")
		l.Check(m.DueAt != 0, "due", "task.due.missing")
		l.Check(m.DueAt == 0 || m.DueAt > tx.Now, "due", "task.due.past")
		l.Check(len(t.Measures) < maxMeasures, "title", "task.measures.many", maxMeasures)
		if err := l.Or(); err != nil {
			return err
		}
		if !t.Open {
			return ErrStale
		}
		m.ID = tx.NewID()
		tx.Exec(`insert into triage_measure (city, task, id, title, body, due_at, done_at, done_by, note, photo) values (?, ?, ?, ?, ?, ?, 0, 0, '', '')`,
			tx.City, id, m.ID, m.Title, m.Body, m.DueAt)
		ts.stepped(tx, who, t, "task.measure", change{Measure: m.ID, Due: m.DueAt, Bodies: []int64{m.Body}}, m.Title)
		return nil
	})
}

// Tick says that a measure is done, with what shows it: a note or a photo. Ticking it again changes nothing.
func (ts *Tasks) Tick(ctx context.Context, who access.Actor, id, measure int64, note, photo string) error {
	return ts.city.Write(ctx, func(tx *store.Tx) error {
		t, err := ts.load(ctx, tx, id)
		if err != nil {
			return err
		}
		if !t.seen(who) {
			return ErrMissing
		}
		i := slices.IndexFunc(t.Measures, func(m Measure) bool { return m.ID == measure })
		if i < 0 {
			return ErrMissing
		}
		if !t.Ticks(who, &t.Measures[i]) {
			return access.ErrDenied
		}
		if t.Measures[i].DoneAt != 0 {
			return nil
		}
		if !t.Open {
			return ErrStale
		}
		note := oneNote(note)
		var l fault.List
		l.Check(note != "" || photo != "", "note", "task.evidence")
		l.Check(utf8.RuneCountInString(note) <= MaxNote, "note", "case.note.long", MaxNote)
		if err := l.Or(); err != nil {
			return err
		}
		tx.Exec(`update triage_measure set done_at = ?, done_by = ?, note = ?, photo = ? where city = ? and task = ? and id = ?`, tx.Now, who.Person, note, photo, tx.City, id, measure)
		tx.Exec(`update triage_task set version = version + 1 where city = ? and id = ?`, tx.City, id)
		ts.stepped(tx, who, &t, "task.tick", change{Measure: measure, Bodies: []int64{t.Measures[i].Body}}, t.Measures[i].Title)
		return nil
	})
}
