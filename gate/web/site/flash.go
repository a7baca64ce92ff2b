package site

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"mulin/internal/i18n"
)

const flashCookie = "flash"

// Flash is one sentence shown on the next page: a key and its arguments, never free text and never personal data.
type Flash struct {
	Kind  State    `json:"k"`
	Key   string   `json:"s"`
	Args  []string `json:"a,omitempty"`
	Draft string   `json:"d,omitempty"` // the draft that is done with
}

func (rq *Req) texts(args []any) []string {
	out := make([]string, len(args))
	for i, a := range args {
		if key, ok := a.(i18n.Key); ok {
			a = rq.T(string(key))
		}
		out[i] = fmt.Sprint(a)
	}
	return out
}

func (rq *Req) setFlash(w http.ResponseWriter, f Flash) {
	b, err := json.Marshal(f)
	if err != nil || len(b) > 1000 {
		return
	}
	rq.site.setCookie(w, flashCookie, base64.RawURLEncoding.EncodeToString(b), time.Minute)
}

// takeFlash reads the sentence left by the page before and forgets it; a live refresh leaves it alone.
func (rq *Req) takeFlash(w http.ResponseWriter) {
	c, err := rq.HTTP.Cookie(flashCookie)
	if err != nil || rq.Live() || rq.Flash != nil {
		return
	}
	rq.site.setCookie(w, flashCookie, "", -1)
	var f Flash
	b, err := base64.RawURLEncoding.DecodeString(c.Value)
	if err != nil || json.Unmarshal(b, &f) != nil {
		return
	}
	rq.Flash = &f
}

// Said is the sentence that the page before left.
func (rq *Req) Said() string {
	args := make([]any, len(rq.Flash.Args))
	for i, a := range rq.Flash.Args {
		args[i] = a
	}
	return rq.T(rq.Flash.Key, args...)
}
