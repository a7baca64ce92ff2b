package catalog

import (
	"context"
	"encoding/json"
	"time"

	"mulin/internal/clock"
	"mulin/internal/store"
)

// state is all lists as they were at one moment. Nothing in it changes once it is stored.
type state struct {
	classes   []Class          // in use, each parent before its children
	nodes     map[int64]*node  // all
	named     map[string]int64 // by full name, in use
	degrees   []Urgency        // all degrees of urgency
	urgencies []Urgency        // those in use
	codes     map[CodeKind][]Code
	code      map[codeKey]Code
	rules     []Rule
	limits    map[limitKey]clock.Limit
	items     map[Level][]WhistleItem
	item      map[int64]WhistleItem
	reasons   map[string][]Reason
	reason    map[reasonKey]Reason
	days      []Day
	hours     Hours
	calendar  *clock.Calendar
	settings  Settings
	listener  *listener
}

// newState is the state of a city without rows.
func newState() *state {
	s := &state{
		nodes: map[int64]*node{}, named: map[string]int64{}, codes: map[CodeKind][]Code{}, code: map[codeKey]Code{},
		limits: map[limitKey]clock.Limit{}, items: map[Level][]WhistleItem{}, item: map[int64]WhistleItem{},
		reasons: map[string][]Reason{}, reason: map[reasonKey]Reason{}, hours: officeHours(),
	}
	s.count()
	return s
}

// load reads everything.
func (c *Catalog) load(ctx context.Context, _ *state) (*state, error) {
	s := newState()
	for _, part := range []func(context.Context, *store.City) error{
		s.loadClasses, s.loadUrgencies, s.loadCodes, s.loadLimits, s.loadReasons, s.loadSettings, s.loadDays,
	} {
		if err := part(ctx, c.city); err != nil {
			return nil, err
		}
	}
	s.count()
	return s, c.loadWhistles(ctx, s)
}

func (s *state) loadSettings(ctx context.Context, city *store.City) error {
	all, err := store.All(ctx, city, scanSettings, `select settings, hours from catalog_setting where city = ?`, city.ID)
	for _, a := range all {
		s.settings, s.hours = a.Settings, a.Hours
	}
	return err
}

// count joins settings, hours and days into the calendar, and the lists of words to what listens for them.
func (s *state) count() {
	zone, err := time.LoadLocation(s.settings.Zone)
	if err != nil {
		zone = time.UTC // SaveSettings lets no unknown zone in
	}
	cal := &clock.Calendar{Zone: zone, Hours: s.hours.Week, CountFirst: s.hours.CountFirst, Holidays: map[string]string{}, Makeup: map[string]string{}}
	for _, d := range s.days {
		if d.Kind == Workday {
			cal.Makeup[d.Date] = d.Name
		} else {
			cal.Holidays[d.Date] = d.Name
		}
	}
	s.calendar = cal
	s.listener = newListener(s.urgencies, s.settings.SecretWords)
}

// stored is the one row of catalog_setting.
type stored struct {
	Settings Settings
	Hours    Hours
}

func scanSettings(r store.Row) (all stored, err error) {
	var settings, hours string
	if err := r.Scan(&settings, &hours); err != nil {
		return all, err
	}
	if err := json.Unmarshal([]byte(settings), &all.Settings); err != nil {
		return all, err
	}
	return all, json.Unmarshal([]byte(hours), &all.Hours)
}
