// Package lifetest walks at random over all laws of a city at once and holds after each step what must hold for every one of them.
package lifetest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/fault"
	"mulin/internal/ledger"
	"mulin/internal/life"
	"mulin/internal/store"
)

// Law is one kind that takes part in a walk.
type Law struct {
	Door  life.Door
	Begin func(*rand.Rand) int64     // opens one more thing
	Fill  func(*rand.Rand) life.Step // all that any step of it may need
	Mine  bool                       // the list of what is mine is drawn from the table
	Hold  func(id int64) error       // what only this kind promises
}

// Walk does n random steps by random actors at random times. It is repeated exactly by its seed.
func Walk(t *testing.T, city *store.City, clk *clock.Fake, laws []Law, actors []access.Actor, n int, seed uint64) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 1))
	ids := make([][]int64, len(laws))
	done := map[string]int{}
	for i := range n {
		k := r.IntN(len(laws))
		l := laws[k]
		switch {
		case len(ids[k]) == 0 || r.IntN(40) == 0:
			ids[k] = append(ids[k], l.Begin(r))
			continue
		case r.IntN(5) == 0:
			clk.Advance(time.Duration(r.Int64N(int64(30 * time.Hour))))
			if _, err := l.Door.Sweep(t.Context()); err != nil {
				t.Fatalf("step %d of seed %d: sweep: %v", i, seed, err)
			}
			continue
		}
		w := walker{t, city, l, actors[r.IntN(len(actors))], ids[k][r.IntN(len(ids[k]))]}
		v := l.Door.Verbs()[r.IntN(len(l.Door.Verbs()))]
		if view, err := l.Door.Look(t.Context(), w.who, w.id); err == nil && len(view.Offers) > 0 && r.IntN(3) > 0 {
			v = view.Offers[r.IntN(len(view.Offers))].Verb // else most of a walk is refusals
		}
		ok, err := w.step(v, l.Fill(r))
		if err != nil {
			t.Fatalf("step %d of seed %d: %s of %s %d by %s: %v", i, seed, v, l.Door.Named(), w.id, w.who.Name, err)
		}
		if ok {
			done[l.Door.Named()+"."+string(v)]++
		}
	}
	for _, l := range laws {
		for _, v := range l.Door.Verbs() {
			if done[l.Door.Named()+"."+string(v)] == 0 {
				t.Logf("never came to %s.%s", l.Door.Named(), v)
			}
		}
	}
}

type walker struct {
	t    *testing.T
	city *store.City
	law  Law
	who  access.Actor
	id   int64
}

// step tries a verb: it is accepted exactly if it was offered, leaves one line in timeline and ledger, or nothing at all; sent again it does nothing.
func (w walker) step(v life.Verb, s life.Step) (bool, error) {
	ctx, d := w.t.Context(), w.law.Door
	system := access.System(w.city.ID)
	before, err := d.Look(ctx, system, w.id)
	if err != nil {
		return false, err
	}
	heads, err := ledger.Head(ctx, w.city, w.city.ID)
	if err != nil {
		return false, err
	}
	shown, lookErr := d.Look(ctx, w.who, w.id)
	offered := lookErr == nil && slices.ContainsFunc(shown.Offers, func(o life.Offer) bool { return o.Verb == v })
	s.Version = before.Version
	_, err = d.Do(ctx, w.who, w.id, v, s)
	if l, ok := fault.As(err); err != nil && (!ok || l[0].Kind == fault.Invalid) {
		return false, fmt.Errorf("a filled step: %w", err)
	}
	if offered != (err == nil) {
		return false, fmt.Errorf("offered %t, but %v (stands %s)", offered, err, before.Status)
	}
	after, lerr := d.Look(ctx, system, w.id)
	head, herr := ledger.Head(ctx, w.city, w.city.ID)
	if lerr != nil || herr != nil {
		return false, fmt.Errorf("%v, %v", lerr, herr)
	}
	wrote := int64(0)
	if err == nil {
		wrote = 1
	}
	switch {
	case head-heads != wrote || int64(len(after.Steps)-len(before.Steps)) != wrote:
		return false, fmt.Errorf("%d entries and %d steps written", head-heads, len(after.Steps)-len(before.Steps))
	case after.Version < before.Version || after.Version > before.Version+wrote || after.Status != before.Status && after.Version == before.Version:
		return false, fmt.Errorf("version %d after %d", after.Version, before.Version)
	case !after.Open && after.NextAt != 0:
		return false, fmt.Errorf("what has ended would still climb")
	case wrote == 0 && after.Life != before.Life:
		return false, fmt.Errorf("refused, and yet %+v became %+v", before.Life, after.Life)
	}
	if err == nil && s.ClientRef != "" {
		if _, err := d.Do(ctx, w.who, w.id, v, s); err != nil {
			return false, fmt.Errorf("sent again: %w", err)
		}
		if again, err := ledger.Head(ctx, w.city, w.city.ID); err != nil || again != head {
			return false, fmt.Errorf("sent again it was done again, %v", err)
		}
	}
	if w.law.Mine {
		if err := w.mine(); err != nil {
			return false, err
		}
	}
	if w.law.Hold != nil {
		if err := w.law.Hold(w.id); err != nil {
			return false, err
		}
	}
	return err == nil, nil
}

// mine holds the list against the buttons: what waits for somebody has a button for them, and the other way round.
func (w walker) mine() error {
	ctx, d := w.t.Context(), w.law.Door
	view, err := d.Look(ctx, w.who, w.id)
	want := err == nil && view.Open && slices.ContainsFunc(view.Offers, func(o life.Offer) bool { return !o.Aside })
	after, got := "", false
	for !got {
		var all []life.View
		if all, after, err = d.Waiting(ctx, w.who, life.Mine, after); err != nil {
			return err
		}
		got = slices.ContainsFunc(all, func(v life.View) bool { return v.ID == w.id })
		if after == "" {
			break
		}
	}
	if got != want {
		return fmt.Errorf("in the list of what is mine: %t, has a button: %t", got, want)
	}
	return nil
}
