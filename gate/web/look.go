package web

import (
	"context"
	"net/http"
	"strings"

	"mulin/gate/web/site"
	"mulin/gate/web/ui"
	"mulin/internal/sensitive"
	"mulin/town/casework"
	"mulin/town/catalog"
)

const doLook = "look"

// caseLook shows once in clear what is masked in the words of a case; why goes into the case's timeline, where the resident reads it.
func (p *Pages) caseLook(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	file, f, err := p.caseForm(r, rq, r.PathValue("number"))
	if err != nil {
		return err
	}
	look := func() (casework.File, error) {
		return p.Desk.Look(r.Context(), rq.Who, file.ID, casework.Look{Reason: f.Value("reason"), Note: f.Value("note"), ClientRef: f.Value("client_ref")})
	}
	seen, err := look()
	if err != nil {
		return p.caseAgain(w, r, rq, r.PathValue("number"), doLook, f, again{}, renamed(err, map[string]string{"reason": "note"}))
	}
	v, err := p.caseViewOf(r.Context(), rq, seen, look) // the same tap is one look
	if err != nil {
		return err
	}
	v.Clear, v.Link = true, p.origin(r)+v.Link
	v.uncover()
	w.Header().Set("Cache-Control", "no-store")
	return rq.Show(w, casePage(v))
}

// uncover shows the words of whistles as the timeline has them.
func (v *caseView) uncover() {
	for i := range v.Whistles {
		w := &v.Whistles[i]
		for _, h := range v.File.Steps {
			if h.Verb == casework.Blow && h.Noted == w.BlownAt {
				w.Note = h.Note
			}
			for j := range w.Units {
				if u := &w.Units[j]; h.Verb == casework.ReportIn && h.Noted == u.ReportedAt && h.Person == u.Person {
					u.Note = h.Note
				}
			}
		}
	}
}

// lookForm is what was typed as the reason, or an empty form.
func (v caseView) lookForm() *site.Form {
	if v.Do == doLook {
		return v.Form.Part(doLook)
	}
	return site.NewForm().Part(doLook)
}

// lookReasons are the reasons that will do for who works on the case.
func (p *Pages) lookReasons(near bool) []ui.Choice {
	if !near {
		return nil
	}
	return p.reasons(catalog.ForLook)
}

// kinds names kinds of personal data.
func kinds(ctx context.Context, s sensitive.Set) string {
	var names []string
	for _, k := range s.Kinds() {
		names = append(names, site.T(ctx, "look.kind."+string(k)))
	}
	return strings.Join(names, site.T(ctx, "look.and"))
}

// betraying tells whether something that was typed will be masked.
func betraying(f *site.Form, names ...string) bool {
	for _, name := range names {
		if s := f.Value(name); sensitive.KindsOf(s) != 0 || sensitive.Erased(s) {
			return true
		}
	}
	return false
}

// fieldIDs are the ids of fields, for the script that looks at them.
func fieldIDs(f *site.Form, names ...string) string {
	ids := make([]string, len(names))
	for i, name := range names {
		ids[i] = f.ID(name)
	}
	return strings.Join(ids, " ")
}

func lookLabel(ctx context.Context, v caseView) string {
	if len(v.LookWhy) > 0 {
		return site.T(ctx, "look.other")
	}
	return site.T(ctx, "look.reason")
}
