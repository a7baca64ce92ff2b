package store

import (
	"strings"
	"sync"
)

// Rows that many members of a group insert into the same table travel as few statements of many rows: on PostgreSQL a row then costs a third of the time.

// widths are how many rows one statement may carry: powers of two, so that there are few texts to prepare.
var widths = [...]int{64, 32, 16, 8, 4, 2, 1}

// insert is a plain insert of one row, cut so that the row can be repeated.
type insert struct {
	head, row, tail string
	args            int
	wide            [len(widths)]string // texts by width
}

// inserts keeps what was found out about a text: nil for what is no plain insert.
var inserts sync.Map

// asInsert cuts "insert into t (…) values (…)" and the same with "on conflict … do nothing"; nil for all else.
func asInsert(sql string) *insert {
	if known, ok := inserts.Load(sql); ok {
		return known.(*insert)
	}
	in := cut(sql)
	inserts.Store(sql, in)
	return in
}

func cut(sql string) *insert {
	const values = "values ("
	at := strings.Index(sql, values)
	if !strings.HasPrefix(sql, "insert into ") || at < 0 {
		return nil
	}
	start := at + len(values) - 1
	end := strings.IndexByte(sql[start:], ')') + start + 1 // rows of ? and literals hold no parentheses
	row, tail := sql[start:end], sql[end:]
	if end <= start || strings.ContainsAny(row[1:], "(;") {
		return nil
	}
	if t := strings.TrimSpace(tail); t != "" && !(strings.HasPrefix(t, "on conflict") && strings.HasSuffix(t, "do nothing")) {
		return nil
	}
	in := &insert{head: sql[:start], row: row, tail: tail, args: strings.Count(row, "?")}
	if strings.Count(sql, "?") != in.args {
		return nil
	}
	for i, n := range widths {
		in.wide[i] = in.head + strings.Repeat(row+", ", n-1) + row + tail
	}
	return in
}

// gather puts the rows of plain inserts together, table by table. Anything else is a wall that no row passes, so that an update finds what was
// inserted before it and nothing more; between walls the order of tables is that of their first rows, and the order of a table's rows stays.
func gather(queue []stmt) []stmt {
	if len(queue) < 4 {
		return queue
	}
	out := make([]stmt, 0, len(queue))
	var run []*insert
	waiting := map[*insert][]stmt{}
	flush := func() {
		for _, in := range run {
			out = in.join(out, waiting[in])
			delete(waiting, in)
		}
		run = run[:0]
	}
	for _, s := range queue {
		in := asInsert(s.sql)
		if in == nil || len(s.args) != in.args {
			flush()
			out = append(out, s)
			continue
		}
		if len(waiting[in]) == 0 {
			run = append(run, in)
		}
		waiting[in] = append(waiting[in], s)
	}
	flush()
	return out
}

// join appends the rows as few wide statements.
func (in *insert) join(out, rows []stmt) []stmt {
	for i, n := range widths {
		for len(rows) >= n {
			if n == 1 {
				out = append(out, rows[0])
			} else {
				args := make([]any, 0, n*in.args)
				for _, r := range rows[:n] {
					args = append(args, r.args...)
				}
				out = append(out, stmt{sql: in.wide[i], args: args, more: n - 1})
			}
			rows = rows[n:]
		}
	}
	return out
}

// brief cuts a wide statement for an error's text.
func brief(sql string) string {
	const enough = 300
	if len(sql) <= enough {
		return sql
	}
	return sql[:enough] + "…"
}
