// Package teach is where people see what the city's readers have learned, and set by what they judge: class models, answer rules, the weights of hot issues.
package teach

import (
	"slices"

	"mulin/gate/web/kit"
	"mulin/gate/web/names"
	"mulin/gate/web/site"
	"mulin/gate/web/to"
	"mulin/gate/web/ui"
	"mulin/town/answer"
	"mulin/town/catalog"
	"mulin/town/issue"
	"mulin/town/triage"
)

// Pages are the pages of the wing.
type Pages struct {
	*names.Names
	Triage  *triage.Reader
	Answers *answer.Answers
	Issues  *issue.Issues
	Catalog *catalog.Catalog
	Kit     kit.Pages // what every wing's pages have
}

// Routes are the lines of the wing in the table of pages.
func (p *Pages) Routes() []site.Route {
	return slices.Concat(p.modelRoutes(), p.answerRoutes(), site.Both("/admin/hot", catalog.Edit, p.lists(p.hotWeights), p.lists(p.saveHotWeights)))
}

// lists lets only those in who may edit the lists of the whole city.
func (p *Pages) lists(do site.Handler) site.Handler { return p.Only(catalog.Edit, do) }

// trainers lets only those in who may teach for the whole city.
func (p *Pages) trainers(do site.Handler) site.Handler { return p.Only(triage.Train, do) }

// Tiles are the wing's doors in the administration.
func (p *Pages) Tiles(rq *site.Req) (all []ui.Act) {
	if p.Everywhere(rq.Who, triage.Train) {
		all = append(all, ui.Act{URL: to.Models(), Icon: "chart", Label: rq.T("guess.models"), Hint: rq.T("guess.models.hint")})
	}
	if p.Everywhere(rq.Who, catalog.Edit) {
		all = append(all, ui.Act{URL: to.Answers(), Icon: "talk", Label: rq.T("answer_rule.list"), Hint: rq.T("answer_rule.tile", rq.Number(int64(len(p.Answers.Rules().All()))))},
			ui.Act{URL: to.Weights(), Icon: "chart", Label: rq.T("hot.weights"), Hint: rq.T("hot.weights.hint")})
	}
	return all
}

// Health tells whether a model can't be read.
func (p *Pages) Health(rq *site.Req) []ui.Health {
	if n := p.Triage.Damaged(); n > 0 && p.Everywhere(rq.Who, triage.Train) {
		return []ui.Health{{State: site.Bad, Text: rq.T("guess.health.damaged", n), URL: to.Models()}}
	}
	return nil
}
