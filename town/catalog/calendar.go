package catalog

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/fault"
	"mulin/internal/store"
)

// DayKind says how a day differs from the ordinary week.
type DayKind string

// The kinds of day.
const (
	Holiday  DayKind = "holiday" // a day off
	Workday  DayKind = "workday" // 调休: worked although weekend
	Ordinary DayKind = "none"    // as the week has it
)

// DayKinds are all kinds, in the order forms show them.
var DayKinds = []DayKind{Ordinary, Holiday, Workday}

// maxDays is how many days one SetDays may change.
const maxDays = 400

// Day is a day that differs from the ordinary week.
type Day struct {
	Date        string  `json:"date"` // "2026-10-01"
	Kind        DayKind `json:"kind"`
	Name        string  `json:"name,omitempty"`
	Provisional bool    `json:"draft,omitempty"` // entered before the official announcement
}

// Hours are the working hours of an ordinary week.
type Hours struct {
	Week       clock.Week `json:"week"`
	CountFirst bool       `json:"count_first,omitempty"` // see clock.Calendar
}

// officeHours hold until a city sets its own.
func officeHours() Hours {
	var h Hours
	for d := time.Monday; d <= time.Friday; d++ {
		h.Week[d] = []clock.Span{{From: 8*60 + 30, To: 12 * 60}, {From: 13*60 + 30, To: 17*60 + 30}}
	}
	return h
}

// Calendar is the working calendar in force. It must not be changed.
func (c *Catalog) Calendar() *clock.Calendar { return c.lists.Now().calendar }

// Hours are the working hours of an ordinary week.
func (c *Catalog) Hours() Hours { return c.lists.Now().hours }

// Days are the days of a year that differ from the ordinary week, in order.
func (c *Catalog) Days(year int) []Day {
	first, next := time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC).Format(time.DateOnly), time.Date(year+1, 1, 1, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
	all := c.lists.Now().days
	from, _ := slices.BinarySearchFunc(all, first, func(d Day, s string) int { return strings.Compare(d.Date, s) })
	to, _ := slices.BinarySearchFunc(all, next, func(d Day, s string) int { return strings.Compare(d.Date, s) })
	return all[from:to:to]
}

func scanDay(r store.Row) (d Day, err error) {
	err = r.Scan(&d.Date, &d.Kind, &d.Name, &d.Provisional)
	return d, err
}

func (s *state) loadDays(ctx context.Context, city *store.City) (err error) {
	s.days, err = store.All(ctx, city, scanDay, `select date, kind, name, draft from catalog_day where city = ? order by date`, city.ID)
	return err
}

// SetDay makes a day a holiday or a make-up workday, or an ordinary one again.
func (c *Catalog) SetDay(ctx context.Context, who access.Actor, day Day) error {
	return c.SetDays(ctx, who, []Day{day})
}

// SetDays is SetDay for many in one write, for a year's announcement comes as a whole.
func (c *Catalog) SetDays(ctx context.Context, who access.Actor, days []Day) error {
	if err := c.may(who); err != nil {
		return err
	}
	days, err := checkDays(days)
	if err != nil {
		return err
	}
	return c.write(ctx, "set days", func(tx *store.Tx) error {
		old, err := store.All(ctx, tx, scanDay, `select date, kind, name, draft from catalog_day where city = ? and date >= ? and date <= ?`,
			tx.City, days[0].Date, days[len(days)-1].Date)
		if err != nil {
			return err
		}
		was := map[string]Day{}
		for _, d := range old {
			was[d.Date] = d
		}
		var ch struct{ before, after []Day }
		for _, d := range days {
			before, ok := was[d.Date]
			if !ok {
				before = Day{Date: d.Date, Kind: Ordinary}
			}
			if before != d {
				setDay(tx, d)
				ch.before, ch.after = append(ch.before, before), append(ch.after, d)
			}
		}
		if len(ch.after) > 0 {
			record(tx, who, "catalog.day.set", "day", 0, change{Before: ch.before, After: ch.after})
		}
		return nil
	})
}

func setDay(tx *store.Tx, d Day) {
	if d.Kind == Ordinary {
		tx.Exec(`delete from catalog_day where city = ? and date = ?`, tx.City, d.Date)
		return
	}
	tx.Exec(`insert into catalog_day (city, date, kind, name, draft) values (?, ?, ?, ?, ?)
		on conflict (city, date) do update set kind = excluded.kind, name = excluded.name, draft = excluded.draft`, tx.City, d.Date, string(d.Kind), d.Name, d.Provisional)
}

// checkDays returns the days in order, with clean names.
func checkDays(days []Day) ([]Day, error) {
	var all fault.List
	all.Check(len(days) > 0 && len(days) <= maxDays, "date", "catalog.day.many", maxDays)
	byDate := map[string]Day{}
	for _, d := range days {
		t, err := time.Parse(time.DateOnly, d.Date)
		all.Check(err == nil && t.Year() >= 2000 && t.Year() < 2100, "date", "clock.date.bad", d.Date)
		all.Check(slices.Contains(DayKinds, d.Kind), "kind", "catalog.day.kind")
		d.Name = clean(&all, "name", d.Name, MaxName)
		if d.Kind == Ordinary {
			d = Day{Date: d.Date, Kind: Ordinary}
		}
		_, twice := byDate[d.Date]
		all.Check(!twice, "date", "catalog.day.twice", d.Date)
		byDate[d.Date] = d
	}
	if err := all.Or(); err != nil {
		return nil, err
	}
	sorted := make([]Day, 0, len(byDate))
	for _, date := range slices.Sorted(maps.Keys(byDate)) {
		sorted = append(sorted, byDate[date])
	}
	return sorted, nil
}

// SetHours sets the working hours of the ordinary week. Due times already computed stay.
func (c *Catalog) SetHours(ctx context.Context, who access.Actor, hours Hours) error {
	if err := c.may(who); err != nil {
		return err
	}
	if err := (&clock.Calendar{Hours: hours.Week}).Check(); err != nil {
		return err
	}
	for i, spans := range hours.Week {
		if len(spans) == 0 {
			hours.Week[i] = nil
		}
	}
	return c.write(ctx, "set hours", func(tx *store.Tx) error {
		old, err := settingsOf(ctx, tx)
		if err != nil || !differs(old.Hours, hours) {
			return err
		}
		putSettings(tx, stored{old.Settings, hours})
		record(tx, who, "catalog.hours.set", "hours", 0, change{Before: old.Hours, After: hours})
		return nil
	})
}

// settingsOf is the city's row, or what holds without one.
func settingsOf(ctx context.Context, tx *store.Tx) (stored, error) {
	s, err := store.One(ctx, tx, scanSettings, `select settings, hours from catalog_setting where city = ?`, tx.City)
	if errors.Is(err, store.ErrNone) {
		return stored{Hours: officeHours()}, nil
	}
	return s, err
}

func putSettings(tx *store.Tx, s stored) {
	tx.Exec(`insert into catalog_setting (city, settings, hours) values (?, ?, ?) on conflict (city) do update set settings = excluded.settings, hours = excluded.hours`,
		tx.City, text(s.Settings), text(s.Hours))
}
