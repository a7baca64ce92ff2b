// Package tray keeps files that somebody has brought in until something is made of them. A file belongs to its person alone, stands in the database so that
// every node has it and a restart loses nothing, and is swept after two days.
package tray

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"mulin/internal/clock"
	"mulin/internal/fault"
	"mulin/internal/store"
)

// Faults of files: there is no such one, any more or for this person; somebody else went on with it meanwhile.
var (
	ErrMissing = fault.New(fault.Missing, "tray.missing")
	ErrMoved   = fault.New(fault.Conflict, "tray.moved")
)

const (
	keep  = 48 * time.Hour
	piece = 512 << 10 // bytes of a row
)

// Tray is a city's.
type Tray struct{ city *store.City }

// New makes the tray of a city.
func New(city *store.City) *Tray { return &Tray{city} }

// File is a file that waits.
type File struct {
	ID, Person int64
	Kind, Name string
	About      json.RawMessage
	MadeAt     int64
}

const columns = `id, person, kind, name, about, made_at`

func scan(r store.Row) (f File, err error) {
	var about string
	err = r.Scan(&f.ID, &f.Person, &f.Kind, &f.Name, &about, &f.MadeAt)
	f.About = json.RawMessage(about)
	return f, err
}

// Add takes a file in.
func (t *Tray) Add(ctx context.Context, f File, about any, body []byte) (id int64, err error) {
	id = 1 + rand.Int64N(1<<53-1)
	err = t.city.Upkeep(ctx, func(tx *store.Tx) error {
		tx.Exec(`insert into tray_file (city, `+columns+`) values (?, ?, ?, ?, ?, ?, ?)`, tx.City, id, f.Person, f.Kind, f.Name, text(about), tx.Now)
		put(tx, id, 0, body)
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("keep a file: %w", err)
	}
	return id, nil
}

func text(about any) string {
	b, err := json.Marshal(about)
	if err != nil {
		panic(fmt.Sprintf("about a file: %v", err)) // a programming error: the transaction turns it into its failure
	}
	return string(b)
}

func put(tx *store.Tx, id, body int64, raw []byte) {
	tx.Exec(`delete from tray_part where city = ? and file = ? and body = ?`, tx.City, id, body)
	n := 0
	for part := range slices.Chunk(raw, piece) {
		tx.Exec(`insert into tray_part (city, file, body, part, bytes) values (?, ?, ?, ?, ?)`, tx.City, id, body, n, part)
		n++
	}
}

// Get finds a person's file of a kind.
func (t *Tray) Get(ctx context.Context, person int64, kind string, id int64) (File, error) {
	f, err := store.One(ctx, t.city, scan, `select `+columns+` from tray_file where city = ? and id = ? and person = ? and kind = ?`, t.city.ID, id, person, kind)
	if errors.Is(err, store.ErrNone) {
		return f, ErrMissing
	}
	return f, err
}

// Mine are a person's files of a kind, the newest first.
func (t *Tray) Mine(ctx context.Context, person int64, kind string) ([]File, error) {
	return store.All(ctx, t.city, scan, `select `+columns+` from tray_file where city = ? and person = ? and kind = ? order by made_at desc, id limit 20`, t.city.ID, person, kind)
}

// Body is what a file holds, or what was put beside it.
func (t *Tray) Body(ctx context.Context, id, body int64) ([]byte, error) {
	parts, err := store.Values[[]byte](ctx, t.city, `select bytes from tray_part where city = ? and file = ? and body = ? order by part`, t.city.ID, id, body)
	return slices.Concat(parts...), err
}

// Advance writes how far a file has come, in the write that brings it there: under the city's lock nobody does the same step twice.
func Advance(ctx context.Context, tx *store.Tx, id int64, was, is any) error {
	now, err := store.Value[string](ctx, tx, `select coalesce(max(about), '') from tray_file where city = ? and id = ?`, tx.City, id)
	if err != nil {
		return err
	}
	if now != text(was) {
		return ErrMoved
	}
	tx.Exec(`update tray_file set about = ? where city = ? and id = ?`, text(is), tx.City, id)
	return nil
}

// Beside is Advance with a body that is put beside the file.
func (t *Tray) Beside(ctx context.Context, id, body int64, raw []byte, was, is any) error {
	return t.city.Write(ctx, func(tx *store.Tx) error {
		if err := Advance(ctx, tx, id, was, is); err != nil {
			return err
		}
		put(tx, id, body, raw)
		return nil
	})
}

// Drop forgets a file.
func (t *Tray) Drop(ctx context.Context, id int64) error {
	return t.city.Upkeep(ctx, func(tx *store.Tx) error {
		tx.Exec(`delete from tray_part where city = ? and file = ?`, tx.City, id)
		tx.Exec(`delete from tray_file where city = ? and id = ?`, tx.City, id)
		return nil
	})
}

// Sweep forgets all that has waited too long.
func (t *Tray) Sweep(ctx context.Context) error {
	return t.city.Upkeep(ctx, func(tx *store.Tx) error {
		old := clock.Micros(clock.Time(tx.Now).Add(-keep))
		tx.Exec(`delete from tray_part where city = ? and file in (select id from tray_file where city = ? and made_at < ?)`, tx.City, tx.City, old)
		tx.Exec(`delete from tray_file where city = ? and made_at < ?`, tx.City, old)
		return nil
	})
}

// Habit is what the person has said about files of this shape, nil for nothing.
func (t *Tray) Habit(ctx context.Context, person int64, kind, shape string) (json.RawMessage, error) {
	said, err := store.Value[string](ctx, t.city, `select coalesce(max(said), '') from tray_habit where city = ? and person = ? and kind = ? and shape = ?`, t.city.ID, person, kind, shape)
	return json.RawMessage(said), err
}

// Learn keeps what the person has said about files of this shape.
func (t *Tray) Learn(ctx context.Context, person int64, kind, shape string, said any) error {
	return t.city.Upkeep(ctx, func(tx *store.Tx) error {
		tx.Exec(`insert into tray_habit (city, person, kind, shape, said) values (?, ?, ?, ?, ?)
			on conflict (city, person, kind, shape) do update set said = excluded.said`, tx.City, person, kind, shape, text(said))
		return nil
	})
}
