package teach

import (
	"net/http"
	"slices"

	"github.com/a-h/templ"

	"mulin/gate/web/cases"
	"mulin/gate/web/kit"
	"mulin/gate/web/site"
	"mulin/gate/web/to"
	"mulin/gate/web/ui"
	"mulin/internal/i18n"
	"mulin/town/answer"
	"mulin/town/casework"
	"mulin/town/catalog"
)

// answerRoutes keep what answers are held against, and let a text be tried against it.
func (p *Pages) answerRoutes() []site.Route {
	p.Kit.Noun, p.Kit.Base, p.Kit.Title, p.Kit.Icon, p.Kit.Called = p.Answers.RuleList.Noun, to.Answers(), "phrase", "talk", ruleName
	p.Kit.Above, p.Kit.More = aboveRules, aboutRule
	p.Kit.Cells = map[string]kit.Cell{
		"severity": func(rq *site.Req, x any) templ.Component {
			s := x.(*answer.Rule).Severity
			return ui.Badge(cases.SeverityStates[s], rq.T("severity."+string(s)))
		},
		"amount": func(_ *site.Req, x any) templ.Component { return amountCell(x.(*answer.Rule).Amount) },
		"active": func(_ *site.Req, x any) templ.Component { return activeCell(x.(*answer.Rule).Active) },
	}
	return append(p.Kit.Routes(), site.Both(to.Answers()+"/try", catalog.Edit, p.lists(p.tryAnswerForm), p.lists(p.tryAnswer))...)
}

// ruleName is what a rule is called: a check by its name, a phrase by itself.
func ruleName(w *i18n.Words, x any) string {
	rule := x.(*answer.Rule)
	if rule.Kind == answer.RuleCheck && slices.Contains(answer.Checks, rule.Phrase) {
		return w.T("answer.name." + rule.Phrase)
	}
	return rule.Phrase
}

// aboveRules leads to each list of the rules and says what that list is for.
func aboveRules(_ *http.Request, rq *site.Req, _ any) (templ.Component, error) {
	kind := rq.Query("kind")
	if !slices.Contains(answer.RuleKinds, kind) {
		kind = ""
	}
	return ruleKinds(kind), nil
}

func ruleTabs(rq *site.Req) []site.Link {
	out := []site.Link{{URL: to.Answers(), Label: rq.T("common.all")}}
	for _, k := range answer.RuleKinds {
		out = append(out, site.Link{URL: to.Answers() + "?kind=" + k, Label: rq.T("answer_rule.kind." + k)})
	}
	return out
}

// aboutRule says what a rule does.
func aboutRule(_ *http.Request, _ *site.Req, x any) (templ.Component, error) {
	return ruleUse(*x.(*answer.Rule)), nil
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
