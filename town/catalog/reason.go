package catalog

import (
	"context"
	"errors"

	"mulin/internal/access"
	"mulin/internal/fault"
	"mulin/internal/register"
	"mulin/internal/store"
)

// ErrNoReason says that there is no such reason.
var ErrNoReason = fault.New(fault.Missing, "catalog.reason.missing")

// What one must give a reason for.
const (
	ForDecline  = "decline"  // a case is not accepted
	ForReturn   = "return"   // a unit gives a dispatch back
	ForTransfer = "transfer" // a case goes to another unit
	ForExtend   = "extend"   // a case takes longer
	ForShelve   = "shelve"   // a case can't be done for now
	ForExclude  = "exclude"  // a case doesn't count in the figures
	ForMerge    = "merge"    // a case is another one's duplicate
	ForLook     = "look"     // somebody opens personal data
	ForWish     = "wish"     // a wish is not hung up
)

// ReasonKinds are all kinds of reason, in the order forms show them.
var ReasonKinds = []string{ForDecline, ForReturn, ForTransfer, ForExtend, ForShelve, ForExclude, ForMerge, ForLook, ForWish}

// Reason is one answer people may choose when a reason is asked for.
type Reason struct {
	Kind  string `json:"kind"`
	Code  string `json:"code"`
	Name  string `json:"name"`
	Rank  int64  `json:"rank,omitempty"` // its place in the list
	Until int64  `json:"until,omitempty"`
}

// Live tells whether the reason is in use.
func (r Reason) Live() bool { return r.Until == 0 }

type reasonKey struct{ kind, code string }

// Reasons are those in use for a kind, in the order forms show them.
func (c *Catalog) Reasons(kind string) []Reason { return c.lists.Now().reasons[kind] }

// Reason is one reason, in use or retired.
func (c *Catalog) Reason(kind, code string) (Reason, bool) {
	r, ok := c.lists.Now().reason[reasonKey{kind, code}]
	return r, ok
}

const reasonColumns = `kind, code, name, rank, until`

func scanReason(r store.Row) (x Reason, err error) {
	err = r.Scan(&x.Kind, &x.Code, &x.Name, &x.Rank, &x.Until)
	return x, err
}

func (s *state) loadReasons(ctx context.Context, city *store.City) error {
	all, err := store.All(ctx, city, scanReason, `select `+reasonColumns+` from catalog_reason where city = ? order by kind, rank, code`, city.ID)
	for _, r := range all {
		s.reason[reasonKey{r.Kind, r.Code}] = r
		if r.Live() {
			s.reasons[r.Kind] = append(s.reasons[r.Kind], r)
		}
	}
	return err
}

// nextReason writes what next makes of the row.
func nextReason(ctx context.Context, tx *store.Tx, who access.Actor, verb, kind, code, why string, next func(before *Reason, now int64) (Reason, error)) error {
	var before *Reason
	switch old, err := store.One(ctx, tx, scanReason, `select `+reasonColumns+` from catalog_reason where city = ? and kind = ? and code = ?`, tx.City, kind, code); {
	case err == nil:
		before = &old
	case !errors.Is(err, store.ErrNone):
		return err
	}
	r, err := next(before, tx.Now)
	if err != nil || before != nil && *before == r {
		return err
	}
	tx.Exec(`insert into catalog_reason (city, kind, code, name, rank, until) values (?, ?, ?, ?, ?, ?)
		on conflict (city, kind, code) do update set name = excluded.name, rank = excluded.rank, until = excluded.until`, tx.City, r.Kind, r.Code, r.Name, r.Rank, r.Until)
	ch := change{After: r, Reason: why}
	if before != nil {
		ch.Before = *before
	}
	record(tx, who, verb, "reason", r.id(), ch)
	return nil
}

// endReason takes a reason out of the list. Where it was given it stays.
func endReason(before *Reason, now int64) (Reason, error) {
	if before == nil {
		return Reason{}, ErrNoReason
	}
	after := *before
	if after.Live() {
		after.Until = now
	}
	return after, nil
}

// id is the reason's number in registers and ledger; its own key are kind and code.
func (r Reason) id() int64 { return register.Key(r.Kind, r.Code) }
