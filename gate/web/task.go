package web

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"mulin/gate/web/site"
	"mulin/gate/web/to"
	"mulin/gate/web/ui"
	"mulin/internal/i18n"
	"mulin/town/issue"
	"mulin/town/task"
)

// taskRoutes lead special tasks from the proposal to the assessment.
func (p *Pages) taskRoutes() []site.Route {
	all := append(site.Both("/hot/{id}/task", task.Lead, p.newTask, p.openTask), site.Both("/tasks/{id}/edit", task.Lead, p.editTask, p.saveTask)...)
	return append(all,
		site.Route{Pattern: "GET /tasks", Do: p.tasks, Need: task.Lead},
		site.Route{Pattern: "GET /tasks/{id}", Do: p.task, Need: task.Lead},
		site.Route{Pattern: "POST /tasks/{id}/advance", Do: p.advanceTask, Need: task.Lead},
		site.Route{Pattern: "POST /tasks/{id}/note", Do: p.noteTask, Need: task.Lead},
		site.Route{Pattern: "POST /tasks/{id}/measures", Do: p.addMeasure, Need: task.Lead},
		site.Route{Pattern: "POST /tasks/{id}/measures/{measure}", Do: p.tickMeasure, Need: task.Lead, Body: site.Upload},
		site.Route{Pattern: "GET /tasks/{id}/photos/{hash}", Do: p.taskPhoto, Need: task.Lead},
	)
}

// taskLine is a task in a list.
type taskLine struct {
	task.Task
	Where, Owner, Person string
	Limit                ui.Limit
	Look                 site.State
}

// yellow is how long before its deadline a task or measure is shown as soon due.
const yellow = 3 * 24 * 3600 * 1_000_000

func dueLimit(due, done int64, over bool) ui.Limit {
	if over && done == 0 {
		return ui.Limit{}
	}
	return ui.Limit{Due: due, Warn: due - yellow, Done: done}
}

func (p *Pages) taskLine(rq *site.Req, t *task.Task) taskLine {
	l := taskLine{Task: *t, Where: p.placeBelow(t.Path, ""), Owner: p.bodyName(t.Body), Person: p.Accounts.Name(t.Person), Limit: dueLimit(t.DueAt, 0, !t.Open), Look: taskLook[t.State]}
	return l
}

// taskLook is how a state looks; each has its own shape.
var taskLook = map[task.State]site.State{task.Proposed: site.Wait, task.Decided: site.Wait, task.UnderWay: site.Wait, task.Done: site.OK, task.Assessed: site.Grey, task.Dropped: site.Grey}

type tasksView struct {
	Closed bool
	Lines  []taskLine
	Next   string
	Topics []string
}

func (p *Pages) tasks(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	v := tasksView{Closed: rq.Query("closed") != "", Topics: p.hotTopics(rq)}
	page, err := p.Tasks.List(r.Context(), rq.Who, v.Closed, rq.Query("after"))
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
	Issue    site.Link
	Leads    bool
	Measures []measureLine
	History  []ui.Step
	Next     []task.State
	Found    []ui.Choice // units that answer to what was typed
	Form     *site.Form  // of the next state
	Say      *site.Form
	Add      *site.Form
	Kept     []keptPhoto
	Topics   []string
}

// measureLine is a measure on its task's page.
type measureLine struct {
	task.Measure
	Owner, By string
	Limit     ui.Limit
	Shot      []ui.Photo
	Ticks     bool
	Form      *site.Form
}

func (p *Pages) task(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	v, err := p.taskView(r.Context(), rq, r.PathValue("id"))
	if err != nil {
		return err
	}
	return rq.Show(w, taskPage(v))
}

func (p *Pages) taskView(ctx context.Context, rq *site.Req, key string) (taskView, error) {
	one, err := p.Tasks.Get(ctx, rq.Who, id(key))
	if err != nil {
		return taskView{}, err
	}
	v := taskView{taskLine: p.taskLine(rq, &one), Leads: one.Leads(rq.Who), Form: site.NewForm().Part("advance"), Say: site.NewForm().Part("say"), Add: site.NewForm().Part("add"), Topics: p.hotTopics(rq)}
	if hasHot(rq.Who) && one.Issue != 0 {
		if f, err := p.Issues.File(ctx, rq.Who, one.Issue, issue.Quarter, ""); err == nil {
			v.Issue = site.Link{URL: to.Issue(f.ID), Label: p.issueTitle(rq, &f.Row), Count: strconv.Itoa(f.Row.Cases)}
		}
	}
	if v.Leads {
		v.Next = one.State.Next()
	}
	for i := range one.Measures {
		m := &one.Measures[i]
		l := measureLine{Measure: *m, Owner: p.bodyName(m.Body), By: p.Accounts.Name(m.DoneBy), Limit: dueLimit(m.DueAt, m.DoneAt, !one.Open), Ticks: m.DoneAt == 0 && one.Open && one.Ticks(rq.Who, m),
			Form: site.NewForm().Part("m" + to.Digits(m.ID))}
		if m.Photo != "" {
			url := to.Task(one.ID) + "/photos/" + m.Photo
			l.Shot = []ui.Photo{{URL: url, Thumb: url + "?small", Alt: rq.T("task.shot", m.Title)}}
		}
		v.Measures = append(v.Measures, l)
	}
	v.History = p.taskHistory(rq, one.Steps)
	return v, nil
}

func (p *Pages) taskHistory(rq *site.Req, steps []task.Step) []ui.Step {
	var all []ui.Step
	for _, s := range steps {
		who := []string{}
		for _, name := range []string{p.Accounts.Name(s.Person), p.Bodies.NameAt(s.Body, s.At)} {
			if name != "" {
				who = append(who, name)
			}
		}
		look := site.OK
		if s.State == task.Dropped || s.Verb == "note" || s.Verb == "save" {
			look = site.Grey
		}
		all = append(all, ui.Step{At: s.At, What: rq.T("task.step." + s.Verb), Who: strings.Join(who, " · "), State: look, Said: s.Note})
	}
	return all
}

// taskPhoto serves the evidence of a measure to those who may read the task.
func (p *Pages) taskPhoto(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	one, err := p.Tasks.Get(r.Context(), rq.Who, id(r.PathValue("id")))
	if err != nil {
		return err
	}
	hash := r.PathValue("hash")
	if !one.HasPhoto(hash) {
		return site.ErrMissing
	}
	return p.sendPhoto(w, r, hash)
}

// sharedTask is what a resident reads of the special task that a case belongs to.
func (p *Pages) sharedTask(ctx context.Context, rq *site.Req, caseID int64) (string, error) {
	s, err := p.Tasks.OfCase(ctx, caseID)
	if err != nil || s.Title == "" {
		return "", err
	}
	return rq.T("task.shared", s.Title, rq.Date(s.DueAt, rq.Brand.Zone), i18n.Key("task.state."+string(s.State))), nil
}
