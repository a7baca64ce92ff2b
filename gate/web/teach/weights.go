package teach

import (
	"net/http"
	"strconv"

	"mulin/gate/web/site"
	"mulin/gate/web/ui"
	"mulin/internal/fault"
	"mulin/town/issue"
)

// weightNames are the fields of the weights, as the form shows them.
var weightNames = []string{"people", "pace", "support", "half_life", "named", "unknown"}

func weightFields(w *issue.Weights) []*float64 {
	return []*float64{&w.People, &w.Pace, &w.Support, &w.HalfLife, &w.Named, &w.Unknown}
}

func (p *Pages) hotWeights(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	now, err := p.Issues.Weights(r.Context())
	if err != nil {
		return err
	}
	f := site.NewForm()
	for i, v := range weightFields(&now) {
		f.Set(weightNames[i], ui.Plain(*v))
	}
	return rq.Show(w, hotWeightsPage(f))
}

func (p *Pages) saveHotWeights(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	f, err := rq.Form()
	if err != nil {
		return err
	}
	var set issue.Weights
	for i, v := range weightFields(&set) {
		if *v, err = strconv.ParseFloat(f.Value(weightNames[i]), 64); err != nil {
			return rq.Again(w, f, fault.Field(weightNames[i], "hot.weight.number"), hotWeightsPage(f))
		}
	}
	if err := p.Issues.SaveWeights(r.Context(), rq.Who, set); err != nil {
		return rq.Again(w, f, err, hotWeightsPage(f))
	}
	return rq.Done(w, "/admin/hot", "common.saved")
}
