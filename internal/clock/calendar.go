package clock

import (
	"maps"
	"slices"
	"time"
	_ "time/tzdata" // a zone given by name is found on every machine

	"mulin/internal/fault"
)

// Span is one stretch of working time within a day, in minutes from midnight: From is in it, To is not. In text and JSON it is "08:30-12:00".
type Span struct{ From, To int }

// Week is the working time of each weekday, indexed by time.Weekday; in JSON an object with the keys mon to sun.
type Week [7][]Span

// Calendar says when a city works. It is pure data: nothing in it changes while it is used, so it may be shared.
type Calendar struct {
	Zone       *time.Location    // nil means UTC
	Hours      Week              // ordinary weeks
	Holidays   map[string]string // days off: "2026-10-01" to the name
	Makeup     map[string]string // 调休, days that are worked although weekend: "2026-10-10" to the name; stronger than a holiday
	CountFirst bool              // see Due: the day of the start is the first working day
}

// maxDates is how many holidays and make-up days a calendar may hold.
const maxDates = 5000

// Check refuses a calendar that can't be counted with: no working time in an ordinary week, spans out of order or crossing, bad dates.
func (c *Calendar) Check() error {
	var all fault.List
	all.Check(c.works(), "hours", "clock.hours.none")
	for _, spans := range c.Hours {
		last := 0
		for _, s := range spans {
			if s.From < last || s.To <= s.From || s.To > 24*60 {
				all.Check(false, "hours", "clock.hours.span", s.String())
				break
			}
			last = s.To
		}
	}
	c.checkDates(&all, c.Holidays, "holidays")
	c.checkDates(&all, c.Makeup, "makeup")
	for _, day := range slices.Sorted(maps.Keys(c.Makeup)) {
		_, both := c.Holidays[day]
		all.Check(!both, "makeup", "clock.date.both", day)
	}
	return all.Or()
}

func (c *Calendar) checkDates(all *fault.List, dates map[string]string, field string) {
	all.Check(len(dates) <= maxDates, field, "clock.date.many", maxDates)
	for _, day := range slices.Sorted(maps.Keys(dates)) {
		_, err := time.Parse(time.DateOnly, day)
		all.Check(err == nil, field, "clock.date.bad", day)
	}
}

// Working tells whether t is in working time.
func (c *Calendar) Working(t time.Time) bool {
	for _, s := range c.shifts(dateOf(t.In(c.zone()))) {
		if !t.Before(s.from) && t.Before(s.to) {
			return true
		}
	}
	return false
}

// WorkingDay tells whether the day of t, in the calendar's zone, is worked.
func (c *Calendar) WorkingDay(t time.Time) bool {
	return len(c.shifts(dateOf(t.In(c.zone())))) > 0
}

// NextWorking is t itself in working time, else the next opening; after a due time at close of business that is the time of the red card.
// Without working time (see Check) it is t.
func (c *Calendar) NextWorking(t time.Time) time.Time {
	if !c.works() {
		return t
	}
	for d := dateOf(t.In(c.zone())); ; d = c.step(d, 1) {
		for _, s := range c.shifts(d) {
			if t.Before(s.from) {
				return s.from
			}
			if t.Before(s.to) {
				return t
			}
		}
	}
}

// works tells whether ordinary weeks hold working time. Make-up days alone are not enough, for they run out.
func (c *Calendar) works() bool {
	for _, spans := range c.Hours {
		if worksOn(spans) {
			return true
		}
	}
	return false
}

func worksOn(spans []Span) bool {
	return slices.ContainsFunc(spans, func(s Span) bool { return s.From >= 0 && s.To > s.From && s.To <= 24*60 })
}

func (c *Calendar) zone() *time.Location {
	if c.Zone == nil {
		return time.UTC
	}
	return c.Zone
}

// spans are the working spans of a day. A make-up day has its weekday's own, else those of the first worked weekday from Monday on.
func (c *Calendar) spans(d date) []Span {
	weekday := d.weekday()
	if len(c.Makeup) > 0 || len(c.Holidays) > 0 {
		key := d.String()
		if _, ok := c.Makeup[key]; ok {
			for i := range 8 {
				if worksOn(c.Hours[weekday]) {
					break
				}
				weekday = time.Weekday((i + 1) % 7)
			}
		} else if _, ok := c.Holidays[key]; ok {
			return nil
		}
	}
	return c.Hours[weekday]
}

// shift is a span on a certain day.
type shift struct{ from, to time.Time }

// shifts are the stretches of working time of a day, in order and never empty; spans that cross or that a change of the clocks swallows are cut.
func (c *Calendar) shifts(d date) []shift {
	spans := c.spans(d)
	if len(spans) == 0 {
		return nil
	}
	all := make([]shift, 0, len(spans))
	var last time.Time
	for _, s := range spans {
		if s.From < 0 || s.To > 24*60 {
			continue
		}
		from, to := c.moment(d, s.From), c.moment(d, s.To)
		if from.Before(last) {
			from = last
		}
		if from.Before(to) {
			all = append(all, shift{from, to})
			last = to
		}
	}
	return all
}

// moment is a minute of a day in the calendar's zone.
func (c *Calendar) moment(d date, minute int) time.Time {
	y, m, day := d.utc().Date()
	return time.Date(y, m, day, 0, minute, 0, 0, c.zone())
}

// step is the next working day after d, or the one before it if by is -1. The calendar must have working time.
func (c *Calendar) step(d date, by date) date {
	// Holidays are listed one by one, so each can take one week's only working day; a change of the clocks may swallow a few more.
	for range 7 * (len(c.Holidays) + 10) {
		d += by
		if len(c.shifts(d)) > 0 {
			return d
		}
	}
	panic("clock: a calendar with working hours has no working day")
}

// date is a calendar day as a number of days since 1970-01-01.
type date int

func dateOf(t time.Time) date {
	y, m, d := t.Date()
	s := time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix()
	return date(s / 86400) // whole days: exact before 1970 too
}

func (d date) utc() time.Time { return time.Unix(int64(d)*86400, 0).UTC() }

func (d date) weekday() time.Weekday { return d.utc().Weekday() }

func (d date) String() string { return d.utc().Format(time.DateOnly) }
