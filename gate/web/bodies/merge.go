package bodies

import (
	"net/http"
	"slices"

	"mulin/gate/web/site"
	"mulin/gate/web/to"
	"mulin/gate/web/ui"
	"mulin/internal/fault"
	"mulin/town/body"
)

// mergeView are the units that become one, and those that answer to what was typed for a further one.
type mergeView struct {
	From  []body.Body
	Found []ui.Choice
}

// mergeForm shows the units named in the address.
func (p *Pages) mergeForm(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	q := r.URL.Query()
	f := site.NewForm("further", q.Get("further"))
	v, err := p.merging(f, q["from"])
	if err != nil {
		return rq.Again(w, f, err, mergePage(v, f))
	}
	if len(v.From) > 0 {
		f = site.NewForm("kind", string(v.From[0].Kind), "phone", v.From[0].Phone)
	}
	return rq.Show(w, mergePage(v, f))
}

// merging finds the living units among those named by number, and the further one that was typed.
func (p *Pages) merging(f *site.Form, ids []string) (v mergeView, err error) {
	further, found, err := ui.Picked(f, "further", p.FindBody)
	if further != 0 {
		ids = append(ids, to.Digits(further))
	}
	v.Found = found
	for _, b := range p.Bodies.All("") {
		if slices.Contains(ids, to.Digits(b.ID)) {
			v.From = append(v.From, b)
		}
	}
	return v, err
}

func (p *Pages) merge(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	f, err := rq.Form()
	if err != nil {
		return err
	}
	v, err := p.merging(f, f.Values("from"))
	if err == nil && len(v.From) < 2 {
		err = fault.Field("from", "admin.merge.two")
	}
	if err == nil {
		err = ui.NeedReason(f)
	}
	var made body.Body
	if err == nil {
		into := body.Details{Kind: body.Kind(f.Value("kind")), Name: f.Value("name"), Short: f.Value("short"), Code: f.Value("code"), Phone: f.Value("phone"), Reason: f.Value("reason")}
		made, err = p.Bodies.Merge(r.Context(), rq.Who, ids(v.From), into)
	}
	if err != nil {
		return rq.Again(w, f, err, mergePage(v, f))
	}
	return rq.Done(w, to.Body(made.ID), "admin.merge.done", len(v.From), made.Name)
}

func ids(all []body.Body) []int64 {
	out := make([]int64, len(all))
	for i, b := range all {
		out[i] = b.ID
	}
	return out
}
