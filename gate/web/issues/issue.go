package issues

import (
	"cmp"
	"context"
	"net/http"
	"strings"

	"mulin/gate/web/cases"
	"mulin/gate/web/live"
	"mulin/gate/web/site"
	"mulin/gate/web/tasks"
	"mulin/gate/web/to"
	"mulin/gate/web/ui"
	"mulin/internal/access"
	"mulin/internal/fault"
	"mulin/town/casework"
	"mulin/town/issue"
	"mulin/town/task"
)

// issueView is one issue.
type issueView struct {
	hotLine
	Periods []site.Link
	Period  issue.Period
	Formula string
	Cases   []cases.Row
	Next    string
	Tasks   []tasks.Line
	MayMend bool
	MayTask bool
	Others  []ui.Choice // issues it may be merged into, or its cases be moved to
	Form    *site.Form
	Form2   *site.Form // of merging
	Form3   *site.Form // of moving
	Topics  []string
}

func (p *Pages) hotIssue(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	v, err := p.issueView(r.Context(), rq, r.PathValue("id"))
	if err != nil {
		return err
	}
	return rq.Show(w, issuePage(v))
}

func (p *Pages) issueView(ctx context.Context, rq *site.Req, key string) (issueView, error) {
	period := issue.Period(cmp.Or(rq.Query("period"), string(issue.Quarter)))
	f, err := p.Issues.File(ctx, rq.Who, to.Number(key), period, rq.Query("after"))
	if err != nil {
		return issueView{}, err
	}
	url := to.Issue(f.ID)
	v := issueView{hotLine: p.hotLine(rq, f.Row, 0, f.Weights), Period: period, Periods: p.periods(rq, url), Formula: p.hotFormula(rq, f.Weights), Next: f.Next,
		MayMend: rq.Who.May(casework.Handle, access.At{Path: f.Whole}) == nil, MayTask: rq.Who.Has(task.Lead) && p.leadsSome(rq.Who, f.Whole),
		Form: site.NewForm("title", f.Title).Part("rename"), Form2: site.NewForm().Part("merge"), Form3: site.NewForm().Part("move"), Topics: live.Issues(rq.Who)}
	if v.Cases, err = p.Cases.Rows(ctx, rq, f.Page); err != nil {
		return v, err
	}
	tasks, err := p.Tasks.OfIssue(ctx, rq.Who, f.ID)
	if err != nil {
		return v, err
	}
	for i := range tasks {
		v.Tasks = append(v.Tasks, p.Lines.Line(rq, &tasks[i]))
	}
	if v.MayMend || rq.Who.Has(casework.Handle) {
		err = p.otherIssues(ctx, rq, &v)
	}
	return v, err
}

// leadsSome tells whether the actor leads tasks over the place or over a part of it.
func (p *Pages) leadsSome(who access.Actor, path string) bool {
	if who.May(task.Lead, access.At{Path: path}) == nil {
		return true
	}
	for _, root := range who.Reach(task.Lead).Paths {
		if strings.HasPrefix(root, path) {
			return true
		}
	}
	return false
}

// otherIssues are what the board of the quarter holds besides this one.
func (p *Pages) otherIssues(ctx context.Context, rq *site.Req, v *issueView) error {
	b, err := p.Issues.Board(ctx, rq.Who, issue.Quarter)
	for _, x := range b.Rows {
		if x.ID != v.ID {
			v.Others = append(v.Others, ui.Choice{Value: to.Digits(x.ID), Label: p.IssueTitle(rq, &x)})
		}
	}
	return err
}

// issueForm reads what was typed about an issue, and shows the issue again with what was wrong.
func (p *Pages) issueForm(r *http.Request, rq *site.Req) (f *site.Form, again func(w http.ResponseWriter, set func(*issueView), err error) error, err error) {
	f, err = rq.Form()
	return f, func(w http.ResponseWriter, set func(*issueView), cause error) error {
		v, err := p.issueView(r.Context(), rq, r.PathValue("id"))
		if err != nil {
			return err
		}
		set(&v)
		return rq.Again(w, f, cause, issuePage(v))
	}, err
}

func (p *Pages) hotRename(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	f, again, err := p.issueForm(r, rq)
	if err != nil {
		return err
	}
	if err := p.Issues.Rename(r.Context(), rq.Who, to.Number(r.PathValue("id")), f.Value("title")); err != nil {
		return again(w, func(v *issueView) { v.Form = f.Part("rename") }, err)
	}
	return rq.Done(w, to.Issues()+"/"+r.PathValue("id"), "common.saved")
}

func (p *Pages) hotMerge(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	f, again, err := p.issueForm(r, rq)
	if err != nil {
		return err
	}
	into := f.Int("into")
	if into == 0 {
		err = fault.Field("into", "hot.merge.missing")
	} else {
		err = p.Issues.Merge(r.Context(), rq.Who, to.Number(r.PathValue("id")), into)
	}
	if err != nil {
		return again(w, func(v *issueView) { v.Form2 = f.Part("merge") }, err)
	}
	return rq.Done(w, to.Issue(into), "hot.merged")
}

// hotMove takes a case out of an issue, or puts it into another.
func (p *Pages) hotMove(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	f, again, err := p.issueForm(r, rq)
	if err != nil {
		return err
	}
	file, err := p.Desk.Get(r.Context(), rq.Who, r.PathValue("number"))
	if err != nil {
		return err
	}
	into := f.Int("issue")
	if into == 0 {
		err = p.Issues.TakeOut(r.Context(), rq.Who, file.ID)
	} else {
		err = p.Issues.MoveTo(r.Context(), rq.Who, file.ID, into)
	}
	if err != nil {
		return again(w, func(v *issueView) { v.Form3 = f.Part("move") }, err)
	}
	return rq.Done(w, to.Issues()+"/"+cmp.Or(f.Value("back"), r.PathValue("id")), "hot.moved", file.Number)
}
