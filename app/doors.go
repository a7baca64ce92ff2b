package app

import (
	"net/url"
	"strings"
	"time"

	"mulin/gate/web"
	"mulin/gate/web/bodies"
	"mulin/gate/web/cases"
	"mulin/gate/web/duties"
	"mulin/gate/web/issues"
	"mulin/gate/web/kit"
	"mulin/gate/web/lists"
	"mulin/gate/web/live"
	"mulin/gate/web/names"
	"mulin/gate/web/people"
	"mulin/gate/web/photos"
	"mulin/gate/web/places"
	"mulin/gate/web/record"
	"mulin/gate/web/resident"
	"mulin/gate/web/secrets"
	"mulin/gate/web/session"
	"mulin/gate/web/site"
	"mulin/gate/web/stations"
	"mulin/gate/web/tasks"
	"mulin/gate/web/teach"
	"mulin/gate/web/whistles"
	"mulin/gate/web/wishes"
	"mulin/internal/blob"
	"mulin/internal/tray"
)

// doors are the ways in.
func (a *App) doors(t *Town) {
	s := &site.Site{Words: a.Words, Clock: a.Clock, Log: a.Log, Trusted: a.proxy, Secure: a.Secure, City: t.ID, Box: a.box, TileOrigin: func() string { return origin(t.Catalog.Settings().TileURL) }}
	if !a.Unlimited {
		s.Intake, s.Secrets, s.Typing = site.NewLimiter(30, 2*time.Second), site.NewLimiter(10, 6*time.Second), site.NewLimiter(60, time.Second)
	}
	in := &kit.Imports{City: t.City, Tray: tray.New(t.City), Actor: t.Accounts.Actor}
	t.Jobs.Handle(kit.ImportJob, in.Run, kit.ImportOptions)
	t.Jobs.Every("tray.sweep", time.Hour, in.Tray.Sweep)
	t.Pages = Pages(t, s, a.Photos, in)
	if a.drafts != nil {
		t.Pages.Cases.Draft, s.Drafting = a.drafts, site.NewLimiter(5, 20*time.Second)
	}
	if a.Demo {
		t.Accounts.AllowOneClick()
		t.Pages.Resident.Code = t.Sent.Last
	}
}

// Pages joins the wings of a town's site, each with the areas it uses.
func Pages(t *Town, s *site.Site, store *blob.Photos, in *kit.Imports) *web.House {
	called, shots, mine := names.New(t.Places, t.Bodies, t.Catalog), photos.New(s, store), secrets.New(s, t.Desk, t.Accounts)
	signing := &session.Pages{Site: s, Accounts: t.Accounts, Bodies: t.Bodies, Places: t.Places, Claims: mine}
	work := &cases.Pages{Site: s, Names: called, Desk: t.Desk, Whistles: t.Whistles, Triage: t.Triage, Answers: t.Answers, Catalog: t.Catalog, Places: t.Places, Bodies: t.Bodies,
		Accounts: t.Accounts, Search: t.Search, Photos: shots, Claims: mine}
	calls := &whistles.Pages{Names: called, Whistles: t.Whistles, Catalog: t.Catalog, Bodies: t.Bodies, Accounts: t.Accounts, Cases: work}
	work.Beside, work.Above = []cases.Part{work.GuessPart, work.SamePart, work.FoundPart}, []cases.Part{calls.Part}
	work.Help, work.Weigh, work.Whom = work.HelpAnswer, work.WeighAnswer, work.LikelyBody
	wished := site.Jar{Site: s, Cookie: "wishes", Path: "/"}
	front := &resident.Pages{Site: s, Names: called, Desk: t.Desk, Triage: t.Triage, Tasks: t.Tasks, Catalog: t.Catalog, Places: t.Places, Bodies: t.Bodies, Accounts: t.Accounts,
		Photos: shots, Claims: mine, Session: signing, Cases: work, Wished: wished}
	work.Reporter = front.Case
	special := &tasks.Pages{Names: called, Tasks: t.Tasks, Issues: t.Issues, Bodies: t.Bodies, Accounts: t.Accounts, Photos: shots}
	of := kit.Pages{Words: s.Words, Person: t.Accounts.Name, Imports: in}
	wall := &wishes.Pages{Wishes: t.Wishes, Campaigns: t.Campaigns, Places: t.Places, Accounts: t.Accounts, Claims: mine, Kit: of,
		Law: kit.Law{Keeps: wished, Names: called, Person: t.Accounts.Name, Catalog: t.Catalog, Photos: shots}}
	front.Wishes, work.Also = wall.Own, wall.Waits
	return &web.House{Site: s, Catalog: t.Catalog, Resident: front, Session: signing, Cases: work, Kit: in, Further: []web.Wing{
		&live.Pages{Hub: t.Hub},
		calls,
		&issues.Pages{Names: called, Issues: t.Issues, Tasks: t.Tasks, Desk: t.Desk, Cases: work, Lines: special},
		special,
		&places.Pages{Site: s, Places: t.Places, Kit: of},
		&bodies.Pages{Names: called, Bodies: t.Bodies, Kit: of},
		&people.Pages{Site: s, Names: called, Accounts: t.Accounts, Bodies: t.Bodies, Places: t.Places, Kit: of},
		&lists.Pages{Names: called, Catalog: t.Catalog, Bodies: t.Bodies, Duties: t.Duties, Kit: of},
		&teach.Pages{Names: called, Triage: t.Triage, Answers: t.Answers, Issues: t.Issues, Catalog: t.Catalog, Kit: of},
		&record.Pages{Site: s, Names: called, Tree: t.Tree, Desk: t.Desk, Accounts: t.Accounts, Bodies: t.Bodies, Places: t.Places, Catalog: t.Catalog, Claims: mine, Nouns: t.Nouns(), Laws: t.Laws, Looks: t.Looks()},
		&stations.Pages{Stations: t.Stations, Calendar: t.Catalog.Calendar, Kit: of},
		&duties.Pages{List: t.Duties, Kit: of},
		wall,
	}}
}

// origin is scheme and host of an address.
func origin(address string) string {
	u, err := url.Parse(strings.NewReplacer("{", "", "}", "").Replace(address))
	if err != nil || u.Host == "" {
		return ""
	}
	return u.Scheme + "://" + u.Host
}
