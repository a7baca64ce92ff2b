// Package bodies is where units are looked after: departments, committees, companies, where they serve, whom they follow.
package bodies

import (
	"net/http"

	"github.com/a-h/templ"

	"mulin/gate/web/kit"
	"mulin/gate/web/names"
	"mulin/gate/web/site"
	"mulin/gate/web/to"
	"mulin/gate/web/ui"
	"mulin/internal/register"
	"mulin/town/body"
)

// Pages are the pages of the wing.
type Pages struct {
	*names.Names
	Bodies *body.Bodies
	Kit    kit.Pages // what every wing's pages have
}

// Routes are the lines of the wing in the table of pages.
func (p *Pages) Routes() []site.Route {
	p.Kit.Noun, p.Kit.Base, p.Kit.Title, p.Kit.Icon, p.Kit.More = p.Bodies.Noun().Noun, to.Bodies(), "name", "building", p.around
	return append(p.Kit.Routes(), site.Both(to.Bodies()+"/merge", body.Edit, p.mergeForm, p.merge)...)
}

// Tiles are the wing's doors in the administration.
func (p *Pages) Tiles(rq *site.Req) []ui.Act {
	if !rq.Who.Has(body.Edit) {
		return nil
	}
	return []ui.Act{{URL: to.Bodies(), Icon: "building", Label: rq.T("admin.bodies"), Hint: rq.T("admin.bodies.hint", rq.Number(int64(len(p.Bodies.All("")))))}}
}

// around is what stands around a unit: what it has become, what belongs to it and what it was called.
func (p *Pages) around(_ *http.Request, _ *site.Req, x any) (templ.Component, error) {
	id := register.HeadOf(x).ID
	b, _ := p.Bodies.Get(id)
	v := aroundView{Body: b, Children: p.Bodies.Children(id), Was: p.Bodies.History(id)}
	if b.Successor != 0 {
		v.Heir, _ = p.Bodies.Current(id)
	}
	return aroundUnit(v), nil
}

type aroundView struct {
	body.Body
	Heir     body.Body
	Children []body.Body
	Was      []body.Was
}
