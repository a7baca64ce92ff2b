package site

import (
	"net/http"
	"slices"
	"time"

	"mulin/gate/web/to"
)

const (
	langCookie  = "lang"
	elderCookie = "elder"
)

// Languages are those the site speaks, each with its own name for itself.
var Languages = []struct{ Code, Name string }{{"zh", "中文"}, {"en", "English"}}

func speaks(lang string) bool {
	return slices.ContainsFunc(Languages, func(l struct{ Code, Name string }) bool { return l.Code == lang })
}

// language is what the address asks for, else what was chosen before, else what the browser prefers.
func (s *Site) language(r *http.Request) string {
	if q := r.URL.Query().Get("lang"); speaks(q) {
		return q
	}
	if c, err := r.Cookie(langCookie); err == nil && speaks(c.Value) {
		return c.Value
	}
	return s.Words.Match(r.Header.Get("Accept-Language"))
}

func elder(r *http.Request) int {
	c, err := r.Cookie(elderCookie)
	if err != nil {
		return 0
	}
	return map[string]int{"1": 1, "2": 2}[c.Value]
}

// prefs remembers language and elder mode in cookies and goes back to where the switch was.
func (s *Site) prefs(w http.ResponseWriter, r *http.Request, rq *Req) error {
	f, err := rq.Form()
	if err != nil {
		return err
	}
	if lang := f.Value("lang"); speaks(lang) {
		s.setCookie(w, langCookie, lang, 365*24*time.Hour)
	}
	switch f.Value("elder") {
	case "0":
		s.setCookie(w, elderCookie, "", -1)
	case "1", "2":
		s.setCookie(w, elderCookie, f.Value("elder"), 365*24*time.Hour)
	}
	http.Redirect(w, r, to.Local(f.Value("back")), http.StatusSeeOther)
	return nil
}

// setCookie sets one that scripts can't read and other sites don't send; a negative age removes it.
func (s *Site) setCookie(w http.ResponseWriter, name, value string, age time.Duration) {
	seconds := int(age / time.Second)
	if age < 0 {
		seconds = -1
	}
	http.SetCookie(w, &http.Cookie{Name: name, Value: value, Path: "/", MaxAge: seconds, HttpOnly: true, Secure: s.Secure, SameSite: http.SameSiteLaxMode})
}
