// Package stations shows the places where people are served: to the staff as lists and forms, to everybody as a page per station with its poster.
package stations

import (
	"net/http"
	"time"

	"github.com/a-h/templ"

	"mulin/gate/web/kit"
	"mulin/gate/web/site"
	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/register"
	"mulin/town/station"
)

// Pages are the pages of stations.
type Pages struct {
	Stations *station.Stations
	Kit      kit.Pages // what every wing's pages have
}

// Routes are the wing's lines in the table of routes.
func (p *Pages) Routes() []site.Route {
	p.Kit.Noun, p.Kit.Base, p.Kit.Title, p.Kit.Icon, p.Kit.Above = p.Stations.Noun, "/stations", "name", "building", p.area
	p.Kit.Placed = true
	return append(p.Kit.Routes(), site.Route{Pattern: "GET /s/{code}", Do: p.public})
}

// area is the floor of all stations at the end of each of the last years.
func (p *Pages) area(r *http.Request, rq *site.Req, _ any) (templ.Component, error) {
	now := clock.Time(rq.Now)
	var years []int
	var ends []int64
	for y := now.Year() - 4; y <= now.Year(); y++ {
		years = append(years, y)
		ends = append(ends, min(rq.Now, clock.Micros(time.Date(y+1, 1, 1, 0, 0, 0, 0, rq.Brand.Zone))-1))
	}
	floor, err := p.Stations.Area(r.Context(), rq.Who, ends)
	return areaChart(years, floor), err
}

// public is the page of one station for everybody: what its fields say in public.
func (p *Pages) public(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	system := access.System(p.Stations.City())
	all, _, err := p.Stations.List(r.Context(), system, register.Query{Sieves: map[string]string{"code": r.PathValue("code")}})
	if err == nil && len(all) == 0 {
		err = register.ErrMissing
	}
	if err != nil {
		return err
	}
	return rq.Show(w, publicPage(all[0], p.Kit.Public(rq, all[0]), "http://"+r.Host+"/s/"+all[0].Code))
}
