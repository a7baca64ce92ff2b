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
)

// caseAct does one step of casework. Which steps there are and who may do them the area knows.
func (p *Pages) caseAct(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	file, f, err := p.Form(r, rq, r.PathValue("number"))
	if err != nil {
		return err
	}
	verb := r.PathValue("verb")
	step, kept, err := p.Step(r, f)
	var said *Said
	if err == nil {
		said, err = p.Weighed(r.Context(), rq, &file, casework.Verb(verb), f, &step)
	}
	if err == nil {
		_, err = p.Desk.Act(r.Context(), rq.Who, file.ID, casework.Verb(verb), step)
	}
	if err != nil {
		return p.Again(w, r, rq, file.Number, verb, f, Kept{Photos: kept, Said: said}, err)
	}
	return rq.Done(w, WayBack(f, file.Number), "desk.done", file.Number, i18n.Key("case.verb."+verb))
}

// Form reads the case somebody acts on, and what they typed.
func (p *Pages) Form(r *http.Request, rq *site.Req, number string) (casework.File, *site.Form, error) {
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

// WayBack is where a step leads: the list it was done from, or the case.
func WayBack(f *site.Form, number string) string {
	if list := to.Local(f.Value("back")); f.Value("back") != "" && list != "/" {
		return list
	}
	return "/cases/" + number
}

// Step takes from a form what a step may hold.
func (p *Pages) Step(r *http.Request, f *site.Form) (casework.Step, []photos.Kept, error) {
	photos, kept, err := p.Photos.Take(r, f, "photo")
	s := casework.Step{Version: f.Int("version"), ClientRef: f.Value("client_ref"), Note: f.Value("note"), Reason: f.Value("reason"), To: f.Int("to"),
		Stars: f.Int("stars"), Photos: photos, Point: f.Point(), DoneAt: f.Int("done_at")}
	if other := f.Int("other"); other != 0 {
		s.To = other
	}
	return s, kept, err
}

// Again shows the case as it stands now, with the form as it was typed and what was wrong. If the step can't be done any more the words are
// still there to be copied.
func (p *Pages) Again(w http.ResponseWriter, r *http.Request, rq *site.Req, number, do string, f *site.Form, kept Kept, cause error) error {
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
	if v.Kept = kept; kept.Said != nil {
		f.Heading = kept.Said.Heading
	}
	if v.open(do, f); v.Do == "" {
		v.Do, v.Form, v.Gone = do, f, do != doReveal && do != DoLook
	}
	if len(typed(f))+len(kept.Photos) > 0 {
		cause = stillThere(cause)
	}
	return rq.Again(w, f, site.Renamed(cause, map[string]string{"client_ref": "", "done_at": ""}), casePage(v))
}

// caseReveal shows once who reported; the reason goes into the case's timeline, where the resident can read it.
func (p *Pages) caseReveal(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	file, f, err := p.Form(r, rq, r.PathValue("number"))
	if err != nil {
		return err
	}
	person, err := p.Desk.Reveal(r.Context(), rq.Who, file.ID, f.Value("reason"))
	if err != nil {
		return p.Again(w, r, rq, file.Number, doReveal, f, Kept{}, err)
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

// stillThere makes a stale page say too that what was typed is kept: a bare button has nothing to keep.
func stillThere(cause error) error {
	faults, _ := fault.As(cause)
	if len(faults) == 1 && errors.Is(faults[0], casework.ErrStale) {
		return fault.New(faults[0].Kind, "case.stale.kept", faults[0].Args...)
	}
	return cause
}

// typed tells whether a form that can't be sent any more holds words worth keeping.
func typed(f *site.Form) []string {
	return slices.DeleteFunc([]string{f.Value("note"), f.Value("reason")}, func(s string) bool { return s == "" })
}
