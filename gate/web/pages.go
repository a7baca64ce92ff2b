// Package web joins the wings of the site: routes, navigation, brand, and who asks.
package web

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"mulin/gate/web/site"
	"mulin/gate/web/to"
	"mulin/gate/web/ui"
	"mulin/internal/access"
	"mulin/internal/blob"
	"mulin/internal/fault"
	"mulin/internal/ledger"
	"mulin/internal/sse"
	"mulin/internal/store"
	"mulin/town/account"
	"mulin/town/answer"
	"mulin/town/body"
	"mulin/town/casework"
	"mulin/town/catalog"
	"mulin/town/issue"
	"mulin/town/place"
	"mulin/town/task"
	"mulin/town/triage"
	"mulin/town/whistle"
	"mulin/view/search"
)

// Pages are a city's pages: the site with the areas behind it.
type Pages struct {
	site.Site
	Places   *place.Register
	Bodies   *body.Bodies
	Accounts *account.Accounts
	Catalog  *catalog.Catalog
	Desk     *casework.Desk
	Whistles *whistle.Post
	Triage   *triage.Reader
	Answers  *answer.Answers
	Issues   *issue.Issues
	Tasks    *task.Tasks
	Search   *search.Index
	Tree     *ledger.Tree
	Photos   *blob.Photos
	Hub      *sse.Hub
	// Further are the routes of the wings.
	Further []site.Route
	// Intake and Secrets slow down one address: filing, and trying secrets, codes or passwords. nil: any number.
	// Typing bounds what is looked up while somebody writes.
	Intake, Secrets, Typing *site.Limiter
	// Draft proposes answers; nil: nobody does. Drafting bounds how often one person asks it.
	Draft    Drafter
	Drafting *site.Limiter
	// OneClick are the people a demo lets anybody sign in as; empty outside of a demo.
	OneClick []OneClick
	// Code shows a demo's phone codes on the page, since no message is sent; nil outside of a demo.
	Code func(phone string) string
}

// OneClick is somebody a visitor of the demo can become.
type OneClick struct{ Login, Name, Role, Where string }

// Handler is the whole site of the city.
func (p *Pages) Handler() http.Handler {
	p.Who, p.Nav, p.Brand, p.Instead, p.Error = p.who, p.nav, p.brand, p.instead, ui.ErrorPage
	return p.Site.Handler(p.Routes())
}

// Routes is the table of all pages: who may open which.
func (p *Pages) Routes() []site.Route {
	return slices.Concat(p.common(), p.residentRoutes(), p.sessionRoutes(), p.deskRoutes(), p.caseRoutes(), p.foundRoutes(), p.adminRoutes(), p.hotRoutes(), p.Further)
}

// common are the routes that serve other pages.
func (p *Pages) common() []site.Route {
	return []site.Route{
		{Pattern: "GET /live", Do: p.live},
		{Pattern: "GET /cases/{number}/photos/{hash}", Do: p.photo},
		{Pattern: "GET /map/{kind}", Do: p.layer},
		{Pattern: "GET /ledger/checkpoint", Do: p.checkpoint},
		{Pattern: "GET /ledger/key", Do: p.ledgerKey},
		{Pattern: "GET /ledger/proof/{number}", Do: p.proof, Slow: p.Secrets},
	}
}

const sessionCookie = "session"

// who finds the actor behind the session cookie; a cookie that is no longer good makes them unknown.
func (p *Pages) who(r *http.Request) (access.Actor, error) {
	c, err := r.Cookie(sessionCookie)
	if err != nil || c.Value == "" {
		return access.Nobody(p.Desk.City().ID), nil
	}
	who, _, err := p.Accounts.Session(r.Context(), c.Value)
	if _, readable := fault.As(err); readable && !errors.Is(err, context.Canceled) {
		if l, _ := fault.As(err); l[0].Kind == fault.Unavailable {
			return access.Nobody(p.Desk.City().ID), err
		}
		return access.Nobody(p.Desk.City().ID), nil
	}
	return who, err
}

// setSession hands the browser its token; an empty one takes it away.
func (p *Pages) setSession(w http.ResponseWriter, s account.Session) {
	c := &http.Cookie{Name: sessionCookie, Value: s.Token, Path: "/", HttpOnly: true, Secure: p.Secure, SameSite: http.SameSiteLaxMode, MaxAge: int((7 * 24 * time.Hour).Seconds())}
	if s.Token == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}

// nav are the links on top: what this actor works with, or the resident's four doors.
func (p *Pages) nav(rq *site.Req) []site.Link {
	if !site.Staff(rq.Who) {
		return []site.Link{
			{URL: "/", Label: rq.T("nav.home"), Icon: "home"},
			{URL: "/report", Label: rq.T("nav.report"), Icon: "camera"},
			{URL: "/my", Label: rq.T("nav.my"), Icon: "list"},
		}
	}
	var links []site.Link
	if rq.Who.Has(casework.See) {
		links = append(links, site.Link{URL: "/desk", Label: rq.T("nav.desk"), Icon: "inbox"})
		if p.hasBoard(rq.Who) {
			links = append(links, site.Link{URL: "/board", Label: rq.T("nav.board"), Icon: "map"})
		}
		links = append(links, site.Link{URL: "/search", Label: rq.T("nav.search"), Icon: "search"})
	}
	if rq.Who.Has(casework.Enter) {
		links = append(links, site.Link{URL: "/report", Label: rq.T("nav.file"), Icon: "camera"})
	}
	if hasHot(rq.Who) {
		links = append(links, site.Link{URL: to.Issues(), Label: rq.T("nav.hot"), Icon: "chart"})
	}
	if rq.Who.Has(task.Lead) {
		links = append(links, site.Link{URL: to.Tasks(), Label: rq.T("nav.tasks"), Icon: "check"})
	}
	if slices.ContainsFunc(offices, rq.Who.Has) {
		links = append(links, site.Link{URL: "/admin", Label: rq.T("nav.admin"), Icon: "gear"})
	}
	return links
}

// hasBoard tells whether the actor stands above a street or more: those have the board of three columns.
func (p *Pages) hasBoard(who access.Actor) bool {
	return slices.ContainsFunc(who.Posts, func(post access.Post) bool {
		return post.Rights[casework.See] == access.Territory && strings.Count(post.Path, "/") <= 4
	})
}

// brand is the city as residents or staff know it, in the reader's language where it has a name in it.
func (p *Pages) brand(rq *site.Req) site.Brand {
	s := p.Catalog.Settings()
	zone, err := time.LoadLocation(s.Zone)
	if err != nil {
		zone = time.UTC
	}
	city, name := s.CityName, s.Client
	if site.Staff(rq.Who) {
		name = s.Platform
	}
	if rq.Lang() == "en" {
		city = cmp.Or(s.CityNameEN, city)
		name = cmp.Or(s.ClientEN, name)
		if site.Staff(rq.Who) {
			name = cmp.Or(s.PlatformEN, s.Platform)
		}
	}
	return site.Brand{City: city, Name: name, Phone: s.Phone, Zone: zone,
		Map: site.MapBase{Areas: "/map/street", Tiles: s.TileURL, Credit: s.TileCredit, Lat: s.MapCentre.Lat, Lng: s.MapCentre.Lng, Zoom: float64(s.MapZoom)}}
}

// Topics an actor may listen to: those of its places and bodies, and single cases it may see.
func (p *Pages) topics(rq *site.Req) []string {
	var all []string
	reach := rq.Who.Reach(casework.See)
	for _, path := range reach.Paths {
		ids := place.IDs(path)
		all = append(all, "place/"+strconv.FormatInt(ids[len(ids)-1], 10))
	}
	for _, b := range reach.Bodies {
		all = append(all, "body/"+strconv.FormatInt(b, 10))
	}
	return all
}

// caseTopic is the topic of one case.
func caseTopic(id int64) string { return "case/" + strconv.FormatInt(id, 10) }

// live streams the events of the topics asked for. A case's topic tells only that something was done with it and its verb, by an id that no page of
// others shows; a place or body must be within reach.
func (p *Pages) live(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	asked := r.URL.Query()["topic"]
	mine := p.topics(rq)
	var topics []string
	for _, t := range asked {
		if strings.HasPrefix(t, "case/") || slices.Contains(mine, strings.Replace(t, hotTopic, "place/", 1)) {
			topics = append(topics, t)
		}
	}
	if len(topics) == 0 || len(topics) > 50 {
		return access.ErrDenied
	}
	p.Hub.Serve(w, r, topics)
	return nil
}

// layer is the map base: the polygons of a kind of place.
func (p *Pages) layer(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	root, ok := p.Places.Root()
	kind := place.Kind(r.PathValue("kind"))
	if !ok || !slices.Contains([]place.Kind{place.Street, place.Community, place.Grid}, kind) {
		return site.ErrMissing
	}
	layer := p.Places.Shapes(kind, root.ID)
	h := w.Header()
	h.Set("Etag", layer.ETag)
	h.Set("Cache-Control", "public, max-age=300")
	if r.Header.Get("If-None-Match") == h.Get("Etag") {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	h.Set("Content-Type", "application/geo+json")
	return site.Send(w, r, http.StatusOK, layer.JSON)
}

// photo serves a photo of a case to those who may see the case: staff within reach, or the one who reported, by the claim of this browser.
func (p *Pages) photo(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	c, err := p.visible(r, rq, r.PathValue("number"))
	if err != nil {
		return err
	}
	hash := r.PathValue("hash")
	if !c.HasPhoto(hash) {
		return site.ErrMissing
	}
	return p.sendPhoto(w, r, hash)
}

// sendPhoto sends a picture that whoever asks may see; nothing in it can run.
func (p *Pages) sendPhoto(w http.ResponseWriter, r *http.Request, hash string) error {
	f, err := p.Photos.Open(r.Context(), hash, r.URL.Query().Has("small"))
	if err != nil {
		return fmt.Errorf("%w: %w", site.ErrMissing, err)
	}
	defer f.Close()
	h := w.Header()
	h.Set("Content-Type", "image/jpeg")
	h.Set("Content-Disposition", `inline; filename="photo.jpg"`)
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cache-Control", "private, max-age=3600, immutable")
	_, err = io.Copy(w, f)
	if err != nil {
		return nil // the reader has gone
	}
	return nil
}

// checkpoint publishes the newest signed head of the ledger, so that anybody can keep it and hold later ones against it.
func (p *Pages) checkpoint(w http.ResponseWriter, r *http.Request, _ *site.Req) error {
	c, err := p.Tree.Latest(r.Context())
	if errors.Is(err, store.ErrNone) {
		c, err = p.Tree.Checkpoint(r.Context())
	}
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	return site.Send(w, r, http.StatusOK, []byte(c.Note))
}

// ledgerKey publishes the key by which checkpoints and proofs are checked.
func (p *Pages) ledgerKey(w http.ResponseWriter, r *http.Request, _ *site.Req) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	return site.Send(w, r, http.StatusOK, []byte(p.Tree.Verifier()+"\n"))
}

// proof gives the one who reported, or staff, the proof that the case's opening stands in the ledger as it was: it can be checked without this server,
// by `mulin verify` and the key of /ledger/key.
func (p *Pages) proof(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	f, err := p.visible(r, rq, r.PathValue("number"))
	if err != nil {
		return err
	}
	first, err := ledger.Of(r.Context(), p.Desk.City(), rq.Who.City, "case", f.ID, 0, 1)
	if err != nil || len(first) == 0 {
		return errors.Join(err, site.ErrMissing)
	}
	receipt, err := p.Tree.Receipt(r.Context(), f.Number, first[0].Seq)
	if err != nil {
		return err
	}
	body, err := json.MarshalIndent(receipt, "", "  ")
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Disposition", `attachment; filename="receipt-`+f.Number+`.json"`)
	w.Header().Set("Cache-Control", "private, no-store")
	return site.Send(w, r, http.StatusOK, body)
}

// visible reads a case for whoever asks: staff by their rights, others by the claim this browser keeps.
func (p *Pages) visible(r *http.Request, rq *site.Req, number string) (casework.File, error) {
	if site.Staff(rq.Who) {
		return p.Desk.Get(r.Context(), rq.Who, number)
	}
	return p.Desk.Track(r.Context(), number, p.claim(r, rq, number))
}
