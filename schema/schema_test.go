package schema

import (
	"io/fs"
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

// TestNumbersAreUnique reads the files' names: two of one number would run in the order of their words, which nobody chose. Two that have been released stay.
func TestNumbersAreUnique(t *testing.T) {
	t.Parallel()
	released := map[string]string{"0084_place_alias.sql": "0084_casework_part.sql"}
	form := regexp.MustCompile(`^(\d{4})(_[a-z0-9]+)+(\.sqlite|\.postgres)?\.sql$`)
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		t.Fatal(err)
	}
	first := map[string]string{}
	for _, name := range names {
		m := form.FindStringSubmatch(name)
		if m == nil {
			t.Errorf("%s: want NNNN_area_what.sql", name)
			continue
		}
		if other, ok := first[m[1]]; ok && released[name] != other {
			t.Errorf("%s and %s have one number: the later takes the next that is free", other, name)
		}
		first[m[1]] = name
	}
}
