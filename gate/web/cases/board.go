package cases

import (
	"net/http"
	"strings"

	"mulin/gate/web/live"
	"mulin/gate/web/site"
	"mulin/gate/web/to"
	"mulin/gate/web/ui"
	"mulin/internal/access"
	"mulin/town/casework"
	"mulin/town/place"
)

// boardColumns are the three columns: who must still come, what is being done, what is late. A case stands in one of them.
var boardColumns = []struct {
	Key    string
	Icon   string
	Filter casework.Filter
}{
	{"awaited", "bell", casework.Filter{Tab: casework.Open, InTime: true, Among: []casework.Status{casework.New, casework.Dispatched, casework.Whistled}}},
	{"inhand", "gear", casework.Filter{Tab: casework.Open, InTime: true, Among: []casework.Status{casework.Accepted, casework.Working, casework.Reported, casework.Resolved}}},
	{"overdue", "clock", casework.Filter{Tab: casework.Open, Late: true}},
}

// boardRows is how many cases a column shows; the rest is behind its number.
const boardRows = 20

// boardZoom is how near the map begins; the whole city is fitted.
var boardZoom = map[place.Kind]float64{place.Street: 12.5, place.Community: 14, place.Grid: 15}

// boardView is the board of a street, community or the city.
type boardView struct {
	At      place.Place
	Name    string
	Up      []site.Link
	Parts   []boardPart
	Columns []boardColumn
	Late    int64
	Open    int64
	Map     ui.MapOf
}

type boardPart struct {
	site.Link
	Open, Late int64
}

type boardColumn struct {
	Key, Icon, Count, All string
	Label, None           string
	Rows                  []Row
}

func (p *Pages) board(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	v, err := p.boardView(r, rq)
	if err != nil {
		return err
	}
	return rq.Show(w, boardPage(v, live.Mine(rq.Who)))
}

// boardPlace is the place the board shows: the one asked for if it lies within reach, else the top of the actor's own.
func (p *Pages) boardPlace(rq *site.Req) (at place.Place, roots []place.Place, err error) {
	roots = p.Roots(rq.Who)
	if len(roots) == 0 {
		return at, nil, access.ErrDenied
	}
	if q := rq.Query("place"); q != "" {
		at, ok := p.Places.Get(to.Number(q))
		for _, root := range roots {
			if ok && strings.HasPrefix(at.Path, root.Path) {
				return at, roots, nil
			}
		}
		return at, nil, site.ErrMissing
	}
	return roots[0], roots, nil
}

func (p *Pages) boardView(r *http.Request, rq *site.Req) (boardView, error) {
	at, roots, err := p.boardPlace(rq)
	if err != nil {
		return boardView{}, err
	}
	v := boardView{At: at, Name: at.Name, Map: ui.MapOf{ID: "board-map", Label: rq.T("board.map", at.Name), List: "board"}}
	if zoom := boardZoom[at.Kind]; at.Point != nil && zoom != 0 {
		v.Map.Lat, v.Map.Lng, v.Map.Zoom = at.Point.Lat, at.Point.Lng, zoom
	}
	for _, step := range p.Places.Lineage(at.Path) {
		for _, root := range roots {
			if strings.HasPrefix(step.Path, root.Path) && step.ID != at.ID {
				v.Up = append(v.Up, site.Link{URL: "/board?place=" + to.Digits(step.ID), Label: step.Name})
				break
			}
		}
	}
	if err := p.boardParts(r, rq, &v); err != nil {
		return v, err
	}
	for _, def := range boardColumns {
		f := def.Filter
		f.Place, f.Limit = at.ID, boardRows
		page, err := p.Desk.List(r.Context(), rq.Who, f)
		if err != nil {
			return v, err
		}
		n, err := p.Desk.AtMost(r.Context(), rq.Who, f, tabMost)
		if err != nil {
			return v, err
		}
		c := boardColumn{Key: def.Key, Icon: def.Icon, Label: rq.T("board." + def.Key), None: rq.T("board.none." + def.Key), Count: capped(n), All: "/desk?tab=open&place=" + to.Digits(at.ID)}
		if f.Late {
			c.All += "&late=1"
		}
		for _, s := range f.Among {
			c.All += "&status=" + string(s)
		}
		if c.Rows, err = p.Rows(r.Context(), rq, page.Cases); err != nil {
			return v, err
		}
		v.Columns = append(v.Columns, c)
	}
	return v, nil
}

// boardParts counts the parts of the place, to go down into.
func (p *Pages) boardParts(r *http.Request, rq *site.Req, v *boardView) error {
	shares, err := p.Desk.Spread(r.Context(), rq.Who, v.At.ID)
	if err != nil {
		return err
	}
	for _, s := range shares {
		v.Open, v.Late = v.Open+s.Open, v.Late+s.Late
		if part, ok := p.Places.Get(s.Place); ok {
			v.Parts = append(v.Parts, boardPart{Link: site.Link{URL: "/board?place=" + to.Digits(part.ID), Label: part.Name}, Open: s.Open, Late: s.Late})
		}
	}
	return nil
}

// boardCase is a case as other screens read it: what the board shows, and no more.
type boardCase struct {
	Number string     `json:"number"`
	Title  string     `json:"title"`
	Column string     `json:"column"`
	Status string     `json:"status"`
	State  site.State `json:"state"`
	Place  string     `json:"place"`
	Due    int64      `json:"due,omitempty"`
	Lat    *float64   `json:"lat,omitempty"`
	Lng    *float64   `json:"lng,omitempty"`
}

// boardJSON is the board for programs, with the reach of whoever asks.
func (p *Pages) boardJSON(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	v, err := p.boardView(r, rq)
	if err != nil {
		return err
	}
	all := []boardCase{}
	for _, column := range v.Columns {
		for _, row := range column.Rows {
			c := boardCase{Number: row.Number, Title: row.Title, Column: column.Key, Status: string(row.Status), State: row.State, Place: row.Place, Due: row.StepDueAt}
			if row.Point != nil {
				c.Lat, c.Lng = &row.Point.Lat, &row.Point.Lng
			}
			all = append(all, c)
		}
	}
	return rq.JSON(w, http.StatusOK, map[string]any{"place": v.At.ID, "name": v.Name, "cases": all})
}
