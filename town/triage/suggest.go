package triage

import (
	"context"
	"slices"

	"mulin/internal/access"
	"mulin/internal/register"
	"mulin/town/casework"
	"mulin/town/catalog"
	"mulin/town/place"
)

// mostChoices is how many classes are suggested.
const mostChoices = 3

// Suggestion is what a message seems to be. Each part may be empty, and each only suggests.
type Suggestion struct {
	Choices []Choice // at most three, the likeliest first
	Sure    bool     // the first reaches the city's threshold; else a person decides
	Kind    casework.Kind
	Urgency string   // what is more urgent than the first class says; "" for nothing
	Urgent  []string // the words that speak for Urgency; none if it was learned
	Secret  bool     // the reporter should perhaps stay unknown
	Hints   []string // the words that speak for Secret
	Body    int64    // who probably leads
	Led, Of int64    // Body led so many of so many cases of the class; 0 of 0: the whistle list says so
	Model   int64    // the version; 0: the catalogue alone
}

// Hint is the suggestion as it is remembered with a person's decision.
func (g Suggestion) Hint() casework.Hint {
	if len(g.Choices) == 0 {
		return casework.Hint{}
	}
	return casework.Hint{Class: g.Choices[0].Class, Percent: percent(g.Choices[0].P), Model: g.Model}
}

func percent(p float64) int64 { return int64(100*p + 0.5) }

// Suggest reads a case.
func (r *Reader) Suggest(c *casework.Case) Suggestion {
	b := r.current()
	return r.suggest(b, r.impression(b, textOf(c.Title, c.Text), true), c)
}

// Brief is Suggest without the words that speak for the classes, for lists of many. What it returns must not be changed.
func (r *Reader) Brief(c *casework.Case) Suggestion {
	b := r.current()
	return r.suggest(b, r.remembered(b, c), c)
}

// Classes are the classes a text seems to be about, while somebody types it; to explain them takes longer than to find them.
func (r *Reader) Classes(text string, n int, explain bool) (choices []Choice, sure bool) {
	line := r.catalog.Settings().Sure()
	seems := r.consider(r.current(), text)
	defer seems.done()
	choices = seems.pick(n, line, explain)
	return choices, len(choices) > 0 && choices[0].P >= line
}

// suggest makes a suggestion of what a text says and of what is known of the case.
func (r *Reader) suggest(b *model, says *impression, c *casework.Case) Suggestion {
	g := Suggestion{Model: b.Version, Choices: says.choices, Sure: says.sure}
	g.kind(says.answers[ofKind], c.Kind, r.catalog.Settings().Sure())
	r.urgency(&g, says, c.Class)
	g.secret(says)
	class := c.Class
	if class == 0 && g.Sure { // an unsure class sends nobody anywhere
		class = g.Choices[0].Class
	}
	r.body(&g, b, class, c.Path)
	return g
}

// fewAnswers is how many cases with an answer it takes to suggest it.
const fewAnswers = 20

// kind keeps what the reporter chose unless something else is clearly likelier.
func (g *Suggestion) kind(says answer, now casework.Kind, sure float64) {
	g.Kind = now
	if says.p >= max(sure, 0.8) && says.seen >= fewAnswers && slices.Contains(casework.Kinds, casework.Kind(says.label)) {
		g.Kind = casework.Kind(says.label)
	}
}

// urgency suggests what is more urgent than the class says: by the words of danger in the catalogue, else by what was learned.
func (r *Reader) urgency(g *Suggestion, says *impression, class int64) {
	if class == 0 && len(g.Choices) > 0 {
		class = g.Choices[0].Class
	}
	c, _ := r.catalog.Class(class)
	rank := r.rank(c.Urgency)
	if urgency := says.answers[ofUrgency]; urgency.p >= 0.8 && urgency.seen >= fewAnswers && r.rank(urgency.label) < rank {
		g.Urgency, rank = urgency.label, r.rank(urgency.label)
	}
	if u, words, ok := says.heard.Urgency(); ok && r.rank(u.Code) <= rank {
		g.Urgent = words
		if r.rank(u.Code) < r.rank(c.Urgency) {
			g.Urgency = u.Code
		}
	}
}

// rank is the place of a degree of urgency, behind all others for none.
func (r *Reader) rank(code string) int {
	i := slices.IndexFunc(r.catalog.Urgencies(), func(u catalog.Urgency) bool { return u.Code == code })
	if i < 0 {
		return len(r.catalog.Urgencies())
	}
	return i
}

func (g *Suggestion) secret(says *impression) {
	g.Hints = says.heard.Secret()
	g.Secret = len(g.Hints) > 0 || says.answers[ofHide].label == "true" && says.answers[ofHide].p >= 0.8
}

// fewLed is how many cases of a class somebody must have led to be suggested.
const fewLed = 3

// body is who led most cases of the class or the nearest class above it; where there are none, whom the whistle list calls first.
func (r *Reader) body(g *Suggestion, b *model, class int64, path string) {
	c, ok := r.catalog.Class(class)
	if !ok {
		return
	}
	for _, id := range slices.Backward(place.IDs(c.Path)) {
		of := int64(0)
		for _, l := range b.byClass[id] {
			of += l.N
		}
		for _, l := range b.byClass[id] {
			if here := r.here(l, path); here != 0 && l.N >= fewLed {
				g.Body, g.Led, g.Of = here, l.N, of
				return
			}
		}
	}
	g.Body = r.listed(c)
}

// here is the body of a lead at a place: the very one, or that of its kind which serves the place.
func (r *Reader) here(l lead, path string) int64 {
	if l.Body != 0 {
		if b, ok := r.bodies.Get(l.Body); ok && b.Live() {
			return b.ID
		}
		return 0
	}
	for _, b := range r.bodies.Serving(path, l.Kind) {
		return b.ID
	}
	return 0
}

// listed is the first unit of a line of the whistle list whose class is named like the class or one above it.
func (r *Reader) listed(c catalog.Class) int64 {
	names := register.Names(r.catalog.FullName(c.ID))
	for _, name := range slices.Backward(names) {
		for _, level := range catalog.Levels {
			for _, item := range r.catalog.Whistles(level) {
				if item.Class == name && len(item.Bodies) > 0 {
					if b, ok := r.bodies.Get(item.Bodies[0]); ok && b.Live() {
						return b.ID
					}
				}
			}
		}
	}
	return 0
}

// Classify says what a case is, in the name of a person; what was suggested is remembered with it.
func (r *Reader) Classify(ctx context.Context, who access.Actor, c *casework.Case, sort casework.Sorting, s casework.Step) (casework.Case, error) {
	sort.Hint = r.Brief(c).Hint()
	return r.desk.Classify(ctx, who, c.ID, sort, s)
}
