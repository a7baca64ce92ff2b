package cases

import (
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/a-h/templ"

	"mulin/gate/web/site"
	"mulin/gate/web/ui"
	"mulin/internal/clock"
	times "mulin/internal/when"
	"mulin/town/casework"
	"mulin/town/place"
	"mulin/town/triage"
)

// The keys that take the first suggestion, and that open the split.
const (
	keyLocate = "p"
	keySplit  = "s"
)

// foundView is the places, times and several matters that a text names.
type foundView struct {
	Places             []foundPlace
	Times              []foundTime
	Parts              []string // how the matters begin, when there are several
	MayPlace, MaySplit bool
	Asked              string // what was searched for
	Search             []foundPlace
}

// foundPlace is a place that may be the case's.
type foundPlace struct {
	ID    int64
	Kind  place.Kind
	Name  string
	Marks []marked // the words around its name, its name marked
	Sure  bool
}

// marked is a piece of a text.
type marked struct {
	Text string
	On   bool
}

// foundTime is a time that the text names: its words and what they mean.
type foundTime struct{ Words, Means string }

// FoundPart offers what the text of an open case names: places, times, several matters.
func (p *Pages) FoundPart(rq *site.Req, file *casework.File) (templ.Component, error) {
	c := &file.Case
	if !c.Open {
		return nil, nil
	}
	v := p.foundView(rq, c)
	var keys []ui.Key
	if v.MayPlace {
		keys = []ui.Key{{Key: keyLocate, Label: rq.T("found.locate")}, {Key: keySplit, Label: rq.T("case.verb.split")}}
	}
	return Card{foundCard(c, backOf(rq, c.Number), v), nil, keys}, nil
}

func (p *Pages) foundView(rq *site.Req, c *casework.Case) foundView {
	v := foundView{MayPlace: c.MayLocate(rq.Who), MaySplit: c.MaySplit(rq.Who)}
	f := p.Triage.Found(rq.Who, c)
	for _, t := range f.Times {
		v.Times = append(v.Times, foundTime{f.Text[t.From:t.To], p.timeMeans(rq, t)})
	}
	if v.MaySplit {
		for _, m := range f.Matters {
			v.Parts = append(v.Parts, Cut(m.Text, 40))
		}
	}
	if !v.MayPlace {
		return v
	}
	for _, n := range f.Places {
		if at, ok := p.Places.Get(n.ID); ok {
			name := p.Places.Name(at.Path)
			if n.Entrance != "" {
				name += " · " + rq.T("found.entrance", n.Entrance)
			}
			v.Places = append(v.Places, foundPlace{at.ID, at.Kind, name, marks(f.Text, n.Marks), n.Sure})
		}
	}
	if v.Asked = strings.TrimSpace(rq.Query("where")); v.Asked != "" {
		for _, at := range p.Places.Search(v.Asked, 8) {
			v.Search = append(v.Search, foundPlace{ID: at.ID, Kind: at.Kind, Name: p.Places.Name(at.Path)})
		}
	}
	return v
}

// empty tells whether there is nothing to show and nothing to do.
func (v foundView) empty() bool {
	return len(v.Places) == 0 && len(v.Times) == 0 && len(v.Parts) == 0 && !v.MayPlace && !v.MaySplit
}

// besideMark are how many characters stand before and behind a mark.
const besideMark = 10

// marks cuts out of a text the words around what names a place.
func marks(text string, spans []triage.Span) []marked {
	var all []marked
	last := 0
	for i, s := range spans {
		from := max(last, before(text, s.From))
		if from > last {
			all = append(all, marked{"…", false})
		}
		all = append(all, marked{oneLine(text[from:s.From]), false}, marked{text[s.From:s.To], true})
		last = after(text, s.To)
		if i+1 < len(spans) {
			last = min(last, spans[i+1].From)
		}
		all = append(all, marked{oneLine(text[s.To:last]), false})
	}
	if last < len(text) {
		all = append(all, marked{"…", false})
	}
	return all
}

func oneLine(s string) string { return strings.ReplaceAll(s, "\n", " ") }

func before(text string, i int) int {
	for range besideMark {
		_, n := utf8.DecodeLastRuneInString(text[:i])
		i -= n
	}
	return i
}

func after(text string, i int) int {
	for range besideMark {
		_, n := utf8.DecodeRuneInString(text[i:])
		i += n
	}
	return i
}

// Cut is the beginning of a text.
func Cut(text string, most int) string {
	if r := []rune(text); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return text
}

// timeMeans says a time as it is on the calendar.
func (p *Pages) timeMeans(rq *site.Req, f times.Found) string {
	if f.Every {
		return rq.T("found.every")
	}
	zone := rq.Brand.Zone
	start, end := f.Start.In(zone), f.End.In(zone)
	midnight := func(t time.Time) bool { return t.Hour() == 0 && t.Minute() == 0 }
	from, to := clock.Micros(start), clock.Micros(end)
	var s string
	switch {
	case start.Equal(end):
		s = rq.When(from, zone)
	case midnight(start) && midnight(end) && start.AddDate(0, 0, 1).Equal(end):
		return rq.Date(from, zone)
	case midnight(start) && midnight(end):
		s = rq.T("found.range", rq.Date(from, zone), rq.Date(clock.Micros(end.AddDate(0, 0, -1)), zone))
	default:
		s = rq.T("found.range", rq.When(from, zone), rq.When(to, zone))
	}
	if f.About {
		s = rq.T("found.about", s)
	}
	return s
}

// caseLocate puts a case where the form says. Who has sent it out of reach goes back to the list.
func (p *Pages) caseLocate(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	file, f, err := p.Form(r, rq, r.PathValue("number"))
	if err != nil {
		return err
	}
	c, err := p.Desk.Locate(r.Context(), rq.Who, file.ID, f.Int("to"), casework.Step{Version: f.Int("version"), ClientRef: f.Value("client_ref")})
	if err != nil {
		return p.Again(w, r, rq, file.Number, string(casework.Locate), f, Kept{}, err)
	}
	to := WayBack(f, file.Number)
	if rq.Who.May(casework.See, c.At()) != nil && to == "/cases/"+file.Number {
		to = "/desk"
	}
	return rq.Done(w, to, "found.located", file.Number, p.Places.Name(c.Path))
}
