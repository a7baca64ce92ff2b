package cases

import (
	"cmp"
	"net/http"

	"mulin/gate/web/site"
	"mulin/gate/web/to"
	"mulin/internal/i18n"
	"mulin/town/casework"
)

// caseMerge merges a case into the one chosen, or into the one whose number was typed.
func (p *Pages) caseMerge(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	file, f, err := p.Form(r, rq, r.PathValue("number"))
	if err != nil {
		return err
	}
	into := to.CaseNumber(cmp.Or(f.Value("other"), f.Value("into")))
	step, _, err := p.Step(r, f)
	if err == nil {
		step.To = 0
		_, err = p.Desk.Merge(r.Context(), rq.Who, file.ID, into, step)
	}
	if err != nil {
		return p.Again(w, r, rq, file.Number, string(casework.Merge), f, Kept{}, err)
	}
	return rq.Done(w, "/cases/"+file.Number, "desk.done", file.Number, i18n.Key("case.verb.merge"))
}

// caseUnmerge takes a merge back.
func (p *Pages) caseUnmerge(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	file, f, err := p.Form(r, rq, r.PathValue("number"))
	if err != nil {
		return err
	}
	step, _, err := p.Step(r, f)
	if err == nil {
		_, err = p.Desk.Unmerge(r.Context(), rq.Who, file.ID, step)
	}
	if err != nil {
		return p.Again(w, r, rq, file.Number, string(casework.Unmerge), f, Kept{}, err)
	}
	return rq.Done(w, "/cases/"+file.Number, "desk.done", file.Number, i18n.Key("case.verb.unmerge"))
}
