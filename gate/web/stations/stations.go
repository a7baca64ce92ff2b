// Package stations shows the places where people are served: to the staff as lists and forms, to everybody as a page per station with its poster.
package stations

import (
	"net/http"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"mulin/gate/web/kit"
	"mulin/gate/web/site"
	"mulin/gate/web/to"
	"mulin/gate/web/ui"
	"mulin/internal/clock"
	"mulin/town/station"
)

// Pages are the pages of stations.
type Pages struct {
	Stations *station.Stations
	Calendar func() *clock.Calendar
	Kit      kit.Pages // what every wing's pages have
}

// Routes are the wing's lines in the table of routes.
func (p *Pages) Routes() []site.Route {
	p.Kit.Noun, p.Kit.Base, p.Kit.Title, p.Kit.Icon, p.Kit.Placed = p.Stations.Noun, "/stations", "name", "building", true
	p.Kit.Above, p.Kit.More = p.area, func(_ *http.Request, _ *site.Req, x any) (templ.Component, error) {
		return links(x.(*station.Station)), nil
	}
	p.Kit.Cells = map[string]kit.Cell{"hours": func(rq *site.Req, x any) templ.Component { return ui.Lines(rq.Week(x.(*station.Station).Hours)) }}
	return append(p.Kit.Routes(), site.Route{Pattern: "GET /s/{code}", Do: p.public}, site.Route{Pattern: "GET /stations/{id}/poster", Do: p.poster, Need: station.See})
}

// Tiles are the wing's door in the administration.
func (p *Pages) Tiles(rq *site.Req) []ui.Act { return p.Kit.Tiles(rq) }

// area is the floor of all stations at the end of each of the last years.
func (p *Pages) area(r *http.Request, rq *site.Req, _ any) (templ.Component, error) {
	this := clock.Time(rq.Now).In(p.Calendar().Zone).Year()
	bars, ends := []ui.Bar{}, []int64{}
	for y := this - 4; y <= this; y++ {
		bars = append(bars, ui.Bar{Label: strconv.Itoa(y)})
		ends = append(ends, min(rq.Now, clock.Micros(time.Date(y+1, 1, 1, 0, 0, 0, 0, p.Calendar().Zone))-1))
	}
	floor, err := p.Stations.Area(r.Context(), rq.Who, ends)
	for i := range floor {
		bars[i].Value = floor[i]
	}
	return ui.Bars(rq.T("station.area"), "m²", bars), err
}

// public is the page of one station for everybody.
func (p *Pages) public(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	s, err := p.Stations.ByCode(r.Context(), r.PathValue("code"))
	if err != nil {
		return err
	}
	open, next := s.Open(p.Calendar(), clock.Time(rq.Now))
	state, text := site.Grey, "station.shut"
	if open {
		state, text = site.OK, "station.open"
	}
	if next.IsZero() {
		text += ".always"
	}
	if !s.Live() {
		text = "station.ended"
	}
	return rq.Show(w, publicPage(p, s, ui.Badge(state, rq.T(text, rq.When(clock.Micros(next), rq.Brand.Zone)))))
}

func (p *Pages) poster(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	id, err := site.PathID(r, "id")
	if err != nil {
		return err
	}
	s, err := p.Stations.Get(r.Context(), rq.Who, id)
	if err != nil {
		return err
	}
	return rq.Show(w, ui.PosterPage(ui.PosterOf{Name: s.Name, Where: p.Kit.Where(s), Code: s.Code, Link: rq.Origin() + "/s/" + s.Code, Call: rq.T("station.scan")}, []site.Link{{URL: "/stations/" + to.Digits(s.ID), Label: s.Name}}))
}
