package whistles

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"mulin/gate/web/cases"
	"mulin/gate/web/photos"
	"mulin/gate/web/site"
	"mulin/gate/web/to"
	"mulin/gate/web/ui"
	"mulin/internal/life"
	"mulin/town/casework"
	"mulin/town/catalog"
	"mulin/town/whistle"
)

// callView is one call with the units that were called.
type callView struct {
	whistle.Whistle
	Title, CallerName string
	Report, Work      ui.Limit
	Condition         string
	Units             []unitView
	State             site.State
}

// unitView is a unit and how it reported in.
type unitView struct {
	whistle.Unit
	Name, By, Distance string
	State              site.State
	Shots              []ui.Photo
}

// itemView is a line of the whistle list with whom it would call.
type itemView struct{ Value, Class, Item, Units, Limits string }

// Part shows the calls of a case, the newest first, and offers what may be done with them, and to whistle.
func (p *Pages) Part(rq *site.Req, file *casework.File) (templ.Component, error) {
	c := &file.Case
	all, err := p.Whistles.Of(rq.HTTP.Context(), rq.Who, c)
	if err != nil {
		return nil, err
	}
	var card cases.Card
	var shown []callView
	for i := range all {
		w := &all[i]
		uncover(w, file.Steps)
		shown = append(shown, p.view(rq, c, w))
		for _, what := range w.May(rq.Who, c) {
			card.Deeds = append(card.Deeds, p.deed(rq, w, what))
		}
	}
	if level, ok := p.Whistles.MayBlow(rq.Who, c, all); ok {
		card.Deeds = append(card.Deeds, p.callDeed(rq, c, level))
	}
	slices.Reverse(shown)
	card.Component = cards(shown)
	return card, nil
}

// uncover shows the words of a whistle as the timeline has them: in clear for who has opened it.
func uncover(w *whistle.Whistle, steps []casework.Happened) {
	for _, h := range steps {
		if h.Verb == casework.Blow && h.Noted == w.BlownAt {
			w.Note = h.Note
		}
		for i := range w.Units {
			if u := &w.Units[i]; h.Verb == casework.ReportIn && h.Noted == u.ReportedAt && h.Person == u.Person {
				u.Note = h.Note
			}
		}
	}
}

// callDeed is to whistle the case up from a level.
func (p *Pages) callDeed(rq *site.Req, c *casework.Case, level whistle.Level) cases.Deed {
	items := p.items(rq, level, c)
	return cases.Deed{Do: string(casework.Blow), Label: rq.T("case.verb.whistle"), Icon: "whistle", Key: cases.Key(string(casework.Blow)), Action: "/cases/" + c.Number + "/whistle", Rank: cases.Amid,
		Needs: []casework.Need{casework.NeedNote}, Ask: func(f *site.Form) templ.Component { return itemChoice(f, items) },
		Note: cases.NoteWords{Label: rq.T("desk.note.whistle"), Hint: rq.T("whistle.level." + string(level))}}
}

// doing is how addresses and words name a step of the whistle.
func doing(what life.Verb) string { return strings.ReplaceAll(string(what), "_", "-") }

func (p *Pages) deed(rq *site.Req, w *whistle.Whistle, what life.Verb) cases.Deed {
	do := doing(what)
	d := cases.Deed{Do: do, Label: rq.T("desk.do." + do), Key: cases.Key(do), Action: "/whistles/" + to.Digits(w.ID) + "/" + do, Rank: cases.Ahead,
		Note: cases.NoteWords{Label: rq.Under("desk.note.")[do], Hint: rq.Under("desk.hint.")[do]}}
	switch what {
	case whistle.Arrive:
		d.Icon, d.Ask, d.Photo, d.Optional = "pin", position, rq.T("desk.photo.there"), true
		d.Needs = []casework.Need{casework.NeedPhoto, casework.NeedNote}
	case whistle.Finish:
		d.Icon, d.Needs = "shield", []casework.Need{casework.NeedNote, casework.NeedPhoto}
	case whistle.Score:
		d.Do += "-" + to.Digits(w.ID) // a case may have several to score
		d.Icon, d.Needs = "heart", []casework.Need{casework.NeedStars}
		if d.Label = rq.T("desk.do.score.of", w.Number); !w.Calls(rq.Who) {
			d.Label = rq.T("desk.do.score.caller", w.Number)
		}
	}
	return d
}

func (p *Pages) view(rq *site.Req, c *casework.Case, w *whistle.Whistle) callView {
	v := callView{Whistle: *w, Title: rq.T("whistle.level." + string(w.Level)), CallerName: p.Bodies.NameAt(w.Caller, w.BlownAt),
		Report: ui.Limit{Due: w.ReportDueAt, Done: w.ReportedAt}, Work: ui.Limit{Due: w.WorkDueAt}, State: site.Wait}
	if item, ok := p.Catalog.Whistle(w.Item); ok {
		v.Title, v.Condition = item.Item+" · "+v.Title, item.Condition
	}
	switch {
	case !w.Open:
		v.State, v.Work.Done = site.Grey, w.EndedAt
	case w.Status == whistle.Reported:
		v.State = site.OK
	}
	for _, u := range w.Units {
		v.Units = append(v.Units, p.unitView(rq, c, w, u))
	}
	return v
}

func (p *Pages) unitView(rq *site.Req, c *casework.Case, w *whistle.Whistle, u whistle.Unit) unitView {
	v := unitView{Unit: u, Name: p.Bodies.NameAt(u.Body, w.BlownAt), By: p.Accounts.Name(u.Person), State: site.Wait}
	switch {
	case u.ReportedAt == 0 && w.ReportDueAt != 0 && rq.Now > w.ReportDueAt:
		v.State = site.Bad
	case u.ReportedAt != 0 && w.ReportDueAt != 0 && u.ReportedAt > w.ReportDueAt:
		v.State = site.Warn
	case u.ReportedAt != 0:
		v.State = site.OK
	}
	if u.ReportedAt != 0 && u.Metres >= 0 {
		v.Distance = rq.T("desk.metres", u.Metres)
	}
	if u.Photo != "" {
		v.Shots = photos.Of(rq, c.Number, "desk.photo", []casework.Photo{{Hash: u.Photo}})
	}
	return v
}

// items are the lines a level may whistle for, those of the case's own class first, and the last resort: none fits.
func (p *Pages) items(rq *site.Req, level whistle.Level, c *casework.Case) []itemView {
	list := slices.Clone(p.Catalog.Whistles(catalog.Level(level)))
	own := p.Catalog.FullName(c.Class)
	fits := func(w catalog.WhistleItem) int {
		if w.Class != "" && strings.Contains(own, w.Class) || w.Item != "" && strings.Contains(own, w.Item) {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(list, func(a, b catalog.WhistleItem) int { return cmp.Compare(fits(a), fits(b)) })
	all := make([]itemView, 0, len(list)+1)
	for _, w := range list {
		v := itemView{Value: to.Digits(w.ID), Class: w.Class, Item: w.Item, Units: p.unitNames(rq, p.Whistles.Suggest(level, w.ID, c.Path))}
		if w.Limit.Amount > 0 {
			v.Limits = rq.T("desk.item.limit", rq.Limit(w.Limit))
		}
		all = append(all, v)
	}
	return append(all, itemView{Value: "0", Item: rq.T("desk.item.none"), Units: p.unitNames(rq, p.Whistles.Suggest(level, 0, c.Path)), Limits: rq.T("desk.item.none.hint")})
}

// unitNames says who would be called: the lead, then the others.
func (p *Pages) unitNames(rq *site.Req, ids []int64) string {
	var names []string
	for i, b := range ids {
		if name := p.BodyName(b); name != "" {
			if i == 0 {
				name = rq.T("desk.lead", name)
			}
			names = append(names, name)
		}
	}
	return strings.Join(names, rq.T("desk.comma"))
}

// unitText says whether a unit has come, and in time.
func unitText(ctx context.Context, u unitView) string {
	switch u.State {
	case site.OK:
		return site.T(ctx, "desk.unit.there")
	case site.Warn:
		return site.T(ctx, "desk.unit.latecomer")
	case site.Bad:
		return site.T(ctx, "desk.unit.overdue")
	}
	return site.T(ctx, "desk.unit.awaited")
}
