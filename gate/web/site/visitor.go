package site

import "net/http"

// Origin is how the visitor reached the site, for codes that others scan.
func (s *Site) Origin(r *http.Request) string {
	if s.Secure || r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// Allow asks a limiter for the visitor's address.
func (s *Site) Allow(l *Limiter, r *http.Request) bool {
	return l == nil || l.Allow(s.Address(r).String(), s.Clock.Now())
}
