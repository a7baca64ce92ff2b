package casework

import (
	"context"
	"slices"

	"mulin/internal/access"
	"mulin/internal/store"
)

// OfSecrets lists the cases whose secrets, by number, are right, newest first: those a browser remembers.
func (d *Desk) OfSecrets(ctx context.Context, secrets map[string]string) ([]Case, error) {
	if len(secrets) == 0 {
		return nil, nil
	}
	numbers, secretKeys := []any{}, []any{}
	for number, secret := range secrets {
		numbers, secretKeys = append(numbers, number), append(secretKeys, d.keysOf(Claim{Secret: secret}).secret)
	}
	type held struct {
		Case
		proof
		joiner *string
	}
	rows, err := store.All(ctx, d.city, func(r store.Row) (h held, err error) {
		h.Case, err = scanWith(r, &h.secret, &h.joiner)
		return h, err
	}, `select `+columns+`, c.secret, s.secret from cases c left join case_supporter s on s.city = c.city and s.case_id = c.id and s.source = 0
			and s.secret in (`+store.In(len(secrets))+`)
		where c.city = ? and c.number in (`+store.In(len(secrets))+`) order by c.id desc`,
		slices.Concat(secretKeys, []any{d.city.ID}, numbers)...)
	var all []Case
	for _, h := range rows {
		key := d.keysOf(Claim{Secret: secrets[h.Number]})
		switch {
		case len(all) > 0 && all[len(all)-1].ID == h.ID:
		case h.owns(access.Nobody(d.city.ID), key) == nil:
			all = append(all, h.Case)
		case h.joiner != nil && *h.joiner == key.secret:
			all = append(all, d.Shared(h.Case))
		}
	}
	return slices.Clip(all), err
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
