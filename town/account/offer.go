package account

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"mulin/internal/access"
	"mulin/internal/store"
)

// Offer is a right with the roles that shall have it, each with its scope.
type Offer struct {
	Right access.Right
	To    map[string]access.Scope
}

// OfferRights gives the city's roles the rights that the city has never been offered, and makes the roles it has never been offered with all their
// rights. What was offered once is left to the administrators: a right they have taken away stays away.
func (a *Accounts) OfferRights(ctx context.Context, who access.Actor, table []Offer) error {
	if err := a.has(who, Edit); err != nil {
		return err
	}
	if !who.Program {
		return access.ErrDenied
	}
	known, err := offered(ctx, a.city, a.city.ID)
	if err == nil && len(unknown(table, known)) == 0 {
		return nil // as at nearly every start
	}
	if err == nil {
		err = a.city.Write(ctx, func(tx *store.Tx) error { return offer(ctx, tx, who, table) })
	}
	if err != nil {
		return fmt.Errorf("offer new rights: %w", err)
	}
	a.staff.Refresh(ctx)
	return nil
}

func offer(ctx context.Context, tx *store.Tx, who access.Actor, table []Offer) error {
	known, err := offered(ctx, tx, tx.City)
	if err != nil {
		return err
	}
	roles, err := rolesOf(ctx, tx, tx.City)
	if err != nil {
		return err
	}
	before := map[string]map[access.Right]access.Scope{}
	for _, r := range roles {
		before[r.Name] = r.Rights
	}
	after := widened(before, table, known)
	for _, role := range slices.Sorted(maps.Keys(after)) {
		writeRole(tx, who, role, before[role], after[role])
	}
	for _, name := range unknown(table, known) {
		tx.Exec(`insert into account_offer (city, name) values (?, ?)`, tx.City, name)
	}
	return nil
}

// widened are the roles that get something, with all their rights afterwards.
func widened(before map[string]map[access.Right]access.Scope, table []Offer, known map[string]bool) map[string]map[access.Right]access.Scope {
	after := map[string]map[access.Right]access.Scope{}
	for _, o := range table {
		for role, scope := range o.To {
			rights, here := before[role]
			fresh := !here && !known[role]
			if _, has := rights[o.Right]; has || !fresh && (!here || known[string(o.Right)]) {
				continue
			}
			if after[role] == nil {
				after[role] = map[access.Right]access.Scope{}
				maps.Copy(after[role], rights)
			}
			after[role][o.Right] = scope
		}
	}
	return after
}

// unknown are the names of rights and roles that were not offered yet, in order.
func unknown(table []Offer, known map[string]bool) []string {
	fresh := map[string]bool{}
	for _, o := range table {
		fresh[string(o.Right)] = true
		for role := range o.To {
			fresh[role] = true
		}
	}
	maps.DeleteFunc(fresh, func(name string, _ bool) bool { return known[name] })
	return slices.Sorted(maps.Keys(fresh))
}

func offered(ctx context.Context, q store.Querier, city int64) (map[string]bool, error) {
	names, err := store.Values[string](ctx, q, `select name from account_offer where city = ?`, city)
	known := make(map[string]bool, len(names))
	for _, name := range names {
		known[name] = true
	}
	return known, err
}
