package teach

import (
	"net/http"

	"mulin/gate/web/site"
	"mulin/gate/web/to"
	"mulin/internal/job"
	"mulin/town/casework"
	"mulin/town/triage"
)

// modelRoutes show what was learned, teach anew and switch between versions.
func (p *Pages) modelRoutes() []site.Route {
	return []site.Route{
		{Pattern: "GET " + to.Models(), Do: p.trainers(p.adminModels), Need: triage.Train},
		{Pattern: "POST " + to.Models() + "/train", Do: p.trainers(p.trainModel), Need: triage.Train},
		{Pattern: "POST " + to.Models() + "/activate", Do: p.trainers(p.activateModel), Need: triage.Train},
	}
}

// modelsView is what was learned and what people made of it.
type modelsView struct {
	Versions       []triage.Version
	Job            job.Job
	Asked          bool
	Taken, Changed int64
	Worst          []correction
	MaySee         bool // the cases behind the corrections
	Sure           int
	Damaged        int64
}

type correction struct {
	Suggested, Class, Number string
	N                        int64
}

// correctionDays is how far back corrections are counted.
const correctionDays = 30

// refreshing is how soon, in seconds, the page comes again by itself while a training runs; scripts or not.
const refreshing = "2"

func (p *Pages) adminModels(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	v := modelsView{MaySee: rq.Who.Has(casework.See), Sure: int(100*p.Catalog.Settings().Sure() + 0.5), Damaged: p.Triage.Damaged()}
	var err error
	if v.Versions, err = p.Triage.Versions(r.Context(), rq.Who); err != nil {
		return err
	}
	if v.Job, v.Asked, err = p.Triage.Progress(r.Context(), rq.Who); err != nil {
		return err
	}
	taken, changed, worst, err := p.Triage.Corrections(r.Context(), rq.Who, rq.Now-correctionDays*24*3600*1_000_000)
	if err != nil {
		return err
	}
	v.Taken, v.Changed = taken, changed
	for _, c := range worst {
		v.Worst = append(v.Worst, correction{p.Catalog.FullName(c.Suggested), p.Catalog.FullName(c.Class), c.Number, c.N})
	}
	if v.busy() {
		w.Header().Set("Refresh", refreshing)
	}
	return rq.Show(w, modelsPage(v))
}

// busy tells whether a training waits or runs.
func (v modelsView) busy() bool {
	return v.Asked && (v.Job.State == job.Waiting || v.Job.State == job.Running)
}

func (p *Pages) trainModel(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	if err := p.Triage.Ask(r.Context(), rq.Who); err != nil {
		return err
	}
	return rq.Done(w, to.Models(), "guess.train.asked")
}

func (p *Pages) activateModel(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	f, err := rq.Form()
	if err != nil {
		return err
	}
	number := f.Int("number")
	if err := p.Triage.Activate(r.Context(), rq.Who, number); err != nil {
		return err
	}
	return rq.Done(w, to.Models(), "guess.activated", number)
}
