package issue

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"mulin/internal/access"
	"mulin/internal/fault"
	"mulin/internal/geo"
	"mulin/internal/sensitive"
	"mulin/internal/store"
	"mulin/town/casework"
	"mulin/town/place"
)

// ErrMissing says that there is no such issue, or none with a case that the reader may see.
var ErrMissing = fault.New(fault.Missing, "hot.missing")

// Period is how far back a board looks.
type Period string

// The periods.
const (
	Week    Period = "week"
	Month   Period = "month"
	Quarter Period = "quarter"
)

// Periods are all, the shortest first.
var Periods = []Period{Week, Month, Quarter}

// days of a period, and of one step of its trend line.
func (p Period) days() (all, step int64) {
	switch p {
	case Week:
		return 7, 1
	case Quarter:
		return 91, 7
	}
	return 30, 1
}

const (
	boardIssues = 300    // issues that are measured, those with most cases
	boardCases  = 20_000 // cases that are read for it
	boardRows   = 50
)

// Row is one issue on the board, as far as the reader's reach goes.
type Row struct {
	ID     int64
	Title  string
	Titled bool   // people gave it its title
	Path   string // the lowest place that holds the cases
	Class  int64  // the class most of them have
	Body   int64  // the body that leads most of them, 0 for none
	First  int64
	Last   int64
	Cases  int // within reach
	Open   int // of them
	Beyond int // cases outside of the reader's reach
	Joined int // who said that one of them is theirs too
	Trend  []int
	Middle *geo.Point // where its cases lie on the whole, nil if they lie in no community; see Reader.middle
	Heat
}

// Board is the hottest issues of a period.
type Board struct {
	Period  Period
	From    int64
	Now     int64
	Rows    []Row
	Weights Weights
}

// Board reads the hottest issues within reach, each measured by the cases of the period that the actor may see.
func (is *Issues) Board(ctx context.Context, who access.Actor, p Period) (Board, error) {
	reach := territory(who)
	if reach.Empty() {
		return Board{}, access.ErrDenied
	}
	if !slices.Contains(Periods, p) {
		p = Month
	}
	days, _ := p.days()
	now := is.city.Clock().Now().UnixMicro()
	b := Board{Period: p, From: now - days*dayMicro, Now: now}
	var err error
	if b.Weights, err = is.Weights(ctx); err != nil {
		return b, err
	}
	where, args := touching(reach)
	ids, err := store.Values[int64](ctx, is.city, `select i.id from triage_issue i where i.city = ? and i.merged = 0 and (i.cases > 1 or i.backed) and i.last_at >= ? and `+where+`
		order by i.cases desc, i.id desc limit `+strconv.Itoa(boardIssues), append([]any{is.city.ID, b.From}, args...)...)
	if err != nil {
		return b, err
	}
	all, err := is.members(ctx, reach, ids, b.From)
	if err != nil {
		return b, err
	}
	for issue, list := range all {
		x := row(issue, list, b.Weights, p, now)
		x.Middle = is.middle(list.cases)
		b.Rows = append(b.Rows, x)
	}
	slices.SortFunc(b.Rows, func(x, y Row) int { return cmp.Or(cmp.Compare(y.Value, x.Value), cmp.Compare(y.ID, x.ID)) })
	b.Rows = slices.DeleteFunc(b.Rows, func(x Row) bool { return x.Cases < 2 && x.Joined == 0 })
	b.Rows = b.Rows[:min(len(b.Rows), boardRows)]
	return b, nil
}

// territory is the reach over places: who sees cases only for a body has no board.
func territory(who access.Actor) access.Reach {
	reach := who.Reach(casework.See)
	reach.Bodies = nil
	return reach
}

// touching writes which issues may have cases within reach: those below a root, and those so wide that they hold one.
func touching(reach access.Reach) (sql string, args []any) {
	sql, args = reach.Where("i.path", "")
	if reach.All || len(args) == 0 {
		return sql, args
	}
	for _, root := range reach.Paths {
		var above []any
		for i := 1; i < len(root); i++ {
			if root[i] == '/' {
				above = append(above, root[:i+1])
			}
		}
		above = append(above, "/", "")
		sql += ` or i.path in (` + store.In(len(above)) + `)`
		args = append(args, above...)
	}
	return "(" + sql + ")", args
}

// row measures one issue.
func row(id int64, of *measured, w Weights, p Period, now int64) Row {
	list := of.cases
	x := Row{ID: id, First: list[0].At, Last: list[len(list)-1].At, Cases: len(list), Path: list[0].Path, Trend: trend(list, p, now)}
	items := make([]*Item, len(list))
	class, lead := map[int64]int{}, map[int64]int{}
	for i, m := range list {
		items[i] = &m.Item
		x.Path = commonPath(x.Path, m.Path)
		if m.open {
			x.Open++
		}
		class[m.Class]++
		lead[m.lead]++
	}
	x.Heat, x.Beyond = w.Heat(append(items, of.joined...), now), of.beyond
	x.Joined = len(of.joined)
	x.Class, x.Body = commonest(class), commonest(lead)
	x.Title, x.Titled = titleOf(list)
	return x
}

// middle is the middle of the estates, grids and communities that cases belong to, each as often as it has cases: no nearer, so that a map shows nobody's
// home. Cases known only by their street don't count.
func (is *Issues) middle(list []*member) *geo.Point {
	var sum geo.Point
	n := 0.0
	for _, m := range list {
		if at := is.spot(m.Path); at != nil {
			sum.Lat, sum.Lng, n = sum.Lat+at.Lat, sum.Lng+at.Lng, n+1
		}
	}
	if n == 0 {
		return nil
	}
	return &geo.Point{Lat: sum.Lat / n, Lng: sum.Lng / n}
}

// spot is where the estate of a path lies, else its grid, else its community.
func (is *Issues) spot(path string) *geo.Point {
	for _, id := range slices.Backward(place.IDs(path)) {
		one, ok := is.places.Get(id)
		if ok && one.Point != nil && (one.Kind == place.Estate || one.Kind == place.Grid || one.Kind == place.Community) {
			return one.Point
		}
	}
	return nil
}

// commonest is the key seen most often; 0, which says nothing, only if it is alone.
func commonest(by map[int64]int) (best int64) {
	for id, n := range by {
		if id != 0 && (best == 0 || n > by[best] || n == by[best] && id < best) {
			best = id
		}
	}
	return best
}

// titleOf is what people named it, else the title of its most central case that anybody at a desk may read: none whose reporter asked to stay
// unknown, and no 举报. Personal data in it is masked.
func titleOf(list []*member) (title string, named bool) {
	if name := list[0].name; name != "" {
		return name, true
	}
	var items []*Item
	for _, m := range list {
		if !m.hidden && m.kind != informs {
			items = append(items, &m.Item)
		}
	}
	if len(items) == 0 {
		return "", false
	}
	return sensitive.Mask(central(items[max(0, len(items)-titleFrom):]).Title), false
}

const (
	titleFrom               = 60 // the newest cases, by which an issue is titled
	informs   casework.Kind = "report"
)

// trend counts the cases of each step of the period, the oldest first.
func trend(list []*member, p Period, now int64) []int {
	days, step := p.days()
	line := make([]int, days/step)
	for _, m := range list {
		if ago := (now - m.At) / (step * dayMicro); ago >= 0 && ago < int64(len(line)) {
			line[int64(len(line))-1-ago]++
		}
	}
	return line
}
