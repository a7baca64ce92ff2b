// Package secrets is how a browser shows that it is the one of who reported.
package secrets

import (
	"maps"
	"net/http"
	"slices"

	"mulin/gate/web/site"
	"mulin/town/account"
	"mulin/town/casework"
)

// Claims are what a browser can show to be the one of who reported: secrets it keeps, or a phone that was verified.
type Claims struct {
	site.Jar
	desk     *casework.Desk
	accounts *account.Accounts
}

// New holds what browsers keep against the desk and the accounts.
func New(s *site.Site, desk *casework.Desk, accounts *account.Accounts) *Claims {
	return &Claims{site.Jar{Site: s, Cookie: "claims", Path: "/"}, desk, accounts}
}

// Of is how this browser shows that it is the reporter's: by the secret it remembers, or by the phone that was verified.
func (c *Claims) Of(r *http.Request, number string) casework.Claim {
	all := c.All(r)
	mine := casework.Claim{Secret: all[number], Phone: c.Phone(r)}
	if mine.Secret == "" { // perhaps a part of one that this browser knows
		mine.Others = slices.Collect(maps.Values(all))
	}
	return mine
}

// Phone is the verified one of a resident who is signed in. That of a member of the staff was typed by somebody else and proves nothing.
func (c *Claims) Phone(r *http.Request) string {
	cookie, err := r.Cookie(site.SessionCookie)
	if err != nil {
		return ""
	}
	who, s, err := c.accounts.Session(r.Context(), cookie.Value)
	if err != nil || !s.Resident {
		return ""
	}
	phone, _ := c.accounts.Phone(r.Context(), who)
	return phone
}

// Visible reads a case for whoever asks: staff by their rights, others by the claim this browser keeps.
func (c *Claims) Visible(r *http.Request, rq *site.Req, number string) (casework.File, error) {
	if site.Staff(rq.Who) {
		return c.desk.Get(r.Context(), rq.Who, number)
	}
	return c.desk.Track(r.Context(), number, c.Of(r, number))
}
