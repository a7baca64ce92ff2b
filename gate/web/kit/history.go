package kit

import (
	"net/http"
	"slices"

	"mulin/gate/web/site"
	"mulin/gate/web/to"
	"mulin/gate/web/ui"
	"mulin/internal/i18n"
	"mulin/internal/register"
)

// event is one entry of a thing's history, in words.
type event struct {
	At, Version     int64
	Who, Verb, What string
	Lines           []line
}

// line is one field that changed.
type line struct {
	Field, Label  string
	Before, After string
	Sealed        bool
}

// history is what the ledger says of a thing, the newest first.
func (p *Pages) history(r *http.Request, rq *site.Req, id int64) ([]event, error) {
	entries, err := p.History(r.Context(), rq.Who, id)
	all := make([]event, 0, len(entries))
	for _, e := range slices.Backward(entries) {
		one := event{At: e.At, Version: e.Version, Who: p.Person(e.Person), Verb: e.Did}
		if one.Verb != "add" { // the facts say it all
			one.Lines = p.lines(rq.Words, e.Changes)
		}
		if one.Who == "" {
			one.Who = rq.T("kit.program")
		}
		if e.Reason != "" {
			one.Lines = append(one.Lines, line{Label: rq.T("common.reason"), After: e.Reason})
		}
		one.What = rq.T(p.key(rq, "event."+one.Verb), one.Who, rq.When(e.At, rq.Brand.Zone))
		all = append(all, one)
	}
	return all, err
}

// lines are changes in the order of the fields; what is sealed, or left out of the ledger, is only said to have changed.
func (p *Pages) lines(w *i18n.Words, changes map[string]register.Change) (all []line) {
	for _, f := range p.fields(every) {
		if c, ok := changes[f.Name]; ok {
			l := line{Field: f.Name, Label: p.label(w, f), Sealed: f.Is.Sealed || len(c.Before)+len(c.After) == 0}
			if !l.Sealed {
				l.Before, l.After = p.shown(w, f, c.Before), p.shown(w, f, c.After)
			}
			all = append(all, l)
		}
	}
	return all
}

// says is a change as a sentence; texts that are long, or both there, are shown as a difference instead.
func (l line) says(w *i18n.Words) string {
	switch {
	case l.Sealed:
		return w.T("kit.change.sealed", l.Label)
	case l.Field == "":
		return w.T("kit.change.reason", l.After)
	case l.Before == "":
		return w.T("kit.change.set", l.Label, l.After)
	case l.After == "":
		return w.T("kit.change.cleared", l.Label, l.Before)
	}
	return w.T("kit.change", l.Label, l.Before, l.After)
}

// long tells that a change is read better as what went and what came.
func (l line) long() bool { return l.Before != "" && l.After != "" && len(l.Before)+len(l.After) > 120 }

type versionsView struct {
	*Pages
	rq       *site.Req
	Thing    any
	Versions []ui.Choice // the newest first
	A, B     *register.Head
	Lines    []line
}

// versions shows what changed from one version of a thing to another: from the last but one to the newest, unless the address says which.
func (p *Pages) versions(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	id, err := site.PathID(r, "id")
	if err != nil {
		return err
	}
	all, err := p.Versions(r.Context(), rq.Who, id)
	if err != nil {
		return err
	}
	a, b := all[max(0, len(all)-2)], all[len(all)-1]
	v := versionsView{Pages: p, rq: rq, Thing: b}
	for _, x := range slices.Backward(all) {
		h := register.HeadOf(x)
		v.Versions = append(v.Versions, ui.Choice{Value: to.Digits(h.Version), Label: rq.T("kit.version", h.Version, rq.When(h.Since, rq.Brand.Zone))})
		if to.Digits(h.Version) == rq.Query("a") {
			a = x
		}
		if to.Digits(h.Version) == rq.Query("b") {
			b = x
		}
	}
	v.A, v.B, v.Lines = register.HeadOf(a), register.HeadOf(b), p.lines(rq.Words, p.Changes(a, b))
	return rq.Show(w, versionsPage(v))
}
