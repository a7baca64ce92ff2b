// Package wishes is the wall of wishes for everybody: asking, and what the kit makes of their law and of campaigns.
package wishes

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"mulin/gate/web/kit"
	"mulin/gate/web/secrets"
	"mulin/gate/web/site"
	"mulin/gate/web/to"
	"mulin/gate/web/ui"
	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/fault"
	"mulin/internal/life"
	"mulin/town/account"
	"mulin/town/campaign"
	"mulin/town/catalog"
	"mulin/town/place"
	"mulin/town/wish"
)

// Pages are the pages of the wing.
type Pages struct {
	Wishes    *wish.Wall
	Campaigns *campaign.Campaigns
	Places    *place.Register
	Accounts  *account.Accounts
	Claims    *secrets.Claims
	Law       kit.Law
	Kit       kit.Pages // of campaigns
}

// Routes are the wing's lines in the table of routes.
func (p *Pages) Routes() []site.Route {
	l := &p.Law
	l.Door, l.Base, l.Icon, l.See, l.Invites, l.Reasons, l.Facts = p.Wishes, "/wishes", "heart", wish.See, "claim", catalog.ForWish, p.facts
	l.Looks = map[life.State]site.State{wish.Asked: site.Wait, wish.Open: site.Wait, wish.Claimed: site.Wait, wish.Fulfilled: site.OK, wish.Thanked: site.OK, wish.Settled: site.OK,
		wish.Hidden: site.Grey, wish.Refused: site.Grey, wish.Withdrawn: site.Grey}
	l.Object = func(_ *site.Req, v life.View) map[string]any {
		x := v.Of.(*wish.Wish)
		return map[string]any{"text": x.Text, "place": to.Digits(x.Place), "campaign": to.Digits(x.Campaign)}
	}
	p.Kit.Noun, p.Kit.Base, p.Kit.Title, p.Kit.Icon = p.Campaigns.Noun, "/campaigns", "title", "heart"
	all := append(l.Routes(), p.Kit.Routes()...)
	return append(append(all, site.Both("/wishes/ask", "", p.ask, p.ask)...), site.Route{Pattern: "GET /wishes", Do: p.wall})
}

// running are the campaigns of today.
func (p *Pages) running(r *http.Request, rq *site.Req) ([]*campaign.Campaign, error) {
	return campaign.Running(r.Context(), p.Campaigns, clock.Time(rq.Now).In(rq.Brand.Zone).Format("2006-01-02"))
}

// size is how many wishes one page of the wall shows.
const size = 24

// wall shows what hangs there.
func (p *Pages) wall(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	states := map[string][]life.State{"": wish.Public, "open": {wish.Open}, "lit": wish.Lit}[rq.Query("state")]
	all, err := p.Wishes.Hung(r.Context(), states, to.Number(rq.Query("campaign")), to.Number(rq.Query("after")), size+1)
	run, failed := p.running(r, rq)
	lights, uncounted := p.Wishes.Lights(r.Context())
	if err = cmp.Or(err, failed, uncounted); err != nil {
		return err
	}
	next := ""
	if len(all) > size {
		all, next = all[:size], to.Digits(all[size-1].ID)
	}
	var tiles []ui.Tile
	for _, x := range all {
		t := ui.Tile{URL: p.Law.URL(x.ID), Title: x.Title, Text: x.Text, Where: p.Places.Name(x.Path), State: p.Law.Looks[x.Status], Label: rq.T("wish.status." + string(x.Status))}
		if x.Photo != "" {
			t.Photo = t.URL + "/photos/" + x.Photo + "?small"
		}
		tiles = append(tiles, t)
	}
	return rq.Show(w, wallPage(p.Law.Kept(r, rq), run, lights, tiles, next))
}

// ask asks for a wish, and takes it.
func (p *Pages) ask(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	f, err := rq.Form()
	run, failed := p.running(r, rq)
	if err = cmp.Or(err, failed); err != nil {
		return err
	}
	agent := rq.Who.Has(wish.Ask)
	page := func(f *site.Form) templ.Component { return askPage(f, p.areas(rq, agent), run, agent) }
	if r.Method == http.MethodGet {
		return rq.Show(w, page(site.NewForm("campaign", "#"+rq.Query("campaign"), "phone", p.Claims.Phone(r))))
	}
	if !p.Claims.Allow(p.Claims.Intake, r) {
		return rq.Again(w, f, site.ErrTooMany, page(f))
	}
	at, _ := p.Places.ByCode(f.Value("place"))
	id, secret, err := p.Wishes.Ask(r.Context(), rq.Who, wish.Asking{Place: at.ID, Campaign: to.Number(strings.TrimPrefix(f.Value("campaign"), "#")), Title: f.Value("title"), Text: f.Value("text"),
		Name: f.Value("name"), Phone: f.Value("phone"), Home: f.Value("home"), For: agent, ClientRef: f.Value("client_ref")})
	if err != nil {
		return rq.Again(w, f, err, page(f))
	}
	return p.Law.Receipt(w, r, rq, id, secret, agent)
}

// areas are where the wish may be for: those of everybody, for an agent only where they may ask.
func (p *Pages) areas(rq *site.Req, agent bool) (all []ui.Group) {
	for _, g := range p.Law.Names.Areas() {
		g.Choices = slices.DeleteFunc(g.Choices, func(c ui.Choice) bool {
			at, _ := p.Places.ByCode(c.Value)
			return agent && wish.MayAsk(rq.Who, at) != nil
		})
		if len(g.Choices) > 0 {
			all = append(all, g)
		}
	}
	return all
}

// Own are the wishes that this browser has asked for and, of a resident who has signed in, the newest that they have a part in.
func (p *Pages) Own(r *http.Request, rq *site.Req) ([]life.View, error) {
	all := p.Law.Kept(r, rq)
	if !rq.Known() || site.Staff(rq.Who) {
		return all, nil
	}
	for _, tab := range []life.Tab{life.Mine, life.InHand, life.Ended} {
		some, _, err := p.Wishes.Waiting(r.Context(), rq.Who, tab, "")
		if err != nil {
			return nil, err
		}
		for _, v := range some {
			if !slices.ContainsFunc(all, func(x life.View) bool { return x.ID == v.ID }) {
				all = append(all, v)
			}
		}
	}
	return all, nil
}

// mostWaiting bounds what the desk counts.
const mostWaiting = 99

// Waits says on the desk how many wishes wait for review, up to a bound; nothing if none do.
func (p *Pages) Waits(r *http.Request, rq *site.Req) ([]site.Link, error) {
	n, err := p.Wishes.ToReview(r.Context(), rq.Who, mostWaiting+1)
	if err != nil || n == 0 {
		return nil, err
	}
	count := to.Digits(min(n, mostWaiting))
	if n > mostWaiting {
		count += "+"
	}
	return []site.Link{{URL: "/wishes/desk", Label: rq.T("wish.waits", count), Icon: "heart"}}, nil
}

// full is why who may claim the wish can't claim one more, "" if they can.
func (p *Pages) full(r *http.Request, rq *site.Req, v life.View) (string, error) {
	if !slices.ContainsFunc(v.Offers, func(o life.Offer) bool { return o.Verb == "claim" }) {
		return "", nil
	}
	err := p.Wishes.Full(r.Context(), rq.Who)
	if wrong, ok := fault.As(err); ok {
		return rq.Words.Fault(wrong[0]), nil
	}
	return "", err
}

// facts are what a wish is, and for whoever has a part in it how to go on.
func (p *Pages) facts(r *http.Request, rq *site.Req, v life.View) (templ.Component, error) {
	x, gathered := v.Of.(*wish.Wish), ""
	if c, err := p.Campaigns.Get(r.Context(), access.System(p.Campaigns.City()), x.Campaign); err == nil {
		gathered = c.Title
	}
	var helpers []account.Worker
	if rq.Who.Is(x.Claimer) {
		helpers = p.Accounts.OnDuty(x.Path, "clerk")
	}
	full, err := p.full(r, rq, v)
	return factsOf(x, gathered, helpers, p.Wishes.Contact(rq.Who, v, rq.Now), full), err
}
