package ledger

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"mulin/internal/clock"
	"mulin/internal/store"
)

// Follower does something with every entry after it was committed. It may see an entry twice and works so that this does no harm.
type Follower interface {
	// Name keys the cursor.
	Name() string
	// Follow handles entries in order; after an error the same ones come again.
	Follow(ctx context.Context, entries []Entry) error
}

// Keeper is a follower that keeps its cursor itself, in step with what it makes of the entries; the feed writes nothing for it and takes no lease.
type Keeper interface {
	Follower
	// Cursor is the number of the newest entry it has followed; it is asked before every step.
	Cursor(ctx context.Context) (int64, error)
}

// Func makes a follower of a function.
func Func(name string, f func(ctx context.Context, entries []Entry) error) Follower {
	return funcFollower{name, f}
}

type funcFollower struct {
	name string
	f    func(ctx context.Context, entries []Entry) error
}

func (f funcFollower) Name() string                                { return f.name }
func (f funcFollower) Follow(ctx context.Context, e []Entry) error { return f.f(ctx, e) }

const (
	batch      = 500
	lease      = 30 * time.Second
	poll       = 250 * time.Millisecond // another process may have written without waking us
	maxBackoff = 30 * time.Second
	// collect is how long a lasting follower lets entries gather after it was woken: each of its steps costs commits of its own, which intake waits for.
	collect = 100 * time.Millisecond
	// soon is the same for those in memory, whose pages people look at.
	soon = 20 * time.Millisecond
)

// Feed runs the followers of one city.
type Feed struct {
	city   *store.City
	log    *slog.Logger
	holder string

	mu   sync.Mutex
	all  []*runner
	gone sync.WaitGroup

	reading sync.Mutex
	read    []Entry // the newest entries: an entry is read once for all followers that keep up
}

// runner is one follower with its place.
type runner struct {
	Follower
	lasts bool  // it catches up from where it was
	local bool  // the feed keeps no cursor: this process's own memory, which starts at the head, or a Keeper
	seq   int64 // of a local one, or the newest known of a lasting one
	until int64 // of a lasting one: when its lease ends, as far as this process knows
	turn  sync.Mutex
}

// NewFeed makes the feed of a city.
func NewFeed(city *store.City, log *slog.Logger) *Feed {
	return &Feed{city: city, log: log, holder: rand.Text()[:12]}
}

// Lasting adds a follower whose cursor is kept, so that it sees every entry; of all nodes one runs it at a time, unless it is a Keeper.
func (f *Feed) Lasting(w Follower) {
	_, keeps := w.(Keeper)
	f.add(&runner{Follower: w, lasts: true, local: keeps})
}

// Local adds a follower that keeps this process in step (caches, live pages); it sees what comes after now.
func (f *Feed) Local(ctx context.Context, w Follower) error {
	head, err := Head(ctx, f.city, f.city.ID)
	if err != nil {
		return fmt.Errorf("follow as %s: %w", w.Name(), err)
	}
	f.add(&runner{Follower: w, local: true, seq: head})
	return nil
}

func (f *Feed) add(r *runner) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.all = append(f.all, r)
}

// Run follows until ctx ends. Lasting followers go each at their own pace; those in memory go together, so that what is new is asked for once.
func (f *Feed) Run(ctx context.Context) {
	f.mu.Lock()
	var level []*runner
	for _, r := range f.all {
		if r.lasts {
			f.gone.Go(func() {
				f.loop(ctx, collect, r)
				f.release(ctx, r)
			})
		} else {
			level = append(level, r)
		}
	}
	if len(level) > 0 {
		f.gone.Go(func() { f.loop(ctx, soon, level...) })
	}
	f.mu.Unlock()
	f.gone.Wait()
}

// loop follows with all of rs, and after a wake-up waits a little for more to come.
func (f *Feed) loop(ctx context.Context, gather time.Duration, rs ...*runner) {
	wait := poll
	for {
		changed := f.city.Changed()
		full := false
		var failed error
		for i, r := range rs {
			n, err := f.step(ctx, r, i == 0)
			if err != nil && ctx.Err() == nil {
				failed = err
				f.log.Error("follower stumbled", "follower", r.Name(), "city", f.city.ID, "again_in", min(2*wait, maxBackoff), "error", err)
			}
			full = full || n == batch
		}
		if ctx.Err() != nil {
			return
		}
		if failed != nil {
			wait, changed = min(2*wait, maxBackoff), nil
		} else if wait = poll; full {
			continue
		}
		if pause(ctx, wait, changed) {
			pause(ctx, gather, nil)
		}
		if ctx.Err() != nil {
			return
		}
	}
}

// pause waits for d, for the end of ctx or for the wake-up, and tells whether it was that.
func pause(ctx context.Context, d time.Duration, wake <-chan struct{}) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-wake:
		return true
	case <-ctx.Done():
	case <-timer.C:
	}
	return false
}

// CatchUp runs every follower once up to the head: for tests, imports and orderly stops.
func (f *Feed) CatchUp(ctx context.Context) error {
	f.mu.Lock()
	all := f.all
	f.mu.Unlock()
	for _, r := range all {
		for {
			n, err := f.step(ctx, r, true)
			if err != nil {
				return fmt.Errorf("follower %s: %w", r.Name(), err)
			}
			if n == 0 {
				break
			}
		}
	}
	return nil
}

// step hands the next entries to the follower and moves its cursor. Unless fresh, it makes do with what another has just read.
func (f *Feed) step(ctx context.Context, r *runner, fresh bool) (int, error) {
	r.turn.Lock()
	defer r.turn.Unlock()
	if k, ok := r.Follower.(Keeper); ok {
		var err error
		if r.seq, err = k.Cursor(ctx); err != nil {
			return 0, err
		}
	}
	if !r.local { // its lease is only asked for when there is something to do
		head, err := Head(ctx, f.city, f.city.ID)
		if err != nil || head <= r.seq {
			return 0, err
		}
		mine, err := f.claim(ctx, r)
		if err != nil || !mine {
			return 0, err
		}
	}
	entries, err := f.after(ctx, r.seq, fresh)
	if err != nil || len(entries) == 0 {
		return 0, err
	}
	if err := r.Follow(ctx, entries); err != nil {
		return 0, err
	}
	r.seq = entries[len(entries)-1].Seq
	if r.local {
		return len(entries), nil
	}
	err = f.city.Upkeep(ctx, func(tx *store.Tx) error {
		r.until = tx.Now + lease.Microseconds()
		tx.Exec(`update ledger_cursor set seq = ?, until = ? where city = ? and name = ? and holder = ? and seq < ?`,
			r.seq, r.until, tx.City, r.Name(), f.holder, r.seq)
		return nil
	})
	if err != nil {
		r.until = 0
	}
	return len(entries), err
}

// window is how many of the newest entries are kept for the followers that come after the first.
const window = 4 * batch

// after gives up to a batch of entries behind seq; followers don't change them. One that lags behind what is kept reads for itself.
func (f *Feed) after(ctx context.Context, seq int64, fresh bool) ([]Entry, error) {
	f.reading.Lock()
	defer f.reading.Unlock()
	if n := len(f.read); n > 0 && seq < f.read[0].Seq-1 {
		return After(ctx, f.city, f.city.ID, seq, batch)
	} else if n == 0 || seq > f.read[n-1].Seq {
		f.read = nil
	}
	if n := len(f.read); fresh || n == 0 {
		from := seq
		if n > 0 {
			from = f.read[n-1].Seq
		}
		more, err := After(ctx, f.city, f.city.ID, from, batch)
		if err != nil {
			return nil, err
		}
		if f.read = append(f.read, more...); len(f.read) > 2*window {
			f.read = slices.Clone(f.read[len(f.read)-window:])
		}
	}
	if len(f.read) == 0 {
		return nil, nil
	}
	rest := f.read[max(0, seq-f.read[0].Seq+1):] // the ledger has no gaps
	return rest[:min(len(rest), batch):min(len(rest), batch)], nil
}

// claim takes or keeps the follower's lease and learns its cursor. A lease that holds for long enough is not asked for again.
func (f *Feed) claim(ctx context.Context, r *runner) (mine bool, err error) {
	if clock.Micros(f.city.Clock().Now()) < r.until-lease.Microseconds()/2 {
		return true, nil
	}
	r.until = 0
	err = f.city.Upkeep(ctx, func(tx *store.Tx) error {
		tx.Exec(`insert into ledger_cursor (city, name, seq, holder, until) values (?, ?, 0, '', 0) on conflict (city, name) do nothing`, tx.City, r.Name())
		tx.Exec(`update ledger_cursor set holder = ?, until = ? where city = ? and name = ? and (holder = ? or until < ?)`,
			f.holder, tx.Now+lease.Microseconds(), tx.City, r.Name(), f.holder, tx.Now)
		var holder string
		row, err := store.One(ctx, tx, func(row store.Row) (seq int64, err error) { return seq, row.Scan(&seq, &holder) },
			`select seq, holder from ledger_cursor where city = ? and name = ?`, tx.City, r.Name())
		if err != nil {
			return err
		}
		mine = holder == f.holder
		r.seq = row
		if mine {
			r.until = tx.Now + lease.Microseconds()
		}
		return nil
	})
	return mine, err
}

// release gives a lease back when this process stops, so that the next one needn't wait until it runs out.
func (f *Feed) release(ctx context.Context, r *runner) {
	if r.local {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
	defer cancel()
	err := f.city.Upkeep(ctx, func(tx *store.Tx) error {
		tx.Exec(`update ledger_cursor set until = 0 where city = ? and name = ? and holder = ?`, tx.City, r.Name(), f.holder)
		return nil
	})
	if err != nil {
		f.log.Warn("lease of a follower not given back", "follower", r.Name(), "city", f.city.ID, "error", err)
	}
}
