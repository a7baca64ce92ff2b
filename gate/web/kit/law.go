package kit

import (
	"cmp"
	"errors"
	"maps"
	"mime"
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"mulin/gate/web/names"
	"mulin/gate/web/photos"
	"mulin/gate/web/site"
	"mulin/gate/web/to"
	"mulin/gate/web/ui"
	"mulin/internal/access"
	"mulin/internal/fault"
	"mulin/internal/i18n"
	"mulin/internal/life"
	"mulin/town/catalog"
)

// Law makes the pages of a kind of thing with a life out of its law: the list of what waits, one thing with its timeline, the one next step and the others, and
// the JSON of all that under /api/v1. Words begin with the kind: "wish.all", "wish.desk", "wish.status.open", "wish.verb.claim", "wish.past.claim",
// "wish.did.claim" and, where there is something to say before, "wish.verb.claim.hint".
type Law struct {
	life.Door
	Base    string // "/wishes": where everybody finds them; the pages of the law lie below
	Icon    string
	See     access.Right // opens the staff's list
	Invites life.Verb    // the step that stands in front though nobody waits for it
	Names   *names.Names
	Person  func(int64) string // names somebody of the staff
	Catalog *catalog.Catalog
	Reasons string // the catalogue's kind of reasons
	Photos  *photos.Photos
	Looks   map[life.State]site.State
	Keeps   site.Jar                                                           // the secrets by which a browser shows that a thing is its owner's; zero: there are none, nothing to follow by
	Facts   func(*http.Request, *site.Req, life.View) (templ.Component, error) // what the area says of the thing itself
	Object  func(*site.Req, life.View) map[string]any                          // the same for programs; optional
}

// Routes are the pages' lines in the table of routes. The verbs ask again, for the thing.
func (l *Law) Routes() []site.Route {
	api := "/api/v1/" + path.Base(l.Base)
	var all []site.Route
	if l.secrets() {
		all = site.Both(l.Base+"/follow", "", l.follow, l.follow)
	}
	return append(all, []site.Route{
		{Pattern: "GET " + l.Base + "/desk", Do: l.list, Need: l.See}, {Pattern: "GET " + l.Base + "/mine", Do: l.mine, Known: !l.secrets()},
		{Pattern: "GET " + l.Base + "/{id}", Do: l.show}, {Pattern: "POST " + l.Base + "/{id}/{verb}", Do: l.step, Body: site.Upload},
		{Pattern: "GET " + l.Base + "/{id}/photos/{hash}", Do: l.photo},
		{Pattern: "GET " + api, Do: l.apiList, Known: true, Program: true}, {Pattern: "GET " + api + "/{id}", Do: l.apiShow, Program: true},
		{Pattern: "POST " + api + "/{id}/{verb}", Do: l.apiStep, Program: true, Body: site.Upload},
	}...)
}

// secrets tells whether somebody may show by one that a thing is theirs.
func (l *Law) secrets() bool { return l.Keeps.Site != nil }

// URL is the page of a thing.
func (l *Law) URL(id int64) string { return l.Base + "/" + to.Digits(id) }

// tabs are the lists that everything with a life has.
var tabs = []life.Tab{life.Mine, life.InHand, life.Ended}

type lawList struct {
	*Law
	rq   *site.Req
	Tab  life.Tab
	All  []life.View
	Next string
}

func (l *Law) waiting(r *http.Request, rq *site.Req) (v lawList, err error) {
	v = lawList{Law: l, rq: rq, Tab: tabs[max(0, slices.Index(tabs, life.Tab(rq.Query("tab"))))]}
	v.All, v.Next, err = l.Waiting(r.Context(), rq.Who, v.Tab, rq.Query("after"))
	return v, err
}

// presses tells whether the reader is told how long there is: whose turn it is, and who looks after the thing.
func (l *Law) presses(who access.Actor, x life.View) bool {
	return x.Open && (slices.ContainsFunc(x.Offers, func(o life.Offer) bool { return !o.Aside }) || who.May(l.See, x.Of.(life.Thing).At()) == nil)
}

func (l *Law) list(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	v, err := l.waiting(r, rq)
	if err != nil {
		return err
	}
	return rq.Show(w, lawListPage(v))
}

// mine is the list of somebody's own. Where residents have things, who isn't known is asked for a phone.
func (l *Law) mine(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	if !rq.Known() {
		http.Redirect(w, r, to.Phone(l.Base+"/mine"), http.StatusSeeOther)
		return nil
	}
	return l.list(w, r, rq)
}

type lawView struct {
	*Law
	life.View
	rq    *site.Req
	Verb  life.Verb  // the step that was tried
	Form  *site.Form // what was typed for it
	Kept  []photos.Kept
	Facts templ.Component
}

// look reads the thing of the address, as its owner where the browser shows it.
func (l *Law) look(r *http.Request, rq *site.Req) (v lawView, err error) {
	id, err := site.PathID(r, "id")
	if err != nil {
		return v, err
	}
	v = lawView{Law: l, rq: rq, Form: site.NewForm()}
	if v.View, err = l.LookBy(r.Context(), rq.Who, id, l.claim(r, id)); err == nil {
		v.Facts, err = l.Facts(r, rq, v.View)
	}
	return v, err
}

func (l *Law) show(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	v, err := l.look(r, rq)
	if err != nil {
		return err
	}
	return rq.Show(w, lawPage(v))
}

// slowly is look for a step: who isn't known can't try many.
func (l *Law) slowly(r *http.Request, rq *site.Req) (lawView, error) {
	if rq.Who.Person == 0 && !l.Photos.Allow(l.Photos.Intake, r) {
		return lawView{}, site.ErrTooMany
	}
	return l.look(r, rq)
}

// step does the verb of the address; a form that was wrong comes back as it was typed, beside the thing as it stands now. What was typed for a step that has gone
// meanwhile stands there to be copied.
func (l *Law) step(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	v, err := l.slowly(r, rq)
	if errors.Is(err, site.ErrTooMany) {
		return err
	}
	f, bad := rq.Form()
	if bad != nil {
		return cmp.Or(err, bad)
	}
	if err != nil {
		return l.gone(w, rq, f, err)
	}
	err = v.do(r, f)
	switch {
	case err == nil:
		return rq.Done(w, l.URL(v.ID), l.Named()+".did."+string(v.Verb))
	case v.Verb == l.Invites && !rq.Known() && is(err, fault.Denied):
		http.Redirect(w, r, to.Phone(l.URL(v.ID)), http.StatusSeeOther)
		return nil
	case is(err, fault.Denied) && f.Int("version") != 0 && f.Int("version") != v.Version: // they could do it when they opened the page
		err = errChanged.With(i18n.Key(l.Named() + ".status." + string(v.Status)))
	}
	if v.Form = f.Part(string(v.Verb)); is(err, fault.Conflict) {
		f.Heading = rq.T("kit.law.changed.title")
	}
	return rq.Again(w, f, site.Renamed(err, map[string]string{"client_ref": ""}), lawPage(v))
}

// errChanged tells that the step has gone meanwhile. {0}: how the thing stands now.
var errChanged = fault.New(fault.Conflict, "kit.law.changed")

func is(err error, kind fault.Kind) bool {
	all, ok := fault.As(err)
	return ok && len(all) > 0 && all[0].Kind == kind
}

// gone gives back what was typed for a thing that can't be seen any more.
func (l *Law) gone(w http.ResponseWriter, rq *site.Req, f *site.Form, err error) error {
	v := lawView{Law: l, rq: rq, Form: f}
	if !rq.Known() || !is(err, fault.Missing) || len(v.typed()) == 0 {
		return err
	}
	f.Heading = rq.T("kit.law.changed.title")
	f.Fail(rq.Words, site.InForm(err))
	return rq.ShowAs(w, http.StatusNotFound, lawGone(v))
}

// typed is what somebody wrote, in words.
func (v *lawView) typed() (all []string) {
	for _, text := range []string{v.reason(v.Form.Value("reason")), v.Form.Value("note")} {
		if text != "" {
			all = append(all, text)
		}
	}
	return all
}

// reason is what a code of the catalogue means; laws without codes have it in words.
func (v *lawView) reason(code string) string {
	why, _ := v.Catalog.Reason(v.Reasons, code)
	return cmp.Or(why.Name, code)
}

// do does the step that a form says. Photos are taken only for a step that may be done and needs them.
func (v *lawView) do(r *http.Request, f *site.Form) (err error) {
	v.Verb = life.Verb(r.PathValue("verb"))
	s := life.Step{Version: f.Int("version"), ClientRef: f.Value("client_ref"), Note: f.Value("note"), Reason: f.Value("reason"), Stars: f.Int("stars"), Claim: v.claim(r, v.ID)}
	o, _ := v.offer(v.Verb)
	if o.Needs&life.Reason == 0 {
		s.Reason = "" // it would stand in the ledger for ever
	} else if all := v.choices(); s.Reason != "" && len(all) > 0 && !slices.ContainsFunc(all, func(c ui.Choice) bool { return c.Value == s.Reason }) {
		return fault.Field("reason", "register.choice", i18n.Key("common.reason"))
	}
	if o.Needs&life.Photo != 0 {
		if s.Photos, v.Kept, err = v.Photos.Take(r, f, "photo"); err != nil {
			return err
		}
	}
	_, err = v.Do(r.Context(), v.rq.Who, v.ID, v.Verb, s)
	return err
}

func (v *lawView) offer(verb life.Verb) (life.Offer, bool) {
	if i := slices.IndexFunc(v.Offers, func(o life.Offer) bool { return o.Verb == verb }); i >= 0 {
		return v.Offers[i], true
	}
	return life.Offer{}, false
}

// steps are the one step that comes next, if there is one for the reader, before all others.
func (v *lawView) steps() (next, others []life.Offer) {
	for _, o := range v.Offers {
		if len(next) == 0 && (!o.Aside || o.Verb == v.Invites) {
			next = append(next, o)
		} else {
			others = append(others, o)
		}
	}
	return next, others
}

// form is that of a step: as it was typed, if it was tried.
func (v *lawView) form(o life.Offer) *site.Form {
	if o.Verb == v.Verb {
		return v.Form
	}
	return site.NewForm().Part(string(o.Verb))
}

// word is a sentence about a verb, "" if there is none. Where a verb is called otherwise in a state, that stands behind it: "wish.verb.refuse.open".
func (v *lawView) word(o life.Offer, about string) string {
	verb := v.Named() + ".verb." + string(o.Verb)
	for _, key := range []string{verb + "." + string(v.Status) + about, verb + about} {
		if v.rq.Has(key) {
			return v.rq.T(key)
		}
	}
	return ""
}

func (v *lawView) choices() (all []ui.Choice) {
	for _, x := range v.Catalog.Reasons(v.Reasons) {
		all = append(all, ui.Choice{Value: x.Code, Label: x.Name})
	}
	return all
}

// told is the timeline in words.
func (v *lawView) told() (all []ui.Step) {
	for _, h := range v.Steps {
		s := ui.Step{At: h.At, What: v.rq.T(v.Named() + ".past." + string(h.Verb)), State: site.OK, Said: h.Note}
		s.Who = strings.Trim(v.Person(h.Person)+" · "+v.Names.BodyName(h.Body), " ·")
		if h.Reason != "" {
			s.Said = strings.TrimSuffix(v.reason(h.Reason)+"\n"+s.Said, "\n")
		}
		for i, p := range h.Photos {
			url := v.URL(v.ID) + "/photos/" + p.Hash
			s.Photos = append(s.Photos, ui.Photo{URL: url, Thumb: url + "?small", Alt: v.rq.T("follow.photo", i+1)})
		}
		all = append(all, s)
	}
	return all
}

// photo sends a picture of a step to those who may read the step.
func (l *Law) photo(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	v, err := l.look(r, rq)
	if err != nil {
		return err
	}
	for _, h := range v.Steps {
		if slices.ContainsFunc(h.Photos, func(p life.Picture) bool { return p.Hash == r.PathValue("hash") }) {
			return l.Photos.Send(w, r, r.PathValue("hash"))
		}
	}
	return site.ErrMissing
}

// object is a thing for programs.
func (l *Law) object(rq *site.Req, x life.View) m {
	o := m{"id": to.Digits(x.ID), "version": x.Version, "status": x.Status, "title": x.Title, "since": stamp(x.Since), "due": stamp(x.StepDueAt)}
	if l.Object != nil {
		maps.Copy(o, l.Object(rq, x))
	}
	offers, steps := []m{}, []m{}
	for _, f := range x.Offers {
		needs := []string{}
		for _, n := range f.Needs.All() {
			needs = append(needs, n.Field())
		}
		offers = append(offers, m{"verb": f.Verb, "needs": needs})
	}
	for _, h := range x.Steps {
		steps = append(steps, m{"verb": h.Verb, "at": stamp(h.At), "status": h.Status, "note": h.Note, "photos": len(h.Photos)})
	}
	o["offers"], o["steps"] = offers, steps
	return o
}

func (l *Law) apiList(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	v, err := l.waiting(r, rq)
	if err != nil {
		return err
	}
	items := make([]m, len(v.All))
	for i, x := range v.All {
		items[i] = l.object(rq, x)
		delete(items[i], "steps") // they are read one by one
	}
	return rq.JSON(w, http.StatusOK, m{"items": items, "next": v.Next})
}

func (l *Law) apiShow(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	v, err := l.look(r, rq)
	if err != nil {
		return err
	}
	return rq.JSON(w, http.StatusOK, l.object(rq, v.View))
}

// apiStep does a verb with what a program sends: an object of texts and numbers, or a form where there are photos.
func (l *Law) apiStep(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	v, err := l.slowly(r, rq)
	f := site.NewForm()
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); err == nil && kind == "multipart/form-data" {
		f, err = rq.Form()
	} else if err == nil {
		var in struct {
			Version   int64  `json:"version"`
			ClientRef string `json:"client_ref"`
			Note      string `json:"note"`
			Reason    string `json:"reason"`
			Stars     int64  `json:"stars"`
		}
		err = rq.Sent(&in)
		f = site.NewForm("version", to.Digits(in.Version), "client_ref", in.ClientRef, "note", in.Note, "reason", in.Reason, "stars", to.Digits(in.Stars))
	}
	if err == nil {
		err = v.do(r, f)
	}
	if err != nil {
		return err
	}
	return l.apiShow(w, r, rq)
}
