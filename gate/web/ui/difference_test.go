package ui

import "testing"

// TestDifference sees that both texts can be read out of their difference, and that words stay whole.
func TestDifference(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ a, b, want string }{
		{"", "", ""}, {"abc", "abc", "abc"}, {"", "新", "+新+"}, {"旧", "", "-旧-"}, {"面积 60 m²", "面积 80 m²", "面积 -60-+80+ m²"},
		{"四点半课堂", "周末课堂", "-四点半-+周末+课堂"}, {"within 5 days", "within 15 days", "within -5-+15+ days"},
	} {
		got, a, b := "", "", ""
		for _, p := range difference(c.a, c.b) {
			mark := ""
			if p.Op != 0 {
				mark = string(p.Op)
			}
			got += mark + p.Text + mark
			if p.Op != '+' {
				a += p.Text
			}
			if p.Op != '-' {
				b += p.Text
			}
		}
		if got != c.want || a != c.a || b != c.b {
			t.Errorf("difference(%q, %q) = %q, want %q", c.a, c.b, got, c.want)
		}
	}
}
