// Package places is where the ground of the city is looked after: streets, communities, grids, estates, buildings, their shapes and their posters.
package places

import (
	"slices"

	"mulin/gate/web/kit"
	"mulin/gate/web/site"
	"mulin/gate/web/to"
	"mulin/gate/web/ui"
	"mulin/town/place"
)

// Pages are the pages of the wing.
type Pages struct {
	*site.Site
	Places *place.Register
	Kit    kit.Pages // what every wing's pages have
}

// Routes are the lines of the wing in the table of pages.
func (p *Pages) Routes() []site.Route {
	return slices.Concat(p.placeRoutes(), p.shapeRoutes(), []site.Route{{Pattern: "GET /map/{kind}", Do: p.layer}})
}

// Tiles are the wing's doors in the administration.
func (p *Pages) Tiles(rq *site.Req) []ui.Act {
	if !rq.Who.Has(place.Edit) {
		return nil
	}
	count := func(k place.Kind) string { return rq.Number(int64(p.Places.Count(k))) }
	return []ui.Act{{URL: to.Places(), Icon: "map", Label: rq.T("place.list"), Hint: rq.T("place.tile", count(place.Street), count(place.Community), count(place.Grid))}}
}

// Health tells how many grids have no shape.
func (p *Pages) Health(rq *site.Req) []ui.Health {
	bare := 0
	for _, g := range p.Places.All(place.Grid) {
		if !g.HasShape {
			bare++
		}
	}
	if bare == 0 || !rq.Who.Has(place.Edit) {
		return nil
	}
	return []ui.Health{{State: site.Warn, Text: rq.T("admin.health.bare", bare), URL: to.Places()}}
}
