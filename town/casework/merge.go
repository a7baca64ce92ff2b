package casework

import (
	"context"
	"errors"

	"mulin/internal/access"
	"mulin/internal/fault"
	"mulin/internal/i18n"
	"mulin/internal/store"
)

// Faults of merging.
var (
	errNoMain   = fault.Field("into", "case.merge.missing")
	errItself   = fault.Field("into", "case.merge.self")
	errMainOver = fault.Field("into", "case.merge.over") // {0}: its number
	errTooLate  = fault.New(fault.Conflict, "case.unmerge.over")
)

// mergeable is a case while it is new or with the desk: once a unit has it, it goes on by itself.
var mergeable = of(New, Accepted)

// Merge ends a case as a duplicate of another open one, which goes on for both: the main case keeps the earlier due time, whoever reported or joined the
// merged one becomes one of its supporters and goes on following by the own number. A merged case as target stands for its main one, so there are no chains.
func (d *Desk) Merge(ctx context.Context, who access.Actor, id int64, into string, s Step) (Case, error) {
	if err := d.ours(who); err != nil {
		return Case{}, err
	}
	var c Case
	err := d.city.Write(ctx, func(tx *store.Tx) (err error) {
		if c, err = d.Load(ctx, tx, id); err != nil {
			return err
		}
		if err := d.room.May(&c, who, Merge); err != nil {
			return err
		}
		if did, err := d.Did(ctx, tx, who, id, Merge, s); err != nil || did {
			return err
		}
		if !c.Ready(Merge) {
			return ErrStale.With(i18n.Key("case.status." + string(c.Status)))
		}
		main, err := d.mainFor(ctx, tx, who, into)
		if err != nil {
			return err
		}
		if main.ID == id {
			return errItself
		}
		if c, err = d.Apply(ctx, tx, who, id, Merge, s, func(c *Case, _ *Step) { c.Merged = main.ID }); err != nil {
			return err
		}
		if !main.Open {
			return errMainOver.With(main.Number)
		}
		if _, err = d.Apply(ctx, tx, who, main.ID, Absorb, Step{Note: c.Number, DoneAt: s.DoneAt}, func(m *Case, _ *Step) { hasten(m, c.DueAt) }); err != nil {
			return err
		}
		return d.moveBackers(ctx, tx, &c, main.ID)
	})
	return c, err
}

// mainFor is the case that goes on: the one of the number, or the one it was merged into itself.
func (d *Desk) mainFor(ctx context.Context, tx *store.Tx, who access.Actor, number string) (Case, error) {
	m, err := store.One(ctx, tx, scan, `select `+columns+` from cases c where c.city = ? and c.number = ?`, d.city.ID, clean(number))
	if errors.Is(err, store.ErrNone) {
		return m, errNoMain
	}
	if err == nil && m.Merged != 0 {
		m, err = d.Load(ctx, tx, m.Merged)
	}
	if err != nil {
		return m, err
	}
	if who.May(See, m.At()) != nil {
		return m, errNoMain // don't tell that it exists elsewhere
	}
	return m, who.May(Handle, m.At())
}

// hasten gives the main case the earlier limit of both.
func hasten(m *Case, due int64) {
	if m.DueAt = earlier(m.DueAt, due); m.Status == New {
		m.StepDueAt = earlier(m.StepDueAt, m.DueAt)
	}
}

// earlier of two times, of which 0 is none.
func earlier(a, b int64) int64 {
	if a == 0 || b != 0 && b < a {
		return b
	}
	return a
}

// moveBackers makes supporters of the main case of all who told the merged one, each person and phone counted once, and points what was merged into
// that one to the main case.
func (d *Desk) moveBackers(ctx context.Context, tx *store.Tx, c *Case, main int64) error {
	told, err := d.tellers(ctx, tx, c.ID)
	if err != nil {
		return err
	}
	known, err := d.tellers(ctx, tx, main)
	if err != nil {
		return err
	}
	for _, b := range told {
		b.count = b.count && !has(known, b)
		if known = append(known, b); b.source != 0 { // came with an earlier merge, and goes on with it
			tx.Exec(`delete from case_supporter where city = ? and case_id = ? and id = ?`, tx.City, c.ID, b.id)
		} else {
			b.source = c.ID
		}
		insertBacker(tx, main, b.backer)
	}
	tx.Exec(`update cases set merged = ? where city = ? and merged = ? and merged <> 0`, main, tx.City, c.ID)
	recount(tx, c.ID, main)
	return nil
}

// teller is one who reported or joined a case.
type teller struct {
	backer
	id int64
}

// tellers are all who told a case: the reporter and those who joined, without names and phones, which stay with their own case.
func (d *Desk) tellers(ctx context.Context, tx *store.Tx, id int64) ([]teller, error) {
	return store.All(ctx, tx, func(r store.Row) (t teller, err error) {
		return t, r.Scan(&t.id, &t.person, &t.blind, &t.secret, &t.verified, &t.count, &t.channel, &t.source)
	}, `select 0, coalesce(k.person, 0), coalesce(k.phone_blind, ''), c.secret, coalesce(k.person, 0) <> 0, true, c.channel, 0
		from cases c left join case_contact k on k.city = c.city and k.case_id = c.id where c.city = ? and c.id = ?
		union all
		select id, person, phone_blind, secret, verified, counts, channel, source from case_supporter where city = ? and case_id = ?
		order by 1`, tx.City, id, tx.City, id)
}

// has tells whether one of those who count is the same person or phone.
func has(known []teller, b teller) bool {
	for _, k := range known {
		if k.count && (k.person != 0 && k.person == b.person || k.blind != "" && k.blind == b.blind) {
			return true
		}
	}
	return false
}

// Unmerge takes a merge back while the main case is open: the case is on its desk again. The main case keeps its limits.
func (d *Desk) Unmerge(ctx context.Context, who access.Actor, id int64, s Step) (Case, error) {
	if err := d.ours(who); err != nil {
		return Case{}, err
	}
	var c Case
	err := d.city.Write(ctx, func(tx *store.Tx) error {
		before, err := d.Load(ctx, tx, id)
		if err != nil {
			return err
		}
		if c, err = d.Apply(ctx, tx, who, id, Unmerge, s, nil); err != nil || before.Merged == 0 {
			return err
		}
		main, err := d.Load(ctx, tx, before.Merged)
		if err != nil {
			return err
		}
		if !main.Open {
			return errTooLate
		}
		if _, err := d.Apply(ctx, tx, who, main.ID, Release, Step{Note: c.Number, DoneAt: s.DoneAt}, nil); err != nil {
			return err
		}
		tx.Exec(`delete from case_supporter where city = ? and case_id = ? and source = ?`, tx.City, main.ID, id)
		recount(tx, id, main.ID)
		return nil
	})
	return c, err
}

// intoMain are the cases that were merged into one. Their index holds merged cases only, which the last condition lets both engines see.
const intoMain = `c.city = ? and c.merged = ? and c.merged <> 0`

// MergedInto lists the cases that were merged into this one, as far as the actor may see them.
func (d *Desk) MergedInto(ctx context.Context, who access.Actor, id int64) ([]Case, error) {
	if d.ours(who) != nil || !who.Has(See) {
		return nil, access.ErrDenied
	}
	q := &query{}
	q.and(intoMain, d.city.ID, id)
	sql, args := who.Reach(See).Where("c.path", takesPart)
	q.and(sql, args...)
	return store.All(ctx, d.city, scan, `select `+columns+` from cases c where `+q.conditions()+` order by c.id limit 100`, q.args...)
}
