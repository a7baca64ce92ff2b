package cases

import (
	"context"
	"net/http"
	"slices"

	"github.com/a-h/templ"

	"mulin/gate/web/live"
	"mulin/gate/web/photos"
	"mulin/gate/web/site"
	"mulin/gate/web/to"
	"mulin/gate/web/ui"
	"mulin/town/body"
	"mulin/town/casework"
	"mulin/town/catalog"
)

// caseView is the working page of a case.
type caseView struct {
	casework.File
	Place, Class, Urgency, Lead string
	Step, Whole                 ui.Limit
	Shots                       []ui.Photo
	Steps                       []ui.Step
	Deeds                       []Deed     // what may be done now, the likeliest first
	Do                          string     // whose form stands open on the page
	Form                        *site.Form // of Do
	Gone                        bool       // Do can't be done any more, but what was typed is shown
	Kept                        Kept       // with Form
	Contact                     bool       // somebody left a name or phone
	MayReveal                   bool
	Person                      *casework.Contacts // opened just now
	MayLook                     bool               // may open what is masked in the words
	LookWhy                     []ui.Choice        // reasons that will do
	Clear                       bool               // opened just now
	Back                        string             // where to go after a step
	Link                        string             // full address, for the printed order
	Family                      FamilyView         // what one message has become
	Beside, Above               []templ.Component  // the parts that hang on the page
	Hung                        []Deed             // the steps they offer
	Keys                        []ui.Key           // and their keys
}

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
	return rq.Show(w, casePage(v))
}

// open puts the form of a deed at the top of the page.
func (v *caseView) open(do string, f *site.Form) {
	if slices.ContainsFunc(v.Deeds, func(d Deed) bool { return d.Do == do }) {
		v.Do, v.Form = do, f
	}
}

// opened is the deed whose form stands open.
func (v caseView) opened() (Deed, bool) {
	for _, d := range v.Deeds {
		if d.Do == v.Do {
			return d, true
		}
	}
	return Deed{}, false
}

// caseView gathers the page for a member of the staff.
func (p *Pages) caseView(ctx context.Context, rq *site.Req, file casework.File) (caseView, error) {
	return p.caseViewOf(ctx, rq, file, func() (casework.File, error) { return p.Desk.Get(ctx, rq.Who, file.Number) })
}

// caseViewOf gathers the page of a case that was read; if a step was done meanwhile, again reads it anew.
func (p *Pages) caseViewOf(ctx context.Context, rq *site.Req, file casework.File, again func() (casework.File, error)) (v caseView, err error) {
	err = p.Desk.Steady(ctx, file, again, func(file casework.File) (err error) {
		v, err = p.gather(ctx, rq, file)
		return err
	})
	return v, err
}

// gather reads what goes with a case and asks the parts that hang on its page; names come from memory.
func (p *Pages) gather(ctx context.Context, rq *site.Req, file casework.File) (v caseView, err error) {
	c := &file.Case
	v = caseView{File: file, Place: p.Places.Name(c.Path), Class: p.Catalog.FullName(c.Class), Urgency: p.Urgency(rq, c.Urgency), Lead: p.BodyName(c.Lead),
		Step: p.stepLimit(c), Whole: p.caseLimit(c), Shots: photos.Of(rq, c.Number, "desk.photo", file.Photos), Link: "/cases/" + c.Number, Back: backOf(rq, c.Number)}
	if v.Contact, err = p.Desk.HasContact(ctx, c.ID); err != nil {
		return v, err
	}
	v.MayReveal = c.MayReveal(rq.Who)
	may, near := c.MayLook(rq.Who)
	v.MayLook, v.LookWhy = may, p.lookReasons(near)
	v.Steps = p.timeline(rq, file)
	if v.Family, err = p.Family(ctx, rq, c); err != nil {
		return v, err
	}
	if v.Beside, err = v.hang(rq, p.Beside); err != nil {
		return v, err
	}
	if v.Above, err = v.hang(rq, p.Above); err != nil {
		return v, err
	}
	v.Deeds = inOrder(p.deeds(rq, c), v.Hung)
	for i := range v.Deeds {
		if p.Help != nil {
			p.Help(rq, &v.File, &v.Deeds[i])
		}
	}
	return v, nil
}

var deedIcons = map[string]string{
	string(casework.Accept): "check", string(casework.Take): "check", string(casework.Dispatch): "send", string(casework.Done): "shield", string(casework.Answer): "talk",
	string(casework.Revisit): "heart", string(casework.Unsolved): "up", string(casework.Recall): "left", string(casework.Return): "left", string(casework.Decline): "close",
	string(casework.Contacted): "phone", string(casework.Note): "edit",
}

// deeds are the steps that casework says may be done now.
func (p *Pages) deeds(rq *site.Req, c *casework.Case) []Deed {
	var all []Deed
	labels, hints := rq.Under("desk.note."), rq.Under("desk.hint.")
	for _, verb := range c.May(rq.Who) {
		v := string(verb)
		d := Deed{Do: v, Label: rq.T("case.verb." + v), Icon: deedIcons[v], Key: verbKeys[v], Action: "/cases/" + c.Number + "/" + v, Needs: casework.Needs(verb),
			Danger: verb == casework.Decline, Note: NoteWords{labels[v], hints[v]}}
		switch verb {
		case casework.Dispatch:
			suggested, others := p.units(rq, c)
			d.Ask = func(f *site.Form) templ.Component { return unitChoice(f, suggested, others) }
			d.Needs, d.Optional = append(slices.Clone(d.Needs), casework.NeedNote), true
		case casework.Decline:
			d.Reasons = p.reasons(catalog.ForDecline)
		case casework.Return:
			d.Reasons = p.reasons(catalog.ForReturn)
		}
		all = append(all, d)
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

// units are those a case may be dispatched to: the likeliest first, then what is near, property companies before others (G2), then all by kind.
func (p *Pages) units(rq *site.Req, c *casework.Case) (suggested, others []ui.Group) {
	var near ui.Group
	taken := map[int64]bool{}
	if p.Whom != nil {
		if id, why := p.Whom(rq, c); id != 0 {
			near.Choices = append(near.Choices, ui.Choice{Value: to.Digits(id), Label: p.BodyName(id), Hint: why})
			taken[id] = true
		}
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
