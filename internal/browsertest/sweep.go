package browsertest

import (
	"cmp"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// looked are the pages that were shown to all of axe: the test's name and the page's.
var looked sync.Map

// Look looks at the page as it stands, under a name that is its own in the test: as the person sees it, and on the other device in the other colours. The first
// time all of axe looks at it, whatever the language; for what remains width and contrast are left to judge. Nothing is loaded again.
//
// MULIN_SHOTS=folder keeps pictures, MULIN_SHOT_PAGE=part only of pages whose name has the part.
func (p *Person) Look(name string) {
	p.t.Helper()
	test, _, _ := strings.Cut(p.t.Name(), "/")
	_, before := looked.LoadOrStore(test+" "+name, true)
	mine := p.view
	p.glance(name, !before)
	p.As(mine.other())
	p.glance(name, false)
	p.As(mine)
}

// glance looks at the page in one view.
func (p *Person) glance(name string, whole bool) {
	p.t.Helper()
	if folder := os.Getenv("MULIN_SHOTS"); folder != "" && strings.Contains(name, os.Getenv("MULIN_SHOT_PAGE")) {
		p.Shot(filepath.Join(folder, name+"-"+p.view.String()+".png"))
	}
	p.Fits()
	if whole {
		p.Axe()
	} else {
		p.Contrast()
	}
}

// Page is one of the pages that a sweep looks at.
type Page struct {
	Name string // what it is called; see Look
	Who  string // the login of who opens it
	Path string
	When string // what must be true before it is looked at, in JavaScript; "" for nothing more than that it is loaded
}

// Views are how pages are opened: in Chinese on a phone and in English on a desk. Look adds the other device and the other colours to each.
var Views = []View{{Device: Phone, Lang: "zh"}, {Device: Desktop, Lang: "en"}}

// Sweep looks at many pages and opens each only once a view. Each login has one browser for all its pages, and the logins go side by side.
type Sweep struct {
	URL   string                        // of the server
	Enter func(p *Person, login string) // signs somebody in; nil where nobody has to
	Pages []Page
	Views []View // Views, if nil
}

// Run looks at the pages.
func (s Sweep) Run(t *testing.T) {
	t.Helper()
	if s.Views == nil {
		s.Views = Views
	}
	b := Start(t)
	var order []string
	of := map[string][]Page{}
	for _, page := range s.Pages {
		if of[page.Who] == nil {
			order = append(order, page.Who)
		}
		of[page.Who] = append(of[page.Who], page)
	}
	for _, who := range order {
		t.Run(cmp.Or(who, "visitor"), func(t *testing.T) {
			t.Parallel()
			p := b.Person(t, cmp.Or(who, "visitor"), s.Views[0].Device, s.Views[0].Lang)
			if s.Enter != nil {
				s.Enter(p, who)
			}
			for i, page := range of[who] {
				s.show(p, page, i)
			}
		})
	}
}

// show opens a page in every view and looks at it. The views begin by turns, so that all of axe sees phones and desks.
func (s Sweep) show(p *Person, page Page, turn int) {
	p.t.Helper()
	for i := range s.Views {
		p.As(s.Views[(i+turn)%len(s.Views)])
		p.Cookie(s.URL, "elder", p.view.Elder)
		p.Open(s.URL + page.Path)
		if page.When != "" {
			p.Wait(page.When)
		}
		p.Look(page.Name)
	}
}
