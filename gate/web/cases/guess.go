package cases

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"

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
	May       bool // say what it is
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

func (p *Pages) guessView(_ context.Context, rq *site.Req, c *casework.Case) (guessView, error) {
	if !c.MayClassify(rq.Who) {
		return guessView{}, nil
	}
	g := p.Triage.Suggest(c)
	v := guessView{May: true, Class: p.Catalog.ClassName(c.Class), Sure: g.Sure, Was: c.Sorted(), Ref: classifyRef(rq, c), Urgent: g.Urgent, Hide: !c.Hidden,
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
	return v, nil
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

// whyBody says why a unit is suggested.
func (p *Pages) whyBody(rq *site.Req, g triage.Suggestion) string {
	if g.Of == 0 {
		return rq.T("guess.body.listed")
	}
	return rq.T("guess.body.led", g.Of, g.Led)
}

// caseClassify says what a case is: by a button of the suggestions, or by the choice from all.
func (p *Pages) caseClassify(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	file, f, err := p.caseForm(r, rq, r.PathValue("number"))
	if err != nil {
		return err
	}
	sort := casework.Sorting{Class: f.Int("class"), Kind: casework.Kind(f.Value("kind")), Urgency: f.Value("urgency"), Hide: f.Has("hide", "1"), Was: f.Value("was")}
	if _, err = p.Triage.Classify(r.Context(), rq.Who, &file.Case, sort, casework.Step{ClientRef: f.Value("client_ref")}); err != nil {
		return p.caseAgain(w, r, rq, file.Number, doClassify, f, again{}, err)
	}
	return rq.Done(w, wayBack(f, file.Number), "guess.done", file.Number, p.Catalog.ClassName(sort.Class))
}

// sortedStep says in a timeline what somebody made of the case, and what had been suggested if it was something else.
func (p *Pages) sortedStep(rq *site.Req, s *casework.Resorted) string {
	text := " → " + p.Catalog.ClassName(s.Class)
	if s.Urgency != s.UrgencyWas && s.Urgency != "" {
		text += " · " + cmp.Or(p.Urgency(rq, s.Urgency), s.Urgency)
	}
	if s.Kind != s.KindWas {
		text += " · " + rq.T("case.kind."+string(s.Kind))
	}
	switch {
	case s.Hint.Class == s.Class && s.Class != s.ClassWas:
		text += " · " + rq.T("guess.step.taken", s.Hint.Percent)
	case s.Hint.Class != 0 && s.Hint.Class != s.Class:
		text += " · " + rq.T("guess.step.other", p.ClassName(s.Hint.Class), s.Hint.Percent)
	}
	return text
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
