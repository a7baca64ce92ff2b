package people

import (
	"cmp"
	"net/http"
	"slices"

	"mulin/gate/web/names"
	"mulin/gate/web/site"
	"mulin/gate/web/to"
	"mulin/gate/web/ui"
	"mulin/internal/fault"
	"mulin/town/account"
)

// personRoutes look after the staff: who they are, what posts they hold, how they sign in.
func (p *Pages) personRoutes() []site.Route {
	all := []site.Route{
		{Pattern: "GET /admin/people", Do: p.adminPeople, Need: account.See},
		{Pattern: "GET /admin/people/{id}", Do: p.adminPerson, Need: account.See},
		{Pattern: "POST /admin/people/{id}/open", Do: p.openPerson, Need: account.Edit},
		{Pattern: "POST /admin/people/{id}/invitation", Do: p.invitePerson, Need: account.Edit},
		{Pattern: "POST /admin/people/invitations", Do: p.invitePeople, Need: account.Edit},
		{Pattern: "GET /admin/people/{id}/password", Do: p.askPassword, Need: account.Edit},
		{Pattern: "POST /admin/people/{id}/password", Do: p.resetPassword, Need: account.Edit},
	}
	all = append(all, site.Both("/admin/people/add", account.Edit, p.newPerson, p.addPerson)...)
	all = append(all, site.Both("/admin/people/{id}/appoint", account.Edit, p.appointForm, p.appoint)...)
	all = append(all, ui.Confirm("/admin/people/{id}/dismiss/{post}", account.Edit, p.askDismiss, p.dismiss)...)
	all = append(all, ui.Confirm("/admin/people/{id}/close", account.Edit, p.askPerson("admin.person.close", "admin.person.close.text"), p.closePerson)...)
	return append(all, ui.Confirm("/admin/people/{id}/signout", account.Edit, p.askPerson("admin.person.signout", "admin.person.signout.text"), p.signOutPerson)...)
}

// postLine is a post as people read it.
type postLine struct {
	account.Post
	Role, Body, Place string
}

// personLine is somebody in the list of the staff.
type personLine struct {
	account.Person
	Posts []postLine
}

func (p *Pages) postLines(rq *site.Req, posts []account.Post) []postLine {
	out := make([]postLine, len(posts))
	for i, x := range posts {
		b, _ := p.Bodies.Get(x.Body)
		at, _ := p.Places.Get(x.Place)
		out[i] = postLine{x, names.Role(rq, x.Role), b.Label(), p.Places.Name(at.Path)}
	}
	return out
}

func (p *Pages) adminPeople(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	q, after := rq.Query("q"), site.NewForm("after", rq.Query("after")).Int("after")
	staff, err := p.Accounts.Staff(r.Context(), rq.Who, q, after, site.PageSize+1)
	if err != nil {
		return err
	}
	next := ""
	if len(staff) > site.PageSize {
		staff = staff[:site.PageSize]
		next = to.Digits(staff[site.PageSize-1].ID)
	}
	lines := make([]personLine, len(staff))
	for i, h := range staff {
		lines[i] = personLine{h.Person, p.postLines(rq, h.Posts)}
	}
	return rq.Show(w, peoplePage(q, lines, next))
}

// personView is what the pages of one person show.
type personView struct {
	personLine
	May    bool // act on the account at all; the verbs ask for each post
	Crumbs []site.Link
	Roles  []ui.Choice
	Bodies []ui.Choice // those that answer to what was typed
	Places []ui.Choice
}

func peopleCrumbs(rq *site.Req) []site.Link {
	return []site.Link{{URL: "/admin", Label: rq.T("admin.title")}, {URL: "/admin/people", Label: rq.T("admin.people")}}
}

func (p *Pages) viewPerson(r *http.Request, rq *site.Req) (v personView, err error) {
	id, err := site.PathID(r, "id")
	if err != nil {
		return v, err
	}
	person, posts, err := p.Accounts.Person(r.Context(), rq.Who, id)
	if err != nil {
		return v, err
	}
	v = personView{personLine: personLine{person, p.postLines(rq, posts)}, May: rq.Who.Has(account.Edit)}
	v.Crumbs = append(peopleCrumbs(rq), site.Link{URL: to.Person(id), Label: person.Name})
	return v, nil
}

func (p *Pages) adminPerson(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	v, err := p.viewPerson(r, rq)
	if err != nil {
		return err
	}
	return rq.Show(w, personPage(v))
}

func (p *Pages) newPerson(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	return rq.Show(w, addPersonPage(&site.Form{}))
}

// addPerson makes somebody and shows the password they begin with: here, once, and nowhere else.
func (p *Pages) addPerson(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	f, err := rq.Form()
	if err != nil {
		return err
	}
	person, err := p.Accounts.Create(r.Context(), rq.Who, account.NewPerson{Login: f.Value("login"), Name: f.Value("name"), Phone: f.Value("phone")})
	if err != nil {
		return rq.Again(w, f, err, addPersonPage(f))
	}
	return p.showPassword(w, r, rq, person)
}

func (p *Pages) showPassword(w http.ResponseWriter, r *http.Request, rq *site.Req, person account.Person) error {
	password, err := p.Accounts.ResetPassword(r.Context(), rq.Who, person.ID)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return rq.Show(w, passwordPage(person, password, append(peopleCrumbs(rq), site.Link{URL: to.Person(person.ID), Label: person.Name})))
}

func (p *Pages) askPassword(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	q, err := p.askPerson("admin.person.password", "admin.person.password.text")(r, rq)
	if err != nil {
		return err
	}
	return rq.Show(w, ui.AskPage(q, &site.Form{}))
}

func (p *Pages) resetPassword(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	v, err := p.viewPerson(r, rq)
	if err != nil {
		return err
	}
	return p.showPassword(w, r, rq, v.Person)
}

// askPerson asks before something is done to an account; key names the act, text says what will come of it.
func (p *Pages) askPerson(key, text string) func(*http.Request, *site.Req) (ui.Question, error) {
	return func(r *http.Request, rq *site.Req) (ui.Question, error) {
		v, err := p.viewPerson(r, rq)
		return ui.Question{Title: rq.T(key) + " · " + v.Name, Text: rq.T(text), Label: rq.T(key), Crumbs: v.Crumbs}, err
	}
}

func (p *Pages) closePerson(r *http.Request, rq *site.Req, _ string) (ui.Done, error) {
	id, err := site.PathID(r, "id")
	if err != nil {
		return ui.Done{}, err
	}
	return ui.Done{To: to.Person(id), Key: "admin.person.closed"}, p.Accounts.SetActive(r.Context(), rq.Who, id, false)
}

func (p *Pages) openPerson(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	id, err := site.PathID(r, "id")
	if err != nil {
		return err
	}
	if err := p.Accounts.SetActive(r.Context(), rq.Who, id, true); err != nil {
		return err
	}
	return rq.Done(w, to.Person(id), "admin.person.opened")
}

func (p *Pages) signOutPerson(r *http.Request, rq *site.Req, _ string) (ui.Done, error) {
	id, err := site.PathID(r, "id")
	if err != nil {
		return ui.Done{}, err
	}
	return ui.Done{To: to.Person(id), Key: "admin.person.signedout"}, p.Accounts.SignOutAll(r.Context(), rq.Who, id)
}

func (p *Pages) appointForm(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	v, err := p.appointView(r, rq)
	if err != nil {
		return err
	}
	q := rq.Query
	return rq.Show(w, appointPage(v, site.NewForm("role", q("role"), "body", q("body"), "place", q("place"))))
}

func (p *Pages) appointView(r *http.Request, rq *site.Req) (personView, error) {
	v, err := p.viewPerson(r, rq)
	if err != nil {
		return v, err
	}
	roles, err := p.Accounts.Roles(r.Context())
	for _, x := range roles {
		v.Roles = append(v.Roles, ui.Choice{Value: x.Name, Label: names.Role(rq, x.Name)})
	}
	return v, err
}

func (p *Pages) appoint(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	f, err := rq.Form()
	if err != nil {
		return err
	}
	v, err := p.appointView(r, rq)
	if err != nil {
		return err
	}
	again := func(err error) error { return rq.Again(w, f, err, appointPage(v, f)) }
	var bad fault.List
	bad.Check(f.Value("role") != "", "role", "account.role.none")
	var unit, at int64
	var err1, err2 error
	unit, v.Bodies, err1 = ui.Picked(f, "body", p.FindBody)
	at, v.Places, err2 = ui.Picked(f, "place", p.FindPlace)
	for _, err := range []error{err1, err2} {
		l, _ := fault.As(err)
		bad = append(bad, l...)
	}
	bad.Check(err2 != nil || at != 0, "place", "account.post.place")
	if _, ok := p.Bodies.Get(unit); unit != 0 && !ok {
		bad.Check(false, "body", "body.missing")
	}
	if err := bad.Or(); err != nil {
		return again(err)
	}
	post, err := p.Accounts.Appoint(r.Context(), rq.Who, v.ID, f.Value("role"), unit, at)
	if err != nil {
		return again(err)
	}
	return rq.Done(w, to.Person(v.ID), "admin.person.appointed", names.Role(rq, post.Role))
}

// heldPost is the post of the address, if the person holds it.
func (p *Pages) heldPost(r *http.Request, rq *site.Req) (personView, postLine, error) {
	v, err := p.viewPerson(r, rq)
	if err != nil {
		return v, postLine{}, err
	}
	id, err := site.PathID(r, "post")
	if err != nil {
		return v, postLine{}, err
	}
	i := slices.IndexFunc(v.Posts, func(x postLine) bool { return x.ID == id })
	if i < 0 {
		return v, postLine{}, account.ErrNoPost
	}
	return v, v.Posts[i], nil
}

func (p *Pages) askDismiss(r *http.Request, rq *site.Req) (ui.Question, error) {
	v, post, err := p.heldPost(r, rq)
	return ui.Question{Title: rq.T("admin.person.dismiss"), Text: rq.T("admin.person.dismiss.text", v.Name, post.Role, cmp.Or(post.Place, "–")), Label: rq.T("admin.person.dismiss"), Crumbs: v.Crumbs}, err
}

// dismiss ends a post. Appointing again is the way back.
func (p *Pages) dismiss(r *http.Request, rq *site.Req, _ string) (ui.Done, error) {
	v, post, err := p.heldPost(r, rq)
	if err != nil {
		return ui.Done{}, err
	}
	return ui.Done{To: to.Person(v.ID), Key: "admin.person.dismissed", Args: []any{post.Role}}, p.Accounts.Dismiss(r.Context(), rq.Who, post.ID)
}
