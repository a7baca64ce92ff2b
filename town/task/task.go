// Package task keeps special tasks: what is decided about a hot issue, with measures that bodies tick off and an outcome.
package task

import (
	"context"
	"slices"
	"strconv"

	"mulin/internal/access"
	"mulin/internal/fault"
	"mulin/internal/ledger"
	"mulin/internal/life"
	"mulin/internal/store"
	"mulin/town/body"
	"mulin/town/issue"
)

// Lead is the right to open special tasks and lead them over a territory; with the scope of a body it is to read those the body has a part in, and to
// tick off its measures.
const Lead access.Right = "triage.task"

// Faults of special tasks.
var (
	ErrMissing = fault.New(fault.Missing, "task.missing")
	ErrStale   = fault.New(fault.Conflict, "task.stale") // somebody has done a step meanwhile
	ErrUndone  = fault.New(fault.Conflict, "task.undone")
	ErrTicked  = fault.New(fault.Conflict, "task.ticked.before") // {0} is the measure
)

// Tasks are the special tasks of one city.
type Tasks struct {
	room   *life.Room[Task]
	city   *store.City
	bodies *body.Bodies
}

// New makes the special tasks of a city. What is open about an issue goes with it when it becomes part of another.
func New(city *store.City, bodies *body.Bodies, issues *issue.Issues) *Tasks {
	issues.OnUnite(func(tx *store.Tx, from, into int64) {
		tx.Exec(`update triage_task set issue = ? where city = ? and issue = ?`, into, tx.City, from)
	})
	ts := &Tasks{city: city, bodies: bodies}
	ts.room = ts.newRoom()
	return ts
}

// State is where a special task stands.
type State = life.State

// The states.
const (
	Proposed State = "proposed"
	Decided  State = "decided"
	UnderWay State = "under_way"
	Done     State = "done"
	Assessed State = "assessed"
	Dropped  State = "dropped"
)

// Task is a special task. Times are µs UTC, 0 for none.
type Task struct {
	life.Life
	Title     string
	Issue     int64
	Path      string
	Body      int64
	Person    int64
	Published bool
	Outcome   string
	OpenedAt  int64
	ClosedAt  int64

	Measures []Measure
	Steps    []life.Happened // the newest first
}

// Measure is one thing to be done for a task.
type Measure struct {
	Task   int64
	ID     int64
	Title  string
	Body   int64
	DueAt  int64
	DoneAt int64
	DoneBy int64
	Note   string
	Photo  string // hash
}

var columns = life.Columns("t") + `, t.title, t.issue, t.path, t.body, t.person, t.published, t.outcome, t.opened_at, t.closed_at`

func scan(r store.Row) (Task, error) { return scanWith(r) }

func scanWith(r store.Row, more ...any) (t Task, err error) {
	return t, r.Scan(slices.Concat(t.Into(), []any{&t.Title, &t.Issue, &t.Path, &t.Body, &t.Person, &t.Published, &t.Outcome, &t.OpenedAt, &t.ClosedAt}, more)...)
}

func keep(tx *store.Tx, _ life.Verb, _, t *Task) {
	life.Update(tx, "triage_task", &t.Life, `title = ?, body = ?, person = ?, published = ?, outcome = ?, closed_at = ?`, t.Title, t.Body, t.Person, t.Published, t.Outcome, t.ClosedAt)
}

func scanMeasure(r store.Row) (m Measure, err error) {
	return m, r.Scan(&m.Task, &m.ID, &m.Title, &m.Body, &m.DueAt, &m.DoneAt, &m.DoneBy, &m.Note, &m.Photo)
}

const measureColumns = `task, id, title, body, due_at, done_at, done_by, note, photo`

// At is where rights on the task are asked for: the territory leads it, taking part does not.
func (t *Task) At() access.At { return access.At{Path: t.Path} }

// Subject is the task in the ledger.
func (t *Task) Subject() ledger.Subject { return ledger.Subject{Kind: "task", ID: t.ID, Path: t.Path} }

// bodies are all that have a part in the task.
func (t *Task) bodies() []int64 {
	all := []int64{t.Body}
	for _, m := range t.Measures {
		if !slices.Contains(all, m.Body) {
			all = append(all, m.Body)
		}
	}
	return all
}

// Leads tells whether the actor may change the task itself.
func (t *Task) Leads(who access.Actor) bool { return who.May(Lead, access.At{Path: t.Path}) == nil }

// Ticks tells whether the actor may tick off a measure: who leads the task, and the body that owns the measure.
func (t *Task) Ticks(who access.Actor, m *Measure) bool {
	return t.Leads(who) || who.Has(Lead) && m.Body != 0 && who.In(m.Body)
}

// seen tells whether the actor may read the task: where it holds lies within reach, or a body of theirs has a part in it.
func (t *Task) seen(who access.Actor) bool {
	return t.Leads(who) || who.Has(Lead) && slices.ContainsFunc(t.bodies(), func(b int64) bool { return b != 0 && who.In(b) })
}

// Ticked counts the measures that are done.
func (t *Task) Ticked() (done int) {
	for _, m := range t.Measures {
		if m.DoneAt != 0 {
			done++
		}
	}
	return done
}

// HasPhoto tells whether a picture is evidence of one of the task's measures.
func (t *Task) HasPhoto(hash string) bool {
	return hash != "" && slices.ContainsFunc(t.Measures, func(m Measure) bool { return m.Photo == hash })
}

// Get reads one task with its measures and history.
func (ts *Tasks) Get(ctx context.Context, who access.Actor, id int64) (Task, error) {
	t, err := ts.room.Load(ctx, ts.city, id)
	if err != nil {
		return Task{}, err
	}
	if !t.seen(who) {
		return Task{}, ErrMissing
	}
	t.Steps, _, err = life.Timeline(ctx, ts.city, ts.city.ID, id)
	slices.Reverse(t.Steps)
	return t, err
}

// measures reads what is to be done for a task.
func (ts *Tasks) measures(ctx context.Context, q store.Querier, t *Task) (err error) {
	t.Measures, err = store.All(ctx, q, scanMeasure, `select `+measureColumns+` from triage_measure where city = ? and task = ? order by id limit 200`, ts.city.ID, t.ID)
	return err
}

// Page is one page of tasks; Next is the cursor behind it.
type Page struct {
	Tasks []Task
	Next  string
}

const pageRows = 50

// List reads the tasks within the actor's reach, those due first; the closed ones, the newest first.
func (ts *Tasks) List(ctx context.Context, who access.Actor, closed bool, after string) (Page, error) {
	if !who.Has(Lead) {
		return Page{}, access.ErrDenied
	}
	sql, args := within(who)
	where := `t.city = ? and t.open = ? and ` + sql
	args = append([]any{ts.city.ID, !closed}, args...)
	order := `t.due_at, t.id`
	at, id, ok := store.Behind(after)
	if closed {
		order = `t.closed_at desc, t.id desc`
		if ok {
			where += ` and (t.closed_at, t.id) < (?, ?)`
		}
	} else if ok {
		where += ` and (t.due_at, t.id) > (?, ?)`
	}
	if ok {
		args = append(args, at, id)
	}
	all, err := store.All(ctx, ts.city, scan, `select `+columns+` from triage_task t where `+where+` order by `+order+` limit `+strconv.Itoa(pageRows+1), args...)
	if err != nil {
		return Page{}, err
	}
	p := Page{Tasks: all}
	if len(all) > pageRows {
		p.Tasks = all[:pageRows]
		last := p.Tasks[pageRows-1]
		p.Next = store.Cursor(last.DueAt, last.ID)
		if closed {
			p.Next = store.Cursor(last.ClosedAt, last.ID)
		}
	}
	return p, ts.withMeasures(ctx, p.Tasks)
}

// within writes which tasks the actor may read.
func within(who access.Actor) (sql string, args []any) {
	reach := who.Reach(Lead)
	reach.Bodies = who.Bodies()
	sql, args = reach.Where("t.path", `t.body = ?`)
	if reach.All || len(reach.Bodies) == 0 {
		return sql, args
	}
	for _, b := range reach.Bodies {
		args = append(args, b)
	}
	return `(` + sql + ` or exists (select 1 from triage_measure m where m.city = t.city and m.task = t.id and m.body in (` + store.In(len(reach.Bodies)) + `)))`, args
}

// withMeasures reads the measures of a page of tasks.
func (ts *Tasks) withMeasures(ctx context.Context, tasks []Task) error {
	if len(tasks) == 0 {
		return nil
	}
	args := []any{ts.city.ID}
	at := map[int64]*Task{}
	for i := range tasks {
		args = append(args, tasks[i].ID)
		at[tasks[i].ID] = &tasks[i]
	}
	all, err := store.All(ctx, ts.city, scanMeasure, `select `+measureColumns+` from triage_measure where city = ? and task in (`+store.In(len(tasks))+`) order by task, id`, args...)
	for _, m := range all {
		at[m.Task].Measures = append(at[m.Task].Measures, m)
	}
	return err
}

// OfIssue are the tasks of an issue that the actor may read.
func (ts *Tasks) OfIssue(ctx context.Context, who access.Actor, issue int64) ([]Task, error) {
	all, err := store.All(ctx, ts.city, scan, `select `+columns+` from triage_task t where t.city = ? and t.issue = ? order by t.id desc limit 20`, ts.city.ID, issue)
	if err == nil {
		err = ts.withMeasures(ctx, all)
	}
	return slices.DeleteFunc(all, func(t Task) bool { return !t.seen(who) }), err
}

// Shared is what a resident reads of the task their case belongs to.
type Shared struct {
	Title string
	State State
	DueAt int64
}

// OfCase is the newest published task that a case belongs to through its issue; none has an empty title. Who may read the case may read this.
func (ts *Tasks) OfCase(ctx context.Context, id int64) (Shared, error) {
	s, err := store.One(ctx, ts.city, func(row store.Row) (s Shared, err error) { return s, row.Scan(&s.Title, &s.State, &s.DueAt) },
		`select t.title, t.status, t.due_at from triage_issue_case i join triage_task t on t.city = i.city and t.issue = i.issue join cases c on c.city = i.city and c.id = i.case_id
		where i.city = ? and i.case_id = ? and t.published and t.status not in ('proposed', 'dropped') and c.path >= t.path and c.path < t.path || '~' order by t.id desc limit 1`, ts.city.ID, id)
	return s, store.IfNone(err, nil)
}
