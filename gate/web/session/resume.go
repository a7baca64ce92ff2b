package session

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"mulin/gate/web/site"
	"mulin/gate/web/to"
	"mulin/internal/fault"
	"mulin/town/account"
)

// resend is a form that came when the session had ended: after signing in it is sent again as it was, without its files.
type resend struct {
	Action string
	Fields []resent
	Files  bool // there were files: they have to be chosen again
}

type resent struct{ Name, Value string }

// keptName marks the fields of the form that waits, inside the form to sign in.
const keptName = "kept."

// secretFields are never shown again.
var secretFields = []string{"password", "old", "repeat", "secret", "code"}

// maxKept bounds what a sign-in page carries along.
const maxKept = 256 << 10

// Instead answers a POST whose session has ended with a page to sign in that carries the form along. done is false if that isn't what happened.
func (p *Pages) Instead(w http.ResponseWriter, rq *site.Req, err error) (done bool) {
	r := rq.HTTP
	if r.Method != http.MethodPost || rq.Known() || !refused(err) {
		return false
	}
	if c, cerr := r.Cookie(site.SessionCookie); !errors.Is(err, site.ErrUnknown) && (cerr != nil || c.Value == "") {
		return false
	}
	f, ferr := rq.Form()
	if ferr != nil {
		return false
	}
	re := resendOf(r, f)
	if re == nil {
		return false
	}
	p.setSession(w, account.Session{})
	w.Header().Set("Cache-Control", "no-store")
	return rq.ShowAs(w, http.StatusForbidden, signInPage(signInView{Form: site.NewForm(), Demo: p.OneClick, Resend: re})) == nil
}

// refused tells that somebody who is signed in might have been answered otherwise.
func refused(err error) bool {
	faults, ok := fault.As(err)
	return ok && len(faults) > 0 && (faults[0].Kind == fault.Denied || faults[0].Kind == fault.Missing) && !errors.Is(err, site.ErrCrossOrigin)
}

func resendOf(r *http.Request, f *site.Form) *resend {
	re := &resend{Action: r.URL.RequestURI(), Files: f.HasFiles()}
	if strings.HasPrefix(r.URL.Path, to.SignIn()) || r.URL.Path == "/signout" || r.URL.Path == "/prefs" {
		return nil
	}
	size := 0
	for name, values := range f.All() {
		if slices.Contains(secretFields, name) {
			continue
		}
		for _, v := range values {
			size += len(name) + len(v)
			re.Fields = append(re.Fields, resent{name, v})
		}
	}
	slices.SortStableFunc(re.Fields, func(a, b resent) int { return strings.Compare(a.Name, b.Name) })
	if size > maxKept {
		return nil
	}
	return re
}

// signInAgain signs in and then offers the form that waited, to be sent with one tap by the person who has just signed in.
func (p *Pages) signInAgain(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	f, err := rq.Form()
	if err != nil {
		return err
	}
	re := &resend{Action: to.Local(f.Value("action")), Files: f.Has("files", "1")}
	for name, values := range f.All() {
		if original, ok := strings.CutPrefix(name, keptName); ok {
			for _, v := range values {
				re.Fields = append(re.Fields, resent{original, v})
			}
		}
	}
	slices.SortStableFunc(re.Fields, func(a, b resent) int { return strings.Compare(a.Name, b.Name) })
	login := f.Value("as")
	var s account.Session
	if login != "" && len(p.OneClick) > 0 {
		s, err = p.Accounts.SignInAs(r.Context(), login)
	} else {
		s, err = p.Accounts.SignIn(r.Context(), f.Value("login"), f.Raw("password"), p.Address(r).String())
	}
	if err != nil {
		return rq.Again(w, f, site.InForm(err), signInPage(signInView{Form: f, Demo: p.OneClick, Resend: re}))
	}
	if err := p.Begin(w, r, s); err != nil {
		return err
	}
	if s.MustChange {
		http.Redirect(w, r, "/me", http.StatusSeeOther)
		return nil
	}
	w.Header().Set("Cache-Control", "no-store")
	return rq.Show(w, resendPage(*re))
}
