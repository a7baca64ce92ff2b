package issue

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"mulin/internal/endings"
	"mulin/internal/geo"
	"mulin/internal/gram"
	"mulin/internal/ledger"
	"mulin/internal/sensitive"
	"mulin/internal/store"
	"mulin/town/place"
)

// The window that is kept in memory: what is older or more is still in the tables, but no new case joins it.
const (
	windowDays  = 180
	windowCases = 100_000
	readCases   = 500 // at a time
	groupCases  = 64  // in one transaction, with room for intake between two
)

// memory is the grouping in memory. Of several nodes one follows at a time; whoever takes over reads the window again.
type memory struct {
	turn  sync.Mutex
	g     *Grouper
	seq   int64   // the newest entry followed
	order []int64 // the cases in memory, oldest first
	tell  func(path string)
}

// OnChange is told the place of every case that has found its issue, so that open boards are drawn again.
func (is *Issues) OnChange(tell func(path string)) { is.memory.tell = tell }

// Follower puts every new case into its issue. It is a lasting one and may see entries twice.
func (is *Issues) Follower() ledger.Follower { return ledger.Func("triage-hot", is.follow) }

func (is *Issues) follow(ctx context.Context, entries []ledger.Entry) error {
	h := &is.memory
	h.turn.Lock()
	defer h.turn.Unlock()
	if h.g == nil || entries[0].Seq != h.seq+1 {
		if err := is.remember(ctx); err != nil {
			return fmt.Errorf("read the issues of the last %d days: %w", windowDays, err)
		}
	}
	if err := is.groupEntries(ctx, entries); err != nil {
		h.g = nil // memory may be ahead of the tables
		return err
	}
	h.seq = entries[len(entries)-1].Seq
	return nil
}

// groupEntries goes through entries in order: new cases are gathered until something else must come before them.
func (is *Issues) groupEntries(ctx context.Context, entries []ledger.Entry) error {
	var fresh, backed []int64
	for _, e := range entries {
		switch {
		case e.Verb == "case.open":
			fresh = append(fresh, e.Subject.ID)
		case e.Verb == "case.support" || e.Verb == "case.merge":
			backed = append(backed, e.Subject.ID)
		case e.Subject.Kind == "issue":
			if err := is.group(ctx, fresh); err != nil {
				return err
			}
			fresh = nil
			if err := is.heed(ctx, e); err != nil {
				return err
			}
		}
	}
	if err := is.group(ctx, fresh); err != nil {
		return err
	}
	return is.back(ctx, backed)
}

// remember reads the window into memory.
func (is *Issues) remember(ctx context.Context) error {
	h := &is.memory
	h.g, h.order = NewGrouper(is.known()), nil
	is.prime(h.g)
	newest, err := store.Value[int64](ctx, is.city, `select coalesce(max(at), 0) from triage_issue_case where city = ?`, is.city.ID)
	if err != nil {
		return err
	}
	from, err := store.Value[int64](ctx, is.city, `select coalesce(min(case_id), 0) from (select case_id from triage_issue_case where city = ? order by case_id desc limit ?) x`,
		is.city.ID, windowCases)
	if err != nil {
		return err
	}
	for last := from - 1; ; {
		all, err := store.All(ctx, is.city, scanPlaced, `select `+itemColumns+`, i.issue, i.held, coalesce(x.kept, false) from triage_issue_case i
			join cases c on c.city = i.city and c.id = i.case_id left join triage_issue x on x.city = i.city and x.id = i.issue
			where i.city = ? and i.case_id > ? and i.at >= ? order by i.case_id limit ?`, is.city.ID, last, newest-windowDays*dayMicro, readCases)
		if err != nil {
			return err
		}
		for _, p := range all {
			h.g.Restore(&p.Item, p.issue, p.kept)
			h.order = append(h.order, p.ID)
			last = p.ID
		}
		if len(all) < readCases {
			return nil
		}
	}
}

// prime tells the grouping how common the words of the request tree are, so that in a young city "噪音" doesn't look like a name.
func (is *Issues) prime(g *Grouper) {
	for _, c := range is.catalog.Classes() {
		g.Learn(&Item{Title: c.Name})
	}
}

// namedKinds are the places whose names people write.
var namedKinds = []place.Kind{place.Community, place.Estate}

// known are the names of the register that say where something is.
func (is *Issues) known() []string {
	var all []string
	for _, kind := range namedKinds {
		for _, p := range is.places.All(kind) {
			if s, _ := endings.Plain(gram.Folded(p.Name)); utf8.RuneCountInString(s) > endings.Shortest && p.Live() {
				all = append(all, s)
			}
		}
	}
	return all
}

// itemColumns are what the grouping reads of a case c.
const itemColumns = `c.id, c.title, c.text, c.path, c.lat, c.lng, c.class, c.opened_at`

func (it *Item) fields(lat, lng **float64) []any {
	return []any{&it.ID, &it.Title, &it.Text, &it.Path, lat, lng, &it.Class, &it.At}
}

// took completes what fields has scanned: the point, and words without what they betray.
func (it *Item) took(lat, lng *float64) {
	it.Title, it.Text = sensitive.Mask(it.Title), sensitive.Mask(it.Text)
	if lat != nil && lng != nil {
		it.Point = &geo.Point{Lat: *lat, Lng: *lng}
	}
}

func scanItem(row store.Row) (it Item, err error) {
	var lat, lng *float64
	err = row.Scan(it.fields(&lat, &lng)...)
	it.took(lat, lng)
	return it, err
}

// placed is a case with the issue it belongs to.
type placed struct {
	Item
	issue      int64
	held, kept bool
}

func scanPlaced(row store.Row) (p placed, err error) {
	var lat, lng *float64
	err = row.Scan(append(p.fields(&lat, &lng), &p.issue, &p.held, &p.kept)...)
	p.took(lat, lng)
	return p, err
}

// change is what a step of the grouping has done, to be written down.
type change struct {
	it     Item
	issue  int64
	merged []Merged
}

// group puts cases into their issues, those that have none yet.
func (is *Issues) group(ctx context.Context, ids []int64) error {
	for some := range slices.Chunk(ids, groupCases) {
		if err := is.city.Gently(ctx, func() error { return is.groupSome(ctx, some) }); err != nil {
			return err
		}
	}
	return nil
}

func (is *Issues) groupSome(ctx context.Context, ids []int64) error {
	args := []any{is.city.ID}
	for _, id := range ids {
		args = append(args, id)
	}
	items, err := store.All(ctx, is.city, scanItem, `select `+itemColumns+` from cases c where c.city = ? and c.id in (`+store.In(len(ids))+`)
		and not exists (select 1 from triage_issue_case i where i.city = c.city and i.case_id = c.id) order by c.id`, args...)
	if err != nil {
		return err
	}
	var done []change
	for _, it := range items {
		issue, merged := is.memory.g.Add(&it, false)
		done = append(done, change{it, issue, merged})
		is.memory.order = append(is.memory.order, it.ID)
	}
	if err := is.city.Upkeep(ctx, func(tx *store.Tx) error { is.note(tx, done); return nil }); err != nil {
		return err
	}
	is.shrink()
	for _, c := range done {
		is.told(c.it.Path)
	}
	return nil
}

func (is *Issues) told(path string) {
	if is.memory.tell != nil {
		is.memory.tell(path)
	}
}

// shrink forgets the oldest cases when the window is full.
func (is *Issues) shrink() {
	h := &is.memory
	for len(h.order) > windowCases {
		h.g.Forget(h.order[0])
		h.order = h.order[1:]
	}
}

// note writes the grouping down. Doing it twice changes nothing.
func (is *Issues) note(tx *store.Tx, done []change) {
	var touched []int64
	for _, c := range done {
		for _, m := range c.merged {
			is.unite(tx, m.From, m.Into)
		}
		found(tx, c.issue, &c.it, false)
		tx.Exec(`insert into triage_issue_case (city, case_id, issue, at, held) values (?, ?, ?, ?, false) on conflict (city, case_id) do nothing`,
			tx.City, c.it.ID, c.issue, c.it.At)
		touched = append(touched, c.issue)
	}
	slices.Sort(touched)
	for _, id := range slices.Compact(touched) {
		is.recount(tx, id)
	}
}

// found makes the row of an issue that begins with a case.
func found(tx *store.Tx, issue int64, it *Item, kept bool) {
	tx.Exec(`insert into triage_issue (city, id, title, path, first_at, last_at, cases, backed, kept, merged) values (?, ?, '', ?, ?, ?, 0, false, ?, 0)
		on conflict (city, id) do nothing`, tx.City, issue, it.Path, it.At, it.At, kept)
}

// recount takes an issue's figures from its cases. The lowest place that holds all is what the first and the last path in order have in common.
func (is *Issues) recount(tx *store.Tx, id int64) {
	const of = `from triage_issue_case i where i.city = triage_issue.city and i.issue = triage_issue.id`
	tx.Exec(`update triage_issue set cases = (select count(*) `+of+`), first_at = coalesce((select min(i.at) `+of+`), first_at),
		last_at = coalesce((select max(i.at) `+of+`), last_at) where city = ? and id = ? and merged = 0`, tx.City, id)
	if x := is.memory.g.issues[id]; x != nil {
		tx.Exec(`update triage_issue set path = ? where city = ? and id = ?`, x.path, tx.City, id)
	}
}

// back marks the issues of cases that others have joined.
func (is *Issues) back(ctx context.Context, ids []int64) error {
	if len(ids) == 0 {
		return nil
	}
	return is.city.Upkeep(ctx, func(tx *store.Tx) error {
		for _, id := range ids {
			tx.Exec(`update triage_issue set backed = true where city = ? and not backed and id = (select issue from triage_issue_case where city = ? and case_id = ?)`,
				tx.City, tx.City, id)
		}
		return nil
	})
}

// mended is the body of a correction in the ledger.
type mended struct {
	Case  int64 `json:"case,omitempty"`
	From  int64 `json:"from,omitempty"`
	Into  int64 `json:"into,omitempty"`
	Title bool  `json:"renamed,omitempty"`
}

// heed does in memory what people have put right.
func (is *Issues) heed(ctx context.Context, e ledger.Entry) error {
	var m mended
	if err := json.Unmarshal(e.Body, &m); err != nil {
		return fmt.Errorf("correction %d: %w", e.Seq, err)
	}
	switch strings.TrimPrefix(e.Verb, "issue.") {
	case "merge":
		is.memory.g.Unite(m.From, m.Into)
	case "move":
		it, err := store.One(ctx, is.city, scanItem, `select `+itemColumns+` from cases c where c.city = ? and c.id = ?`, is.city.ID, m.Case)
		if err != nil {
			return err
		}
		if _, known := is.memory.g.of[it.ID]; !known {
			is.memory.order = append(is.memory.order, it.ID)
		}
		is.memory.g.Move(&it, m.Into)
	}
	is.told(e.Subject.Path)
	return nil
}
