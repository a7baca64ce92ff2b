package cases

import (
	"context"
	"net/http"
	"slices"

	"github.com/a-h/templ"

	"mulin/gate/web/photos"
	"mulin/gate/web/site"
	"mulin/gate/web/to"
	"mulin/gate/web/ui"
	"mulin/town/casework"
)

// Part is a card on a case's page; nil: none. The page knows none of those who hang on it. One that offers steps or keys as well is a Card.
type Part func(*site.Req, *casework.File) (templ.Component, error)

// Card is a card with the steps it offers, each with its form, and its single keys.
type Card struct {
	templ.Component
	Deeds []Deed
	Keys  []ui.Key
}

// Deed is one thing that may be done with the case, with what its form needs.
type Deed struct {
	Do, Label, Icon, Key string
	Action               string
	Danger               bool
	Rank                 Rank
	Needs                []casework.Need
	Note                 NoteWords
	Photo                string                           // what its photo must show, if not what it looks like now
	Optional             bool                             // its note may be left out
	Reasons              []ui.Choice                      // codes
	Ask                  func(*site.Form) templ.Component // what is to be chosen before anything is written
	Beside               Helper                           // what helps writing, beside the fields; it gets what was found in the words
	Below                Helper                           // what helps writing, below the buttons; it gets what was asked for there
}

// Helper draws what helps filling in a form; it is given what belongs into it when the form is shown again, else nil.
type Helper func(f *site.Form, again templ.Component) templ.Component

// NoteWords are label and hint of a form's text.
type NoteWords struct{ Label, Hint string }

// Rank is where a step that hangs on the page stands among those of the case.
type Rank int

// Behind all others unless it says something else.
const (
	Behind Rank = iota
	Amid        // before those that decline or only note something
	Ahead
)

func (d Deed) wants(n casework.Need) bool { return slices.Contains(d.Needs, n) }

// Weighing looks at the words of a step that a resident will read before it is done. What it finds comes back with a fault, and the form is shown again with it.
type Weighing func(context.Context, *site.Req, *casework.File, casework.Verb, *site.Form, *casework.Step) (*Said, error)

// Said is what was found in the words of a step.
type Said struct {
	Heading string                           // over the form
	Found   templ.Component                  // what it is
	Why     func(*site.Form) templ.Component // what sending them all the same takes
	Send    ui.ButtonOf                      // sends them all the same
}

// Kept is what a form that is shown again keeps beside what was typed.
type Kept struct {
	Photos []photos.Kept
	Said   *Said
	Below  templ.Component // what was asked for below its buttons
}

func (k Kept) found() templ.Component {
	if k.Said == nil {
		return nil
	}
	return k.Said.Found
}

// Weighed asks whoever looks at the words of a step.
func (p *Pages) Weighed(ctx context.Context, rq *site.Req, file *casework.File, v casework.Verb, f *site.Form, step *casework.Step) (*Said, error) {
	if p.Weigh == nil {
		return nil, nil
	}
	return p.Weigh(ctx, rq, file, v, f, step)
}

// hang gives the cards of some parts, and adds what they offer to the page.
func (v *caseView) hang(rq *site.Req, parts []Part) (cards []templ.Component, err error) {
	for _, part := range parts {
		card, err := part(rq, &v.File)
		if err != nil {
			return nil, err
		}
		if c, ok := card.(Card); ok {
			v.Hung, v.Keys, card = append(v.Hung, c.Deeds...), append(v.Keys, c.Keys...), c.Component
		}
		if card != nil {
			cards = append(cards, card)
		}
	}
	return cards, nil
}

// inOrder puts the steps that hang on the page among those of the case.
func inOrder(own, hung []Deed) []Deed {
	at := slices.IndexFunc(own, func(d Deed) bool {
		return d.Do == string(casework.Decline) || d.Do == string(casework.Contacted) || d.Do == string(casework.Note)
	})
	if at < 0 {
		at = len(own)
	}
	of := func(r Rank) (all []Deed) {
		for _, d := range hung {
			if d.Rank == r {
				all = append(all, d)
			}
		}
		return all
	}
	return slices.Concat(of(Ahead), own[:at], of(Amid), own[at:], of(Behind))
}

// backOf is where a step that is done from this page leads.
func backOf(rq *site.Req, number string) string {
	if rq.HTTP.Method == http.MethodPost {
		if f, err := rq.Form(); err == nil {
			return WayBack(f, number)
		}
	}
	return to.Local(rq.Query("back"))
}
