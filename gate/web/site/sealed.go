package site

import (
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"time"

	"mulin/gate/web/to"
	"mulin/internal/clock"
)

// Token seals a value for one use, city and time, so that a browser can keep it but neither read nor change it. Without a key there are no tokens.
func (s *Site) Token(use, value string, life time.Duration) string {
	if s.Box == nil {
		return ""
	}
	until := clock.Micros(s.Clock.Now().Add(life))
	return base64.RawURLEncoding.EncodeToString(s.Box.Seal(s.tokenHead(use) + strconv.FormatInt(until, 36) + "\n" + value))
}

// Untoken is the value of a token that is still good; "" else.
func (s *Site) Untoken(use, token string) string {
	if s.Box == nil || token == "" {
		return ""
	}
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		return ""
	}
	plain, err := s.Box.Open(raw)
	if err != nil {
		return ""
	}
	rest, ok := strings.CutPrefix(plain, s.tokenHead(use))
	until, value, cut := strings.Cut(rest, "\n")
	end, err := strconv.ParseInt(until, 36, 64)
	if !ok || !cut || err != nil || end < clock.Micros(s.Clock.Now()) {
		return ""
	}
	return value
}

func (s *Site) tokenHead(use string) string {
	return "web\n" + to.Digits(s.City) + "\n" + use + "\n"
}

// PutSealed leaves a sealed value in a cookie that scripts can't read; a negative life takes it away.
func (s *Site) PutSealed(w http.ResponseWriter, name, path, value string, life time.Duration) {
	c := &http.Cookie{Name: name, Path: path, HttpOnly: true, Secure: s.Secure, SameSite: http.SameSiteLaxMode, MaxAge: -1}
	if life > 0 {
		c.Value, c.MaxAge = s.Token(name, value, life), int(life/time.Second)
		if c.Value == "" {
			return
		}
	}
	http.SetCookie(w, c)
}

// Sealed reads what putSealed left; "" if there is nothing good.
func (s *Site) Sealed(r *http.Request, name string) string {
	c, err := r.Cookie(name)
	if err != nil {
		return ""
	}
	return s.Untoken(name, c.Value)
}
