package whistles

import (
	"net/http"

	"mulin/gate/web/cases"
	"mulin/gate/web/site"
	"mulin/gate/web/to"
	"mulin/internal/fault"
	"mulin/internal/i18n"
	"mulin/town/casework"
	"mulin/town/whistle"
)

// blow whistles the case up.
func (p *Pages) blow(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	file, f, err := p.Cases.Form(r, rq, r.PathValue("number"))
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
		return p.Cases.Again(w, r, rq, file.Number, string(casework.Blow), f, cases.Kept{}, err)
	}
	return rq.Done(w, cases.WayBack(f, file.Number), "desk.done", file.Number, i18n.Key("case.verb.whistle"))
}

// form reads the whistle somebody answers, its case, and what they typed.
func (p *Pages) form(r *http.Request, rq *site.Req) (whistle.Whistle, casework.Case, *site.Form, error) {
	called, c, err := p.Whistles.Get(r.Context(), rq.Who, to.Number(r.PathValue("id")))
	if err != nil {
		return called, c, nil, err
	}
	f, err := rq.Form()
	if err == nil {
		cases.Tidy(f)
	}
	return called, c, f, err
}

func (p *Pages) reportIn(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	called, c, f, err := p.form(r, rq)
	if err != nil {
		return err
	}
	step, kept, err := p.Cases.Step(r, f)
	if err == nil {
		_, err = p.Whistles.ReportIn(r.Context(), rq.Who, called.ID, whistle.Arrival{Point: f.Point(), Step: step})
	}
	if err != nil {
		return p.Cases.Again(w, r, rq, c.Number, doing(whistle.Arrive), f, cases.Kept{Photos: kept}, err)
	}
	return rq.Done(w, cases.WayBack(f, c.Number), "desk.done", c.Number, i18n.Key("desk.do.report-in"))
}

func (p *Pages) handIn(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	called, c, f, err := p.form(r, rq)
	if err != nil {
		return err
	}
	step, kept, err := p.Cases.Step(r, f)
	var said *cases.Said
	if err == nil {
		said, err = p.Cases.Weighed(r.Context(), rq, &casework.File{Case: c}, casework.HandIn, f, &step)
	}
	if err == nil {
		_, err = p.Whistles.HandIn(r.Context(), rq.Who, called.ID, step)
	}
	if err != nil {
		return p.Cases.Again(w, r, rq, c.Number, doing(whistle.Finish), f, cases.Kept{Photos: kept, Said: said}, err)
	}
	return rq.Done(w, cases.WayBack(f, c.Number), "desk.done", c.Number, i18n.Key("desk.do.hand-in"))
}

func (p *Pages) score(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	called, c, f, err := p.form(r, rq)
	if err != nil {
		return err
	}
	if _, err = p.Whistles.Score(r.Context(), rq.Who, called.ID, casework.Step{ClientRef: f.Value("client_ref"), Stars: f.Int("stars")}); err != nil {
		return p.Cases.Again(w, r, rq, c.Number, doing(whistle.Score)+"-"+to.Digits(called.ID), f, cases.Kept{}, err)
	}
	return rq.Done(w, cases.WayBack(f, c.Number), "desk.done", c.Number, i18n.Key("desk.do.score"))
}
