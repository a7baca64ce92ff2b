package web

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"mulin/internal/clock"
	"mulin/internal/fault"
	"mulin/internal/i18n"
	"mulin/town/triage"
)

const tasksURL = "/tasks"

// taskRoutes lead special tasks from the proposal to the assessment.
func (p *Pages) taskRoutes() []Route {
	all := append(both("/hot/{id}/task", triage.Tasks, p.newTask, p.openTask), both("/tasks/{id}/edit", triage.Tasks, p.editTask, p.saveTask)...)
	return append(all,
		Route{Pattern: "GET /tasks", Do: p.tasks, Need: triage.Tasks},
		Route{Pattern: "GET /tasks/{id}", Do: p.task, Need: triage.Tasks},
		Route{Pattern: "POST /tasks/{id}/advance", Do: p.advanceTask, Need: triage.Tasks},
		Route{Pattern: "POST /tasks/{id}/note", Do: p.noteTask, Need: triage.Tasks},
		Route{Pattern: "POST /tasks/{id}/measures", Do: p.addMeasure, Need: triage.Tasks},
		Route{Pattern: "POST /tasks/{id}/measures/{measure}", Do: p.tickMeasure, Need: triage.Tasks, Body: Upload},
		Route{Pattern: "GET /tasks/{id}/photos/{hash}", Do: p.taskPhoto, Need: triage.Tasks},
	)
}

// taskLine is a task in a list.
type taskLine struct {
	triage.Task
	Where, Owner, Person string
	Limit                Limit
	Look                 State
}

// yellow is how long before its deadline a task or measure is shown as soon due.
const yellow = 3 * 24 * 3600 * 1_000_000

func dueLimit(due, done int64, over bool) Limit {
	if over && done == 0 {
		return Limit{}
	}
	return Limit{Due: due, Warn: due - yellow, Done: done}
}

func (p *Pages) taskLine(rq *Req, t *triage.Task) taskLine {
	l := taskLine{Task: *t, Where: p.placeBelow(t.Path, ""), Owner: p.bodyName(t.Body), Person: p.Accounts.Name(t.Person), Limit: dueLimit(t.DueAt, 0, !t.Open), Look: taskLook[t.State]}
	return l
}

// taskLook is how a state looks; each has its own shape.
var taskLook = map[triage.State]State{triage.Proposed: Wait, triage.Decided: Wait, triage.UnderWay: Wait, triage.Done: OK, triage.Assessed: Grey, triage.Dropped: Grey}

type tasksView struct {
	Closed bool
	Lines  []taskLine
	Next   string
	Topics []string
}

func (p *Pages) tasks(w http.ResponseWriter, r *http.Request, rq *Req) error {
	v := tasksView{Closed: rq.Query("closed") != "", Topics: p.hotTopics(rq)}
	page, err := p.Triage.TaskList(r.Context(), rq.Who, v.Closed, rq.Query("after"))
	if err != nil {
		return err
	}
	for i := range page.Tasks {
		v.Lines = append(v.Lines, p.taskLine(rq, &page.Tasks[i]))
	}
	v.Next = page.Next
	return rq.Show(w, tasksPage(v))
}

// taskView is one task's page.
type taskView struct {
	taskLine
	Issue    Link
	Leads    bool
	Measures []measureLine
	History  []Step
	Next     []triage.State
	Found    []Choice // units that answer to what was typed
	Form     *Form    // of the next state
	Say      *Form
	Add      *Form
	Kept     []keptPhoto
	Topics   []string
}

// measureLine is a measure on its task's page.
type measureLine struct {
	triage.Measure
	Owner, By string
	Limit     Limit
	Shot      []Photo
	Ticks     bool
	Form      *Form
}

func (p *Pages) task(w http.ResponseWriter, r *http.Request, rq *Req) error {
	v, err := p.taskView(r.Context(), rq, r.PathValue("id"))
	if err != nil {
		return err
	}
	return rq.Show(w, taskPage(v))
}

func (p *Pages) taskView(ctx context.Context, rq *Req, key string) (taskView, error) {
	one, err := p.Triage.Task(ctx, rq.Who, id(key))
	if err != nil {
		return taskView{}, err
	}
	v := taskView{taskLine: p.taskLine(rq, &one), Leads: one.Leads(rq.Who), Form: NewForm().Part("advance"), Say: NewForm().Part("say"), Add: NewForm().Part("add"), Topics: p.hotTopics(rq)}
	if hasHot(rq.Who) && one.Issue != 0 {
		if f, err := p.Triage.IssueOf(ctx, rq.Who, one.Issue, triage.Quarter, ""); err == nil {
			v.Issue = Link{URL: hotURL + "/" + digits(f.ID), Label: p.issueTitle(rq, &f.HotRow), Count: itoa(f.HotRow.Cases)}
		}
	}
	if v.Leads {
		v.Next = one.State.Next()
	}
	for i := range one.Measures {
		m := &one.Measures[i]
		l := measureLine{Measure: *m, Owner: p.bodyName(m.Body), By: p.Accounts.Name(m.DoneBy), Limit: dueLimit(m.DueAt, m.DoneAt, !one.Open), Ticks: m.DoneAt == 0 && one.Open && one.Ticks(rq.Who, m),
			Form: NewForm().Part("m" + digits(m.ID))}
		if m.Photo != "" {
			url := tasksURL + "/" + digits(one.ID) + "/photos/" + m.Photo
			l.Shot = []Photo{{URL: url, Thumb: url + "?small", Alt: rq.T("task.shot", m.Title)}}
		}
		v.Measures = append(v.Measures, l)
	}
	v.History = p.taskHistory(rq, one.Steps)
	return v, nil
}

func (p *Pages) taskHistory(rq *Req, steps []triage.TaskStep) []Step {
	var all []Step
	for _, s := range steps {
		who := []string{}
		for _, name := range []string{p.Accounts.Name(s.Person), p.Bodies.NameAt(s.Body, s.At)} {
			if name != "" {
				who = append(who, name)
			}
		}
		look := OK
		if s.State == triage.Dropped || s.Verb == "note" || s.Verb == "save" {
			look = Grey
		}
		all = append(all, Step{At: s.At, What: rq.T("task.step." + s.Verb), Who: strings.Join(who, " · "), State: look, Said: s.Note})
	}
	return all
}

// taskDraft reads a task from its form; the unit is picked as everywhere.
func (p *Pages) taskDraft(rq *Req, f *Form) (d triage.TaskDraft, found []Choice, err error) {
	d = triage.TaskDraft{Title: f.Value("title"), Person: f.Int("person"), DueAt: p.deadline(rq, f.Value("due")), Published: f.Has("published", "1")}
	d.Body, found, err = picked(f, "body", p.findBody)
	return d, found, err
}

// deadline is the end of a day in the city's time; 0 if it isn't one.
func (p *Pages) deadline(rq *Req, day string) int64 {
	zone := rq.Brand.Zone
	if zone == nil {
		zone = time.UTC
	}
	at, err := time.ParseInLocation(time.DateOnly, day, zone)
	if err != nil || at.Year() > 2200 {
		return 0
	}
	return clock.Micros(at.AddDate(0, 0, 1)) - 1_000_000
}

func dayOf(rq *Req, at int64) string {
	zone := rq.Brand.Zone
	if zone == nil {
		zone = time.UTC
	}
	return clock.Time(at).In(zone).Format(time.DateOnly)
}

// taskFormView is the form of a task.
type taskFormView struct {
	Title  string
	Crumbs []Link
	Found  []Choice
	People []Choice // who may answer for it: the people of the unit that owns it
	Back   string
}

func (p *Pages) newTask(w http.ResponseWriter, r *http.Request, rq *Req) error {
	v, title, err := p.newTaskView(r, rq)
	if err != nil {
		return err
	}
	return rq.Show(w, taskFormPage(v, NewForm("title", title, "due", dayOf(rq, rq.Now+30*24*3600*1_000_000), "published", "1")))
}

func (p *Pages) newTaskView(r *http.Request, rq *Req) (v taskFormView, title string, err error) {
	f, err := p.Triage.IssueOf(r.Context(), rq.Who, id(r.PathValue("id")), triage.Quarter, "")
	if err != nil {
		return v, "", err
	}
	title = p.issueTitle(rq, &f.HotRow)
	url := hotURL + "/" + digits(f.ID)
	return taskFormView{Title: rq.T("task.new"), Back: url, Crumbs: []Link{{URL: hotURL, Label: rq.T("hot.title")}, {URL: url, Label: title}}}, title, nil
}

func (p *Pages) openTask(w http.ResponseWriter, r *http.Request, rq *Req) error {
	f, err := rq.Form()
	if err != nil {
		return err
	}
	v, _, err := p.newTaskView(r, rq)
	if err != nil {
		return err
	}
	d, found, err := p.taskDraft(rq, f)
	v.Found = found
	d.Issue = id(r.PathValue("id"))
	var one triage.Task
	if err == nil {
		one, err = p.Triage.OpenTask(r.Context(), rq.Who, d)
	}
	if err != nil {
		return rq.Again(w, f, err, taskFormPage(v, f))
	}
	return rq.Done(w, tasksURL+"/"+digits(one.ID), "task.opened")
}

func (p *Pages) editTaskView(r *http.Request, rq *Req) (v taskFormView, one triage.Task, err error) {
	one, err = p.Triage.Task(r.Context(), rq.Who, id(r.PathValue("id")))
	if err != nil {
		return v, one, err
	}
	if !one.Leads(rq.Who) || !one.Open {
		return v, one, errMissing
	}
	v = taskFormView{Title: rq.T("task.edit"), Back: tasksURL + "/" + digits(one.ID), Crumbs: []Link{{URL: tasksURL, Label: rq.T("task.title")}, {URL: tasksURL + "/" + digits(one.ID), Label: one.Title}}}
	for _, w := range p.Accounts.Serving(one.Body) {
		v.People = append(v.People, Choice{Value: digits(w.Person), Label: w.Name})
	}
	return v, one, nil
}

func (p *Pages) editTask(w http.ResponseWriter, r *http.Request, rq *Req) error {
	v, one, err := p.editTaskView(r, rq)
	if err != nil {
		return err
	}
	f := NewForm("title", one.Title, "body", p.bodyName(one.Body), "due", dayOf(rq, one.DueAt), "version", digits(one.Version))
	if one.Person != 0 {
		f.values.Set("person", digits(one.Person))
	}
	if one.Published {
		f.values.Set("published", "1")
	}
	return rq.Show(w, taskFormPage(v, f))
}

func (p *Pages) saveTask(w http.ResponseWriter, r *http.Request, rq *Req) error {
	f, err := rq.Form()
	if err != nil {
		return err
	}
	v, one, err := p.editTaskView(r, rq)
	if err != nil {
		return err
	}
	d, found, err := p.taskDraft(rq, f)
	v.Found = found
	if err == nil {
		err = p.Triage.SaveTask(r.Context(), rq.Who, one.ID, f.Int("version"), d)
	}
	if err != nil {
		return rq.Again(w, f, err, taskFormPage(v, f))
	}
	return rq.Done(w, tasksURL+"/"+digits(one.ID), "common.saved")
}

// taskAct reads a form of a task's page, does what it asks and shows the page again if that failed.
func (p *Pages) taskAct(w http.ResponseWriter, r *http.Request, rq *Req, said string, do func(f *Form, task int64) error, put func(v *taskView, f *Form)) error {
	f, err := rq.Form()
	if err != nil {
		return err
	}
	task := id(r.PathValue("id"))
	if err = do(f, task); err == nil {
		return rq.Done(w, tasksURL+"/"+digits(task), said)
	}
	if faults, ok := fault.As(err); !ok || faults[0].Kind == fault.Denied || faults[0].Kind == fault.Missing {
		return err
	}
	v, verr := p.taskView(r.Context(), rq, r.PathValue("id"))
	if verr != nil {
		return verr
	}
	put(&v, f)
	return rq.Again(w, f, err, taskPage(v))
}

func (p *Pages) advanceTask(w http.ResponseWriter, r *http.Request, rq *Req) error {
	return p.taskAct(w, r, rq, "task.advanced", func(f *Form, task int64) error {
		return p.Triage.Advance(r.Context(), rq.Who, task, f.Int("version"), triage.State(f.Value("to")), f.Value("note"))
	}, func(v *taskView, f *Form) { v.Form = f.Part("advance") })
}

func (p *Pages) noteTask(w http.ResponseWriter, r *http.Request, rq *Req) error {
	return p.taskAct(w, r, rq, "task.noted", func(f *Form, task int64) error {
		return p.Triage.Say(r.Context(), rq.Who, task, f.Value("note"))
	}, func(v *taskView, f *Form) { v.Say = f.Part("say") })
}

func (p *Pages) addMeasure(w http.ResponseWriter, r *http.Request, rq *Req) error {
	var found []Choice
	return p.taskAct(w, r, rq, "task.measure.added", func(f *Form, task int64) error {
		m := triage.Measure{Title: f.Value("title"), DueAt: p.deadline(rq, f.Value("due"))}
		var err error
		if m.Body, found, err = picked(f, "body", p.findBody); err != nil {
			return err
		}
		return p.Triage.AddMeasure(r.Context(), rq.Who, task, m)
	}, func(v *taskView, f *Form) { v.Add, v.Found = f.Part("add"), found })
}

func (p *Pages) tickMeasure(w http.ResponseWriter, r *http.Request, rq *Req) error {
	measure := id(r.PathValue("measure"))
	var kept []keptPhoto
	return p.taskAct(w, r, rq, "task.ticked", func(f *Form, task int64) error {
		one, err := p.Triage.Task(r.Context(), rq.Who, task)
		if err != nil {
			return err
		}
		if i := slices.IndexFunc(one.Measures, func(m triage.Measure) bool { return m.ID == measure }); i < 0 || !one.Ticks(rq.Who, &one.Measures[i]) {
			return triage.ErrNoTask // before its photos are taken
		}
		photos, again, err := p.takePhotos(r, f, "photo")
		if kept = again; err != nil {
			return err
		}
		photo := ""
		if len(photos) > 0 {
			photo = photos[len(photos)-1].Hash
		}
		return p.Triage.Tick(r.Context(), rq.Who, task, measure, f.Value("note"), photo)
	}, func(v *taskView, f *Form) {
		v.Kept = kept
		for i := range v.Measures {
			if v.Measures[i].ID == measure {
				v.Measures[i].Form = f.Part("m" + digits(measure))
			}
		}
	})
}

// taskPhoto serves the evidence of a measure to those who may read the task.
func (p *Pages) taskPhoto(w http.ResponseWriter, r *http.Request, rq *Req) error {
	one, err := p.Triage.Task(r.Context(), rq.Who, id(r.PathValue("id")))
	if err != nil {
		return err
	}
	hash := r.PathValue("hash")
	if !one.HasPhoto(hash) {
		return errMissing
	}
	return p.sendPhoto(w, r, hash)
}

// sharedTask is what a resident reads of the special task that a case belongs to.
func (p *Pages) sharedTask(ctx context.Context, rq *Req, caseID int64) (string, error) {
	s, err := p.Triage.TaskOfCase(ctx, caseID)
	if err != nil || s.Title == "" {
		return "", err
	}
	return rq.T("task.shared", s.Title, rq.Date(s.DueAt, rq.Brand.Zone), i18n.Key("task.state."+string(s.State))), nil
}
