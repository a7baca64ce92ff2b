package clock

import (
	"time"

	"mulin/internal/fault"
)

// Unit is what a limit counts.
type Unit string

// The units of time a limit may be given in.
const (
	Hour     Unit = "hour"     // any hour, day and night
	WorkHour Unit = "workhour" // an hour of working time
	WorkDay  Unit = "workday"  // a day with working time
	Day      Unit = "day"      // a calendar day
)

// Units are all units, in the order forms show them.
var Units = []Unit{Hour, WorkHour, WorkDay, Day}

// MaxAmount is the most a limit may count; what goes beyond is cut off.
const MaxAmount = 3650

// Limit is a span of time as a rule states it, like 5 working days. The zero Limit ends when it starts.
type Limit struct {
	Amount int  `json:"amount"`
	Unit   Unit `json:"unit"`
}

// Check refuses a limit that counts nothing, too much, or in an unknown unit.
func (l Limit) Check() error {
	var all fault.List
	all.Check(l.Amount >= 1 && l.Amount <= MaxAmount, "amount", "clock.limit.amount", MaxAmount)
	known := false
	for _, u := range Units {
		known = known || u == l.Unit
	}
	all.Check(known, "unit", "clock.limit.unit")
	return all.Or()
}

// Due says when l, started at start, runs out. Until and including that moment all is in time.
//
//   - Hour: that many hours later, day and night.
//   - WorkHour: when that much working time has passed.
//   - WorkDay: at close of business of the last counted day. The day of the start is not counted (Civil Code, article 201): counting
//     begins with the next working day, whether the start was in working hours, after them or on a holiday. With c.CountFirst a start
//     before close of business counts its own day as the first, and only a later one is counted from the next working day.
//   - Day: at the last second of the last counted calendar day, holidays included; the day of the start is not counted.
//
// An amount below one is due at once. If c has no working time (see Check), working hours are counted as hours and working days as days.
// A unit that is not known counts as Hour.
func (c *Calendar) Due(start time.Time, l Limit) time.Time {
	n := min(l.Amount, MaxAmount)
	if n < 1 {
		return start
	}
	works := c.works()
	switch {
	case l.Unit == WorkHour && works:
		return c.forward(start, time.Duration(n)*time.Hour)
	case l.Unit == WorkDay && works:
		return c.workDays(start, n)
	case l.Unit == WorkDay, l.Unit == Day:
		return c.moment(dateOf(start.In(c.zone()))+date(n)+1, 0).Add(-time.Second)
	}
	return start.Add(time.Duration(n) * time.Hour)
}

// workDays is close of business of the n-th working day of a limit that starts at start.
func (c *Calendar) workDays(start time.Time, n int) time.Time {
	d := dateOf(start.In(c.zone()))
	if c.CountFirst {
		if s := c.shifts(d); len(s) > 0 && start.Before(s[len(s)-1].to) {
			n--
		}
	}
	for range n {
		d = c.step(d, 1)
	}
	s := c.shifts(d)
	return s[len(s)-1].to
}

// Before is n working days before due: the time of the yellow card. If due is close of business, so is the answer.
// Without working time (see Check) it is n times 24 hours before.
func (c *Calendar) Before(due time.Time, n int) time.Time {
	n = min(n, MaxAmount)
	switch {
	case n < 1:
		return due
	case !c.works():
		return due.Add(-time.Duration(n) * 24 * time.Hour)
	}
	return c.move(due, -float64(n))
}

// Ahead is l before due, the time of a warning: what Due counts forwards is counted backwards, working units over nights and holidays.
func (c *Calendar) Ahead(due time.Time, l Limit) time.Time {
	n := max(0, min(l.Amount, MaxAmount))
	switch {
	case l.Unit == WorkDay:
		return c.Before(due, n)
	case l.Unit == WorkHour && c.works():
		return c.backward(due, time.Duration(n)*time.Hour)
	case l.Unit == Day:
		return due.Add(-time.Duration(n) * 24 * time.Hour)
	}
	return due.Add(-time.Duration(n) * time.Hour)
}

// Resume is the new due time of a limit that stood still from pausedAt to resumedAt. The time used before the pause stays used, the
// time that was left is left again: due moves on by what the pause took, in the limit's unit and with fractions, so that many short
// pauses neither win nor lose anything. A pause that took no such time (a night, for working units) or began when the limit
// had already run out changes nothing.
func (c *Calendar) Resume(due, pausedAt, resumedAt time.Time, u Unit) time.Time {
	if !pausedAt.Before(due) || !resumedAt.After(pausedAt) {
		return due
	}
	if c.works() {
		switch u {
		case WorkHour:
			if lost := c.worked(pausedAt, resumedAt); lost > 0 {
				return c.forward(due, lost)
			}
			return due
		case WorkDay:
			if lost := c.workedDays(pausedAt, resumedAt); lost > 0 {
				return c.move(due, lost)
			}
			return due
		}
	}
	return due.Add(resumedAt.Sub(pausedAt))
}

// Used is how much of a limit in unit u goes by from start to end, with fractions: hours, working hours, or days.
// Half of a day's working time is half a working day, however long that day is. It is 0 if end is not after start.
func (c *Calendar) Used(start, end time.Time, u Unit) float64 {
	if !end.After(start) {
		return 0
	}
	if c.works() {
		switch u {
		case WorkHour:
			return c.worked(start, end).Hours()
		case WorkDay:
			return c.workedDays(start, end)
		}
	}
	hours := end.Sub(start).Hours()
	if u == Day || u == WorkDay {
		return hours / 24
	}
	return hours
}
