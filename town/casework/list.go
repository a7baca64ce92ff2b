package casework

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"mulin/internal/access"
	"mulin/internal/store"
)

// Tab chooses one of the lists of a desk.
type Tab string

// The tabs.
const (
	Mine  Tab = "mine"   // what waits for this actor, most urgent first
	Open  Tab = "open"   // all open cases within reach, most urgent first
	Ended Tab = "closed" // closed and declined ones, newest first
)

// Filter narrows a list; its zero value filters nothing. It is what the URL of a list holds.
type Filter struct {
	Tab     Tab
	Status  Status
	Among   []Status // any of these; empty: all
	Kind    Kind
	Urgency string
	Class   int64  // this class of the request tree or one below
	Place   int64  // this place or below
	Late    bool   // the step is overdue
	InTime  bool   // the step is not
	After   string // cursor of the next page
	Limit   int    // 0: 30, at most 200
}

// Page is one page of a list; Next is the cursor behind it, "" at the end.
type Page struct {
	Cases []Case
	Next  string
}

// List reads one page of what the actor may see.
func (d *Desk) List(ctx context.Context, who access.Actor, f Filter) (Page, error) {
	if d.ours(who) != nil || !who.Has(See) {
		return Page{}, access.ErrDenied
	}
	limit := f.Limit
	if limit <= 0 || limit > 200 {
		limit = 30
	}
	sql, args := d.listQuery(who, f).page(limit + 1)
	all, err := store.All(ctx, d.city, scan, sql, args...)
	if err != nil {
		return Page{}, err
	}
	if len(all) <= limit {
		return Page{Cases: all}, nil
	}
	all = all[:limit]
	return Page{all, cursorOf(f.Tab, &all[limit-1])}, nil
}

// AtMost counts a list up to n, for the small numbers on tabs: n means "n or more".
func (d *Desk) AtMost(ctx context.Context, who access.Actor, f Filter, n int) (int64, error) {
	if d.ours(who) != nil || !who.Has(See) {
		return 0, access.ErrDenied
	}
	f.After = ""
	sql, args := d.listQuery(who, f).ids("", n)
	return store.Value[int64](ctx, d.city, `select count(*) from (`+sql+` limit `+strconv.Itoa(n)+`) x`, args...)
}

// query builds a list: the ids are found and ordered inside an index, only the page's own rows are read.
type query struct {
	where []string
	args  []any
	ways  []way
	from  string // the table that orders: cases c or case_party p
	id    string
	order string
}

// way is one of several conditions that exclude each other. Each is looked up by itself, so that an index can begin where it begins.
type way struct {
	sql  string
	args []any
}

func (q *query) and(sql string, args ...any) {
	q.where = append(q.where, sql)
	q.args = append(q.args, args...)
}

func (q *query) conditions() string { return strings.Join(q.where, " and ") }

// ids finds up to max of each way.
func (q *query) ids(order string, max int) (sql string, args []any) {
	ways := q.ways
	if len(ways) == 0 {
		ways = []way{{sql: "true"}}
	}
	parts := make([]string, len(ways))
	for i, w := range ways {
		parts[i] = `select id from (select ` + q.id + ` as id from ` + q.from + ` where ` + q.conditions() + ` and ` + w.sql + order + ` limit ` + strconv.Itoa(max) + `) w`
		args = append(append(args, q.args...), w.args...)
	}
	return strings.Join(parts, ` union all `), args
}

// page reads the first max cases.
func (q *query) page(max int) (sql string, args []any) {
	sql, args = q.ids(` order by `+q.order, max)
	return `select ` + columns + ` from (` + sql + `) x
		join cases c on c.city = ` + strconv.FormatInt(q.args[0].(int64), 10) + ` and c.id = x.id order by ` + outer(q.order) + ` limit ` + strconv.Itoa(max), args
}

// outer orders the joined rows by the same columns of the case.
func outer(order string) string {
	return strings.NewReplacer("p.due_at", "c.step_due_at", "p.case_id", "c.id").Replace(order)
}

// never tells that nothing can pass, so that history isn't searched for it: an ended case has no step that runs out, and its status is one of the last.
func (f Filter) never() bool {
	fits := func(s Status) bool { return Over(s) == (f.Tab == Ended) }
	return f.Tab == Ended && f.Late || f.Status != "" && !fits(f.Status) || len(f.Among) > 0 && !slices.ContainsFunc(f.Among, fits)
}

func (d *Desk) listQuery(who access.Actor, f Filter) *query {
	q := d.tabQuery(who, f)
	if f.never() {
		q.and(`false`)
	}
	return q
}

func (d *Desk) tabQuery(who access.Actor, f Filter) *query {
	reach := who.Reach(See)
	if len(reach.Bodies) > 0 && len(reach.Paths) == 0 && !reach.All {
		return d.partyQuery(reach.Bodies, f)
	}
	q := &query{from: "cases c", id: "c.id", order: "c.step_due_at, c.id"}
	q.and(`c.city = ?`, d.city.ID)
	if f.Tab == Ended {
		q.and(`not c.open`)
		q.order = "c.closed_at desc, c.id desc"
	} else {
		q.and(`c.open`)
	}
	d.within(q, reach, f.Tab)
	if f.Tab == Mine {
		mine(q, who)
	}
	d.narrow(q, f)
	d.inTime(q, f)
	seek(q, f, "c.step_due_at", "c.id")
	return q
}

// partyQuery lists for a company or department: the cases it takes part in.
func (d *Desk) partyQuery(bodies []int64, f Filter) *query {
	q := &query{from: "case_party p join cases c on c.city = p.city and c.id = p.case_id", id: "p.case_id", order: "p.due_at, p.case_id"}
	q.and(`p.city = ?`, d.city.ID)
	args := make([]any, len(bodies))
	for i, b := range bodies {
		args[i] = b
	}
	q.and(`p.body in (`+store.In(len(bodies))+`)`, args...)
	switch f.Tab {
	case Ended:
		q.and(`not p.open`)
		q.order = "p.case_id desc"
	case Mine:
		q.and(`p.open and p.turn`)
	default:
		q.and(`p.open`)
	}
	d.narrow(q, f)
	d.inTime(q, f)
	if f.Tab != Ended {
		seek(q, f, "p.due_at", "p.case_id")
	} else if _, last, ok := store.Behind(f.After); ok {
		q.and(`p.case_id < ?`, last)
	}
	return q
}

// within cuts the list to the actor's reach. A single root uses the column of its level, which the indexes of closed cases begin with.
func (d *Desk) within(q *query, reach access.Reach, tab Tab) {
	if reach.All || len(reach.Paths) == 1 && depth(reach.Paths[0]) <= 1 {
		return
	}
	if tab == Ended && len(reach.Paths) == 1 && len(reach.Bodies) == 0 {
		if column, id := level(reach.Paths[0]); column != "" {
			q.and(`c.`+column+` = ?`, id)
			if depth(reach.Paths[0]) <= 4 {
				return
			}
		}
	}
	sql, args := reach.Where("c.path", takesPart)
	q.and(sql, args...)
}

// level names the column that holds the ancestor at the path's depth.
func level(path string) (column string, id int64) {
	switch at := depth(path); {
	case at >= 4:
		return "grid", ancestor(path, 4)
	case at == 3:
		return "community", ancestor(path, 3)
	case at == 2:
		return "street", ancestor(path, 2)
	}
	return "", 0
}

// mine keeps what waits for one of the actor's posts: the desk of its territory, the branch for revisits, its body. Each is found by its own index.
func mine(q *query, who access.Actor) {
	var ways []string
	city := q.args[0]
	var args []any
	add := func(turn Turn, path string) {
		ways = append(ways, `select m.id from cases m where m.city = ? and m.open and m.turn = ? and m.path >= ? and m.path < ?`)
		args = append(args, city, turn, path, access.After(path))
	}
	for _, p := range who.Posts {
		if p.Rights[Handle] == access.Territory {
			add(deskOf(p.Path), p.Path)
		}
		if p.Rights[Visit] == access.Territory {
			add(AtBranch, p.Path)
		}
		if p.Body != 0 && (p.Rights[Work] == access.Body || p.Rights[law[ReportIn].Right] == access.Body) {
			ways = append(ways, `select p.case_id from case_party p where p.city = ? and p.body = ? and p.open and p.turn`)
			args = append(args, city, p.Body)
		}
	}
	if len(ways) == 0 {
		q.and(`false`)
		return
	}
	q.and(`c.id in (`+strings.Join(ways, ` union all `)+`)`, args...)
}

func (d *Desk) narrow(q *query, f Filter) {
	if f.Status != "" {
		q.and(`c.status = ?`, f.Status)
	}
	if f.Kind != "" {
		q.and(`c.kind = ?`, f.Kind)
	}
	if f.Urgency != "" {
		q.and(`c.urgency = ?`, f.Urgency)
	}
	if f.Class != 0 {
		under := d.catalog.Under(f.Class)
		args := make([]any, len(under))
		for i, id := range under {
			args[i] = id
		}
		q.and(`c.class in (`+store.In(len(under))+`)`, args...)
	}
	if p, ok := d.places.Get(f.Place); ok && depth(p.Path) > 1 {
		q.and(`c.path >= ? and c.path < ?`, p.Path, access.After(p.Path))
	}
	if f.Late {
		q.and(`c.step_due_at > 0 and c.step_due_at < ?`, d.city.Clock().Now().UnixMicro())
	}
	if len(f.Among) > 0 {
		args := make([]any, len(f.Among))
		for i, s := range f.Among {
			args[i] = s
		}
		q.and(`c.status in (`+store.In(len(args))+`)`, args...)
	}
}

// inTime leaves out what is late: steps without a limit come first, then those whose limit is ahead, so that the late ones between needn't be passed.
func (d *Desk) inTime(q *query, f Filter) {
	if f.InTime {
		q.ways = []way{{`c.step_due_at = 0`, nil}, {`c.step_due_at >= ?`, []any{d.city.Clock().Now().UnixMicro()}}}
	}
}

// seek continues behind a cursor.
func seek(q *query, f Filter, due, id string) {
	at, last, ok := store.Behind(f.After)
	if !ok {
		return
	}
	if f.Tab == Ended {
		q.and(`(c.closed_at, c.id) < (?, ?)`, at, last)
		return
	}
	q.and(`(`+due+`, `+id+`) > (?, ?)`, at, last)
}

func cursorOf(tab Tab, c *Case) string {
	at := c.StepDueAt
	if tab == Ended {
		at = c.ClosedAt
	}
	return store.Cursor(at, c.ID)
}

// ByIDs reads the cases of these ids that the actor may see and the filter lets through, newest first; search asks it for what it has found.
func (d *Desk) ByIDs(ctx context.Context, who access.Actor, ids []int64, f Filter) ([]Case, error) {
	if d.ours(who) != nil || !who.Has(See) {
		return nil, access.ErrDenied
	}
	if len(ids) == 0 {
		return nil, nil
	}
	q := d.among(ids)
	sql, reach := who.Reach(See).Where("c.path", takesPart)
	q.and(sql, reach...)
	switch f.Tab {
	case Open, Mine:
		q.and(`c.open`)
	case Ended:
		q.and(`not c.open`)
	}
	d.narrow(q, f)
	if f.InTime {
		q.and(`(c.step_due_at = 0 or c.step_due_at >= ?)`, d.city.Clock().Now().UnixMicro())
	}
	return store.All(ctx, d.city, scan, `select `+columns+` from cases c where `+q.conditions()+` order by c.id desc`, q.args...)
}

// takesPart is that a body takes part in a case, for access.Reach.
const takesPart = `exists (select 1 from case_party p where p.city = c.city and p.case_id = c.id and p.body = ?)`

// among are the cases of these ids.
func (d *Desk) among(ids []int64) *query {
	q := &query{}
	q.and(`c.city = ?`, d.city.ID)
	args := make([]any, len(ids))
	for i, id := range ids {
		args[i] = id
	}
	q.and(`c.id in (`+store.In(len(ids))+`)`, args...)
	return q
}
