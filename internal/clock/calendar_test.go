package clock_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"testing"
	"time"

	"mulin/internal/clock"
	"mulin/internal/fault"
)

var shanghai = zone("Asia/Shanghai")

func zone(name string) *time.Location {
	z, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return z
}

// office is Monday to Friday 08:30-12:00 and 14:00-17:30 with the holidays of 2026.
func office() *clock.Calendar {
	c := &clock.Calendar{Zone: shanghai, Holidays: map[string]string{}, Makeup: map[string]string{}}
	for d := time.Monday; d <= time.Friday; d++ {
		c.Hours[d] = []clock.Span{{From: 8*60 + 30, To: 12 * 60}, {From: 14 * 60, To: 17*60 + 30}}
	}
	off := func(name, from string, n int) {
		day, _ := time.Parse(time.DateOnly, from)
		for i := range n {
			c.Holidays[day.AddDate(0, 0, i).Format(time.DateOnly)] = name
		}
	}
	off("元旦", "2026-01-01", 3)
	off("春节", "2026-02-15", 9)
	off("清明节", "2026-04-04", 3)
	off("劳动节", "2026-05-01", 5)
	off("端午节", "2026-06-19", 3)
	off("中秋节", "2026-09-25", 3)
	off("国庆节", "2026-10-01", 7)
	off("元旦", "2027-01-01", 3)
	for _, day := range []string{"2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"} {
		c.Makeup[day] = "调休"
	}
	return c
}

const layout = "2006-01-02 15:04:05"

// at reads a time in Shanghai; seconds may be left out.
func at(s string) time.Time {
	if len(s) == len("2006-01-02 15:04") {
		s += ":00"
	}
	t, err := time.ParseInLocation(layout, s, shanghai)
	if err != nil {
		panic(err)
	}
	return t
}

func same(t *testing.T, what string, got time.Time, want string) {
	t.Helper()
	if !got.Equal(at(want)) {
		t.Errorf("%s = %s, want %s", what, got.In(shanghai).Format(layout), want)
	}
}

func TestWorking(t *testing.T) {
	t.Parallel()
	c := office()
	for when, want := range map[string]bool{
		"2026-09-30 08:29:59": false,
		"2026-09-30 08:30":    true,
		"2026-09-30 11:59:59": true,
		"2026-09-30 12:00":    false,
		"2026-09-30 14:00":    true,
		"2026-09-30 17:30":    false,
		"2026-10-01 10:00":    false, // Thursday, holiday
		"2026-10-10 10:00":    true,  // Saturday, worked
		"2026-10-11 10:00":    false, // Sunday
		"2026-09-20 15:00":    true,  // Sunday, worked
	} {
		if got := c.Working(at(when)); got != want {
			t.Errorf("Working(%s) = %v, want %v", when, got, want)
		}
	}
	if c.WorkingDay(at("2026-10-01 10:00")) || !c.WorkingDay(at("2026-10-10 03:00")) {
		t.Error("WorkingDay doesn't know the holiday or the make-up day")
	}
}

func TestNextWorking(t *testing.T) {
	t.Parallel()
	c := office()
	for when, want := range map[string]string{
		"2026-09-30 09:00": "2026-09-30 09:00",
		"2026-09-30 06:00": "2026-09-30 08:30",
		"2026-09-30 12:00": "2026-09-30 14:00",
		"2026-09-30 17:30": "2026-10-08 08:30",
		"2026-10-09 17:30": "2026-10-10 08:30",
		"2026-12-31 20:00": "2027-01-04 08:30",
	} {
		same(t, "NextWorking("+when+")", c.NextWorking(at(when)), want)
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	if err := office().Check(); err != nil {
		t.Errorf("office: %v", err)
	}
	hours := func(spans ...clock.Span) clock.Calendar {
		return clock.Calendar{Hours: clock.Week{time.Monday: spans}}
	}
	both := hours(clock.Span{From: 0, To: 1440})
	both.Holidays = map[string]string{"2026-10-01": ""}
	both.Makeup = both.Holidays
	bad := hours(clock.Span{From: 0, To: 1440})
	bad.Holidays = map[string]string{"2026-02-30": ""}
	for key, c := range map[string]clock.Calendar{
		"clock.hours.none": {Makeup: map[string]string{"2026-10-10": ""}},
		"clock.hours.span": hours(clock.Span{From: 600, To: 700}, clock.Span{From: 650, To: 800}),
		"clock.date.both":  both,
		"clock.date.bad":   bad,
	} {
		list, ok := fault.As(c.Check())
		if !ok || list[0].Key != key {
			t.Errorf("Check = %v, want %s", list, key)
		}
	}
	if list, _ := fault.As(func() error { c := hours(clock.Span{From: 700, To: 600}); return c.Check() }()); len(list) != 2 {
		t.Errorf("a span that ends before it begins: %v, want two faults", list)
	}
}

// TestNoWorkingTime sees that a calendar that Check refuses neither hangs nor panics, but counts plain time.
func TestNoWorkingTime(t *testing.T) {
	t.Parallel()
	for _, c := range []*clock.Calendar{
		{},
		{Zone: shanghai, Makeup: map[string]string{"2026-10-10": ""}},
		{Zone: shanghai, Hours: clock.Week{1: {{From: 900, To: 600}}, 2: {{From: -5, To: 3}}, 3: {{From: 1400, To: 1500}}}},
	} {
		start := at("2026-10-08 10:00")
		if got := c.Due(start, clock.Limit{Amount: 3, Unit: clock.WorkHour}); !got.Equal(start.Add(3 * time.Hour)) {
			t.Errorf("3 working hours: %v", got)
		}
		if got := c.Due(start, clock.Limit{Amount: 3, Unit: clock.WorkDay}); got.Sub(start) < 72*time.Hour {
			t.Errorf("3 working days: %v", got)
		}
		if got := c.Before(start, 1); !got.Equal(start.Add(-24 * time.Hour)) {
			t.Errorf("a day before: %v", got)
		}
		if got := c.NextWorking(start); !got.Equal(start) {
			t.Errorf("next working: %v", got)
		}
		if got := c.Resume(start, start.Add(-time.Hour), start.Add(time.Hour), clock.WorkDay); !got.Equal(start.Add(2 * time.Hour)) {
			t.Errorf("resume: %v", got)
		}
		if got := c.Used(start, start.Add(48*time.Hour), clock.WorkDay); got != 2 {
			t.Errorf("used: %v", got)
		}
	}
}

func TestManyHolidays(t *testing.T) {
	t.Parallel()
	c := &clock.Calendar{Hours: clock.Week{time.Monday: {{From: 540, To: 541}}}, Holidays: map[string]string{}}
	for i, d := 0, time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC); i < 200; i, d = i+1, d.AddDate(0, 0, 7) {
		c.Holidays[d.Format(time.DateOnly)] = ""
	}
	got := c.NextWorking(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	if want := time.Date(2029, 11, 5, 9, 0, 0, 0, time.UTC); !got.Equal(want) {
		t.Errorf("first Monday after 200 weeks off = %v, want %v", got, want)
	}
}

func TestJSON(t *testing.T) {
	t.Parallel()
	c := office()
	c.CountFirst = true
	b, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	var back clock.Calendar
	if err := json.Unmarshal(b, &back); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(&back, c) {
		t.Errorf("%s came back as %+v", b, back)
	}
	for text, key := range map[string]string{
		`{"zone":"Mars/Base"}`:                                       "clock.zone",
		`{"zone":"Asia/Shanghai","hours":{"mon":["9-5"]}}`:           "clock.hours.span",
		`{"zone":"Asia/Shanghai","hours":{"noday":["09:00-17:00"]}}`: "clock.hours.weekday",
	} {
		if err := json.Unmarshal([]byte(text), &back); !errors.Is(err, fault.New(fault.Invalid, key)) {
			t.Errorf("%s: %v, want %s", text, err, key)
		}
	}
}

func TestParseSpans(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":                         "",
		"8:30-12:00,14:00-17:30":   "08:30-12:00, 14:00-17:30",
		"08：30—12：00， 14：00至24：00": "08:30-12:00, 14:00-24:00",
	} {
		got, err := clock.ParseSpans(in)
		if err != nil || clock.FormatSpans(got) != want {
			t.Errorf("ParseSpans(%q) = %v, %v, want %s", in, got, err, want)
		}
	}
	for _, in := range []string{"9-17", "12:00-08:00", "08:00-24:01", "08:60-09:00", "08:00-12:00, 11:00-13:00", "+8:00-09:00", "08:00", "-"} {
		if got, err := clock.ParseSpans(in); err == nil {
			t.Errorf("ParseSpans(%q) = %v, want a fault", in, got)
		}
	}
}
