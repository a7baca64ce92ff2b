// Package casework is the life of a case: a resident or worker opens it, it is dispatched, done, answered, rated, revisited and closed.
// States and steps are one table (law.go), checked by one loop; pages draw their buttons from it.
package casework

import (
	"slices"
	"strconv"
	"strings"

	"mulin/internal/access"
	"mulin/internal/fault"
	"mulin/internal/geo"
	"mulin/internal/ledger"
	"mulin/internal/life"
	"mulin/internal/sensitive"
	"mulin/internal/store"
)

// Rights of this area.
const (
	See      access.Right = "case.see"      // read cases within reach
	Enter    access.Right = "case.open"     // open cases for others, through other channels
	Handle   access.Right = "case.accept"   // accept, dispatch, decline
	Work     access.Right = "case.work"     // take, do, return
	Reply    access.Right = "case.answer"   // answer the resident
	Visit    access.Right = "case.revisit"  // revisit and close
	Contact  access.Right = "contact.see"   // read who reported, with a reason
	Clear    access.Right = "text.see"      // read what is masked in the text of a case, with a reason
	Backdate access.Right = "case.backdate" // enter what happened long ago: imports
)

// Faults people read.
var (
	ErrNotFound = fault.New(fault.Missing, "case.missing")
	// ErrOtherWords refuses a form whose reference came with other words before: nothing of it is kept, and it may be sent with another reference.
	ErrOtherWords = fault.New(fault.Conflict, "case.ref.other")
	ErrStale      = fault.New(fault.Conflict, "case.stale")   // someone has already done a step: {0} is the status now
	ErrOutside    = fault.New(fault.Invalid, "case.outside")  // the point lies outside the city
	ErrSecret     = fault.New(fault.Missing, "case.nosecret") // number and secret don't belong together, or there is no such number: one answer for both
)

// Status is where a case stands.
type Status = life.State

// The statuses.
const (
	New        Status = "new"        // 待受理: waits for the desk at its level
	Accepted   Status = "accepted"   // 处理中: the desk works on it itself
	Dispatched Status = "dispatched" // 待接单: waits for a body to take it
	Working    Status = "working"    // 办理中: the body works on it
	Whistled   Status = "whistled"   // 已吹哨: the upper level must report in
	Reported   Status = "reported"   // 已报到: they are on the spot
	Resolved   Status = "resolved"   // 待答复: done, the resident must be told
	Answered   Status = "answered"   // 待评价: the resident may rate
	Rated      Status = "rated"      // 待回访: the party branch revisits
	Closed     Status = "closed"     // 已结案
	Declined   Status = "declined"   // 不予受理, with a reason
	Merged     Status = "merged"     // 已并入: another case tells the same and goes on for both
)

// Statuses are all, in the order of life.
var Statuses = []Status{New, Accepted, Dispatched, Working, Whistled, Reported, Resolved, Answered, Rated, Closed, Declined, Merged}

// Over tells whether nothing more is expected.
func Over(s Status) bool { return s == Closed || s == Declined || s == Merged }

// Kind is what the resident wants.
type Kind string

// Kinds are the kinds of case, in the order forms show them.
var Kinds = []Kind{"complain", "help", "ask", "suggest", "report", "praise"}

// Informs is the kind of a case that tells on somebody: it is nobody else's to know.
const Informs Kind = "report"

// Turn says whose turn it is.
type Turn = life.Turn

// The turns; the first four are the desks of the territory.
const (
	AtGrid      Turn = "grid"
	AtCommunity Turn = "community"
	AtStreet    Turn = "street"
	AtCity      Turn = "city"
	AtBody      Turn = "body"
	AtResident  Turn = "resident"
	AtBranch    Turn = "branch"
	AtNobody    Turn = ""
)

// Case is one case as its row holds it. Times are µs UTC, 0 for not yet. Phones, plates, rooms … in its words are masked; only Track and Look read them in clear.
type Case struct {
	life.Life
	Number   string
	Kind     Kind
	Class    int64
	Title    string
	Text     string
	Channel  string
	Source   string // its number at the channel it came from
	Urgency  string
	Hidden   bool
	Place    int64
	Path     string
	Point    *geo.Point
	Address  string
	Lead     int64
	Bodies   []int64
	Whistle  int64
	Reopened int64

	OpenedAt, ContactedAt, ResolvedAt, AnsweredAt, ClosedAt int64

	Answer  string
	Outcome string
	Stars   int64
	Photos  int64

	Covered sensitive.Set // what is masked in its words

	Supporters int64 // how many others told the same
	Verified   int64 // of them, how many proved their phone
	Merged     int64 // the case it was merged into, 0: none

	proven, joined, said bool // by the claim of a step: the one who reported, one who joined; a new answer was given. Not stored

	Shared bool    // as one who joined reads it: without what the first one wrote. Not stored
	Called []int64 // whose turn it is while Turn is "body"; nil: the lead. Not stored here but in each party's row
}

// At is where rights on the case are asked for.
func (c *Case) At() access.At { return access.At{Path: c.Path, Bodies: c.Bodies} }

// Subject is the case in the ledger.
func (c *Case) Subject() ledger.Subject {
	return ledger.Subject{Kind: "case", ID: c.ID, Path: c.Path}
}

// Takes tells whether the body takes part.
func (c *Case) Takes(body int64) bool { return slices.Contains(c.Bodies, body) }

// Join adds bodies that take part from now on.
func (c *Case) Join(bodies ...int64) {
	for _, b := range bodies {
		if b != 0 && !c.Takes(b) {
			c.Bodies = append(c.Bodies, b)
		}
	}
}

const columns = `c.id, c.number, c.version, c.kind, c.class, c.title, c.text, c.channel, c.source, c.urgency, c.status, c.turn, c.open, c.hidden,
	c.place, c.path, c.lat, c.lng, c.address, c.lead, c.bodies, c.whistle, c.reopened,
	c.opened_at, c.due_at, c.step_due_at, c.contacted_at, c.resolved_at, c.answered_at, c.closed_at, c.updated_at, c.answer, c.outcome, c.stars, c.photos,
	c.supporters, c.verified, c.merged, c.since, c.paused_at, c.climbed_at, c.next_at, c.salt`

func (c *Case) fields(lat, lng **float64, source **string, bodies *string) []any {
	return []any{&c.ID, &c.Number, &c.Version, &c.Kind, &c.Class, &c.Title, &c.Text, &c.Channel, source, &c.Urgency, &c.Status, &c.Turn, &c.Open, &c.Hidden,
		&c.Place, &c.Path, lat, lng, &c.Address, &c.Lead, bodies, &c.Whistle, &c.Reopened,
		&c.OpenedAt, &c.DueAt, &c.StepDueAt, &c.ContactedAt, &c.ResolvedAt, &c.AnsweredAt, &c.ClosedAt, &c.UpdatedAt, &c.Answer, &c.Outcome, &c.Stars, &c.Photos,
		&c.Supporters, &c.Verified, &c.Merged, &c.Since, &c.PausedAt, &c.ClimbedAt, &c.NextAt, &c.Salt}
}

func scan(r store.Row) (Case, error) { return scanWith(r) }

// scanWith scans a case and whatever columns follow it.
func scanWith(r store.Row, more ...any) (Case, error) {
	c, err := scanClear(r, more...)
	c.Cover()
	return c, err
}

// Cover masks what people wrote; once more does no harm. Every way out of the database but scanClear goes through it.
func (c *Case) Cover() {
	for _, words := range []*string{&c.Title, &c.Text, &c.Address, &c.Answer} {
		var kinds sensitive.Set
		*words, kinds = sensitive.MaskKinds(*words)
		c.Covered |= kinds
	}
}

// scanClear scans a case with its words in clear: for the one who reported it, and for those whose look is recorded.
func scanClear(r store.Row, more ...any) (c Case, err error) {
	var lat, lng *float64
	var source *string
	var bodies string
	err = r.Scan(append(c.fields(&lat, &lng, &source, &bodies), more...)...)
	if lat != nil && lng != nil {
		c.Point = &geo.Point{Lat: *lat, Lng: *lng}
	}
	if source != nil {
		c.Source = *source
	}
	c.Bodies = splitIDs(bodies)
	return c, err
}

// joinIDs writes " 12 40 ", so that each id stands between blanks.
func joinIDs(ids []int64) string {
	if len(ids) == 0 {
		return ""
	}
	b := []byte{' '}
	for _, id := range ids {
		b = append(strconv.AppendInt(b, id, 10), ' ')
	}
	return string(b)
}

func splitIDs(s string) []int64 {
	var ids []int64
	for _, f := range strings.Fields(s) {
		if id, err := strconv.ParseInt(f, 10, 64); err == nil {
			ids = append(ids, id)
		}
	}
	return ids
}
