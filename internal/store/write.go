package store

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"mulin/internal/clock"
)

// maxGroup bounds one transaction, so that nobody waits long for a commit that grows and grows.
const maxGroup = 128

// request is one Write on its way: waiting until the writer claims it or its caller gives up.
type request struct {
	f     func(*Tx) error
	state atomic.Int32 // 0 waiting, 1 claimed or given up
	done  chan error
}

func (r *request) claim() bool { return r.state.CompareAndSwap(0, 1) }

// writer runs a city's writes, one group after another. A group that stands goes on to confirm, and the next one is run while it gets to the disk.
type writer struct {
	city *City
	in   chan *request
	out  chan served
	over chan struct{} // everybody who came in time has been answered
	quit chan struct{}
	gone sync.WaitGroup
	once sync.Once
	halt sync.Once
}

func newWriter(c *City) *writer {
	return &writer{city: c, in: make(chan *request, 4*maxGroup), out: make(chan served, maxGroup), over: make(chan struct{}), quit: make(chan struct{})}
}

// Write runs f in the city's next group and returns when it is committed, or with f's error or the engine's.
// f reads, decides and queues; it may run more than once and does nothing but use tx. If ctx ends before f has started, f never runs;
// afterwards Write waits for the outcome, so that nobody takes a committed write for a failed one.
func (c *City) Write(ctx context.Context, f func(tx *Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if c.dry != nil {
		return c.dry.write(c, f)
	}
	if err := c.db.broken.err(); err != nil {
		return err
	}
	w := c.writer
	w.once.Do(w.start)
	r := &request{f: f, done: make(chan error, 1)}
	select {
	case w.in <- r:
	case <-ctx.Done():
		return ctx.Err()
	case <-w.quit:
		return ErrUnreachable
	}
	select {
	case err := <-r.done:
		return err
	case <-ctx.Done():
		if r.claim() {
			return ctx.Err()
		}
	case <-w.over:
		if r.claim() {
			return ErrUnreachable
		}
	}
	return <-r.done
}

// Upkeep runs f in an ordinary transaction of its own, without the city's lock: sessions, cursors, leases.
func (c *City) Upkeep(ctx context.Context, f func(tx *Tx) error) error {
	ses, err := c.db.begin(ctx, false)
	if err != nil {
		return err
	}
	tx := &Tx{City: c.ID, Now: clock.Micros(c.db.clk.Now()), ctx: context.WithoutCancel(ctx), ses: ses}
	if err := tx.run(f); err != nil {
		ses.rollback()
		return err
	}
	if tx.broken != nil {
		ses.rollback()
		return tx.broken
	}
	if err = ses.commit(tx.ctx, gather(tx.queue)); err != nil {
		c.db.broken.note(err)
		return err
	}
	return c.db.broken.err() // a sync that went well after one that failed proves nothing
}

func (w *writer) stop() {
	w.halt.Do(func() { close(w.quit) })
	w.gone.Wait()
}

func (w *writer) start() {
	w.gone.Go(w.loop)
	w.gone.Go(w.confirm)
}

func (w *writer) loop() {
	defer close(w.out)
	group := make([]*request, 0, maxGroup)
	for {
		select {
		case r := <-w.in:
			group = w.gather(append(group[:0], r))
			w.serve(group)
		case <-w.quit:
			w.refuse()
			return
		}
	}
}

// gather takes whatever waits; there is no timer, an idle city commits at once.
func (w *writer) gather(group []*request) []*request {
	for len(group) < maxGroup {
		select {
		case r := <-w.in:
			group = append(group, r)
		default:
			return group
		}
	}
	return group
}

// refuse answers those who came too late for a closing database.
func (w *writer) refuse() {
	for {
		select {
		case r := <-w.in:
			if r.claim() {
				r.done <- ErrUnreachable
			}
		default:
			return
		}
	}
}

// served is a group that has run.
type served struct {
	group   []*request
	answers []error
	wrote   bool // it was committed, it didn't only read
}

func (s served) answer(err error) {
	for i, r := range s.group {
		if err != nil {
			r.done <- err
			continue
		}
		r.done <- s.answers[i]
	}
}

// confirm answers groups once they lie on the disk, as many at a time as wait. One that only read has seen what those before it wrote, so it waits for them.
func (w *writer) confirm() {
	defer close(w.over)
	for s := range w.out {
		all := []served{s}
		for len(w.out) > 0 {
			all = append(all, <-w.out)
		}
		var err error
		if slices.ContainsFunc(all, func(s served) bool { return s.wrote }) {
			err = w.flush()
		}
		for _, s := range all {
			s.answer(err)
		}
	}
}

// flush brings to the disk what stands. After the disk has failed once it may say that all is well although something is lost, so it isn't asked again.
func (w *writer) flush() error {
	if err := w.city.db.broken.err(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), groupLimit)
	defer cancel()
	err := w.city.db.engine.flush(ctx)
	w.city.db.broken.note(err)
	return err
}

// serve claims the group and sees to it that every member is answered. If the engine turns the group down, its members run again one by one, so that only the guilty one fails.
func (w *writer) serve(waiting []*request) {
	group := waiting[:0]
	for _, r := range waiting {
		if r.claim() {
			group = append(group, r)
		}
	}
	if len(group) == 0 {
		return
	}
	w.city.db.stats.group(len(group))
	done, err := w.try(group)
	var no refused
	if err != nil && len(group) > 1 && errors.As(err, &no) {
		w.city.db.stats.alone.Add(int64(len(group)))
		for _, r := range group {
			w.end(w.try([]*request{r}))
		}
		return
	}
	w.end(done, err)
}

// end answers a group that does not stand, and passes on one that does.
func (w *writer) end(s served, err error) {
	if err != nil {
		s.answer(err)
		return
	}
	s.group = slices.Clone(s.group) // the writer fills the slice again
	w.out <- s
}

// try runs the members in one transaction and keeps what their functions returned; err says that the transaction as a whole does not stand.
func (w *writer) try(group []*request) (s served, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), groupLimit)
	defer cancel()
	start := w.city.db.clk.Now()
	s = served{group: group, answers: make([]error, len(group))}
	tx, err := w.open(ctx)
	if err != nil {
		return s, err
	}
	before := *tx.head
	for i, r := range group {
		m := tx.mark()
		s.answers[i] = tx.run(r.f)
		if tx.broken != nil {
			tx.ses.rollback()
			return s, firstOf(tx.broken, s.answers[i])
		}
		if s.answers[i] != nil && !tx.reset(m) {
			tx.ses.rollback()
			return s, refused{s.answers[i]}
		}
	}
	if *tx.head == before && len(tx.queue) == 0 && tx.sent == 0 {
		tx.ses.rollback()
		return s, nil
	}
	h := tx.head
	tx.Exec(`update ledger_head set seq = ?, at = ?, last_id = ?, serial = ? where city = ?`, h.seq, h.at, h.lastID, h.serial, tx.City)
	if err := tx.ses.commit(ctx, gather(tx.queue)); err != nil {
		w.city.db.broken.note(err)
		if err = w.settle(tx.ses, *h, err); err != nil {
			return s, err
		}
	}
	s.wrote = true
	w.city.db.stats.commit(w.city.db.clk.Now().Sub(start))
	w.city.feed.wake()
	return s, nil
}

// settleLimit is how long the writer tries to find out what became of a group. Meanwhile nobody else's write runs: it might come before one that stands.
const settleLimit = 20 * time.Second

// settle finds out what became of a group whose commit was not answered, before anything runs again: nil if it stands, refused if it doesn't, ErrUnsure if nobody
// can tell in time. An engine that can't be asked leaves the error as it is.
func (w *writer) settle(ses session, h head, cause error) error {
	ask, ok := ses.(finder)
	var no refused
	if !ok || errors.As(cause, &no) {
		return cause
	}
	ctx, cancel := context.WithTimeout(context.Background(), settleLimit)
	defer cancel()
	for pause := 10 * time.Millisecond; ; pause = min(2*pause, time.Second) {
		switch stands, known, err := ask.stands(ctx, w.city.ID, h); {
		case err == nil && known && stands:
			return nil
		case err == nil && known:
			return refused{cause}
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return fmt.Errorf("%w: %w", ErrUnsure, cause)
		}
	}
}

// firstOf keeps the function's own words when it wrapped the engine's refusal, and the fact that it was a refusal.
func firstOf(broken, own error) error {
	var no refused
	if own != nil && errors.As(broken, &no) {
		return refused{own}
	}
	return broken
}

// open begins a transaction and locks the city's head.
func (w *writer) open(ctx context.Context) (*Tx, error) {
	db := w.city.db
	ses, err := db.begin(ctx, true)
	if err != nil {
		return nil, err
	}
	tx := &Tx{City: w.city.ID, ctx: ctx, ses: ses}
	h, err := One(ctx, tx, scanHead, db.engine.kind().Lock(`select seq, at, last_id, serial from ledger_head where city = ?`), w.city.ID)
	if err != nil {
		ses.rollback()
		if errors.Is(err, ErrNone) {
			err = fmt.Errorf("city %d has not been founded", w.city.ID)
		}
		return nil, err
	}
	tx.head, tx.sent = &h, 0
	tx.Now = max(clock.Micros(db.clk.Now()), h.at)
	return tx, nil
}

func scanHead(r Row) (h head, err error) {
	return h, r.Scan(&h.seq, &h.at, &h.lastID, &h.serial)
}

// feed wakes those who wait for the next commit.
type feed struct {
	mu sync.Mutex
	ch chan struct{}
}

func (f *feed) wait() <-chan struct{} {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.ch == nil {
		f.ch = make(chan struct{})
	}
	return f.ch
}

func (f *feed) wake() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.ch != nil {
		close(f.ch)
		f.ch = nil
	}
}

func stack() []byte { return debug.Stack() }
