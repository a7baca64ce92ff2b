package register

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/fault"
	"mulin/internal/i18n"
	"mulin/internal/ledger"
	"mulin/internal/store"
)

// Most is how many things one Save takes: it is one write, and everybody else's waits.
const Most = 1000

// Bad is what is wrong with some of many things, in their order.
type Bad []At

// At is what is wrong with one of them.
type At struct {
	Index int
	error
}

// Unwrap gives what is wrong.
func (a At) Unwrap() error { return a.error }

func (b Bad) Error() string { return fmt.Sprintf("%d are wrong, the first: %v", len(b), b[0].error) }

// Unwrap gives everything that is wrong.
func (b Bad) Unwrap() (all []error) {
	for _, one := range b {
		all = append(all, one)
	}
	return all
}

// or is nil if nothing is wrong.
func (b Bad) or() error {
	if len(b) == 0 {
		return nil
	}
	slices.SortFunc(b, func(x, y At) int { return x.Index - y.Index })
	return b
}

// Counts says what a save does, or would do.
type Counts struct{ New, Changed, Same int }

// Save adds things (ID 0) or changes them, up to Most, all or none. Each must carry the newest version's number, so that nobody overwrites what they
// haven't seen; saving what is already so leaves no trace, and what was retired is refused, for Restore brings it back. Where the noun is Dated, a Since in the past, behind
// the last version's, says from when it has been so; 0 is now. What is wrong is told by a Bad.
func (n *Noun) Save(ctx context.Context, who access.Actor, things ...any) error {
	return n.SaveWith(ctx, who, nothing, things...)
}

func nothing(*store.Tx) error { return nil }

// Restore saves what was retired, perhaps with other values than it had, which brings it back; nothing else does.
func (n *Noun) Restore(ctx context.Context, who access.Actor, x any) error {
	if !n.Returns {
		return access.ErrDenied
	}
	return n.save(ctx, who, true, nothing, x)
}

// SaveOnce is Save of one thing under the sender's own reference: a new one that the same person has sent with it before, with the same in it, is the first.
func (n *Noun) SaveOnce(ctx context.Context, who access.Actor, ref string, x any) error {
	if ref == "" || HeadOf(x).ID != 0 {
		return n.Save(ctx, who, x)
	}
	if err := n.fit(who, []any{x}).or(); err != nil {
		return err
	}
	key, head := n.reference(who, ref, x), *HeadOf(x)
	return n.done(ctx, n.city.Write(ctx, func(tx *store.Tx) error {
		*HeadOf(x) = head
		first, err := store.Value[int64](ctx, tx, `select subject from step_ref where city = ? and ref = ?`, tx.City, key)
		if err == nil {
			return n.again(ctx, tx, who, first, x)
		}
		if errors.Is(err, store.ErrNone) {
			err = n.put(ctx, tx, who, false, []any{x})
		}
		if err == nil {
			tx.Exec(`insert into step_ref (city, ref, subject) values (?, ?, ?)`, tx.City, key, HeadOf(x).ID)
		}
		return err
	}))
}

// again makes x the thing that was saved first, as it stands now.
func (n *Noun) again(ctx context.Context, tx *store.Tx, who access.Actor, first int64, x any) error {
	HeadOf(x).ID = first
	old, err := n.get(ctx, tx, who, first)
	if err == nil {
		*HeadOf(x) = *HeadOf(old)
	}
	if errors.Is(err, ErrMissing) { // an area's memory may not have it yet
		return nil
	}
	return err
}

// reference is how a sender's own mark is kept: bound to the sender and to what was sent, of which it tells nothing.
func (n *Noun) reference(who access.Actor, ref string, x any) string {
	h := HeadOf(x)
	said := []string{ref, id(h.Place), id(h.Since)}
	for i := range n.Fields {
		said = append(said, strings.Join(n.Fields[i].Parts(x), "\x01"))
	}
	sum := sha256.Sum256([]byte(strings.Join(said, "\x00")))
	return n.Name + "/" + strconv.FormatInt(who.Person, 10) + "/" + hex.EncodeToString(sum[:16])
}

// SaveWith is Save with something more in the same write, such as how far an import has come.
func (n *Noun) SaveWith(ctx context.Context, who access.Actor, more func(*store.Tx) error, things ...any) error {
	return n.save(ctx, who, false, more, things...)
}

func (n *Noun) save(ctx context.Context, who access.Actor, back bool, more func(*store.Tx) error, things ...any) error {
	if len(things) > Most {
		return fault.New(fault.TooLarge, "register.most", Most)
	}
	if err := n.fit(who, things).or(); err != nil {
		return err
	}
	heads := make([]Head, len(things)) // a write may run more than once
	for i, x := range things {
		heads[i] = *HeadOf(x)
	}
	return n.done(ctx, n.city.Write(ctx, func(tx *store.Tx) error {
		for i, x := range things {
			*HeadOf(x) = heads[i]
		}
		if err := n.put(ctx, tx, who, back, things); err != nil {
			return err
		}
		return more(tx)
	}))
}

// put judges things within a write and writes them; back brings them back.
func (n *Noun) put(ctx context.Context, tx *store.Tx, who access.Actor, back bool, things []any) error {
	t := n.Trial()
	t.back = back
	b, err := n.judge(ctx, tx, who, tx.Now, things, nil, t)
	if err != nil {
		return err
	}
	for i, x := range things {
		old := b.old[HeadOf(x).ID]
		if n.same(old, x) {
			*HeadOf(x) = *HeadOf(old)
		} else if err := n.rows.write(ctx, tx, who, old, x); err != nil {
			return Bad{At{i, err}}
		}
	}
	return nil
}

// done loads what follows a write that stands; if that fails a follower makes up for it.
func (n *Noun) done(ctx context.Context, err error) error {
	if err == nil && n.then != nil {
		_ = n.then(context.WithoutCancel(ctx))
	}
	return err
}

// Try says what Save would find, of any number of things and without the city's lock. The counts are of those that are good.
func (n *Noun) Try(ctx context.Context, who access.Actor, things ...any) (Counts, error) {
	return n.Trial().Try(ctx, who, things...)
}

// Trial tries saves that follow one another, as the pieces of a long sheet do: a unique value that one takes isn't free for the next.
type Trial struct {
	n     *Noun
	tried int64
	taken map[string]int64 // as in batch, by things tried
	back  bool             // they were retired and come back
}

// Trial begins one.
func (n *Noun) Trial() *Trial { return &Trial{n: n, taken: map[string]int64{}} }

// Try is Noun.Try after those before.
func (t *Trial) Try(ctx context.Context, who access.Actor, things ...any) (Counts, error) {
	b, err := t.n.judge(ctx, t.n.city, who, clock.Micros(t.n.city.Clock().Now()), things, t.n.fit(who, things), t)
	t.tried += int64(len(things))
	return b.counts, err
}

// Retire ends a thing; if the noun Returns, Restore brings it back. The reason may be left out.
func (n *Noun) Retire(ctx context.Context, who access.Actor, id, version int64, reason string) (err error) {
	if reason != "" {
		if reason, err = ledger.Reason(reason); err != nil {
			return err
		}
	}
	return n.done(ctx, n.city.Write(ctx, func(tx *store.Tx) error {
		x, err := n.get(ctx, tx, who, id)
		if err != nil {
			return err
		}
		if !n.Retires || !n.May(who, x) {
			return access.ErrDenied
		}
		if h := HeadOf(x); !h.Live() || h.Version != version {
			return ErrStale
		}
		return n.rows.retire(ctx, tx, who, x, reason)
	}))
}

// same tells that saving x would change nothing.
func (n *Noun) same(old, x any) bool {
	return old != nil && HeadOf(old).Live() && len(n.Changes(old, x)) == 0
}

// fit reads every field once more, so that what comes from programs is held to the same as what comes from forms, and asks for the right where each will be.
func (n *Noun) fit(who access.Actor, things []any) (bad Bad) {
	for i, x := range things {
		var faults fault.List
		for j := range n.Fields {
			if one := n.Fields[j].Set(x, n.Name, n.Fields[j].Parts(x)); one != nil {
				faults = append(faults, one)
			}
		}
		h := HeadOf(x)
		if where := n.Refs["place"]; where.At == nil || h.Place == 0 {
			h.Place, h.Path = 0, access.Root
		} else {
			h.Path = where.At(h.Place)
		}
		err := faults.Or()
		if err == nil {
			err = n.denied(who, x)
		}
		if err != nil {
			bad = append(bad, At{i, err})
		}
	}
	return bad
}

// batch is what a save knows of what is there.
type batch struct {
	old    map[int64]any
	taken  map[string]int64 // unique value → who has it in force
	trial  *Trial
	counts Counts
}

// holder is who has a value: one of those that are tried, or of those in force.
func (b *batch) holder(value string) (int64, bool) {
	by, ok := b.trial.taken[value]
	if !ok {
		by, ok = b.taken[value]
	}
	return by, ok
}

// judge compares things with what is there, without those that are bad already. Within a Write the city's lock is held, so nobody comes between.
func (n *Noun) judge(ctx context.Context, q store.Querier, who access.Actor, now int64, things []any, bad Bad, t *Trial) (b batch, err error) {
	b.trial = t
	var ids []any
	for _, x := range things {
		if h := HeadOf(x); h.ID != 0 {
			ids = append(ids, h.ID)
		}
	}
	if b.old, err = n.rows.newest(ctx, q, ids); err == nil {
		b.taken, err = n.takenOf(ctx, q, things)
	}
	if err != nil {
		return b, err
	}
	known := bad
	for i, x := range things {
		if len(known) > 0 && known[0].Index == i {
			known = known[1:]
			continue
		}
		if err := n.judgeOne(ctx, q, who, now, &b, x, i); err != nil {
			bad = append(bad, At{i, err})
		}
	}
	return b, bad.or()
}

func (n *Noun) judgeOne(ctx context.Context, q store.Querier, who access.Actor, now int64, b *batch, x any, i int) error {
	h, old, count, t := HeadOf(x), b.old[HeadOf(x).ID], &b.counts.New, b.trial
	if me := id(h.ID); me != "" {
		switch {
		case old == nil || !n.sees(who, old):
			return ErrMissing
		case !n.May(who, old):
			return access.ErrDenied
		case !HeadOf(old).Live() && n.Returns && !t.back:
			return ErrRetired
		case HeadOf(old).Version != h.Version || t.taken[me] != 0 || t.back && HeadOf(old).Live(): // or it comes twice
			return ErrStale
		}
		t.taken[me] = h.ID
		if count = &b.counts.Changed; n.same(old, x) {
			b.counts.Same++
			return nil
		}
	}
	var bad fault.List
	for j := range n.Fields {
		f := &n.Fields[j]
		label := i18n.Key(n.Name + "." + f.Name)
		bad.Check(f.Ref == "" || n.live(f, old, x), f.Name, "register.unknown", label)
		bad.Check(!f.Is.Fixed || old == nil || slices.Equal(f.Parts(old), f.Parts(x)), f.Name, "register.fixed", label)
		if v := f.unique(n, x); v != "" {
			me := h.ID
			if me == 0 {
				me = -t.tried - int64(i) - 1
			}
			twin, ok := b.holder(v)
			bad.Check(!ok || twin == me, f.Name, "register.taken", label)
			t.taken[v] = me
		}
	}
	bad.Check(h.Place == 0 || old != nil && HeadOf(old).Place == h.Place || n.Refs["place"].Live(h.Place), "place", "register.unknown", i18n.Key("kit.place"))
	bad.Check(!n.Dated || h.Since <= now && (old == nil || h.Since == 0 || h.Since >= HeadOf(old).Since), "since", "register.since")
	if n.check(ctx, q, x, &bad); len(bad) == 0 {
		*count++
	}
	return bad.Or()
}

// live tells whether all that a reference names newly is there; what it has named before may have ended.
func (n *Noun) live(f *Field, old, x any) bool {
	var before []string
	if old != nil {
		before = f.Parts(old)
	}
	for _, part := range f.Parts(x) {
		if at, _ := number(part); at != 0 && !slices.Contains(before, part) && !n.Refs[f.Ref].Live(at) {
			return false
		}
	}
	return true
}

// unique is what no two things in force may have in common; "" for nothing.
func (f *Field) unique(n *Noun, x any) string {
	v := f.Parts(x)[0]
	if !f.Is.Unique || v == "" {
		return ""
	}
	for _, name := range f.within {
		other, _ := n.Field(name)
		v = other.Parts(x)[0] + "\n" + v
	}
	return f.Name + "\n" + v
}

// takenOf are the unique values that things in force have already.
func (n *Noun) takenOf(ctx context.Context, q store.Querier, things []any) (map[string]int64, error) {
	taken := map[string]int64{}
	for _, f := range n.Those(func(is Traits) bool { return is.Unique }) {
		values := make([]any, len(things))
		for i, x := range things {
			values[i] = f.put(x)[0]
		}
		some, err := n.rows.having(ctx, q, f, values)
		if err != nil {
			return nil, err
		}
		for _, x := range some {
			taken[f.unique(n, x)] = HeadOf(x).ID
		}
	}
	return taken, nil
}

// record appends to the ledger, by the post that gave the right. What isn't public is masked, for a text may hold more than was asked for.
func (n *Noun) record(tx *store.Tx, who access.Actor, verb string, x any, t told) {
	h := HeadOf(x)
	for name, c := range t.Changes {
		if f, ok := n.Field(name); ok && !f.Is.Public && (f.Sort == SortLine || f.Sort == SortText) {
			t.Changes[name] = Change{masked(c.Before), masked(c.After)}
		}
	}
	post := who.Post(n.Edit, n.at(x))
	who.Posts = who.Posts[max(0, slices.IndexFunc(who.Posts, func(p access.Post) bool { return p.ID == post })):]
	t.Version = h.Version
	ledger.Append(tx, who, n.verbs+"."+verb, ledger.Subject{Kind: n.Name, ID: h.ID, Path: h.Path}, t)
}
