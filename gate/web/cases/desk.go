package cases

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"mulin/gate/web/live"
	"mulin/gate/web/site"
	"mulin/gate/web/to"
	"mulin/gate/web/ui"
	"mulin/internal/access"
	"mulin/internal/gram"
	"mulin/town/casework"
	"mulin/town/place"
	"mulin/town/whistle"
)

// deskTabs are the lists of the desk, in the order of the tabs.
var deskTabs = []casework.Tab{casework.Mine, casework.Open, casework.Ended}

// tabMost is where the small numbers on tabs end: "99+".
const tabMost = 99

// inboxView is the desk.
type inboxView struct {
	Filter casework.Filter
	Tabs   []site.Link
	Also   []site.Link
	Tab    string // address of the one shown
	Rows   []Row
	Next   string
	Sieve  sieve
}

// sieve is a list's filter with what may be chosen.
type sieve struct {
	Form                               *site.Form
	Status, Kind, Urgency, Class, Area []ui.Choice
	On                                 int // how many are set
}

func (p *Pages) inbox(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	q := rq.URL.Query()
	f := p.filter(q)
	page, err := p.Desk.List(r.Context(), rq.Who, f)
	if err != nil {
		return err
	}
	v := inboxView{Filter: f, Next: page.Next, Sieve: p.sieve(rq, q, f)}
	if v.Rows, err = p.Rows(r.Context(), rq, page.Cases); err != nil {
		return err
	}
	p.guessRows(rq, v.Rows)
	if p.Also != nil {
		if v.Also, err = p.Also(r, rq); err != nil {
			return err
		}
	}
	if err := p.tabs(r.Context(), rq, &v); err != nil {
		return err
	}
	return rq.Show(w, inboxPage(v, live.Mine(rq.Who)))
}

// tabs counts each list up to tabMost; the filter stays from tab to tab.
func (p *Pages) tabs(ctx context.Context, rq *site.Req, v *inboxView) error {
	for _, tab := range deskTabs {
		f := v.Filter
		f.Tab = tab
		n, err := p.Desk.AtMost(ctx, rq.Who, f, tabMost)
		if err != nil {
			return err
		}
		q := rq.URL.Query()
		q.Del("after")
		q.Set("tab", string(tab))
		l := site.Link{URL: "/desk?" + q.Encode(), Label: rq.T("desk.tab." + string(tab)), Count: capped(n)}
		if tab == v.Filter.Tab {
			v.Tab = l.URL
		}
		v.Tabs = append(v.Tabs, l)
	}
	return nil
}

func capped(n int64) string {
	if n >= tabMost {
		return strconv.Itoa(tabMost) + "+"
	}
	return strconv.FormatInt(n, 10)
}

// filter reads a list's filter from its address; what isn't on the lists is left out, so that nothing typed there reaches the database as anything but a value.
func (p *Pages) filter(q url.Values) casework.Filter {
	f := casework.Filter{Tab: casework.Tab(q.Get("tab")), Late: q.Get("late") == "1", After: q.Get("after")}
	if !slices.Contains(deskTabs, f.Tab) {
		f.Tab = casework.Mine
	}
	for _, s := range q["status"] {
		if status := casework.Status(s); slices.Contains(casework.Statuses, status) && len(f.Among) < len(casework.Statuses) {
			f.Among = append(f.Among, status)
		}
	}
	if k := casework.Kind(q.Get("kind")); slices.Contains(casework.Kinds, k) {
		f.Kind = k
	}
	if u, ok := p.Catalog.Urgency(q.Get("urgency")); ok {
		f.Urgency = u.Code
	}
	if c, ok := p.Catalog.Class(to.Number(q.Get("class"))); ok {
		f.Class = c.ID
	}
	if at, ok := p.Places.Get(to.Number(q.Get("place"))); ok {
		f.Place = at.ID
	}
	return f
}

// sieve gathers what a list may be narrowed by.
func (p *Pages) sieve(rq *site.Req, q url.Values, f casework.Filter) sieve {
	s := sieve{Form: site.NewForm("tab", string(f.Tab), "q", q.Get("q"))}
	set := func(name, value string, on bool) {
		if on {
			s.Form.Set(name, value)
			s.On++
		}
	}
	if len(f.Among) > 0 {
		set("status", string(f.Among[0]), true)
	}
	set("kind", string(f.Kind), f.Kind != "")
	set("urgency", f.Urgency, f.Urgency != "")
	set("class", to.Digits(f.Class), f.Class != 0)
	set("place", to.Digits(f.Place), f.Place != 0)
	set("late", "1", f.Late)
	for _, st := range casework.Statuses {
		if casework.Over(st) == (f.Tab == casework.Ended) || q.Has("q") {
			s.Status = append(s.Status, ui.Choice{Value: string(st), Label: rq.T("case.status." + string(st))})
		}
	}
	for _, k := range casework.Kinds {
		s.Kind = append(s.Kind, ui.Choice{Value: string(k), Label: rq.T("case.kind." + string(k))})
	}
	for _, u := range p.Catalog.Urgencies() {
		s.Urgency = append(s.Urgency, ui.Choice{Value: u.Code, Label: u.Word(rq.Words)})
	}
	for _, c := range p.Catalog.Classes() {
		if c.Depth() <= 2 || c.ID == f.Class {
			s.Class = append(s.Class, ui.Choice{Value: to.Digits(c.ID), Label: strings.Repeat("\u3000", c.Depth()-1) + c.Name})
		}
	}
	s.Area = p.reachable(rq.Who, f.Place)
	return s
}

// reachable are the places a list may be narrowed to: the way down to the one chosen, and what lies right below it.
func (p *Pages) reachable(who access.Actor, chosen int64) []ui.Choice {
	var all []ui.Choice
	add := func(at place.Place, depth int) {
		c := ui.Choice{Value: to.Digits(at.ID), Label: strings.Repeat("\u3000", depth) + at.Name}
		if !slices.Contains(all, c) {
			all = append(all, c)
		}
	}
	for _, root := range p.Roots(who) {
		add(root, 0)
		at, ok := p.Places.Get(chosen)
		if !ok || !strings.HasPrefix(at.Path, root.Path) {
			at = root
		}
		depth := 0
		for _, step := range p.Places.Lineage(at.Path) {
			if strings.HasPrefix(step.Path, root.Path) && step.ID != root.ID {
				depth++
				add(step, depth)
			}
		}
		for _, child := range p.Places.Children(at.ID) {
			if place.Depth(child.Kind) <= place.Depth(place.Grid) {
				add(child, depth+1)
			}
		}
	}
	return all
}

// Row is one case of a list with all that the list says of it.
type Row struct {
	casework.Case
	Thumb   string // address of the small photo
	Place   string
	Class   string
	Lead    string
	Urgency string // its urgency
	State   site.State
	Limit   ui.Limit
	Acts    []rowAct // the likeliest first
	Said    []gram.Part
	Guess   *rowGuess // of a case without a class
}

// rowAct is a step offered in a list: a single tap where nothing has to be written, else the case's page with the form open.
type rowAct struct {
	Verb, Label, Key, URL, Ref string
	Direct                     bool
}

// verbKeys are the single keys of the steps, on lists and on the case's page.
var verbKeys = map[string]string{
	string(casework.Accept): "a", string(casework.Take): "t", string(casework.Dispatch): "d", string(casework.Done): "f", string(casework.Answer): "r",
	string(casework.Revisit): "v", string(casework.Unsolved): "u", string(casework.Recall): "z", string(casework.Return): "b", string(casework.Decline): "x",
	string(casework.Contacted): "c", string(casework.Note): "n", string(casework.Merge): "m", string(casework.Blow): "w", doReportIn: "i", doHandIn: "h",
}

// The whistle's steps as a case's page names them.
const (
	doReportIn = "report-in"
	doHandIn   = "hand-in"
	doReveal   = "reveal"
)

// Key is the single key of a step, if it has one.
func Key(do string) string { return verbKeys[do] }

// Rows adds to cases what a list shows, with three queries however many there are.
func (p *Pages) Rows(ctx context.Context, rq *site.Req, cases []casework.Case) ([]Row, error) {
	ids := make([]int64, len(cases))
	for i := range cases {
		ids[i] = cases[i].ID
	}
	thumbs, err := p.Desk.Thumbs(ctx, ids)
	if err != nil {
		return nil, err
	}
	calls, err := p.Whistles.UnderWay(ctx, cases)
	if err != nil {
		return nil, err
	}
	rows := make([]Row, len(cases))
	own := p.OwnPlace(rq)
	for i, c := range cases {
		row := Row{Case: c, Place: p.PlaceBelow(c.Path, own), Class: p.ClassName(c.Class), Lead: p.BodyName(c.Lead)}
		if hash := thumbs[c.ID]; hash != "" {
			row.Thumb = to.Photo(c.Number, hash) + "?small"
		}
		row.Limit, row.State = p.stepLimit(&c), StatusState(c.Status)
		if s := row.Limit.State(rq.Now); c.Open && row.Limit.Due != 0 && (s == site.Bad || s == site.Warn) {
			row.State = s
		}
		row.Urgency = p.Urgency(rq, c.Urgency)
		row.Acts = p.rowActs(rq, &c, calls)
		rows[i] = row
	}
	return rows, nil
}

// stepLimit is the limit a case's step runs under: yellow in its last quarter.
func (p *Pages) stepLimit(c *casework.Case) ui.Limit {
	if !c.Open || c.StepDueAt == 0 {
		return ui.Limit{}
	}
	return ui.Limit{Due: c.StepDueAt, Warn: c.StepDueAt - (c.StepDueAt-c.UpdatedAt)/4}
}

// caseLimit is the limit of the whole case, with the time of its yellow card.
func (p *Pages) caseLimit(c *casework.Case) ui.Limit {
	l := ui.Limit{Due: c.DueAt, Done: c.ClosedAt}
	if c.DueAt != 0 {
		l.Warn = p.Catalog.WarnAt(c.DueAt, c.Class, c.Urgency)
	}
	return l
}

// StatusState is the look of a status.
func StatusState(s casework.Status) site.State {
	switch s {
	case casework.Accepted, casework.Working, casework.Reported:
		return site.OK
	case casework.Closed, casework.Declined, casework.Merged:
		return site.Grey
	}
	return site.Wait
}

// rowActs are the steps that the actor may do, from the areas' own lists.
func (p *Pages) rowActs(rq *site.Req, c *casework.Case, calls map[int64]whistle.Whistle) []rowAct {
	var acts []rowAct
	at := "/cases/" + c.Number
	if w, ok := calls[c.ID]; ok {
		for _, deed := range w.May(rq.Who, c) {
			do := strings.ReplaceAll(string(deed), "_", "-")
			acts = append(acts, rowAct{Verb: do, Label: rq.T("desk.do." + do), Key: verbKeys[do], URL: at + "?do=" + do})
		}
	}
	for _, v := range c.May(rq.Who) {
		a := rowAct{Verb: string(v), Label: rq.T("case.verb." + string(v)), Key: verbKeys[string(v)], URL: at + "?do=" + string(v)}
		if len(casework.Needs(v)) == 0 {
			a.Direct, a.URL = true, at+"/"+string(v)
			a.Ref = string(v) + "." + to.Digits(c.Version) + "." + to.Digits(rq.Who.Person) // tapped twice it is one step
		}
		acts = append(acts, a)
	}
	return acts
}

// main is the step offered as a button; notes and calls are never the first thing to do.
func (r Row) main() (rowAct, bool) {
	for _, a := range r.Acts {
		if a.Verb != string(casework.Note) && a.Verb != string(casework.Contacted) && a.Verb != string(casework.Decline) {
			return a, true
		}
	}
	return rowAct{}, false
}

// rest are the steps behind the row's menu.
func (r Row) rest() []rowAct {
	first, ok := r.main()
	return slices.DeleteFunc(slices.Clone(r.Acts), func(a rowAct) bool { return ok && a == first })
}

// rowKeys are the keys a list explains in its help.
func rowKeys(rq *site.Req) []ui.Key {
	var all []ui.Key
	for _, v := range []casework.Verb{casework.Accept, casework.Take, casework.Dispatch, casework.Done, casework.Answer, casework.Revisit, casework.Return, casework.Recall, casework.Decline, casework.Contacted, casework.Note} {
		all = append(all, ui.Key{Key: verbKeys[string(v)], Label: rq.T("case.verb." + string(v))})
	}
	return append(all, ui.Key{Key: verbKeys[string(casework.Blow)], Label: rq.T("case.verb.whistle")}, ui.Key{Key: verbKeys[doReportIn], Label: rq.T("desk.do.report-in")}, ui.Key{Key: verbKeys[doHandIn], Label: rq.T("desk.do.hand-in")}, ui.Key{Key: keyAccept, Label: rq.T("guess.key.accept")}, ui.Key{Key: "/", Label: rq.T("common.search")})
}
