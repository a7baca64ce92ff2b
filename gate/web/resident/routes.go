// Package resident is what anybody may open: the front page, reporting, codes on doors, following a case.
package resident

import (
	"net/http"

	"mulin/gate/web/cases"
	"mulin/gate/web/names"
	"mulin/gate/web/photos"
	"mulin/gate/web/secrets"
	"mulin/gate/web/session"
	"mulin/gate/web/site"
	"mulin/internal/life"
	"mulin/town/account"
	"mulin/town/body"
	"mulin/town/casework"
	"mulin/town/catalog"
	"mulin/town/place"
	"mulin/town/task"
	"mulin/town/triage"
)

// Pages are the pages of the wing.
type Pages struct {
	*site.Site
	*names.Names
	Desk     *casework.Desk
	Triage   *triage.Reader
	Tasks    *task.Tasks
	Catalog  *catalog.Catalog
	Places   *place.Register
	Bodies   *body.Bodies
	Accounts *account.Accounts
	Photos   *photos.Photos
	Claims   *secrets.Claims
	Session  *session.Pages                                      // who shows a phone is signed in
	Cases    *cases.Pages                                        // what one message has become
	Wished   site.Jar                                            // the wishes that this browser has asked for
	Wishes   func(*http.Request, *site.Req) ([]life.View, error) // those, and what a resident who has signed in has a part in
	// Code shows a demo's phone codes on the page, since no message is sent; nil outside of a demo.
	Code func(phone string) string
}

// Routes are the lines of the wing in the table of pages.
func (p *Pages) Routes() []site.Route {
	return []site.Route{
		{Pattern: "GET /{$}", Do: p.home},
		{Pattern: "GET /q/{code}", Do: p.door},
		{Pattern: "GET /help", Do: p.page(helpPage)},
		{Pattern: "GET /accessibility", Do: p.page(accessibilityPage)},
		{Pattern: "GET /privacy", Do: p.page(privacyPage)},
		{Pattern: "GET /favicon.ico", Do: p.favicon},
		{Pattern: "GET /report", Do: p.reportForm},
		{Pattern: "POST /report", Do: p.sendReport, Body: reportBody},
		{Pattern: "POST /report/where", Do: p.where},
		{Pattern: "POST /report/similar", Do: p.similar},
		{Pattern: "GET /report/join", Do: p.join},
		{Pattern: "POST /report/join", Do: p.join},
		{Pattern: "POST /report/class", Do: p.reportClass, Slow: p.Typing},
		{Pattern: "POST /report/named", Do: p.reportNamed},
		{Pattern: "GET /receipt/{number}", Do: p.receipt},
		{Pattern: "GET /follow", Do: p.followForm},
		{Pattern: "POST /follow", Do: p.follow},
		{Pattern: "POST /cases/{number}/rate", Do: p.rate},
		{Pattern: "POST /cases/{number}/reopen", Do: p.reopen, Body: site.Upload},
		{Pattern: "POST /cases/{number}/say", Do: p.say},
		{Pattern: "GET /my", Do: p.my},
		{Pattern: "POST /my/code", Do: p.sendCode},
		{Pattern: "POST /my/verify", Do: p.verifyCode},
		{Pattern: "POST /my/forget", Do: p.forget},
	}
}
