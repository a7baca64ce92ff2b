// Package clock holds the time: where now comes from, how times are stored, and when a limit runs out on a city's working calendar.
package clock

import (
	"sync"
	"time"
)

// Clock tells the time. Everything outside main takes one, so that tests can move it.
type Clock interface{ Now() time.Time }

// System is the machine's clock.
var System Clock = system{}

type system struct{}

func (system) Now() time.Time { return time.Now() }

// Fake is a clock that stands still until it is moved. It is safe for concurrent use; its zero value stands at the year 1.
type Fake struct {
	mu  sync.Mutex
	now time.Time
}

// New makes a Fake that stands at t.
func New(t time.Time) *Fake { return &Fake{now: t} }

// Now is the time the clock stands at.
func (f *Fake) Now() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now
}

// Set moves the clock to t, forwards or backwards.
func (f *Fake) Set(t time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = t
}

// Advance moves the clock by d.
func (f *Fake) Advance(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = f.now.Add(d)
}

// Micros is t as it is stored: microseconds since 1970 in UTC.
func Micros(t time.Time) int64 { return t.UnixMicro() }

// Time is a stored time, in UTC.
func Time(us int64) time.Time { return time.UnixMicro(us).UTC() }
