package cases

import (
	"context"
	"net/http"

	"mulin/gate/web/site"
	"mulin/gate/web/ui"
	"mulin/town/casework"
	"mulin/town/catalog"
)

// DoLook is the verb of opening masked words.
const DoLook = "look"

// caseLook shows once in clear what is masked in the words of a case; why goes into the case's timeline, where the resident reads it.
func (p *Pages) caseLook(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	file, f, err := p.Form(r, rq, r.PathValue("number"))
	if err != nil {
		return err
	}
	look := func() (casework.File, error) {
		return p.Desk.Look(r.Context(), rq.Who, file.ID, casework.Look{Reason: f.Value("reason"), Note: f.Value("note"), ClientRef: f.Value("client_ref")})
	}
	seen, err := look()
	if err != nil {
		return p.Again(w, r, rq, r.PathValue("number"), DoLook, f, Kept{}, site.Renamed(err, map[string]string{"reason": "note"}))
	}
	v, err := p.caseViewOf(r.Context(), rq, seen, look) // the same tap is one look
	if err != nil {
		return err
	}
	v.Clear, v.Link = true, p.Origin(r)+v.Link
	w.Header().Set("Cache-Control", "no-store")
	return rq.Show(w, casePage(v))
}

// lookForm is what was typed as the reason, or an empty form.
func (v caseView) lookForm() *site.Form {
	if v.Do == DoLook {
		return v.Form.Part(DoLook)
	}
	return site.NewForm().Part(DoLook)
}

// lookReasons are the reasons that will do for who works on the case.
func (p *Pages) lookReasons(near bool) []ui.Choice {
	if !near {
		return nil
	}
	return p.reasons(catalog.ForLook)
}

func lookLabel(ctx context.Context, v caseView) string {
	if len(v.LookWhy) > 0 {
		return site.T(ctx, "look.other")
	}
	return site.T(ctx, "look.reason")
}
