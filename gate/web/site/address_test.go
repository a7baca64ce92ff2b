package site

import (
	"net/http"
	"net/netip"
	"testing"
)

func TestAddress(t *testing.T) {
	t.Parallel()
	s := &Site{Trusted: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}
	for _, c := range []struct{ peer, forwarded, want string }{
		{"203.0.113.9:1", "1.1.1.1", "203.0.113.9"},     // not a proxy: what it says counts nothing
		{"10.0.0.1:1", "1.1.1.1, 2.2.2.2", "2.2.2.2"},   // the part that the proxy wrote
		{"10.0.0.1:1", "1.1.1.1, 10.0.0.2", "1.1.1.1"},  // two proxies
		{"10.0.0.1:1", "", "10.0.0.1"},                  //
		{"10.0.0.1:1", "spoofed, nonsense", "10.0.0.1"}, //
		{"[::ffff:10.0.0.1]:1", "2001:db8::1", "2001:db8::1"},
	} {
		r := &http.Request{RemoteAddr: c.peer, Header: http.Header{"X-Forwarded-For": {c.forwarded}}}
		if got := s.Address(r).String(); got != c.want {
			t.Errorf("Address(%s, %q) = %s, want %s", c.peer, c.forwarded, got, c.want)
		}
	}
}
