// Package life is the life of a thing: which step leads from where to where, who may do it, what it needs and by when. An area says it as a table;
// buttons, forms, lists, timeline, JSON and the scanner of due times are drawn from it.
package life

import (
	"slices"

	"mulin/internal/access"
	"mulin/internal/fault"
	"mulin/internal/geo"
	"mulin/internal/ledger"
)

// State is where a thing stands, Verb what somebody does with it, Turn whose turn it is.
type (
	State string
	Verb  string
	Turn  string
)

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

// All lists the needs one by one.
func (n Need) All() (all []Need) {
	for bit := Note; bit <= Date; bit <<= 1 {
		if n&bit != 0 {
			all = append(all, bit)
		}
	}
	return all
}

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
}

func (l *Life) life() *Life { return l }

// Thing is what a law governs.
type Thing interface {
	life() *Life // by embedding Life
	At() access.At
	Subject() ledger.Subject
}

// By is who may do a step beyond a right, or without one; Where says the same to lists.
type By[T any] struct {
	Is    func(*T, access.Actor) bool
	Where func(access.Actor) (string, []any)
	Else  error // nil: access.ErrDenied
}

// Rule is one row of the table of steps.
type Rule[T any] struct {
	From     []State
	To       State // "" leaves it where it is
	Right    access.Right
	By       *By[T]
	Needs    Need
	Told     bool // the one it was done for reads the note
	Internal bool // not offered and not accepted from outside: another verb or the scanner calls it
	Fresh    bool // not for a page that shows the thing as it was, though it stays where it is
	Aside    bool // nobody waits for it: it is nobody's turn because of it
	Anew     bool // the limit of the whole begins anew
	Clock    Clock
	Ready    func(*T) error // why not yet
	Check    func(*T, *Step, *fault.List)
	Turn     func(*T) Turn
	Effect   func(*T, *Step, access.Actor)
}

// Law is the table of steps of a kind of thing.
type Law[T any] map[Verb]Rule[T]

// moves tells whether pages that show the thing before it are stale.
func (r Rule[T]) moves() bool { return r.To != "" || r.Fresh || r.Clock != 0 }

// Step is what somebody supplies with a verb.
type Step struct {
	Version   int64  // of the page they looked at; 0: whatever it is now
	ClientRef string // the same step sent again does nothing
	Note      string
	Reason    string
	To        int64 // the body it is handed to
	Stars     int64
	Number    int64
	Date      int64
	Photos    []Picture
	Point     *geo.Point
	DoneAt    int64    // when it really happened, for what comes late from a handset; 0: now
	Claim     Claim    // of somebody without an account
	Despite   []string // the warnings it goes out against, by their codes
	Why       string   // and why, where that is asked for
	Place     int64    // where it lies
	Parts     []string // numbers of things made by it
	More      any      // what the area alone knows of it
}

// Time is when the step happened: what was said, but never later than now.
func (s *Step) Time(now int64) int64 {
	if s.DoneAt == 0 || s.DoneAt > now {
		return now
	}
	return s.DoneAt
}

// Picture is a photo kept in the blob store.
type Picture struct {
	Hash          string
	Width, Height int
}

// Claim shows that somebody without an account is the one it is about: the secret of a receipt, or a phone they have just verified.
type Claim struct {
	Secret string
	Phone  string
	Others []string // secrets of other things that this browser holds
}

// Ready tells whether the table lets the verb follow where the thing stands.
// What stands still can only be resumed, what runs only paused.
func (l Law[T]) Ready(t *T, v Verb) bool {
	r, x := l[v], life(t)
	return slices.Contains(r.From, x.Status) && (r.Clock != Pause || x.PausedAt == 0) && (r.Clock != Resume || x.PausedAt != 0)
}

// Offer is a step that may be done now.
type Offer struct {
	Verb  Verb
	Needs Need
	Aside bool
}

func life[T any](t *T) *Life { return any(t).(Thing).life() }

func thing[T any](t *T) Thing { return any(t).(Thing) }
