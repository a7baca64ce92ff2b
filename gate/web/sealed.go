package web

import (
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"time"

	"mulin/internal/clock"
)

// token seals a value for one use, city and time, so that a browser can keep it but neither read nor change it. Without a key there are no tokens.
func (p *Pages) token(use, value string, life time.Duration) string {
	if p.Box == nil {
		return ""
	}
	until := clock.Micros(p.Clock.Now().Add(life))
	return base64.RawURLEncoding.EncodeToString(p.Box.Seal(p.tokenHead(use) + strconv.FormatInt(until, 36) + "\n" + value))
}

// untoken is the value of a token that is still good; "" else.
func (p *Pages) untoken(use, token string) string {
	if p.Box == nil || token == "" {
		return ""
	}
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		return ""
	}
	plain, err := p.Box.Open(raw)
	if err != nil {
		return ""
	}
	rest, ok := strings.CutPrefix(plain, p.tokenHead(use))
	until, value, cut := strings.Cut(rest, "\n")
	end, err := strconv.ParseInt(until, 36, 64)
	if !ok || !cut || err != nil || end < clock.Micros(p.Clock.Now()) {
		return ""
	}
	return value
}

func (p *Pages) tokenHead(use string) string {
	return "web\n" + strconv.FormatInt(p.Desk.City().ID, 10) + "\n" + use + "\n"
}

// putSealed leaves a sealed value in a cookie that scripts can't read; a negative life takes it away.
func (p *Pages) putSealed(w http.ResponseWriter, name, path, value string, life time.Duration) {
	c := &http.Cookie{Name: name, Path: path, HttpOnly: true, Secure: p.Secure, SameSite: http.SameSiteLaxMode, MaxAge: -1}
	if life > 0 {
		c.Value, c.MaxAge = p.token(name, value, life), int(life/time.Second)
		if c.Value == "" {
			return
		}
	}
	http.SetCookie(w, c)
}

// sealed reads what putSealed left; "" if there is nothing good.
func (p *Pages) sealed(r *http.Request, name string) string {
	c, err := r.Cookie(name)
	if err != nil {
		return ""
	}
	return p.untoken(name, c.Value)
}
