// Package lists is where the city's lists are edited: classes, reasons, limits, whistle items, calendar, codes, settings.
package web

import (
	"slices"

	"mulin/gate/web/site"
	"mulin/town/body"
	"mulin/town/catalog"
)

// listsPages are the pages of the wing.
type listsPages struct {
	*Names
	Catalog *catalog.Catalog
	Bodies  *body.Bodies
}

// Routes are the lines of the wing in the table of pages.
func (p *listsPages) Routes() []site.Route {
	return slices.Concat(p.settingRoutes(), p.classRoutes(), p.whistleRoutes(), p.limitRoutes(), p.calendarRoutes(), p.reasonRoutes())
}

// lists lets only those in who may edit the lists of the whole city.
func (p *listsPages) lists(do site.Handler) site.Handler { return p.Only(catalog.Edit, do) }
