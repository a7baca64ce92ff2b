package places

import (
	"cmp"
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"mulin/gate/web/site"
	"mulin/gate/web/to"
	"mulin/gate/web/ui"
	"mulin/internal/access"
	"mulin/internal/fault"
	"mulin/town/place"
)

// placeRoutes edit the tree of places.
func (p *Pages) placeRoutes() []site.Route {
	all := []site.Route{
		{Pattern: "GET /admin/places", Do: p.adminPlaces, Need: place.Edit},
		{Pattern: "GET /admin/places/{id}", Do: p.adminPlace, Need: place.Edit},
		{Pattern: "GET /admin/places/{id}/poster", Do: p.adminPoster, Need: place.Edit},
	}
	all = append(all, site.Both("/admin/places/{id}/rename", place.Edit, p.placeForm(placeRename), p.renamePlace)...)
	all = append(all, site.Both("/admin/places/{id}/add", place.Edit, p.placeForm(placeAdd), p.addPlace)...)
	all = append(all, site.Both("/admin/places/{id}/merge", place.Edit, p.placeForm(placeMerge), p.mergePlaces)...)
	all = append(all, site.Both("/admin/places/{id}/aliases", place.Edit, p.placeForm(placeAliases), p.saveAliases)...)
	return append(all, ui.Confirm("/admin/places/{id}/end", place.Edit, p.askEndPlace, p.endPlace)...)
}

// placeView is what the pages of a place show.
type placeView struct {
	place.Place
	Line     []site.Link // the way here, itself left out
	Below    place.Kind
	Children []place.Place // those on this page
	All      []place.Place
	Next     string
	Heir     place.Place // what it has become
	Was      []place.Was
	May      bool // change what lies below
	Self     bool // rename and end it
	Aliases  []string
	Map      ui.MapOf
}

// placeCrumbs lead to a place, itself included if wanted.
func (p *Pages) placeCrumbs(rq *site.Req, line []place.Place) []site.Link {
	all := []site.Link{{URL: "/admin", Label: rq.T("admin.title")}, {URL: "/admin/places", Label: rq.T("admin.places")}}
	for i, x := range line {
		if i > 0 {
			all = append(all, site.Link{URL: to.Place(x.ID), Label: x.Name})
		}
	}
	return all
}

// adminPlaces shows the place where the actor's territory begins, or what a search finds.
func (p *Pages) adminPlaces(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	q := rq.Query("q")
	if q != "" {
		return rq.Show(w, placesFound(q, p.Places.Search(q, site.PageSize), p.Places.Name))
	}
	root, ok := p.Places.Root()
	if !ok {
		return rq.Show(w, placesFound("", nil, p.Places.Name))
	}
	if reach := rq.Who.Reach(place.Edit); len(reach.Paths) == 1 {
		ids := place.IDs(reach.Paths[0])
		if own, ok := p.Places.Get(ids[len(ids)-1]); ok && own.ID != root.ID {
			http.Redirect(w, r, to.Place(own.ID), http.StatusSeeOther)
			return nil
		}
	}
	return p.showPlace(w, r, rq, root)
}

func (p *Pages) adminPlace(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	id, err := site.PathID(r, "id")
	if err != nil {
		return err
	}
	at, err := p.Places.Find(r.Context(), id)
	if err != nil {
		return err
	}
	return p.showPlace(w, r, rq, at)
}

func (p *Pages) showPlace(w http.ResponseWriter, r *http.Request, rq *site.Req, at place.Place) error {
	v, err := p.viewPlace(r, rq, at)
	if err != nil {
		return err
	}
	return rq.Show(w, placePage(v))
}

func (p *Pages) viewPlace(r *http.Request, rq *site.Req, at place.Place) (v placeView, err error) {
	v.Place = at
	line := p.Places.Lineage(at.Path)
	v.Line = p.placeCrumbs(rq, line)
	if len(line) > 1 && line[len(line)-1].ID == at.ID {
		v.Line = v.Line[:len(v.Line)-1]
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
	v.Self = at.Live() && at.Kind != place.City && rq.Who.May(place.Edit, access.At{Path: strings.TrimSuffix(at.Path, to.Digits(at.ID)+"/")}) == nil
	v.Aliases = p.Places.Aliases(at.ID)
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

// placeAct is which form of a place is shown.
type placeAct string

const (
	placeRename  placeAct = "rename"
	placeAdd     placeAct = "add"
	placeMerge   placeAct = "merge"
	placeAliases placeAct = "aliases"
)

func (a placeAct) page(v placeView, f *site.Form) templ.Component {
	return map[placeAct]func(placeView, *site.Form) templ.Component{placeRename: renamePlacePage, placeAdd: addPlacePage, placeMerge: mergePlacesPage, placeAliases: aliasesPage}[a](v, f)
}

// placeForm shows one of the forms.
func (p *Pages) placeForm(act placeAct) site.Handler {
	return func(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
		v, err := p.editPlace(r, rq)
		if err != nil {
			return err
		}
		f := site.NewForm("name", v.Name, "code", v.Code)
		switch act {
		case placeAdd, placeMerge:
			f = site.NewForm()
		case placeAliases:
			f = site.NewForm("aliases", strings.Join(p.Places.Aliases(v.ID), "\n"))
		}
		return rq.Show(w, act.page(v, f))
	}
}

// editPlace reads the place of the address and sees that it may be worked on.
func (p *Pages) editPlace(r *http.Request, rq *site.Req) (placeView, error) {
	id, err := site.PathID(r, "id")
	if err != nil {
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

// send reads a form of a place, runs the verb and shows the form again if it refuses.
func (p *Pages) send(w http.ResponseWriter, r *http.Request, rq *site.Req, act placeAct, verb func(v placeView, f *site.Form) (ui.Done, error)) error {
	f, err := rq.Form()
	if err != nil {
		return err
	}
	v, err := p.editPlace(r, rq)
	if err != nil {
		return err
	}
	d, err := verb(v, f)
	if err != nil {
		return rq.Again(w, f, err, act.page(v, f))
	}
	return rq.Done(w, d.To, d.Key, d.Args...)
}

func (p *Pages) renamePlace(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	return p.send(w, r, rq, placeRename, func(v placeView, f *site.Form) (ui.Done, error) {
		_, err := p.Places.Rename(r.Context(), rq.Who, v.ID, f.Value("name"), f.Value("code"))
		return ui.Done{To: to.Place(v.ID), Key: "common.saved"}, err
	})
}

// saveAliases says what people also call a place, one name a line.
func (p *Pages) saveAliases(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	return p.send(w, r, rq, placeAliases, func(v placeView, f *site.Form) (ui.Done, error) {
		err := p.Places.SetAliases(r.Context(), rq.Who, v.ID, place.SplitNames(f.Value("aliases")))
		return ui.Done{To: to.Place(v.ID), Key: "common.saved"}, err
	})
}

func (p *Pages) addPlace(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	return p.send(w, r, rq, placeAdd, func(v placeView, f *site.Form) (ui.Done, error) {
		d := place.Details{Parent: v.ID, Kind: v.Below, Name: f.Value("name"), Code: f.Value("code")}
		var err error
		if d.Point, err = ui.PointOf(f); err != nil {
			return ui.Done{}, err
		}
		made, err := p.Places.Add(r.Context(), rq.Who, d)
		if f.Value("again") != "" {
			return ui.Done{To: to.Place(v.ID) + "/add", Key: "admin.place.added", Args: []any{made.Name}}, err
		}
		return ui.Done{To: to.Place(v.ID), Key: "admin.place.added", Args: []any{made.Name}}, err
	})
}

// mergePlaces joins some of the children of a place into one.
func (p *Pages) mergePlaces(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	return p.send(w, r, rq, placeMerge, func(v placeView, f *site.Form) (ui.Done, error) {
		var from []int64
		for _, c := range v.All { // only children of this place, whatever was sent
			if f.Has("from", to.Digits(c.ID)) {
				from = append(from, c.ID)
			}
		}
		if len(from) < 2 {
			return ui.Done{}, fault.Field("from", "admin.merge.two")
		}
		if err := ui.NeedReason(f); err != nil {
			return ui.Done{}, err
		}
		made, err := p.Places.Merge(r.Context(), rq.Who, from, place.Details{Name: f.Value("name"), Code: f.Value("code"), Parent: v.ID, Reason: f.Value("reason")})
		return ui.Done{To: to.Place(made.ID), Key: "admin.merge.done", Args: []any{len(from), made.Name}}, err
	})
}

func (p *Pages) askEndPlace(r *http.Request, rq *site.Req) (ui.Question, error) {
	v, err := p.editPlace(r, rq)
	if err != nil {
		return ui.Question{}, err
	}
	return ui.Question{Title: rq.T("admin.place.end", v.Name), Text: rq.T("admin.place.end.text"), Label: rq.T("admin.end"), Danger: true,
		Crumbs: append(v.Line, site.Link{URL: to.Place(v.ID), Label: v.Name})}, nil
}

func (p *Pages) endPlace(r *http.Request, rq *site.Req, reason string) (ui.Done, error) {
	id, err := site.PathID(r, "id")
	if err != nil {
		return ui.Done{}, err
	}
	at, err := p.Places.Find(r.Context(), id)
	if err != nil {
		return ui.Done{}, err
	}
	return ui.Done{To: to.Place(cmp.Or(at.Parent, id)), Key: "admin.place.ended", Args: []any{at.Name}}, p.Places.End(r.Context(), rq.Who, id, reason)
}

// poster is a page to print: the code to scan, the name, the phone.
type poster struct {
	place.Place
	Where, Link string
	Crumbs      []site.Link
}

func (p *Pages) adminPoster(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	v, err := p.editPlace(r, rq)
	if err != nil {
		return err
	}
	post := poster{Place: v.Place, Where: p.Places.Name(v.Path), Crumbs: append(v.Line, site.Link{URL: to.Place(v.ID), Label: v.Name})}
	if v.Code != "" {
		post.Link = rq.Origin() + "/q/" + v.Code
	}
	return rq.Show(w, posterPage(post))
}
