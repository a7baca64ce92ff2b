package lists

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"mulin/gate/web/names"
	"mulin/gate/web/site"
	"mulin/gate/web/to"
	"mulin/gate/web/ui"
	"mulin/town/catalog"
)

// limitRoutes edit how long each step may take.
func (p *Pages) limitRoutes() []site.Route {
	all := []site.Route{{Pattern: "GET " + to.Limits(), Do: p.lists(p.adminLimits), Need: catalog.Edit}}
	all = append(all, site.Both(to.Limits()+"/edit", catalog.Edit, p.lists(p.limitForm), p.lists(p.saveLimit))...)
	return append(all, ui.Confirm(to.Limits()+"/remove", catalog.Edit, p.askRemoveLimit, p.removeLimit)...)
}

// stepRules are the rules of one step; the general one comes first.
type stepRules struct {
	Step  string
	Rules []ruleLine
}

type ruleLine struct {
	catalog.Rule
	Class, Urgency, Text string
	Query                string // names the rule in an address
}

func (p *Pages) adminLimits(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	var steps []stepRules
	rules := p.Catalog.Limits()
	for _, step := range p.Catalog.Steps() {
		one := stepRules{Step: step}
		for _, x := range rules {
			if x.Step == step {
				one.Rules = append(one.Rules, p.ruleLine(rq, x))
			}
		}
		steps = append(steps, one)
	}
	return rq.Show(w, limitsPage(steps))
}

func (p *Pages) ruleLine(rq *site.Req, x catalog.Rule) ruleLine {
	l := ruleLine{Rule: x, Class: p.Catalog.ClassName(x.Class), Text: rq.Limit(x.Limit), Query: ruleQuery(x)}
	if x.Urgency != "" {
		l.Urgency = p.urgencyWord(rq, x.Urgency)
	}
	return l
}

func ruleQuery(x catalog.Rule) string {
	return "?" + url.Values{"step": {x.Step}, "class": {to.Digits(x.Class)}, "urgency": {x.Urgency}}.Encode()
}

// limitView is the form of one rule.
type limitView struct {
	Steps, Urgencies []ui.Choice
	Found            []ui.Choice // classes that answer to what was typed
	Known            string      // names the rule being changed; "" for a new one
	Crumbs           []site.Link
}

func (p *Pages) viewLimit(rq *site.Req) limitView {
	v := limitView{Urgencies: p.UrgencyChoices(rq), Crumbs: ui.AdminCrumbs(rq, site.Link{URL: to.Limits(), Label: rq.T("admin.limits")})}
	for _, s := range p.Catalog.Steps() {
		v.Steps = append(v.Steps, ui.Choice{Value: s, Label: rq.T("step." + s)})
	}
	return v
}

// queryRule is the rule that the address names, if there is one.
func (p *Pages) queryRule(rq *site.Req) (catalog.Rule, bool) {
	q := site.NewForm("class", rq.Query("class"))
	key := catalog.Rule{Step: rq.Query("step"), Class: q.Int("class"), Urgency: rq.Query("urgency")}
	i := slices.IndexFunc(p.Catalog.Limits(), func(x catalog.Rule) bool {
		return x.Step == key.Step && x.Class == key.Class && x.Urgency == key.Urgency
	})
	if i < 0 {
		return key, false
	}
	return p.Catalog.Limits()[i], true
}

func (p *Pages) limitForm(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	v := p.viewLimit(rq)
	f := site.NewForm("step", rq.Query("step"), "unit", "workday")
	if x, ok := p.queryRule(rq); ok {
		v.Known = ruleQuery(x)
		f = site.NewForm("step", x.Step, "class", p.Catalog.ClassName(x.Class), "urgency", x.Urgency, "amount", strconv.Itoa(x.Limit.Amount), "unit", string(x.Limit.Unit))
	}
	return rq.Show(w, limitPage(v, f))
}

// findClass looks a class up by its full name or part of it.
func (p *Pages) findClass(text string) []ui.Choice {
	if c, ok := p.Catalog.ClassNamed(text); ok {
		return []ui.Choice{{Value: "#" + to.Digits(c.ID), Label: text}}
	}
	var found []ui.Choice
	for _, c := range p.Catalog.Classes() {
		if full := p.Catalog.ClassName(c.ID); len(found) < ui.MaxChoices && names.Holds(text, full) {
			found = append(found, ui.Choice{Value: "#" + to.Digits(c.ID), Label: full})
		}
	}
	return found
}

func (p *Pages) saveLimit(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	f, err := rq.Form()
	if err != nil {
		return err
	}
	v := p.viewLimit(rq)
	if x, ok := p.queryRule(rq); ok {
		v.Known = ruleQuery(x)
	}
	rule := catalog.Rule{Step: f.Value("step"), Urgency: f.Value("urgency"), Limit: limitOf(f, "")}
	if rule.Class, v.Found, err = ui.Picked(f, "class", p.findClass); err == nil {
		err = p.Catalog.SaveLimit(r.Context(), rq.Who, rule)
	}
	if err != nil {
		return rq.Again(w, f, err, limitPage(v, f))
	}
	return rq.Done(w, to.Limits(), "common.saved")
}

func (p *Pages) askRemoveLimit(r *http.Request, rq *site.Req) (ui.Question, error) {
	x, ok := p.queryRule(rq)
	if !ok {
		return ui.Question{}, catalog.ErrNoLimit
	}
	l := p.ruleLine(rq, x)
	what := rq.T("step." + x.Step)
	for _, part := range []string{l.Class, l.Urgency, l.Text} {
		if part != "" {
			what += " · " + part
		}
	}
	return ui.Question{Title: rq.T("admin.limit.remove"), Text: what, Label: rq.T("common.delete"), Crumbs: ui.AdminCrumbs(rq, site.Link{URL: to.Limits(), Label: rq.T("admin.limits")})}, nil
}

// removeLimit removes a rule; entering it again is the way back.
func (p *Pages) removeLimit(r *http.Request, rq *site.Req, _ string) (ui.Done, error) {
	x, ok := p.queryRule(rq)
	if !ok {
		return ui.Done{}, catalog.ErrNoLimit
	}
	return ui.Done{To: to.Limits(), Key: "admin.limit.removed", Args: []any{rq.T("step." + x.Step), rq.Limit(x.Limit)}},
		p.Catalog.RemoveLimit(r.Context(), rq.Who, x.Step, x.Class, x.Urgency)
}
