package casework

import (
	"context"
	"fmt"
	"strings"

	"mulin/internal/access"
	"mulin/internal/fault"
	"mulin/internal/ledger"
	"mulin/internal/life"
	"mulin/internal/sensitive"
	"mulin/internal/store"
)

// MostParts is into how many cases one message may be split.
const MostParts = 8

// Part is one matter of a message that told several.
type Part struct {
	Title, Text string
	Class       int64 // 0: not said yet
	Place       int64 // 0: where the message's case lies
}

// Split makes one case of each matter of a message. The case that came in keeps its whole text and its receipt and goes on with the first part; the
// others are opened the way it was: same reporter, same channel, opened when it was. The receipt's secret opens them all. Who splits sees the words
// masked; what was left as it stood is kept in clear, as in the message. It gives the further cases.
func (d *Desk) Split(ctx context.Context, who access.Actor, id int64, s Step, parts []Part) ([]Case, error) {
	if err := d.ours(who); err != nil {
		return nil, err
	}
	var made []Case
	err := d.city.Write(ctx, func(tx *store.Tx) error {
		made = nil
		if sent, err := d.Did(ctx, tx, who, id, Split, s); err != nil || sent {
			if err == nil {
				made, err = d.splitBefore(ctx, tx, who, id, s)
			}
			return err
		}
		src, err := d.source(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := d.room.May(&src.Case, who, Split); err != nil {
			return err
		}
		drafts, err := d.newParts(&src.Case, parts)
		if err != nil {
			return err
		}
		s := s
		for i := range drafts[1:] {
			c := &drafts[i+1]
			c.ID, c.Number = tx.NewID(), number(src.OpenedAt, tx.Serial())
			s.Parts = append(s.Parts, c.Number)
		}
		was := ""
		first, err := d.room.Apply(ctx, tx, who, id, Split, s, func(c *Case, s *Step) error {
			was, s.Note = c.Path, strings.Join(s.Parts, "、")
			c.Class, c.Urgency = drafts[0].Class, drafts[0].Urgency
			if p, ok := d.places.Get(drafts[0].Place); ok && p.ID != c.Place {
				d.moveTo(c, p)
			}
			return nil
		})
		if err != nil {
			return err
		}
		if was != first.Path {
			moved(tx, who, &first, was)
		}
		tx.Exec(`update cases set title = ? where city = ? and id = ?`, drafts[0].Title, tx.City, id)
		for i := range drafts[1:] {
			d.openPart(tx, who, &drafts[i+1], src)
		}
		made = drafts[1:]
		return nil
	})
	for i := range made {
		made[i].Cover()
	}
	return made, err
}

// splitBefore is the answer to a split that comes a second time: what it made, for those who may split.
func (d *Desk) splitBefore(ctx context.Context, tx *store.Tx, who access.Actor, id int64, s Step) ([]Case, error) {
	c, err := d.Load(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	if err := d.room.May(&c, who, Split); err != nil {
		return nil, err
	}
	return d.partsOf(ctx, tx, id)
}

// source is a case with what its parts take over.
type source struct {
	Case
	secret string
	photos []Photo
	*contact
}

func (d *Desk) source(ctx context.Context, tx *store.Tx, id int64) (src source, err error) {
	k := &contact{}
	var person *int64
	var blind *string
	src.Case, err = store.One(ctx, tx, func(r store.Row) (Case, error) { return scanClear(r, &src.secret, &person, &k.name, &k.phone, &blind) },
		`select `+columns+`, c.secret, p.person, p.name, p.phone, p.phone_blind
		from cases c left join case_contact p on p.city = c.city and p.case_id = c.id where c.city = ? and c.id = ?`, tx.City, id)
	if err == store.ErrNone {
		return src, ErrNotFound
	}
	if err != nil {
		return src, err
	}
	if person != nil {
		k.person, k.blind = *person, *blind
		src.contact = k
	}
	src.photos, err = store.All(ctx, tx, func(r store.Row) (p Photo, err error) { return p, r.Scan(&p.Hash, &p.Width, &p.Height) },
		`select hash, width, height from step_photo where city = ? and subject = ? and seq = 0 order by hash`, tx.City, id)
	return src, err
}

// newParts checks the parts as if each had been sent in by itself; mistakes are told at the field of their part.
func (d *Desk) newParts(src *Case, parts []Part) ([]Case, error) {
	var l fault.List
	l.Check(len(parts) >= 2, "", "case.split.two")
	l.Check(len(parts) <= MostParts, "", "case.split.many", MostParts)
	if err := l.Or(); err != nil {
		return nil, err
	}
	drafts := make([]Case, len(parts))
	for i, p := range parts {
		var err error
		if drafts[i], err = d.newPart(src, p); err != nil {
			l = append(l, partFaults(i, err)...)
		}
	}
	return drafts, l.Or()
}

func (d *Desk) newPart(src *Case, p Part) (Case, error) {
	words := src.Text
	if words == "" {
		words = src.Title
	}
	title, text := sensitive.Restore(clean(p.Title), words), sensitive.Restore(Words(p.Text), words)
	r := Report{Kind: src.Kind, Title: title, Text: text, Class: p.Class, Channel: src.Channel, Place: p.Place, Address: src.Address, Hidden: src.Hidden}
	if p.Class == src.Class {
		r.Urgency = src.Urgency
	}
	if at, ok := d.places.Current(src.Place); ok && (p.Place == 0 || p.Place == src.Place) {
		r.Place, r.Point = at.ID, src.Point
	}
	c, err := d.draft(&r)
	if c.Urgency == "" {
		c.Urgency = src.Urgency
	}
	return c, err
}

// partFaults moves the faults of a part to its own fields: "text.2".
func partFaults(i int, err error) fault.List {
	l, ok := fault.As(err)
	if !ok {
		return fault.List{fault.New(fault.Invalid, "error.invalid")}
	}
	out := make(fault.List, len(l))
	for j, f := range l {
		one := *f
		one.Field = fmt.Sprint(f.Field, ".", i+1)
		out[j] = &one
	}
	return out
}

// openPart writes the case of a further part with all that belongs to it. The whole case's limit has run since the message came; its own step begins now.
func (d *Desk) openPart(tx *store.Tx, who access.Actor, c *Case, src source) {
	c.OpenedAt, c.Turn = src.OpenedAt, desk(c)
	d.room.Start(c, New, src.OpenedAt, tx.Now)
	c.Photos = int64(len(src.photos))
	d.insert(tx, c, src.secret)
	life.KeepPhotos(tx, c.ID, 0, src.photos)
	if k := src.contact; k != nil {
		tx.Exec(`insert into case_contact (city, case_id, person, name, phone, phone_blind) values (?, ?, ?, ?, ?, ?)`, tx.City, c.ID, k.person, k.name, k.phone, k.blind)
	}
	tx.Exec(`insert into case_part (city, part, origin) values (?, ?, ?)`, tx.City, c.ID, src.ID)
	ledger.Append(tx, who, "case.open", c.Subject(), opening{Number: c.Number, Kind: c.Kind, Class: c.Class, Channel: c.Channel, Turn: c.Turn, At: c.OpenedAt,
		Digest: c.Digest(c.Title, c.Text), Origin: src.Number})
}

// MaySplit tells whether the actor may make several cases of this one.
func (c *Case) MaySplit(who access.Actor) bool {
	return c.Ready(Split) && who.May(Handle, c.At()) == nil
}

// Family are the cases that one message has become.
type Family struct {
	Origin *Case  // the case this one was split from; nil for none
	Parts  []Case // those that were split from this one
}

// FamilyOf reads what a case was split from and into; rights on each the gate asks, or the claim on one of them answers for all.
func (d *Desk) FamilyOf(ctx context.Context, id int64) (f Family, err error) {
	if f.Parts, err = d.partsOf(ctx, d.city, id); err != nil || len(f.Parts) > 0 {
		return f, err
	}
	up, err := store.All(ctx, d.city, scan, `select `+columns+` from case_part o join cases c on c.city = o.city and c.id = o.origin where o.city = ? and o.part = ?`, d.city.ID, id)
	if len(up) > 0 {
		f.Origin = &up[0]
	}
	return f, err
}

func (d *Desk) partsOf(ctx context.Context, q store.Querier, id int64) ([]Case, error) {
	return store.All(ctx, q, scan, `select `+columns+` from case_part o join cases c on c.city = o.city and c.id = o.part where o.city = ? and o.origin = ? order by o.part`, d.city.ID, id)
}
