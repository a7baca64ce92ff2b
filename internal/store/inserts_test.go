package store

import (
	"fmt"
	"testing"
)

func TestGather(t *testing.T) {
	t.Parallel()
	const a, b = `insert into a (x, y) values (?, true)`, `insert into b (x, y) values (?, ?) on conflict (x) do nothing`
	const wall = `update a set y = false where x = ?`
	one := func(sql string, args ...any) stmt { return stmt{sql: sql, args: args} }
	for name, c := range map[string]struct {
		queue []stmt
		want  []string
	}{
		"few stay as they are":  {[]stmt{one(a, 1), one(a, 2)}, []string{a + "[1]", a + "[2]"}},
		"table by table":        {[]stmt{one(a, 1), one(b, 2, 3), one(a, 4), one(b, 5, 6)}, []string{`insert into a (x, y) values (?, true), (?, true)[1 4]`, `insert into b (x, y) values (?, ?), (?, ?) on conflict (x) do nothing[2 3 5 6]`}},
		"nothing passes a wall": {[]stmt{one(a, 1), one(wall, 1), one(a, 2), one(a, 3)}, []string{a + "[1]", wall + "[1]", `insert into a (x, y) values (?, true), (?, true)[2 3]`}},
		"three are two and one": {[]stmt{one(a, 1), one(a, 2), one(a, 3), one(wall, 9)}, []string{`insert into a (x, y) values (?, true), (?, true)[1 2]`, a + "[3]", wall + "[9]"}},
	} {
		var got []string
		for _, s := range gather(c.queue) {
			got = append(got, s.sql+fmt.Sprint(s.args))
		}
		if n := rows(gather(c.queue)); n != len(c.queue) {
			t.Errorf("%s: %d rows of %d", name, n, len(c.queue))
		}
		if fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%s:\n%v, want\n%v", name, got, c.want)
		}
	}
}

func TestWhatIsAPlainInsert(t *testing.T) {
	t.Parallel()
	for sql, want := range map[string]bool{
		`insert into a (x) values (?)`:                                                true,
		"insert into a (x, y)\n\t\tvalues (?, '', 0, true)":                           true,
		`insert into a (x) values (?) on conflict (x) do nothing`:                     true,
		`insert into a (x) values (?) on conflict (x) do update set y = excluded.y`:   false,
		`insert into a (x) values (lower(?))`:                                         false,
		`insert into a (x) select ? where not exists (select 1 from b where b.x = ?)`: false,
		`insert into a (x) values (?); delete from a`:                                 false,
		`update a set x = ?`: false,
	} {
		if got := asInsert(sql) != nil; got != want {
			t.Errorf("%s: %v", sql, got)
		}
	}
}
