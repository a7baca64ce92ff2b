package triage

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"mulin/internal/access"
	"mulin/internal/fault"
	"mulin/internal/geo"
	"mulin/internal/sensitive"
	"mulin/internal/store"
	"mulin/town/casework"
	"mulin/town/place"
)

// ErrNoIssue says that there is no such issue, or none with a case that the reader may see.
var ErrNoIssue = fault.New(fault.Missing, "hot.missing")

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

// HotRow is one issue on the board, as far as the reader's reach goes.
type HotRow struct {
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
	Rows    []HotRow
	Weights Weights
}

// Board reads the hottest issues within reach, each measured by the cases of the period that the actor may see.
func (r *Reader) Board(ctx context.Context, who access.Actor, p Period) (Board, error) {
	reach := territory(who)
	if reach.Empty() {
		return Board{}, access.ErrDenied
	}
	if !slices.Contains(Periods, p) {
		p = Month
	}
	days, _ := p.days()
	now := r.city.Clock().Now().UnixMicro()
	b := Board{Period: p, From: now - days*dayMicro, Now: now}
	var err error
	if b.Weights, err = r.Weights(ctx); err != nil {
		return b, err
	}
	where, args := touching(reach)
	ids, err := store.Values[int64](ctx, r.city, `select i.id from triage_issue i where i.city = ? and i.merged = 0 and (i.cases > 1 or i.backed) and i.last_at >= ? and `+where+`
		order by i.cases desc, i.id desc limit `+strconv.Itoa(boardIssues), append([]any{r.city.ID, b.From}, args...)...)
	if err != nil {
		return b, err
	}
	all, err := r.members(ctx, reach, ids, b.From)
	if err != nil {
		return b, err
	}
	for issue, list := range all {
		x := row(issue, list, b.Weights, p, now)
		x.Middle = r.middle(list.cases)
		b.Rows = append(b.Rows, x)
	}
	slices.SortFunc(b.Rows, func(x, y HotRow) int { return cmp.Or(cmp.Compare(y.Value, x.Value), cmp.Compare(y.ID, x.ID)) })
	b.Rows = slices.DeleteFunc(b.Rows, func(x HotRow) bool { return x.Cases < 2 && x.Joined == 0 })
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

// member is a case of an issue as a board reads it.
type member struct {
	Item
	issue        int64
	name         string // people's title of the issue
	open, hidden bool
	kind         casework.Kind
	lead         int64
}

// measured is what an issue is measured by: its cases within reach, those who joined one, and how many cases lie elsewhere.
type measured struct {
	cases  []*member
	joined []*Item
	beyond int
}

// members reads the cases of issues that lie within reach and were opened since; each with a key that tells people apart and never who they are.
// A case that was merged into another is told by those who joined that one.
func (r *Reader) members(ctx context.Context, reach access.Reach, ids []int64, from int64) (map[int64]*measured, error) {
	by := map[int64]*measured{}
	if len(ids) == 0 {
		return by, nil
	}
	args := []any{r.city.ID}
	for _, id := range ids {
		args = append(args, id)
	}
	where, more := reach.Where("c.path", "")
	args = append(append(args, from), more...)
	people := newPeople()
	all, err := store.All(ctx, r.city, people.scan, `select `+itemColumns+`, i.issue, x.title, c.open, c.hidden, c.kind, c.lead,
			coalesce(k.person, 0), coalesce(k.phone_blind, ''), coalesce(a.made_at, 0)
		from triage_issue_case i join triage_issue x on x.city = i.city and x.id = i.issue join cases c on c.city = i.city and c.id = i.case_id
		left join case_contact k on k.city = c.city and k.case_id = c.id left join account_person a on a.city = k.city and a.id = k.person
		where i.city = ? and i.issue in (`+store.In(len(ids))+`) and i.at >= ? and c.merged = 0 and `+where+` order by i.at desc limit `+strconv.Itoa(boardCases), args...)
	if err != nil {
		return nil, err
	}
	for _, m := range slices.Backward(all) {
		if by[m.issue] == nil {
			by[m.issue] = &measured{}
		}
		by[m.issue].cases = append(by[m.issue].cases, m)
	}
	joined, err := r.joined(ctx, people, where, ids, args)
	if err != nil {
		return nil, err
	}
	people.settle(append(all, joined...))
	for _, m := range joined {
		if x := by[m.issue]; x != nil {
			x.joined = append(x.joined, &m.Item)
		}
	}
	return by, r.beyond(ctx, by, reach, ids, from)
}

// joined reads who said of one of these cases that it is theirs too.
func (r *Reader) joined(ctx context.Context, people *people, where string, ids []int64, args []any) ([]*member, error) {
	return store.All(ctx, r.city, func(row store.Row) (*member, error) {
		m := &member{}
		var person int64
		var phone string
		err := row.Scan(&m.issue, &m.ID, &m.At, &person, &phone, &m.Proven, &m.Since)
		m.ID = -m.ID // no case's
		people.tell(&m.Item, person, phone)
		return m, err
	}, `select i.issue, s.id, s.at, s.person, s.phone_blind, s.verified, coalesce(a.made_at, 0)
		from triage_issue_case i join cases c on c.city = i.city and c.id = i.case_id join case_supporter s on s.city = c.city and s.case_id = c.id and s.counts
		left join account_person a on a.city = s.city and a.id = s.person
		where i.city = ? and i.issue in (`+store.In(len(ids))+`) and i.at >= ? and c.merged = 0 and `+where+` order by s.at desc limit `+strconv.Itoa(boardCases), args...)
}

// beyond counts the cases of the same time that lie outside of the reach.
func (r *Reader) beyond(ctx context.Context, by map[int64]*measured, reach access.Reach, ids []int64, from int64) error {
	if reach.All {
		return nil
	}
	args := []any{r.city.ID}
	for _, id := range ids {
		args = append(args, id)
	}
	where, more := reach.Where("c.path", "")
	type far struct{ issue, n int64 }
	all, err := store.All(ctx, r.city, func(row store.Row) (f far, err error) { return f, row.Scan(&f.issue, &f.n) },
		`select i.issue, count(*) from triage_issue_case i join cases c on c.city = i.city and c.id = i.case_id
		where i.city = ? and i.issue in (`+store.In(len(ids))+`) and i.at >= ? and c.merged = 0 and not `+where+` group by i.issue`, append(append(args, from), more...)...)
	for _, f := range all {
		if x := by[f.issue]; x != nil {
			x.beyond = int(f.n)
		}
	}
	return err
}

// people tells which reporters are the same: one may be signed in once and leave only the phone another time.
type people struct{ of map[string]string }

func newPeople() *people { return &people{map[string]string{}} }

func (p *people) scan(row store.Row) (*member, error) {
	m := &member{}
	var lat, lng *float64
	var person int64
	var phone string
	err := row.Scan(append(m.fields(&lat, &lng), &m.issue, &m.name, &m.open, &m.hidden, &m.kind, &m.lead, &person, &phone, &m.Since)...)
	m.Item.took(lat, lng)
	p.tell(&m.Item, person, phone)
	return m, err
}

// tell gives a message the key of who sent it. A person who signed in has proven the phone that goes with them.
func (p *people) tell(it *Item, person int64, phone string) {
	switch {
	case person != 0:
		it.Person, it.Proven = "p"+strconv.FormatInt(person, 10), true
		if phone != "" {
			p.of["t"+phone] = it.Person
		}
	case phone != "":
		it.Person = "t" + phone
	}
}

// settle gives those who left only a phone the key of the person who has it.
func (p *people) settle(all []*member) {
	for _, m := range all {
		if known, ok := p.of[m.Person]; ok {
			m.Person = known
		}
	}
}

// row measures one issue.
func row(id int64, of *measured, w Weights, p Period, now int64) HotRow {
	list := of.cases
	x := HotRow{ID: id, First: list[0].At, Last: list[len(list)-1].At, Cases: len(list), Path: list[0].Path, Trend: trend(list, p, now)}
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
func (r *Reader) middle(list []*member) *geo.Point {
	var sum geo.Point
	n := 0.0
	for _, m := range list {
		if at := r.spot(m.Path); at != nil {
			sum.Lat, sum.Lng, n = sum.Lat+at.Lat, sum.Lng+at.Lng, n+1
		}
	}
	if n == 0 {
		return nil
	}
	return &geo.Point{Lat: sum.Lat / n, Lng: sum.Lng / n}
}

// spot is where the estate of a path lies, else its grid, else its community.
func (r *Reader) spot(path string) *geo.Point {
	for _, id := range slices.Backward(place.IDs(path)) {
		one, ok := r.places.Get(id)
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

// IssueFile is one issue with its cases.
type IssueFile struct {
	HotRow
	Whole   string // the place that holds all cases, also those outside of the reader's reach: where it may be put right
	Weights Weights
	Page    []casework.Case
	Next    string
	Tasks   []Task
}

// IssueOf reads an issue: its measure over a period and a page of its cases, the newest first.
func (r *Reader) IssueOf(ctx context.Context, who access.Actor, id int64, p Period, after string) (IssueFile, error) {
	var f IssueFile
	reach := territory(who)
	if reach.Empty() {
		return f, access.ErrDenied
	}
	whole, err := r.stands(ctx, id)
	if err != nil {
		return f, err
	}
	if f.Weights, err = r.Weights(ctx); err != nil {
		return f, err
	}
	all, err := r.members(ctx, reach, []int64{whole.id}, 0)
	if err != nil {
		return f, err
	}
	if all[whole.id] == nil {
		return f, ErrNoIssue
	}
	f.HotRow, f.Whole = row(whole.id, all[whole.id], f.Weights, p, r.city.Clock().Now().UnixMicro()), whole.path
	if f.Page, f.Next, err = r.casesOf(ctx, who, whole.id, reach, after); err != nil {
		return f, err
	}
	f.Tasks, err = r.tasksOf(ctx, who, whole.id)
	return f, err
}

// standing is an issue as its row holds it.
type standing struct {
	id   int64
	path string
	kept bool
}

// stands finds the issue that goes on where this one was merged into another.
func (r *Reader) stands(ctx context.Context, id int64) (standing, error) {
	return standsIn(ctx, r.city, r.city.ID, id)
}

func standsIn(ctx context.Context, q store.Querier, city, id int64) (s standing, err error) {
	for range 20 {
		var merged int64
		s, err = store.One(ctx, q, func(row store.Row) (s standing, err error) { return s, row.Scan(&s.id, &s.path, &s.kept, &merged) },
			`select id, path, kept, merged from triage_issue where city = ? and id = ?`, city, id)
		if err != nil || merged == 0 {
			break
		}
		id = merged
	}
	return s, none(err, ErrNoIssue)
}

const issuePage = 30

func (r *Reader) casesOf(ctx context.Context, who access.Actor, issue int64, reach access.Reach, after string) ([]casework.Case, string, error) {
	before, err := strconv.ParseInt(after, 36, 64)
	if err != nil || before <= 0 {
		before = 1 << 62
	}
	where, more := reach.Where("c.path", "")
	ids, err := store.Values[int64](ctx, r.city, `select c.id from triage_issue_case i join cases c on c.city = i.city and c.id = i.case_id
		where i.city = ? and i.issue = ? and i.case_id < ? and c.merged = 0 and `+where+` order by c.id desc limit `+strconv.Itoa(issuePage+1), append([]any{r.city.ID, issue, before}, more...)...)
	if err != nil {
		return nil, "", err
	}
	next := ""
	if len(ids) > issuePage {
		ids = ids[:issuePage]
		next = strconv.FormatInt(ids[issuePage-1], 36)
	}
	page, err := r.desk.ByIDs(ctx, who, ids, casework.Filter{Tab: "all"})
	return page, next, err
}

// IssueOfCase is the issue a case belongs to, 0 if it is alone.
func (r *Reader) IssueOfCase(ctx context.Context, id int64) (int64, error) {
	issue, err := store.Value[int64](ctx, r.city, `select i.issue from triage_issue_case i join triage_issue x on x.city = i.city and x.id = i.issue
		where i.city = ? and i.case_id = ? and (x.cases > 1 or x.backed)`, r.city.ID, id)
	return issue, none(err, nil)
}

// pathIn tells whether a path lies below another.
func pathIn(path, root string) bool { return root != "" && strings.HasPrefix(path, root) }
