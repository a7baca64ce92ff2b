package web

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"

	"mulin/internal/access"
	"mulin/internal/fault"
	"mulin/town/casework"
	"mulin/town/catalog"
	"mulin/town/triage"
)

const hotURL = "/hot"

// hotRoutes show what many speak of, let people put it right, and open special tasks about it.
func (p *Pages) hotRoutes() []Route {
	all := []Route{
		{Pattern: "GET /hot", Do: p.hotBoard, Need: casework.See},
		{Pattern: "GET /hot/{id}", Do: p.hotIssue, Need: casework.See},
		{Pattern: "POST /hot/{id}/rename", Do: p.hotRename, Need: casework.Handle},
		{Pattern: "POST /hot/{id}/merge", Do: p.hotMerge, Need: casework.Handle},
		{Pattern: "POST /hot/{id}/cases/{number}", Do: p.hotMove, Need: casework.Handle},
	}
	all = append(all, both("/admin/hot", catalog.Edit, p.lists(p.hotWeights), p.lists(p.saveHotWeights))...)
	return append(all, p.taskRoutes()...)
}

// hasHot tells whether the actor sees cases over a territory: those have the board of hot issues.
func hasHot(who access.Actor) bool { return len(who.Reach(casework.See).Paths) > 0 || who.Program }

// hotLine is one issue as the board shows it.
type hotLine struct {
	triage.HotRow
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
	Period  triage.Period
	Periods []Link
	Lines   []hotLine
	Formula string
	Topics  []string
	Map     MapOf
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

func (p *Pages) hotBoard(w http.ResponseWriter, r *http.Request, rq *Req) error {
	b, err := p.Triage.Board(r.Context(), rq.Who, triage.Period(rq.Query("period")))
	if err != nil {
		return err
	}
	v := hotView{Period: b.Period, Periods: p.periods(rq, hotURL), Formula: p.hotFormula(rq, b.Weights), Topics: p.hotTopics(rq),
		Map: MapOf{ID: "hot-map", Label: rq.T("hot.map"), List: "hot-list", Opens: true}}
	for i, x := range b.Rows {
		l := p.hotLine(rq, x, i+1, b.Weights)
		l.Size = hotSize(x.Value, b.Rows[0].Value)
		v.Lines = append(v.Lines, l)
	}
	return rq.Show(w, hotPage(v))
}

func (p *Pages) periods(rq *Req, url string) []Link {
	var all []Link
	for _, one := range triage.Periods {
		all = append(all, Link{URL: url + "?period=" + string(one), Label: rq.T("hot.period." + string(one))})
	}
	return all
}

// hotFormula says how heat is reckoned, with the weights of the city.
func (p *Pages) hotFormula(rq *Req, w triage.Weights) string {
	return rq.T("hot.formula", plain(w.People), plain(w.Pace), plain(w.Support), plain(w.HalfLife), plain(w.Named), plain(w.Unknown))
}

func (p *Pages) hotLine(rq *Req, x triage.HotRow, rank int, w triage.Weights) hotLine {
	l := hotLine{HotRow: x, Rank: rank, Where: p.placeBelow(x.Path, p.ownPrefix(rq)), Burst: burstWords(rq, x.Burst)}
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
func (p *Pages) issueTitle(rq *Req, x *triage.HotRow) string {
	if x.Title != "" {
		return x.Title
	}
	return or(p.className(x.Class), rq.T("hot.untitled")) + " · " + p.Places.Name(x.Path)
}

// burstWords says by what a burst is told.
func burstWords(rq *Req, b triage.Burst) []string {
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
func (p *Pages) hotTopics(rq *Req) []string {
	all := []string{}
	for _, t := range p.topics(rq) {
		if at, ok := strings.CutPrefix(t, "place/"); ok {
			all = append(all, hotTopic+at)
		}
	}
	return all
}

const hotTopic = "hot/"

// issueView is one issue.
type issueView struct {
	hotLine
	Periods []Link
	Period  triage.Period
	Formula string
	Cases   []caseRow
	Next    string
	Tasks   []taskLine
	MayMend bool
	MayTask bool
	Others  []Choice // issues it may be merged into, or its cases be moved to
	Form    *Form
	Form2   *Form // of merging
	Form3   *Form // of moving
	Topics  []string
}

func (p *Pages) hotIssue(w http.ResponseWriter, r *http.Request, rq *Req) error {
	v, err := p.issueView(r.Context(), rq, r.PathValue("id"))
	if err != nil {
		return err
	}
	return rq.Show(w, issuePage(v))
}

func (p *Pages) issueView(ctx context.Context, rq *Req, key string) (issueView, error) {
	period := triage.Period(or(rq.Query("period"), string(triage.Quarter)))
	f, err := p.Triage.IssueOf(ctx, rq.Who, id(key), period, rq.Query("after"))
	if err != nil {
		return issueView{}, err
	}
	url := hotURL + "/" + digits(f.ID)
	v := issueView{hotLine: p.hotLine(rq, f.HotRow, 0, f.Weights), Period: period, Periods: p.periods(rq, url), Formula: p.hotFormula(rq, f.Weights), Next: f.Next,
		MayMend: rq.Who.May(casework.Handle, access.At{Path: f.Whole}) == nil, MayTask: rq.Who.Has(triage.Tasks) && p.leadsSome(rq.Who, f.Whole),
		Form: NewForm("title", f.Title).Part("rename"), Form2: NewForm().Part("merge"), Form3: NewForm().Part("move"), Topics: p.hotTopics(rq)}
	if v.Cases, err = p.caseRows(ctx, rq, f.Page); err != nil {
		return v, err
	}
	for i := range f.Tasks {
		v.Tasks = append(v.Tasks, p.taskLine(rq, &f.Tasks[i]))
	}
	if v.MayMend || rq.Who.Has(casework.Handle) {
		err = p.otherIssues(ctx, rq, &v)
	}
	return v, err
}

// leadsSome tells whether the actor leads tasks over the place or over a part of it.
func (p *Pages) leadsSome(who access.Actor, path string) bool {
	if who.May(triage.Tasks, access.At{Path: path}) == nil {
		return true
	}
	for _, root := range who.Reach(triage.Tasks).Paths {
		if strings.HasPrefix(root, path) {
			return true
		}
	}
	return false
}

// otherIssues are what the board of the quarter holds besides this one.
func (p *Pages) otherIssues(ctx context.Context, rq *Req, v *issueView) error {
	b, err := p.Triage.Board(ctx, rq.Who, triage.Quarter)
	for _, x := range b.Rows {
		if x.ID != v.ID {
			v.Others = append(v.Others, Choice{Value: digits(x.ID), Label: p.issueTitle(rq, &x)})
		}
	}
	return err
}

// issueForm reads what was typed about an issue, and shows the issue again with what was wrong.
func (p *Pages) issueForm(r *http.Request, rq *Req) (f *Form, again func(w http.ResponseWriter, set func(*issueView), err error) error, err error) {
	f, err = rq.Form()
	return f, func(w http.ResponseWriter, set func(*issueView), cause error) error {
		v, err := p.issueView(r.Context(), rq, r.PathValue("id"))
		if err != nil {
			return err
		}
		set(&v)
		return rq.Again(w, f, cause, issuePage(v))
	}, err
}

func (p *Pages) hotRename(w http.ResponseWriter, r *http.Request, rq *Req) error {
	f, again, err := p.issueForm(r, rq)
	if err != nil {
		return err
	}
	if err := p.Triage.Rename(r.Context(), rq.Who, id(r.PathValue("id")), f.Value("title")); err != nil {
		return again(w, func(v *issueView) { v.Form = f.Part("rename") }, err)
	}
	return rq.Done(w, hotURL+"/"+r.PathValue("id"), "common.saved")
}

func (p *Pages) hotMerge(w http.ResponseWriter, r *http.Request, rq *Req) error {
	f, again, err := p.issueForm(r, rq)
	if err != nil {
		return err
	}
	into := f.Int("into")
	if into == 0 {
		err = fault.Field("into", "hot.merge.missing")
	} else {
		err = p.Triage.Merge(r.Context(), rq.Who, id(r.PathValue("id")), into)
	}
	if err != nil {
		return again(w, func(v *issueView) { v.Form2 = f.Part("merge") }, err)
	}
	return rq.Done(w, hotURL+"/"+digits(into), "hot.merged")
}

// hotMove takes a case out of an issue, or puts it into another.
func (p *Pages) hotMove(w http.ResponseWriter, r *http.Request, rq *Req) error {
	f, again, err := p.issueForm(r, rq)
	if err != nil {
		return err
	}
	file, err := p.Desk.Get(r.Context(), rq.Who, r.PathValue("number"))
	if err != nil {
		return err
	}
	to := f.Int("issue")
	if to == 0 {
		err = p.Triage.TakeOut(r.Context(), rq.Who, file.ID)
	} else {
		err = p.Triage.MoveTo(r.Context(), rq.Who, file.ID, to)
	}
	if err != nil {
		return again(w, func(v *issueView) { v.Form3 = f.Part("move") }, err)
	}
	return rq.Done(w, hotURL+"/"+or(f.Value("back"), r.PathValue("id")), "hot.moved", file.Number)
}

// spark is a trend line in a box of 100 by 24.
func spark(line []int) string {
	if len(line) < 2 {
		return ""
	}
	most := 1
	for _, n := range line {
		most = max(most, n)
	}
	var b strings.Builder
	for i, n := range line {
		fmt.Fprintf(&b, "%.1f,%.1f ", float64(i)*100/float64(len(line)-1), 22-20*float64(n)/float64(most))
	}
	return strings.TrimSpace(b.String())
}

// bar is one step of a trend, in a box of 100 by 100.
type bar struct {
	X, Y, W, H string
	N          int
}

func bars(line []int) []bar {
	most := 1
	for _, n := range line {
		most = max(most, n)
	}
	var all []bar
	w := 100 / float64(max(1, len(line)))
	for i, n := range line {
		h := 92 * float64(n) / float64(most)
		all = append(all, bar{decimal(float64(i)*w + w*.1), decimal(100 - h), decimal(w * .8), decimal(h), n})
	}
	return all
}

// trendText says a trend in words, for those who don't see the line.
func trendText(rq *Req, line []int, p triage.Period) string {
	all, most, last := 0, 0, 0
	for _, n := range line {
		all, most = all+n, max(most, n)
	}
	for _, n := range line[len(line)-max(1, len(line)/4):] {
		last += n
	}
	return rq.T("hot.trend", all, rq.T("hot.step."+string(p)), most, last)
}

// weightNames are the fields of the weights, as the form shows them.
var weightNames = []string{"people", "pace", "support", "half_life", "named", "unknown"}

func weightFields(w *triage.Weights) []*float64 {
	return []*float64{&w.People, &w.Pace, &w.Support, &w.HalfLife, &w.Named, &w.Unknown}
}

func (p *Pages) hotWeights(w http.ResponseWriter, r *http.Request, rq *Req) error {
	now, err := p.Triage.Weights(r.Context())
	if err != nil {
		return err
	}
	f := NewForm()
	for i, v := range weightFields(&now) {
		f.values.Set(weightNames[i], plain(*v))
	}
	return rq.Show(w, hotWeightsPage(f))
}

func (p *Pages) saveHotWeights(w http.ResponseWriter, r *http.Request, rq *Req) error {
	f, err := rq.Form()
	if err != nil {
		return err
	}
	var set triage.Weights
	for i, v := range weightFields(&set) {
		if *v, err = strconv.ParseFloat(f.Value(weightNames[i]), 64); err != nil {
			return rq.Again(w, f, fault.Field(weightNames[i], "hot.weight.number"), hotWeightsPage(f))
		}
	}
	if err := p.Triage.SaveWeights(r.Context(), rq.Who, set); err != nil {
		return rq.Again(w, f, err, hotWeightsPage(f))
	}
	return rq.Done(w, "/admin/hot", "common.saved")
}
