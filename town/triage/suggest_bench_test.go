//go:build unix

package triage_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"

	"mulin/internal/clock"
	"mulin/internal/storetest"
	"mulin/town/casework"
	"mulin/town/catalog"
	"mulin/town/towntest"
	"mulin/town/triage"
)

// madeUp are messages of invented words: some that every message has, the more often the earlier, and a dozen of each class.
type madeUp struct {
	r      *rand.Rand
	common []string
	own    [][]string
}

func newMadeUp(leaves int) *madeUp {
	m := &madeUp{r: rand.New(rand.NewPCG(7, uint64(leaves))), own: make([][]string, leaves)}
	for range 4000 {
		m.common = append(m.common, m.word())
	}
	for leaf := range m.own {
		for range 12 {
			m.own[leaf] = append(m.own[leaf], m.word())
		}
	}
	return m
}

func (m *madeUp) word() string {
	w := make([]rune, 2+m.r.IntN(2))
	for i := range w {
		w[i] = '一' + rune(float64(2500)*m.r.Float64()*m.r.Float64())
	}
	return string(w)
}

// text is about a leaf, in so many characters.
func (m *madeUp) text(leaf, long int) string {
	var b strings.Builder
	for n := 0; n < long; {
		w := m.common[int(float64(len(m.common))*m.r.Float64()*m.r.Float64()*m.r.Float64())]
		if m.r.IntN(5) == 0 {
			w = m.own[leaf][m.r.IntN(12)]
		}
		if m.r.IntN(7) == 0 {
			w += "，"
		}
		b.WriteString(w)
		n += len([]rune(w))
	}
	return string([]rune(b.String())[:long])
}

// schooled is a town whose model has learned from made-up cases of so many classes.
func schooled(b *testing.B, leaves, cases int) (*towntest.Town, []casework.Case) {
	b.Helper()
	w := towntest.Build(b, storetest.NewCity(b, storetest.Open(b, storetest.SQLite(b), clock.New(storetest.Start))))
	all := make([]*catalog.ClassEntry, leaves)
	for leaf := range all {
		all[leaf] = &catalog.ClassEntry{Above: fmt.Sprint("一级", leaf%7), Name: fmt.Sprint("二级", leaf)}
	}
	ok(b, w.Catalog.ClassNoun().Save(b.Context(), w.System(), all...))
	m := newMadeUp(leaves)
	lessons := make([]triage.Lesson, cases)
	for i := range lessons {
		leaf := i % leaves
		lessons[i] = triage.Lesson{ID: int64(i + 1), Text: m.text(leaf, 200), Class: class(b, w, fmt.Sprintf("一级%d / 二级%d", leaf%7, leaf)),
			Kind: casework.Kinds[leaf%2], Urgency: []string{"2h", "24h", ""}[leaf%3], Hidden: leaf%9 == 0, Lead: w.Water.ID, Person: i%5 == 0}
	}
	learn(b, w, triage.Training{Lessons: lessons})
	texts := make([]casework.Case, 256)
	for i := range texts {
		texts[i] = casework.Case{Text: m.text(i%leaves, 200), Path: w.Grid.Path}
	}
	return w, texts
}

// BenchmarkSuggest reads messages of 200 characters as lists do, a second time too, as the page of a case does with reasons, and as the form does while a
// resident types.
func BenchmarkSuggest(b *testing.B) {
	for _, leaves := range []int{120, 500} {
		b.Run(fmt.Sprintf("%d_classes", leaves), func(b *testing.B) {
			w, cases := schooled(b, leaves, 6000)
			heap(b, w)
			next := 0
			shown := slices.Clone(cases)
			for i := range shown {
				shown[i].ID = int64(i + 1)
			}
			for name, read := range map[string]func(c *casework.Case){
				"list":  func(c *casework.Case) { w.Triage.Brief(c) },
				"again": func(c *casework.Case) { w.Triage.Brief(&shown[next%len(shown)]) },
				"card":  func(c *casework.Case) { w.Triage.Suggest(c) },
				"form":  func(c *casework.Case) { w.Triage.Classes(c.Text, 3, false) },
			} {
				b.Run(name, func(b *testing.B) {
					b.ReportAllocs()
					before := processor()
					for b.Loop() {
						read(&cases[next%len(cases)])
						next++
					}
					b.ReportMetric(float64(processor()-before)/float64(b.N), "cpu-ns/op")
				})
			}
		})
	}
}

// processor is the time this process has computed; on a busy machine the clock says something else.
func processor() int64 {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return u.Utime.Nano() + u.Stime.Nano()
}

// heap tells what a loaded model takes of the memory.
func heap(b *testing.B, w *towntest.Town) {
	b.Helper()
	used := func() float64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return float64(m.HeapAlloc)
	}
	before := used()
	other := triage.New(w.City, w.Desk, w.Places, w.Bodies, w.Catalog)
	ok(b, other.Load(b.Context()))
	b.Logf("a loaded model takes %.1f MB", (used()-before)/1e6)
	runtime.KeepAlive(other)
}
