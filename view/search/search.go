// Package search finds cases by the words in them: Chinese of one character or more, latin words, numbers; newest first, page by page, within the
// actor's reach. Its index follows the ledger, so that filing a case never waits for it.
package search

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/text/unicode/norm"

	"mulin/internal/access"
	"mulin/internal/gram"
	"mulin/internal/ledger"
	"mulin/internal/sensitive"
	"mulin/internal/store"
	"mulin/schema"
	"mulin/town/casework"
)

// Bounds of one search: what isn't found within them comes with the next page.
const (
	maxRunes     = 100 // of the text typed
	maxTokens    = 40
	maxCandidate = 4000
	maxChunk     = 200
	maxTime      = 400 * time.Millisecond
	snippetRunes = 60
)

// Index finds the cases of one city.
type Index struct {
	city *store.City
	desk *casework.Desk
	in   engine
	work sync.Mutex // following and rebuilding take turns
}

// engine is where the tokens lie: a file on SQLite, a table on PostgreSQL.
type engine interface {
	// newest gives up to n ids below before that hold all that is wanted, newest first; fewer than n mean that there are no more.
	newest(ctx context.Context, w want, before int64, n int) ([]int64, error)
	// sums tells which words of these cases are indexed.
	sums(ctx context.Context, ids []int64) (map[int64]int64, error)
	put(ctx context.Context, docs []doc) error
	// cursor is the number of the newest entry that has been followed.
	cursor(ctx context.Context) (int64, error)
	close() error
}

// New opens the index of a city. On SQLite it is a file beside the database file of that name, made if it is missing and made anew if it is damaged or
// belongs to another ledger; on PostgreSQL it is a table and beside is not used.
func New(ctx context.Context, db *store.DB, city *store.City, desk *casework.Desk, beside string) (*Index, error) {
	x := &Index{city: city, desk: desk}
	if db.Engine() == schema.Postgres {
		x.in = &table{city: city}
		return x, nil
	}
	f := &file{city: city, path: strings.TrimSuffix(beside, ".db") + "-search-" + strconv.FormatInt(city.ID, 10) + ".db"}
	if err := f.open(ctx); err != nil {
		return nil, fmt.Errorf("open the index of search: %w", err)
	}
	x.in = f
	return x, nil
}

// Close closes the index; the database stays open.
func (x *Index) Close() error { return x.in.close() }

// Lag counts the ledger entries that the index has not followed yet.
func (x *Index) Lag(ctx context.Context) (int64, error) {
	head, err := ledger.Head(ctx, x.city, x.city.ID)
	if err != nil {
		return 0, err
	}
	at, err := x.in.cursor(ctx)
	return max(0, head-max(0, at)), err
}

// Query is what somebody looks for. The filter's After continues behind a page, its Limit is the length of one.
type Query struct {
	Text string
	casework.Filter
}

// Result is one page, newest first. Next is the cursor behind it, "" at the end; a page may be short and still have one, when looking further would
// take too long. Snippets show where the words stand.
type Result struct {
	Cases    []casework.Case
	Next     string
	Snippets map[int64][]gram.Part
}

// Find looks for the cases that hold every word of the query, pass its filter and lie within the actor's reach. The number of a case gives that case.
func (x *Index) Find(ctx context.Context, who access.Actor, q Query) (Result, error) {
	if !who.Has(casework.See) {
		return Result{}, access.ErrDenied
	}
	q.Text = sensitive.Hide(shorten(q.Text), sensitive.Room)
	if r, ok, err := x.byNumber(ctx, who, q); ok || err != nil {
		return r, err
	}
	tokens, ok := gram.Query(q.Text)
	reach := who.Reach(casework.See)
	if !ok || reach.Empty() {
		return Result{}, nil
	}
	return x.walk(ctx, who, q, wanted(x.city.ID, tokens[:min(len(tokens), maxTokens)], reach, q.Filter))
}

// walk asks the index for candidates, chunk by chunk, and keeps what stands up to the rows.
func (x *Index) walk(ctx context.Context, who access.Actor, q Query, w want) (Result, error) {
	limit := q.Limit
	if limit <= 0 || limit > maxChunk {
		limit = 30
	}
	before, err := parseCursor(q.After)
	if err != nil {
		return Result{}, err
	}
	res := found{notes: map[int64][]string{}}
	clk := x.city.Clock()
	start, n := clk.Now(), min(limit+8, maxChunk)
	for seen := 0; ; {
		ids, err := x.in.newest(ctx, w, before, n)
		if err != nil {
			return Result{}, fmt.Errorf("search: %w", err)
		}
		if err := x.keep(ctx, who, q, ids, &res); err != nil {
			return Result{}, err
		}
		if len(res.cases) > limit {
			res.cases = res.cases[:limit]
			return res.page(q.Text, res.cases[limit-1].ID), nil
		}
		if len(ids) < n {
			return res.page(q.Text, 0), nil
		}
		before, seen = ids[len(ids)-1], seen+len(ids)
		if seen >= maxCandidate || clk.Now().Sub(start) > maxTime {
			return res.page(q.Text, before), nil
		}
		n = min(2*n, maxChunk)
	}
}

// found gathers a page.
type found struct {
	cases []casework.Case
	notes map[int64][]string // of cases that hold the words nowhere else
}

// page shows where the words stand; it goes on behind that id, 0 for the end.
func (f *found) page(text string, behind int64) Result {
	r := Result{Cases: f.cases, Snippets: make(map[int64][]gram.Part, len(f.cases))}
	if behind != 0 {
		r.Next = cursorOf(behind)
	}
	for i := range f.cases {
		c := &f.cases[i]
		r.Snippets[c.ID] = snippet(c, f.notes[c.ID], text)
	}
	return r
}

// keep checks candidates against their rows: reach and filter in SQL, the words on the text itself.
func (x *Index) keep(ctx context.Context, who access.Actor, q Query, ids []int64, res *found) error {
	cases, err := x.desk.ByIDs(ctx, who, store.Padded(ids), q.Filter)
	if err != nil || len(cases) == 0 {
		return err
	}
	var unsure []int64
	for i := range cases {
		if !gram.Match(text(&cases[i], nil), q.Text) {
			unsure = append(unsure, cases[i].ID)
		}
	}
	notes, err := x.notes(ctx, unsure)
	if err != nil {
		return err
	}
	for i := range cases {
		c := &cases[i]
		if len(unsure) > 0 && unsure[0] == c.ID {
			unsure = unsure[1:]
			if len(notes[c.ID]) == 0 || !gram.Match(text(c, notes[c.ID]), q.Text) {
				continue
			}
			res.notes[c.ID] = notes[c.ID]
		}
		res.cases = append(res.cases, *c)
	}
	return nil
}

// snippet shows the first part of a case in which a word stands, else its beginning.
func snippet(c *casework.Case, notes []string, query string) []gram.Part {
	for _, s := range append([]string{c.Text, c.Answer, c.Address}, notes...) {
		parts := gram.Snippet(s, query, snippetRunes)
		for _, p := range parts {
			if p.Hit {
				return parts
			}
		}
	}
	return gram.Snippet(c.Text, query, snippetRunes)
}

// numbered takes the number of a case as people write it, with or without the dash.
var numbered = regexp.MustCompile(`^(\d{6})-?(\d{5,10})$`)

// byNumber gives the case whose number was typed.
func (x *Index) byNumber(ctx context.Context, who access.Actor, q Query) (Result, bool, error) {
	m := numbered.FindStringSubmatch(strings.TrimSpace(norm.NFKC.String(q.Text)))
	if m == nil {
		return Result{}, false, nil
	}
	id, err := store.Value[int64](ctx, x.city, `select id from cases where city = ? and number = ?`, x.city.ID, m[1]+"-"+m[2])
	if errors.Is(err, store.ErrNone) {
		return Result{}, false, nil
	}
	if err != nil {
		return Result{}, false, err
	}
	cases, err := x.desk.ByIDs(ctx, who, []int64{id}, casework.Filter{})
	if err != nil || len(cases) == 0 {
		return Result{}, false, err
	}
	return Result{Cases: cases, Snippets: map[int64][]gram.Part{id: snippet(&cases[0], nil, q.Text)}}, true, nil
}

// shorten keeps what fits into a search.
func shorten(s string) string {
	s = strings.ToValidUTF8(s, " ")
	n := 0
	for i := range s {
		if n++; n > maxRunes {
			return s[:i]
		}
	}
	return s
}

func cursorOf(id int64) string { return strconv.FormatInt(id, 36) }

// ErrCursor says that After is not a cursor that Find gave.
var ErrCursor = errors.New("no such page")

func parseCursor(s string) (int64, error) {
	if s == "" {
		return 1 << 62, nil
	}
	id, err := strconv.ParseInt(s, 36, 64)
	if err != nil {
		return 0, ErrCursor
	}
	return id, nil
}
