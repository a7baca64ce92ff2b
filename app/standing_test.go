package app_test

import (
	"context"
	"io"
	"log/slog"
	"maps"
	"testing"

	"mulin/app"
	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/ledger"
	"mulin/internal/store"
	"mulin/internal/storetest"
	"mulin/town"
)

// oldRights are those known when offers began: schema/0111_account_offer.sql takes them as offered.
var oldRights = map[access.Right]bool{
	"case.see": true, "case.open": true, "case.accept": true, "case.work": true, "case.answer": true, "case.revisit": true, "case.backdate": true,
	"contact.see": true, "text.see": true, "whistle.blow": true, "whistle.report_in": true, "triage.task": true, "triage.train": true,
	"place.edit": true, "body.edit": true, "catalog.edit": true, "account.edit": true, "account.see": true,
}

var newRoles = map[string]bool{"data_protection": true, "city_it": true}

func open(t *testing.T, data, dsn string) (*app.App, *app.Town) {
	t.Helper()
	a, err := app.Open(t.Context(), app.Config{Data: data, DB: dsn}, clock.New(storetest.Start), slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		t.Fatal(err)
	}
	one, err := a.Found(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	return a, one
}

func rolesOf(t *testing.T, one *app.Town) map[string]map[access.Right]access.Scope {
	t.Helper()
	all, err := one.Accounts.Roles(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	by := map[string]map[access.Right]access.Scope{}
	for _, r := range all {
		by[r.Name] = r.Rights
	}
	return by
}

// want is what the table gives to the roles.
func want() map[string]map[access.Right]access.Scope {
	by := map[string]map[access.Right]access.Scope{}
	for _, o := range town.Offers() {
		for role, scope := range o.To {
			if by[role] == nil {
				by[role] = map[access.Right]access.Scope{}
			}
			by[role][o.Right] = scope
		}
	}
	return by
}

func same(t *testing.T, when string, got, want map[string]map[access.Right]access.Scope) {
	t.Helper()
	for role := range want {
		if !maps.Equal(got[role], want[role]) {
			t.Errorf("%s: %s may do %v, want %v", when, role, got[role], want[role])
		}
	}
	if len(got) != len(want) {
		t.Errorf("%s: %d roles, want %d", when, len(got), len(want))
	}
}

// TestStandingCities: a city that was founded under the old set gets exactly what is new, once; what its administrators took away stays away.
func TestStandingCities(t *testing.T) {
	for name, dsn := range map[string]func(testing.TB) string{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data, db := t.TempDir(), dsn(t)
			a, one := open(t, data, db)
			same(t, "a new city", rolesOf(t, one), want())
			set := func(role string, rights map[access.Right]access.Scope) {
				t.Helper()
				if err := one.Accounts.SetRole(t.Context(), one.System(), role, rights); err != nil {
					t.Fatal(err)
				}
			}
			again := func() {
				t.Helper()
				if err := a.Close(); err != nil {
					t.Fatal(err)
				}
				a, one = open(t, data, db)
			}
			expect := want()
			for role, rights := range rolesOf(t, one) {
				maps.DeleteFunc(rights, func(r access.Right, _ access.Scope) bool { return !oldRights[r] })
				if role == "clerk" {
					delete(rights, "case.open")
					delete(expect["clerk"], "case.open")
				}
				set(role, rights)
			}
			set("night_desk", map[access.Right]access.Scope{"case.see": access.Territory})
			expect["night_desk"] = map[access.Right]access.Scope{"case.see": access.Territory}
			forget(t, one)
			again()
			same(t, "a standing city", rolesOf(t, one), expect)

			head, err := ledger.Head(t.Context(), one.City, one.ID)
			if err != nil {
				t.Fatal(err)
			}
			again()
			if now, err := ledger.Head(t.Context(), one.City, one.ID); now != head || err != nil {
				t.Errorf("opening it again wrote %d entries, %v", now-head, err)
			}
			delete(expect["leader"], "station.see")
			set("leader", expect["leader"])
			again()
			same(t, "what was taken away", rolesOf(t, one), expect)
			if err := a.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

// forget makes the city as the release before offers left it: without the new roles, without the table and without the file that makes it.
func forget(t *testing.T, one *app.Town) {
	t.Helper()
	err := one.City.Upkeep(context.Background(), func(tx *store.Tx) error {
		for role := range newRoles {
			tx.Exec(`delete from account_role where city = ? and role = ?`, tx.City, role)
			tx.Exec(`delete from account_role_right where city = ? and role = ?`, tx.City, role)
		}
		tx.Exec(`drop table account_offer`)
		tx.Exec(`delete from schema_version where name = '0111_account_offer'`)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
