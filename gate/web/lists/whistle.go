package lists

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"mulin/gate/web/names"
	"mulin/gate/web/site"
	"mulin/gate/web/to"
	"mulin/gate/web/ui"
	"mulin/internal/clock"
	"mulin/internal/fault"
	"mulin/internal/register"
	"mulin/town/body"
	"mulin/town/catalog"
)

// whistleRoutes edit the whistle list.
func (p *Pages) whistleRoutes() []site.Route {
	all := []site.Route{{Pattern: "GET " + to.Whistles(), Do: p.lists(p.adminWhistles), Need: catalog.Edit}}
	all = append(all, site.Both(to.Whistles()+"/add", catalog.Edit, p.lists(p.newItem), p.lists(p.saveItem))...)
	all = append(all, site.Both(to.Whistles()+"/{id}", catalog.Edit, p.lists(p.editItem), p.lists(p.saveItem))...)
	return append(all, ui.Confirm(to.Whistles()+"/{id}/retire", catalog.Edit, p.askRetireItem, p.retireItem)...)
}

// itemLine is a line of the whistle list.
type itemLine struct {
	catalog.WhistleItem
	Units string
	Lost  bool
}

type itemList struct {
	Level   catalog.Level
	Class   string
	Query   string
	Classes []ui.Choice
	Tabs    []site.Link
	Lines   []itemLine
	All     int
	Next    string
}

func (p *Pages) adminWhistles(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	l := itemList{Level: catalog.Level(rq.Query("level")), Class: rq.Query("class"), Query: rq.Query("q")}
	if l.Level == "" {
		l.Level = catalog.Grid
	}
	if !slices.Contains(catalog.Levels, l.Level) {
		return site.ErrMissing
	}
	for _, x := range catalog.Levels {
		l.Tabs = append(l.Tabs, site.Link{URL: to.Whistles() + "?level=" + string(x), Label: rq.T("whistle.level." + string(x)), Count: strconv.Itoa(len(p.Catalog.Whistles(x)))})
	}
	all := slices.Clone(p.Catalog.Whistles(l.Level))
	if rq.Query("lost") != "" {
		all = nil
		for _, x := range catalog.Levels {
			all = append(all, p.Catalog.Whistles(x)...)
		}
		all = slices.DeleteFunc(all, func(x catalog.WhistleItem) bool { return !p.lost(x) })
	}
	for _, x := range all {
		if !slices.ContainsFunc(l.Classes, func(c ui.Choice) bool { return c.Value == x.Class }) {
			l.Classes = append(l.Classes, ui.Choice{Value: x.Class, Label: x.Class})
		}
	}
	all = slices.DeleteFunc(all, func(x catalog.WhistleItem) bool {
		return l.Class != "" && x.Class != l.Class || l.Query != "" && !names.Holds(l.Query, x.Item, x.Class, x.Basis)
	})
	l.All = len(all)
	some, next := site.PageOf(all, rq.Query("after"), site.PageSize, func(x catalog.WhistleItem) string { return to.Digits(x.ID) })
	l.Next = next
	for _, x := range some {
		l.Lines = append(l.Lines, itemLine{x, p.answering(rq, x), p.lost(x)})
	}
	return rq.Show(w, whistlesPage(l))
}

// answering names who answers, the leading one first.
func (p *Pages) answering(rq *site.Req, x catalog.WhistleItem) string {
	var names []string
	for _, id := range x.Bodies {
		b, _ := p.Bodies.Current(id)
		names = append(names, b.Label())
	}
	if x.BodyKind != "" {
		names = append(names, rq.T("admin.whistle.there", rq.T("body.kind."+string(x.BodyKind))))
	}
	return strings.Join(names, "、")
}

// itemForm is the form of one line.
type itemForm struct {
	catalog.WhistleItem
	Versions []catalog.WhistleItem
	Crumbs   []site.Link
	Lead     []ui.Choice // units that answer to what was typed
	Co       [][]ui.Choice
	Kinds    []ui.Choice
}

// maxCo is how many units a line may call besides the leading one.
const maxCo = 4

func (p *Pages) viewItem(r *http.Request, rq *site.Req) (v itemForm, err error) {
	v.Crumbs = ui.AdminCrumbs(rq, site.Link{URL: to.Whistles(), Label: rq.T("admin.whistles")})
	v.Kinds, v.Co = names.BodyKinds(rq), make([][]ui.Choice, maxCo)
	if r.PathValue("id") == "" {
		return v, nil
	}
	id, err := site.PathID(r, "id")
	if err != nil {
		return v, err
	}
	item, ok := p.Catalog.Whistle(id)
	if !ok {
		return v, register.ErrMissing
	}
	v.WhistleItem = item
	v.Crumbs[1].URL += "?level=" + string(item.Level)
	all, err := p.Catalog.WhistleList.Versions(r.Context(), rq.Who, id)
	for _, x := range all {
		v.Versions = append(v.Versions, *x.(*catalog.WhistleItem))
	}
	return v, err
}

func (p *Pages) newItem(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	v, err := p.viewItem(r, rq)
	if err != nil {
		return err
	}
	return rq.Show(w, itemPage(v, site.NewForm("level", rq.Query("level"), "limit_unit", "hour", "work_unit", "workday")))
}

func (p *Pages) editItem(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	v, err := p.viewItem(r, rq)
	if err != nil {
		return err
	}
	f := site.NewForm("level", string(v.Level), "class", v.Class, "item", v.Item, "body_kind", string(v.BodyKind), "condition", v.Condition, "basis", v.Basis,
		"limit_amount", strconv.Itoa(v.Limit.Amount), "limit_unit", string(v.Limit.Unit), "work_amount", strconv.Itoa(v.Work.Amount), "work_unit", string(v.Work.Unit), "version", strconv.FormatInt(v.Version, 10))
	for i, id := range v.Bodies {
		b, _ := p.Bodies.Current(id)
		f.Set(unitField(i), b.Name)
	}
	if v.Demo {
		f.Set("demo", "1")
	}
	return rq.Show(w, itemPage(v, f))
}

// unitField is the field of the leading unit (0) or of one besides it.
func unitField(i int) string {
	if i == 0 {
		return "bodies"
	}
	return "co" + strconv.Itoa(i)
}

func (p *Pages) saveItem(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	f, err := rq.Form()
	if err != nil {
		return err
	}
	v, err := p.viewItem(r, rq)
	if err != nil {
		return err
	}
	item := &catalog.WhistleItem{Head: register.Head{ID: v.ID, Version: f.Int("version")}, Level: catalog.Level(f.Value("level")), Class: f.Value("class"), Item: f.Value("item"),
		BodyKind: body.Kind(f.Value("body_kind")), Condition: f.Value("condition"), Basis: f.Value("basis"), Demo: f.Value("demo") != "",
		Limit: limitOf(f, "limit_"), Work: limitOf(f, "work_")}
	var bad fault.List
	for i := range maxCo + 1 {
		id, found, err := ui.Picked(f, unitField(i), p.FindBody)
		if l, ok := fault.As(err); ok {
			bad = append(bad, l...)
		}
		if i == 0 {
			v.Lead = found
		} else {
			v.Co[i-1] = found
		}
		if id != 0 {
			item.Bodies = append(item.Bodies, id)
		}
	}
	if err = bad.Or(); err == nil {
		err = p.Catalog.WhistleList.Save(r.Context(), rq.Who, item)
	}
	if err != nil {
		return rq.Again(w, f, err, itemPage(v, f))
	}
	return rq.Done(w, to.Whistles()+"?level="+string(item.Level), "admin.whistle.saved", item.Version)
}

// limitOf reads the fields x + "amount" and x + "unit".
func limitOf(f *site.Form, x string) clock.Limit {
	return clock.Limit{Amount: int(f.Int(x + "amount")), Unit: clock.Unit(f.Value(x + "unit"))}
}

func (p *Pages) askRetireItem(r *http.Request, rq *site.Req) (ui.Question, error) {
	v, err := p.viewItem(r, rq)
	return ui.Question{Title: rq.T("admin.retire.title", v.Item), Text: rq.T("admin.whistle.retire"), Label: rq.T("admin.retire"), Crumbs: append(v.Crumbs, site.Link{URL: to.Whistles() + "/" + to.Digits(v.ID), Label: v.Item})}, err
}

func (p *Pages) retireItem(r *http.Request, rq *site.Req, _ string) (ui.Done, error) {
	id, err := site.PathID(r, "id")
	if err != nil {
		return ui.Done{}, err
	}
	x, _ := p.Catalog.Whistle(id)
	return ui.Done{To: to.Whistles() + "/" + to.Digits(id), Key: "admin.retired"}, p.Catalog.WhistleList.Retire(r.Context(), rq.Who, id, x.Version, "")
}

// lostItems counts lines of the whistle list that call a unit which is no more.
func (p *Pages) lostItems() int {
	n := 0
	for _, level := range catalog.Levels {
		for _, item := range p.Catalog.Whistles(level) {
			if p.lost(item) {
				n++
			}
		}
	}
	return n
}

// lost tells whether a line calls a unit which is no more.
func (p *Pages) lost(item catalog.WhistleItem) bool {
	return slices.ContainsFunc(item.Bodies, func(id int64) bool {
		b, ok := p.Bodies.Current(id)
		return !ok || !b.Live()
	})
}
