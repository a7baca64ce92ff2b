// Package web joins the wings of the site: routes, navigation, home of each role, brand.
package web

import (
	"net/http"
	"slices"

	"mulin/gate/web/cases"
	"mulin/gate/web/kit"
	"mulin/gate/web/resident"
	"mulin/gate/web/session"
	"mulin/gate/web/site"
	"mulin/gate/web/ui"
	"mulin/internal/access"
	"mulin/town/account"
	"mulin/town/casework"
	"mulin/town/catalog"
)

// Wing is a part of the site with a subject of its own.
type Wing interface{ Routes() []site.Route }

// House is a city's whole site: the wings that others reach into, and all the rest.
type House struct {
	*site.Site
	Catalog  *catalog.Catalog
	Resident *resident.Pages
	Session  *session.Pages
	Cases    *cases.Pages
	Kit      *kit.Imports // knows the nouns that the kit makes pages of
	Further  []Wing
}

// Handler is the whole site of the city.
func (h *House) Handler() http.Handler {
	h.Who, h.Nav, h.Menu, h.Brand, h.Home, h.Instead, h.Error = h.Session.Who, nav, menu, h.brand, home, h.instead, ui.ErrorPage
	return h.Site.Handler(h.Routes())
}

// wings are all of them.
func (h *House) wings() []Wing { return append([]Wing{h.Resident, h.Session, h.Cases}, h.Further...) }

// Routes is the table of all pages: who may open which.
func (h *House) Routes() []site.Route {
	all := append(movedRoutes(), site.Route{Pattern: "GET /admin", Do: h.office, Any: offices})
	for _, w := range h.wings() {
		all = append(all, w.Routes()...)
	}
	return all
}

// instead asks the wings whether one of them leads on whoever was refused.
func (h *House) instead(w http.ResponseWriter, rq *site.Req, err error) bool {
	return slices.ContainsFunc(h.wings(), func(one Wing) bool {
		leads, ok := one.(interface {
			Instead(http.ResponseWriter, *site.Req, error) bool
		})
		return ok && leads.Instead(w, rq, err)
	})
}

// home is the first page of somebody who works here; "" for residents.
func home(who access.Actor) string {
	switch {
	case who.Has(casework.See):
		return "/desk"
	case who.Has(catalog.Edit) || who.Has(account.Edit):
		return "/admin"
	}
	return ""
}
