package register

import (
	"context"
	"fmt"
	"slices"

	"mulin/internal/access"
	"mulin/internal/fault"
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

// write puts a thing that has been judged into the write.
func (t *table) write(_ context.Context, tx *store.Tx, who access.Actor, old, x any) error {
	h := HeadOf(x)
	from := h.Since
	if old == nil {
		h.ID = tx.NewID()
	} else {
		was := HeadOf(old)
		if from <= was.Since {
			from = tx.Now
		}
		until := was.Until
		if until == 0 || until > from {
			until = from
		}
		tx.Exec(`update `+t.Name+` set newest = false, until = ? where city = ? and id = ? and newest`, until, tx.City, h.ID)
	}
	if from == 0 {
		from = tx.Now
	}
	h.Version, h.Since, h.Until = h.Version+1, from, 0
	args, keys := []any{tx.City, true, h.ID, h.Version, h.Since, h.Until, h.Place, h.Path}, []any{t.words(x)}
	for i := range t.Fields {
		f := &t.Fields[i]
		args = append(args, f.put(x)...)
		if f.key() {
			keys = append(keys, f.sortValue(x))
		}
	}
	tx.Exec(t.insert, append(args, keys...)...)
	t.record(tx, who, "save", x, told{Changes: t.Changes(old, x)})
	return nil
}

func (t *table) retire(_ context.Context, tx *store.Tx, who access.Actor, x any, reason string) error {
	h := HeadOf(x)
	h.Until = tx.Now
	tx.Exec(`update `+t.Name+` set until = ? where city = ? and id = ? and newest`, tx.Now, tx.City, h.ID)
	t.record(tx, who, "retire", x, told{Reason: reason})
	return nil
}
