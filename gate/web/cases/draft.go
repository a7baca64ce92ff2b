package cases

import (
	"context"
	"net/http"
	"strings"
	"unicode/utf8"

	"mulin/gate/draft"
	"mulin/gate/web/site"
	"mulin/gate/web/to"
	"mulin/internal/fault"
	"mulin/town/casework"
)

// Drafter proposes the words of an answer.
type Drafter interface {
	Propose(ctx context.Context, q draft.Question) (string, error)
}

var errOften = fault.New(fault.TooMany, "draft.often")

// draftView is what stands below the field where an answer is written: a proposal, or what was there before it was taken up.
type draftView struct {
	Text   string
	Own    bool        // Text is what was typed before
	Said   *AnswerView // what the check says of the proposal
	Failed string
}

// answerDraft asks for a draft, or puts the one that was proposed in the place of what was typed and back. It sends nothing to the resident. answer-draft.js
// asks for its part of the page; without scripts the page is shown again.
func (p *Pages) answerDraft(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	if p.Draft == nil {
		return site.ErrMissing
	}
	file, f, err := p.Form(r, rq, r.PathValue("number"))
	if err != nil {
		return err
	}
	v, code := &draftView{Own: !f.Has("own", "1")}, http.StatusOK
	if f.Has("use", "1") {
		v.Text = f.Value("note")
		f.Set("note", casework.Words(f.Value("proposal")))
	} else if v, err = p.propose(r.Context(), rq, &file, f.Value("note")); err != nil {
		return p.Again(w, r, rq, file.Number, string(casework.Answer), f, Kept{}, err)
	}
	if v.Failed != "" {
		code = http.StatusServiceUnavailable
	}
	if f.Has("part", "1") {
		return rq.ShowAs(w, code, draftResult(site.NewForm().Part(partOf(f.Value("at"))), "/cases/"+file.Number, v))
	}
	page, err := p.caseView(r.Context(), rq, file)
	if err != nil {
		return err
	}
	page.Kept.Below = draftResult(f.Part("now"), "/cases/"+file.Number, v)
	page.open(string(casework.Answer), f)
	return rq.ShowAs(w, code, casePage(page))
}

// propose asks for a draft and holds it against the question, as if somebody had typed it. What the service says wrong is part of the view.
func (p *Pages) propose(ctx context.Context, rq *site.Req, file *casework.File, own string) (*draftView, error) {
	if p.Drafting != nil && !p.Drafting.Allow("person "+to.Digits(rq.Who.Person), p.Clock.Now()) {
		return &draftView{Failed: rq.Words.Fault(errOften)}, nil
	}
	verb := func(v casework.Verb) string { return rq.T("case.verb." + string(v)) }
	about, err := p.Answers.AskDraft(ctx, rq.Who, file, verb, own)
	if err != nil {
		return nil, err
	}
	text, err := p.Draft.Propose(ctx, draft.Question{Task: rq.T("draft.task"), About: about})
	if text = casework.Words(text); err == nil && utf8.RuneCountInString(text) > casework.MaxNote {
		err = draft.ErrHuge
	}
	if l, ok := fault.As(err); ok {
		p.Log.Warn("drafting", "error", err)
		return &draftView{Failed: rq.Words.Fault(l[0])}, nil
	} else if err != nil {
		return nil, err
	}
	report, err := p.Answers.Check(ctx, rq.Who, file, casework.Answer, text, false)
	return &draftView{Text: text, Said: AnswerViewOf(rq, report, text)}, err
}

// partOf is the name of a form's part as the page gave its Prefix; anything else is none.
func partOf(at string) string {
	if strings.Trim(at, "abcdefghijklmnopqrstuvwxyz-.") != "" {
		return ""
	}
	return strings.TrimSuffix(at, ".")
}
