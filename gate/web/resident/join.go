package resident

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	"mulin/gate/web/cases"
	"mulin/gate/web/photos"
	"mulin/gate/web/site"
	"mulin/gate/web/to"
	"mulin/internal/fault"
	"mulin/town/casework"
	"mulin/town/triage"
)

// toldCard is an open case as somebody who is just reporting may see it: never who told it, their words or the exact place.
type toldCard struct {
	Title, Kind, Where, Stands string
	State                      site.State
	At                         int64
	People                     int64  // who told it
	Photo                      string // small, as a data address: nothing that could be asked for again (A15)
	Of                         string // a sealed mark of the case: only who was shown it can join it
	Mine                       string // its number, if this browser has told or joined it
}

const (
	joinUse  = "join"
	joinLife = 6 * time.Hour
	mostTold = 3
)

var (
	errJoinOld  = fault.New(fault.Missing, "same.old")
	errJoinDone = fault.New(fault.Conflict, "case.support.done")
)

// similar answers what others have told already about what is being typed: up to three cards, or nothing.
func (p *Pages) similar(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	f, err := rq.Form()
	if err != nil {
		return err
	}
	if !p.Allow(p.Typing, r) {
		return site.ErrTooMany
	}
	likes, err := p.Triage.Told(r.Context(), p.asked(p.readReport(f, p.reportPlace(f))))
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	if len(likes) == 0 || p.Box == nil {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	return rq.Show(w, toldList(p.toldCards(r, rq, likes), f.Value("draft")))
}

// reportPlace is the form's place alone, without what else its page shows.
func (p *Pages) reportPlace(f *site.Form) (v reportView) {
	if at, ok := p.Places.ByCode(f.Value("place")); ok && at.Live() {
		v.Place = &at
	}
	return v
}

// asked is what is looked for: the report's words at its place.
func (p *Pages) asked(report casework.Report) triage.Inquiry {
	q := triage.Inquiry{Text: report.Text, Point: report.Point, Class: report.Class}
	if at, ok := p.Places.Get(report.Place); ok {
		if q.Path = at.Path; q.Point == nil {
			q.Point = at.Point
		}
	}
	for _, one := range report.Photos {
		q.Photos = append(q.Photos, one.Hash)
	}
	return q
}

// toldCards are the likeliest cases as cards.
func (p *Pages) toldCards(r *http.Request, rq *site.Req, likes []triage.Like) []toldCard {
	claims := p.Claims.All(r)
	var all []toldCard
	for _, l := range likes[:min(len(likes), mostTold)] {
		card := p.toldCard(r.Context(), rq, &l.Case)
		if _, mine := claims[l.Case.Number]; mine {
			card.Mine = l.Case.Number
		}
		all = append(all, card)
	}
	return all
}

// toldCard shows a shared case.
func (p *Pages) toldCard(ctx context.Context, rq *site.Req, c *casework.Case) toldCard {
	card := toldCard{Title: c.Title, Kind: rq.T("case.kind." + string(c.Kind)), Where: p.Places.Name(c.Path), State: cases.ReporterState(c), At: c.OpenedAt, People: c.Supporters + 1,
		Stands: rq.T("follow.next."+string(c.Status), p.turnOf(rq, c)), Of: p.Token(joinUse, to.Digits(c.ID), joinLife)}
	if name := p.ClassName(c.Class); name != "" {
		card.Kind = name
	}
	if thumbs, err := p.Desk.Thumbs(ctx, []int64{c.ID}); err == nil && thumbs[c.ID] != "" {
		card.Photo = p.Photos.Inline(ctx, thumbs[c.ID])
	}
	return card
}

// askFor is how long a report that is being sent waits for what others have told: to ask is a help, to take the report is the work.
const askFor = 3 * time.Second

// toldBefore are very similar cases that somebody who sends a report hasn't been shown yet; a form that is sent again, or says "not the same", isn't asked.
func (p *Pages) toldBefore(r *http.Request, rq *site.Req, f *site.Form, report casework.Report) ([]toldCard, error) {
	if f.Has("anew", "1") || p.Box == nil {
		return nil, nil
	}
	ctx, stop := context.WithTimeout(r.Context(), askFor)
	defer stop()
	likes, err := p.Triage.Told(ctx, p.asked(report))
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return nil, r.Context().Err()
	}
	if err != nil {
		return nil, err
	}
	seen := f.Values("seen")
	likes = slices.DeleteFunc(likes, func(l triage.Like) bool {
		return l.Score < triage.Sure || slices.ContainsFunc(seen, func(of string) bool { return p.Untoken(joinUse, of) == to.Digits(l.Case.ID) })
	})
	if len(likes) == 0 {
		return nil, nil
	}
	if sent, err := p.Desk.Filed(r.Context(), rq.Who, report.ClientRef); err != nil || sent {
		return nil, err
	}
	return p.toldCards(r, rq, likes), nil
}

// joinView is the page on which somebody says "mine too".
type joinView struct {
	Card   toldCard
	Form   *site.Form
	Agent  bool
	Report *site.Form    // what was about to be sent, so that it can still be
	Kept   []photos.Kept // with its photos
}

// onForm are the fields of a report.
var onForm = []string{"text", "address", "lat", "lng", "place", "area", "kind", "hidden", "channel", "class", "phone", "name", "client_ref", "draft"}

// carry are the values of a report that have to travel on, name and value.
func carry(f *site.Form) [][2]string {
	var all [][2]string
	for _, name := range onForm {
		for _, value := range f.Values(name) {
			if value != "" {
				all = append(all, [2]string{name, value})
			}
		}
	}
	return all
}

// join asks how to reach whoever says "mine too", and adds them to the case.
func (p *Pages) join(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	f, err := rq.Form()
	if err != nil {
		return err
	}
	if r.Method == http.MethodGet {
		f = site.NewForm("of", rq.Query("of"), "draft", rq.Query("draft"))
	}
	id, err := strconv.ParseInt(p.Untoken(joinUse, f.Value("of")), 10, 64)
	if err != nil {
		return errJoinOld
	}
	v := joinView{Form: f, Agent: rq.Who.Has(casework.Enter), Kept: p.Photos.Kept(r, f)}
	if f.Value("text") != "" {
		v.Report = f.Again()
	}
	if phone := p.Claims.Phone(r); phone != "" && f.Value("phone") == "" {
		f.Set("phone", phone)
	}
	found, err := p.Desk.Joinables(r.Context(), []int64{id})
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return p.joinGone(w, r, rq, f, v)
	}
	shared := p.Desk.Shared(found[0])
	v.Card = p.toldCard(r.Context(), rq, &shared)
	if f.Value("sure") == "" {
		return rq.Show(w, joinPage(v))
	}
	return p.joinNow(w, r, rq, id, v)
}

// joinGone says that the case is done by now; what was written can still be sent.
func (p *Pages) joinGone(w http.ResponseWriter, r *http.Request, rq *site.Req, f *site.Form, v joinView) error {
	err := errJoinDone.With(rq.T("same.it"))
	if v.Report == nil {
		return rq.Done(w, "/report", "same.gone")
	}
	view := p.reportView(rq, f)
	view.Kept = v.Kept
	return rq.Again(w, f, err, reportPage(view))
}

func (p *Pages) joinNow(w http.ResponseWriter, r *http.Request, rq *site.Req, id int64, v joinView) error {
	f := v.Form
	if !p.Allow(p.Intake, r) {
		return rq.Again(w, f, site.ErrTooMany, joinPage(v))
	}
	s := casework.Support{Name: f.Value("name"), Phone: f.Value("phone"), ClientRef: f.Value("client_ref"), Claim: casework.Claim{Phone: p.Claims.Phone(r)}}
	if v.Agent {
		if s.Channel = f.Value("channel"); !slices.Contains(Channels, s.Channel) {
			s.Channel = Channels[0]
		}
	}
	receipt, err := p.Desk.Support(r.Context(), rq.Who, id, s)
	if errors.Is(err, casework.ErrNotFound) {
		return errJoinOld
	}
	if err != nil {
		return rq.Again(w, f, site.Renamed(err, map[string]string{"client_ref": ""}), joinPage(v))
	}
	return p.handOver(w, r, rq, v.Agent, receipt, "same.joined")
}

// say takes what somebody who reported or joined has to add.
func (p *Pages) say(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	v, f, err := p.claimed(r, rq)
	if err != nil {
		return err
	}
	v.More = f
	if !p.Allow(p.Intake, r) {
		return rq.Again(w, f, site.ErrTooMany, reporterPage(v))
	}
	step := casework.Step{ClientRef: f.Value("client_ref"), Note: f.Value("note"), Claim: p.Claims.Of(r, v.Number)}
	if _, err := p.Desk.Act(r.Context(), rq.Who, v.ID, casework.Say, step); err != nil {
		return rq.Again(w, f, site.Renamed(err, map[string]string{"client_ref": ""}), reporterPage(v))
	}
	return rq.Done(w, "/cases/"+v.Number, "same.said")
}
