// Package answer holds what goes out to residents against the question and the city's rules, and says what a service that proposes answers may be told.
package answer

import (
	"context"
	"slices"
	"unicode/utf8"

	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/fault"
	"mulin/internal/memory"
	"mulin/internal/register"
	"mulin/internal/store"
	"mulin/town/body"
	"mulin/town/casework"
	"mulin/town/catalog"
	"mulin/town/place"
	"mulin/town/triage"
)

// Answers are the rules for answers of one city, and what is held against them.
type Answers struct {
	city    *store.City
	places  *place.Register
	bodies  *body.Bodies
	catalog *catalog.Catalog
	desk    *casework.Desk
	reader  *triage.Reader

	memory.Kept
	rules *memory.Copy[*Rules]

	RuleList *register.Register[Rule]
}

// New makes the rules for answers of a city; they are empty until Load.
func New(city *store.City, desk *casework.Desk, places *place.Register, bodies *body.Bodies, cat *catalog.Catalog, reader *triage.Reader) *Answers {
	as := &Answers{city: city, places: places, bodies: bodies, catalog: cat, desk: desk, reader: reader}
	as.rules = memory.New(city, "answer.rules", NewRules(nil), as.readRules, "answer.rule.")
	as.Kept = as.rules
	as.RuleList = as.ruleList()
	return as
}

// Check holds what somebody is about to tell a resident against the city's rules. What goes out, when it is sent, is also held against who reported
// (see casework.Desk.Guard); while it is typed it isn't, so that typing finds nobody out.
func (as *Answers) Check(ctx context.Context, who access.Actor, file *casework.File, v casework.Verb, text string, sending bool) (Report, error) {
	c := &file.Case
	if err := who.May(casework.RightFor(v), c.At()); err != nil || !casework.Told(v) {
		if who.May(casework.See, c.At()) != nil {
			return Report{}, casework.ErrNotFound
		}
		return Report{}, access.ErrDenied
	}
	if utf8.RuneCountInString(text) > casework.MaxNote {
		return Report{}, fault.Field("note", "case.note.long", casework.MaxNote)
	}
	q := as.asked(file, v)
	var err error
	if !q.Brief {
		if q.Earlier, err = as.earlier(ctx, who, c.ID); err != nil {
			return Report{}, err
		}
	}
	rs := as.Rules()
	report := rs.Check(q, text)
	if x, on := rs.on("leak_contact"); sending && on {
		found, err := as.desk.Leaks(ctx, who, c, text)
		if err != nil {
			return report, err
		}
		for _, b := range found {
			report.Findings = append([]Finding{{Code: "leak_contact", Severity: x.Severity, From: b.From, To: b.To}}, report.Findings...)
		}
	}
	return report, nil
}

// Asked before an answer goes out: to look at it once more, and why a serious finding doesn't matter.
var (
	ErrLook = fault.Field("note", "answer.look")
	ErrWhy  = fault.Field("why", "answer.why.missing")
)

// Weigh looks at the words of a step before a resident reads them. What ought to be looked at once more comes back with ErrLook. Whoever sends it all the same
// names in Despite what they were shown and, if something serious is among it, says in Why; the step then carries all that it goes out against.
func (as *Answers) Weigh(ctx context.Context, who access.Actor, file *casework.File, v casework.Verb, s *casework.Step) (Report, error) {
	shown, why := s.Despite, s.Why
	s.Despite, s.Why = nil, ""
	may := v == casework.HandIn || slices.Contains(file.May(who), v) // who may hand in the whistle knows
	stale := !file.Ready(v) || s.Version != 0 && s.Version != file.Version
	if !casework.Told(v) || s.Note == "" || stale || !may { // the step itself says what is wrong
		return Report{}, nil
	}
	report, err := as.Check(ctx, who, file, v, s.Note, true)
	if err != nil || !report.Stops() {
		return report, err
	}
	for _, code := range report.Codes() {
		if !slices.Contains(shown, code) {
			return report, ErrLook
		}
	}
	if s.Despite, s.Why = report.Codes(), why; report.Serious() && why == "" {
		return report, ErrWhy
	}
	return report, nil
}

// asked is what an answer to a case is held against.
func (as *Answers) asked(f *casework.File, v casework.Verb) Asked {
	c := &f.Case
	q := Asked{Title: c.Title, Text: c.Text, Opened: c.OpenedAt, Due: c.DueAt, Contacted: c.ContactedAt, Now: clock.Micros(as.city.Clock().Now()), Zone: as.catalog.Calendar().Zone,
		Brief: v != casework.Answer && v != casework.Decline, Path: c.Path, Named: func(text string) []triage.Named { return as.reader.Named(text, triage.Around{Path: c.Path}) }}
	q.Known = append(q.Known, as.places.Name(c.Path), c.Address, as.catalog.FullName(c.Class), as.catalog.Settings().CityName)
	for _, h := range f.Steps { // what the resident said since is part of the question
		if h.Verb == casework.Reopen || h.Verb == casework.Unsolved {
			q.Text += "\n" + h.Note
		}
	}
	for _, b := range c.Bodies {
		if one, ok := as.bodies.Get(b); ok {
			q.Known = append(q.Known, one.Name)
		}
	}
	return q
}
