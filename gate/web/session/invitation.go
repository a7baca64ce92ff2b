package session

import (
	"net/http"

	"mulin/gate/web/site"
	"mulin/internal/fault"
)

// invitation lets somebody who was invited choose a password. Opening the link uses nothing up: programs that look at links before people do no harm.
func (p *Pages) invitation(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	who, err := p.Accounts.Invited(r.Context(), r.PathValue("code"))
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return rq.Show(w, invitationPage(who, &site.Form{}))
}

func (p *Pages) accept(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	f, err := rq.Form()
	if err != nil {
		return err
	}
	code := r.PathValue("code")
	who, err := p.Accounts.Invited(r.Context(), code)
	if err != nil {
		return err
	}
	if f.Raw("password") != f.Raw("repeat") {
		return rq.Again(w, f, fault.Field("repeat", "session.repeat.bad"), invitationPage(who, f))
	}
	s, err := p.Accounts.Accept(r.Context(), code, f.Raw("password"))
	if err != nil {
		return rq.Again(w, f, err, invitationPage(who, f))
	}
	if err := p.Begin(w, r, s); err != nil {
		return err
	}
	return rq.Done(w, p.landing(r, rq, s, ""), "session.invited")
}
