package casework

import (
	"context"
	"slices"
	"strconv"

	"mulin/internal/access"
	"mulin/internal/fault"
	"mulin/internal/ledger"
	"mulin/internal/life"
	"mulin/internal/sensitive"
	"mulin/internal/store"
)

// What the timeline says of those who opened personal data.
const (
	revealed Verb = "reveal" // who reported
	looked   Verb = "look"   // what is masked in the words of the case
)

// Person is somebody who told a case, in clear.
type Person struct{ Name, Phone string }

// Contacts are who reported and the others who left a name or phone when they told the same.
type Contacts struct {
	Person
	Others []Person
}

// MayReveal tells whether the actor may open who reported. If the reporter asked to stay unknown, taking part for a body is not enough: it may be the
// one complained about.
func (c *Case) MayReveal(who access.Actor) bool {
	at := c.At()
	if c.Hidden {
		at.Bodies = nil
	}
	return who.May(Contact, at) == nil
}

// Reveal opens who reported and who joined: a right of its own, a reason, and a line in the ledger. What was given as the reason each of them reads. Who
// wanted to stay unknown when they reported what was merged into this is opened in their own case only.
func (d *Desk) Reveal(ctx context.Context, who access.Actor, id int64, reason string) (Contacts, error) {
	if err := d.ours(who); err != nil {
		return Contacts{}, err
	}
	var all Contacts
	reason = sensitive.Erase(clean(reason))
	err := d.city.Write(ctx, func(tx *store.Tx) error {
		c, err := d.Load(ctx, tx, id)
		if err != nil {
			return err
		}
		if !c.MayReveal(who) {
			if who.May(See, c.At()) != nil {
				return ErrNotFound
			}
			return access.ErrDenied
		}
		var l fault.List
		l.Check(reason != "", "reason", "case.reveal.reason")
		l.Within(reason, MaxWhy, "reason", "case.note.long")
		if err := l.Or(); err != nil {
			return err
		}
		if all, err = d.contacts(ctx, tx, id); err != nil {
			return err
		}
		seq := ledger.Append(tx, who, "contact.see", c.Subject(), map[string]string{"digest": c.Digest(reason)})
		life.Record(tx, who, "case", &c, revealed, false, seq, &Step{Note: reason})
		return nil
	})
	return all, err
}

// tellersLeft lists, sealed, who reported a case (own is 1), who joined it, and who told what was merged into it, as far as they left something.
const tellersLeft = `select 1 as own, k.name, k.phone from case_contact k where k.city = ? and k.case_id = ? and (k.name is not null or k.phone is not null)
	union all select 0, s.name, s.phone from case_supporter s where s.city = ? and s.case_id = ? and (s.name is not null or s.phone is not null)
	union all select 0, k.name, k.phone from cases m join case_contact k on k.city = m.city and k.case_id = m.id
		where m.city = ? and m.merged = ? and m.merged <> 0 and not m.hidden and (k.name is not null or k.phone is not null)
	union all select 0, s.name, s.phone from cases m join case_supporter s on s.city = m.city and s.case_id = m.id
		where m.city = ? and m.merged = ? and m.merged <> 0 and (s.name is not null or s.phone is not null)`

// mostTellers is how many are opened at once.
const mostTellers = 200

func (d *Desk) contacts(ctx context.Context, q store.Querier, id int64) (all Contacts, err error) {
	city := d.city.ID
	type left struct {
		own         int64
		name, phone []byte
	}
	rows, err := store.All(ctx, q, func(r store.Row) (l left, err error) { return l, r.Scan(&l.own, &l.name, &l.phone) },
		tellersLeft+` order by 1 desc limit `+strconv.Itoa(mostTellers), city, id, city, id, city, id, city, id)
	for _, l := range rows {
		p, err := d.unseal(l.name, l.phone)
		switch {
		case err != nil:
			return all, err
		case l.own == 1:
			all.Person = p
		case p != all.Person && !slices.Contains(all.Others, p):
			all.Others = append(all.Others, p)
		}
	}
	return all, err
}

// HasContact tells whether somebody who told the case left a name or phone, so that nobody opens an empty envelope.
func (d *Desk) HasContact(ctx context.Context, id int64) (bool, error) {
	city := d.city.ID
	n, err := store.Value[int64](ctx, d.city, `select count(*) from (`+tellersLeft+`) t`, city, id, city, id, city, id, city, id)
	return n > 0, err
}

// openSince is from when on the contact of whoever joined by the claim is opened with the case's, 0 if they left none: those who wanted to stay unknown
// in a case that was merged into it are left out.
func (d *Desk) openSince(ctx context.Context, id int64, k keys) (int64, error) {
	return store.Value[int64](ctx, d.city, `select coalesce(min(s.at), 0) from case_supporter s
		where s.city = ? and s.case_id = ? and (s.secret = ? or s.phone_blind = ?)
			and (s.phone_blind <> '' or s.name is not null or exists (select 1 from case_contact k where k.city = s.city and k.case_id = s.source and k.name is not null))
			and not exists (select 1 from cases m where m.city = s.city and m.id = s.source and m.secret = s.secret and m.hidden)`, d.city.ID, id, k.secret, k.phone)
}

func (d *Desk) unseal(name, phone []byte) (p Person, err error) {
	if name != nil {
		if p.Name, err = d.box.Open(name); err != nil {
			return p, err
		}
	}
	if phone != nil {
		p.Phone, err = d.box.Open(phone)
	}
	return p, err
}
