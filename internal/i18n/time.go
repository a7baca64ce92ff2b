package i18n

import (
	"strconv"
	"time"

	"mulin/internal/clock"
)

const (
	second = int64(1_000_000) // times are microseconds
	minute = 60 * second
	hour   = 60 * minute
	day    = 24 * hour
	month  = 30 * day // as people count who say "two months ago"
	year   = 365 * day
)

// Left says how long there is until due, or since when it is over: "2 小时后到期", "超期 1 天". What is left is rounded down, so that
// nobody is promised more than there is.
func (w *Words) Left(due, now int64) string {
	switch left := due - now; {
	case left >= minute:
		return w.T("time.left", w.span(left))
	case left >= 0:
		return w.T("time.left.now")
	case left > -minute:
		return w.T("time.over.now")
	default:
		return w.T("time.over", w.span(-left))
	}
}

// Ago says how long before now t was: "刚刚", "5 分钟前". A t that is still to come is said so, except for the little that clocks differ.
func (w *Words) Ago(t, now int64) string {
	switch gone := now - t; {
	case gone <= -minute:
		return w.T("time.in", w.round(-gone))
	case gone < minute:
		return w.T("time.now")
	default:
		return w.T("time.ago", w.round(gone))
	}
}

// Duration says how long us microseconds are, in up to two units: "1 天 3 小时", "2 小时 5 分钟", "40 秒".
func (w *Words) Duration(us int64) string {
	us = max(us, 0)
	switch {
	case us >= 10*day:
		return w.unit("day", us/day)
	case us >= day:
		return w.two("day", us/day, "hour", us%day/hour)
	case us >= hour:
		return w.two("hour", us/hour, "minute", us%hour/minute)
	case us >= minute:
		return w.two("minute", us/minute, "second", us%minute/second)
	}
	return w.unit("second", us/second)
}

// span is a length in its largest unit. A single day or hour also tells the next smaller unit, for there the rest matters.
func (w *Words) span(us int64) string {
	switch {
	case us >= 2*day:
		return w.unit("day", us/day)
	case us >= day:
		return w.two("day", 1, "hour", us%day/hour)
	case us >= 2*hour:
		return w.unit("hour", us/hour)
	case us >= hour:
		return w.two("hour", 1, "minute", us%hour/minute)
	}
	return w.unit("minute", us/minute)
}

// round is a length in its largest unit alone, up to years.
func (w *Words) round(us int64) string {
	switch {
	case us >= year:
		return w.unit("year", us/year)
	case us >= month:
		return w.unit("month", us/month)
	case us >= day:
		return w.unit("day", us/day)
	case us >= hour:
		return w.unit("hour", us/hour)
	}
	return w.unit("minute", us/minute)
}

// two joins two units, the second only if there is any.
func (w *Words) two(big string, n int64, small string, m int64) string {
	if m == 0 {
		return w.unit(big, n)
	}
	return w.T("time.two", w.unit(big, n), w.unit(small, m))
}

// unit is a number with its unit of time.
func (w *Words) unit(name string, n int64) string { return w.T("time.unit."+name, n) }

// When is a stored time as date and time of day in zone (nil: UTC).
func (w *Words) When(us int64, zone *time.Location) string {
	return w.show(us, zone, "time.layout.when")
}

// Date is a stored time as a date in zone (nil: UTC).
func (w *Words) Date(us int64, zone *time.Location) string {
	return w.show(us, zone, "time.layout.date")
}

func (w *Words) show(us int64, zone *time.Location, layout string) string {
	if zone == nil {
		zone = time.UTC
	}
	return time.UnixMicro(us).In(zone).Format(w.T(layout))
}

// Number is n with its thousands set apart: "12,345".
func (w *Words) Number(n int64) string {
	s := strconv.FormatInt(n, 10)
	first := 0
	if n < 0 {
		first = 1
	}
	for i := len(s) - 3; i > first; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Week says hours in lines, one for the days on end that are alike: "Monday to Friday 08:30-11:30 14:00-17:30".
func (w *Words) Week(week clock.Week) []string {
	hours := func(day int) (text string) {
		for _, s := range week[day%7] {
			text += " " + s.String()
		}
		return text
	}
	name := func(day int) string { return w.T("time.weekday." + strconv.Itoa(day%7)) }
	var all []string
	for from := 1; from <= 7; {
		to := from
		for to < 7 && hours(to+1) == hours(from) {
			to++
		}
		switch {
		case hours(from) == "":
		case from == to:
			all = append(all, name(from)+hours(from))
		default:
			all = append(all, w.T("time.days", name(from), name(to))+hours(from))
		}
		from = to + 1
	}
	return all
}
