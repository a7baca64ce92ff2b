package site

import (
	"fmt"
	"testing"
	"time"
)

func TestLimiter(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 11, 23, 2, 30, 0, 0, time.UTC)
	l := NewLimiter(2, time.Minute)
	l.keys = 3
	for i, want := range []bool{true, true, false} {
		if got := l.Allow("a", start); got != want {
			t.Errorf("call %d: %v, want two at once, then no more", i+1, got)
		}
	}
	if !l.Allow("a", start.Add(time.Minute)) {
		t.Error("want one more after a minute")
	}
	for i := range 10 {
		l.Allow(fmt.Sprint(i), start)
	}
	if l.order.Len() > 3 || len(l.byKey) > 3 {
		t.Errorf("remembers %d keys, want 3", l.order.Len())
	}
	if l.Allow("2001:db8::1", start); !l.Allow("2001:db8::2", start) || l.Allow("2001:db8::3", start) {
		t.Error("one /64 should count as one")
	}
}
