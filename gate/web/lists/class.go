package lists

import (
	"bytes"
	"net/http"
	"slices"
	"strings"

	"mulin/gate/web/names"
	"mulin/gate/web/site"
	"mulin/gate/web/to"
	"mulin/gate/web/ui"
	"mulin/internal/sheet"
	"mulin/town/catalog"
)

// classRoutes edit the tree of requests.
func (p *Pages) classRoutes() []site.Route {
	all := []site.Route{
		{Pattern: "GET " + to.Classes(), Do: p.lists(p.adminClasses), Need: catalog.Edit},
		{Pattern: "GET /admin/catalog/classes.csv", Do: p.lists(p.exportClasses), Need: catalog.Edit},
		{Pattern: "GET " + to.Classes() + "/import", Do: p.lists(p.importClassesForm), Need: catalog.Edit},
		{Pattern: "POST " + to.Classes() + "/import", Do: p.lists(p.importClasses), Need: catalog.Edit, Body: 4 << 20},
	}
	all = append(all, site.Both(to.Classes()+"/add", catalog.Edit, p.lists(p.newClass), p.lists(p.addClass))...)
	all = append(all, site.Both(to.Classes()+"/{id}", catalog.Edit, p.lists(p.editClass), p.lists(p.saveClass))...)
	return append(all, ui.Confirm(to.Classes()+"/{id}/retire", catalog.Edit, p.askRetireClass, p.retireClass)...)
}

// classView is a class with what lies below it, or a form of one.
type classView struct {
	catalog.Class
	Line      []site.Link // to it, itself left out
	Children  []classLine
	Urgencies []ui.Choice
	Count     int
}

type classLine struct {
	catalog.Class
	Below   int
	Urgency string
}

func (p *Pages) classLink(id int64) site.Link {
	c, _ := p.Catalog.Class(id)
	return site.Link{URL: to.Classes() + "?under=" + to.Digits(id), Label: c.Name}
}

// viewClass shows what lies below a class; 0 is the top.
func (p *Pages) viewClass(rq *site.Req, id int64) (v classView, err error) {
	v.Line = ui.AdminCrumbs(rq)
	if id != 0 {
		c, ok := p.Catalog.Class(id)
		if !ok {
			return v, catalog.ErrNoClass
		}
		v.Class = c
		v.Line = append(v.Line, site.Link{URL: to.Classes(), Label: rq.T("admin.classes")})
		var ups []site.Link
		for up := c.Parent; up != 0; {
			x, _ := p.Catalog.Class(up)
			ups = append(ups, p.classLink(up))
			up = x.Parent
		}
		slices.Reverse(ups)
		v.Line = append(v.Line, ups...)
	}
	below := map[int64]int{}
	all := p.Catalog.Classes()
	for _, c := range all {
		below[c.Parent]++
	}
	for _, c := range all {
		if c.Parent == id {
			v.Children = append(v.Children, classLine{c, below[c.ID], p.urgencyWord(rq, c.Urgency)})
		}
	}
	v.Urgencies = p.UrgencyChoices(rq)
	v.Count = len(all)
	return v, nil
}

func (p *Pages) urgencyWord(rq *site.Req, code string) string {
	u, ok := p.Catalog.Urgency(code)
	if !ok {
		return code
	}
	return u.Word(rq.Words)
}

func (p *Pages) adminClasses(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	if q := rq.Query("q"); q != "" {
		return rq.Show(w, classesFound(q, p.findClasses(rq, q)))
	}
	v, err := p.viewClass(rq, site.NewForm("under", rq.Query("under")).Int("under"))
	if err != nil {
		return err
	}
	return rq.Show(w, classesPage(v))
}

// findClasses looks classes up by part of their full name.
func (p *Pages) findClasses(rq *site.Req, q string) []classLine {
	var found []classLine
	for _, c := range p.Catalog.Classes() {
		if full := p.Catalog.ClassName(c.ID); names.Holds(q, full) && len(found) < site.PageSize {
			c.Name = full
			found = append(found, classLine{c, 0, p.urgencyWord(rq, c.Urgency)})
		}
	}
	return found
}

// formClass is the view for a form: the parent of a new class, or the class itself.
func (p *Pages) formClass(rq *site.Req, id int64) (classView, error) {
	v, err := p.viewClass(rq, id)
	if id != 0 && err == nil {
		v.Line = append(v.Line, p.classLink(id))
	} else if err == nil {
		v.Line = append(v.Line, site.Link{URL: to.Classes(), Label: rq.T("admin.classes")})
	}
	return v, err
}

func (p *Pages) newClass(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	v, err := p.formClass(rq, site.NewForm("under", rq.Query("under")).Int("under"))
	if err != nil {
		return err
	}
	return rq.Show(w, addClassPage(v, &site.Form{}))
}

func (p *Pages) addClass(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	f, err := rq.Form()
	if err != nil {
		return err
	}
	v, err := p.formClass(rq, f.Int("under"))
	if err != nil {
		return err
	}
	made, err := p.Catalog.SaveClass(r.Context(), rq.Who, catalog.ClassForm{Parent: v.ID, Name: f.Value("name"), Urgency: f.Value("urgency"), Says: f.Value("says")})
	if err != nil {
		return rq.Again(w, f, err, addClassPage(v, f))
	}
	if f.Value("again") != "" {
		return rq.Done(w, to.Classes()+"/add?under="+to.Digits(v.ID), "admin.class.added", made.Name)
	}
	return rq.Done(w, to.Classes()+"?under="+to.Digits(v.ID), "admin.class.added", made.Name)
}

// pathClass is the class of the address.
func (p *Pages) pathClass(r *http.Request, rq *site.Req) (classView, error) {
	id, err := site.PathID(r, "id")
	if err != nil {
		return classView{}, err
	}
	return p.formClass(rq, id)
}

func (p *Pages) editClass(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	v, err := p.pathClass(r, rq)
	if err != nil {
		return err
	}
	return rq.Show(w, editClassPage(v, site.NewForm("name", v.Name, "urgency", v.Own, "says", strings.Join(v.Phrases(), "\n"))))
}

func (p *Pages) saveClass(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	f, err := rq.Form()
	if err != nil {
		return err
	}
	v, err := p.pathClass(r, rq)
	if err != nil {
		return err
	}
	_, err = p.Catalog.SaveClass(r.Context(), rq.Who, catalog.ClassForm{ID: v.ID, Parent: v.Parent, Name: f.Value("name"), Urgency: f.Value("urgency"), Says: f.Value("says")})
	if err != nil {
		return rq.Again(w, f, err, editClassPage(v, f))
	}
	return rq.Done(w, to.Classes()+"?under="+to.Digits(v.Parent), "common.saved")
}

func (p *Pages) askRetireClass(r *http.Request, rq *site.Req) (ui.Question, error) {
	v, err := p.pathClass(r, rq)
	return ui.Question{Title: rq.T("admin.retire.title", v.Name), Text: rq.T("admin.class.retire"), Label: rq.T("admin.retire"), Crumbs: v.Line}, err
}

// retireClass takes a class out of use; saving it again, on the page this leads to, brings it back.
func (p *Pages) retireClass(r *http.Request, rq *site.Req, _ string) (ui.Done, error) {
	id, err := site.PathID(r, "id")
	if err != nil {
		return ui.Done{}, err
	}
	return ui.Done{To: to.Classes() + "/" + to.Digits(id), Key: "admin.retired"}, p.Catalog.RetireClass(r.Context(), rq.Who, id)
}

func (p *Pages) importClassesForm(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	return rq.Show(w, importClassesPage(&site.Form{}))
}

func (p *Pages) importClasses(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	f, err := rq.Form()
	if err != nil {
		return err
	}
	file, err := ui.Upload(f, "file")
	var report catalog.Report
	if err == nil {
		report, err = p.Catalog.ImportClasses(r.Context(), rq.Who, file)
	}
	if err != nil {
		return rq.Again(w, f, err, importClassesPage(f))
	}
	return rq.Done(w, to.Classes(), "admin.import.done", report.Added, report.Changed, report.Same)
}

// exportClasses writes the tree as the import reads it.
func (p *Pages) exportClasses(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	var b bytes.Buffer
	out := sheet.NewWriter(&b, sheet.CSV)
	out.Row([]string{"l1", "l2", "l3", "l4", "l5", "urgency", "examples"})
	for _, c := range p.Catalog.Classes() {
		cells := append(strings.Split(p.Catalog.ClassName(c.ID), " / "), "", "", "", "", "")[:5]
		cells = append(cells, c.Own, c.Says)
		out.Row(cells)
	}
	if err := out.Close(); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="classes.csv"`)
	h.Set("Cache-Control", "private, no-store")
	return site.Send(w, r, http.StatusOK, b.Bytes())
}
