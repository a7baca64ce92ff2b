package web

import (
	"net/http"
	"slices"
	"strconv"

	"mulin/gate/web/site"
	"mulin/gate/web/to"
	"mulin/gate/web/ui"
	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/town/account"
	"mulin/town/body"
	"mulin/town/catalog"
	"mulin/town/place"
	"mulin/town/triage"
)

// offices are the rights of those who look after the city's lists, people and places: any of them opens the administration.
var offices = []access.Right{place.Edit, body.Edit, account.Edit, account.See, catalog.Edit, triage.Train}

// adminRoutes are the pages where places, units, people and lists are edited and the ledger is read.
func (p *Pages) adminRoutes() []site.Route {
	return slices.Concat(
		[]site.Route{{Pattern: "GET /admin", Do: p.admin, Any: offices}},
		p.adminPlaceRoutes(), p.adminShapeRoutes(), p.adminBodyRoutes(), p.adminPeopleRoutes(), p.adminRoleRoutes(), p.adminCatalogRoutes(), p.adminClassRoutes(),
		p.adminModelRoutes(), p.adminWhistleRoutes(), p.adminLimitRoutes(), p.adminCalendarRoutes(), p.adminReasonRoutes(), p.adminAnswerRoutes(), p.adminLedgerRoutes(),
	)
}

// everywhere tells whether the actor holds the right over the whole city.
func (p *Pages) everywhere(who access.Actor, right access.Right) bool {
	root, ok := p.Places.Root()
	return ok && who.May(right, access.At{Path: root.Path}) == nil
}

// health is one thing that is well or wants somebody's care.
type health struct {
	State site.State
	Text  string
	URL   string // where to mend it; "" for nowhere
}

func (p *Pages) admin(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	return rq.Show(w, adminHome(p.tiles(rq), p.health(rq)))
}

// tiles are the doors this actor may open, each with how much lies behind it. The figures come from memory.
func (p *Pages) tiles(rq *site.Req) []ui.Act {
	var all []ui.Act
	add := func(ok bool, url, icon, key, hint string, args ...any) {
		if ok {
			all = append(all, ui.Act{URL: url, Icon: icon, Label: rq.T(key), Hint: rq.T(hint, args...)})
		}
	}
	who := rq.Who
	count := func(k place.Kind) string { return rq.Number(int64(p.Places.Count(k))) }
	lists := p.everywhere(who, catalog.Edit)
	items := 0
	for _, l := range catalog.Levels {
		items += len(p.Catalog.Whistles(l))
	}
	add(who.Has(place.Edit), "/admin/places", "map", "admin.places", "admin.places.hint", count(place.Street), count(place.Community), count(place.Grid))
	add(who.Has(body.Edit), "/admin/bodies", "building", "admin.bodies", "admin.bodies.hint", rq.Number(int64(len(p.Bodies.All("")))))
	add(who.Has(account.See), "/admin/people", "people", "admin.people", "admin.people.hint", rq.Number(int64(p.Accounts.Count())))
	add(who.Has(account.See), "/admin/roles", "key", "admin.roles", "admin.roles.hint")
	add(lists, "/admin/catalog/classes", "folder", "admin.classes", "admin.classes.hint", rq.Number(int64(len(p.Catalog.Classes()))))
	add(p.everywhere(who, triage.Train), to.Models(), "chart", "guess.models", "guess.models.hint")
	add(lists, "/admin/catalog/whistles", "whistle", "admin.whistles", "admin.whistles.hint", rq.Number(int64(items)))
	add(lists, "/admin/catalog/limits", "clock", "admin.limits", "admin.limits.hint", rq.Number(int64(len(p.Catalog.Limits()))))
	add(lists, "/admin/catalog/calendar", "calendar", "admin.calendar", "admin.calendar.hint")
	add(lists, "/admin/catalog/reasons", "talk", "admin.reasons", "admin.reasons.hint")
	add(lists, to.Answers(), "talk", "answer.admin", "answer.admin.hint", rq.Number(int64(len(p.Answers.Rules().All()))))
	add(lists, "/admin/catalog/codes", "book", "admin.codes", "admin.codes.hint", rq.Number(int64(len(p.Catalog.Codes(catalog.Component))+len(p.Catalog.Codes(catalog.Matter)))))
	add(lists, "/admin/hot", "chart", "hot.weights", "hot.weights.hint")
	add(lists, "/admin/catalog/settings", "gear", "admin.settings", "admin.settings.hint")
	add(who.Has(account.See), "/admin/ledger", "list", "admin.ledger", "admin.ledger.hint")
	return all
}

// health says what of the actor's own field is not in order.
func (p *Pages) health(rq *site.Req) []health {
	var all []health
	say := func(ok bool, s site.State, url, key string, args ...any) {
		if !ok {
			all = append(all, health{s, rq.T(key, args...), url})
		}
	}
	if rq.Who.Has(place.Edit) {
		bare := 0
		for _, g := range p.Places.All(place.Grid) {
			if !g.HasShape {
				bare++
			}
		}
		say(bare == 0, site.Warn, "/admin/places", "admin.health.bare", bare)
	}
	if p.everywhere(rq.Who, catalog.Edit) {
		next := clock.Time(rq.Now).Year() + 1
		days := p.Catalog.Days(next)
		url := "/admin/catalog/calendar?year=" + strconv.Itoa(next)
		say(len(days) > 0, site.Warn, url, "admin.health.nodays", next)
		say(!slices.ContainsFunc(days, func(d catalog.Day) bool { return d.Provisional }), site.Wait, url, "admin.health.draft", next)
		say(p.lostItems() == 0, site.Bad, "/admin/catalog/whistles?lost=1", "admin.health.lost", p.lostItems())
		say(p.Catalog.Settings().Phone != "", site.Warn, "/admin/catalog/settings", "admin.health.phone")
		_, ok := p.Catalog.Limit(catalog.Case, 0, "")
		say(ok, site.Warn, "/admin/catalog/limits", "admin.health.limit")
	}
	if p.everywhere(rq.Who, triage.Train) {
		say(p.Triage.Damaged() == 0, site.Bad, to.Models(), "guess.health.damaged", p.Triage.Damaged())
	}
	if len(all) == 0 {
		all = append(all, health{site.OK, rq.T("admin.health.ok"), ""})
	}
	return all
}

// lostItems counts lines of the whistle list that call a unit which is no more.
func (p *Pages) lostItems() int {
	n := 0
	for _, level := range catalog.Levels {
		for _, item := range p.Catalog.Whistles(level) {
			if p.lost(item) {
				n++
			}
		}
	}
	return n
}

func (p *Pages) lost(item catalog.WhistleItem) bool {
	return slices.ContainsFunc(item.Bodies, func(id int64) bool {
		b, ok := p.Bodies.Current(id)
		return !ok || !b.Live()
	})
}

// findPlace looks a place up by code or name. One that has the very code or name alone wins.
func (p *Pages) findPlace(text string) []ui.Choice {
	found := p.Places.Search(text, ui.MaxChoices)
	exact := slices.DeleteFunc(slices.Clone(found), func(x place.Place) bool { return x.Code != text && x.Name != text })
	if len(exact) == 1 {
		found = exact
	}
	return ui.ChoicesOf(found, func(x place.Place) (int64, string, string) { return x.ID, p.Places.Name(x.Path), x.Code })
}

// findBody looks a unit up by code or name.
func (p *Pages) findBody(text string) []ui.Choice {
	var found, exact []body.Body
	for _, b := range p.Bodies.All("") {
		if b.Code == text || b.Name == text || b.Short == text {
			exact = append(exact, b)
		}
		if len(found) < ui.MaxChoices && holds(text, b.Name, b.Short, b.Code) {
			found = append(found, b)
		}
	}
	if len(exact) == 1 {
		found = exact
	}
	return ui.ChoicesOf(found, func(b body.Body) (int64, string, string) { return b.ID, b.Name, b.Code })
}
