package casework

import (
	"context"

	"mulin/internal/access"
	"mulin/internal/store"
)

// OfSecrets lists the cases whose secrets, by number, are right, newest first: those a browser remembers.
func (d *Desk) OfSecrets(ctx context.Context, secrets map[string]string) ([]Case, error) {
	if len(secrets) == 0 {
		return nil, nil
	}
	args := []any{d.city.ID}
	for number := range secrets {
		args = append(args, number)
	}
	type owned struct {
		Case
		secret string
	}
	rows, err := store.All(ctx, d.city, func(r store.Row) (o owned, err error) {
		o.Case, err = scanWith(r, &o.secret)
		return o, err
	}, `select `+columns+`, c.secret from cases c where c.city = ? and c.number in (`+store.In(len(secrets))+`) order by c.id desc`, args...)
	var all []Case
	for _, o := range rows {
		if d.mayClaim(access.Nobody(d.city.ID), &o.Case, Claim{Secret: secrets[o.Number]}, o.secret, "") == nil {
			all = append(all, o.Case)
		}
	}
	return all, err
}
