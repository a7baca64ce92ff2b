package resident

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"

	"mulin/gate/web/cases"
	"mulin/gate/web/photos"
	"mulin/gate/web/site"
	"mulin/gate/web/ui"
	"mulin/internal/i18n"
	"mulin/town/casework"
	"mulin/town/catalog"
)

// reporterView is a case as the one who reported it reads it.
type reporterView struct {
	casework.File
	Where         string
	Next          string // what comes next, and who has to do it
	Tell          []ui.Step
	Before, After []ui.Photo
	Can           []casework.Verb
	Rating        *site.Form
	Again         *site.Form
	Kept          []photos.Kept
	Family        cases.FamilyView // the other cases of the same message
	Main          *reporterView    // the case it was merged into
	More          *site.Form       // something to add
	Task          string           // the special task it belongs to, as a sentence
}

// May tells whether the reporter may do a step now.
func (v reporterView) May(verb casework.Verb) bool { return slices.Contains(v.Can, verb) }

// Case shows a case to the one who reported it. GET /cases/{number} calls it for viewers who aren't staff.
func (p *Pages) Case(w http.ResponseWriter, r *http.Request, rq *site.Req, file casework.File) error {
	v := p.reporterView(rq, file)
	var err error
	if v.Family, err = p.Cases.Family(r.Context(), rq, &file.Case); err != nil {
		return err
	}
	if v.Task, err = p.sharedTask(r.Context(), rq, file.ID); err != nil {
		return err
	}
	return rq.Show(w, reporterPage(v))
}

func (p *Pages) reporterView(rq *site.Req, file casework.File) reporterView {
	v := p.followView(rq, file, file.Number)
	if file.Main != nil {
		main := p.followView(rq, *file.Main, file.Number)
		v.Main = &main
	}
	return v
}

// followView is a case as one who may follow it reads it; its photos are asked for by the number that they hold.
func (p *Pages) followView(rq *site.Req, file casework.File, number string) reporterView {
	v := reporterView{File: file, Where: p.caseWhere(&file.Case), Can: file.Claimed(), Rating: site.NewForm(), Again: site.NewForm(), More: site.NewForm()}
	v.Next = rq.T("follow.next."+string(file.Status), p.turnOf(rq, &file.Case))
	v.Before = photos.Of(rq, number, "follow.photo", file.Photos)
	v.Tell = []ui.Step{{At: file.OpenedAt, What: rq.T("follow.step.open"), State: site.OK}}
	if file.Shared {
		v.Tell[0].What = rq.T("same.step.open")
	}
	for _, h := range file.Steps {
		step, ok := p.told(rq, number, &h)
		if !ok {
			continue
		}
		if h.Verb == casework.Done || h.Verb == casework.HandIn {
			v.After = append(v.After, step.Photos...)
		}
		v.Tell = append(v.Tell, step)
	}
	return v
}

// told is one step of the timeline in the resident's words; ok is false for steps that mean nothing to them.
func (p *Pages) told(rq *site.Req, number string, h *casework.Happened) (s ui.Step, ok bool) {
	if !rq.Has("follow.step." + string(h.Verb)) {
		return s, false
	}
	who := h.Body
	if h.Verb == casework.Dispatch || h.Verb == casework.Blow {
		who = h.Target
	}
	name := p.Bodies.NameAt(who, h.At)
	if name == "" {
		name = rq.T("follow.staff")
	}
	s = ui.Step{At: h.At, What: rq.T("follow.step."+string(h.Verb), name), State: site.OK, Said: h.Note, Photos: photos.Of(rq, number, "follow.photo", h.Photos)}
	switch h.Verb {
	case casework.Return, casework.Recall, casework.Reopen, casework.Unsolved:
		s.State = site.Warn
	case casework.Decline:
		s.State = site.Grey
		if why, ok := p.Catalog.Reason(catalog.ForDecline, h.Reason); ok {
			s.Who = why.Name
		}
	case "reveal":
		s.State = site.Grey
	case cases.DoLook:
		s.State = site.Grey
		if why, ok := p.Catalog.Reason(catalog.ForLook, h.Reason); ok {
			s.Said = strings.TrimSuffix(why.Name+"；"+h.Note, "；")
		}
	}
	if h.Took >= 60e6 {
		s.Took = rq.Duration(h.Took)
	}
	return s, true
}

// turnOf names whose turn it is.
func (p *Pages) turnOf(rq *site.Req, c *casework.Case) string {
	switch c.Turn {
	case casework.AtBody:
		id := c.Lead
		if len(c.Called) > 0 {
			id = c.Called[0]
		}
		if name := p.Bodies.NameAt(id, rq.Now); name != "" {
			return name
		}
	case casework.AtBranch, casework.AtResident, casework.AtCity, casework.AtNobody:
	default:
		if name := p.deskName(c); name != "" {
			return name
		}
	}
	return rq.T("case.turn." + string(cmp.Or(c.Turn, casework.AtBody)))
}

// deskName is the place whose desk has the turn.
func (p *Pages) deskName(c *casework.Case) string {
	line := p.Places.Lineage(c.Path)
	depth := map[casework.Turn]int{casework.AtStreet: 1, casework.AtCommunity: 2, casework.AtGrid: 3}[c.Turn]
	if depth >= len(line) {
		return ""
	}
	return line[depth].Name
}

// rate is the reporter's judgement: one to five stars and, if they like, words.
func (p *Pages) rate(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	v, f, err := p.claimed(r, rq)
	if err != nil {
		return err
	}
	v.Rating = f
	step := casework.Step{ClientRef: f.Value("client_ref"), Stars: f.Int("stars"), Note: f.Value("said"), Claim: p.Claims.Of(r, v.Number)}
	if _, err := p.Desk.Act(r.Context(), rq.Who, v.ID, casework.Rate, step); err != nil {
		return rq.Again(w, f, site.Renamed(err, map[string]string{"note": "said", "client_ref": ""}), reporterPage(v))
	}
	return rq.Done(w, "/cases/"+v.Number, "follow.rated")
}

// reopen says that it isn't fixed.
func (p *Pages) reopen(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	v, f, err := p.claimed(r, rq)
	if err != nil {
		return err
	}
	v.Again = f
	step := casework.Step{ClientRef: f.Value("client_ref"), Note: f.Value("note"), Claim: p.Claims.Of(r, v.Number)}
	step.Photos, v.Kept, err = p.Photos.Take(r, f, "photo")
	if err == nil {
		_, err = p.Desk.Act(r.Context(), rq.Who, v.ID, casework.Reopen, step)
	}
	if err != nil {
		return rq.Again(w, f, site.Renamed(err, map[string]string{"client_ref": ""}), reporterPage(v))
	}
	return rq.Done(w, "/cases/"+v.Number, "follow.reopened")
}

// claimed is the case of the address, if this browser is its reporter's, with what they typed.
func (p *Pages) claimed(r *http.Request, rq *site.Req) (v reporterView, f *site.Form, err error) {
	if f, err = rq.Form(); err != nil {
		return v, nil, err
	}
	number := r.PathValue("number")
	file, err := p.Desk.Track(r.Context(), number, p.Claims.Of(r, number))
	if err != nil {
		return v, nil, err
	}
	return p.reporterView(rq, file), f, nil
}

// sharedTask is what a resident reads of the special task that a case belongs to.
func (p *Pages) sharedTask(ctx context.Context, rq *site.Req, caseID int64) (string, error) {
	s, err := p.Tasks.OfCase(ctx, caseID)
	if err != nil || s.Title == "" {
		return "", err
	}
	return rq.T("task.shared", s.Title, rq.Date(s.DueAt, rq.Brand.Zone), i18n.Key("task.status."+string(s.State))), nil
}
