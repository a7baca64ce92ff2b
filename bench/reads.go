package bench

import (
	"context"
	"errors"
	"fmt"
	"html"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"sync"
	"time"

	"mulin/internal/clock"
	"mulin/internal/store"
	"mulin/town/body"
)

// readers is how many people look at pages at once.
const readers = 2

// The pages that are measured, in the order of the table.
var pageNames = []string{"inbox, centre", "inbox, grid worker", "inbox, unit", "open, centre", "closed, centre", "filters", "next pages", "search, two characters", "search, sentence part", "search, rare", "search, absent", "case page", noBar}

// noBar is the page that is shown and has no bar: what a wall shows all day isn't waited for.
const noBar = "board"

// reads opens pages with many cases.
func (b *bench) reads(ctx context.Context, e engine) error {
	return b.on(ctx, e, func(db string) error {
		people, numbers, err := b.crowd(ctx, e, db)
		if err != nil {
			return err
		}
		return b.serving(ctx, e, spec{DB: db, Who: people}, func(s *server) error {
			if err := s.visit(ctx, numbers, 2*b.Time); err != nil {
				return err
			}
			res, err := s.load(ctx, b, 64)
			if err != nil {
				return err
			}
			b.note(fmt.Sprintf("%s intake 64 with %d cases", e.name, b.Cases), res.Rate)
			st, err := s.stats(ctx)
			if err != nil {
				return err
			}
			for _, name := range pageNames {
				q := st.Took[name]
				b.note(e.name+" "+name+" p50 ms", q.P50)
				b.note(e.name+" "+name+" p99 ms", q.P99)
			}
			b.note(e.name+" memory MB", st.Memory)
			return nil
		})
	})
}

// crowd fills the database with cases and chooses who looks at them.
func (b *bench) crowd(ctx context.Context, e engine, db string) (people []post, numbers []string, err error) {
	s, err := b.Raise(ctx, filepath.Join(b.dir, "data"), db)
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	start := clock.System.Now()
	if err := generate(ctx, s, b.Cases, openShare, true); err != nil {
		return nil, nil, err
	}
	b.note(fmt.Sprintf("%s generate %d cases s", e.name, b.Cases), clock.System.Now().Sub(start).Seconds())
	start = clock.System.Now()
	index := s.CatchUp // on SQLite the file is filled from the rows
	if e.url != "" {
		index = s.Search.Rebuild
	}
	if err := index(ctx); err != nil {
		return nil, nil, err
	}
	b.note(fmt.Sprintf("%s index %d cases s", e.name, b.Cases), clock.System.Now().Sub(start).Seconds())
	if e.url != "" {
		if err := b.admin(ctx, db, `vacuum analyze`); err != nil {
			return nil, nil, err
		}
	}
	numbers, err = store.Values[string](ctx, s.City, `select number from cases where city = ? order by id desc limit 20000`, s.City.ID)
	if err != nil {
		return nil, nil, err
	}
	root, _ := s.Places.Root()
	points, err := spots(s.Places)
	if err != nil {
		return nil, nil, err
	}
	grid, _ := s.Places.Locate(points[len(points)/2])
	unit, centre := s.Bodies.All(body.Department)[0].ID, s.Bodies.All(body.Department)[0].ID
	if all := s.Bodies.All(body.Centre); len(all) > 0 {
		centre = all[0].ID
	}
	return []post{{"city_centre", centre, root.ID}, {"grid_worker", centre, grid.ID}, {"department", unit, root.ID}}, numbers, nil
}

// next is the address of the page behind this one; empty at the end.
func next(page []byte) string {
	m := nextPage.FindSubmatch(page)
	if m == nil {
		return ""
	}
	return html.UnescapeString(string(m[1]))
}

// visit opens all kinds of pages for a while.
func (s *server) visit(ctx context.Context, numbers []string, d time.Duration) error {
	var g sync.WaitGroup
	errs := make([]error, readers)
	start := clock.System.Now()
	for i := range readers {
		g.Go(func() {
			v := visitor{s: s, rand: rand.New(rand.NewPCG(seed, uint64(i)+9)), numbers: numbers}
			for errs[i] == nil && (v.rounds < 30 || clock.System.Now().Sub(start) < d) {
				errs[i] = v.round(ctx)
			}
		})
	}
	g.Wait()
	return errors.Join(errs...)
}

type visitor struct {
	s       *server
	rand    *rand.Rand
	numbers []string
	rounds  int
	after   string // the next page's address
}

const (
	asCentre = iota
	asWorker
	asUnit
)

var nextPage = regexp.MustCompile(`href="(/desk\?[^"]*after=[^"]*)"`)

// round opens every kind of page once. The first round warms up and isn't counted.
func (v *visitor) round(ctx context.Context) error {
	r := v.rand
	search := func(q string) string { return "/search?q=" + url.QueryEscape(q) }
	pages := []struct {
		name string
		who  int
		path string
	}{
		{"inbox, centre", asCentre, "/desk"},
		{"inbox, grid worker", asWorker, "/desk"},
		{"inbox, unit", asUnit, "/desk"},
		{"open, centre", asCentre, "/desk?tab=open"},
		{"closed, centre", asCentre, "/desk?tab=closed"},
		{"filters", asCentre, pick(r, []string{"/desk?tab=open&kind=praise", "/desk?tab=open&late=1&status=new", "/desk?tab=closed&kind=ask", "/desk?tab=open&status=working&kind=help"})},
		{"search, two characters", asCentre, search(pick(r, whats))},
		{"search, sentence part", asCentre, search(pick(r, wheres) + "的" + pick(r, whats))},
		{"search, rare", asCentre, search(estate(r))},
		{"search, absent", asCentre, search("龙卷风袭击")},
		{"case page", asCentre, "/cases/" + v.numbers[r.IntN(len(v.numbers))]},
		{noBar, asCentre, "/board"},
	}
	for _, p := range pages {
		page, err := v.get(ctx, p.name, p.who, p.path)
		if err != nil {
			return err
		}
		if p.name == "closed, centre" && v.after == "" {
			v.after = next(page)
		}
	}
	if v.after != "" {
		page, err := v.get(ctx, "next pages", asCentre, v.after)
		if err != nil {
			return err
		}
		v.after = next(page)
	}
	v.rounds++
	return nil
}

func (v *visitor) get(ctx context.Context, name string, who int, path string) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+v.s.Addr+path, nil)
	if err != nil {
		return nil, err
	}
	if v.rounds > 0 {
		r.Header.Set(labelHeader, name)
	}
	r.Header.Set("Cookie", v.s.Cookies[who])
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	page, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s answered %s", path, res.Status)
	}
	return page, err
}
