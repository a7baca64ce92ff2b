// Package lists is where the city's lists are edited: classes, reasons, limits, whistle items, calendar, codes, settings.
package lists

import (
	"slices"

	"mulin/gate/web/names"
	"mulin/gate/web/site"
	"mulin/town/body"
	"mulin/town/catalog"
)

// Pages are the pages of the wing.
type Pages struct {
	*names.Names
	Catalog *catalog.Catalog
	Bodies  *body.Bodies
}

// Routes are the lines of the wing in the table of pages.
func (p *Pages) Routes() []site.Route {
	return slices.Concat(p.settingRoutes(), p.classRoutes(), p.whistleRoutes(), p.limitRoutes(), p.calendarRoutes(), p.reasonRoutes())
}

// lists lets only those in who may edit the lists of the whole city.
func (p *Pages) lists(do site.Handler) site.Handler { return p.Only(catalog.Edit, do) }
