package messages

import (
	"io"
	"strconv"
	"time"
)

// Voice is a message with who sent it and how many agreed: what hot issues are made of.
type Voice struct {
	ID, User, Title, Text string
	At                    int64 // µs UTC
	Likes, Dislikes       int64
	Line                  int
}

// voiceColumns are the columns a file of voices has; likes and dislikes may be missing.
var voiceColumns = []string{"id", "user", "title", "time", "detail"}

// ReadVoices reads messages with their senders: a CSV file with the columns id, user, title, time and detail, perhaps likes and dislikes, in any order and
// among others. It takes what Import takes; rows that can't be used are counted.
func ReadVoices(in io.Reader, zone *time.Location, now int64) (all []Voice, unusable int, err error) {
	t, err := tableOf(in, voiceColumns, zone, now)
	if err != nil {
		return nil, 0, err
	}
	unusable, err = t.through(func(r *row, line int) bool {
		v, ok := t.voice(r, line)
		if ok {
			all = append(all, v)
		}
		return ok
	})
	return all, unusable, err
}

// voice is one row; ok is false when it has a mistake, nothing to read or an id that was there before.
func (t *table) voice(r *row, line int) (v Voice, ok bool) {
	v = Voice{ID: t.cell(r, "id"), User: t.cell(r, "user"), Title: t.cell(r, "title"), Text: t.cell(r, "detail"), Line: line}
	v.At = t.time(r, "time", t.cell(r, "time"))
	likes, good := count(t.cell(r, "likes"))
	dislikes, fine := count(t.cell(r, "dislikes"))
	if r.bad != nil || !good || !fine || v.ID == "" || t.seen[v.ID] || !shows(v.Title+v.Text) {
		return v, false
	}
	v.Likes, v.Dislikes = likes, dislikes
	t.seen[v.ID] = true
	return v, true
}

// count is a number of people, 0 where none is given.
func count(s string) (n int64, ok bool) {
	if s == "" {
		return 0, true
	}
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil && n >= 0
}
