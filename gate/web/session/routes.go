// Package session is signing in and out, going on with what was typed when a session ended, and one's own account.
package session

import (
	"mulin/gate/web/secrets"
	"mulin/gate/web/site"
	"mulin/gate/web/to"
	"mulin/town/account"
	"mulin/town/body"
	"mulin/town/place"
)

// Pages are the pages of the wing.
type Pages struct {
	*site.Site
	Accounts *account.Accounts
	Bodies   *body.Bodies
	Places   *place.Register
	Claims   *secrets.Claims
	// OneClick are the people a demo lets anybody sign in as; empty outside of a demo.
	OneClick []OneClick
}

// Routes are the lines of the wing in the table of pages.
func (p *Pages) Routes() []site.Route {
	return []site.Route{
		{Pattern: "GET " + to.SignIn(), Do: p.signInForm},
		{Pattern: "POST " + to.SignIn(), Do: p.signIn},
		{Pattern: "POST /signin/as/{login}", Do: p.signInAs},
		{Pattern: "POST /signin/resume", Do: p.signInAgain},
		{Pattern: "POST /signout", Do: p.signOut},
		{Pattern: "GET " + to.Invitation("{code}"), Do: p.invitation, Slow: p.Secrets},
		{Pattern: "POST " + to.Invitation("{code}"), Do: p.accept, Slow: p.Secrets},
		{Pattern: "GET /me", Do: p.me, Known: true},
		{Pattern: "POST /me", Do: p.changePassword, Known: true},
		{Pattern: "POST /me/signout", Do: p.signOutAll, Known: true},
	}
}
