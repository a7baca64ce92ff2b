package life

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"sync"

	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/fault"
	"mulin/internal/store"
)

// Rows says where the things of a kind lie.
type Rows[T any] struct {
	Table   string // with its alias: "wish w"
	Columns string // as Scan reads them; more may follow
	Scan    func(r store.Row, more ...any) (T, error)
	More    func(ctx context.Context, q store.Querier, t *T) error // from further tables; nil: nothing
	Path    string                                                 // "w.path"
	Takes   string                                                 // that a body takes part, with one ?; "" for none
}

// Proof reads along with a thing what a claim of somebody without an account proves.
type Proof[T any] struct {
	Columns string // each begins with a comma
	Read    func(*Step) (args, into []any, tell func(*T))
	Holds   func(*T) bool // that it was shown
}

// Room is where the things of a kind live: their law, rows and limits, joined by the area.
type Room[T any] struct {
	Kind   string // names them in the ledger, in step and in the keys of words
	City   *store.City
	Law    Law[T]
	First  Verb   // by which Begin opens a life
	Order  []Verb // as buttons stand: the likeliest first
	States []State
	Ends   []State
	Limits map[State]string // the limit that a state runs under
	Whole  string           // the limit of the whole
	See    access.Right
	Late   access.Right // to enter what happened long ago
	Rows[T]

	Calendar func() *clock.Calendar
	Limit    func(*T, string) (Span, bool)
	Rungs    func(limit string) []Rung
	Title    func(*T) string
	Body     func(int64) bool                   // that there is such a body; for laws with the need
	Tidy     func(string) string                // how notes are kept; nil: Words
	MaxNote  int                                // 0: MaxNote
	Shown    func(*T, access.Actor) bool        // nil: with the right See
	Seen     func(access.Actor) (string, []any) // the same for lists
	Veiled   func(*T, access.Actor) bool        // who may see it and yet reads only what was told; nil: nobody
	Proof    *Proof[T]
	Allows   func(ctx context.Context, tx *store.Tx, who access.Actor, t *T, v Verb) error // what a step is held against beside its thing; nil: nothing
	Moved    func(before, now *T) bool                                                     // pages are stale for a further reason
	Save     func(tx *store.Tx, v Verb, before, now *T)                                    // nil: the life alone
	Kept     func(tx *store.Tx, who access.Actor, t *T, seq int64, s *Step)                // what hangs on a step
	Entry    func(before, now *T, s *Step) any                                             // body of the ledger; nil: change
	Missing  *fault.Fault
	Stale    *fault.Fault // {0}: the state now

	once         sync.Once
	plain, known string // what a step reads: without and with its reference
}

// alias is how the SQL of lists and steps calls the thing's row.
func (r *Room[T]) alias() string {
	_, a, _ := strings.Cut(r.Table, " ")
	return a
}

// texts are written once: every step reads by one of them.
func (r *Room[T]) texts() (plain, known string) {
	r.once.Do(func() {
		columns, a := r.Columns, r.alias()
		if r.Proof != nil {
			columns += r.Proof.Columns
		}
		from := ` from ` + r.Table + ` where ` + a + `.city = ? and ` + a + `.id = ?`
		r.plain = `select ` + columns + from
		r.known = `select ` + columns + `, (select count(*) from step_ref r where r.city = ? and r.ref = ?)` + from
	})
	return r.plain, r.known
}

// Load reads a thing; it checks no right.
func (r *Room[T]) Load(ctx context.Context, q store.Querier, id int64) (T, error) {
	t, _, err := r.load(ctx, q, id, &Step{}, "")
	return *t, err
}

// load reads in one go all that a step has to know: the thing, what the claim proves, and whether the step was sent before.
func (r *Room[T]) load(ctx context.Context, q store.Querier, id int64, s *Step, ref string) (t *T, seen bool, err error) {
	var args, into []any
	var tell func(*T)
	if r.Proof != nil {
		args, into, tell = r.Proof.Read(s)
	}
	var refs int64
	sql, known := r.texts()
	if ref != "" {
		sql, args, into = known, append(args, r.City.ID, ref), append(into, &refs)
	}
	t = new(T)
	_, err = store.One(ctx, q, func(row store.Row) (_ struct{}, err error) {
		*t, err = r.Scan(row, into...)
		return struct{}{}, err
	}, sql, append(args, r.City.ID, id)...)
	switch {
	case errors.Is(err, store.ErrNone):
		return t, false, r.Missing
	case err != nil:
		return t, false, err
	case tell != nil:
		tell(t)
	}
	if r.More != nil {
		err = r.More(ctx, q, t)
	}
	return t, refs > 0, err
}

// May asks for the right to a step, or without one for whom it is. It tells strangers nothing of what they may not see.
func (r *Room[T]) May(t *T, who access.Actor, v Verb) error {
	rule := r.Law[v]
	err := rule.by(t, who)
	if rule.Right != "" {
		err = who.May(rule.Right, thing(t).At())
	}
	if err == access.ErrDenied && !r.shown(t, who) {
		return r.Missing
	}
	return err
}

func (r *Room[T]) shown(t *T, who access.Actor) bool {
	if r.Shown != nil {
		return r.Shown(t, who)
	}
	return who.May(r.See, thing(t).At()) == nil
}

// Clocks names the limits that the law obeys, in the order of a life: what a city can set.
func (r *Room[T]) Clocks() (all []string) {
	known := map[string]bool{"": true}
	for i := range len(r.States) + 1 {
		name := r.Whole
		if i > 0 {
			name = r.Limits[r.States[i-1]]
		}
		if !known[name] {
			known[name], all = true, append(all, name)
		}
	}
	return all
}

// most is how long a note may be.
func (r *Room[T]) most() int { return cmp.Or(r.MaxNote, MaxNote) }

func (r *Room[T]) tidy(s string) string {
	if r.Tidy != nil {
		return r.Tidy(s)
	}
	return Words(s)
}
