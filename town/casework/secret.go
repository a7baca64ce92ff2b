package casework

import (
	"slices"

	"mulin/internal/access"
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
