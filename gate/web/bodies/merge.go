package bodies

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"mulin/gate/web/site"
	"mulin/gate/web/to"
	"mulin/gate/web/ui"
	"mulin/internal/fault"
	"mulin/internal/register"
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
	v, err := p.merging(r, rq, f, q["from"])
	if err != nil {
		return rq.Again(w, f, err, mergePage(v, f))
	}
	if len(v.From) > 0 {
		f = site.NewForm("kind", string(v.From[0].Kind), "phone", v.From[0].Phone)
	}
	return rq.Show(w, mergePage(v, f))
}

// merging finds the living units among those named by number, and the further ones that were typed: of those that the reader may change, as nobody else's are
// shown to them.
func (p *Pages) merging(r *http.Request, rq *site.Req, f *site.Form, ids []string) (v mergeView, err error) {
	find := func(text string) []ui.Choice {
		return slices.DeleteFunc(p.FindBody(text), func(c ui.Choice) bool { return p.mine(r, rq, to.Number(strings.TrimPrefix(c.Value, "#"))) != nil })
	}
	for _, name := range strings.FieldsFunc(f.Value("further"), func(r rune) bool { return strings.ContainsRune("；;\n", r) }) {
		further, found, failed := ui.Picked(site.NewForm("further", strings.TrimSpace(name)), "further", find)
		ids, err = append(ids, to.Digits(further)), cmp.Or(err, failed)
		if len(found) > 0 {
			v.Found = found
		}
	}
	for _, b := range p.Bodies.All("") {
		if !slices.Contains(ids, to.Digits(b.ID)) {
			continue
		}
		if denied := p.mine(r, rq, b.ID); denied != nil {
			return mergeView{}, denied
		}
		v.From = append(v.From, b)
	}
	return v, err
}

// mine tells whether the reader may change a unit; out of reach there is no such unit.
func (p *Pages) mine(r *http.Request, rq *site.Req, id int64) error {
	x, err := p.Kit.Get(r.Context(), rq.Who, id)
	if err == nil && !p.Kit.May(rq.Who, x) {
		err = register.ErrMissing
	}
	return err
}

func (p *Pages) merge(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	f, err := rq.Form()
	if err != nil {
		return err
	}
	v, err := p.merging(r, rq, f, f.Values("from"))
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
