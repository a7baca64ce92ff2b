package bodies

import (
	"net/http"
	"slices"

	"mulin/gate/web/names"
	"mulin/gate/web/site"
	"mulin/gate/web/to"
	"mulin/gate/web/ui"
	"mulin/internal/access"
	"mulin/internal/fault"
	"mulin/town/body"
	"mulin/town/place"
)

// bodyLine is a unit in a list: how many places it serves.
type bodyLine struct {
	body.Body
	Places int
	Parent string
}

func (p *Pages) adminBodies(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	kind, q := body.Kind(rq.Query("kind")), rq.Query("q")
	if kind != "" && !slices.Contains(body.Kinds, kind) {
		return site.ErrMissing
	}
	all := p.Bodies.All(kind)
	if q != "" {
		all = slices.DeleteFunc(all, func(b body.Body) bool { return !names.Holds(q, b.Name, b.Short, b.Code) })
	}
	some, next := site.PageOf(all, rq.Query("after"), site.PageSize, func(b body.Body) string { return to.Digits(b.ID) })
	lines := make([]bodyLine, len(some))
	for i, b := range some {
		up, _ := p.Bodies.Get(b.Parent)
		lines[i] = bodyLine{b, len(p.Bodies.Places(b.ID)), up.Label()}
	}
	return rq.Show(w, bodiesPage(bodyList{Kind: kind, Query: q, Lines: lines, All: len(all), Next: next}))
}

type bodyList struct {
	Kind  body.Kind
	Query string
	Lines []bodyLine
	All   int
	Next  string
}

// bodyView is what the pages of one unit show.
type bodyView struct {
	body.Body
	Up, Heir body.Body
	Children []body.Body
	Places   []place.Place // it serves
	Was      []body.Was
	May      bool
	Crumbs   []site.Link // itself included
	Found    []ui.Choice
	PlaceOf  func(path string) string
}

func (p *Pages) viewBody(r *http.Request, rq *site.Req) (v bodyView, err error) {
	id, err := site.PathID(r, "id")
	if err != nil {
		return v, err
	}
	b, ok := p.Bodies.Get(id)
	if !ok {
		return v, body.ErrMissing
	}
	v = bodyView{Body: b, Children: p.Bodies.Children(id), Was: p.Bodies.History(id), PlaceOf: p.Places.Name}
	v.Up, _ = p.Bodies.Get(b.Parent)
	if b.Successor != 0 {
		v.Heir, _ = p.Bodies.Current(id)
	}
	v.May = b.Live() && p.mayEditBody(rq, id)
	for _, at := range p.Bodies.Places(id) {
		x, err := p.Places.Find(r.Context(), at)
		if err != nil {
			return v, err
		}
		v.Places = append(v.Places, x)
	}
	v.Crumbs = append(bodyCrumbs(rq), site.Link{URL: to.Body(id), Label: b.Name})
	return v, nil
}

func bodyCrumbs(rq *site.Req) []site.Link {
	return []site.Link{{URL: "/admin", Label: rq.T("admin.title")}, {URL: "/admin/bodies", Label: rq.T("admin.bodies")}}
}

// mayEditBody tells whether buttons make sense: the right holds at all places the unit serves, or in the whole city if it serves none. The verbs ask again.
func (p *Pages) mayEditBody(rq *site.Req, id int64) bool {
	places := p.Bodies.Places(id)
	if len(places) == 0 {
		return p.Everywhere(rq.Who, body.Edit)
	}
	return !slices.ContainsFunc(places, func(at int64) bool {
		x, ok := p.Places.Current(at)
		return !ok || rq.Who.May(body.Edit, access.At{Path: x.Path}) != nil
	})
}

func (p *Pages) adminBody(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	v, err := p.viewBody(r, rq)
	if err != nil {
		return err
	}
	return rq.Show(w, bodyPage(v, &site.Form{}))
}

// bodyForm is the form of a new unit or of one that several become.
type bodyForm struct {
	From   []body.Body
	Found  []ui.Choice // places that answer to what was typed
	Crumbs []site.Link
}

func (p *Pages) newBody(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	return rq.Show(w, addBodyPage(bodyForm{Crumbs: bodyCrumbs(rq)}, site.NewForm("kind", rq.Query("kind"))))
}

func (p *Pages) addBody(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	f, err := rq.Form()
	if err != nil {
		return err
	}
	form := bodyForm{Crumbs: bodyCrumbs(rq)}
	var at int64
	if at, form.Found, err = ui.Picked(f, "place", p.FindPlace); err != nil {
		return rq.Again(w, f, err, addBodyPage(form, f))
	}
	d := draftBody(f)
	if at != 0 {
		d.Places = []int64{at}
	}
	b, err := p.Bodies.Add(r.Context(), rq.Who, d)
	if err != nil {
		return rq.Again(w, f, err, addBodyPage(form, f))
	}
	return rq.Done(w, to.Body(b.ID), "admin.body.added", b.Name)
}

// draftBody reads the fields that units have.
func draftBody(f *site.Form) body.Details {
	return body.Details{Kind: body.Kind(f.Value("kind")), Name: f.Value("name"), Short: f.Value("short"), Code: f.Value("code"), Phone: f.Value("phone"), ParentCode: f.Value("parent")}
}

func (p *Pages) editBody(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	v, err := p.viewBody(r, rq)
	if err != nil {
		return err
	}
	return rq.Show(w, renameBodyPage(v, site.NewForm("name", v.Name, "short", v.Short, "phone", v.Phone)))
}

func (p *Pages) renameBody(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	f, err := rq.Form()
	if err != nil {
		return err
	}
	v, err := p.viewBody(r, rq)
	if err != nil {
		return err
	}
	if _, err = p.Bodies.Rename(r.Context(), rq.Who, v.ID, f.Value("name"), f.Value("short")); err == nil {
		err = p.Bodies.SetPhone(r.Context(), rq.Who, v.ID, f.Value("phone"))
	}
	if err != nil {
		return rq.Again(w, f, err, renameBodyPage(v, f))
	}
	return rq.Done(w, to.Body(v.ID), "common.saved")
}

// mergeForm shows the units ticked in the list.
func (p *Pages) mergeForm(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	form, err := p.merging(rq, r.URL.Query()["from"])
	if err != nil {
		return err
	}
	f := site.NewForm()
	if len(form.From) > 0 {
		f = site.NewForm("kind", string(form.From[0].Kind), "phone", form.From[0].Phone)
	}
	return rq.Show(w, mergeBodiesPage(form, f))
}

// merging finds the living units among those named.
func (p *Pages) merging(rq *site.Req, ids []string) (bodyForm, error) {
	form := bodyForm{Crumbs: bodyCrumbs(rq)}
	for _, b := range p.Bodies.All("") {
		if slices.Contains(ids, to.Digits(b.ID)) {
			form.From = append(form.From, b)
		}
	}
	return form, nil
}

func (p *Pages) mergeBodies(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	f, err := rq.Form()
	if err != nil {
		return err
	}
	form, err := p.merging(rq, f.Values("from"))
	if err != nil {
		return err
	}
	if len(form.From) < 2 {
		err = fault.Field("from", "admin.merge.two")
	} else {
		err = ui.NeedReason(f)
	}
	var made body.Body
	if err == nil {
		var from []int64
		for _, b := range form.From {
			from = append(from, b.ID)
		}
		d := draftBody(f)
		d.ParentCode, d.Reason = "", f.Value("reason")
		made, err = p.Bodies.Merge(r.Context(), rq.Who, from, d)
	}
	if err != nil {
		return rq.Again(w, f, err, mergeBodiesPage(form, f))
	}
	return rq.Done(w, to.Body(made.ID), "admin.merge.done", len(form.From), made.Name)
}

func (p *Pages) askEndBody(r *http.Request, rq *site.Req) (ui.Question, error) {
	v, err := p.viewBody(r, rq)
	return ui.Question{Title: rq.T("admin.body.end", v.Name), Text: rq.T("admin.body.end.text"), Label: rq.T("admin.end"), Danger: true, Crumbs: v.Crumbs}, err
}

func (p *Pages) endBody(r *http.Request, rq *site.Req, reason string) (ui.Done, error) {
	id, err := site.PathID(r, "id")
	if err != nil {
		return ui.Done{}, err
	}
	b, _ := p.Bodies.Get(id)
	return ui.Done{To: "/admin/bodies?kind=" + string(b.Kind), Key: "admin.body.ended", Args: []any{b.Name}}, p.Bodies.End(r.Context(), rq.Who, id, reason)
}

// linkBody ties the unit to a place; unlinking is the way back.
func (p *Pages) linkBody(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	f, err := rq.Form()
	if err != nil {
		return err
	}
	v, err := p.viewBody(r, rq)
	if err != nil {
		return err
	}
	var at int64
	at, v.Found, err = ui.Picked(f, "place", p.FindPlace)
	if err == nil && at == 0 {
		err = fault.Field("place", "account.post.place")
	}
	if err == nil {
		err = p.Bodies.Link(r.Context(), rq.Who, v.ID, at)
	}
	if err != nil {
		return rq.Again(w, f, err, bodyPage(v, f))
	}
	x, _ := p.Places.Find(r.Context(), at)
	return rq.Done(w, to.Body(v.ID), "admin.body.linked", x.Name)
}

func (p *Pages) unlinkBody(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	f, err := rq.Form()
	if err != nil {
		return err
	}
	id, err := site.PathID(r, "id")
	if err != nil {
		return err
	}
	at := f.Int("place")
	if err := p.Bodies.Unlink(r.Context(), rq.Who, id, at); err != nil {
		return err
	}
	x, _ := p.Places.Find(r.Context(), at)
	return rq.Done(w, to.Body(id), "admin.body.unlinked", x.Name)
}
