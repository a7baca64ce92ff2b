// Package cases is the staff's work on cases: the desk's lists, the board, the search, and a case's page with all that hangs on it.
package cases

import (
	"net/http"

	"mulin/gate/web/names"
	"mulin/gate/web/photos"
	"mulin/gate/web/secrets"
	"mulin/gate/web/site"
	"mulin/town/account"
	"mulin/town/answer"
	"mulin/town/body"
	"mulin/town/casework"
	"mulin/town/catalog"
	"mulin/town/place"
	"mulin/town/triage"
	"mulin/town/whistle"
	"mulin/view/search"
)

// Pages are the pages of the wing.
type Pages struct {
	*site.Site
	*names.Names
	Desk     *casework.Desk
	Whistles *whistle.Post
	Triage   *triage.Reader
	Answers  *answer.Answers
	Catalog  *catalog.Catalog
	Places   *place.Register
	Bodies   *body.Bodies
	Accounts *account.Accounts
	Search   *search.Index
	Photos   *photos.Photos
	Claims   *secrets.Claims
	// Beside and Above are the parts that hang on a case's page, in order: beside what was said, and above what has happened.
	Beside, Above []Part
	// Help lets others help with filling in the form of a step; nil: nobody does.
	Help func(*site.Req, *casework.File, *Deed)
	// Weigh looks at the words of a step; nil: nobody does.
	Weigh Weighing
	// Whom names the unit that a case is best sent to, and why; nil: nobody does.
	Whom func(*site.Req, *casework.Case) (id int64, why string)
	// Also are the links on the desk to what else waits for the reader; nil: there are none.
	Also func(*http.Request, *site.Req) ([]site.Link, error)
	// Draft proposes answers; nil: nobody does.
	Draft Drafter
	// Reporter shows a case to the one who reported it, to whom GET /cases/{number} leads as well.
	Reporter func(http.ResponseWriter, *http.Request, *site.Req, casework.File) error
}

// Routes are the lines of the wing in the table of pages.
func (p *Pages) Routes() []site.Route {
	return []site.Route{
		{Pattern: "GET /desk", Do: p.inbox, Need: casework.See},
		{Pattern: "GET /board", Do: p.board, Need: casework.See},
		{Pattern: "GET /board/cases.json", Do: p.boardJSON, Need: casework.See},
		{Pattern: "GET /search", Do: p.find, Need: casework.See},
		{Pattern: "GET /cases/{number}", Do: p.caseShow},
		{Pattern: "POST /cases/{number}/{verb}", Do: p.caseAct, Known: true, Body: site.Upload},
		{Pattern: "POST /cases/{number}/classify", Do: p.caseClassify, Known: true},
		{Pattern: "POST /cases/{number}/reveal", Do: p.caseReveal, Known: true},
		{Pattern: "POST /cases/{number}/check", Do: p.answerCheck, Known: true},
		{Pattern: "POST /cases/{number}/draft", Do: p.answerDraft, Known: true},
		{Pattern: "POST /cases/{number}/look", Do: p.caseLook, Known: true},
		{Pattern: "POST /cases/{number}/merge", Do: p.caseMerge, Known: true},
		{Pattern: "POST /cases/{number}/unmerge", Do: p.caseUnmerge, Known: true},
		{Pattern: "GET /cases/{number}/photos/{hash}", Do: p.photo},
		{Pattern: "POST /cases/{number}/locate", Do: p.caseLocate, Known: true},
		{Pattern: "GET /cases/{number}/split", Do: p.splitForm, Known: true},
		{Pattern: "POST /cases/{number}/split", Do: p.splitCase, Known: true},
	}
}
