package places

import (
	"net/http"

	"github.com/a-h/templ"

	"mulin/gate/web/site"
	"mulin/gate/web/to"
	"mulin/gate/web/ui"
	"mulin/internal/access"
	"mulin/internal/fault"
	"mulin/internal/register"
	"mulin/town/place"
)

// placeRoutes keep the list of places; merging and posters hang on a place's page.
func (p *Pages) placeRoutes() []site.Route {
	p.Kit.Noun, p.Kit.Base, p.Kit.Title, p.Kit.Icon = p.Places.Noun().Noun, to.Places(), "name", "map"
	p.Kit.Unmapped, p.Kit.Rooted, p.Kit.Above, p.Kit.More = true, true, p.abovePlaces, p.aroundPlace
	at := to.Places() + "/{id}"
	all := append(p.Kit.Routes(), site.Route{Pattern: "GET " + at + "/poster", Do: p.poster, Need: place.Edit})
	return append(all, site.Both(at+"/merge", place.Edit, p.mergeForm, p.merge)...)
}

// abovePlaces leads to where the actor's territory begins.
func (p *Pages) abovePlaces(_ *http.Request, rq *site.Req, _ any) (templ.Component, error) {
	var tops []place.Place
	for _, path := range rq.Who.Reach(place.Edit).Paths {
		ids := place.IDs(path)
		if own, ok := p.Places.Get(ids[len(ids)-1]); ok {
			tops = append(tops, own)
		}
	}
	return topsPart(tops), nil
}

// placeView is what hangs on a place and what its forms show.
type placeView struct {
	place.Place
	Line     []site.Link // the way here, itself included
	Below    place.Kind
	Children []place.Place // those on this page
	All      []place.Place
	Next     string
	Heir     place.Place // what it has become
	Was      []place.Was
	May      bool // change what lies below
	Map      ui.MapOf
}

// placeCrumbs lead to a place, the city left out.
func (p *Pages) placeCrumbs(rq *site.Req, line []place.Place) []site.Link {
	all := []site.Link{{URL: to.Places(), Label: rq.T("place.list")}}
	for i, x := range line {
		if i > 0 {
			all = append(all, site.Link{URL: to.Place(x.ID), Label: x.Name})
		}
	}
	return all
}

// aroundPlace is what hangs on a place: what lies below it, its map, what it was called.
func (p *Pages) aroundPlace(r *http.Request, rq *site.Req, x any) (templ.Component, error) {
	at, err := p.Places.Find(r.Context(), register.HeadOf(x).ID)
	if err != nil {
		return nil, err
	}
	v, err := p.viewPlace(r, rq, at)
	return aroundPlacePart(v), err
}

func (p *Pages) viewPlace(r *http.Request, rq *site.Req, at place.Place) (v placeView, err error) {
	v.Place = at
	line := p.Places.Lineage(at.Path)
	v.Line = p.placeCrumbs(rq, line)
	if len(line) == 0 || line[len(line)-1].ID != at.ID {
		v.Line = append(v.Line, site.Link{URL: to.Place(at.ID), Label: at.Name})
	}
	if d := place.Depth(at.Kind); d+1 < len(place.Kinds) {
		v.Below = place.Kinds[d+1]
	}
	if v.All, err = p.below(r, at); err != nil {
		return v, err
	}
	v.Children, v.Next = site.PageOf(v.All, rq.Query("after"), site.PageSize, func(x place.Place) string { return to.Digits(x.ID) })
	if at.Successor != 0 {
		v.Heir, _ = p.Places.Current(at.ID)
	}
	if v.Was, err = p.Places.History(r.Context(), at.ID); err != nil {
		return v, err
	}
	v.May = at.Live() && rq.Who.May(place.Edit, access.At{Path: at.Path}) == nil
	v.Map = p.placeMap(rq, v)
	return v, nil
}

// below are the places right below one: from memory, or from the database below buildings.
func (p *Pages) below(r *http.Request, at place.Place) ([]place.Place, error) {
	switch at.Kind {
	case place.Home:
		return nil, nil
	case place.Building, place.Entrance:
		return p.Places.Inside(r.Context(), at.ID)
	}
	return p.Places.Children(at.ID), nil
}

// placeMap shows the shape of a place with its children.
func (p *Pages) placeMap(rq *site.Req, v placeView) ui.MapOf {
	m := ui.MapOf{ID: "place-map", Label: rq.T("admin.place.map", v.Name), List: "below", Areas: to.Place(v.ID) + "/shapes", Fit: true}
	if _, ok := p.Places.Shape(v.ID); !ok && v.Point != nil && place.Depth(v.Kind) > place.Depth(place.Grid) {
		m.Lat, m.Lng, m.Zoom, m.Fit = v.Point.Lat, v.Point.Lng, 17, false
	}
	return m
}

// editPlace reads the place of the address and sees that it may be worked on.
func (p *Pages) editPlace(r *http.Request, rq *site.Req) (placeView, error) {
	id, err := site.PathID(r, "id")
	if err != nil {
		return placeView{}, err
	}
	if _, err := p.Kit.Get(r.Context(), rq.Who, id); err != nil { // out of reach is no such thing
		return placeView{}, err
	}
	at, err := p.Places.Find(r.Context(), id)
	if err != nil {
		return placeView{}, err
	}
	if !at.Live() {
		return placeView{}, place.ErrEnded.With(at.Name)
	}
	if err := rq.Who.May(place.Edit, access.At{Path: at.Path}); err != nil {
		return placeView{}, err
	}
	return p.viewPlace(r, rq, at)
}

func (p *Pages) mergeForm(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	v, err := p.editPlace(r, rq)
	if err != nil {
		return err
	}
	return rq.Show(w, mergePlacesPage(v, site.NewForm()))
}

// merge joins some of the children of a place into one.
func (p *Pages) merge(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	f, err := rq.Form()
	if err != nil {
		return err
	}
	v, err := p.editPlace(r, rq)
	if err != nil {
		return err
	}
	var from []int64
	for _, c := range v.All { // only children of this place, whatever was sent
		if f.Has("from", to.Digits(c.ID)) {
			from = append(from, c.ID)
		}
	}
	var made place.Place
	if len(from) < 2 {
		err = fault.Field("from", "admin.merge.two")
	} else if err = ui.NeedReason(f); err == nil {
		made, err = p.Places.Merge(r.Context(), rq.Who, from, place.Details{Name: f.Value("name"), Code: f.Value("code"), Parent: v.ID, Reason: f.Value("reason")})
	}
	if err != nil {
		return rq.Again(w, f, err, mergePlacesPage(v, f))
	}
	return rq.Done(w, to.Place(made.ID), "admin.merge.done", len(from), made.Name)
}

// poster is a page to print: the code to scan, the name, the phone.
func (p *Pages) poster(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	v, err := p.editPlace(r, rq)
	if err != nil {
		return err
	}
	post := ui.PosterOf{Name: v.Name, Where: p.Places.Name(v.Path), Code: v.Code, Call: rq.T("admin.poster.scan"), Lead: rq.T("admin.poster.lead")}
	if v.Code != "" {
		post.Link = rq.Origin() + "/q/" + v.Code
	}
	return rq.Show(w, posterPage(v, post))
}
