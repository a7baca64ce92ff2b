// Package people is where accounts, posts and roles are looked after.
package people

import (
	"slices"

	"mulin/gate/web/kit"
	"mulin/gate/web/names"
	"mulin/gate/web/site"
	"mulin/gate/web/to"
	"mulin/gate/web/ui"
	"mulin/town/account"
	"mulin/town/body"
	"mulin/town/place"
)

// Pages are the pages of the wing.
type Pages struct {
	*site.Site
	*names.Names
	Accounts *account.Accounts
	Bodies   *body.Bodies
	Places   *place.Register
	Kit      kit.Pages // what every wing's pages have
}

// Routes are the lines of the wing in the table of pages.
func (p *Pages) Routes() []site.Route { return slices.Concat(p.personRoutes(), p.roleRoutes()) }

// Tiles are the wing's doors in the administration.
func (p *Pages) Tiles(rq *site.Req) []ui.Act {
	if !rq.Who.Has(account.See) {
		return nil
	}
	return []ui.Act{
		{URL: to.People(), Icon: "people", Label: rq.T("person.list"), Hint: rq.T("person.tile", rq.Number(int64(p.Accounts.Count())))},
		{URL: to.Roles(), Icon: "key", Label: rq.T("admin.roles"), Hint: rq.T("admin.roles.hint")},
	}
}
