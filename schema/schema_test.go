package schema

import (
	"regexp"
	"strings"
	"testing"
)

var tables = regexp.MustCompile(`(?s)create table (\w+) \((.*?)\n\)[ a-z]*;`)

// TestEveryKeyBeginsWithTheCity reads all tables: the city is the first part of every primary key and unique index, so that cities can't meet.
func TestEveryKeyBeginsWithTheCity(t *testing.T) {
	t.Parallel()
	for _, e := range []Engine{SQLite, Postgres} {
		files, err := For(e)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, f := range files {
			for _, m := range tables.FindAllStringSubmatch(f.SQL, -1) {
				n++
				if !strings.Contains(m[2], "primary key (city") && !strings.Contains(m[2], "city bigint primary key") {
					t.Errorf("%s: the key of %s doesn't begin with the city", f.Name, m[1])
				}
			}
			for _, line := range strings.Split(f.SQL, "\n") {
				if strings.HasPrefix(line, "create") && strings.Contains(line, " index ") && !strings.Contains(line, "(city") && !strings.Contains(line, "using gin") {
					t.Errorf("%s: %s", f.Name, line)
				}
			}
		}
		if n < 20 {
			t.Errorf("%s: only %d tables read", e, n)
		}
	}
}
