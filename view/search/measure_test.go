//go:build measure

package search_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/ledger"
	"mulin/internal/store"
	"mulin/internal/storetest"
	"mulin/town/casework"
	"mulin/view/search"
)

// TestMeasure fills a city with synthetic cases and measures every kind of search:
//
//	go test -tags measure -run TestMeasure -v -timeout 30m ./view/search
//
// MULIN_MEASURE_CASES is how many cases (200 000), MULIN_MEASURE_ENGINE picks sqlite or postgres.
func TestMeasure(t *testing.T) {
	n, _ := strconv.Atoi(os.Getenv("MULIN_MEASURE_CASES"))
	if n == 0 {
		n = 200_000
	}
	for name, dsn := range map[string]func(testing.TB) string{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		if only := os.Getenv("MULIN_MEASURE_ENGINE"); only != "" && only != name {
			continue
		}
		t.Run(name, func(t *testing.T) { measure(t, dsn(t), n) })
	}
}

func measure(t *testing.T, dsn string, n int) {
	ctx := context.Background()
	db := storetest.Open(t, dsn, clock.System)
	tn := newTown(t, db, dsn)
	w := newWords()
	start := time.Now()
	flood(t, tn, w, 0, n, false)
	t.Logf("%d cases written in %v", n, time.Since(start).Round(time.Millisecond))
	start = time.Now()
	if err := tn.index.Rebuild(ctx); err != nil {
		t.Fatal(err)
	}
	took := time.Since(start)
	t.Logf("indexed in %v, %v a case; %s", took.Round(time.Millisecond), took/time.Duration(n), size(t, tn, dsn))

	feed := ledger.NewFeed(tn.city, quiet)
	feed.Lasting(tn.index.Follower())
	if err := feed.CatchUp(ctx); err != nil {
		t.Fatal(err)
	}
	start = time.Now()
	for i := range 3000 / 100 {
		flood(t, tn, w, n+100*i, 100, true)
		if err := feed.CatchUp(ctx); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("3000 more followed, with their writing: %v a case", time.Since(start)/3000)
	if store.IsPostgres(dsn) {
		if err := tn.city.Upkeep(ctx, func(tx *store.Tx) error { tx.Exec(`analyze`); return nil }); err != nil {
			t.Fatal(err)
		}
	}
	all := access.System(tn.city.ID)
	narrow := actor(tn.city.ID, access.Post{ID: 1, Path: "/1/3/47/313/", Rights: map[access.Right]access.Scope{casework.See: access.Territory}})
	street := actor(tn.city.ID, access.Post{ID: 1, Path: "/1/3/", Rights: map[access.Right]access.Scope{casework.See: access.Territory}})
	body := actor(tn.city.ID, access.Post{ID: 1, Body: 7, Rights: map[access.Right]access.Scope{casework.See: access.Body}})
	for _, reach := range []struct {
		name string
		who  access.Actor
	}{{"city", all}, {"street", street}, {"grid", narrow}, {"body", body}} {
		for _, k := range w.questions() {
			timed(t, tn.index, reach.who, reach.name, k.name, k.text, casework.Filter{})
		}
	}
	common := w.questions()[0].text
	timed(t, tn.index, all, "city", "common, declined", common, casework.Filter{Status: casework.Declined})
	timed(t, tn.index, all, "city", "common, open", common, casework.Filter{Tab: casework.Open})
	timed(t, tn.index, all, "city", "common, rare urgency", common, casework.Filter{Urgency: "2h"})
	timed(t, tn.index, all, "city", "common, page 200", func() string { return common() }, casework.Filter{Limit: 200})
}

// TestMeasureIntake files cases for some seconds from 32 sides, first without and then with a follower that indexes them, and then lets it catch up.
func TestMeasureIntake(t *testing.T) {
	for name, dsn := range map[string]func(testing.TB) string{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		t.Run(name, func(t *testing.T) {
			at := dsn(t)
			tn := newTown(t, storetest.Open(t, at, clock.System), at)
			tn.settle(t)
			t.Logf("%d cases a second without an index", intake(t, tn, 4*time.Second))
			if err := tn.feed.CatchUp(t.Context()); err != nil {
				t.Fatal(err)
			}
			ctx, stop := context.WithCancel(t.Context())
			done := make(chan struct{})
			go func() { tn.feed.Run(ctx); close(done) }()
			n := intake(t, tn, 4*time.Second)
			lag, _ := tn.index.Lag(ctx)
			start := time.Now()
			for l := lag; l > 0; l, _ = tn.index.Lag(ctx) {
				time.Sleep(5 * time.Millisecond)
			}
			t.Logf("%d cases a second while indexing; %d behind at the end, caught up in %v", n, lag, time.Since(start).Round(time.Millisecond))
			var slowest time.Duration
			for range 20 {
				tn.file(t, "east", "一切如常")
				start := time.Now()
				for l := int64(1); l > 0; l, _ = tn.index.Lag(ctx) {
					time.Sleep(time.Millisecond)
				}
				slowest = max(slowest, time.Since(start))
			}
			t.Logf("one case alone is indexed within %v", slowest.Round(time.Millisecond))
			stop()
			<-done
		})
	}
}

func intake(t *testing.T, tn *town, long time.Duration) int {
	var n atomic.Int64
	var gone sync.WaitGroup
	until := time.Now().Add(long)
	for i := range 32 {
		w := newWords()
		w.rnd = rand.New(rand.NewPCG(uint64(i), 7))
		gone.Go(func() {
			for time.Now().Before(until) {
				if _, err := tn.desk.Open(t.Context(), access.System(1), casework.Report{Text: w.text(), Place: tn.at["east"].ID}); err != nil {
					t.Error(err)
					return
				}
				n.Add(1)
			}
		})
	}
	gone.Wait()
	return int(float64(n.Load()) / long.Seconds())
}

func size(t *testing.T, tn *town, dsn string) string {
	if store.IsPostgres(dsn) {
		n, err := store.Values[string](context.Background(), tn.city, `select pg_size_pretty(pg_relation_size('search_doc')) || ' rows, ' || pg_size_pretty(pg_relation_size('search_doc_words')) || ' index'`)
		if err != nil {
			t.Fatal(err)
		}
		return n[0]
	}
	var sum int64
	for _, end := range []string{"", "-wal"} {
		if st, err := os.Stat(strings.TrimSuffix(dsn, ".db") + "-search-1.db" + end); err == nil {
			sum += st.Size()
		}
	}
	return fmt.Sprintf("%d MB", sum>>20)
}

func timed(t *testing.T, x *search.Index, who access.Actor, reach, name string, ask func() string, f casework.Filter) {
	const times = 300
	took := make([]time.Duration, times)
	found := 0
	for i := range took {
		q := search.Query{Text: ask(), Filter: f}
		start := time.Now()
		r, err := x.Find(context.Background(), who, q)
		took[i] = time.Since(start)
		if err != nil {
			t.Fatal(err)
		}
		found += len(r.Cases)
	}
	slices.Sort(took)
	ms := func(p int) float64 { return float64(took[(times-1)*p/100].Microseconds()) / 1000 }
	t.Logf("%-7s %-28s p50 %6.2f  p95 %6.2f  p99 %6.2f  max %6.2f ms, %5.1f found", reach, name, ms(50), ms(95), ms(99), ms(100), float64(found)/times)
}

// words is a language of its own: Chinese words whose frequencies fall like those of a real one.
type words struct {
	rnd  *rand.Rand
	list []string
	zipf *rand.Zipf
}

func newWords() *words {
	w := &words{rnd: rand.New(rand.NewPCG(1, 2))}
	char := rand.NewZipf(w.rnd, 1.2, 20, 3499)
	for range 8000 {
		n := []int{1, 2, 2, 2, 2, 2, 2, 3, 3, 4}[w.rnd.IntN(10)]
		var b strings.Builder
		for range n {
			b.WriteRune(rune(0x4e00 + 5*char.Uint64()))
		}
		w.list = append(w.list, b.String())
	}
	w.zipf = rand.NewZipf(w.rnd, 1.15, 8, uint64(len(w.list)-1))
	return w
}

func (w *words) word() string { return w.list[w.zipf.Uint64()] }

// text is about 150 characters; one in five thousand holds one of ten rare words.
func (w *words) text() string {
	var b strings.Builder
	for n := 0; n < 450; {
		s := w.word()
		if w.rnd.IntN(7) == 0 {
			s += "，"
		}
		b.WriteString(s)
		n += len(s)
	}
	if w.rnd.IntN(5000) == 0 {
		b.WriteString("龘" + string(rune('靐'+w.rnd.IntN(10))))
	}
	return b.String()
}

type question struct {
	name string
	text func() string
}

// of picks a word of so many characters whose rank lies in the range.
func (w *words) of(chars, from, to int) func() string {
	return func() string {
		for {
			if s := w.list[from+w.rnd.IntN(to-from)]; len(s) == 3*chars {
				return s
			}
		}
	}
}

func (w *words) questions() []question {
	common, middle, seldom := w.of(2, 0, 40), w.of(2, 200, 1500), w.of(2, 5000, 8000)
	return []question{
		{"common, two characters", common},
		{"middling, two characters", middle},
		{"seldom, two characters", seldom},
		{"one character", func() string { return string([]rune(common())[:1]) }},
		{"one seldom character", func() string { return string(rune(0x4e00 + 5*(2000+w.rnd.IntN(1400)))) }},
		{"three characters", w.of(3, 100, 4000)},
		{"four characters", w.of(4, 100, 4000)},
		{"rare", func() string { return "龘" + string(rune('靐'+w.rnd.IntN(10))) }},
		{"absent", func() string { return "齉" + string(rune('麤'+w.rnd.IntN(10))) }},
		{"two common words", func() string { return common() + " " + common() }},
		{"two middling words", func() string { return middle() + " " + middle() }},
		{"common and seldom", func() string { return common() + " " + seldom() }},
		{"common and absent", func() string { return common() + " 齉麤" }},
		{"common pairs, never together", func() string { return common() + common() + common() }},
	}
}

// flood writes rows of cases past the desk: 21 streets of 20 communities with 20 grids, one in three with a body, old ones closed.
func flood(t *testing.T, tn *town, w *words, from, n int, open bool) {
	t.Helper()
	for at := from; at < from+n; {
		err := tn.city.Write(context.Background(), func(tx *store.Tx) error {
			for end := min(at+500, from+n); at < end; at++ {
				w.insert(tx, at, open)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func (w *words) insert(tx *store.Tx, nth int, open bool) {
	street := 2 + w.rnd.IntN(21)
	community := 23 + (street-2)*20 + w.rnd.IntN(4)
	grid := 500 + (community-23)*5 + w.rnd.IntN(5)
	if w.rnd.IntN(450) == 0 {
		street, community, grid = 3, 47, 313
	}
	path := fmt.Sprintf("/1/%d/%d/%d/", street, community, grid)
	body := int64(0)
	bodies := ""
	if w.rnd.IntN(3) == 0 {
		body = int64(1 + w.rnd.IntN(80))
		bodies = fmt.Sprintf(" %d ", body)
	}
	status := casework.Closed
	switch {
	case open:
		status = casework.New
	case w.rnd.IntN(50) == 0:
		status = casework.Declined
	}
	urgency := "7d"
	if w.rnd.IntN(500) == 0 {
		urgency = "2h"
	}
	id, text := tx.NewID(), w.text()
	tx.Exec(`insert into cases (city, id, number, secret, version, kind, class, title, text, channel, source, urgency, status, turn, open, hidden,
		place, path, street, community, grid, lat, lng, cell, address, lead, bodies, whistle, reopened,
		opened_at, due_at, step_due_at, contacted_at, resolved_at, answered_at, closed_at, updated_at, answer, outcome, stars, photos)
		values (?, ?, ?, '', 1, 'help', 1, ?, ?, 'web', null, ?, ?, '', ?, false, ?, ?, ?, ?, ?, null, null, null, ?, ?, ?, 0, 0, ?, 0, 0, 0, 0, 0, 0, ?, '', '', 0, 0)`,
		tx.City, id, fmt.Sprintf("2611%02d-%05d", 1+nth/9000, nth), string([]rune(text)[:12]), text, urgency, status, open,
		grid, path, street, community, grid, fmt.Sprintf("%s路%d号", w.word(), nth%900), body, bodies, tx.Now, tx.Now)
	if body != 0 {
		tx.Exec(`insert into case_party (city, body, case_id, open, turn, due_at) values (?, ?, ?, ?, false, 0)`, tx.City, body, id, open)
	}
	if open {
		ledger.Append(tx, access.System(tx.City), "case.open", ledger.Subject{Kind: "case", ID: id, Path: path}, nil)
	}
}
