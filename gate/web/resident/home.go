package resident

import (
	"net/http"
	"strings"
	"time"

	"github.com/a-h/templ"

	"mulin/gate/web/site"
	"mulin/gate/web/ui"
	"mulin/town/place"
)

// gridWorker is the role whose holders residents turn to.
const gridWorker = "grid_worker"

// homeView is what the front page shows.
type homeView struct {
	Desk    string // where a member of the staff works; "" for residents
	Mine    int    // cases this browser knows of
	Near    *place.Place
	Workers []ui.PersonOf
}

func (p *Pages) home(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	v := homeView{Mine: len(p.Claims.All(r)), Desk: p.Home(rq.Who)}
	if at, ok := p.near(r); ok {
		v.Near, v.Workers = &at, p.workers(rq, at)
	}
	return rq.Show(w, homePage(v))
}

// doorView is the page behind the code on a building, a grid's notice or an estate's gate.
type doorView struct {
	Place   place.Place
	Name    string // with what it lies in
	Workers []ui.PersonOf
}

// door is where a code on a door leads. The browser remembers the place, so that the front page shows its worker from then on.
func (p *Pages) door(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	at, ok := p.Places.ByCode(r.PathValue("code"))
	if !ok || !at.Live() || at.Kind == place.Home {
		return rq.ShowAs(w, http.StatusNotFound, unknownDoor())
	}
	p.PutSealed(w, nearCookie, "/", at.Code, nearLife)
	return rq.Show(w, doorPage(doorView{Place: at, Name: p.above(at), Workers: p.workers(rq, at)}))
}

const (
	nearCookie = "near"
	nearLife   = 180 * 24 * time.Hour
)

// near is the place whose code this browser scanned last.
func (p *Pages) near(r *http.Request) (place.Place, bool) {
	code := p.Sealed(r, nearCookie)
	if code == "" {
		return place.Place{}, false
	}
	at, ok := p.Places.ByCode(code)
	return at, ok && at.Live()
}

// above names what the place lies in, without itself.
func (p *Pages) above(at place.Place) string {
	return p.Places.Name(strings.TrimSuffix(at.Path, lastOf(at.Path)))
}

// lastOf is the last part of a path: "/1/4/17/" → "17/".
func lastOf(path string) string {
	return path[strings.LastIndex(strings.TrimSuffix(path, "/"), "/")+1:]
}

// maxWorkers is how many of those on duty a page shows.
const maxWorkers = 3

// workers are those on duty for a place, as a page shows them.
func (p *Pages) workers(rq *site.Req, at place.Place) []ui.PersonOf {
	var all []ui.PersonOf
	for _, w := range p.Accounts.OnDuty(at.Path, gridWorker) {
		if len(all) == maxWorkers {
			break
		}
		role := rq.T("role." + gridWorker)
		if where, ok := p.Places.Get(w.Place); ok {
			role = where.Name + " · " + role
		}
		all = append(all, ui.PersonOf{Name: w.Name, Role: role, Phone: w.Phone})
	}
	return all
}

func (p *Pages) favicon(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	http.Redirect(w, r, p.Assets().URL("icon.svg"), http.StatusFound)
	return nil
}

// page shows a page that says the same to everybody.
func (p *Pages) page(c func() templ.Component) site.Handler {
	return func(w http.ResponseWriter, _ *http.Request, rq *site.Req) error { return rq.Show(w, c()) }
}
