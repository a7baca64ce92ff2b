package lists

import (
	"net/http"

	"github.com/a-h/templ"

	"mulin/gate/web/kit"
	"mulin/gate/web/site"
	"mulin/gate/web/to"
	"mulin/internal/i18n"
	"mulin/internal/register"
	"mulin/town/catalog"
)

func (p *Pages) classes() *kit.Pages {
	k := p.of(p.Catalog.ClassNoun().Noun, to.Classes(), "name", "folder")
	k.Levels = catalog.MaxDepth
	k.Called = func(_ *i18n.Words, x any) string { return p.Catalog.FullName(register.HeadOf(x).ID) }
	k.Cells["name"] = func(_ *site.Req, x any) templ.Component {
		above, name := p.ClassParts(register.HeadOf(x).ID)
		return inTree(above, name)
	}
	k.Cells["urgency"] = func(rq *site.Req, x any) templ.Component {
		c, _ := p.Catalog.Class(register.HeadOf(x).ID)
		return urgencyOf(p.degree(rq.Words, c.Urgency), c.Own == "")
	}
	k.Above = func(_ *http.Request, rq *site.Req, _ any) (templ.Component, error) {
		if rq.URL.RawQuery != "" {
			return nil, nil
		}
		return branches(p.below(0)), nil
	}
	k.More = p.aroundClass
	return k
}

// branch is a class with how many lie right below it.
type branch struct {
	catalog.Class
	Below int
}

// below are the classes in use right below one; 0 is the top.
func (p *Pages) below(id int64) (all []branch) {
	count := map[int64]int{}
	for _, c := range p.Catalog.Classes() {
		count[c.Parent]++
	}
	for _, c := range p.Catalog.Classes() {
		if c.Parent == id {
			all = append(all, branch{c, count[c.ID]})
		}
	}
	return all
}

// classView is what hangs on a class: what lies below it, how long its steps may take and who leads for it.
type classView struct {
	catalog.Class
	Deep   bool // nothing can lie below it
	Below  []branch
	Limits [][2]string
	Leads  []string
}

// aroundClass shows it below the facts.
func (p *Pages) aroundClass(_ *http.Request, rq *site.Req, x any) (templ.Component, error) {
	id := register.HeadOf(x).ID
	c, _ := p.Catalog.Class(id)
	v := classView{Class: c, Deep: c.Depth() == catalog.MaxDepth, Below: p.below(id)}
	for _, step := range p.Catalog.Steps() {
		if l, ok := p.Catalog.Limit(step, id, ""); ok {
			v.Limits = append(v.Limits, [2]string{rq.T("step." + step), rq.Limit(l)})
		}
	}
	for _, lead := range p.Duties.Leads(id) {
		v.Leads = append(v.Leads, p.BodyName(lead))
	}
	return aroundClass(v), nil
}
