package site

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// Jar keeps with a browser, sealed in one cookie, the secrets of what was sent from it or opened with them: at most MostKept, for half a year.
type Jar struct {
	*Site
	Cookie string
	Path   string // of the pages that read it
}

// MostKept is how many secrets a browser keeps of a kind.
const MostKept = 20

const keptLife = 180 * 24 * time.Hour

// All are number and secret of what this browser knows of.
func (j Jar) All(r *http.Request) map[string]string {
	all := map[string]string{}
	for _, line := range j.lines(r) {
		number, secret, _ := strings.Cut(line, " ")
		all[number] = secret
	}
	return all
}

// lines are the secrets as they are kept, newest first.
func (j Jar) lines(r *http.Request) []string {
	text := j.Sealed(r, j.Cookie)
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}

// Remember adds a number to those of this browser; the oldest one goes when there are too many.
func (j Jar) Remember(w http.ResponseWriter, r *http.Request, number, secret string) {
	lines := slices.DeleteFunc(j.lines(r), func(line string) bool { return strings.HasPrefix(line, number+" ") })
	lines = append([]string{number + " " + secret}, lines...)
	j.PutSealed(w, j.Cookie, j.Path, strings.Join(lines[:min(MostKept, len(lines))], "\n"), keptLife)
}

// Forget takes them away from this browser.
func (j Jar) Forget(w http.ResponseWriter) { j.PutSealed(w, j.Cookie, j.Path, "", -1) }
