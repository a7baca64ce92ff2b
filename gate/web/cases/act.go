package cases

import (
	"errors"
	"net/http"
	"slices"

	"mulin/gate/web/photos"
	"mulin/gate/web/site"
	"mulin/gate/web/to"
	"mulin/internal/fault"
	"mulin/internal/i18n"
	"mulin/town/casework"
	"mulin/town/whistle"
)

// caseAct does one step of casework. Which steps there are and who may do them the area knows.
func (p *Pages) caseAct(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	file, f, err := p.caseForm(r, rq, r.PathValue("number"))
	if err != nil {
		return err
	}
	verb := r.PathValue("verb")
	step, kept, err := p.step(r, f)
	var said *AnswerView
	if err == nil {
		said, err = p.weigh(r.Context(), rq, &file, casework.Verb(verb), f, &step)
	}
	if err == nil {
		_, err = p.Desk.Act(r.Context(), rq.Who, file.ID, casework.Verb(verb), step)
	}
	if err != nil {
		return p.caseAgain(w, r, rq, file.Number, verb, f, again{kept, said}, err)
	}
	return rq.Done(w, wayBack(f, file.Number), "desk.done", file.Number, i18n.Key("case.verb."+verb))
}

// caseForm reads the case somebody acts on, and what they typed.
func (p *Pages) caseForm(r *http.Request, rq *site.Req, number string) (casework.File, *site.Form, error) {
	file, err := p.Desk.Get(r.Context(), rq.Who, number)
	if err != nil {
		return file, nil, err
	}
	f, err := rq.Form()
	if err == nil {
		Tidy(f)
	}
	return file, f, err
}

// Tidy takes from what was typed what is never kept, so that a form shown again shows it as it will stand.
func Tidy(f *site.Form) {
	for _, name := range []string{"note", "reason", "why"} {
		if f.Sent(name) {
			f.Set(name, casework.Words(f.Raw(name)))
		}
	}
}

// wayBack is where a step leads: the list it was done from, or the case.
func wayBack(f *site.Form, number string) string {
	if list := to.Local(f.Value("back")); f.Value("back") != "" && list != "/" {
		return list
	}
	return "/cases/" + number
}

// step takes from a form what a step may hold.
func (p *Pages) step(r *http.Request, f *site.Form) (casework.Step, []photos.Kept, error) {
	photos, kept, err := p.Photos.Take(r, f, "photo")
	s := casework.Step{Version: f.Int("version"), ClientRef: f.Value("client_ref"), Note: f.Value("note"), Reason: f.Value("reason"), To: f.Int("to"),
		Stars: f.Int("stars"), Photos: photos, Point: f.Point(), DoneAt: f.Int("done_at")}
	if other := f.Int("other"); other != 0 {
		s.To = other
	}
	return s, kept, err
}

// again is what a form shown once more keeps beside what was typed.
type again struct {
	photos []photos.Kept
	said   *AnswerView // what the check says
}

// caseAgain shows the case as it stands now, with the form as it was typed and what was wrong. If the step can't be done any more the words are
// still there to be copied.
func (p *Pages) caseAgain(w http.ResponseWriter, r *http.Request, rq *site.Req, number, do string, f *site.Form, kept again, cause error) error {
	if faults, ok := fault.As(cause); !ok || len(faults) == 0 || faults[0].Kind == fault.Denied || faults[0].Kind == fault.Missing {
		return cause
	}
	file, err := p.Desk.Get(r.Context(), rq.Who, number)
	if err != nil {
		return err
	}
	v, err := p.caseView(r.Context(), rq, file)
	if err != nil {
		return err
	}
	if v.Kept, v.Said = kept.photos, kept.said; errors.Is(cause, errLook) {
		f.Heading = rq.T("answer.look.title")
	}
	v.Back = wayBack(f, number)
	if v.open(do, f); v.Do == "" {
		v.Do, v.Form, v.Gone = do, f, do != doReveal && do != DoLook
	}
	return rq.Again(w, f, site.Renamed(cause, map[string]string{"client_ref": "", "done_at": ""}), casePage(v))
}

// caseReveal shows once who reported; the reason goes into the case's timeline, where the resident can read it.
func (p *Pages) caseReveal(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	file, f, err := p.caseForm(r, rq, r.PathValue("number"))
	if err != nil {
		return err
	}
	person, err := p.Desk.Reveal(r.Context(), rq.Who, file.ID, f.Value("reason"))
	if err != nil {
		return p.caseAgain(w, r, rq, file.Number, doReveal, f, again{}, err)
	}
	if file, err = p.Desk.Get(r.Context(), rq.Who, file.Number); err != nil {
		return err
	}
	v, err := p.caseView(r.Context(), rq, file)
	if err != nil {
		return err
	}
	v.Person = &person
	w.Header().Set("Cache-Control", "no-store")
	return rq.Show(w, casePage(v))
}

// caseBlow whistles the case up.
func (p *Pages) caseBlow(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	file, f, err := p.caseForm(r, rq, r.PathValue("number"))
	if err != nil {
		return err
	}
	call := whistle.Call{Item: f.Int("item"), Lead: f.Int("lead"), Step: casework.Step{Version: f.Int("version"), ClientRef: f.Value("client_ref"), Note: f.Value("note")}}
	if !f.Sent("item") {
		err = fault.Field("item", "desk.item.missing")
	} else {
		_, err = p.Whistles.Blow(r.Context(), rq.Who, file.ID, call)
	}
	if err != nil {
		return p.caseAgain(w, r, rq, file.Number, string(casework.Blow), f, again{}, err)
	}
	return rq.Done(w, wayBack(f, file.Number), "desk.done", file.Number, i18n.Key("case.verb.whistle"))
}

// whistleForm reads the whistle somebody answers, its case, and what they typed.
func (p *Pages) whistleForm(r *http.Request, rq *site.Req) (whistle.Whistle, casework.Case, *site.Form, error) {
	called, c, err := p.Whistles.Get(r.Context(), rq.Who, to.Number(r.PathValue("id")))
	if err != nil {
		return called, c, nil, err
	}
	f, err := rq.Form()
	if err == nil {
		Tidy(f)
	}
	return called, c, f, err
}

func (p *Pages) whistleReportIn(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	called, c, f, err := p.whistleForm(r, rq)
	if err != nil {
		return err
	}
	step, kept, err := p.step(r, f)
	if err == nil {
		_, err = p.Whistles.ReportIn(r.Context(), rq.Who, called.ID, whistle.Arrival{Point: f.Point(), Step: step})
	}
	if err != nil {
		return p.caseAgain(w, r, rq, c.Number, doReportIn, f, again{photos: kept}, err)
	}
	return rq.Done(w, wayBack(f, c.Number), "desk.done", c.Number, i18n.Key("desk.do.report-in"))
}

func (p *Pages) whistleHandIn(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	called, c, f, err := p.whistleForm(r, rq)
	if err != nil {
		return err
	}
	step, kept, err := p.step(r, f)
	var said *AnswerView
	if err == nil {
		said, err = p.weigh(r.Context(), rq, &casework.File{Case: c}, casework.HandIn, f, &step)
	}
	if err == nil {
		_, err = p.Whistles.HandIn(r.Context(), rq.Who, called.ID, step)
	}
	if err != nil {
		return p.caseAgain(w, r, rq, c.Number, doHandIn, f, again{kept, said}, err)
	}
	return rq.Done(w, wayBack(f, c.Number), "desk.done", c.Number, i18n.Key("desk.do.hand-in"))
}

func (p *Pages) whistleScore(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	called, c, f, err := p.whistleForm(r, rq)
	if err != nil {
		return err
	}
	if _, err = p.Whistles.Score(r.Context(), rq.Who, called.ID, casework.Step{Stars: f.Int("stars")}); err != nil {
		return p.caseAgain(w, r, rq, c.Number, doScore+"-"+to.Digits(called.ID), f, again{}, err)
	}
	return rq.Done(w, wayBack(f, c.Number), "desk.done", c.Number, i18n.Key("desk.do.score"))
}

// typed tells whether a form that can't be sent any more holds words worth keeping.
func typed(f *site.Form) []string {
	return slices.DeleteFunc([]string{f.Value("note"), f.Value("reason")}, func(s string) bool { return s == "" })
}
