package casework

import (
	"context"
	"slices"

	"mulin/internal/access"
	"mulin/internal/store"
)

// proof is what a row holds against a claim: the blind indexes of the one who reported, and how many who joined the claim fits.
type proof struct {
	secret string
	phone  *string
	joined int64
}

// proofColumns belong to a case c; their two arguments are the keys of the claim.
const proofColumns = `c.secret, (select p.phone_blind from case_contact p where p.city = c.city and p.case_id = c.id),
	(select count(*) from case_supporter s where s.city = c.city and s.case_id = c.id and (s.secret = ? or s.phone_blind = ?))`

func (p *proof) fields() []any { return []any{&p.secret, &p.phone, &p.joined} }

// keys are the blind indexes of a claim.
type keys struct {
	secret, phone string
	others        []string
}

// noKey is no blind index: what isn't claimed fits nothing.
const noKey = "-"

func (d *Desk) keysOf(c Claim) keys {
	k := keys{secret: noKey, phone: noKey}
	if c.Secret != "" {
		k.secret = d.secretKey(c.Secret)
	}
	if c.Phone != "" {
		k.phone = d.phoneKey(c.Phone)
	}
	for _, s := range c.Others {
		k.others = append(k.others, d.secretKey(s))
	}
	return k
}

// owns accepts the receipt's secret or a verified phone of the one who reported; imports speak for the resident.
func (p *proof) owns(who access.Actor, k keys) error {
	if who.Program || p.secret != "" && (p.secret == k.secret || slices.Contains(k.others, p.secret)) || p.phone != nil && *p.phone == k.phone {
		return nil
	}
	return ErrSecret
}

// withMain adds to a merged case what has become of the one that goes on.
func (d *Desk) withMain(ctx context.Context, f File, k keys) (File, error) {
	if f.Merged == 0 {
		return f, nil
	}
	c, err := d.Load(ctx, d.city, f.Merged)
	if err != nil {
		return f, err
	}
	since, err := d.openSince(ctx, c.ID, k)
	if err != nil {
		return f, err
	}
	main, err := d.file(ctx, c)
	main.redact()
	main = d.share(main, since)
	f.Main = &main
	return f, err
}

// OfPhone lists the cases that were reported or joined with a verified phone, newest first. One that was merged stands for itself.
func (d *Desk) OfPhone(ctx context.Context, phone string, before int64, limit int) ([]Case, error) {
	if before == 0 {
		before = 1 << 62
	}
	key := d.phoneKey(phone)
	return store.All(ctx, d.city, d.scanOwn, `select `+columns+`, x.own from (
			select case_id, max(own) as own from (
				select p.case_id, 1 as own from case_contact p where p.city = ? and p.phone_blind = ? and p.case_id < ?
				union all
				select s.case_id, 0 from case_supporter s where s.city = ? and s.phone_blind = ? and s.case_id < ? and s.source = 0
			) m group by case_id order by case_id desc limit ?
		) x join cases c on c.city = ? and c.id = x.case_id order by c.id desc`,
		d.city.ID, key, before, d.city.ID, key, before, limit, d.city.ID)
}

// scanOwn reads a case and whether it is one's own: of one that was only joined no more is told than those who joined may know.
func (d *Desk) scanOwn(r store.Row) (Case, error) {
	var own int64
	c, err := scanWith(r, &own)
	if own == 0 {
		c = d.Shared(c)
	}
	return c, err
}
