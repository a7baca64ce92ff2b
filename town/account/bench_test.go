package account_test

import (
	"testing"

	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/seal"
	"mulin/internal/storetest"
	"mulin/town/account"
	"mulin/town/place"
)

// BenchmarkSession is what every request pays: ≤ 20 µs.
func BenchmarkSession(b *testing.B) {
	city := storetest.NewCity(b, storetest.Open(b, storetest.SQLite(b), clock.New(storetest.Start)))
	places := place.New(city)
	if _, err := places.Add(ctx(), access.System(1), place.Details{Kind: place.City, Code: "c", Name: "City"}); err != nil {
		b.Fatal(err)
	}
	a := account.New(city, places, units, seal.New(make([]byte, 32)), nil)
	if _, err := a.CreateFirstAdmin(ctx(), "root", password); err != nil {
		b.Fatal(err)
	}
	s, err := a.SignIn(ctx(), "root", password, "")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := a.Session(ctx(), s.Token); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkSignIn compares a wrong password with an unknown login: the same time. Addresses differ so that nothing is locked.
func BenchmarkSignIn(b *testing.B) {
	city := storetest.NewCity(b, storetest.Open(b, storetest.SQLite(b), clock.New(storetest.Start)))
	clk := city.Clock().(*clock.Fake)
	a := account.New(city, place.New(city), units, seal.New(make([]byte, 32)), nil)
	if _, err := a.Create(ctx(), access.System(1), account.NewPerson{Login: "known", Name: "K", Password: password, Settled: true}); err != nil {
		b.Fatal(err)
	}
	for _, login := range []string{"known", "unknown"} {
		b.Run(login, func(b *testing.B) {
			for b.Loop() {
				clk.Advance(16 * 60 * 1e9)
				if _, err := a.SignIn(ctx(), login, "wrong", ""); err == nil {
					b.Fatal("signed in")
				}
			}
		})
	}
}
