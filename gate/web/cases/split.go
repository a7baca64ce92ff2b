package cases

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"strconv"

	"mulin/gate/web/site"
	"mulin/gate/web/to"
	"mulin/gate/web/ui"
	"mulin/internal/access"
	"mulin/internal/fault"
	"mulin/town/casework"
	"mulin/town/triage"
)

// splitView is the page on which one message becomes several cases.
type splitView struct {
	casework.File
	Form    *site.Form
	Found   int // how many matters the text seems to tell; below 2: the clerk decides
	Parts   int
	Classes []ui.Choice
	Places  []ui.Choice
}

// partField is the name of a field of the i-th part, from 1.
func partField(name string, i int) string { return name + "." + strconv.Itoa(i) }

func (p *Pages) splitForm(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	v, err := p.splitView(r, rq, site.NewForm())
	if err != nil {
		return err
	}
	f := v.Form
	parts := p.Triage.Found(rq.Who, &v.Case).Matters
	if v.Found = len(parts); v.Found < 2 {
		parts = []triage.Matter{{Text: v.Text}, {}}
	}
	v.Parts = len(parts)
	for i, m := range parts {
		f.Set(partField("text", i+1), m.Text)
	}
	for i := 1; i <= v.Parts; i++ {
		if v.Class != 0 {
			f.Set(partField("class", i), to.Digits(v.Class))
		}
		f.Set(partField("place", i), to.Digits(v.Place))
		if text := f.Value(partField("text", i)); text != "" {
			f.Set(partField("title", i), casework.Headline(text))
			if at, ok := p.Triage.Single(text); ok {
				f.Set(partField("place", i), to.Digits(at.ID))
			}
		}
	}
	return rq.Show(w, splitPage(v))
}

// splitView is the page without its parts. Only who may split reads it.
func (p *Pages) splitView(r *http.Request, rq *site.Req, f *site.Form) (splitView, error) {
	v := splitView{Form: f}
	var err error
	if v.File, err = p.Desk.Get(r.Context(), rq.Who, r.PathValue("number")); err != nil {
		return v, err
	}
	if rq.Who.May(casework.Handle, v.At()) != nil {
		return v, access.ErrDenied
	}
	v.Classes = p.ClassChoices()
	v.Places = p.splitPlaces(rq, &v.Case)
	return v, nil
}

// splitPlaces are where a part may lie: where the message lies, and what it names.
func (p *Pages) splitPlaces(rq *site.Req, c *casework.Case) []ui.Choice {
	all := []ui.Choice{{Value: to.Digits(c.Place), Label: cmp.Or(p.Places.Name(c.Path), rq.T("desk.nowhere"))}}
	for _, n := range p.Triage.Found(rq.Who, c).Places {
		all = append(all, ui.Choice{Value: to.Digits(n.ID), Label: p.Places.Name(n.Path)})
	}
	return all
}

// splitCase opens the further cases. Parts left empty are none.
func (p *Pages) splitCase(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	f, err := rq.Form()
	if err != nil {
		return err
	}
	v, err := p.splitView(r, rq, f)
	if err != nil {
		return err
	}
	var parts []casework.Part
	var at []int // the field of each part
	for i := 1; i <= casework.MostParts; i++ {
		if f.Sent(partField("text", i)) {
			v.Parts = i
		}
		part := casework.Part{Title: f.Value(partField("title", i)), Text: f.Value(partField("text", i)), Class: f.Int(partField("class", i)), Place: f.Int(partField("place", i))}
		if part.Text != "" {
			parts, at = append(parts, part), append(at, i)
		}
	}
	if v.Parts = max(2, v.Parts); f.Value("more") != "" {
		v.Parts = min(v.Parts+1, casework.MostParts)
		return rq.Show(w, splitPage(v))
	}
	step := casework.Step{Version: f.Int("version"), ClientRef: f.Value("client_ref")}
	made, err := p.Desk.Split(r.Context(), rq.Who, v.ID, step, parts)
	if err != nil {
		return rq.Again(w, f, atParts(err, at), splitPage(v))
	}
	to := "/cases/" + v.Number
	if _, err := p.Desk.Get(r.Context(), rq.Who, v.Number); err != nil {
		to = "/desk"
	}
	return rq.Done(w, to, "split.done", v.Number, int64(len(made)+1))
}

// atParts moves the faults of the n-th part to the fields it was typed into: empty ones before it were left out.
func atParts(err error, at []int) error {
	names := map[string]string{"client_ref": ""}
	for n, i := range at {
		for _, field := range []string{"title", "text", "class", "place"} {
			names[partField(field, n+1)] = partField(field, i)
		}
		for _, field := range []string{"point", "address"} {
			names[partField(field, n+1)] = partField("place", i)
		}
	}
	if _, ok := fault.As(err); !ok {
		return fmt.Errorf("split: %w", err)
	}
	return site.Renamed(err, names)
}

// familyLine is one of the cases that a message became, as far as the reader may know it.
type familyLine struct {
	Number, Title string // Title is "" for who may not see it
	State         site.State
	Status        casework.Status
}

// FamilyView is what a case was split from and into.
type FamilyView struct {
	Origin *familyLine
	Parts  []familyLine
}

// Family is what a case was split from and into, as far as this reader may know it.
func (p *Pages) Family(ctx context.Context, rq *site.Req, c *casework.Case) (v FamilyView, err error) {
	f, err := p.Desk.FamilyOf(ctx, c.ID)
	if err != nil {
		return v, err
	}
	line := func(o *casework.Case) familyLine {
		l := familyLine{Number: o.Number, Status: o.Status, State: StatusState(o.Status)}
		if !site.Staff(rq.Who) {
			l.Title, l.State = o.Title, ReporterState(o) // whose receipt opens one, it opens all
		} else if rq.Who.May(casework.See, o.At()) == nil {
			l.Title = o.Title
		}
		return l
	}
	if f.Origin != nil {
		l := line(f.Origin)
		v.Origin = &l
	}
	for i := range f.Parts {
		v.Parts = append(v.Parts, line(&f.Parts[i]))
	}
	return v, nil
}
