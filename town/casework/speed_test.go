package casework_test

import (
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/storetest"
	"mulin/town/casework"
	"mulin/town/catalog"
	"mulin/town/towntest"
)

// BenchmarkLife is what one case costs from its opening to its end: opening plus six steps, by as many at once as a busy hour has.
// Beside the time of the wall it reports that of the processor, which a busy machine disturbs less.
func BenchmarkLife(b *testing.B) {
	eachSpeed(b, func(b *testing.B, w *towntest.Town) {
		crowd(b, func(n int64) {
			rec, err := w.Desk.Open(b.Context(), access.Nobody(1), casework.Report{Text: "楼下水管爆了，水漫到路上。", Point: &towntest.Inside, Phone: "13800001234", ClientRef: strconv.FormatInt(n, 10)})
			if err != nil {
				b.Error(err)
				return
			}
			do := func(who access.Actor, v casework.Verb, s casework.Step) {
				s.ClientRef = string(v)
				if _, err := w.Desk.Act(b.Context(), who, rec.ID, v, s); err != nil {
					b.Error(v, err)
				}
			}
			do(w.Worker(), casework.Dispatch, casework.Step{To: w.Company.ID})
			do(w.Of(w.Company), casework.Take, casework.Step{})
			do(w.Of(w.Company), casework.Done, casework.Step{Note: "水管已更换", Photos: []casework.Photo{towntest.Photo("after")}})
			do(w.Worker(), casework.Answer, casework.Step{Note: "您反映的水管已修好。"})
			do(access.Nobody(1), casework.Rate, casework.Step{Stars: 5, Claim: casework.Claim{Secret: rec.Secret}})
			do(w.Visitor(), casework.Revisit, casework.Step{Note: "居民满意"})
		})
	})
}

// crowd does f as often as asked, 64 at once.
func crowd(b *testing.B, f func(n int64)) {
	var n atomic.Int64
	var wg sync.WaitGroup
	before := processor()
	b.ResetTimer()
	for range 64 {
		wg.Go(func() {
			for i := n.Add(1); i <= int64(b.N); i = n.Add(1) {
				f(i)
			}
		})
	}
	wg.Wait()
	b.ReportMetric(float64(processor()-before)/float64(b.N), "cpu-ns/op")
}

// processor is how long this process has kept the machine busy, ns.
func processor() int64 {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return u.Utime.Nano() + u.Stime.Nano()
}

func eachSpeed(b *testing.B, f func(b *testing.B, w *towntest.Town)) {
	for name, dsn := range map[string]func(testing.TB) string{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		b.Run(name, func(b *testing.B) {
			w := towntest.Build(b, storetest.NewCity(b, storetest.Open(b, dsn(b), clock.System)))
			for step, l := range map[string]clock.Limit{"accept": {Amount: 2, Unit: clock.Hour}, "take": {Amount: 2, Unit: clock.Hour}, "work": {Amount: 5, Unit: clock.WorkDay},
				"answer": {Amount: 1, Unit: clock.WorkDay}, "rate": {Amount: 3, Unit: clock.Day}, "case": {Amount: 10, Unit: clock.WorkDay}} {
				if err := w.Catalog.LimitNoun().Save(b.Context(), w.System(), &catalog.LimitEntry{Rule: catalog.Rule{Step: step, Limit: l}}); err != nil {
					b.Fatal(err)
				}
			}
			f(b, w)
		})
	}
}
