package to

import "testing"

func TestLocal(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"/cases?x=1": "/cases?x=1", "": "/", "//evil": "/", `/\evil`: "/", "https://evil": "/", "javascript:alert(1)": "/", "/a\nb": "/", "cases": "/", "/%2f/x": "/",
	} {
		if got := Local(in); got != want {
			t.Errorf("Local(%q) = %q, want %q", in, got, want)
		}
	}
}
