package casework

import (
	"context"
	"errors"
	"strconv"

	"mulin/internal/access"
	"mulin/internal/fault"
	"mulin/internal/ledger"
	"mulin/internal/life"
	"mulin/internal/seal"
	"mulin/internal/store"
)

// Faults of joining.
var (
	ErrDone  = fault.New(fault.Conflict, "case.support.done") // it is said to be done by now: report it anew
	ErrKnown = fault.New(fault.Conflict, "case.support.known")
)

// Support is somebody saying "this is mine too" instead of reporting the same again.
type Support struct {
	Name      string
	Phone     string // as typed
	Claim     Claim  // its Phone is a verified one
	Channel   string // "" is the web
	ClientRef string
}

// backer is one who joins, sealed.
type backer struct {
	person          int64
	name, phone     []byte
	blind, secret   string
	verified, count bool
	channel         string
	source          int64
}

// Support adds a reporter and a count to a case instead of another case. One signed-in person or phone counts once; who leaves nothing counts as unproven.
// Anybody may who was shown the case as like their own; staff need the right to open cases there.
func (d *Desk) Support(ctx context.Context, who access.Actor, id int64, s Support) (Receipt, error) {
	if err := d.ours(who); err != nil {
		return Receipt{}, err
	}
	b, err := d.backer(who, &s)
	if err != nil {
		return Receipt{}, err
	}
	if s.ClientRef == "" {
		return d.support(ctx, who, id, s, b)
	}
	s.ClientRef = "support/" + strconv.FormatInt(id, 10) + "/" + reference(who, s.ClientRef)
	return d.once(s.ClientRef+"/"+sum(s.Name, s.Phone), func() (Receipt, error) {
		rec, err := d.support(ctx, who, id, s, b)
		if errors.Is(err, store.ErrDuplicate) {
			return d.again(ctx, s.ClientRef, nil, err)
		}
		return rec, err
	})
}

// backer checks what was typed and seals it.
func (d *Desk) backer(who access.Actor, s *Support) (b backer, err error) {
	var l fault.List
	s.Name = clean(s.Name)
	number, good := life.Phone(s.Phone)
	s.Phone = number
	l.Within(s.Name, MaxName, "name", "case.name.long")
	l.Check(s.Phone == "" || good, "phone", "case.phone.bad")
	l.Check(len(s.ClientRef) <= maxRef, "client_ref", "case.ref.long")
	if s.Channel == "" {
		s.Channel = "web"
	}
	if k := d.contactOf(who, Report{Name: s.Name, Phone: s.Phone}); k != nil {
		b = backer{person: k.person, name: k.name, phone: k.phone, blind: k.blind}
	}
	if s.Claim.Phone != "" {
		b.blind, b.phone = d.phoneKey(s.Claim.Phone), d.box.Seal(s.Claim.Phone)
	}
	b.verified, b.channel = b.person != 0 || s.Claim.Phone != "", s.Channel
	return b, l.Or()
}

func (d *Desk) support(ctx context.Context, who access.Actor, id int64, s Support, b backer) (Receipt, error) {
	rec := Receipt{ID: id, Secret: seal.NewSecret()}
	secret := d.secretKey(rec.Secret)
	err := d.city.Write(ctx, func(tx *store.Tx) error {
		b := b
		c, twins, err := d.twins(ctx, tx, id, b)
		if err != nil {
			return err
		}
		if err := d.mayJoin(who, &c, s); err != nil {
			return err
		}
		if twins > 0 && b.verified {
			return ErrKnown.With(c.Number)
		}
		b.secret, b.count, rec.Number = secret, twins == 0, c.Number
		insertBacker(tx, id, b)
		recount(tx, id)
		if s.ClientRef != "" {
			tx.Exec(`insert into step_ref (city, ref, subject) values (?, ?, ?)`, tx.City, s.ClientRef, id)
		}
		ledger.Append(tx, who, "case.support", c.Subject(), map[string]any{"channel": b.channel, "verified": b.verified, "counts": b.count})
		return nil
	})
	return rec, err
}

// mayJoin refuses what isn't for others to know, and what is done by now.
func (d *Desk) mayJoin(who access.Actor, c *Case, s Support) error {
	if s.Channel != "web" && s.Channel != "qr" {
		if err := who.May(Enter, c.At()); err != nil {
			return err
		}
	}
	switch {
	case c.Joinable():
		return nil
	case c.Hidden || c.Kind == Informs || c.Status == Declined:
		return ErrNotFound
	}
	return ErrDone.With(c.Number)
}

// twins reads the case and how often this person or phone has told it: as the one who reported, or as one who joined.
func (d *Desk) twins(ctx context.Context, tx *store.Tx, id int64, b backer) (c Case, n int64, err error) {
	person, blind := b.person, b.blind
	if person == 0 {
		person = -1
	}
	if blind == "" {
		blind = noKey
	}
	c, err = store.One(ctx, tx, func(r store.Row) (Case, error) { return scanWith(r, &n) },
		`select `+columns+`, (select count(*) from case_supporter s where s.city = c.city and s.case_id = c.id and s.counts and (s.person = ? or s.phone_blind = ?))
			+ (select count(*) from case_contact k where k.city = c.city and k.case_id = c.id and (k.person = ? or k.phone_blind = ?))
		from cases c where c.city = ? and c.id = ?`, person, blind, person, blind, tx.City, id)
	if errors.Is(err, store.ErrNone) {
		err = ErrNotFound
	}
	return c, n, err
}

func insertBacker(tx *store.Tx, id int64, b backer) {
	if !b.count {
		b.person = 0 // only one that counts stands for a person
	}
	tx.Exec(`insert into case_supporter (city, case_id, id, at, person, name, phone, phone_blind, secret, verified, counts, channel, source)
		values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		tx.City, id, tx.NewID(), tx.Now, b.person, b.name, b.phone, b.blind, b.secret, b.verified, b.count, b.channel, b.source)
}

// recount sets a case's numbers of those who joined from their rows.
func recount(tx *store.Tx, ids ...int64) {
	for _, id := range ids {
		tx.Exec(`update cases set
			supporters = (select count(*) from case_supporter s where s.city = cases.city and s.case_id = cases.id and s.counts),
			verified = (select count(*) from case_supporter s where s.city = cases.city and s.case_id = cases.id and s.counts and s.verified)
			where city = ? and id = ?`, tx.City, id)
	}
}

// Filed tells whether the form was sent before, so that a resend is answered with its receipt and asked nothing more.
func (d *Desk) Filed(ctx context.Context, who access.Actor, clientRef string) (bool, error) {
	if err := d.ours(who); err != nil {
		return false, err
	}
	if clientRef == "" {
		return false, nil
	}
	n, err := store.Value[int64](ctx, d.city, `select count(*) from step_ref where city = ? and ref = ?`, d.city.ID, reference(who, clientRef))
	return n > 0, err
}
