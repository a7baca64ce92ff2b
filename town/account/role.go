package account

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"

	"mulin/internal/access"
	"mulin/internal/fault"
	"mulin/internal/ledger"
	"mulin/internal/store"
)

// Role is a name with what its holders may do.
type Role struct {
	Name   string
	Rights map[access.Right]access.Scope
}

// MaxRole is how long the key of a role may be; roleForm says so.
const MaxRole = 40

var errNoRole = fault.Field("role", "account.role.none")

var (
	roleForm  = regexp.MustCompile(`^[a-z][a-z0-9_]{1,39}$`)
	rightForm = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$`)
)

// SetRole makes a role or replaces what its holders may do, everywhere in the city and at once. Only administrators of the whole city may.
func (a *Accounts) SetRole(ctx context.Context, who access.Actor, role string, rights map[access.Right]access.Scope) error {
	if err := a.has(who, Edit); err != nil {
		return err
	}
	if !who.Program && !wholeAdmin(who) {
		return access.ErrDenied
	}
	if err := checkRole(role, rights); err != nil {
		return err
	}
	err := a.city.Write(ctx, func(tx *store.Tx) error {
		before, err := roleRights(ctx, tx, role)
		if err != nil && !errors.Is(err, errNoRole) {
			return err
		}
		if err == nil && maps.Equal(before, rights) {
			return nil // a program that sets its roles at each start leaves no trace
		}
		writeRole(tx, who, role, before, rights)
		return nil
	})
	if err != nil {
		return err
	}
	a.staff.Refresh(ctx)
	return nil
}

func checkRole(role string, rights map[access.Right]access.Scope) error {
	var bad fault.List
	bad.Check(roleForm.MatchString(role), "role", "account.role.form")
	for r, s := range rights {
		bad.Check(rightForm.MatchString(string(r)) && (s == access.Territory || s == access.Body), "rights", "account.role.right", string(r))
	}
	bad.Check(role != Admin || rights[Edit] == access.Territory, "rights", "account.role.admin")
	return bad.Or()
}

func writeRole(tx *store.Tx, who access.Actor, role string, before, rights map[access.Right]access.Scope) {
	tx.Exec(`insert into account_role (city, role) values (?, ?) on conflict (city, role) do nothing`, tx.City, role)
	tx.Exec(`delete from account_role_right where city = ? and role = ?`, tx.City, role)
	for r, s := range rights {
		tx.Exec(`insert into account_role_right (city, role, name, scope) values (?, ?, ?, ?)`, tx.City, role, string(r), string(s))
	}
	ledger.Append(tx, who, "account.role", ledger.Subject{Kind: "role"}, map[string]any{"role": role, "before": before, "after": rights})
}

// Roles lists all roles by name, with their rights.
func (a *Accounts) Roles(ctx context.Context) ([]Role, error) {
	return rolesOf(ctx, a.city, a.city.ID)
}

func rolesOf(ctx context.Context, q store.Querier, city int64) ([]Role, error) {
	rows, err := store.All(ctx, q, scanRight, `select o.role, coalesce(r.name, ''), coalesce(r.scope, '')
		from account_role o left join account_role_right r on r.city = o.city and r.role = o.role
		where o.city = ? order by o.role, r.name`, city)
	if err != nil {
		return nil, fmt.Errorf("list roles: %w", err)
	}
	var all []Role
	for _, x := range rows {
		if n := len(all); n == 0 || all[n-1].Name != x.role {
			all = append(all, Role{x.role, map[access.Right]access.Scope{}})
		}
		if x.right != "" {
			all[len(all)-1].Rights[x.right] = x.scope
		}
	}
	return all, nil
}

// roleRights are the rights of one role, or errNoRole.
func roleRights(ctx context.Context, q *store.Tx, role string) (map[access.Right]access.Scope, error) {
	rows, err := store.All(ctx, q, scanRight, `select o.role, coalesce(r.name, ''), coalesce(r.scope, '')
		from account_role o left join account_role_right r on r.city = o.city and r.role = o.role
		where o.city = ? and o.role = ?`, q.City, role)
	if err != nil {
		return nil, fmt.Errorf("find role: %w", err)
	}
	if len(rows) == 0 {
		return nil, errNoRole
	}
	rights := map[access.Right]access.Scope{}
	for _, x := range rows {
		if x.right != "" {
			rights[x.right] = x.scope
		}
	}
	return rights, nil
}

type roleRow struct {
	role  string
	right access.Right
	scope access.Scope
}

func scanRight(r store.Row) (x roleRow, err error) {
	var right, scope string
	err = r.Scan(&x.role, &right, &scope)
	x.right, x.scope = access.Right(right), access.Scope(scope)
	return x, err
}

// adminAt tells whether the actor is an administrator of the place.
func adminAt(who access.Actor, path string) bool {
	return slices.ContainsFunc(who.Posts, func(p access.Post) bool {
		return p.Role == Admin && access.Actor{Posts: []access.Post{p}}.May(Edit, access.At{Path: path}) == nil
	})
}

// wholeAdmin tells whether the actor is an administrator of the whole city.
func wholeAdmin(who access.Actor) bool {
	return slices.ContainsFunc(who.Posts, func(p access.Post) bool {
		return p.Role == Admin && p.Rights[Edit] == access.Territory && whole(p.Path)
	})
}
