package job_test

import (
	"context"
	"encoding/json"
	"sync/atomic"
	"testing"

	"mulin/internal/clock"
	"mulin/internal/job"
	"mulin/internal/store"
	"mulin/internal/storetest"
)

// BenchmarkJobs measures what docs/measure/river measures: 5000 empty jobs, inserted 100 at a time, then worked off.
func BenchmarkJobs(b *testing.B) {
	for name, dsn := range map[string]func(testing.TB) string{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		const total, each = 5000, 100
		city := storetest.NewCity(b, storetest.Open(b, dsn(b), clock.System))
		insert := func(b *testing.B) {
			for range total / each {
				err := city.Write(b.Context(), func(tx *store.Tx) error {
					for i := range each {
						job.Enqueue(tx, "n", "", map[string]int{"n": i}, 0)
					}
					return nil
				})
				if err != nil {
					b.Fatal(err)
				}
			}
		}
		b.Run(name, func(b *testing.B) {
			for range b.N {
				start := clock.System.Now()
				insert(b)
				middle := clock.System.Now()
				var done atomic.Int64
				all := make(chan struct{})
				r := job.New(city, quiet, 100)
				r.Handle("n", func(context.Context, json.RawMessage) error {
					if done.Add(1) == total {
						close(all)
					}
					return nil
				}, job.Options{})
				go r.Run(b.Context())
				<-all
				r.Stop(b.Context())
				end := clock.System.Now()
				b.ReportMetric(total/middle.Sub(start).Seconds(), "inserts/s")
				b.ReportMetric(total/end.Sub(middle).Seconds(), "jobs/s")
			}
		})
	}
}
