package triage

import (
	"context"
	"time"

	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/town/casework"
)

// CheckAnswer holds what somebody is about to tell a resident against the city's rules. What goes out, when it is sent, is also held against who reported
// (see casework.Desk.Guard); while it is typed it isn't, so that typing finds nobody out.
func (r *Reader) CheckAnswer(ctx context.Context, who access.Actor, file *casework.File, v casework.Verb, text string, sending bool) (Report, error) {
	c := &file.Case
	if err := who.May(casework.RightFor(v), c.At()); err != nil || !casework.Told(v) {
		if who.May(casework.See, c.At()) != nil {
			return Report{}, casework.ErrNotFound
		}
		return Report{}, access.ErrDenied
	}
	q := r.asked(file, v)
	var err error
	if !q.Brief {
		if q.Earlier, err = r.earlier(ctx, who, c.ID); err != nil {
			return Report{}, err
		}
	}
	rs := r.Rules()
	report := rs.Check(q, text)
	if x, on := rs.on("leak_contact"); sending && on {
		found, err := r.desk.Guard(ctx, who, c, text)
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
func (r *Reader) asked(f *casework.File, v casework.Verb) Asked {
	c := &f.Case
	q := Asked{Title: c.Title, Text: c.Text, Opened: c.OpenedAt, Due: c.DueAt, Contacted: c.ContactedAt, Now: clock.Micros(r.city.Clock().Now()), Zone: r.zone(),
		Brief: v != casework.Answer && v != casework.Decline, Path: c.Path, Named: func(text string) []Named { return r.Named(text, Around{Path: c.Path}) }}
	q.Known = append(q.Known, r.places.Name(c.Path), c.Address, r.catalog.ClassName(c.Class), r.catalog.Settings().CityName)
	for _, h := range f.Steps { // what the resident said since is part of the question
		if h.Verb == casework.Reopen || h.Verb == casework.Unsolved {
			q.Text += "\n" + h.Note
		}
	}
	for _, b := range c.Bodies {
		if one, ok := r.bodies.Get(b); ok {
			q.Known = append(q.Known, one.Name)
		}
	}
	return q
}

func (r *Reader) zone() *time.Location {
	zone, err := time.LoadLocation(r.catalog.Settings().Zone)
	if err != nil {
		return time.UTC
	}
	return zone
}
