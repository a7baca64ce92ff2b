package ui

import "testing"

func TestLink(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"/a": "/a", "?x=1": "?x=1", "#f-x": "#f-x", "https://a.example/": "https://a.example/", "tel:12345": "tel:12345",
		"javascript:alert(1)": "/", " javascript:alert(1)": "/", "data:text/html,x": "/", "http://a.example": "/",
	} {
		if got := string(URL(in)); got != want {
			t.Errorf("link(%q) = %q, want %q", in, got, want)
		}
	}
}
