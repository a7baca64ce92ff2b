// Package claims is how a browser shows that it is the one of who reported.
package claims

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"mulin/gate/web/site"
	"mulin/town/account"
	"mulin/town/casework"
)

// Claims are what a browser can show to be the one of who reported: secrets it keeps, or a phone that was verified.
type Claims struct {
	*site.Site
	desk     *casework.Desk
	accounts *account.Accounts
}

// New holds what browsers keep against the desk and the accounts.
func New(s *site.Site, desk *casework.Desk, accounts *account.Accounts) *Claims {
	return &Claims{s, desk, accounts}
}

// The cases that this browser reported or opened with their secrets: at most claimsKept, for half a year.
const (
	claimsCookie = "claims"
	ClaimsKept   = 20
	claimsLife   = 180 * 24 * time.Hour
)

// All are number and secret of the cases this browser knows of.
func (c *Claims) All(r *http.Request) map[string]string {
	all := map[string]string{}
	for _, line := range c.claimLines(r) {
		number, secret, _ := strings.Cut(line, " ")
		all[number] = secret
	}
	return all
}

// claimLines are the claims as they are kept, newest first.
func (c *Claims) claimLines(r *http.Request) []string {
	text := c.Sealed(r, claimsCookie)
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}

// Remember adds a case to those of this browser; the oldest one goes when there are too many.
func (c *Claims) Remember(w http.ResponseWriter, r *http.Request, number, secret string) {
	lines := slices.DeleteFunc(c.claimLines(r), func(line string) bool { return strings.HasPrefix(line, number+" ") })
	lines = append([]string{number + " " + secret}, lines...)
	c.PutSealed(w, claimsCookie, "/", strings.Join(lines[:min(ClaimsKept, len(lines))], "\n"), claimsLife)
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

// Forget takes the cases away from this browser.
func (c *Claims) Forget(w http.ResponseWriter) { c.PutSealed(w, claimsCookie, "/", "", -1) }

// Visible reads a case for whoever asks: staff by their rights, others by the claim this browser keeps.
func (c *Claims) Visible(r *http.Request, rq *site.Req, number string) (casework.File, error) {
	if site.Staff(rq.Who) {
		return c.desk.Get(r.Context(), rq.Who, number)
	}
	return c.desk.Track(r.Context(), number, c.Of(r, number))
}
