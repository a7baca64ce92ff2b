package lists

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"mulin/gate/web/site"
	"mulin/gate/web/to"
	"mulin/gate/web/ui"
	"mulin/internal/fault"
	"mulin/town/catalog"
)

// reasonRoutes edit the reasons people choose from, and the degrees of urgency.
func (p *Pages) reasonRoutes() []site.Route {
	all := []site.Route{{Pattern: "GET " + to.Reasons(), Do: p.lists(p.adminReasons), Need: catalog.Edit}}
	all = append(all, site.Both(to.Reasons()+"/{kind}", catalog.Edit, p.lists(p.newReason), p.lists(p.addReason))...)
	all = append(all, site.Both(to.Reasons()+"/{kind}/{code}", catalog.Edit, p.lists(p.editReason), p.lists(p.saveReason))...)
	return append(all, ui.Confirm(to.Reasons()+"/{kind}/{code}/retire", catalog.Edit, p.askRetireReason, p.retireReason)...)
}

// reasonList is a kind with its reasons. The degrees of urgency are shown the same way, as the kind "urgency".
type reasonList struct {
	Kind, Name string
	Lines      []reasonLine
}

type reasonLine struct {
	Kind, Code, Name string
	Rank             int64
	Retired          bool
	Words            string // that mean this urgency
}

// urgencyKind stands for the degrees of urgency among the kinds of reason.
const urgencyKind = "urgency"

func (p *Pages) adminReasons(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	var lists []reasonList
	for _, kind := range append(slices.Clone(catalog.ReasonKinds), urgencyKind) {
		lists = append(lists, reasonList{kind, kindName(rq, kind), p.reasonLines(rq, kind)})
	}
	return rq.Show(w, reasonsPage(lists))
}

func kindName(rq *site.Req, kind string) string {
	if kind == urgencyKind {
		return rq.T("admin.urgencies")
	}
	return rq.T("reason." + kind)
}

func (p *Pages) reasonLines(rq *site.Req, kind string) []reasonLine {
	var all []reasonLine
	if kind == urgencyKind {
		for _, u := range p.Catalog.Urgencies() {
			all = append(all, reasonLine{kind, u.Code, u.Word(rq.Words), u.Rank, false, u.Words})
		}
		return all
	}
	for _, x := range p.Catalog.Reasons(kind) {
		all = append(all, reasonLine{kind, x.Code, x.Name, x.Rank, false, ""})
	}
	return all
}

// reasonView is the form of one reason or degree of urgency.
type reasonView struct {
	reasonLine
	KindName string
	Crumbs   []site.Link
}

func (p *Pages) viewReason(r *http.Request, rq *site.Req) (reasonView, error) {
	kind := r.PathValue("kind")
	v := reasonView{reasonLine: reasonLine{Kind: kind, Code: r.PathValue("code")}}
	if kind != urgencyKind && !slices.Contains(catalog.ReasonKinds, kind) {
		return v, site.ErrMissing
	}
	v.KindName = kindName(rq, kind)
	v.Crumbs = ui.AdminCrumbs(rq, site.Link{URL: to.Reasons(), Label: rq.T("admin.reasons")})
	if v.Code == "" {
		return v, nil
	}
	if kind == urgencyKind {
		u, ok := p.Catalog.Urgency(v.Code)
		if !ok {
			return v, catalog.ErrNoUrgency
		}
		v.Name, v.Rank, v.Words = u.Name, u.Rank, u.Words
		return v, nil
	}
	x, ok := p.Catalog.Reason(kind, v.Code)
	if !ok {
		return v, catalog.ErrNoReason
	}
	v.Name, v.Rank, v.Retired = x.Name, x.Rank, !x.Live()
	return v, nil
}

func (p *Pages) newReason(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	v, err := p.viewReason(r, rq)
	if err != nil {
		return err
	}
	return rq.Show(w, reasonPage(v, site.NewForm("rank", strconv.Itoa(10*(1+len(p.reasonLines(rq, v.Kind)))))))
}

func (p *Pages) addReason(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	return p.putReason(w, r, rq, func(v *reasonView, f *site.Form) error {
		v.Code = strings.ToLower(f.Value("code"))
		taken := slices.ContainsFunc(p.reasonLines(rq, v.Kind), func(x reasonLine) bool { return x.Code == v.Code })
		if taken {
			return fault.Field("code", "admin.reason.taken", v.Code)
		}
		return nil
	})
}

func (p *Pages) editReason(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	v, err := p.viewReason(r, rq)
	if err != nil {
		return err
	}
	return rq.Show(w, reasonPage(v, site.NewForm("code", v.Code, "name", v.Name, "rank", to.Digits(v.Rank), "words", v.Words)))
}

func (p *Pages) saveReason(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	return p.putReason(w, r, rq, func(*reasonView, *site.Form) error { return nil })
}

// putReason saves what the form says; check may refuse it first. The code of a known one is that of the address, whatever was sent.
func (p *Pages) putReason(w http.ResponseWriter, r *http.Request, rq *site.Req, check func(*reasonView, *site.Form) error) error {
	f, err := rq.Form()
	if err != nil {
		return err
	}
	v, err := p.viewReason(r, rq)
	if err != nil {
		return err
	}
	shown := v
	if err = check(&v, f); err == nil && v.Kind == urgencyKind {
		err = p.Catalog.SaveUrgency(r.Context(), rq.Who, catalog.Urgency{Code: v.Code, Name: f.Value("name"), Rank: f.Int("rank"), Words: f.Value("words")})
	} else if err == nil {
		err = p.Catalog.SaveReason(r.Context(), rq.Who, catalog.Reason{Kind: v.Kind, Code: v.Code, Name: f.Value("name"), Rank: f.Int("rank")})
	}
	if err != nil {
		return rq.Again(w, f, err, reasonPage(shown, f))
	}
	return rq.Done(w, to.Reasons(), "common.saved")
}

func (p *Pages) askRetireReason(r *http.Request, rq *site.Req) (ui.Question, error) {
	v, err := p.viewReason(r, rq)
	return ui.Question{Title: rq.T("admin.retire.title", cmp.Or(v.Name, v.Code)), Text: rq.T("admin.reason.retire"), Label: rq.T("admin.retire"), Crumbs: v.Crumbs}, err
}

// retireReason takes one off the list; entering its code again brings it back.
func (p *Pages) retireReason(r *http.Request, rq *site.Req, _ string) (ui.Done, error) {
	d := ui.Done{To: to.Reasons(), Key: "admin.reason.retired", Args: []any{r.PathValue("code")}}
	if r.PathValue("kind") == urgencyKind {
		return d, p.Catalog.RetireUrgency(r.Context(), rq.Who, r.PathValue("code"))
	}
	return d, p.Catalog.RetireReason(r.Context(), rq.Who, r.PathValue("kind"), r.PathValue("code"))
}
