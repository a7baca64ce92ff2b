// Package whistles hangs the whistle on a case's page: who was called, who has come, and the steps of those who call and those who are called.
package whistles

import (
	"mulin/gate/web/cases"
	"mulin/gate/web/names"
	"mulin/gate/web/site"
	"mulin/town/account"
	"mulin/town/body"
	"mulin/town/catalog"
	"mulin/town/whistle"
)

// Pages are the steps of the wing and its part of a case's page.
type Pages struct {
	*names.Names
	Whistles *whistle.Post
	Catalog  *catalog.Catalog
	Bodies   *body.Bodies
	Accounts *account.Accounts
	Cases    *cases.Pages // the page that the whistle hangs on
}

// Routes are the steps of the whistle. Who may do which the area knows.
func (p *Pages) Routes() []site.Route {
	return []site.Route{
		{Pattern: "POST /cases/{number}/whistle", Do: p.blow, Known: true},
		{Pattern: "POST /whistles/{id}/report-in", Do: p.reportIn, Known: true, Body: site.Upload},
		{Pattern: "POST /whistles/{id}/hand-in", Do: p.handIn, Known: true, Body: site.Upload},
		{Pattern: "POST /whistles/{id}/score", Do: p.score, Known: true},
	}
}
