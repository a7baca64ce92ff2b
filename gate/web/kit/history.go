package kit

import (
	"net/http"
	"slices"
	"strconv"

	"mulin/gate/web/site"
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
		one.What = rq.T("kit.event."+one.Verb, one.Who, rq.When(e.At, rq.Brand.Zone))
		all = append(all, one)
	}
	return all, err
}

// lines are changes in the order of the fields; what is sealed is only said to have changed.
func (p *Pages) lines(w *i18n.Words, changes map[string]register.Change) (all []line) {
	for _, f := range p.fields(every) {
		if c, ok := changes[f.Name]; ok {
			l := line{Field: f.Name, Label: p.label(w, f), Sealed: f.Is.Sealed}
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
	Versions []any // the newest first
	A, B     *register.Head
	Lines    []line
}

// versions shows all versions of a thing and what changed from one to another: the last one to the newest, unless the address says which.
func (p *Pages) versions(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	x, err := p.thing(r, rq)
	if err != nil {
		return err
	}
	all, err := p.Versions(r.Context(), rq.Who, register.HeadOf(x).ID)
	if err != nil {
		return err
	}
	pickOf := func(name string, other int) any {
		for _, x := range all {
			if number(register.HeadOf(x).Version) == rq.Query(name) {
				return x
			}
		}
		return all[max(0, len(all)-other)]
	}
	a, b := pickOf("a", 2), pickOf("b", 1)
	v := versionsView{Pages: p, rq: rq, Thing: x, A: register.HeadOf(a), B: register.HeadOf(b), Lines: p.lines(rq.Words, p.Changes(a, b))}
	for i := range all {
		v.Versions = append(v.Versions, all[len(all)-1-i])
	}
	return rq.Show(w, versionsPage(v))
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

// piece is a part of a text that stayed (0), went (-) or came (+).
type piece struct {
	Op   byte
	Text string
}

// difference is what has to be struck out of a and put in to make b of it, by characters and whole words.
func difference(a, b string) []piece {
	x, y := tokens(a), tokens(b)
	if len(x)*len(y) > 4_000_000 {
		return []piece{{'-', a}, {'+', b}}
	}
	common := make([][]int32, len(x)+1) // the longest common sequence behind i and j
	for i := range common {
		common[i] = make([]int32, len(y)+1)
	}
	for i := len(x) - 1; i >= 0; i-- {
		for j := len(y) - 1; j >= 0; j-- {
			if common[i][j] = max(common[i+1][j], common[i][j+1]); x[i] == y[j] {
				common[i][j] = common[i+1][j+1] + 1
			}
		}
	}
	var all []piece
	add := func(op byte, text string) {
		if n := len(all); n > 0 && all[n-1].Op == op {
			all[n-1].Text += text
			return
		}
		all = append(all, piece{op, text})
	}
	i, j := 0, 0
	for i < len(x) || j < len(y) {
		switch {
		case i < len(x) && j < len(y) && x[i] == y[j]:
			add(0, x[i])
			i, j = i+1, j+1
		case j == len(y) || i < len(x) && common[i+1][j] >= common[i][j+1]:
			add('-', x[i])
			i++
		default:
			add('+', y[j])
			j++
		}
	}
	return all
}

// tokens are single characters, but runs of Latin letters and digits stay whole.
func tokens(text string) (all []string) {
	latin := func(r rune) bool {
		return r < 0x2e80 && (r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r >= 0xc0)
	}
	whole := false
	for _, r := range text {
		if n := len(all); whole && latin(r) {
			all[n-1] += string(r)
			continue
		}
		all, whole = append(all, string(r)), latin(r)
	}
	return all
}
