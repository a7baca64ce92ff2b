package teach

import (
	"net/http"
	"slices"

	"mulin/gate/web/cases"
	"mulin/gate/web/site"
	"mulin/gate/web/to"
	"mulin/gate/web/ui"
	"mulin/town/answer"
	"mulin/town/casework"
	"mulin/town/catalog"
)

// answerRoutes edit what answers are held against.
func (p *Pages) answerRoutes() []site.Route {
	all := []site.Route{
		{Pattern: "GET " + to.Answers(), Do: p.lists(p.adminAnswers), Need: catalog.Edit},
		{Pattern: "GET " + to.Answers() + ".csv", Do: p.lists(p.exportAnswers), Need: catalog.Edit},
	}
	all = append(all, site.Both(to.Answers()+"/add", catalog.Edit, p.lists(p.newAnswerRule), p.lists(p.saveAnswerRule))...)
	all = append(all, site.Both(to.Answers()+"/import", catalog.Edit, p.lists(p.importAnswersForm), p.lists(p.importAnswers))...)
	all = append(all, site.Both(to.Answers()+"/try", catalog.Edit, p.lists(p.tryAnswerForm), p.lists(p.tryAnswer))...)
	all = append(all, site.Both(to.Answers()+"/{id}", catalog.Edit, p.lists(p.editAnswerRule), p.lists(p.saveAnswerRule))...)
	return append(all, ui.Confirm(to.Answers()+"/{id}/retire", catalog.Edit, p.askRetireAnswerRule, p.retireAnswerRule)...)
}

// answersView is one list of the rules.
type answersView struct {
	Kind  string
	Rules []answer.Rule
}

func (p *Pages) adminAnswers(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	v := answersView{Kind: rq.Query("kind")}
	if !slices.Contains(answer.RuleKinds, v.Kind) {
		v.Kind = answer.RuleCheck
	}
	for _, x := range p.Answers.Rules().All() {
		if x.Kind == v.Kind {
			v.Rules = append(v.Rules, x)
		}
	}
	return rq.Show(w, answersPage(v))
}

// ruleName is what a rule is called in lists: a check by its name, a phrase by itself.
func ruleName(rq *site.Req, x answer.Rule) string {
	if x.Kind == answer.RuleCheck {
		return rq.T("answer.name." + x.Phrase)
	}
	return x.Phrase
}

func answerCrumbs(rq *site.Req) []site.Link {
	return ui.AdminCrumbs(rq, site.Link{URL: to.Answers(), Label: rq.T("answer.admin")})
}

func (p *Pages) newAnswerRule(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	kind := rq.Query("kind")
	if !slices.Contains(answer.RuleKinds, kind) || kind == answer.RuleCheck { // checks are as many as there are
		return site.ErrMissing
	}
	return rq.Show(w, answerRulePage(answer.Rule{Kind: kind}, site.NewForm("kind", kind, "severity", string(answer.Hint), "active", "1")))
}

// answerRule is the rule of the address; one without an id is a new one.
func (p *Pages) answerRule(r *http.Request) (answer.Rule, error) {
	if r.PathValue("id") == "" {
		return answer.Rule{}, nil
	}
	id, err := site.PathID(r, "id")
	if err != nil {
		return answer.Rule{}, err
	}
	return p.Answers.Rules().Rule(id)
}

func (p *Pages) editAnswerRule(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	x, err := p.answerRule(r)
	if err != nil {
		return err
	}
	f := site.NewForm("phrase", x.Phrase, "severity", string(x.Severity), "amount", to.Digits(x.Amount), "rank", to.Digits(x.Rank))
	for name, on := range map[string]bool{"regex": x.Regex, "active": x.Active} {
		if on {
			f.Set(name, "1")
		}
	}
	return rq.Show(w, answerRulePage(x, f))
}

func (p *Pages) saveAnswerRule(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	f, err := rq.Form()
	if err != nil {
		return err
	}
	f.Set("phrase", casework.Words(f.Value("phrase")))
	x, err := p.answerRule(r)
	if err != nil {
		return err
	}
	shown := x
	if x.ID == 0 {
		x.Kind = f.Value("kind")
		shown.Kind = x.Kind
	}
	if x.Kind != answer.RuleCheck {
		x.Phrase = f.Value("phrase")
	}
	x.Severity, x.Amount, x.Rank = answer.Severity(f.Value("severity")), f.Int("amount"), f.Int("rank")
	x.Regex, x.Active = f.Has("regex", "1"), f.Has("active", "1")
	if _, err = p.Answers.SaveRule(r.Context(), rq.Who, x); err != nil {
		return rq.Again(w, f, err, answerRulePage(shown, f))
	}
	return rq.Done(w, to.Answers()+"?kind="+x.Kind, "common.saved")
}

func (p *Pages) askRetireAnswerRule(r *http.Request, rq *site.Req) (ui.Question, error) {
	x, err := p.answerRule(r)
	return ui.Question{Title: rq.T("admin.retire.title", ruleName(rq, x)), Text: rq.T("answer.admin.retire"), Label: rq.T("admin.retire"), Crumbs: answerCrumbs(rq)}, err
}

func (p *Pages) retireAnswerRule(r *http.Request, rq *site.Req, _ string) (ui.Done, error) {
	x, err := p.answerRule(r)
	if err != nil {
		return ui.Done{}, err
	}
	return ui.Done{To: to.Answers() + "?kind=" + x.Kind, Key: "admin.retired"}, p.Answers.RetireRule(r.Context(), rq.Who, x.ID)
}

// exportAnswers writes the rules as the import reads them.
func (p *Pages) exportAnswers(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	h := w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="answers.csv"`)
	h.Set("Cache-Control", "private, no-store")
	return site.Send(w, r, http.StatusOK, answer.WriteRules(p.Answers.Rules().All()))
}

func (p *Pages) importAnswersForm(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	return rq.Show(w, importAnswersPage(&site.Form{}))
}

func (p *Pages) importAnswers(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	f, err := rq.Form()
	if err != nil {
		return err
	}
	file, err := ui.Upload(f, "file")
	var report answer.RulesReport
	if err == nil {
		report, err = p.Answers.ImportRules(r.Context(), rq.Who, file)
	}
	if err != nil {
		return rq.Again(w, f, err, importAnswersPage(f))
	}
	return rq.Done(w, to.Answers(), "admin.import.done", report.Added, report.Changed, report.Same)
}

func (p *Pages) tryAnswerForm(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	return rq.Show(w, tryAnswerPage(&site.Form{}, nil))
}

// tryAnswer holds a pasted answer against a pasted question; nothing of it is kept.
func (p *Pages) tryAnswer(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	f, err := rq.Form()
	if err != nil {
		return err
	}
	cases.Tidy(f)
	f.Set("question", casework.Words(f.Value("question")))
	note := f.Value("note")
	report := p.Answers.Rules().Check(answer.Asked{Text: f.Value("question"), Now: rq.Now, Zone: rq.Brand.Zone}, note)
	return rq.Show(w, tryAnswerPage(f, cases.AnswerViewOf(rq, report, note)))
}
