package tasks

import (
	"net/http"
	"slices"

	"mulin/gate/web/photos"
	"mulin/gate/web/site"
	"mulin/gate/web/to"
	"mulin/gate/web/ui"
	"mulin/internal/fault"
	"mulin/internal/life"
	"mulin/town/task"
)

// taskAct reads a form of a task's page, does what it asks and shows the page again if that failed.
func (p *Pages) taskAct(w http.ResponseWriter, r *http.Request, rq *site.Req, said string, do func(f *site.Form, number int64) error, put func(v *taskView, f *site.Form)) error {
	f, err := rq.Form()
	if err != nil {
		return err
	}
	number := to.Number(r.PathValue("id"))
	if err = do(f, number); err == nil {
		return rq.Done(w, to.Task(number), said)
	}
	if faults, ok := fault.As(err); !ok || faults[0].Kind == fault.Denied || faults[0].Kind == fault.Missing {
		return err
	}
	v, verr := p.taskView(r.Context(), rq, r.PathValue("id"))
	if verr != nil {
		return verr
	}
	put(&v, f)
	return rq.Again(w, f, err, taskPage(v))
}

func (p *Pages) advanceTask(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	return p.taskAct(w, r, rq, "task.advanced", func(f *site.Form, number int64) error {
		return p.Tasks.Advance(r.Context(), rq.Who, number, task.State(f.Value("to")), life.Step{Version: f.Int("version"), ClientRef: f.Value("client_ref"), Note: f.Value("note")})
	}, func(v *taskView, f *site.Form) { v.Form = f.Part("advance") })
}

func (p *Pages) noteTask(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	return p.taskAct(w, r, rq, "task.noted", func(f *site.Form, number int64) error {
		return p.Tasks.Say(r.Context(), rq.Who, number, life.Step{ClientRef: f.Value("client_ref"), Note: f.Value("note")})
	}, func(v *taskView, f *site.Form) { v.Say = f.Part("say") })
}

func (p *Pages) addMeasure(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	var found []ui.Choice
	return p.taskAct(w, r, rq, "task.measure.added", func(f *site.Form, number int64) error {
		m := task.Measure{Title: f.Value("title"), DueAt: p.deadline(rq, f.Value("due"))}
		var err error
		if m.Body, found, err = ui.Picked(f, "body", p.FindBody); err != nil {
			return err
		}
		return p.Tasks.AddMeasure(r.Context(), rq.Who, number, m, f.Value("client_ref"))
	}, func(v *taskView, f *site.Form) { v.Add, v.Found = f.Part("add"), found })
}

func (p *Pages) tickMeasure(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	measure := to.Number(r.PathValue("measure"))
	var kept []photos.Kept
	return p.taskAct(w, r, rq, "task.ticked", func(f *site.Form, number int64) error {
		one, err := p.Tasks.Get(r.Context(), rq.Who, number)
		if err != nil {
			return err
		}
		if i := slices.IndexFunc(one.Measures, func(m task.Measure) bool { return m.ID == measure }); i < 0 || !one.Ticks(rq.Who, &one.Measures[i]) {
			return task.ErrMissing // before its photos are taken
		}
		photos, again, err := p.Photos.Take(r, f, "photo")
		if kept = again; err != nil {
			return err
		}
		photo := ""
		if len(photos) > 0 {
			photo = photos[len(photos)-1].Hash
		}
		return p.Tasks.Tick(r.Context(), rq.Who, number, measure, task.Evidence{Note: f.Value("note"), Photo: photo, ClientRef: f.Value("client_ref")})
	}, func(v *taskView, f *site.Form) {
		v.Kept = kept
		for i := range v.Measures {
			switch m := &v.Measures[i]; {
			case m.ID != measure:
			case m.Ticks:
				m.Form = f.Part("m" + to.Digits(measure))
			default: // somebody else was faster: what was typed can still be said
				v.Say = f.Part("say")
			}
		}
	})
}
