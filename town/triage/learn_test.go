package triage_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"mulin/internal/clock"
	"mulin/town/towntest"
	"mulin/town/triage"
)

// TestNoCopyTests: what nearly repeats what is taught is not asked, so that the figures of a version say how it reads what is new.
func TestNoCopyTests(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town, clk *clock.Fake) {
		r := rand.New(rand.NewPCG(3, 4))
		water, noise := class(t, w, "城乡建设 / 供水"), class(t, w, "环境保护 / 噪音")
		unlike := func(says string) string {
			var b strings.Builder
			for range 40 {
				b.WriteRune('一' + rune(r.IntN(5000)))
			}
			return says + b.String()
		}
		var all, tests []triage.Lesson
		for id := int64(1); len(tests) < 60; id++ {
			l := triage.Lesson{ID: id, Text: unlike("自来水停水"), Class: water}
			if id%2 == 0 {
				l = triage.Lesson{ID: id, Text: unlike("工地施工噪音"), Class: noise}
			}
			if all = append(all, l); l.Tests() {
				tests = append(tests, l)
			}
		}
		if v := learn(t, w, triage.Training{Lessons: all}); v.Tested != 60 || v.Lessons != int64(len(all)-60) {
			t.Errorf("without copies %d of 60 test, %d of %d teach", v.Tested, v.Lessons, len(all))
		}
		copied := all
		for i, l := range tests[:25] {
			l.ID, l.Text = taughtID(int64(100_000+1000*i)), fmt.Sprintf("%s，第%d次！", l.Text, i)
			copied = append(copied, l)
		}
		if v := learn(t, w, triage.Training{Lessons: copied}); v.Tested != 35 || v.Lessons != int64(len(copied)-60) {
			t.Errorf("with 25 near copies %d of 60 test, %d of %d teach", v.Tested, v.Lessons, len(copied))
		}
		for i, l := range tests[25:45] {
			l.ID = taughtID(int64(200_000 + 1000*i))
			copied = append(copied, l)
		}
		if v := learn(t, w, triage.Training{Lessons: copied}); v.Tested != 0 || v.Lessons != int64(len(copied)) {
			t.Errorf("with too few that test %d do, %d of %d teach", v.Tested, v.Lessons, len(copied))
		}
	})
}

// taughtID is the first number from one on whose lesson teaches.
func taughtID(id int64) int64 {
	for (triage.Lesson{ID: id}).Tests() {
		id++
	}
	return id
}
