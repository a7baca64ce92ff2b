// Package lists is where the city's lists are edited: classes, reasons, limits, whistle items, calendar, codes, settings.
package lists

import (
	"mulin/gate/web/kit"
	"mulin/gate/web/names"
	"mulin/gate/web/site"
	"mulin/town/body"
	"mulin/town/catalog"
	"mulin/town/duty"
)

// Pages are the pages of the wing.
type Pages struct {
	*names.Names
	Catalog *catalog.Catalog
	Bodies  *body.Bodies
	Duties  *duty.List
	Kit     kit.Pages // what every wing's pages have
}

// Routes are the lines of the wing in the table of pages.
func (p *Pages) Routes() []site.Route {
	all := append(p.settingRoutes(), p.calendarRoutes()...)
	for _, k := range p.nouns() {
		for _, r := range k.Routes() {
			r.Do = p.lists(r.Do)
			all = append(all, r)
		}
	}
	return all
}

// lists lets only those in who may edit the lists of the whole city.
func (p *Pages) lists(do site.Handler) site.Handler { return p.Only(catalog.Edit, do) }
