// Package record shows the ledger: what was done, by whom and when, and the proofs by which anybody can check it.
package record

import (
	"mulin/gate/web/names"
	"mulin/gate/web/secrets"
	"mulin/gate/web/site"
	"mulin/gate/web/to"
	"mulin/gate/web/ui"
	"mulin/internal/ledger"
	"mulin/internal/life"
	"mulin/internal/register"
	"mulin/town/account"
	"mulin/town/body"
	"mulin/town/casework"
	"mulin/town/catalog"
	"mulin/town/place"
)

// Pages are the pages of the wing.
type Pages struct {
	*site.Site
	*names.Names
	Tree     *ledger.Tree
	Desk     *casework.Desk
	Accounts *account.Accounts
	Bodies   *body.Bodies
	Places   *place.Register
	Catalog  *catalog.Catalog
	Nouns    []*register.Noun // whose entries are named by their own words
	Laws     []life.Door
	Looks    []string // the verbs by which somebody looked at personal data
	Claims   *secrets.Claims
}

// Routes are the lines of the wing in the table of pages.
func (p *Pages) Routes() []site.Route {
	return []site.Route{
		{Pattern: "GET /admin/ledger", Do: p.adminLedger, Need: account.See},
		{Pattern: "GET /ledger/checkpoint", Do: p.checkpoint},
		{Pattern: "GET /ledger/key", Do: p.ledgerKey},
		{Pattern: "GET /ledger/proof/{number}", Do: p.proof, Slow: p.Secrets},
	}
}

// Tiles are the wing's doors in the administration.
func (p *Pages) Tiles(rq *site.Req) []ui.Act {
	if !rq.Who.Has(account.See) {
		return nil
	}
	return []ui.Act{{URL: to.Ledger(), Icon: "list", Label: rq.T("admin.ledger"), Hint: rq.T("admin.ledger.hint")}}
}
