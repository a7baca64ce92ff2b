package ledger_test

import (
	"testing"

	"mulin/internal/clock"
	"mulin/internal/storetest"
)

// BenchmarkTree measures proofs and the whole check in a ledger of 20 000 entries.
func BenchmarkTree(b *testing.B) {
	for name, dsn := range map[string]func(testing.TB) string{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		const size = 20_000
		city := storetest.NewCity(b, storetest.Open(b, dsn(b), clock.System))
		tr := tree(b, city)
		grow(b, city, size)
		follow(b, city, tr)
		b.Run(name+"/receipt", func(b *testing.B) {
			for i := range b.N {
				if _, err := tr.Receipt(b.Context(), "", int64(1+i*7919%size)); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(name+"/check", func(b *testing.B) {
			r, err := tr.Receipt(b.Context(), "", 4321)
			if err != nil {
				b.Fatal(err)
			}
			public := key(b, "town.example").Verifier()
			for range b.N {
				if err := r.Check(public); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(name+"/verify", func(b *testing.B) {
			for range b.N {
				if _, err := tr.Verify(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(size*b.N)/b.Elapsed().Seconds(), "entries/s")
		})
	}
}
