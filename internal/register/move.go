package register

import (
	"context"
	"strings"

	"mulin/internal/access"
	"mulin/internal/ledger"
	"mulin/internal/store"
)

// Move says that what stood at or below one path now stands at or below another.
type Move struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// Lying is a table beside those of registers whose rows lie at a path.
type Lying struct {
	Table string
	Place bool // it has a column for the place itself
}

// Mover lets the things of all tables follow their places when these are merged or split: moves are the paths an entry has moved, narrow ones first. It may
// follow an entry twice. Versions and ledger stay as they are, for the place's own entry says what happened; things in an area's memory are the area's.
func Mover(city *store.City, moves func(ledger.Entry) ([]Move, error), nouns []*Noun, tables ...Lying) ledger.Follower {
	return ledger.Func("register.move", func(ctx context.Context, entries []ledger.Entry) error {
		for _, e := range entries {
			all, err := moves(e)
			if err == nil && len(all) > 0 {
				err = city.Write(ctx, func(tx *store.Tx) error {
					for _, n := range nouns {
						move(tx, Lying{n.Name, true}, " and newest", all)
					}
					for _, table := range tables {
						move(tx, table, "", all)
					}
					return nil
				})
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// move rewrites the paths of all rows below, and the place of those that stand right there now.
func move(tx *store.Tx, t Lying, now string, all []Move) {
	for _, m := range all {
		from := strings.Split(strings.Trim(m.From, "/"), "/")
		to := strings.Split(strings.Trim(m.To, "/"), "/")
		if a, b := from[len(from)-1], to[len(to)-1]; t.Place && a != b {
			tx.Exec(`update `+t.Table+` set place = cast(? as bigint) where city = ? and path = ?`+now, b, tx.City, m.From)
		}
		tx.Exec(`update `+t.Table+` set path = cast(? as text) || substr(path, cast(? as integer)) where city = ? and path >= ? and path < ?`,
			m.To, len(m.From)+1, tx.City, m.From, access.After(m.From))
	}
}
