// Package life is what happens to a thing from its beginning to its end: which step leads from where to where, who may do it, what it needs and by when.
// An area says it as a table; buttons, forms, lists, timeline, JSON and the scanner of due times are drawn from it.
package life

import (
	"cmp"
	"slices"

	"mulin/internal/access"
	"mulin/internal/fault"
	"mulin/internal/ledger"
)

// State is where a thing stands.
type State string

// Verb is what somebody does with it.
type Verb string

// Turn says whose turn it is.
type Turn string

// Need is what a step can't be done without; needs add up.
type Need uint16

// The needs.
const (
	Note Need = 1 << iota
	Photo
	Reason // a code of the catalogue
	Stars
	Body // it is handed to
	Point
	Number
	Date
)

// needs are the names of the needs' fields in forms and JSON, in their order.
var needs = []string{"note", "photo", "reason", "stars", "to", "point", "number", "date"}

// Field is the name that one need has in forms and JSON.
func (n Need) Field() string {
	if i := slices.Index(every, n); i >= 0 {
		return needs[i]
	}
	return ""
}

// All lists the needs one by one.
func (n Need) All() (all []Need) {
	for _, one := range every {
		if n&one != 0 {
			all = append(all, one)
		}
	}
	return all
}

var every = []Need{Note, Photo, Reason, Stars, Body, Point, Number, Date}

// Life is embedded by everything that has one; its columns stand in the thing's own row. Times are µs UTC, 0 for none.
type Life struct {
	ID        int64
	Version   int64 // counts what makes a page stale
	Status    State
	Turn      Turn
	Open      bool
	DueAt     int64 // of the whole
	StepDueAt int64 // of the state it is in; 0 too while it stands still
	Since     int64 // when the state began
	PausedAt  int64
	ClimbedAt int64 // the time of the last rung that was climbed: what lies behind it is done
	NextAt    int64 // when something happens by itself next; the scanner's index
	UpdatedAt int64
	Salt      string // the ledger's digests of what was said are made under it: gone with the words, nobody can guess them there any more
}

func (l *Life) life() *Life { return l }

// lived is what embeds a Life.
type lived interface{ life() *Life }

// Thing is what a law governs.
type Thing interface {
	lived
	At() access.At
	Subject() ledger.Subject
}

// By is who may do a step beyond a right, or without one; Where says the same to lists.
type By[T any] struct {
	Is    func(*T, access.Actor) bool
	Where func(access.Actor) (string, []any) // nil: lists leave it out
	Else  func(*T, access.Actor) error       // what others are told; nil: access.ErrDenied
	Self  bool                               // they alone: else programs of the city may do it for them
}

// Person is a condition of By on the actor's number, which stands n times in it; nobody is nobody's.
func Person(sql string, n int) func(access.Actor) (string, []any) {
	return func(who access.Actor) (string, []any) {
		return `(` + sql + `)`, slices.Repeat([]any{cmp.Or(who.Person, -1)}, n)
	}
}

// Always is one answer to all others, for By.
func Always[T any](err error) func(*T, access.Actor) error {
	return func(*T, access.Actor) error { return err }
}

// Rule is one row of the table of steps.
type Rule[T any] struct {
	From     []State
	To       State // "" leaves it where it is
	Right    access.Right
	By       *By[T]
	Needs    Need
	Missed   map[Need]string // keys of what is said when a need is missing, where the common words don't fit
	Told     bool            // the one it was done for reads the note
	Internal bool            // not offered and not accepted from outside: another verb or the scanner calls it
	Fresh    bool            // not for a page that shows the thing as it was, though it stays where it is
	Aside    bool            // nobody waits for it: it is nobody's turn because of it
	Anew     bool            // the limit of the whole begins anew
	Clock    Clock
	Ready    func(*T) error                        // why not yet
	Check    func(*T, *Step, *fault.List)          // what else a step is held against
	Turn     func(*T) Turn                         // nil: it stays whose it is
	Effect   func(t *T, s *Step, who access.Actor) // what changes beside the state
}

// Law is the table of steps of a kind of thing.
type Law[T any] map[Verb]Rule[T]

// Offer is a step that may be done now.
type Offer struct {
	Verb  Verb  `json:"verb"`
	Needs Need  `json:"-"`
	Aside bool  `json:"aside,omitempty"`
	Told  bool  `json:"-"` // whom it is done for reads the note
	Wait  error `json:"-"` // why it can't be done yet, though it is this actor's to do
}

// moves tells whether pages that show the thing before it are stale.
func (r *Rule[T]) moves() bool { return r.To != "" || r.Fresh || r.Clock != 0 }

// by tells whether the step is for this actor, whatever their rights.
func (r *Rule[T]) by(t *T, who access.Actor) error {
	if r.By == nil || who.Program && !r.By.Self || r.By.Is(t, who) {
		return nil
	}
	if r.By.Else != nil {
		return r.By.Else(t, who)
	}
	return access.ErrDenied
}

// Ready tells whether the table lets the verb follow where the thing stands. What stands still can only be resumed, what runs only paused.
func (l Law[T]) Ready(t *T, v Verb) bool {
	r := l[v]
	return r.ready(lifeOf(t))
}

func (r *Rule[T]) ready(x *Life) bool {
	return slices.Contains(r.From, x.Status) && (r.Clock != Pause || x.PausedAt == 0) && (r.Clock != Resume || x.PausedAt != 0)
}

// Offers lists what the actor may do with the thing now, in the order given: the buttons.
func (l Law[T]) Offers(t *T, who access.Actor, order []Verb) (all []Offer) {
	x, at := lifeOf(t), thing(t).At()
	for _, v := range order {
		if r := l[v]; !r.Internal && r.ready(x) && (r.Right == "" || who.May(r.Right, at) == nil) && r.by(t, who) == nil {
			o := Offer{Verb: v, Needs: r.Needs, Aside: r.Aside, Told: r.Told}
			if r.Ready != nil {
				o.Wait = r.Ready(t)
			}
			all = append(all, o)
		}
	}
	return all
}

func lifeOf[T any](t *T) *Life { return thing(t).life() }

func thing[T any](t *T) Thing { return any(t).(Thing) }
