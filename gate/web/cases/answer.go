package cases

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"mulin/gate/web/site"
	"mulin/gate/web/ui"
	"mulin/town/answer"
	"mulin/town/casework"
)

// AnswerView is what the check says of a text that a resident will read.
type AnswerView struct {
	Findings []findingView
	Points   []pointView
	Codes    string // of those it goes out against, if it is sent all the same
	Serious  bool   // which takes a reason
	Summary  string
}

// findingView is one finding with its place in the text. From and To count as browsers do.
type findingView struct {
	State        site.State
	Severity     string
	Text, Do     string
	Before, Mark string
	After        string
	From, To     int
}

// pointView is one line of the quiet list.
type pointView struct {
	Label string
	OK    bool
}

// HelpAnswer puts what the resident asked and what the check says beside the words of an answer, and the offer of a draft below them.
func (p *Pages) HelpAnswer(rq *site.Req, file *casework.File, d *Deed) {
	if do := d.Do; do == string(casework.Answer) || do == string(casework.Decline) {
		d.Beside = func(f *site.Form, said templ.Component) templ.Component { return answerBeside(&file.Case, do, f, said) }
	}
	if d.Do == string(casework.Answer) && p.Draft != nil && rq.Who.May(casework.Reply, file.At()) == nil {
		d.Below = func(f *site.Form, draft templ.Component) templ.Component { return draftBox(file.Number, f, draft) }
	}
}

// SeverityStates is how findings look.
var SeverityStates = map[answer.Severity]site.State{answer.Hint: site.Wait, answer.Warn: site.Warn, answer.Serious: site.Bad}

// AnswerViewOf shows what the check says of a text.
func AnswerViewOf(rq *site.Req, report answer.Report, text string) *AnswerView {
	v := &AnswerView{Codes: strings.Join(report.Codes(), " "), Serious: report.Serious()}
	for _, f := range report.Findings {
		one := findingView{State: SeverityStates[f.Severity], Severity: rq.T("severity." + string(f.Severity)),
			Text: rq.T("answer.find."+f.Code, foundOf(rq, f)), Do: rq.T("answer.do." + f.Code)}
		if f.To > f.From && f.To <= len(text) {
			one.Before, one.Mark, one.After = around(text, f.From, f.To)
			one.Before, one.Mark, one.After = casework.Words(one.Before), casework.Words(one.Mark), casework.Words(one.After)
			one.From = units16(text[:f.From])
			one.To = one.From + units16(text[f.From:f.To])
		}
		v.Findings = append(v.Findings, one)
	}
	done := 0
	for _, p := range report.Points {
		if p.OK {
			done++
		}
		v.Points = append(v.Points, pointView{rq.T("answer.point." + p.Code), p.OK})
	}
	v.Summary = rq.T("answer.summary", len(v.Findings), done, len(v.Points))
	return v
}

// foundOf is what a finding is about, in the reader's language where it is a word of ours.
func foundOf(rq *site.Req, f answer.Finding) string {
	if f.Code == "leak" {
		return rq.T("answer.leak." + f.Said)
	}
	return casework.Words(f.Said)
}

// around is the marked place with a little of what stands beside it.
func around(text string, from, to int) (before, mark, after string) {
	const beside = 8
	before, after = text[:from], text[to:]
	if r := []rune(before); len(r) > beside {
		before = "…" + string(r[len(r)-beside:])
	}
	if r := []rune(after); len(r) > beside {
		after = string(r[:beside]) + "…"
	}
	return before, text[from:to], after
}

// units16 is how long browsers take a text to be.
func units16(s string) (n int) {
	for _, r := range s {
		if n++; r > 0xffff {
			n++
		}
	}
	return n
}

// answerCheck says what the check makes of a text while it is typed. It changes nothing.
func (p *Pages) answerCheck(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	file, err := p.Desk.Get(r.Context(), rq.Who, r.PathValue("number"))
	if err != nil {
		return err
	}
	f, err := rq.Form()
	if err != nil {
		return err
	}
	note := f.Raw("note") // as it stands in the field, so that places are right
	report, err := p.Answers.Check(r.Context(), rq.Who, &file, casework.Verb(f.Value("verb")), note, false)
	if err != nil {
		return err
	}
	return rq.Show(w, AnswerReport(AnswerViewOf(rq, report, note)))
}

// WeighAnswer looks at a text before it goes out; what stops it is shown with the form.
func (p *Pages) WeighAnswer(ctx context.Context, rq *site.Req, c *casework.File, v casework.Verb, f *site.Form, step *casework.Step) (*Said, error) {
	step.Despite, step.Why = strings.Fields(f.Value("despite")), f.Value("why")
	report, err := p.Answers.Weigh(ctx, rq.Who, c, v, step)
	if !report.Stops() {
		return nil, err
	}
	said := saidOf(rq, AnswerViewOf(rq, report, step.Note))
	if errors.Is(err, answer.ErrLook) {
		said.Heading = rq.T("answer.look.title")
	}
	return said, err
}

// saidOf shows what the check says with the form, and the way to send the answer all the same.
func saidOf(rq *site.Req, v *AnswerView) *Said {
	return &Said{Found: AnswerReport(v), Why: func(f *site.Form) templ.Component { return answerDespite(v, f) },
		Send: ui.ButtonOf{Label: rq.T("answer.despite.send"), Icon: "send", Name: "despite", Value: v.Codes}}
}
