package site

import (
	"fmt"
	"testing"
)

// TestPageOf walks through a list of 10 000 and sees each line once; a line that has gone begins it anew.
func TestPageOf(t *testing.T) {
	t.Parallel()
	all := make([]int, 10_000)
	for i := range all {
		all[i] = i
	}
	key := func(n int) string { return fmt.Sprint(n) }
	seen, after := 0, ""
	for range 300 {
		some, next := PageOf(all, after, PageSize, key)
		if some[0] != seen {
			t.Fatalf("the page behind %q begins with %d, want %d", after, some[0], seen)
		}
		seen += len(some)
		if after = next; next == "" {
			break
		}
	}
	if seen != len(all) {
		t.Errorf("saw %d lines, want %d", seen, len(all))
	}
	if some, _ := PageOf(all, "gone", 3, key); some[0] != 0 {
		t.Errorf("behind a line that has gone comes %v, want the beginning", some)
	}
	if some, next := PageOf([]int{}, "x", 3, key); len(some) != 0 || next != "" {
		t.Errorf("an empty list gives %v, %q", some, next)
	}
}
