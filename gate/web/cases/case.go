package cases

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"

	"mulin/gate/web/live"
	"mulin/gate/web/photos"
	"mulin/gate/web/site"
	"mulin/gate/web/to"
	"mulin/gate/web/ui"
	"mulin/internal/clock"
	"mulin/town/body"
	"mulin/town/casework"
	"mulin/town/catalog"
	"mulin/town/whistle"
)

// caseView is the working page of a case.
type caseView struct {
	casework.File
	Place, Class, Urgency, Lead string
	Step, Whole                 ui.Limit
	Shots                       []ui.Photo
	Steps                       []ui.Step
	Whistles                    []whistleView
	Deeds                       []deed     // what may be done now, the likeliest first
	Do                          string     // whose form stands open on the page
	Form                        *site.Form // of Do
	Gone                        bool       // Do can't be done any more, but what was typed is shown
	Kept                        []photos.Kept
	Said                        *AnswerView // what the check says of the answer that was sent
	MayDraft                    bool        // a draft is offered
	Draft                       *draftView  // the one that was asked for
	Contact                     bool        // somebody left a name or phone
	MayReveal                   bool
	Person                      *casework.Contacts // opened just now
	MayLook                     bool               // may open what is masked in the words
	LookWhy                     []ui.Choice        // reasons that will do
	Clear                       bool               // opened just now
	Back                        string             // where to go after a step
	Link                        string             // full address, for the printed order
	Read                        triageView
	Family                      FamilyView // what one message has become
}

// deed is one thing that may be done with the case, with what its form needs.
type deed struct {
	Do, Label, Icon, Key string
	Action               string
	Danger               bool
	Needs                []casework.Need
	Note                 noteWords
	Suggested, Others    []ui.Group  // bodies
	Reasons              []ui.Choice // codes
	Items                []itemView
	Into                 []ui.Choice // numbers of cases this one may be merged into, the likeliest first
	Position             bool        // wants where one stands
	Optional             bool        // its note may be left out
}

// noteWords are label and hint of a form's text.
type noteWords struct{ Label, Hint string }

func (d deed) wants(n casework.Need) bool { return slices.Contains(d.Needs, n) }

func (p *Pages) caseShow(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	file, err := p.Claims.Visible(r, rq, r.PathValue("number"))
	if err != nil {
		return err
	}
	if !site.Staff(rq.Who) {
		return p.Reporter(w, r, rq, file)
	}
	v, err := p.caseView(r.Context(), rq, file)
	if err != nil {
		return err
	}
	v.open(rq.Query("do"), site.NewForm())
	v.Link = p.Origin(r) + v.Link
	v.Back = to.Local(rq.Query("back"))
	return rq.Show(w, casePage(v))
}

// open puts the form of a deed at the top of the page.
func (v *caseView) open(do string, f *site.Form) {
	if slices.ContainsFunc(v.Deeds, func(d deed) bool { return d.Do == do }) {
		v.Do, v.Form = do, f
	}
}

// opened is the deed whose form stands open.
func (v caseView) opened() (deed, bool) {
	for _, d := range v.Deeds {
		if d.Do == v.Do {
			return d, true
		}
	}
	return deed{}, false
}

// caseView gathers the page for a member of the staff.
func (p *Pages) caseView(ctx context.Context, rq *site.Req, file casework.File) (caseView, error) {
	return p.caseViewOf(ctx, rq, file, func() (casework.File, error) { return p.Desk.Get(ctx, rq.Who, file.Number) })
}

// caseViewOf gathers the page of a case that was read, and is read again if it doesn't go with its whistles; names come from memory.
func (p *Pages) caseViewOf(ctx context.Context, rq *site.Req, file casework.File, again func() (casework.File, error)) (caseView, error) {
	file, all, err := p.Whistles.With(ctx, rq.Who, file, again)
	if err != nil {
		return caseView{}, err
	}
	c := &file.Case
	v := caseView{File: file, Place: p.Places.Name(c.Path), Class: p.Catalog.ClassName(c.Class), Urgency: p.Urgency(rq, c.Urgency), Lead: p.BodyName(c.Lead),
		Step: p.stepLimit(c), Whole: p.caseLimit(c), Shots: shots(rq, c.Number, file.Photos), Link: "/cases/" + c.Number}
	if v.Contact, err = p.Desk.HasContact(ctx, c.ID); err != nil {
		return v, err
	}
	v.MayReveal = c.MayReveal(rq.Who)
	v.MayDraft = p.Draft != nil && rq.Who.May(casework.Reply, c.At()) == nil
	may, near := c.MayLook(rq.Who)
	v.MayLook, v.LookWhy = may, p.lookReasons(near)
	v.Steps = p.timeline(rq, file)
	v.whistles(p, rq, all)
	v.Deeds = append(v.Deeds, p.deeds(rq, c, all)...)
	if v.Family, err = p.Family(ctx, rq, c); err != nil {
		return v, err
	}
	v.Read, err = p.triageView(ctx, rq, c)
	v.Deeds = append(v.Deeds, v.Read.Same.deeds(rq, c)...)
	return v, err
}

func shots(rq *site.Req, number string, photos []casework.Photo) []ui.Photo {
	all := make([]ui.Photo, len(photos))
	for i, one := range photos {
		all[i] = ui.Photo{URL: to.Photo(number, one.Hash), Thumb: to.Photo(number, one.Hash) + "?small", Alt: rq.T("desk.photo", i+1)}
	}
	return all
}

// timeline tells what happened, the newest first, each step with how long it took and how long it might.
func (p *Pages) timeline(rq *site.Req, file casework.File) []ui.Step {
	steps := []ui.Step{{At: file.OpenedAt, What: rq.T("case.verb.open"), State: site.Grey, Who: rq.T("desk.channel." + channelKey(file.Channel))}}
	status, since := casework.New, file.OpenedAt
	for _, h := range file.Steps {
		s := ui.Step{At: h.At, What: rq.T("case.verb." + string(h.Verb)), Who: p.actor(h), Said: h.Note, Photos: shots(rq, file.Number, h.Photos), State: site.Grey}
		if name := p.Bodies.NameAt(h.Target, h.At); h.Target != 0 && name != "" {
			s.What += " → " + name
		}
		if h.Sort != nil {
			s.What += p.sortedStep(rq, h.Sort)
		}
		if h.Reason != "" {
			s.What += " · " + p.reason(h)
		}
		if len(h.Despite) > 0 {
			s.What += " · " + rq.T("answer.despite", despiteNames(rq, h.Despite))
			if h.Why != "" {
				s.What += rq.T("answer.despite.why", h.Why)
			}
		}
		if h.Status != status {
			s.State, s.Took = p.took(rq, &file.Case, status, since, h.At)
			status, since = h.Status, h.At
		}
		steps = append(steps, s)
	}
	slices.Reverse(steps)
	return steps
}

// actor names who did a step and for whom, as their body was called then.
func (p *Pages) actor(h casework.Happened) string {
	return strings.Trim(p.Accounts.Name(h.Person)+" · "+p.Bodies.NameAt(h.Body, h.At), " ·")
}

// took says how long a status lasted and what was allowed, red if it was too long.
func (p *Pages) took(rq *site.Req, c *casework.Case, s casework.Status, since, until int64) (site.State, string) {
	text := rq.Duration(until - since)
	limit, ok := p.Catalog.Limit(casework.LimitOf(s), c.Class, c.Urgency)
	if !ok {
		return site.OK, text
	}
	state := site.OK
	if until > clock.Micros(p.Catalog.Calendar().Due(clock.Time(since), limit)) {
		state = site.Bad
	}
	return state, rq.T("desk.took", text, rq.Limit(limit))
}

func (p *Pages) reason(h casework.Happened) string {
	kinds := map[casework.Verb]string{casework.Return: catalog.ForReturn, DoLook: catalog.ForLook}
	if r, ok := p.Catalog.Reason(cmp.Or(kinds[h.Verb], catalog.ForDecline), h.Reason); ok {
		return r.Name
	}
	return h.Reason
}

// channelKey keeps words for channels that have any; others are interfaces.
func channelKey(channel string) string {
	if slices.Contains([]string{"web", "qr", "handset", "phone", "visit", "api", "import"}, channel) {
		return channel
	}
	return "other"
}

var deedIcons = map[string]string{
	string(casework.Accept): "check", string(casework.Take): "check", string(casework.Dispatch): "send", string(casework.Done): "shield", string(casework.Answer): "talk",
	string(casework.Revisit): "heart", string(casework.Unsolved): "up", string(casework.Recall): "left", string(casework.Return): "left", string(casework.Decline): "close",
	string(casework.Contacted): "phone", string(casework.Note): "edit", string(casework.Merge): "list", string(casework.Unmerge): "left", string(casework.Blow): "whistle", doReportIn: "pin", doHandIn: "shield", doScore: "heart",
}

// deeds are the steps and the whistle that the areas say may be done now.
func (p *Pages) deeds(rq *site.Req, c *casework.Case, whistles []whistle.Whistle) []deed {
	var all []deed
	labels, hints := rq.Under("desk.note."), rq.Under("desk.hint.")
	for _, verb := range c.May(rq.Who) {
		v := string(verb)
		d := deed{Do: v, Label: rq.T("case.verb." + v), Icon: deedIcons[v], Key: verbKeys[v], Action: "/cases/" + c.Number + "/" + v, Needs: casework.Needs(verb),
			Danger: verb == casework.Decline, Note: noteWords{labels[v], hints[v]}}
		switch verb {
		case casework.Dispatch:
			d.Suggested, d.Others = p.units(rq, c)
			d.Needs, d.Optional = append(slices.Clone(d.Needs), casework.NeedNote), true
		case casework.Decline:
			d.Reasons = p.reasons(catalog.ForDecline)
		case casework.Return:
			d.Reasons = p.reasons(catalog.ForReturn)
		}
		all = append(all, d)
	}
	if level, ok := p.Whistles.MayBlow(rq.Who, c, whistles); ok {
		d := deed{Do: string(casework.Blow), Label: rq.T("case.verb.whistle"), Icon: "whistle", Key: "w", Action: "/cases/" + c.Number + "/whistle",
			Needs: []casework.Need{casework.NeedNote}, Items: p.items(rq, level, c), Note: noteWords{rq.T("desk.note.whistle"), rq.T("whistle.level." + string(level))}}
		at := slices.IndexFunc(all, func(d deed) bool {
			return d.Do == string(casework.Decline) || d.Do == string(casework.Contacted) || d.Do == string(casework.Note)
		})
		if at < 0 {
			at = len(all)
		}
		all = slices.Insert(all, at, d)
	}
	return all
}

func (p *Pages) reasons(kind string) []ui.Choice {
	var all []ui.Choice
	for _, r := range p.Catalog.Reasons(kind) {
		all = append(all, ui.Choice{Value: r.Code, Label: r.Name})
	}
	return all
}

// mostSuggested is how many units stand above the list of all.
const mostSuggested = 5

// units are those a case may be dispatched to: who led cases like it first, then what is near, property companies before others (G2), then all by kind.
func (p *Pages) units(rq *site.Req, c *casework.Case) (suggested, others []ui.Group) {
	var near ui.Group
	taken := map[int64]bool{}
	if g := p.Triage.Brief(c); g.Body != 0 {
		near.Choices = append(near.Choices, ui.Choice{Value: to.Digits(g.Body), Label: p.BodyName(g.Body), Hint: p.whyBody(rq, g)})
		taken[g.Body] = true
	}
	for _, kind := range []body.Kind{body.Property, body.Committee, body.StreetOffice, body.Partner} {
		for _, b := range p.Bodies.Serving(c.Path, kind) {
			if len(near.Choices) < mostSuggested && !taken[b.ID] {
				near.Choices = append(near.Choices, ui.Choice{Value: to.Digits(b.ID), Label: b.Name, Hint: rq.T("body.kind." + string(kind))})
				taken[b.ID] = true
			}
		}
	}
	if len(near.Choices) > 0 {
		suggested = append(suggested, near)
	}
	for _, kind := range body.Kinds {
		g := ui.Group{Label: rq.T("body.kind." + string(kind))}
		for _, b := range p.Bodies.All(kind) {
			if !taken[b.ID] && b.Live() {
				g.Choices = append(g.Choices, ui.Choice{Value: to.Digits(b.ID), Label: b.Name})
			}
		}
		if len(g.Choices) > 0 {
			others = append(others, g)
		}
	}
	return suggested, others
}

// caseTopics are what an open case page listens to.
func caseTopics(v caseView) []string { return []string{live.Case(v.ID)} }
