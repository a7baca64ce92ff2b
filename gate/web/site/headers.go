package site

import (
	"net/http"
	"strconv"
	"strings"
)

func (s *Site) policy() string {
	connect := "'self'"
	if s.TileOrigin != nil {
		connect = strings.TrimSpace(connect + " " + s.TileOrigin())
	}
	return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; manifest-src 'self'; connect-src " + connect +
		"; worker-src 'self' blob:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
}

func (s *Site) headers(h http.Header) {
	h.Set("Content-Security-Policy", s.policy())
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Permissions-Policy", "geolocation=(self), camera=(self), microphone=(), payment=(), usb=()")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	if s.Secure {
		h.Set("Strict-Transport-Security", "max-age="+strconv.Itoa(365*24*3600))
	}
}
