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
