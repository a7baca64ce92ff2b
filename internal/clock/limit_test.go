package clock_test

import (
	"fmt"
	"math"
	"sync"
	"testing"
	"time"

	"mulin/internal/clock"
)

func TestDue(t *testing.T) {
	t.Parallel()
	c := office()
	for _, x := range []struct {
		start string
		n     int
		unit  clock.Unit
		want  string
	}{
		{"2026-09-30 16:00", 24, clock.Hour, "2026-10-01 16:00"},
		{"2026-09-30 16:00", 0, clock.Hour, "2026-09-30 16:00"},
		{"2026-09-30 16:00", -3, clock.WorkDay, "2026-09-30 16:00"},

		{"2026-09-30 16:00", 1, clock.WorkHour, "2026-09-30 17:00"},
		{"2026-09-30 16:00", 2, clock.WorkHour, "2026-10-08 09:00"},  // over National Day
		{"2026-09-30 10:30", 2, clock.WorkHour, "2026-09-30 14:30"},  // over lunch
		{"2026-09-30 10:30", 5, clock.WorkHour, "2026-09-30 17:30"},  // ends at close, not at the next opening
		{"2026-10-03 12:00", 1, clock.WorkHour, "2026-10-08 09:30"},  // starts in a holiday
		{"2026-10-09 17:00", 1, clock.WorkHour, "2026-10-10 09:00"},  // make-up Saturday
		{"2026-10-08 08:30", 14, clock.WorkHour, "2026-10-09 17:30"}, // two whole days

		{"2026-09-29 10:00", 1, clock.WorkDay, "2026-09-30 17:30"},
		{"2026-09-29 07:00", 1, clock.WorkDay, "2026-09-30 17:30"}, // before opening
		{"2026-09-29 20:00", 1, clock.WorkDay, "2026-09-30 17:30"}, // after hours
		{"2026-09-29 10:00", 5, clock.WorkDay, "2026-10-12 17:30"}, // 30, 8, 9, 10 (Saturday), 12
		{"2026-10-01 10:00", 5, clock.WorkDay, "2026-10-13 17:30"}, // starts in a holiday: 8, 9, 10, 12, 13
		{"2026-10-10 10:00", 1, clock.WorkDay, "2026-10-12 17:30"}, // starts on a make-up Saturday
		{"2026-09-18 17:29", 1, clock.WorkDay, "2026-09-20 17:30"}, // make-up Sunday
		{"2026-09-24 09:00", 2, clock.WorkDay, "2026-09-29 17:30"}, // Mid-Autumn
		{"2026-02-13 09:00", 5, clock.WorkDay, "2026-02-27 17:30"}, // Spring Festival: 14 (Saturday), 24, 25, 26, 27
		{"2026-02-13 09:00", 6, clock.WorkDay, "2026-02-28 17:30"}, // and its second make-up Saturday
		{"2025-12-31 09:00", 1, clock.WorkDay, "2026-01-04 17:30"}, // year end, worked Sunday
		{"2026-12-31 23:59", 1, clock.WorkDay, "2027-01-04 17:30"},
		{"2026-12-28 12:30", 10, clock.WorkDay, "2027-01-12 17:30"},

		{"2026-09-30 16:00", 1, clock.Day, "2026-10-01 23:59:59"},
		{"2026-12-30 00:00", 7, clock.Day, "2027-01-06 23:59:59"},
		{"2028-02-20 12:00", 15, clock.Day, "2028-03-06 23:59:59"}, // leap year
	} {
		got := c.Due(at(x.start), clock.Limit{Amount: x.n, Unit: x.unit})
		same(t, fmt.Sprintf("Due(%s, %d %s)", x.start, x.n, x.unit), got, x.want)
	}
}

func TestDueCountFirst(t *testing.T) {
	t.Parallel()
	c := office()
	c.CountFirst = true
	for start, want := range map[string]string{
		"2026-09-29 07:00":    "2026-09-30 17:30",
		"2026-09-29 10:00":    "2026-09-30 17:30",
		"2026-09-29 17:29:59": "2026-09-30 17:30",
		"2026-09-29 17:30":    "2026-10-08 17:30", // after hours: 30, 8
		"2026-10-02 10:00":    "2026-10-09 17:30", // holiday: 8, 9
		"2026-10-10 10:00":    "2026-10-12 17:30",
	} {
		same(t, "Due("+start+", 2 working days)", c.Due(at(start), clock.Limit{Amount: 2, Unit: clock.WorkDay}), want)
	}
}

func TestBefore(t *testing.T) {
	t.Parallel()
	c := office()
	for _, x := range []struct {
		due  string
		n    int
		want string
	}{
		{"2026-10-13 17:30", 0, "2026-10-13 17:30"},
		{"2026-10-13 17:30", 1, "2026-10-12 17:30"},
		{"2026-10-12 17:30", 1, "2026-10-10 17:30"}, // make-up Saturday
		{"2026-10-08 17:30", 1, "2026-09-30 17:30"}, // over National Day
		{"2026-10-08 10:30", 1, "2026-09-30 10:30"},
		{"2026-10-05 23:59:59", 1, "2026-09-29 17:30"}, // due in a holiday: as if due at the last close
		{"2027-01-04 17:30", 3, "2026-12-29 17:30"},
	} {
		same(t, fmt.Sprintf("Before(%s, %d)", x.due, x.n), c.Before(at(x.due), x.n), x.want)
	}
}

func TestAhead(t *testing.T) {
	t.Parallel()
	c := office()
	for _, x := range []struct {
		due  string
		l    clock.Limit
		want string
	}{
		{"2026-10-13 17:30", clock.Limit{}, "2026-10-13 17:30"},
		{"2026-10-12 17:30", clock.Limit{Amount: 1, Unit: clock.WorkDay}, "2026-10-10 17:30"},
		{"2026-10-08 17:30", clock.Limit{Amount: 2, Unit: clock.WorkHour}, "2026-10-08 15:30"},
		{"2026-10-08 09:30", clock.Limit{Amount: 2, Unit: clock.WorkHour}, "2026-09-30 16:30"}, // over National Day
		{"2026-10-08 09:30", clock.Limit{Amount: 1, Unit: clock.WorkHour}, "2026-10-08 08:30"},
		{"2026-10-05 12:00", clock.Limit{Amount: 24, Unit: clock.Hour}, "2026-10-04 12:00"},
		{"2026-10-05 12:00", clock.Limit{Amount: 2, Unit: clock.Day}, "2026-10-03 12:00"},
	} {
		same(t, fmt.Sprintf("Ahead(%s, %v)", x.due, x.l), c.Ahead(at(x.due), x.l), x.want)
	}
}

func TestResume(t *testing.T) {
	t.Parallel()
	c := office()
	for _, x := range []struct {
		name, due, paused, resumed string
		unit                       clock.Unit
		want                       string
	}{
		{"hours", "2026-10-01 16:00", "2026-09-30 20:00", "2026-10-05 21:00", clock.Hour, "2026-10-06 17:00"},
		{"days", "2026-10-09 23:59:59", "2026-10-01 10:00", "2026-10-03 10:00", clock.Day, "2026-10-11 23:59:59"},
		{"working hours", "2026-09-30 16:00", "2026-09-30 15:00", "2026-10-08 10:30", clock.WorkHour, "2026-10-08 11:30"},
		{"working hours, at night", "2026-09-30 16:00", "2026-09-29 18:00", "2026-09-30 08:00", clock.WorkHour, "2026-09-30 16:00"},
		{"whole working days", "2026-10-09 17:30", "2026-09-29 10:00", "2026-10-08 10:00", clock.WorkDay, "2026-10-12 17:30"},
		{"half a working day", "2026-10-09 17:30", "2026-10-08 08:30", "2026-10-08 12:00", clock.WorkDay, "2026-10-10 12:00"},
		{"over a holiday only", "2026-10-09 17:30", "2026-09-30 17:30", "2026-10-08 08:30", clock.WorkDay, "2026-10-09 17:30"},
		{"already over", "2026-09-29 17:30", "2026-09-30 10:00", "2026-10-09 10:00", clock.WorkDay, "2026-09-29 17:30"},
		{"backwards", "2026-09-30 17:30", "2026-09-30 10:00", "2026-09-29 10:00", clock.WorkDay, "2026-09-30 17:30"},
		{"due on a day off", "2026-10-05 12:00", "2026-09-30 14:00", "2026-10-08 08:30", clock.WorkDay, "2026-10-08 12:00"},
	} {
		same(t, x.name, c.Resume(at(x.due), at(x.paused), at(x.resumed), x.unit), x.want)
	}
}

func TestUsed(t *testing.T) {
	t.Parallel()
	c := office()
	for _, x := range []struct {
		from, to string
		unit     clock.Unit
		want     float64
	}{
		{"2026-09-30 10:00", "2026-09-30 10:00", clock.Hour, 0},
		{"2026-09-30 10:00", "2026-09-29 10:00", clock.Hour, 0},
		{"2026-09-30 10:00", "2026-10-01 16:00", clock.Hour, 30},
		{"2026-09-30 10:00", "2026-10-01 22:00", clock.Day, 1.5},
		{"2026-09-30 10:00", "2026-10-08 10:00", clock.WorkHour, 7},
		{"2026-09-30 12:00", "2026-10-08 12:00", clock.WorkDay, 1},
		{"2026-10-08 00:00", "2026-10-13 00:00", clock.WorkDay, 4}, // Saturday is worked
		{"2026-10-01 00:00", "2026-10-08 00:00", clock.WorkDay, 0},
	} {
		if got := c.Used(at(x.from), at(x.to), x.unit); math.Abs(got-x.want) > 1e-9 {
			t.Errorf("Used(%s, %s, %s) = %v, want %v", x.from, x.to, x.unit, got, x.want)
		}
	}
}

// TestClockChange sees that a zone with summer time neither loses a day nor runs backwards.
func TestClockChange(t *testing.T) {
	t.Parallel()
	c := &clock.Calendar{Zone: zone("Europe/Berlin"), Hours: clock.Week{0: {{From: 60, To: 120}, {From: 120, To: 180}, {From: 180, To: 240}}}}
	start := time.Date(2026, 3, 29, 0, 0, 0, 0, c.Zone)
	got := c.Due(start, clock.Limit{Amount: 3, Unit: clock.WorkHour})
	if want := time.Date(2026, 4, 5, 2, 0, 0, 0, c.Zone); !got.Equal(want) {
		t.Errorf("3 working hours over the lost hour = %v, want %v", got, want)
	}
}

func TestLimitCheck(t *testing.T) {
	t.Parallel()
	if err := (clock.Limit{Amount: 5, Unit: clock.WorkDay}).Check(); err != nil {
		t.Error(err)
	}
	for _, l := range []clock.Limit{{}, {Amount: 0, Unit: clock.Day}, {Amount: clock.MaxAmount + 1, Unit: clock.Day}, {Amount: 1, Unit: "week"}} {
		if l.Check() == nil {
			t.Errorf("%+v passes", l)
		}
	}
}

func TestFake(t *testing.T) {
	t.Parallel()
	f := clock.New(at("2026-10-01 00:00"))
	var all sync.WaitGroup
	for range 10 {
		all.Go(func() { f.Advance(time.Minute) })
	}
	all.Wait()
	same(t, "Now", f.Now(), "2026-10-01 00:10")
	f.Set(at("2026-01-01 00:00"))
	same(t, "Now", f.Now(), "2026-01-01 00:00")
	if us := clock.Micros(f.Now()); !clock.Time(us).Equal(f.Now()) || clock.Time(us).Location() != time.UTC {
		t.Error("Time(Micros(t)) isn't t in UTC")
	}
	if clock.System.Now().Before(at("2024-01-01 00:00")) {
		t.Error("the machine's clock stands")
	}
}

// FuzzOrder checks what must hold for any times: later starts are never due earlier, more is never due earlier, a longer pause never
// shortens, the yellow card never comes after due, and what is used up to due is the limit.
func FuzzOrder(f *testing.F) {
	f.Add(int64(1790000000), int64(3600), uint16(5), uint8(2), true)
	f.Add(int64(1790812800), int64(900000), uint16(40), uint8(1), false)
	f.Add(int64(0), int64(1), uint16(0), uint8(3), false)
	c := office()
	f.Fuzz(func(t *testing.T, sec, gap int64, n uint16, u uint8, first bool) {
		cal := *c
		cal.CountFirst = first
		// Around the holidays the calendar knows, up to about a year apart.
		start := at("2025-06-01 00:00").Add(time.Duration(mod(sec, 700*86400)) * time.Second)
		next := start.Add(time.Duration(mod(gap, 400*86400)) * time.Second)
		l := clock.Limit{Amount: int(n % 500), Unit: clock.Units[int(u)%len(clock.Units)]}
		more := clock.Limit{Amount: l.Amount + 1, Unit: l.Unit}
		due := cal.Due(start, l)
		ordered(t, "start, due", start, due)
		ordered(t, "due of a later start", due, cal.Due(next, l))
		ordered(t, "due of more", due, cal.Due(start, more))
		ordered(t, "yellow card", cal.Before(due, int(n%9)), due)
		ordered(t, "resume", due, cal.Resume(due, start, next, l.Unit))
		ordered(t, "longer pause", cal.Resume(due, start, next, l.Unit), cal.Resume(due, start, next.Add(time.Hour), l.Unit))
		ordered(t, "next working", next, cal.NextWorking(next))
		if used := cal.Used(start, due, l.Unit); (l.Unit == clock.Hour || l.Unit == clock.WorkHour) && math.Abs(used-float64(l.Amount)) > 1e-6 {
			t.Errorf("used %v of %+v at due", used, l)
		}
		// A pause keeps what was left.
		if l.Unit == clock.WorkDay && l.Amount > 0 && start.Before(due) {
			left, again := cal.Used(start, due, l.Unit), cal.Used(next, cal.Resume(due, start, next, l.Unit), l.Unit)
			if math.Abs(left-again) > 1e-6 {
				t.Errorf("left %v before the pause, %v after it", left, again)
			}
		}
	})
}

func mod(a, b int64) int64 { return (a%b + b) % b }

func ordered(t *testing.T, what string, a, b time.Time) {
	t.Helper()
	if b.Before(a) {
		t.Errorf("%s: %s comes after %s", what, a.In(shanghai).Format(layout), b.In(shanghai).Format(layout))
	}
}

func BenchmarkDue(b *testing.B) {
	c, start := office(), at("2026-09-29 10:00")
	for b.Loop() {
		c.Due(start, clock.Limit{Amount: 5, Unit: clock.WorkDay})
	}
}
