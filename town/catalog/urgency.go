package catalog

import (
	"context"
	"errors"
	"slices"

	"mulin/internal/access"
	"mulin/internal/fault"
	"mulin/internal/i18n"
	"mulin/internal/register"
	"mulin/internal/store"
)

// ErrNoUrgency says that there is no such degree of urgency.
var ErrNoUrgency = fault.New(fault.Missing, "catalog.urgency.missing")

// Urgency is a degree of urgency. The limits that go with it are rules.
type Urgency struct {
	Code  string `json:"code"` // "2h"
	Name  string `json:"name,omitempty"`
	Rank  int64  `json:"rank"` // the most urgent has the smallest
	Until int64  `json:"until,omitempty"`
	// Words make a message this urgent at least, with blanks between; all parts of "煤气+味" must occur.
	Words string `json:"words,omitempty"`
}

// Live tells whether the degree is in use.
func (u Urgency) Live() bool { return u.Until == 0 }

// Word is what people call it: the name the city gave it, else the usual word for its code.
func (u Urgency) Word(w *i18n.Words) string {
	if u.Name != "" {
		return u.Name
	}
	return w.T("urgency." + u.Code)
}

// Urgencies are the degrees in use, the most urgent first.
func (c *Catalog) Urgencies() []Urgency { return c.lists.Now().urgencies }

// Urgency finds a degree in use.
func (c *Catalog) Urgency(code string) (Urgency, bool) {
	for _, u := range c.lists.Now().urgencies {
		if u.Code == code {
			return u, true
		}
	}
	return Urgency{}, false
}

const urgencyColumns = `code, name, rank, until, words`

func scanUrgency(r store.Row) (u Urgency, err error) {
	err = r.Scan(&u.Code, &u.Name, &u.Rank, &u.Until, &u.Words)
	return u, err
}

func (s *state) loadUrgencies(ctx context.Context, city *store.City) (err error) {
	s.degrees, err = store.All(ctx, city, scanUrgency, `select `+urgencyColumns+` from catalog_urgency where city = ? order by rank, code`, city.ID)
	s.urgencies = slices.DeleteFunc(slices.Clone(s.degrees), func(u Urgency) bool { return !u.Live() })
	return err
}

// endUrgency takes a degree out of use. Cases, classes and rules that have it keep it.
func endUrgency(before *Urgency, now int64) (Urgency, error) {
	if before == nil {
		return Urgency{}, ErrNoUrgency
	}
	after := *before
	if after.Live() {
		after.Until = now
	}
	return after, nil
}

// nextUrgency writes what next makes of the row.
func nextUrgency(ctx context.Context, tx *store.Tx, who access.Actor, verb, code, why string, next func(before *Urgency, now int64) (Urgency, error)) error {
	var before *Urgency
	switch old, err := store.One(ctx, tx, scanUrgency, `select `+urgencyColumns+` from catalog_urgency where city = ? and code = ?`, tx.City, code); {
	case err == nil:
		before = &old
	case !errors.Is(err, store.ErrNone):
		return err
	}
	u, err := next(before, tx.Now)
	if err != nil || before != nil && *before == u {
		return err
	}
	tx.Exec(`insert into catalog_urgency (city, code, name, rank, until, words) values (?, ?, ?, ?, ?, ?)
		on conflict (city, code) do update set name = excluded.name, rank = excluded.rank, until = excluded.until, words = excluded.words`,
		tx.City, u.Code, u.Name, u.Rank, u.Until, u.Words)
	ch := change{After: u, Reason: why}
	if before != nil {
		ch.Before = *before
	}
	record(tx, who, verb, "urgency", u.id(), ch)
	return nil
}

// id is the degree's number in registers and ledger, 0 for none; its own key is the code.
func (u Urgency) id() int64 {
	if u.Code == "" {
		return 0
	}
	return register.Key("urgency", u.Code)
}

// knownUrgency tells whether the word lists have a word for it.
func knownUrgency(code string) bool {
	return code == "2h" || code == "24h" || code == "7d" || code == "15d"
}

// checkUrgency refuses a degree that isn't in use; "" is none.
func checkUrgency(ctx context.Context, q *store.Tx, code string) error {
	if code == "" {
		return nil
	}
	_, err := store.Value[string](ctx, q, `select code from catalog_urgency where city = ? and code = ? and until = 0`, q.City, code)
	if errors.Is(err, store.ErrNone) {
		return fault.Field("urgency", "catalog.urgency.unknown", code)
	}
	return err
}
