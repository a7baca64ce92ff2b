// Package whistle is 吹哨报到: what one level can't solve it whistles up, the units called report in on the spot, the lead hands in what was done, and both sides score each other.
package whistle

import (
	"context"
	"slices"

	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/fault"
	"mulin/internal/geo"
	"mulin/internal/ledger"
	"mulin/internal/life"
	"mulin/internal/sensitive"
	"mulin/internal/store"
	"mulin/town/body"
	"mulin/town/casework"
	"mulin/town/catalog"
	"mulin/town/place"
)

// Rights of this area.
const (
	Blow     access.Right = "whistle.blow"
	ReportIn access.Right = "whistle.report_in"
)

// Faults people read.
var (
	ErrNotFound = fault.New(fault.Missing, "whistle.missing")
	ErrStale    = fault.New(fault.Conflict, "whistle.stale")
	ErrFar      = fault.New(fault.Invalid, "whistle.far")     // {0} metres away, {1} allowed
	ErrFarOff   = fault.New(fault.Invalid, "whistle.far.off") // {0} kilometres away, {1} metres allowed
)

// Level is the level of a caller.
type Level string

// The three edges: grid → community, community → street, street → departments.
const (
	Grid      Level = "grid"
	Community Level = "community"
	Street    Level = "street"
)

// levels by the depth of the territory a caller's post holds.
var levels = map[int]Level{4: Grid, 3: Community, 2: Street}

// rank is how high a level stands.
var rank = map[Level]int{Grid: 1, Community: 2, Street: 3}

// Status is where a whistle stands.
type Status = life.State

// The statuses.
const (
	Blown    Status = "blown"     // 待报到
	Reported Status = "reported"  // 已报到, at work
	HandedIn Status = "handed_in" // 已办结
	Raised   Status = "raised"    // passed on upwards
)

// Unit is one body that was called, and how it reported in.
type Unit struct {
	Body       int64
	Lead       bool
	ReportedAt int64
	Person     int64
	Point      *geo.Point
	Metres     int64 // from the case when reporting in; -1: unknown
	Photo      string
	Note       string
	Score      int64
}

// Whistle is one call.
type Whistle struct {
	life.Life
	Case, Number   int64
	Level          Level
	Item           int64
	Caller, Person int64
	Path           string
	Note           string
	BlownAt        int64
	ReportDueAt    int64
	WorkDueAt      int64
	ReportedAt     int64
	EndedAt        int64
	Score          int64
	Units          []Unit

	point *geo.Point // of the case
}

// Lead is the unit that leads.
func (w *Whistle) Lead() int64 {
	for _, u := range w.Units {
		if u.Lead {
			return u.Body
		}
	}
	return 0
}

// Bodies lists the units called.
func (w *Whistle) Bodies() []int64 {
	ids := make([]int64, len(w.Units))
	for i, u := range w.Units {
		ids[i] = u.Body
	}
	return ids
}

// Waiting lists the units that have not reported in yet.
func (w *Whistle) Waiting() []int64 {
	var ids []int64
	for _, u := range w.Units {
		if u.ReportedAt == 0 {
			ids = append(ids, u.Body)
		}
	}
	return ids
}

// Called tells whether the actor serves one of the units that have not reported in yet.
func (w *Whistle) Called(who access.Actor) bool { return slices.ContainsFunc(w.Waiting(), who.In) }

// At is where rights on the whistle are asked for.
func (w *Whistle) At() access.At { return access.At{Path: w.Path, Bodies: w.Bodies()} }

// Subject is the whistle in the ledger.
func (w *Whistle) Subject() ledger.Subject {
	return ledger.Subject{Kind: "whistle", ID: w.ID, Path: w.Path, Point: w.point}
}

// Post is the whistle post of a city.
type Post struct {
	room    *room
	city    *store.City
	desk    *casework.Desk
	places  *place.Register
	bodies  *body.Bodies
	catalog *catalog.Catalog
}

// New makes the whistle post of a city.
func New(city *store.City, desk *casework.Desk, places *place.Register, bodies *body.Bodies, cat *catalog.Catalog) *Post {
	p := &Post{nil, city, desk, places, bodies, cat}
	p.room = newRoom(p)
	desk.OnRezone(func(tx *store.Tx, c *casework.Case) {
		tx.Exec(`update whistle set path = ? where city = ? and case_id = ? and open`, c.Path, tx.City, c.ID)
	})
	return p
}

var columns = life.Columns("w") + `, w.case_id, w.number, w.level, w.item, w.caller, w.person, w.path, w.note, w.blown_at, w.report_due_at, w.work_due_at, w.reported_at, w.ended_at, w.score,
	(select c.lat from cases c where c.city = w.city and c.id = w.case_id), (select c.lng from cases c where c.city = w.city and c.id = w.case_id)`

func scan(r store.Row) (Whistle, error) { return scanWith(r) }

func scanWith(r store.Row, more ...any) (w Whistle, err error) {
	var lat, lng *float64
	err = r.Scan(slices.Concat(w.Into(), []any{&w.Case, &w.Number, &w.Level, &w.Item, &w.Caller, &w.Person, &w.Path, &w.Note,
		&w.BlownAt, &w.ReportDueAt, &w.WorkDueAt, &w.ReportedAt, &w.EndedAt, &w.Score, &lat, &lng}, more)...)
	w.Note = sensitive.Mask(w.Note)
	if lat != nil && lng != nil {
		w.point = &geo.Point{Lat: *lat, Lng: *lng}
	}
	return w, err
}

func scanUnit(r store.Row) (whistle int64, u Unit, err error) {
	var lat, lng *float64
	err = r.Scan(&whistle, &u.Body, &u.Lead, &u.ReportedAt, &u.Person, &lat, &lng, &u.Metres, &u.Photo, &u.Note, &u.Score)
	u.Note = sensitive.Mask(u.Note)
	if lat != nil && lng != nil {
		u.Point = &geo.Point{Lat: *lat, Lng: *lng}
	}
	return whistle, u, err
}

// Of reads all whistles of a case the actor may see, oldest first.
func (p *Post) Of(ctx context.Context, who access.Actor, c *casework.Case) ([]Whistle, error) {
	if err := who.May(casework.See, c.At()); err != nil {
		return nil, err
	}
	return p.of(ctx, p.city, `w.case_id = ?`, c.ID)
}

// of reads whistles and their units.
func (p *Post) of(ctx context.Context, q store.Querier, where string, args ...any) ([]Whistle, error) {
	all, err := store.All(ctx, q, scan, `select `+columns+` from whistle w where w.city = ? and `+where+` order by w.number, w.id limit 200`, append([]any{p.city.ID}, args...)...)
	if err == nil && len(all) > 0 {
		err = p.withUnits(ctx, q, all)
	}
	return all, err
}

func (p *Post) units(ctx context.Context, q store.Querier, w *Whistle) error {
	one := []Whistle{*w}
	err := p.withUnits(ctx, q, one)
	w.Units = one[0].Units
	return err
}

func (p *Post) withUnits(ctx context.Context, q store.Querier, all []Whistle) error {
	ids := make([]any, 0, len(all)+1)
	ids = append(ids, p.city.ID)
	for _, w := range all {
		ids = append(ids, w.ID)
	}
	type row struct {
		whistle int64
		unit    Unit
	}
	units, err := store.All(ctx, q, func(r store.Row) (v row, err error) { v.whistle, v.unit, err = scanUnit(r); return v, err },
		`select whistle, body, lead, reported_at, person, lat, lng, metres, photo, note, score from whistle_unit
		where city = ? and whistle in (`+store.In(len(all))+`) order by whistle, lead desc, body`, ids...)
	for _, u := range units {
		i := slices.IndexFunc(all, func(w Whistle) bool { return w.ID == u.whistle })
		all[i].Units = append(all[i].Units, u.unit)
	}
	return err
}

// due is when the limit of a whistle's item or that of the catalogue's step runs out, whichever comes first; 0 if there is neither.
func (p *Post) due(own clock.Limit, step string, c *casework.Case, now int64) (due int64) {
	general, _ := p.catalog.Limit(step, c.Class, c.Urgency)
	for _, l := range []clock.Limit{own, general} {
		if l.Amount > 0 {
			due = tighter(due, clock.Micros(p.catalog.Calendar().Due(clock.Time(now), l)))
		}
	}
	return due
}

// tighter is the earlier of two due times, of which 0 is none.
func tighter(a, b int64) int64 {
	if a == 0 || b == 0 {
		return max(a, b)
	}
	return min(a, b)
}
