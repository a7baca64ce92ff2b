package web

import (
	"net/http"
	"slices"

	"mulin/gate/web/site"
	"mulin/gate/web/to"
	"mulin/gate/web/ui"
	"mulin/internal/access"
	"mulin/town/account"
	"mulin/town/body"
	"mulin/town/catalog"
	"mulin/town/place"
	"mulin/town/triage"
)

// offices are the rights of those who look after the city's lists, people and places: any of them opens the administration.
var offices = []access.Right{place.Edit, body.Edit, account.Edit, account.See, catalog.Edit, triage.Train}

// doors are the tiles of the administration in their order; those of other wings follow.
var doors = []string{to.Places(), to.Bodies(), to.People(), to.Roles(), to.Classes(), to.Models(), to.Whistles(), to.Limits(), to.Calendar(), to.Reasons(), to.Urgencies(), to.Answers(), to.Codes(), to.Weights(), to.Settings(), to.Ledger()}

// office is the first page of the administration: the doors this actor may open, each with how much lies behind it, and what wants somebody's care.
func (h *House) office(w http.ResponseWriter, _ *http.Request, rq *site.Req) error {
	var tiles []ui.Act
	var lines []ui.Health
	for _, one := range h.wings() {
		if x, ok := one.(interface{ Tiles(*site.Req) []ui.Act }); ok {
			tiles = append(tiles, x.Tiles(rq)...)
		}
		if x, ok := one.(interface{ Health(*site.Req) []ui.Health }); ok {
			lines = append(lines, x.Health(rq)...)
		}
	}
	at := func(a ui.Act) int { return (slices.Index(doors, a.URL) + len(doors) + 1) % (len(doors) + 1) }
	slices.SortStableFunc(tiles, func(a, b ui.Act) int { return at(a) - at(b) })
	if len(lines) == 0 {
		lines = append(lines, ui.Health{State: site.OK, Text: rq.T("admin.health.ok")})
	}
	return rq.Show(w, officePage(tiles, lines))
}
