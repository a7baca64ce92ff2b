package lists

import (
	"slices"
	"strconv"

	"mulin/gate/web/site"
	"mulin/gate/web/to"
	"mulin/gate/web/ui"
	"mulin/internal/clock"
	"mulin/town/catalog"
)

// Tiles are the wing's doors in the administration.
func (p *Pages) Tiles(rq *site.Req) []ui.Act {
	if !p.Everywhere(rq.Who, catalog.Edit) {
		return nil
	}
	tile := func(url, icon, key, hint string, args ...any) ui.Act {
		return ui.Act{URL: url, Icon: icon, Label: rq.T(key), Hint: rq.T(hint, args...)}
	}
	items := 0
	for _, l := range catalog.Levels {
		items += len(p.Catalog.Whistles(l))
	}
	count := func(n int) string { return rq.Number(int64(n)) }
	return []ui.Act{
		tile(to.Classes(), "folder", "admin.classes", "admin.classes.hint", count(len(p.Catalog.Classes()))),
		tile(to.Whistles(), "whistle", "admin.whistles", "admin.whistles.hint", count(items)),
		tile(to.Limits(), "clock", "admin.limits", "admin.limits.hint", count(len(p.Catalog.Limits()))),
		tile(to.Calendar(), "calendar", "admin.calendar", "admin.calendar.hint"),
		tile(to.Reasons(), "talk", "admin.reasons", "admin.reasons.hint"),
		tile(to.Urgencies(), "bell", "admin.urgencies", "urgency.list.lead"),
		tile(to.Codes(), "book", "admin.codes", "admin.codes.hint", count(len(p.Catalog.Codes(catalog.Component))+len(p.Catalog.Codes(catalog.Matter)))),
		tile(to.Settings(), "gear", "admin.settings", "admin.settings.hint"),
	}
}

// Health says which lists want somebody's care.
func (p *Pages) Health(rq *site.Req) []ui.Health {
	if !p.Everywhere(rq.Who, catalog.Edit) {
		return nil
	}
	var all []ui.Health
	say := func(ok bool, s site.State, url, key string, args ...any) {
		if !ok {
			all = append(all, ui.Health{State: s, Text: rq.T(key, args...), URL: url})
		}
	}
	next := clock.Time(rq.Now).Year() + 1
	days := p.Catalog.Days(next)
	url := to.Calendar() + "?year=" + strconv.Itoa(next)
	say(len(days) > 0, site.Warn, url, "admin.health.nodays", next)
	say(!slices.ContainsFunc(days, func(d catalog.Day) bool { return d.Provisional }), site.Wait, url, "admin.health.draft", next)
	lost := len(p.lostItems())
	say(lost == 0, site.Bad, to.Whistles(), "admin.health.lost", lost)
	say(p.Catalog.Settings().Phone != "", site.Warn, to.Settings(), "admin.health.phone")
	_, ok := p.Catalog.Limit(catalog.Case, 0, "")
	say(ok, site.Warn, to.Limits(), "admin.health.limit")
	return all
}
