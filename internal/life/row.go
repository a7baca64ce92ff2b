package life

import (
	"slices"
	"strings"

	"mulin/internal/store"
)

// names are the columns of a life in a thing's row, beside city and id.
var names = []string{"version", "status", "turn", "open", "due_at", "step_due_at", "since", "paused_at", "climbed_at", "next_at", "updated_at"}

// salt never changes.
const salt = "salt"

var set = strings.Join(names, " = ?, ") + " = ?"

// Columns are a life's columns of a table with this alias, for Into.
func Columns(a string) string {
	return a + ".id, " + a + "." + strings.Join(names, ", "+a+".") + ", " + a + "." + salt
}

// Into are where Columns are scanned to.
func (l *Life) Into() []any {
	return []any{&l.ID, &l.Version, &l.Status, &l.Turn, &l.Open, &l.DueAt, &l.StepDueAt, &l.Since, &l.PausedAt, &l.ClimbedAt, &l.NextAt, &l.UpdatedAt, &l.Salt}
}

func (l *Life) values() []any {
	return []any{l.Version, l.Status, l.Turn, l.Open, l.DueAt, l.StepDueAt, l.Since, l.PausedAt, l.ClimbedAt, l.NextAt, l.UpdatedAt}
}

// Update writes a life, and further columns like "claimer = ?".
func Update(tx *store.Tx, table string, l *Life, also string, args ...any) {
	if also != "" {
		also = ", " + also
	}
	name, _, _ := strings.Cut(table, " ")
	tx.Exec(`update `+name+` set `+set+also+` where city = ? and id = ?`, slices.Concat(l.values(), args, []any{tx.City, l.ID})...)
}

// Insert adds a thing's row: its life and further columns like "path, title".
func Insert(tx *store.Tx, table string, l *Life, also string, args ...any) {
	name, _, _ := strings.Cut(table, " ")
	tx.Exec(`insert into `+name+` (city, id, `+strings.Join(names, ", ")+`, `+salt+`, `+also+`) values (`+store.In(3+len(names)+len(args))+`)`,
		slices.Concat([]any{tx.City, l.ID}, l.values(), []any{l.Salt}, args)...)
}
