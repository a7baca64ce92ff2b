package web

import (
	"cmp"
	"math"
	"net/http"
	"strconv"
	"strings"

	"mulin/gate/web/site"
	"mulin/gate/web/to"
	"mulin/gate/web/ui"
	"mulin/internal/access"
	"mulin/town/casework"
	"mulin/town/catalog"
	"mulin/town/issue"
)

// hotRoutes show what many speak of, let people put it right, and open special tasks about it.
func (p *Pages) hotRoutes() []site.Route {
	all := []site.Route{
		{Pattern: "GET /hot", Do: p.hotBoard, Need: casework.See},
		{Pattern: "GET /hot/{id}", Do: p.hotIssue, Need: casework.See},
		{Pattern: "POST /hot/{id}/rename", Do: p.hotRename, Need: casework.Handle},
		{Pattern: "POST /hot/{id}/merge", Do: p.hotMerge, Need: casework.Handle},
		{Pattern: "POST /hot/{id}/cases/{number}", Do: p.hotMove, Need: casework.Handle},
	}
	all = append(all, site.Both("/admin/hot", catalog.Edit, p.lists(p.hotWeights), p.lists(p.saveHotWeights))...)
	return append(all, p.taskRoutes()...)
}

// hasHot tells whether the actor sees cases over a territory: those have the board of hot issues.
func hasHot(who access.Actor) bool { return len(who.Reach(casework.See).Paths) > 0 || who.Program }

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

func plain(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

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
	v := hotView{Period: b.Period, Periods: p.periods(rq, to.Issues()), Formula: p.hotFormula(rq, b.Weights), Topics: p.hotTopics(rq),
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
	return rq.T("hot.formula", plain(w.People), plain(w.Pace), plain(w.Support), plain(w.HalfLife), plain(w.Named), plain(w.Unknown))
}

func (p *Pages) hotLine(rq *site.Req, x issue.Row, rank int, w issue.Weights) hotLine {
	l := hotLine{Row: x, Rank: rank, Where: p.placeBelow(x.Path, p.ownPrefix(rq)), Burst: burstWords(rq, x.Burst)}
	l.Title = p.issueTitle(rq, &x)
	var about []string
	for _, s := range []string{p.className(x.Class), p.bodyName(x.Body)} {
		if s != "" {
			about = append(about, s)
		}
	}
	l.About = strings.Join(about, " · ")
	l.Made = []string{rq.T("hot.made.people", decimal(x.People), plain(w.People)), rq.T("hot.made.pace", decimal(x.Pace), plain(w.Pace)), rq.T("hot.made.support", decimal(x.Support), plain(w.Support))}
	return l
}

// issueTitle is what an issue is called; where no case may give it a title, by its class and place.
func (p *Pages) issueTitle(rq *site.Req, x *issue.Row) string {
	if x.Title != "" {
		return x.Title
	}
	return cmp.Or(p.className(x.Class), rq.T("hot.untitled")) + " · " + p.Places.Name(x.Path)
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

// hotTopics are what tells an open board that something has changed: the places of the actor's reach.
func (p *Pages) hotTopics(rq *site.Req) []string {
	all := []string{}
	for _, t := range p.topics(rq) {
		if at, ok := strings.CutPrefix(t, "place/"); ok {
			all = append(all, hotTopic+at)
		}
	}
	return all
}
