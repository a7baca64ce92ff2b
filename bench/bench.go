// Package bench measures an installation on this machine, everything side by side in one run: what the databases can do at best, what intake over HTTP
// does with everything on, and what lists, pages and search take with many cases. Server and clients are processes of their own, so that the memory of
// one is not the other's; both are this program, started again.
package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"time"

	"mulin/internal/store"
	"mulin/town"
	"mulin/town/casework"
	"mulin/view/search"
)

// Site is an installation with its one city, as far as it is measured.
type Site struct {
	*town.Areas
	DB      *store.DB
	Search  *search.Index
	Handler http.Handler                                                                         // all ways in
	Intake  func(*casework.Desk) http.Handler                                                    // the API alone, for any desk
	Run     func(context.Context)                                                                // followers and jobs
	Staff   func(ctx context.Context, role string, body, place int64) (cookie string, err error) // signs somebody in
	Seed    func(context.Context) error                                                          // land, bodies, lists and people of an empty city
	CatchUp func(context.Context) error                                                          // lets the followers catch up
	Close   func() error
}

// Kit is how the package comes to an installation; the command supplies it.
type Kit struct {
	Raise func(ctx context.Context, data, db string) (*Site, error) // opens the database, with the city founded
	Exec  []string                                                  // this program and what makes it call Part
}

// Options choose what is measured.
type Options struct {
	Postgres string // URL of a server on which databases may be made; empty: SQLite only
	Cases    int
	Time     time.Duration // of one measurement
	Rounds   int
	Only     []string // parts; empty: all
	Markdown bool
	Keep     string // folder for profiles of the servers; empty: none
}

// Parts are the parts of a run, in its order.
var Parts = []string{"raw", "handler", "intake", "import", "reads", "same"}

// clients are the numbers of clients, as the bars name them.
var clients = []int{8, 64, 256}

// Run measures and writes the table to out. What is being done is told to say.
func Run(ctx context.Context, kit Kit, o Options, out, say io.Writer) error {
	for _, p := range o.Only {
		if !slices.Contains(Parts, p) {
			return fmt.Errorf("no part %q: there are %q", p, Parts)
		}
	}
	dir, err := os.MkdirTemp("", "mulin-bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	b := &bench{Kit: kit, Options: o, dir: dir, say: say, figures: map[string][]float64{}}
	if err := b.prepare(ctx); err != nil {
		return fmt.Errorf("prepare: %w", err)
	}
	defer b.drop()
	for round := range o.Rounds {
		fmt.Fprintf(say, "round %d of %d\n", round+1, o.Rounds)
		for _, e := range b.engines {
			if err := b.round(ctx, e); err != nil {
				return err
			}
		}
		if err := b.part(ctx, "handler", func() error { return b.handler(ctx) }); err != nil {
			return err
		}
	}
	for _, e := range b.engines {
		if err := b.part(ctx, "reads", func() error { return b.reads(ctx, e) }); err != nil {
			return err
		}
		if err := b.part(ctx, "same", func() error { return b.same(ctx, e) }); err != nil {
			return err
		}
	}
	return b.table(out)
}

// bench is one run.
type bench struct {
	Kit
	Options
	dir     string
	say     io.Writer
	engines []engine
	rows    *rows
	figures map[string][]float64 // by name, one value a round
	made    int
}

func (b *bench) note(name string, v float64) {
	b.figures[name] = append(b.figures[name], v)
	fmt.Fprintf(b.say, "  %-44s %10.1f\n", name, v)
}

// part runs f if it was asked for.
func (b *bench) part(ctx context.Context, name string, f func() error) error {
	if len(b.Only) > 0 && !slices.Contains(b.Only, name) {
		return nil
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := f(); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// round is everything that is measured on an empty city, once.
func (b *bench) round(ctx context.Context, e engine) error {
	steps := []struct {
		part string
		do   func() error
	}{
		{"raw", func() error { return b.group(ctx, e) }},
		{"raw", func() error { return b.single(ctx, e) }},
		{"raw", func() error { return b.pgbench(ctx, e) }},
		{"intake", func() error { return b.intake(ctx, e) }},
		{"import", func() error { return b.imports(ctx, e) }},
	}
	for _, s := range steps {
		if err := b.part(ctx, s.part, s.do); err != nil {
			return fmt.Errorf("%s: %w", e.name, err)
		}
	}
	return nil
}

// intake files over HTTP with everything on.
func (b *bench) intake(ctx context.Context, e engine) error {
	return b.serving(ctx, e, spec{}, func(s *server) error {
		st, err := b.file(ctx, s, e.name+" intake", true)
		if err != nil {
			return err
		}
		b.note(e.name+" intake memory MB", st.Memory)
		b.note(e.name+" search lag", float64(st.Lag))
		return nil
	})
}

// handler files over HTTP with all but the store.
func (b *bench) handler(ctx context.Context) error {
	return b.serving(ctx, b.engines[0], spec{Dry: true}, func(s *server) error {
		_, err := b.file(ctx, s, "handler alone", false)
		return err
	})
}

// file files with each number of clients, notes the rates under a name, and the slow ones too if tail, and gives what the server says afterwards.
func (b *bench) file(ctx context.Context, s *server, name string, tail bool) (after stats, err error) {
	filed := 0
	before, err := s.stats(ctx)
	if err != nil {
		return before, err
	}
	for _, n := range clients {
		res, err := s.load(ctx, b, n)
		if err != nil {
			return before, err
		}
		filed += res.N
		b.note(fmt.Sprintf("%s %d", name, n), res.Rate)
		if tail {
			b.note(fmt.Sprintf("%s %d p99 ms", name, n), res.P99)
		}
	}
	if after, err = s.stats(ctx); err == nil {
		b.note(name+", server's processor µs each", (after.CPU-before.CPU)*1e6/float64(max(1, filed)))
	}
	return after, err
}

// prepare makes the city once on each engine and the rows that raw limits write.
func (b *bench) prepare(ctx context.Context) error {
	b.engines = []engine{{name: "SQLite"}}
	if b.Postgres != "" {
		b.engines = append(b.engines, engine{name: "PostgreSQL", url: b.Postgres})
	}
	for i := range b.engines {
		e := &b.engines[i]
		var err error
		if e.base, err = b.fresh(ctx, *e, ""); err != nil {
			return err
		}
		s, err := b.Raise(ctx, filepath.Join(b.dir, "data"), e.base)
		if err != nil {
			return err
		}
		err = s.Seed(ctx)
		if err == nil && b.rows == nil {
			b.rows, err = makeRows(s, rawRows)
		}
		if err = errors.Join(err, s.Close()); err != nil {
			return err
		}
	}
	return nil
}
