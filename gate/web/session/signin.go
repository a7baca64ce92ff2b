package session

import (
	"cmp"
	"net/http"

	"mulin/gate/web/site"
	"mulin/gate/web/to"
	"mulin/internal/fault"
	"mulin/town/account"
)

// signInView is the page to sign in. Resend holds a form whose session had ended.
type signInView struct {
	Form   *site.Form
	Demo   []OneClick
	Resend *resend
}

func (p *Pages) signInForm(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	return rq.Show(w, signInPage(signInView{Form: site.NewForm("next", rq.Query("next")), Demo: p.OneClick}))
}

func (p *Pages) signIn(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	f, err := rq.Form()
	if err != nil {
		return err
	}
	s, err := p.Accounts.SignIn(r.Context(), f.Value("login"), f.Raw("password"), p.Address(r).String())
	if err != nil {
		return rq.Again(w, f, site.InForm(err), signInPage(signInView{Form: f, Demo: p.OneClick}))
	}
	if err := p.Begin(w, r, s); err != nil {
		return err
	}
	http.Redirect(w, r, p.landing(r, rq, s, f.Value("next")), http.StatusSeeOther)
	return nil
}

// Begin starts a session in this browser. The one before it ends: a session is never carried over a sign-in.
func (p *Pages) Begin(w http.ResponseWriter, r *http.Request, s account.Session) error {
	if c, err := r.Cookie(site.SessionCookie); err == nil {
		if err := p.Accounts.SignOut(r.Context(), c.Value); err != nil {
			return err
		}
	}
	p.setSession(w, s)
	return nil
}

// landing is the page after signing in: a new password first if one is due, then what was wanted, else the actor's own first page.
func (p *Pages) landing(r *http.Request, rq *site.Req, s account.Session, next string) string {
	if s.MustChange {
		return "/me"
	}
	if wanted := to.Local(next); next != "" && wanted != "/" {
		return wanted
	}
	who, _, err := p.Accounts.Session(r.Context(), s.Token)
	if err != nil {
		return "/"
	}
	return cmp.Or(p.Home(who), "/")
}

// signInAs lets visitors of a demo become somebody with one click.
func (p *Pages) signInAs(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	if len(p.OneClick) == 0 {
		return site.ErrMissing
	}
	f, err := rq.Form()
	if err != nil {
		return err
	}
	s, err := p.Accounts.SignInAs(r.Context(), r.PathValue("login"))
	if err != nil {
		return err
	}
	if err := p.Begin(w, r, s); err != nil {
		return err
	}
	http.Redirect(w, r, p.landing(r, rq, s, f.Value("next")), http.StatusSeeOther)
	return nil
}

func (p *Pages) signOut(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	if c, err := r.Cookie(site.SessionCookie); err == nil {
		if err := p.Accounts.SignOut(r.Context(), c.Value); err != nil {
			return err
		}
	}
	p.setSession(w, account.Session{})
	return rq.Done(w, "/", "session.out")
}

// meView is one's own account.
type meView struct {
	Form       *site.Form
	Name       string
	Login      string
	Phone      string // of a resident: its end
	Posts      []string
	MustChange bool
	Resident   bool
}

func (p *Pages) me(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	v, err := p.meView(r, rq, site.NewForm())
	if err != nil {
		return err
	}
	return rq.Show(w, mePage(v))
}

func (p *Pages) meView(r *http.Request, rq *site.Req, f *site.Form) (meView, error) {
	person, posts, err := p.Accounts.Person(r.Context(), rq.Who, rq.Who.Person)
	if err != nil {
		return meView{}, err
	}
	v := meView{Form: f, Name: person.Name, Login: person.Login, MustChange: person.MustChange, Resident: person.Resident}
	if v.Resident {
		phone := p.Claims.Phone(r)
		v.Phone = phone[max(0, len(phone)-4):]
	}
	for _, post := range posts {
		v.Posts = append(v.Posts, p.postName(rq, post))
	}
	return v, nil
}

// postName says a post as people do: role, unit, place.
func (p *Pages) postName(rq *site.Req, post account.Post) string {
	name := post.Role
	if rq.Has("role." + post.Role) {
		name = rq.T("role." + post.Role)
	}
	if unit := p.Bodies.NameAt(post.Body, rq.Now); unit != "" {
		name += " · " + unit
	}
	if at, ok := p.Places.Get(post.Place); ok {
		name += " · " + at.Name
	}
	return name
}

func (p *Pages) changePassword(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	f, err := rq.Form()
	if err != nil {
		return err
	}
	v, err := p.meView(r, rq, f)
	if err != nil {
		return err
	}
	if f.Raw("password") != f.Raw("repeat") {
		return rq.Again(w, f, fault.Field("repeat", "session.repeat.bad"), mePage(v))
	}
	s, err := p.Accounts.ChangePassword(r.Context(), rq.Who, f.Raw("old"), f.Raw("password"))
	if err != nil {
		return rq.Again(w, f, site.InForm(err), mePage(v))
	}
	p.setSession(w, s)
	to := "/me"
	if v.MustChange {
		to = p.landing(r, rq, s, "")
	}
	return rq.Done(w, to, "session.changed")
}

// signOutAll ends all sessions of one's own, on every device.
func (p *Pages) signOutAll(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	if err := p.Accounts.SignOutAll(r.Context(), rq.Who, rq.Who.Person); err != nil {
		return err
	}
	p.setSession(w, account.Session{})
	return rq.Done(w, "/", "session.out.all")
}
