package lists

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"mulin/gate/web/kit"
	"mulin/gate/web/site"
	"mulin/gate/web/to"
	"mulin/internal/i18n"
	"mulin/internal/register"
	"mulin/town/catalog"
)

// nouns are the lists that the kit makes the pages of.
func (p *Pages) nouns() []*kit.Pages {
	return []*kit.Pages{p.classes(), p.whistles(), p.limits(), p.reasons(), p.urgencies()}
}

func (p *Pages) of(n *register.Noun, base, title, icon string) *kit.Pages {
	k := p.Kit
	k.Noun, k.Base, k.Title, k.Icon, k.Cells = n, base, title, icon, map[string]kit.Cell{}
	if dir, ok := n.Refs["urgency"]; ok {
		dir.Find = p.findUrgency(dir.Find)
		n.Refs["urgency"], k.Terms = dir, map[string]kit.Term{"urgency": p.urgencyTerm(dir.Name)}
	}
	return &k
}

// urgencyTerm is the usual word for a degree, where the city has given it no name.
func (p *Pages) urgencyTerm(name func(int64) string) kit.Term {
	return func(w *i18n.Words, id int64) string {
		if u, ok := p.Catalog.Urgency(name(id)); ok {
			return u.Word(w)
		}
		return name(id)
	}
}

// findUrgency finds a degree by the usual word for it too, in any language.
func (p *Pages) findUrgency(find func(string, int) []register.Named) func(string, int) []register.Named {
	return func(text string, most int) []register.Named {
		for _, u := range p.Catalog.Urgencies() {
			if slices.ContainsFunc(p.Kit.Langs(), func(w *i18n.Words) bool { return text != "" && u.Word(w) == text }) {
				return find(u.Code, most)
			}
		}
		return find(text, most)
	}
}

// degree is a degree of urgency by its code, as people call it.
func (p *Pages) degree(w *i18n.Words, code string) string {
	if u, ok := p.Catalog.Urgency(code); ok {
		return u.Word(w)
	}
	return code
}

func (p *Pages) reasons() *kit.Pages {
	return p.of(p.Catalog.ReasonNoun().Noun, to.Reasons(), "name", "talk")
}

func (p *Pages) urgencies() *kit.Pages {
	k := p.of(p.Catalog.UrgencyNoun().Noun, to.Urgencies(), "name", "bell")
	k.Called = func(w *i18n.Words, x any) string {
		u := x.(*catalog.UrgencyEntry)
		return catalog.Urgency{Code: u.Code, Name: u.Name}.Word(w)
	}
	return k
}

func (p *Pages) limits() *kit.Pages {
	k := p.of(p.Catalog.LimitNoun().Noun, to.Limits(), "step", "clock")
	k.Called = func(w *i18n.Words, x any) string {
		l := x.(*catalog.LimitEntry)
		all := []string{w.T("step." + l.Step), p.Catalog.FullName(l.Class), p.degree(w, l.Urgency)}
		return strings.Join(slices.DeleteFunc(all, func(s string) bool { return s == "" }), " · ")
	}
	k.Cells["step"] = func(rq *site.Req, x any) templ.Component { return said(rq.T("step." + x.(*catalog.LimitEntry).Step)) }
	k.Cells["class"] = func(rq *site.Req, x any) templ.Component {
		return said(cmp.Or(p.Catalog.FullName(x.(*catalog.LimitEntry).Class), rq.T("admin.any")))
	}
	k.Cells["urgency"] = func(rq *site.Req, x any) templ.Component {
		return said(cmp.Or(p.degree(rq.Words, x.(*catalog.LimitEntry).Urgency), rq.T("admin.any")))
	}
	k.Above = p.unlimited
	return k
}

// unlimited names the steps that no limit holds for.
func (p *Pages) unlimited(*http.Request, *site.Req, any) (templ.Component, error) {
	steps := p.Catalog.Steps()
	for _, l := range p.Catalog.Limits() {
		steps = slices.DeleteFunc(steps, func(s string) bool { return s == l.Step })
	}
	return withoutLimit(steps), nil
}

func (p *Pages) whistles() *kit.Pages {
	k := p.of(p.Catalog.WhistleList.Noun, to.Whistles(), "item", "whistle")
	k.Cells["bodies"] = func(rq *site.Req, x any) templ.Component {
		w := x.(*catalog.WhistleItem)
		return answering(p.answering(rq, w), p.lost(*w))
	}
	k.Above = func(*http.Request, *site.Req, any) (templ.Component, error) { return lostItems(p.lostItems()), nil }
	return k
}

// answering names who answers, the leading one first.
func (p *Pages) answering(rq *site.Req, x *catalog.WhistleItem) string {
	var names []string
	for _, id := range x.Bodies {
		b, _ := p.Bodies.Current(id)
		names = append(names, b.Label())
	}
	if x.BodyKind != "" {
		names = append(names, rq.T("whistle_item.there", rq.T("body.kind."+string(x.BodyKind))))
	}
	return strings.Join(names, "、")
}

// lostItems are the lines of the whistle list that call a unit which is no more.
func (p *Pages) lostItems() (all []catalog.WhistleItem) {
	for _, level := range catalog.Levels {
		for _, item := range p.Catalog.Whistles(level) {
			if p.lost(item) {
				all = append(all, item)
			}
		}
	}
	return all
}

// lost tells whether a line calls a unit which is no more.
func (p *Pages) lost(item catalog.WhistleItem) bool {
	return slices.ContainsFunc(item.Bodies, func(id int64) bool {
		b, ok := p.Bodies.Current(id)
		return !ok || !b.Live()
	})
}
