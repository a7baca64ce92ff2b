package issues

import (
	"math"
	"net/http"
	"strconv"
	"strings"

	"mulin/gate/web/live"
	"mulin/gate/web/site"
	"mulin/gate/web/to"
	"mulin/gate/web/ui"
	"mulin/town/issue"
)

// hotLine is one issue as the board shows it.
type hotLine struct {
	issue.Row
	Rank  int
	Where string
	About string // class and body
	Burst []string
	Made  []string // of what its heat is made
	Size  int      // of its point on the map, 1 to hotSizes
}

// Heat in one decimal, as it is compared.
func (l hotLine) Heat() string { return decimal(l.Value) }

func decimal(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) }

// hotView is the board.
type hotView struct {
	Period  issue.Period
	Periods []site.Link
	Lines   []hotLine
	Formula string
	Topics  []string
	Map     ui.MapOf
}

// hotSizes is how many sizes a point on the map has.
const hotSizes = 4

// hotSize is the size of a point: its area, not its width, goes with the heat.
func hotSize(heat, most float64) int {
	if heat <= 0 || most <= 0 {
		return 1
	}
	return 1 + int(math.Round((hotSizes-1)*math.Sqrt(heat/most)))
}

func (p *Pages) hotBoard(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	b, err := p.Issues.Board(r.Context(), rq.Who, issue.Period(rq.Query("period")))
	if err != nil {
		return err
	}
	v := hotView{Period: b.Period, Periods: p.periods(rq, to.Issues()), Formula: p.hotFormula(rq, b.Weights), Topics: live.Issues(rq.Who),
		Map: ui.MapOf{ID: "hot-map", Label: rq.T("hot.map"), List: "hot-list", Opens: true}}
	for i, x := range b.Rows {
		l := p.hotLine(rq, x, i+1, b.Weights)
		l.Size = hotSize(x.Value, b.Rows[0].Value)
		v.Lines = append(v.Lines, l)
	}
	return rq.Show(w, hotPage(v))
}

func (p *Pages) periods(rq *site.Req, url string) []site.Link {
	var all []site.Link
	for _, one := range issue.Periods {
		all = append(all, site.Link{URL: url + "?period=" + string(one), Label: rq.T("hot.period." + string(one))})
	}
	return all
}

// hotFormula says how heat is reckoned, with the weights of the city.
func (p *Pages) hotFormula(rq *site.Req, w issue.Weights) string {
	return rq.T("hot.formula", ui.Plain(w.People), ui.Plain(w.Pace), ui.Plain(w.Support), ui.Plain(w.HalfLife), ui.Plain(w.Named), ui.Plain(w.Unknown))
}

func (p *Pages) hotLine(rq *site.Req, x issue.Row, rank int, w issue.Weights) hotLine {
	l := hotLine{Row: x, Rank: rank, Where: p.PlaceBelow(x.Path, p.OwnPlace(rq)), Burst: burstWords(rq, x.Burst)}
	l.Title = p.IssueTitle(rq, &x)
	var about []string
	for _, s := range []string{p.ClassName(x.Class), p.BodyName(x.Body)} {
		if s != "" {
			about = append(about, s)
		}
	}
	l.About = strings.Join(about, " · ")
	l.Made = []string{rq.T("hot.made.people", decimal(x.People), ui.Plain(w.People)), rq.T("hot.made.pace", decimal(x.Pace), ui.Plain(w.Pace)), rq.T("hot.made.support", decimal(x.Support), ui.Plain(w.Support))}
	return l
}

// burstWords says by what a burst is told.
func burstWords(rq *site.Req, b issue.Burst) []string {
	var all []string
	for _, one := range []struct {
		is  bool
		key string
		n   int
	}{{b.Few, "hot.burst.few", b.Top}, {b.Rapid, "hot.burst.rapid", b.Seconds}, {b.Same, "hot.burst.same", b.Copies}, {b.New, "hot.burst.new", b.Fresh}} {
		if one.is {
			all = append(all, rq.T(one.key, one.n))
		}
	}
	return all
}
