package life

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"mulin/internal/access"
	"mulin/internal/geo"
)

// Step is what somebody supplies with a verb.
type Step struct {
	Version   int64      `json:"version,omitempty"`    // of the page they looked at; 0: whatever it is now
	ClientRef string     `json:"client_ref,omitempty"` // the same step sent again does nothing
	Note      string     `json:"note,omitempty"`
	Reason    string     `json:"reason,omitempty"`
	To        int64      `json:"to,omitempty"` // the body it is handed to
	Stars     int64      `json:"stars,omitempty"`
	Number    int64      `json:"number,omitempty"`
	Date      int64      `json:"date,omitempty"`
	Photos    []Picture  `json:"photos,omitempty"`
	Point     *geo.Point `json:"point,omitempty"`
	DoneAt    int64      `json:"done_at,omitempty"` // when it really happened, for what comes late from a handset; 0: now

	Claim   Claim    `json:"-"` // of somebody without an account
	Despite []string `json:"-"` // the warnings it goes out against, by their codes
	Why     string   `json:"-"` // and why, where that is asked for
	Place   int64    `json:"-"` // where it lies
	Parts   []string `json:"-"` // numbers of things made by it
	More    any      `json:"-"` // what the area alone knows of it; no way in sets it
}

// Time is when the step happened: what was said, but never later than now.
func (s *Step) Time(now int64) int64 {
	if s.DoneAt == 0 || s.DoneAt > now {
		return now
	}
	return s.DoneAt
}

// Picture is a photo kept in the blob store.
type Picture struct {
	Hash   string `json:"hash"`
	Width  int    `json:"width,omitempty"`
	Height int    `json:"height,omitempty"`
}

// Claim shows that somebody without an account is the one it is about: the secret of a receipt, or a phone they have just verified.
type Claim struct {
	Secret string
	Phone  string
	Others []string // secrets of other things that this browser holds
}

// reference keys a resent step by its thing, its caller and what it says, so that nobody's number answers for another's, and a form that is opened again
// with "back" and sent with other words is another step.
func (s *Step) reference(who access.Actor, id int64, v Verb) string {
	if s.ClientRef == "" {
		return ""
	}
	b := make([]byte, 0, 256)
	for _, n := range []int64{s.To, s.Stars, s.Number, s.Date, s.Place} {
		b = append(strconv.AppendInt(b, n, 10), '/')
	}
	for _, text := range []string{s.Claim.Secret, s.Claim.Phone, Words(s.Note), Line(s.Reason)} {
		b = append(append(b, text...), '\n')
	}
	sum := sha256.Sum256(b)
	kind := "step/"
	if who.Program {
		kind = "self/"
	}
	b = strconv.AppendInt(append(b[:0], kind...), id, 10)
	b = append(append(append(b, '/'), v...), '/')
	b = append(strconv.AppendInt(b, who.Person, 10), '/')
	b = append(append(b, Ref(s.ClientRef)...), '/')
	return string(hex.AppendEncode(b, sum[:8]))
}

// Ref is what a program or page calls what it sends, as a key: what is too long for one, or no text, is named by its digest.
func Ref(own string) string {
	if len(own) <= MaxRef && utf8.ValidString(own) && !strings.ContainsRune(own, 0) {
		return own
	}
	sum := sha256.Sum256([]byte(own))
	return hex.EncodeToString(sum[:])
}

// Mark is a client's own mark of what it sends, bound to what an area says beyond a step's own words, so that other words are another step; "" stays "".
func Mark(ref string, said ...any) string {
	if ref == "" {
		return ""
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %q", ref, said))
	return hex.EncodeToString(sum[:])
}

// Digest commits to words about a thing without telling them: HMAC-SHA256 under its salt of its id and the words, each on a line, cut to 128 bits. Things older
// than salts have SHA-256 of the same, which short words can be guessed from.
func (l *Life) Digest(parts ...string) string {
	h := sha256.New()
	if l.Salt != "" {
		h = hmac.New(sha256.New, []byte(l.Salt))
	}
	h.Write(strconv.AppendInt(nil, l.ID, 10))
	for _, p := range parts {
		io.WriteString(h, "\n"+p)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}
