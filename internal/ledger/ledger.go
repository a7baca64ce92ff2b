// Package ledger keeps what happened: append-only, in one order per city, written in the same transaction as the rows it speaks of.
// It is the audit log, the event stream, the history page of every thing and the base of receipts. Personal data never enters a body in clear.
package ledger

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"golang.org/x/mod/sumdb/tlog"

	"mulin/internal/access"
	"mulin/internal/geo"
	"mulin/internal/store"
)

// Subject is the thing an entry speaks of, and where it is.
type Subject struct {
	Kind  string // "case", "place", "post" …
	ID    int64
	Path  string // of its place; empty for none
	Point *geo.Point
}

// Entry is one line of the ledger.
type Entry struct {
	Seq     int64
	At      int64 // µs UTC
	Person  int64
	Post    int64
	Verb    string
	Subject Subject
	Body    json.RawMessage
	Hash    tlog.Hash
}

// Append adds an entry to the write: who did what to which thing, with body as JSON (before and after of what changed).
// It returns the entry's place in the ledger.
func Append(tx *store.Tx, who access.Actor, verb string, on Subject, body any) int64 {
	e := Entry{At: tx.Now, Person: who.Person, Verb: verb, Subject: on, Body: json.RawMessage("{}")}
	e.Post = who.Post(access.Right(verb), access.At{Path: on.Path})
	if e.Post == 0 && len(who.Posts) > 0 {
		e.Post = who.Posts[0].ID
	}
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			panic(fmt.Sprintf("ledger body of %s: %v", verb, err)) // a programming error: Write turns it into this member's failure
		}
		e.Body = raw
	}
	e.Seq = tx.NextSeq()
	e.Hash = e.leaf(tx.City)
	var lat, lng *float64
	if on.Point != nil {
		lat, lng = &on.Point.Lat, &on.Point.Lng
	}
	tx.Exec(`insert into ledger_entry (city, seq, at, person, post, verb, kind, subject, path, lat, lng, body, hash)
		values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		tx.City, e.Seq, e.At, e.Person, e.Post, verb, on.Kind, on.ID, on.Path, lat, lng, string(e.Body), e.Hash[:])
	return e.Seq
}

// leaf is the RFC 6962 record hash over every field of the entry, one a line.
func (e *Entry) leaf(city int64) tlog.Hash {
	b := make([]byte, 0, 256+len(e.Body))
	for _, n := range []int64{city, e.Seq, e.At, e.Person, e.Post} {
		b = append(strconv.AppendInt(b, n, 10), '\n')
	}
	b = append(append(b, e.Verb...), '\n')
	b = append(append(b, e.Subject.Kind...), '\n')
	b = append(strconv.AppendInt(b, e.Subject.ID, 10), '\n')
	b = append(append(b, e.Subject.Path...), '\n')
	if p := e.Subject.Point; p != nil {
		b = strconv.AppendFloat(b, p.Lat, 'f', -1, 64)
		b = append(b, ' ')
		b = strconv.AppendFloat(b, p.Lng, 'f', -1, 64)
	}
	b = append(b, '\n')
	return tlog.RecordHash(append(b, e.Body...))
}

// Intact tells whether the entry still says what it said when it was written.
func (e *Entry) Intact(city int64) bool { return e.Hash == e.leaf(city) }

const columns = `seq, at, person, post, verb, kind, subject, path, lat, lng, body, hash`

func scan(r store.Row) (e Entry, err error) {
	var lat, lng *float64
	var body string
	var hash []byte
	err = r.Scan(&e.Seq, &e.At, &e.Person, &e.Post, &e.Verb, &e.Subject.Kind, &e.Subject.ID, &e.Subject.Path, &lat, &lng, &body, &hash)
	if lat != nil && lng != nil {
		e.Subject.Point = &geo.Point{Lat: *lat, Lng: *lng}
	}
	e.Body = json.RawMessage(body)
	copy(e.Hash[:], hash)
	return e, err
}

// After returns up to limit entries behind seq, oldest first.
func After(ctx context.Context, c store.Querier, city, seq int64, limit int) ([]Entry, error) {
	return store.All(ctx, c, scan, `select `+columns+` from ledger_entry where city = ? and seq > ? order by seq limit ?`, city, seq, limit)
}

// Of returns the history of one thing, oldest first, at most limit entries behind seq.
func Of(ctx context.Context, c store.Querier, city int64, kind string, id, seq int64, limit int) ([]Entry, error) {
	return store.All(ctx, c, scan, `select `+columns+` from ledger_entry where city = ? and kind = ? and subject = ? and seq > ? order by seq limit ?`,
		city, kind, id, seq, limit)
}

// Head is the number of the newest entry.
func Head(ctx context.Context, c store.Querier, city int64) (int64, error) {
	return store.Value[int64](ctx, c, `select seq from ledger_head where city = ?`, city)
}
