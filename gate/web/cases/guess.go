package cases

import (
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"mulin/gate/web/site"
	"mulin/gate/web/to"
	"mulin/gate/web/ui"
	"mulin/town/casework"
	"mulin/town/triage"
)

// The step of saying what a case is, and its keys: accept what is suggested first, and choose from all.
const (
	doClassify  = "classify"
	keyAccept   = "y"
	keyClassify = "l"
)

// guessView is what a case seems to be about: class, urgency, kind, body.
type guessView struct {
	Class     string
	Choices   []guessChoice
	Sure      bool
	Unlike    bool // it has a class, and something else is likely
	Form      *site.Form
	Urgencies []ui.Choice // degrees of urgency
	Urgent    []string    // words that speak for the urgency
	Urgency   string      // what they speak for
	Hide      bool        // may still be hidden
	Secret    bool
	Hints     []string
	Body      string
	Why       string // that body
	Was       string
	Ref       string
	Choosing  bool
	All       []ui.Choice
}

// guessChoice is a suggested class.
type guessChoice struct {
	ID          string
	Name, Above string // "供水", "城乡建设"
	Percent     int
	How         string // "很有把握"
	Words       []string
}

// GuessPart says what an open case seems to be.
func (p *Pages) GuessPart(rq *site.Req, file *casework.File) (templ.Component, error) {
	c := &file.Case
	if !c.Open || !c.MayClassify(rq.Who) {
		return nil, nil
	}
	keys := []ui.Key{{Key: keyAccept, Label: rq.T("guess.key.accept")}, {Key: keyClassify, Label: rq.T("guess.other")}}
	return Card{guessCard(c.Number, backOf(rq, c.Number), p.guessView(rq, c)), nil, keys}, nil
}

func (p *Pages) guessView(rq *site.Req, c *casework.Case) guessView {
	g := p.Triage.Suggest(c)
	v := guessView{Class: p.Catalog.FullName(c.Class), Sure: g.Sure, Was: c.Sorted(), Ref: classifyRef(rq, c), Urgent: g.Urgent, Hide: !c.Hidden,
		Secret: g.Secret && !c.Hidden, Hints: g.Hints, Body: p.BodyName(g.Body), Why: p.whyBody(rq, g), Choosing: rq.Query("do") == doClassify,
		Choices: p.guessChoices(rq, g.Choices), Urgencies: p.ownUrgencies(rq, c)}
	if len(g.Urgent) > 0 {
		u, _, _ := p.Catalog.Hear(c.Title + " " + c.Text).Urgency()
		v.Urgency = u.Word(rq.Words)
	}
	v.Form = site.NewForm("kind", string(g.Kind), "urgency", p.presetUrgency(c, g)).Part(doClassify)
	if v.Secret {
		v.Form.Set("hide", "1")
	}
	if c.Class != 0 {
		v.Unlike = g.Sure && !p.related(c.Class, g.Choices[0].Class)
		v.Form.Set("class", to.Digits(c.Class))
	}
	if v.Choosing {
		v.All = p.allClasses()
	}
	return v
}

// classifyRef marks one decision about one state of the case: tapped twice it is one step.
func classifyRef(rq *site.Req, c *casework.Case) string {
	return doClassify + "." + to.Digits(c.UpdatedAt) + "." + to.Digits(rq.Who.Person)
}

// presetUrgency: "" is what the class says; a case that was given an urgency of its own keeps it.
func (p *Pages) presetUrgency(c *casework.Case, g triage.Suggestion) string {
	class, _ := p.Catalog.Class(c.Class)
	if g.Urgency == "" && c.Urgency != class.Urgency {
		return c.Urgency
	}
	return g.Urgency
}

// related tells whether one of two classes lies below the other, or they are the same.
func (p *Pages) related(a, b int64) bool {
	x, _ := p.Catalog.Class(a)
	y, _ := p.Catalog.Class(b)
	return strings.HasPrefix(x.Path, y.Path) || strings.HasPrefix(y.Path, x.Path)
}

func (p *Pages) guessChoices(rq *site.Req, all []triage.Choice) []guessChoice {
	var out []guessChoice
	for _, c := range all {
		g := guessChoice{ID: to.Digits(c.Class), Percent: int(100*c.P + 0.5), How: rq.T(p.howSure(c.P)), Words: c.Words}
		g.Above, g.Name = p.ClassParts(c.Class)
		out = append(out, g)
	}
	return out
}

// howSure are the words of a chance; a number alone tells few people enough.
func (p *Pages) howSure(chance float64) string {
	switch {
	case chance >= max(0.9, p.Catalog.Settings().Sure()):
		return "guess.sure.very"
	case chance >= p.Catalog.Settings().Sure():
		return "guess.sure.rather"
	case chance >= 0.3:
		return "guess.sure.maybe"
	}
	return "guess.sure.hardly"
}

func (p *Pages) ownUrgencies(rq *site.Req, c *casework.Case) []ui.Choice {
	all := append([]ui.Choice{{Value: "", Label: rq.T("guess.rush.class")}}, p.UrgencyChoices(rq)...)
	if c.Urgency != "" && !slices.ContainsFunc(all, func(x ui.Choice) bool { return x.Value == c.Urgency }) {
		all = append(all, ui.Choice{Value: c.Urgency, Label: c.Urgency}) // taken out of use since
	}
	return all
}

// allClasses are all classes in use, for choosing one by its words.
func (p *Pages) allClasses() []ui.Choice {
	var all []ui.Choice
	for _, c := range p.Catalog.Classes() {
		above, name := p.ClassParts(c.ID)
		all = append(all, ui.Choice{Value: to.Digits(c.ID), Label: name, Hint: above})
	}
	return all
}

// LikelyBody is the unit that a case like this is best sent to, and why.
func (p *Pages) LikelyBody(rq *site.Req, c *casework.Case) (id int64, why string) {
	g := p.Triage.Brief(c)
	return g.Body, p.whyBody(rq, g)
}

// whyBody says why a unit is suggested.
func (p *Pages) whyBody(rq *site.Req, g triage.Suggestion) string {
	if g.Of == 0 {
		return rq.T("guess.body.listed")
	}
	return rq.T("guess.body.led", g.Of, g.Led)
}

// caseClassify says what a case is: by a button of the suggestions, or by the choice from all.
func (p *Pages) caseClassify(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	file, f, err := p.Form(r, rq, r.PathValue("number"))
	if err != nil {
		return err
	}
	sort := casework.Sorting{Class: f.Int("class"), Kind: casework.Kind(f.Value("kind")), Urgency: f.Value("urgency"), Hide: f.Has("hide", "1"), Was: f.Value("was")}
	if _, err = p.Triage.Classify(r.Context(), rq.Who, &file.Case, sort, casework.Step{ClientRef: f.Value("client_ref")}); err != nil {
		return p.Again(w, r, rq, file.Number, doClassify, f, Kept{}, err)
	}
	return rq.Done(w, WayBack(f, file.Number), "guess.done", file.Number, p.Catalog.FullName(sort.Class))
}

// rowGuess is the class a list suggests for a case without one.
type rowGuess struct {
	guessChoice
	Sure               bool
	Urgency, Kind, Was string
	Ref                string
}

// guessRows adds suggestions to the rows of a list whose case has no class yet and may be given one.
func (p *Pages) guessRows(rq *site.Req, rows []Row) {
	for i := range rows {
		c := &rows[i].Case
		if c.Class != 0 || !c.MayClassify(rq.Who) {
			continue
		}
		g := p.Triage.Brief(c)
		v := &rowGuess{Sure: g.Sure, Urgency: g.Urgency, Kind: string(g.Kind), Was: c.Sorted(), Ref: classifyRef(rq, c)}
		if len(g.Choices) > 0 {
			v.guessChoice = p.guessChoices(rq, g.Choices[:1])[0]
		}
		rows[i].Guess = v
	}
}
