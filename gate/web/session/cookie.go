package session

import (
	"context"
	"errors"
	"net/http"
	"time"

	"mulin/gate/web/site"
	"mulin/internal/access"
	"mulin/internal/fault"
	"mulin/town/account"
)

// Who finds the actor behind the session cookie; a cookie that is no longer good makes them unknown.
func (p *Pages) Who(r *http.Request) (access.Actor, error) {
	c, err := r.Cookie(site.SessionCookie)
	if err != nil || c.Value == "" {
		return access.Nobody(p.City), nil
	}
	who, _, err := p.Accounts.Session(r.Context(), c.Value)
	if _, readable := fault.As(err); readable && !errors.Is(err, context.Canceled) {
		if l, _ := fault.As(err); l[0].Kind == fault.Unavailable {
			return access.Nobody(p.City), err
		}
		return access.Nobody(p.City), nil
	}
	return who, err
}

// setSession hands the browser its token; an empty one takes it away.
func (p *Pages) setSession(w http.ResponseWriter, s account.Session) {
	c := &http.Cookie{Name: site.SessionCookie, Value: s.Token, Path: "/", HttpOnly: true, Secure: p.Secure, SameSite: http.SameSiteLaxMode, MaxAge: int((7 * 24 * time.Hour).Seconds())}
	if s.Token == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}
