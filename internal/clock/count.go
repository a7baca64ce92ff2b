package clock

import (
	"slices"
	"time"
)

// forward is the moment when left of working time has passed since t. It ends at a close of business rather than at the next opening.
func (c *Calendar) forward(t time.Time, left time.Duration) time.Time {
	for d := dateOf(t.In(c.zone())); ; d = c.step(d, 1) {
		for _, s := range c.shifts(d) {
			from := later(s.from, t)
			if !from.Before(s.to) {
				continue
			}
			if has := s.to.Sub(from); left > has {
				left -= has
				continue
			}
			return from.Add(left)
		}
	}
}

// backward is the moment from which left of working time remains until t. It ends at an opening rather than at the close of business before.
func (c *Calendar) backward(t time.Time, left time.Duration) time.Time {
	for d := dateOf(t.In(c.zone())); ; d = c.step(d, -1) {
		for _, s := range slices.Backward(c.shifts(d)) {
			to := earlier(s.to, t)
			if !s.from.Before(to) {
				continue
			}
			if has := to.Sub(s.from); left > has {
				left -= has
				continue
			}
			return to.Add(-left)
		}
	}
}

// worked is the working time between two moments.
func (c *Calendar) worked(from, to time.Time) time.Duration {
	var sum time.Duration
	c.days(from, to, func(part, _ time.Duration) { sum += part })
	return sum
}

// workedDays is worked in days, each day's share by its own length.
func (c *Calendar) workedDays(from, to time.Time) float64 {
	var sum float64
	c.days(from, to, func(part, whole time.Duration) { sum += float64(part) / float64(whole) })
	return sum
}

// maxDays is how far days looks: longer than any case is open, short enough for a time that was never set.
const maxDays = 100_000

// days calls f for each working day that from to to touches, with the working time of it that lies between and all it has.
func (c *Calendar) days(from, to time.Time, f func(part, whole time.Duration)) {
	first := dateOf(from.In(c.zone()))
	last := min(dateOf(to.In(c.zone())), first+maxDays)
	for d := first; d <= last; d++ {
		var part, whole time.Duration
		for _, s := range c.shifts(d) {
			whole += s.to.Sub(s.from)
			if a, b := later(s.from, from), earlier(s.to, to); a.Before(b) {
				part += b.Sub(a)
			}
		}
		if whole > 0 {
			f(part, whole)
		}
	}
}

// move is t moved by working days, which may be a fraction and negative: the share of its day that has gone by counts too.
// Like forward it ends at a close of business rather than at an opening.
func (c *Calendar) move(t time.Time, days float64) time.Time {
	const tiny = 1e-9 // of a day: microseconds, less than anyone works
	d, share := c.place(t)
	for share += days; share > 1+tiny; share-- {
		d = c.step(d, 1)
	}
	for ; share <= tiny; share++ {
		d = c.step(d, -1)
	}
	return c.at(d, share)
}

// place is the last working day that has begun at t, and the share of its working time that has gone by: more than 0, at most 1.
func (c *Calendar) place(t time.Time) (date, float64) {
	d := dateOf(t.In(c.zone()))
	var gone, whole time.Duration
	for _, s := range c.shifts(d) {
		whole += s.to.Sub(s.from)
		if end := earlier(s.to, t); s.from.Before(end) {
			gone += end.Sub(s.from)
		}
	}
	if gone == 0 {
		return c.step(d, -1), 1
	}
	return d, float64(gone) / float64(whole)
}

// at is the moment when a share of a working day has gone by, to the microsecond.
func (c *Calendar) at(d date, share float64) time.Time {
	shifts := c.shifts(d)
	var whole time.Duration
	for _, s := range shifts {
		whole += s.to.Sub(s.from)
	}
	left := time.Duration(share * float64(whole)).Round(time.Microsecond)
	for _, s := range shifts {
		has := s.to.Sub(s.from)
		if left <= has {
			return s.from.Add(left)
		}
		left -= has
	}
	return shifts[len(shifts)-1].to
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
