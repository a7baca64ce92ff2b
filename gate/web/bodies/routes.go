// Package bodies is where units are looked after: departments, committees, companies, where they serve, whom they follow.
package bodies

import (
	"mulin/gate/web/names"
	"mulin/gate/web/site"
	"mulin/gate/web/to"
	"mulin/gate/web/ui"
	"mulin/town/body"
	"mulin/town/place"
)

// Pages are the pages of the wing.
type Pages struct {
	*names.Names
	Bodies *body.Bodies
	Places *place.Register
}

// Routes are the lines of the wing in the table of pages.
func (p *Pages) Routes() []site.Route {
	all := []site.Route{
		{Pattern: "GET /admin/bodies", Do: p.adminBodies, Need: body.Edit},
		{Pattern: "GET /admin/bodies/{id}", Do: p.adminBody, Need: body.Edit},
		{Pattern: "POST /admin/bodies/{id}/link", Do: p.linkBody, Need: body.Edit},
		{Pattern: "POST /admin/bodies/{id}/unlink", Do: p.unlinkBody, Need: body.Edit},
	}
	all = append(all, site.Both("/admin/bodies/add", body.Edit, p.newBody, p.addBody)...)
	all = append(all, site.Both("/admin/bodies/merge", body.Edit, p.mergeForm, p.mergeBodies)...)
	all = append(all, site.Both("/admin/bodies/{id}/rename", body.Edit, p.editBody, p.renameBody)...)
	return append(all, ui.Confirm("/admin/bodies/{id}/end", body.Edit, p.askEndBody, p.endBody)...)
}

// Tiles are the wing's doors in the administration.
func (p *Pages) Tiles(rq *site.Req) []ui.Act {
	if !rq.Who.Has(body.Edit) {
		return nil
	}
	return []ui.Act{{URL: to.Bodies(), Icon: "building", Label: rq.T("admin.bodies"), Hint: rq.T("admin.bodies.hint", rq.Number(int64(len(p.Bodies.All("")))))}}
}
