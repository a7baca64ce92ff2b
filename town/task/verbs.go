package task

import (
	"context"
	"slices"
	"strings"

	"mulin/internal/access"
	"mulin/internal/fault"
	"mulin/internal/life"
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
	ClientRef string // the same plan sent with it again is the same task
}

// mark is what a plan is known by when it is sent again.
func (d *Plan) mark() string {
	return life.Mark(d.ClientRef, d.Title, d.Issue, d.Body, d.Person, d.DueAt, d.Published)
}

// check says everything that is missing. A deadline that has passed is refused only when it is new.
func (ts *Tasks) check(d *Plan, now, wasDue int64) error {
	var l fault.List
	d.Title = sensitive.Line(d.Title)
	l.Check(d.Title != "", "title", "hot.title.missing")
	l.Within(d.Title, MaxTitle, "title", "case.title.long")
	l.Check(ts.lives(d.Body), "body", "task.body.missing")
	l.Check(d.DueAt != 0, "due", "task.due.missing")
	l.Check(d.DueAt == 0 || d.DueAt > now || d.DueAt == wasDue, "due", "task.due.past")
	return l.Or()
}

func (ts *Tasks) lives(id int64) bool {
	b, ok := ts.bodies.Get(id)
	return ok && b.Live()
}

// Open opens a special task about an issue; it holds where the issue's cases lie, as far as the actor may lead tasks there.
// The same form sent again gives the task that it opened.
func (ts *Tasks) Open(ctx context.Context, who access.Actor, d Plan) (Task, error) {
	if !who.Has(Lead) {
		return Task{}, access.ErrDenied
	}
	id, err := ts.room.Begin(ctx, who, Task{}, life.Step{ClientRef: d.mark()}, func(tx *store.Tx, t *Task) error {
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
		t.Title, t.Issue, t.Path, t.Body, t.Person, t.Published, t.OpenedAt, t.DueAt = d.Title, s.ID, path, d.Body, d.Person, d.Published, tx.Now, d.DueAt
		life.Insert(tx, "triage_task", &t.Life, `title, issue, path, body, person, published, outcome, opened_at, closed_at`,
			t.Title, t.Issue, t.Path, t.Body, t.Person, t.Published, "", tx.Now, 0)
		return nil
	})
	if err != nil {
		return Task{}, err
	}
	return ts.room.Load(ctx, ts.city, id)
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

// do does a step that has something of its own to change.
func (ts *Tasks) do(ctx context.Context, who access.Actor, id int64, v life.Verb, s life.Step, shape func(tx *store.Tx, t *Task, s *life.Step) error) error {
	return ts.city.Write(ctx, func(tx *store.Tx) error {
		_, err := ts.room.Apply(ctx, tx, who, id, v, s, func(t *Task, s *life.Step) error { return shape(tx, t, s) })
		return err
	})
}

// Save changes title, owner, deadline and whether residents read of it.
func (ts *Tasks) Save(ctx context.Context, who access.Actor, id, version int64, d Plan) error {
	return ts.do(ctx, who, id, save, life.Step{Version: version, ClientRef: d.mark()}, func(tx *store.Tx, t *Task, s *life.Step) error {
		d := d
		if err := ts.check(&d, tx.Now, t.DueAt); err != nil {
			return err
		}
		if d.DueAt != t.DueAt && slices.ContainsFunc(t.Measures, func(m Measure) bool { return m.DoneAt == 0 && m.DueAt > d.DueAt }) {
			return fault.Field("due", "task.due.measures")
		}
		t.Title, t.Body, t.Person, t.Published, t.DueAt = d.Title, d.Body, d.Person, d.Published, d.DueAt
		s.More = change{Due: d.DueAt, Public: d.Published, Bodies: []int64{d.Body}}
		return nil
	})
}

// Advance takes a task to its next state. Done needs every measure ticked off; assessing and dropping need words.
func (ts *Tasks) Advance(ctx context.Context, who access.Actor, id int64, to State, s life.Step) error {
	v := life.Verb(to)
	if law[v].To == "" {
		return ErrStale
	}
	_, err := ts.room.Act(ctx, who, id, v, s)
	return err
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
func (ts *Tasks) Say(ctx context.Context, who access.Actor, id int64, s life.Step) error {
	_, err := ts.room.Act(ctx, who, id, say, s)
	return err
}

// AddMeasure adds something to be done for a task; the same with the same mark of the client's own adds it once.
func (ts *Tasks) AddMeasure(ctx context.Context, who access.Actor, id int64, m Measure, ref string) error {
	return ts.do(ctx, who, id, measure, life.Step{ClientRef: life.Mark(ref, m.Title, m.Body, m.DueAt)}, func(tx *store.Tx, t *Task, s *life.Step) error {
		m := m
		m.Title = sensitive.Line(m.Title)
		var l fault.List
		l.Check(m.Title != "", "title", "hot.title.missing")
		l.Within(m.Title, MaxTitle, "title", "case.title.long")
		l.Check(ts.lives(m.Body), "body", "task.body.missing")
		l.Check(m.DueAt != 0, "due", "task.due.missing")
		l.Check(m.DueAt == 0 || m.DueAt > tx.Now, "due", "task.due.past")
		l.Check(m.DueAt <= t.DueAt, "due", "task.due.after")
		if err := l.Or(); err != nil {
			return err
		}
		if len(t.Measures) >= maxMeasures {
			return fault.New(fault.Conflict, "task.measures.many", maxMeasures)
		}
		m.ID = tx.NewID()
		tx.Exec(`insert into triage_measure (city, task, id, title, body, due_at, done_at, done_by, note, photo) values (?, ?, ?, ?, ?, ?, 0, 0, '', '')`,
			tx.City, id, m.ID, m.Title, m.Body, m.DueAt)
		s.Note, s.More = m.Title, change{Measure: m.ID, Due: m.DueAt, Bodies: []int64{m.Body}}
		return nil
	})
}

// Evidence shows that a measure is done: a note or a photo, of which the hash stands here.
type Evidence struct{ Note, Photo, ClientRef string }

// Tick says that a measure is done. What somebody else has ticked off meanwhile is a conflict, so that nobody's evidence gets lost unseen.
func (ts *Tasks) Tick(ctx context.Context, who access.Actor, id, of int64, e Evidence) error {
	return ts.do(ctx, who, id, tick, life.Step{ClientRef: life.Mark(e.ClientRef, of, e.Note, e.Photo)}, func(tx *store.Tx, t *Task, s *life.Step) error {
		i := slices.IndexFunc(t.Measures, func(m Measure) bool { return m.ID == of })
		switch {
		case i < 0:
			return ErrMissing
		case !t.Ticks(who, &t.Measures[i]):
			return access.ErrDenied
		case t.Measures[i].DoneAt != 0:
			return ErrTicked.With(t.Measures[i].Title)
		case !t.Open:
			return ErrStale
		}
		m, note := &t.Measures[i], oneNote(e.Note)
		var l fault.List
		l.Check(note != "" || e.Photo != "", "note", "task.evidence")
		l.Within(note, MaxNote, "note", "case.note.long")
		if err := l.Or(); err != nil {
			return err
		}
		tx.Exec(`update triage_measure set done_at = ?, done_by = ?, note = ?, photo = ? where city = ? and task = ? and id = ?`, tx.Now, who.Person, note, e.Photo, tx.City, id, of)
		s.Note, s.More = m.Title, change{Measure: of, Bodies: []int64{m.Body}}
		return nil
	})
}
