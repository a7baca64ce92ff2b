package browsertest

import (
	"cmp"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Page is one of the pages that a sweep looks at.
type Page struct {
	Name string // what pictures of it are called
	Who  string // the login of who opens it
	Path string
	When string // what must be true before it is looked at, in JavaScript; "" for nothing more than that it is loaded
}

// Views are how every page is seen: on a phone and on a desk, in both languages, by day and by night. Two in one language stand together: they cost one opening.
var Views = []View{
	{Device: Phone, Lang: "zh"}, {Device: Desktop, Lang: "zh", Dark: true},
	{Device: Phone, Lang: "en", Dark: true}, {Device: Desktop, Lang: "en"},
}

// Sweep looks at many pages and opens each only once a language: all of axe looks at it in one view, by turns on a phone and on a desk; for the others their width and
// contrast are left to judge. Each login has one browser for all its pages, and the logins go side by side.
//
// MULIN_SHOTS=folder keeps a picture of every page in every view, MULIN_SHOT_PAGE=part only of the pages whose name has the part.
type Sweep struct {
	URL   string                        // of the server
	Enter func(p *Person, login string) // signs somebody in
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
				s.look(p, page, i%min(2, len(s.Views)))
			}
		})
	}
}

// look looks at one page, in one of the views with all of axe.
func (s Sweep) look(p *Person, page Page, whole int) {
	p.t.Helper()
	for i, v := range s.Views {
		anew := i == 0 || v.Lang != p.view.Lang || v.Elder != p.view.Elder
		p.As(v)
		if anew {
			p.Cookie(s.URL, "elder", v.Elder)
			p.Open(s.URL + page.Path)
		}
		if page.When != "" {
			p.Wait(page.When)
		}
		p.picture(page.Name, v)
		p.Fits()
		if i == whole {
			p.Axe()
		} else {
			p.Contrast()
		}
	}
}

// picture keeps one where MULIN_SHOTS says, if the page is wanted.
func (p *Person) picture(name string, v View) {
	p.t.Helper()
	folder, only := os.Getenv("MULIN_SHOTS"), os.Getenv("MULIN_SHOT_PAGE")
	if folder != "" && strings.Contains(name, only) {
		p.Shot(filepath.Join(folder, name+"-"+v.String()+".png"))
	}
}
