package tasks

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"mulin/gate/web/live"
	"mulin/gate/web/names"
	"mulin/gate/web/photos"
	"mulin/gate/web/site"
	"mulin/gate/web/to"
	"mulin/gate/web/ui"
	"mulin/internal/life"
	"mulin/town/issue"
	"mulin/town/task"
)

// Line is a task in a list.
type Line struct {
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

// Line is a task as a list shows it.
func (p *Pages) Line(rq *site.Req, t *task.Task) Line {
	l := Line{Task: *t, Where: p.PlaceBelow(t.Path, ""), Owner: p.BodyName(t.Body), Person: p.Accounts.Name(t.Person), Limit: dueLimit(t.DueAt, 0, !t.Open), Look: taskLook[t.Status]}
	return l
}

// taskLook is how a state looks; each has its own shape.
var taskLook = map[task.State]site.State{task.Proposed: site.Wait, task.Decided: site.Wait, task.UnderWay: site.Wait, task.Done: site.OK, task.Assessed: site.Grey, task.Dropped: site.Grey}

type tasksView struct {
	Closed bool
	Opens  bool // the reader may open a task from a hot issue
	Lines  []Line
	Next   string
	Topics []string
}

func (p *Pages) tasks(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	v := tasksView{Closed: rq.Query("closed") != "", Opens: names.SeesIssues(rq.Who) && (rq.Who.Program || len(rq.Who.Reach(task.Lead).Paths) > 0), Topics: live.Issues(rq.Who)}
	page, err := p.Tasks.List(r.Context(), rq.Who, v.Closed, rq.Query("after"))
	if err != nil {
		return err
	}
	for i := range page.Tasks {
		v.Lines = append(v.Lines, p.Line(rq, &page.Tasks[i]))
	}
	v.Next = page.Next
	return rq.Show(w, tasksPage(v))
}

// taskView is one task's page.
type taskView struct {
	Line
	Issue    site.Link
	Leads    bool
	Measures []measureLine
	History  []ui.Step
	Next     []task.State
	Found    []ui.Choice // units that answer to what was typed
	Form     *site.Form  // of the next state
	Say      *site.Form
	Add      *site.Form
	Kept     []photos.Kept
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
	one, err := p.Tasks.Get(ctx, rq.Who, to.Number(key))
	if err != nil {
		return taskView{}, err
	}
	v := taskView{Line: p.Line(rq, &one), Leads: one.Leads(rq.Who), Form: site.NewForm().Part("advance"), Say: site.NewForm().Part("say"), Add: site.NewForm().Part("add"), Topics: live.Issues(rq.Who)}
	if names.SeesIssues(rq.Who) && one.Issue != 0 {
		if f, err := p.Issues.File(ctx, rq.Who, one.Issue, issue.Quarter, ""); err == nil {
			v.Issue = site.Link{URL: to.Issue(f.ID), Label: p.IssueTitle(rq, &f.Row), Count: strconv.Itoa(f.Row.Cases)}
		}
	}
	if v.Leads {
		v.Next = task.Next(one.Status)
	}
	for i := range one.Measures {
		m := &one.Measures[i]
		l := measureLine{Measure: *m, Owner: p.BodyName(m.Body), By: p.Accounts.Name(m.DoneBy), Limit: dueLimit(m.DueAt, m.DoneAt, !one.Open), Ticks: m.DoneAt == 0 && one.Open && one.Ticks(rq.Who, m),
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

func (p *Pages) taskHistory(rq *site.Req, steps []life.Happened) []ui.Step {
	var all []ui.Step
	for _, s := range steps {
		who := []string{}
		for _, name := range []string{p.Accounts.Name(s.Person), p.Bodies.NameAt(s.Body, s.At)} {
			if name != "" {
				who = append(who, name)
			}
		}
		look := site.OK
		if s.Status == task.Dropped || s.Verb == "note" || s.Verb == "save" {
			look = site.Grey
		}
		all = append(all, ui.Step{At: s.At, What: rq.T("task.verb." + string(s.Verb)), Who: strings.Join(who, " · "), State: look, Said: s.Note})
	}
	return all
}

// taskPhoto serves the evidence of a measure to those who may read the task.
func (p *Pages) taskPhoto(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	one, err := p.Tasks.Get(r.Context(), rq.Who, to.Number(r.PathValue("id")))
	if err != nil {
		return err
	}
	hash := r.PathValue("hash")
	if !one.HasPhoto(hash) {
		return site.ErrMissing
	}
	return p.Photos.Send(w, r, hash)
}
