package resident

import (
	"net/http"
	"strings"

	"mulin/gate/web/cases"
	"mulin/gate/web/site"
	"mulin/gate/web/to"
	"mulin/town/casework"
	"mulin/town/place"
)

// reportNamed answers the report form's question which place a text names: only what is sure, by its id, so that nothing but a tap is needed.
func (p *Pages) reportNamed(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	f, err := rq.Form()
	if err != nil {
		return err
	}
	answer := map[string]string{}
	if at, ok := p.spoken(f); ok {
		answer = map[string]string{"id": to.Digits(at.ID), "name": p.Places.Name(at.Path), "said": rq.T("report.named", p.Places.Name(at.Path))}
	}
	return rq.JSON(w, http.StatusOK, answer)
}

// spoken is the one place that what was typed names, when nobody has said where it is.
func (p *Pages) spoken(f *site.Form) (place.Place, bool) {
	text := cases.Cut(f.Value("text"), casework.MaxText) + "\n" + cases.Cut(f.Value("address"), casework.MaxAddress)
	if strings.TrimSpace(text) == "" {
		return place.Place{}, false
	}
	return p.Triage.Single(text)
}
