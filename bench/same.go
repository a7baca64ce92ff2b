package bench

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"time"

	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/store"
	"mulin/town/triage"
)

// lookups is how often each kind of question is asked.
const lookups = 400

// openSame is like openShare: of a million cases 20 000 are open.
const openSame = 50

// sameKinds are how it is asked what was told already.
var sameKinds = []string{"typed with a point", "typed with a community", "on the desk"}

// same asks for what others have told already, among many cases of which one in fifty is open.
func (b *bench) same(ctx context.Context, e engine) error {
	return b.on(ctx, e, func(db string) (err error) {
		s, err := b.Raise(ctx, filepath.Join(b.dir, "data"), db)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, s.Close()) }()
		start := clock.System.Now()
		if err := generate(ctx, s, b.Cases, openSame, false); err != nil {
			return err
		}
		b.note(fmt.Sprintf("%s same: generate %d cases s", e.name, b.Cases), clock.System.Now().Sub(start).Seconds())
		if e.url != "" {
			if err := b.admin(ctx, db, `vacuum analyze`); err != nil {
				return err
			}
		}
		return b.askSame(ctx, s, e.name)
	})
}

// askSame asks as residents do, with a point and with no more than a place, and as the desk does for a case it opens.
func (b *bench) askSame(ctx context.Context, s *Site, engine string) error {
	points, err := spots(s.Places)
	if err != nil {
		return err
	}
	open, err := store.Values[int64](ctx, s.City, `select id from cases where city = ? and open order by id`, s.City.ID)
	if err != nil {
		return err
	}
	b.note(engine+" same: open cases", float64(len(open)))
	r := rand.New(rand.NewPCG(seed, 5))
	near := func() (int, error) {
		p := points[r.IntN(len(points))]
		likes, err := s.Triage.Told(ctx, triage.Inquiry{Text: sentence(r), Point: &p})
		return len(likes), err
	}
	vague := func() (int, error) {
		at, _ := s.Places.Locate(points[r.IntN(len(points))])
		community := s.Places.Lineage(at.Path)[2]
		likes, err := s.Triage.Told(ctx, triage.Inquiry{Text: sentence(r), Path: community.Path})
		return len(likes), err
	}
	desk := func() (int, error) {
		c, err := s.Desk.Load(ctx, s.City, open[r.IntN(len(open))])
		if err != nil {
			return 0, err
		}
		likes, err := s.Triage.Same(ctx, access.System(s.City.ID), &c)
		return len(likes), err
	}
	for i, ask := range []func() (int, error){near, vague, desk} {
		if err := b.timed(engine+" same, "+sameKinds[i], ask); err != nil {
			return err
		}
	}
	return nil
}

// timed notes how long the answers took and how many cases they named; the first tenth warms up.
func (b *bench) timed(name string, ask func() (int, error)) error {
	var took []time.Duration
	found := 0
	for i := range lookups + lookups/10 {
		start := clock.System.Now()
		n, err := ask()
		if err != nil {
			return err
		}
		if i >= lookups/10 {
			took = append(took, clock.System.Now().Sub(start))
			found += n
		}
	}
	q := quantilesOf(took)
	b.note(name+" p50 ms", q.P50)
	b.note(name+" p99 ms", q.P99)
	b.note(name+" found", float64(found)/lookups)
	return nil
}
