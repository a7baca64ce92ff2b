package people

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"mulin/gate/web/kit"
	"mulin/gate/web/names"
	"mulin/gate/web/site"
	"mulin/gate/web/to"
	"mulin/gate/web/ui"
	"mulin/internal/fault"
	"mulin/internal/i18n"
	"mulin/internal/register"
	"mulin/town/account"
)

// personRoutes look after the staff: who they are, what posts they hold, how they sign in.
func (p *Pages) personRoutes() []site.Route {
	p.Kit.Noun, p.Kit.Base, p.Kit.Title, p.Kit.Icon = p.Accounts.Noun().Noun, to.People(), "name", "people"
	p.Kit.Above, p.Kit.More, p.Kit.Apart = p.abovePeople, p.aroundPerson, []string{"posts"}
	p.Kit.Spell = map[string]kit.Spelling{"posts": {Write: p.writePosts, Read: p.readPosts}}
	p.Kit.Cells = map[string]kit.Cell{"posts": func(rq *site.Req, x any) templ.Component {
		return postsCell(p.postLines(rq, x.(*account.Member).Posts))
	}}
	at := to.People() + "/{id}"
	all := append(p.Kit.Routes(), site.Route{Pattern: "POST " + at + "/invitation", Do: p.invitePerson, Need: account.Edit},
		site.Route{Pattern: "POST " + to.People() + "/invitations", Do: p.invitePeople, Need: account.Edit},
		site.Route{Pattern: "GET " + at + "/password", Do: p.askPassword, Need: account.Edit},
		site.Route{Pattern: "POST " + at + "/password", Do: p.resetPassword, Need: account.Edit})
	all = append(all, site.Both(at+"/appoint", account.Edit, p.appointForm, p.appoint)...)
	all = append(all, ui.Confirm(at+"/dismiss/{post}", account.Edit, p.askDismiss, p.dismiss)...)
	return append(all, ui.Confirm(at+"/signout", account.Edit, p.askPerson("admin.person.signout", "admin.person.signout.text"), p.signOutPerson)...)
}

// postLine is a post as people read it.
type postLine struct {
	account.Post
	Role, Body, Place string
}

func (p *Pages) postLines(rq *site.Req, posts []account.Post) []postLine {
	out := make([]postLine, len(posts))
	for i, x := range posts {
		out[i] = postLine{x, names.Role(rq.Words, x.Role), p.Bodies.Directory().Name(x.Body), p.Places.Directory().Name(x.Place)}
	}
	return out
}

// between stands between the parts of a post that is written in a sheet: role, place, body.
const between = " / "

// writePosts says posts in people's words, one a line.
func (p *Pages) writePosts(w *i18n.Words, text string) string {
	posts, _ := account.ReadPosts(text)
	lines := make([]string, len(posts))
	for i, x := range posts {
		lines[i] = names.Role(w, x.Role) + between + called(p.Places.Directory(), x.Place)
		if x.Body != 0 {
			lines[i] += between + called(p.Bodies.Directory(), x.Body)
		}
	}
	return strings.Join(lines, "\n")
}

// parting are what may stand between the parts of a post, and between posts.
const parting, ending = "/／|｜@", "\n；;"

// called is a name that finds the thing again: those of places and bodies that live are their own.
func called(dir register.Directory, id int64) string {
	name := dir.Name(id)
	if strings.ContainsAny(name, parting+ending) {
		name = ""
	}
	if name == "" || !dir.Live(id) {
		name = strings.TrimSpace(name + " #" + to.Digits(id))
	}
	return name
}

// readPosts reads what people write of posts: one a line, or with ；between, each with role, place and body.
func (p *Pages) readPosts(text string) (string, *fault.Fault) {
	var posts []account.Post
	for line := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune(ending, r) }) {
		parts := strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(parting, r) })
		for i := range parts {
			parts[i] = strings.TrimSpace(parts[i])
		}
		if len(parts) < 2 || len(parts) > 3 {
			return "", fault.Field("posts", "account.post.text")
		}
		role, ok := p.roleNamed(parts[0])
		if !ok {
			return "", fault.Field("posts", "admin.pick.none", parts[0])
		}
		one := account.Post{Role: role}
		var bad *fault.Fault
		if one.Place, bad = kit.Named("posts", p.Places.Directory(), parts[1]); bad == nil && len(parts) == 3 {
			one.Body, bad = kit.Named("posts", p.Bodies.Directory(), parts[2])
		}
		if bad != nil {
			return "", bad
		}
		posts = append(posts, one)
	}
	return account.PostsText(posts), nil
}

// roleNamed finds a role by its code or by what it is called in any language.
func (p *Pages) roleNamed(text string) (string, bool) {
	roles := p.Accounts.RoleNames()
	i := slices.IndexFunc(roles, func(role string) bool {
		return role == text || slices.ContainsFunc(p.Kit.Langs(), func(w *i18n.Words) bool { return strings.EqualFold(names.Role(w, role), text) })
	})
	if i < 0 {
		return "", false
	}
	return roles[i], true
}

func (p *Pages) abovePeople(_ *http.Request, rq *site.Req, _ any) (templ.Component, error) {
	return peopleActs(rq.Who.Has(account.Edit)), nil
}

// personView is what hangs on the page of a person.
type personView struct {
	account.Person
	Posts  []postLine
	May    bool // act on the account at all; the verbs ask for each post
	Crumbs []site.Link
	Roles  []ui.Choice
	Bodies []ui.Choice // those that answer to what was typed
	Places []ui.Choice
}

func peopleCrumbs(rq *site.Req) []site.Link {
	return []site.Link{{URL: to.People(), Label: rq.T("person.list")}}
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
	v = personView{Person: person, Posts: p.postLines(rq, posts), May: rq.Who.Has(account.Edit)}
	v.Crumbs = append(peopleCrumbs(rq), site.Link{URL: to.Person(id), Label: person.Name})
	return v, nil
}

// aroundPerson is what hangs on a person: posts, the way in, what they have done.
func (p *Pages) aroundPerson(r *http.Request, rq *site.Req, x any) (templ.Component, error) {
	v, err := p.viewPerson(r, rq)
	return aroundPersonPart(v, register.HeadOf(x).Until != 0), err
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
		v.Roles = append(v.Roles, ui.Choice{Value: x.Name, Label: names.Role(rq.Words, x.Name)})
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
	if err := bad.Or(); err != nil {
		return again(err)
	}
	post, err := p.Accounts.Appoint(r.Context(), rq.Who, v.ID, f.Value("role"), unit, at)
	if err != nil {
		return again(err)
	}
	return rq.Done(w, to.Person(v.ID), "admin.person.appointed", names.Role(rq.Words, post.Role))
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
