// Package answer holds what goes out to residents against the question and the city's rules, and says what a service that proposes answers may be told.
package answer

import (
	"context"

	"mulin/internal/access"
	"mulin/internal/clock"
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
		found, err := as.desk.Guard(ctx, who, c, text)
		if err != nil {
			return report, err
		}
		for _, b := range found {
			report.Findings = append([]Finding{{Code: "leak_contact", Severity: x.Severity, From: b.From, To: b.To}}, report.Findings...)
		}
	}
	return report, nil
}

// asked is what an answer to a case is held against.
func (as *Answers) asked(f *casework.File, v casework.Verb) Asked {
	c := &f.Case
	q := Asked{Title: c.Title, Text: c.Text, Opened: c.OpenedAt, Due: c.DueAt, Contacted: c.ContactedAt, Now: clock.Micros(as.city.Clock().Now()), Zone: as.catalog.Calendar().Zone,
		Brief: v != casework.Answer && v != casework.Decline, Path: c.Path, Named: func(text string) []triage.Named { return as.reader.Named(text, triage.Around{Path: c.Path}) }}
	q.Known = append(q.Known, as.places.Name(c.Path), c.Address, as.catalog.ClassName(c.Class), as.catalog.Settings().CityName)
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
