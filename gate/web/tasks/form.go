package tasks

import (
	"net/http"
	"time"

	"mulin/gate/web/site"
	"mulin/gate/web/to"
	"mulin/gate/web/ui"
	"mulin/internal/clock"
	"mulin/town/issue"
	"mulin/town/task"
)

// taskDraft reads a task from its form; the unit is picked as everywhere.
func (p *Pages) taskDraft(rq *site.Req, f *site.Form) (d task.Plan, found []ui.Choice, err error) {
	d = task.Plan{Title: f.Value("title"), Person: f.Int("person"), DueAt: p.deadline(rq, f.Value("due")), Published: f.Has("published", "1"),
		ClientRef: f.Value("client_ref")}
	d.Body, found, err = ui.Picked(f, "body", p.FindBody)
	return d, found, err
}

// deadline is the end of a day in the city's time; 0 if it isn't one.
func (p *Pages) deadline(rq *site.Req, day string) int64 {
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

func dayOf(rq *site.Req, at int64) string {
	zone := rq.Brand.Zone
	if zone == nil {
		zone = time.UTC
	}
	return clock.Time(at).In(zone).Format(time.DateOnly)
}

// taskFormView is the form of a task.
type taskFormView struct {
	Title  string
	Crumbs []site.Link
	Found  []ui.Choice
	People []ui.Choice // who may answer for it: the people of the unit that owns it
	Back   string
}

func (p *Pages) newTask(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	v, title, err := p.newTaskView(r, rq)
	if err != nil {
		return err
	}
	return rq.Show(w, taskFormPage(v, site.NewForm("title", title, "due", dayOf(rq, rq.Now+30*24*3600*1_000_000), "published", "1")))
}

func (p *Pages) newTaskView(r *http.Request, rq *site.Req) (v taskFormView, title string, err error) {
	f, err := p.Issues.File(r.Context(), rq.Who, to.Number(r.PathValue("id")), issue.Quarter, "")
	if err != nil {
		return v, "", err
	}
	title = p.IssueTitle(rq, &f.Row)
	url := to.Issue(f.ID)
	return taskFormView{Title: rq.T("task.new"), Back: url, Crumbs: []site.Link{{URL: to.Issues(), Label: rq.T("hot.title")}, {URL: url, Label: title}}}, title, nil
}

func (p *Pages) openTask(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
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
	d.Issue = to.Number(r.PathValue("id"))
	var one task.Task
	if err == nil {
		one, err = p.Tasks.Open(r.Context(), rq.Who, d)
	}
	if err != nil {
		return rq.Again(w, f, err, taskFormPage(v, f))
	}
	return rq.Done(w, to.Task(one.ID), "task.opened")
}

func (p *Pages) editTaskView(r *http.Request, rq *site.Req) (v taskFormView, one task.Task, err error) {
	one, err = p.Tasks.Get(r.Context(), rq.Who, to.Number(r.PathValue("id")))
	if err != nil {
		return v, one, err
	}
	if !one.Leads(rq.Who) || !one.Open {
		return v, one, site.ErrMissing
	}
	v = taskFormView{Title: rq.T("task.edit"), Back: to.Task(one.ID), Crumbs: []site.Link{{URL: to.Tasks(), Label: rq.T("task.title")}, {URL: to.Task(one.ID), Label: one.Title}}}
	for _, w := range p.Accounts.Serving(one.Body) {
		v.People = append(v.People, ui.Choice{Value: to.Digits(w.Person), Label: w.Name})
	}
	return v, one, nil
}

func (p *Pages) editTask(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	v, one, err := p.editTaskView(r, rq)
	if err != nil {
		return err
	}
	f := site.NewForm("title", one.Title, "body", p.BodyName(one.Body), "due", dayOf(rq, one.DueAt), "version", to.Digits(one.Version))
	if one.Person != 0 {
		f.Set("person", to.Digits(one.Person))
	}
	if one.Published {
		f.Set("published", "1")
	}
	return rq.Show(w, taskFormPage(v, f))
}

func (p *Pages) saveTask(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
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
		err = p.Tasks.Save(r.Context(), rq.Who, one.ID, f.Int("version"), d)
	}
	if err != nil {
		return rq.Again(w, f, err, taskFormPage(v, f))
	}
	return rq.Done(w, to.Task(one.ID), "common.saved")
}
