package bench

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"mulin/internal/clock"
	"mulin/internal/geo"
	"mulin/internal/store"
	"mulin/town/body"
	"mulin/town/casework"
	"mulin/town/place"
)

const (
	chunk     = 500 // cases in one transaction
	openShare = 20  // one in so many is open where pages are measured
	span      = 3 * 365 * 24 * time.Hour
	idEpoch   = 1_577_836_800_000_000 // as the store counts ids
)

// generate makes n cases of the last three years by plain inserts, past the verbs and the ledger: only for measuring lists, pages and search. What reads no
// case page needs no steps. One in share is open.
func generate(ctx context.Context, s *Site, n, share int, steps bool) error {
	points, err := spots(s.Places)
	if err != nil {
		return err
	}
	var units []body.Body
	for _, k := range []body.Kind{body.Department, body.Property} {
		units = append(units, s.Bodies.All(k)...)
	}
	if len(units) == 0 {
		return fmt.Errorf("the city has no bodies")
	}
	g := generator{site: s, rand: rand.New(rand.NewPCG(seed, 2)), points: points, units: units, share: share, steps: steps, now: clock.Micros(s.City.Clock().Now())}
	step := span.Microseconds() / int64(n+1)
	for i := 0; i < n; i += chunk {
		err := s.City.Upkeep(ctx, func(tx *store.Tx) error {
			for j := i; j < min(n, i+chunk); j++ {
				g.add(tx, int64(j), g.now-span.Microseconds()+int64(j)*step, n)
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("generate cases: %w", err)
		}
	}
	return s.City.Upkeep(ctx, func(tx *store.Tx) error {
		tx.Exec(`update ledger_head set serial = ?, last_id = ? where city = ?`, n+1, g.now-idEpoch, tx.City)
		return nil
	})
}

type generator struct {
	site   *Site
	rand   *rand.Rand
	points []geo.Point
	units  []body.Body
	share  int
	steps  bool
	now    int64
}

// add inserts one case with its party, contact and steps.
func (g *generator) add(tx *store.Tx, i, at int64, n int) {
	r := g.rand
	p := g.points[r.IntN(len(g.points))]
	at0, _ := g.site.Places.Locate(p)
	id, unit := at-idEpoch, g.units[r.IntN(len(g.units))].ID
	line := place.IDs(at0.Path)
	for len(line) < 4 {
		line = append(line, 0)
	}
	// The open ones are among the newest fifth.
	open := i > int64(n)*4/5 && r.IntN(g.share/5) == 0
	status, turn, outcome, answer, closed := casework.Closed, casework.AtNobody, "solved", story(r, 80), at+int64(1+r.IntN(10))*24*3600*1_000_000
	if open {
		status, turn, outcome, answer, closed = casework.Working, casework.AtBody, "", "", 0
		if r.IntN(3) == 0 {
			status, turn, unit = casework.New, casework.AtGrid, 0
		}
	}
	due, stepDue := at+5*24*3600*1_000_000, int64(0)
	if open {
		stepDue = due
	}
	text := story(r, textLength)
	bodies := ""
	if unit != 0 {
		bodies = fmt.Sprintf(" %d ", unit)
	}
	tx.Exec(`insert into cases (city, id, number, secret, version, kind, class, title, text, channel, source, urgency, status, turn, open, hidden,
		place, path, street, community, grid, lat, lng, cell, address, lead, bodies, whistle, reopened,
		opened_at, due_at, step_due_at, contacted_at, resolved_at, answered_at, closed_at, updated_at, answer, outcome, stars, photos)
		values (?, ?, ?, '', 4, ?, 0, ?, ?, 'web', null, '', ?, ?, ?, false, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, 0, 0)`,
		tx.City, id, fmt.Sprintf("%s-%05d", clock.Time(at).Format("060102"), i+1), casework.Kinds[r.IntN(len(casework.Kinds))], text[:60], text,
		status, turn, open, at0.ID, at0.Path, line[1], line[2], line[3], p.Lat, p.Lng, p.Cell(), pick(r, wheres), unit, bodies,
		at, due, stepDue, closed, closed, closed, max(at, closed), answer, outcome)
	if unit == 0 {
		return
	}
	tx.Exec(`insert into case_party (city, body, case_id, open, turn, due_at) values (?, ?, ?, ?, ?, ?)`, tx.City, unit, id, open, open, stepDue)
	steps := []casework.Verb{casework.Dispatch, casework.Take, casework.Done, casework.Answer, casework.Revisit}
	if open {
		steps = steps[:2]
	}
	if !g.steps {
		steps = nil
	}
	for k, v := range steps {
		note := ""
		if v == casework.Answer || v == casework.Done {
			note = answer
		}
		when := at + int64(k+1)*3600*1_000_000
		tx.Exec(`insert into step (city, subject, seq, at, done_at, verb, person, body, status, target, note, public, reason) values (?, ?, ?, ?, ?, ?, 0, ?, ?, 0, ?, ?, '')`,
			tx.City, id, i*8+int64(k)+1, when, when, v, unit, status, note, v == casework.Answer)
	}
}
