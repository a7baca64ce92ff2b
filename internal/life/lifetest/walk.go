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
	Begin func(*rand.Rand) int64         // opens one more thing
	Fill  func(*rand.Rand) life.Step     // all that any step of it may need
	Twin  func(int64) (life.Door, int64) // the thing that one step moves along, with an entry and a step of its own; nil: none
	Hold  func(id int64) error           // what only this kind promises; nil: nothing
}

// Walk is what a random walk goes over.
type Walk struct {
	City   *store.City
	Clock  *clock.Fake
	Laws   []Law
	Actors []access.Actor
	Steps  int
	Seed   uint64
}

type walker struct {
	Walk
	t    *testing.T
	rand *rand.Rand
	ids  map[string][]int64
	done map[string]int // how often each verb was done
}

// Run does the steps: random verbs of random actors on random things at random times. It is repeated exactly by its seed, and goes on until every button of
// every law was pressed, so that a further law makes the walk longer instead of thinner.
func Run(t *testing.T, walk Walk) {
	t.Helper()
	w := &walker{walk, t, rand.New(rand.NewPCG(walk.Seed, 1)), map[string][]int64{}, map[string]int{}}
	for i := 0; i < walk.Steps || i < 10*walk.Steps && len(w.untried()) > 0; i++ {
		if err := w.once(); err != nil {
			t.Fatalf("step %d of seed %d: %v", i, walk.Seed, err)
		}
	}
	if all := w.untried(); len(all) > 0 {
		t.Errorf("never came to %v: no actor of the walk may do it, or Begin, Fill and the limits of the walk don't lead there", all)
	}
}

// untried are the buttons that nobody has pressed yet.
func (w *walker) untried() (all []string) {
	for _, l := range w.Laws {
		for _, v := range l.Door.Verbs() {
			if w.done[named(l.Door, v)] == 0 {
				all = append(all, named(l.Door, v))
			}
		}
	}
	return all
}

func named(d life.Door, v life.Verb) string { return d.Named() + "." + string(v) }

// once opens a thing, lets time pass, or tries a step.
func (w *walker) once() error {
	l := w.Laws[w.rand.IntN(len(w.Laws))]
	ids := w.ids[l.Door.Named()]
	switch {
	case len(ids) == 0 || w.rand.IntN(25) == 0:
		w.ids[l.Door.Named()] = append(ids, l.Begin(w.rand))
		return nil
	case w.rand.IntN(8) == 0:
		return w.pass(l)
	}
	id := ids[w.rand.IntN(len(ids))]
	if w.rand.IntN(3) > 0 { // rather what is new: the old ones have mostly ended
		id = ids[len(ids)-1-w.rand.IntN(min(len(ids), 4))]
	}
	s := stride{w, l, w.Actors[w.rand.IntN(len(w.Actors))], id}
	all := l.Door.Verbs()
	v := all[w.rand.IntN(len(all))]
	if w.rand.IntN(4) > 0 { // else most of a walk is refusals
		if who, rare, ok := s.rarest(); ok {
			s.who, v = who, rare
		}
	}
	if err := s.try(v); err != nil {
		return fmt.Errorf("%s %d by %s: %w", named(l.Door, v), id, s.who.Name, err)
	}
	return nil
}

// pass lets time go on and everything late climb; scanning again at once moves nothing.
func (w *walker) pass(l Law) error {
	w.Clock.Advance(time.Duration(w.rand.Int64N(int64(30 * time.Hour))))
	for again := 0; ; again++ {
		n, err := l.Door.Sweep(w.t.Context())
		if err != nil {
			return fmt.Errorf("sweep: %w", err)
		}
		if n == 0 {
			break
		}
		if again > 50 {
			return fmt.Errorf("%s climbs for ever", l.Door.Named())
		}
	}
	if n, err := l.Door.Replan(w.t.Context()); err != nil || n != 0 {
		return fmt.Errorf("%d of %s were planned otherwise than they are, %v", n, l.Door.Named(), err)
	}
	return nil
}

// stride is one actor in front of one thing.
type stride struct {
	*walker
	law Law
	who access.Actor
	id  int64
}

// rarest is what has been done least so far of all that is offered to anybody; of equals it is anyone.
func (s stride) rarest() (who access.Actor, v life.Verb, ok bool) {
	for _, i := range s.rand.Perm(len(s.Actors)) {
		one := s.Actors[i]
		view, err := s.law.Door.Look(s.t.Context(), one, s.id)
		if err != nil {
			continue
		}
		for _, o := range view.Offers {
			if !ok || s.done[named(s.law.Door, o.Verb)] < s.done[named(s.law.Door, v)] {
				who, v, ok = one, o.Verb, true
			}
		}
	}
	return who, v, ok
}

// picture is all that a step must leave as it was, or change as told.
type picture struct {
	head       int64
	here, twin life.View
}

func (s stride) picture() (p picture, err error) {
	ctx, system := s.t.Context(), access.System(s.City.ID)
	if p.head, err = ledger.Head(ctx, s.City, s.City.ID); err != nil {
		return p, err
	}
	if p.here, err = s.law.Door.Look(ctx, system, s.id); err != nil || s.law.Twin == nil {
		return p, err
	}
	door, id := s.law.Twin(s.id)
	p.twin, err = door.Look(ctx, system, id)
	return p, err
}

// try does a verb: it is accepted exactly if it was offered, leaves one line in timeline and ledger, or nothing at all; sent again it does nothing.
func (s stride) try(v life.Verb) error {
	ctx := s.t.Context()
	before, err := s.picture()
	if err != nil {
		return err
	}
	said := s.law.Fill(s.rand)
	said.Version = before.here.Version
	offered := s.offered(v)
	_, err = s.law.Door.Do(ctx, s.who, s.id, v, said)
	if list, ok := fault.As(err); err != nil && (!ok || list[0].Kind == fault.Invalid) {
		return fmt.Errorf("a filled step: %w", err)
	}
	if offered != (err == nil) {
		return fmt.Errorf("offered %t, but %v (stands %s)", offered, err, before.here.Status)
	}
	after, lerr := s.picture()
	if lerr != nil {
		return lerr
	}
	if err != nil {
		if after.head != before.head || after.here.Life != before.here.Life || after.twin.Life != before.twin.Life || len(after.here.Steps) != len(before.here.Steps) {
			return fmt.Errorf("refused, and yet %+v became %+v", before.here.Life, after.here.Life)
		}
		return s.mine()
	}
	s.done[named(s.law.Door, v)]++
	if err := s.wrote(before, after); err != nil {
		return err
	}
	if err := s.again(v, said, after); err != nil {
		return err
	}
	if s.law.Hold != nil {
		if err := s.law.Hold(s.id); err != nil {
			return err
		}
	}
	return s.mine()
}

// offered tells whether the actor sees a button that can be pressed now.
func (s stride) offered(v life.Verb) bool {
	view, err := s.law.Door.Look(s.t.Context(), s.who, s.id)
	return err == nil && slices.ContainsFunc(view.Offers, func(o life.Offer) bool { return o.Verb == v && o.Wait == nil })
}

// wrote holds what a step that was accepted has left behind.
func (s stride) wrote(before, after picture) error {
	entries := int64(len(after.here.Steps) - len(before.here.Steps) + len(after.twin.Steps) - len(before.twin.Steps))
	is, was := after.here.Life, before.here.Life
	switch {
	case after.head-before.head != entries || len(after.here.Steps) != len(before.here.Steps)+1 || len(after.twin.Steps) > len(before.twin.Steps)+1:
		return fmt.Errorf("%d entries and %d steps written", after.head-before.head, entries)
	case is.Version < was.Version || is.Version > was.Version+1 || is.Status != was.Status && is.Version == was.Version:
		return fmt.Errorf("version %d after %d", is.Version, was.Version)
	case !is.Open && is.NextAt != 0:
		return fmt.Errorf("what has ended would still climb")
	case is.UpdatedAt < was.UpdatedAt || is.Since < was.Since:
		return fmt.Errorf("time runs back: %+v after %+v", is, was)
	case is.PausedAt != 0 && (is.StepDueAt != 0 || is.NextAt != 0):
		return fmt.Errorf("what stands still is due: %+v", is)
	}
	return nil
}

// again sends the same step once more.
func (s stride) again(v life.Verb, said life.Step, after picture) error {
	if said.ClientRef == "" {
		return nil
	}
	if _, err := s.law.Door.Do(s.t.Context(), s.who, s.id, v, said); err != nil {
		return fmt.Errorf("sent again: %w", err)
	}
	now, err := s.picture()
	if err != nil || now.head != after.head || now.here.Life != after.here.Life {
		return fmt.Errorf("sent again it was done again, %v", err)
	}
	return nil
}

// mine holds the list against the buttons: what waits for somebody has a button for them, and the other way round.
func (s stride) mine() error {
	view, err := s.law.Door.Look(s.t.Context(), s.who, s.id)
	want := err == nil && view.Open && slices.ContainsFunc(view.Offers, func(o life.Offer) bool { return !o.Aside })
	for after, got := "", false; ; {
		all, next, err := s.law.Door.Waiting(s.t.Context(), s.who, life.Mine, after)
		if err != nil {
			return err
		}
		got = got || slices.ContainsFunc(all, func(v life.View) bool { return v.ID == s.id })
		if after = next; after == "" {
			if got != want {
				return fmt.Errorf("in the list of what is mine: %t, has a button: %t", got, want)
			}
			return nil
		}
	}
}
