// Package memory keeps copies of rows in memory: read by many at once, replaced as a whole, in step with the ledger.
package memory

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"mulin/internal/ledger"
	"mulin/internal/store"
)

// Copy is what some rows of a city say, made into the type an area reads it by. Its values never change: a new one takes the place of the old.
type Copy[S any] struct {
	city   *store.City
	name   string // of its follower
	verbs  []string
	except string
	lazy   bool
	read   func(ctx context.Context, old S) (S, error)

	asked atomic.Int64 // readings that were asked for
	turn  sync.Mutex   // one reading at a time, so that an older one never replaces a newer
	now   atomic.Pointer[reading[S]]
}

// reading is a value with what is certainly in it.
type reading[S any] struct {
	seq, asked int64
	value      S
}

// Kept is a copy as the one who joins the areas sees it.
type Kept interface {
	// Load reads the rows.
	Load(ctx context.Context) error
	// Follower keeps the copy in step with what other processes write.
	Follower() ledger.Follower
}

// New makes a copy that is empty until Load. read makes a new value of the rows and may take over parts of the old one; it is called again after
// entries of the ledger whose verbs begin with one of those given.
func New[S any](city *store.City, name string, empty S, read func(ctx context.Context, old S) (S, error), verbs ...string) *Copy[S] {
	c := &Copy[S]{city: city, name: name, read: read, verbs: verbs}
	c.now.Store(&reading[S]{value: empty})
	return c
}

// Except leaves out a verb that changes nothing of what is copied.
func (c *Copy[S]) Except(verb string) *Copy[S] {
	c.except = verb
	return c
}

// Lazily makes a copy that is read again by whoever looks at it next, not by whoever wrote: for rows that are written one by one in long runs.
func (c *Copy[S]) Lazily() *Copy[S] {
	c.lazy = true
	c.asked.Add(1)
	return c
}

// patience is how long somebody who looks at a lazy copy waits for the rows before making do with the old value.
const patience = 5 * time.Second

// Now is the newest value; nothing in it may be changed.
func (c *Copy[S]) Now() S {
	if r := c.now.Load(); !c.lazy || r.asked == c.asked.Load() {
		return r.value
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	_ = c.serve(ctx, c.asked.Load()) // the old value is better than none
	return c.now.Load().value
}

// Asked counts the readings that were asked for: what was derived from the same rows under a smaller count is stale.
func (c *Copy[S]) Asked() int64 { return c.asked.Load() }

// Load reads the rows. Calls that wait for each other share one reading.
func (c *Copy[S]) Load(ctx context.Context) error { return c.serve(ctx, c.asked.Add(1)) }

// serve reads the rows unless a reading that began after it was asked for has done so.
func (c *Copy[S]) serve(ctx context.Context, asked int64) error {
	c.turn.Lock()
	defer c.turn.Unlock()
	old := c.now.Load()
	if old.asked >= asked {
		return nil
	}
	r := &reading[S]{asked: c.asked.Load()}
	var err error
	// The head comes first: what is committed while we read is then followed once more.
	if r.seq, err = ledger.Head(ctx, c.city, c.city.ID); err == nil {
		r.value, err = c.read(ctx, old.value)
	}
	if err != nil {
		return fmt.Errorf("load %s: %w", c.name, err)
	}
	c.now.Store(r)
	return nil
}

// Refresh is for after an own write. The write stands, so a failure here is no failure of the verb: the follower tries again.
func (c *Copy[S]) Refresh(ctx context.Context) { _ = c.renew(context.WithoutCancel(ctx)) }

func (c *Copy[S]) renew(ctx context.Context) error {
	if c.lazy {
		c.asked.Add(1)
		return nil
	}
	return c.Load(ctx)
}

// Follower reads the rows again after entries that concern them.
func (c *Copy[S]) Follower() ledger.Follower {
	return ledger.Func(c.name, func(ctx context.Context, entries []ledger.Entry) error {
		known := c.now.Load().seq
		if slices.ContainsFunc(entries, func(e ledger.Entry) bool { return (c.lazy || e.Seq > known) && c.concerns(e.Verb) }) {
			return c.renew(ctx)
		}
		return nil
	})
}

func (c *Copy[S]) concerns(verb string) bool {
	return verb != c.except && slices.ContainsFunc(c.verbs, func(v string) bool { return strings.HasPrefix(verb, v) })
}
