// Package duties shows the list of rights and duties, and which classes of requests it leaves in doubt.
package duties

import (
	"net/http"

	"github.com/a-h/templ"

	"mulin/gate/web/kit"
	"mulin/gate/web/site"
	"mulin/gate/web/ui"
	"mulin/town/duty"
)

// Pages are the pages of the list.
type Pages struct {
	List *duty.List
	Kit  kit.Pages
}

// Routes are the wing's lines in the table of routes.
func (p *Pages) Routes() []site.Route {
	p.Kit.Noun, p.Kit.Base, p.Kit.Title, p.Kit.Icon, p.Kit.Above = p.List.Noun, "/lists/rights", "item", "book", p.doubts
	return p.Kit.Routes()
}

// Tiles are the wing's door in the administration.
func (p *Pages) Tiles(rq *site.Req) []ui.Act { return p.Kit.Tiles(rq) }

// doubts names the classes without a lead and those with two.
func (p *Pages) doubts(_ *http.Request, _ *site.Req, _ any) (templ.Component, error) {
	none, two := p.List.Doubtful()
	return doubtful(p.names(none), p.names(two)), nil
}

func (p *Pages) names(ids []int64) []string {
	all := make([]string, len(ids))
	for i, id := range ids {
		all[i] = p.List.Refs["class"].Name(id)
	}
	return all
}
