package sheet

import (
	"iter"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/width"
)

// Order is how a column writes days with the year last: what 3/4/2016 leaves open, 4/30/2016 below it settles.
type Order int

// The orders. With an unknown one only days are read that mean the same either way.
const (
	Unknown Order = iota
	DayFirst
	MonthFirst
)

var (
	yearFirst = regexp.MustCompile(`^(\d{4})-(\d{1,2})-(\d{1,2})(?: (.+))?$`)
	yearLast  = regexp.MustCompile(`^(\d{1,2})-(\d{1,2})-(\d{4}|\d{2})(?: (.+))?$`)
	digits    = regexp.MustCompile(`^(\d{4})(\d\d)(\d\d)(?: ?(\d\d):?(\d\d)(?::?(\d\d))?)?$`)
	serial    = regexp.MustCompile(`^\d{5,6}(\.\d+)?$`)
	hours     = regexp.MustCompile(`^(\p{Han}+|[ap]m)? ?(\d{1,2})(?::(\d{1,2})(?::(\d{1,2})(?:\.\d+)?)?)? ?([ap]m)?(z|[+-]\d\d:?\d\d)?$`)
)

// signs are the ways in which days and hours are cut.
var signs = strings.NewReplacer("年", "-", "月", "-", "/", "-", "日", " ", "号", " ", "时", ":", "点", ":", "分", ":", "秒", "", "t", " ", "a.m.", "am", "p.m.", "pm")

// plainly is a date as the patterns want it: half width, small letters, one kind of signs, single blanks, nothing that can't be seen.
func plainly(cell string) string {
	cell = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, strings.ToLower(width.Fold.String(cell)))
	day, hour, two := strings.Cut(strings.Join(strings.Fields(signs.Replace(cell)), " "), " ")
	if strings.Count(day, ".") == 2 {
		day = strings.ReplaceAll(day, ".", "-")
	}
	if !two {
		return day
	}
	return day + " " + strings.TrimSuffix(hour, ":")
}

// Judge tells the order of a column's days.
func Judge(column iter.Seq[string]) Order {
	var seen [3]bool
	for cell := range column {
		m := yearLast.FindStringSubmatch(plainly(cell))
		if m == nil {
			continue
		}
		a, b := number(m[1]), number(m[2])
		seen[DayFirst] = seen[DayFirst] || a > 12
		seen[MonthFirst] = seen[MonthFirst] || b > 12
	}
	switch {
	case seen[DayFirst] && !seen[MonthFirst]:
		return DayFirst
	case seen[MonthFirst] && !seen[DayFirst]:
		return MonthFirst
	}
	return Unknown
}

func number(digits string) int {
	n, _ := strconv.Atoi(digits)
	return n
}

// Time reads a time as people and spreadsheets write it, one without a zone in the given one. What isn't certain isn't read.
func (o Order) Time(cell string, zone *time.Location) (time.Time, bool) {
	text := plainly(cell)
	if m := digits.FindStringSubmatch(text); m != nil {
		return moment(number(m[1]), number(m[2]), number(m[3]), clockwork{number(m[4]), number(m[5]), number(m[6]), zone})
	}
	if serial.MatchString(text) {
		return ofSerial(text, zone)
	}
	var y, m, d int
	var rest string
	if p := yearFirst.FindStringSubmatch(text); p != nil {
		y, m, d, rest = number(p[1]), number(p[2]), number(p[3]), p[4]
	} else if p := yearLast.FindStringSubmatch(text); p != nil {
		y, m, d, rest = number(p[3]), number(p[1]), number(p[2]), p[4]
		if o == Unknown && m != d {
			return time.Time{}, false
		}
		if o == DayFirst {
			m, d = d, m
		}
		if y < 100 {
			y += 2000
		}
	} else {
		return time.Time{}, false
	}
	at, ok := ofHours(rest, zone)
	if !ok {
		return time.Time{}, false
	}
	return moment(y, m, d, at)
}

// Day is Time for a day alone, as 2006-01-02. An hour that isn't midnight is no day.
func (o Order) Day(cell string) (string, bool) {
	t, ok := o.Time(cell, time.UTC)
	return t.Format(time.DateOnly), ok && t.Equal(t.Truncate(24*time.Hour))
}

// clockwork is an hour of a day in its zone.
type clockwork struct {
	h, m, s int
	zone    *time.Location
}

func moment(y, m, d int, at clockwork) (time.Time, bool) {
	day := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	if day.Day() != d || int(day.Month()) != m || y < 1900 || at.m > 59 || at.s > 59 || at.h > 24 || at.h == 24 && at.m+at.s > 0 {
		return time.Time{}, false
	}
	return time.Date(y, time.Month(m), d, at.h, at.m, at.s, 0, at.zone), true
}

// halves are words for parts of a day: hours up to the second number belong to the afternoon.
var halves = map[string]bool{"上午": false, "早上": false, "凌晨": false, "am": false, "下午": true, "晚上": true, "傍晚": true, "pm": true}

func ofHours(text string, zone *time.Location) (at clockwork, ok bool) {
	at.zone = zone
	if text == "" {
		return at, true
	}
	m := hours.FindStringSubmatch(text)
	if m == nil {
		return at, false
	}
	at.h, at.m, at.s = number(m[2]), number(m[3]), number(m[4])
	for _, word := range []string{m[1], m[5]} {
		late, known := halves[word]
		switch {
		case word == "":
		case !known, word == "晚上" && at.h == 12: // midnight, but of which day
			return at, false
		case late && at.h < 12:
			at.h += 12
		case !late && at.h == 12:
			at.h = 0
		}
	}
	switch z := strings.ReplaceAll(m[6], ":", ""); {
	case z == "z":
		at.zone = time.UTC
	case z != "":
		offset := number(z[1:3])*3600 + number(z[3:])*60
		if z[0] == '-' {
			offset = -offset
		}
		at.zone = time.FixedZone("", offset)
	}
	return at, true
}

// ofSerial reads the number a spreadsheet keeps a day as: days since 1899-12-30, the hour behind the point.
func ofSerial(text string, zone *time.Location) (time.Time, bool) {
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || n < 10_000 || n > 110_000 {
		return time.Time{}, false
	}
	whole := int(n)
	s := int((n-float64(whole))*86_400 + 0.5)
	return time.Date(1899, 12, 30+whole, 0, 0, s, 0, zone), true
}
