package demo

import (
	"context"
	"io"
	"log/slog"
	"slices"
	"testing"

	"mulin/app"
	"mulin/gate/web/session"
	"mulin/internal/clock"
	"mulin/internal/storetest"
	"mulin/town"
)

// TestGuests: a visitor may become somebody of every role, and each of them is there.
func TestGuests(t *testing.T) {
	t.Parallel()
	a, err := app.Open(t.Context(), app.Config{Data: t.TempDir(), DB: storetest.SQLite(t), Demo: true}, clock.System, slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	city, err := a.Found(t.Context(), ID)
	if err != nil {
		t.Fatal(err)
	}
	s := &seeder{t: city, size: Small, say: func(string, int, int) {}}
	for _, part := range []func(context.Context) error{s.land, s.units, s.people} {
		if err := part(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	all, err := Guests(t.Context(), city)
	if err != nil {
		t.Fatal(err)
	}
	for _, role := range town.Roles {
		if !slices.ContainsFunc(all, func(g session.OneClick) bool { return g.Role == role && g.Name != "" && g.Where != "" }) {
			t.Errorf("nobody of the role %s", role)
		}
	}
	for _, g := range all {
		if _, err := city.Accounts.SignInAs(t.Context(), g.Login); err != nil {
			t.Errorf("%s can't sign in: %v", g.Login, err)
		}
	}
}
