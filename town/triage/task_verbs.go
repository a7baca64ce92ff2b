package triage

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"mulin/internal/access"
	"mulin/internal/fault"
	"mulin/internal/ledger"
	"mulin/internal/store"
)

// MaxNote is how long a note on a task may be.
const MaxNote = 2000

// maxMeasures is how many measures a task may have.
const maxMeasures = 50

// TaskDraft is what people say of a task.
type TaskDraft struct {
	Title     string
	Issue     int64
	Body      int64
	Person    int64 // 0 leaves it open who answers for it
	DueAt     int64
	Published bool
}

// check says everything that is missing. A deadline that has passed is refused only when it is new.
func (r *Reader) checkDraft(d *TaskDraft, now, wasDue int64) error {
	var l fault.List
	d.Title = oneLine(d.Title)
	l.Check(d.Title != "", "title", "hot.title.missing")
	l.Check(utf8.RuneCountInString(d.Title) <= MaxTitle, "title", "case.title.long", MaxTitle)
	l.Check(r.lives(d.Body), "body", "task.body.missing")
	l.Check(d.DueAt != 0, "due", "task.due.missing")
	l.Check(d.DueAt == 0 || d.DueAt > now || d.DueAt == wasDue, "due", "task.due.past")
	return l.Or()
}

func (r *Reader) lives(id int64) bool {
	b, ok := r.bodies.Get(id)
	return ok && b.Until == 0
}

// taskChange is the ledger's body of a step: no words that people typed.
type taskChange struct {
	State   State   `json:"state,omitempty"`
	Issue   int64   `json:"issue,omitempty"`
	Due     int64   `json:"due,omitempty"`
	Measure int64   `json:"measure,omitempty"`
	Public  bool    `json:"public,omitempty"`
	Bodies  []int64 `json:"bodies,omitempty"`
}

// OpenTask opens a special task about an issue; it holds where the issue's cases lie, as far as the actor may lead tasks there.
func (r *Reader) OpenTask(ctx context.Context, who access.Actor, d TaskDraft) (Task, error) {
	var t Task
	if !who.Has(Tasks) {
		return t, access.ErrDenied
	}
	err := r.city.Write(ctx, func(tx *store.Tx) error {
		d := d
		s, err := standsIn(ctx, tx, tx.City, d.Issue)
		if err != nil {
			return err
		}
		path := s.path
		if who.May(Tasks, access.At{Path: path}) != nil {
			if path = ownPart(who, path); path == "" {
				return access.ErrDenied
			}
		}
		if err := r.checkDraft(&d, tx.Now, 0); err != nil {
			return err
		}
		t = Task{ID: tx.NewID(), Version: 1, Title: d.Title, Issue: s.id, Path: path, Body: d.Body, Person: d.Person, State: Proposed, Open: true,
			DueAt: d.DueAt, Published: d.Published, OpenedAt: tx.Now}
		tx.Exec(`insert into triage_task (city, id, version, title, issue, path, body, person, state, open, due_at, published, outcome, opened_at, closed_at)
			values (?, ?, 1, ?, ?, ?, ?, ?, ?, true, ?, ?, '', ?, 0)`, tx.City, t.ID, t.Title, t.Issue, t.Path, t.Body, t.Person, t.State, t.DueAt, t.Published, tx.Now)
		r.stepped(tx, who, &t, "task.open", taskChange{State: t.State, Issue: t.Issue, Due: t.DueAt, Public: t.Published, Bodies: []int64{t.Body}}, "")
		return nil
	})
	return t, err
}

// ownPart is the actor's own part of an issue that reaches farther; "" if they have none.
func ownPart(who access.Actor, path string) string {
	for _, root := range who.Reach(Tasks).Paths {
		if pathIn(root, path) {
			return root
		}
	}
	return ""
}

// stepped writes a step into the ledger and the task's history.
func (r *Reader) stepped(tx *store.Tx, who access.Actor, t *Task, verb string, body taskChange, note string) {
	seq := ledger.Append(tx, who, verb, t.subject(), body)
	tx.Exec(`insert into triage_task_step (city, task, seq, at, verb, person, body, state, note) values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		tx.City, t.ID, seq, tx.Now, strings.TrimPrefix(verb, "task."), who.Person, who.Body(), t.State, note)
}

// lead runs f on a task that the actor leads and that nobody has changed since version; 0 asks for none.
func (r *Reader) lead(ctx context.Context, who access.Actor, id, version int64, f func(tx *store.Tx, t *Task) error) error {
	return r.city.Write(ctx, func(tx *store.Tx) error {
		t, err := r.loadTask(ctx, tx, id)
		switch {
		case err != nil:
			return err
		case !t.seen(who):
			return ErrNoTask
		case !t.Leads(who):
			return access.ErrDenied
		case version != 0 && t.Version != version:
			return ErrTaskStale
		}
		if err := f(tx, &t); err != nil {
			return err
		}
		tx.Exec(`update triage_task set version = version + 1 where city = ? and id = ?`, tx.City, id)
		return nil
	})
}

// SaveTask changes title, owner, deadline and whether residents read of it.
func (r *Reader) SaveTask(ctx context.Context, who access.Actor, id, version int64, d TaskDraft) error {
	return r.lead(ctx, who, id, version, func(tx *store.Tx, t *Task) error {
		d := d
		if !t.Open {
			return ErrTaskStale
		}
		if err := r.checkDraft(&d, tx.Now, t.DueAt); err != nil {
			return err
		}
		tx.Exec(`update triage_task set title = ?, body = ?, person = ?, due_at = ?, published = ? where city = ? and id = ?`,
			d.Title, d.Body, d.Person, d.DueAt, d.Published, tx.City, id)
		r.stepped(tx, who, t, "task.save", taskChange{Due: d.DueAt, Public: d.Published, Bodies: []int64{d.Body}}, "")
		return nil
	})
}

// Advance takes a task to its next state. Done needs every measure ticked off; assessing and dropping need words.
func (r *Reader) Advance(ctx context.Context, who access.Actor, id, version int64, to State, note string) error {
	return r.lead(ctx, who, id, version, func(tx *store.Tx, t *Task) error {
		note := oneNote(note)
		var l fault.List
		l.Check(note != "" || to != Assessed && to != Dropped, "note", "task.note.missing")
		l.Check(utf8.RuneCountInString(note) <= MaxNote, "note", "case.note.long", MaxNote)
		if err := l.Or(); err != nil {
			return err
		}
		if !slices.Contains(t.State.Next(), to) {
			return ErrTaskStale
		}
		if to == Done && t.Ticked() < len(t.Measures) {
			return ErrTaskOpen
		}
		t.State = to
		over := to == Assessed || to == Dropped
		closed, outcome := int64(0), ""
		if over {
			closed, outcome = tx.Now, note
		}
		tx.Exec(`update triage_task set state = ?, open = ?, closed_at = ?, outcome = ? where city = ? and id = ?`, to, !over, closed, outcome, tx.City, id)
		r.stepped(tx, who, t, "task."+string(to), taskChange{State: to}, note)
		return nil
	})
}

// oneNote is a note as it is kept: line breaks stay, personal data is masked.
func oneNote(s string) string {
	var lines []string
	for line := range strings.Lines(strings.ReplaceAll(s, "\r\n", "\n")) {
		lines = append(lines, oneLine(line))
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// Say writes a note into the history of a task; every body with a part in it may.
func (r *Reader) Say(ctx context.Context, who access.Actor, id int64, note string) error {
	return r.city.Write(ctx, func(tx *store.Tx) error {
		t, err := r.loadTask(ctx, tx, id)
		if err != nil {
			return err
		}
		if !t.seen(who) {
			return ErrNoTask
		}
		note := oneNote(note)
		var l fault.List
		l.Check(note != "", "note", "case.note.missing")
		l.Check(utf8.RuneCountInString(note) <= MaxNote, "note", "case.note.long", MaxNote)
		if err := l.Or(); err != nil {
			return err
		}
		r.stepped(tx, who, &t, "task.note", taskChange{}, note)
		return nil
	})
}

// AddMeasure adds something to be done for a task.
func (r *Reader) AddMeasure(ctx context.Context, who access.Actor, id int64, m Measure) error {
	return r.lead(ctx, who, id, 0, func(tx *store.Tx, t *Task) error {
		m := m
		m.Title = oneLine(m.Title)
		var l fault.List
		l.Check(m.Title != "", "title", "hot.title.missing")
		l.Check(utf8.RuneCountInString(m.Title) <= MaxTitle, "title", "case.title.long", MaxTitle)
		l.Check(r.lives(m.Body), "body", "task.body.missing")
		l.Check(m.DueAt != 0, "due", "task.due.missing")
		l.Check(m.DueAt == 0 || m.DueAt > tx.Now, "due", "task.due.past")
		l.Check(len(t.Measures) < maxMeasures, "title", "task.measures.many", maxMeasures)
		if err := l.Or(); err != nil {
			return err
		}
		if !t.Open {
			return ErrTaskStale
		}
		m.ID = tx.NewID()
		tx.Exec(`insert into triage_measure (city, task, id, title, body, due_at, done_at, done_by, note, photo) values (?, ?, ?, ?, ?, ?, 0, 0, '', '')`,
			tx.City, id, m.ID, m.Title, m.Body, m.DueAt)
		r.stepped(tx, who, t, "task.measure", taskChange{Measure: m.ID, Due: m.DueAt, Bodies: []int64{m.Body}}, m.Title)
		return nil
	})
}

// Tick says that a measure is done, with what shows it: a note or a photo. Ticking it again changes nothing.
func (r *Reader) Tick(ctx context.Context, who access.Actor, id, measure int64, note, photo string) error {
	return r.city.Write(ctx, func(tx *store.Tx) error {
		t, err := r.loadTask(ctx, tx, id)
		if err != nil {
			return err
		}
		if !t.seen(who) {
			return ErrNoTask
		}
		i := slices.IndexFunc(t.Measures, func(m Measure) bool { return m.ID == measure })
		if i < 0 {
			return ErrNoTask
		}
		if !t.Ticks(who, &t.Measures[i]) {
			return access.ErrDenied
		}
		if t.Measures[i].DoneAt != 0 {
			return nil
		}
		if !t.Open {
			return ErrTaskStale
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
		r.stepped(tx, who, &t, "task.tick", taskChange{Measure: measure, Bodies: []int64{t.Measures[i].Body}}, t.Measures[i].Title)
		return nil
	})
}
