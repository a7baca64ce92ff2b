package app

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// floors is the plan of the house from the ground up: a package imports only from floors below its own.
var floors = []string{"schema", "internal", "town", "view", "gate", "app", "bench", "cmd"}

// areas are the town's packages in order: an area imports only areas before it. "" is the town itself, which joins them.
var areas = []string{"place", "body", "account", "catalog", "casework", "whistle", "triage", "answer", "issue", "task", "station", "duty", "campaign", "wish", "", "towntest"}

// ground is the order within internal, as far as packages there know each other.
var ground = []string{"fault", "clock", "i18n", "geo", "gram", "endings", "lexicon", "when", "linear", "sensitive", "sheet", "durable", "seal", "access", "sse", "blob", "store", "storetest", "ledger", "memory", "life", "lifetest", "register", "job", "tray", "browsertest"}

// pages is the order within gate/web: the site's own floors, then a wing per subject. web, on top, joins them.
// names, photos, secrets and live are what several wings share; the kit stands on the first two.
var pages = []string{"assets", "to", "site", "ui", "names", "photos", "kit", "secrets", "live"}

// neighbours are the few pairs of wings of which the first may import the second.
var neighbours = [][2]string{
	{"issues", "cases"},     // rows of the cases of an issue
	{"issues", "tasks"},     // lines of the tasks about it
	{"resident", "cases"},   // what one message has become
	{"resident", "session"}, // who shows a phone is signed in
	{"whistles", "cases"},   // the page it hangs on, and the forms of its steps
	{"teach", "cases"},      // what the check says of an answer
}

// mostFiles is how many files written by hand a wing may have: one that has more is two.
const mostFiles = 40

func TestImportsPointDown(t *testing.T) {
	root := os.DirFS("..")
	err := fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		from := filepath.ToSlash(filepath.Dir(path))
		if rank(from) < 0 {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", path), nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, imp := range file.Imports {
			name, _ := strconv.Unquote(imp.Path.Value)
			to, ours := strings.CutPrefix(name, "mulin/")
			if ours && !allowed(from, to) {
				t.Errorf("%s imports %s, which is not below it", path, to)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// rank is the floor of a package, -1 for folders outside the house (scripts).
func rank(pkg string) int { return slices.Index(floors, strings.Split(pkg, "/")[0]) }

func allowed(from, to string) bool {
	a, b := rank(from), rank(to)
	if a != b {
		return b >= 0 && b < a
	}
	switch floors[a] {
	case "gate":
		return overGate(from, to)
	case "town":
		return before(areas, from, to)
	case "internal":
		return before(ground, from, to)
	}
	return strings.HasPrefix(to, from+"/") || strings.Split(from, "/")[0] != "view" // views don't know each other; app may be in parts
}

// overGate tells whether one package of the gate may import another: within gate/web only downwards.
func overGate(from, to string) bool {
	at, ours := strings.CutPrefix(from, "gate/web/")
	below, theirs := strings.CutPrefix(to, "gate/web/")
	if !ours || !theirs {
		return !ours || to != "gate/web"
	}
	a, b := slices.Index(pages, at), slices.Index(pages, below)
	if a < 0 && b < 0 {
		return slices.Contains(neighbours, [2]string{at, below})
	}
	return b >= 0 && (a < 0 || b < a)
}

// before tells whether the package of to stands before that of from in the list.
func before(list []string, from, to string) bool {
	a, b := slices.Index(list, part(from)), slices.Index(list, part(to))
	return part(from) == part(to) || b >= 0 && a >= 0 && b < a
}

func part(pkg string) string {
	_, rest, _ := strings.Cut(pkg, "/")
	name, _, _ := strings.Cut(rest, "/")
	return name
}

// TestEveryAreaHasItsPlace fails when a package is added that the lists above don't know.
func TestEveryAreaHasItsPlace(t *testing.T) {
	for dir, list := range map[string][]string{"../town": areas, "../internal": ground} {
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if e.IsDir() && !slices.Contains(list, e.Name()) {
				t.Errorf("%s/%s is not in the order", dir, e.Name())
			}
		}
	}
}

// TestNoWingGrowsTooLarge counts the files of each wing that are written by hand, tests apart.
func TestNoWingGrowsTooLarge(t *testing.T) {
	count := map[string]int{}
	err := fs.WalkDir(os.DirFS("../gate/web"), ".", func(path string, d fs.DirEntry, err error) error {
		ours := strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") && !strings.HasSuffix(path, "_templ.go") || strings.HasSuffix(path, ".templ")
		if err == nil && ours {
			count[filepath.ToSlash(filepath.Dir(path))]++
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for wing, n := range count {
		if n > mostFiles {
			t.Errorf("gate/web/%s has %d files, want ≤ %d", wing, n, mostFiles)
		}
	}
}

// TestTheCasePageKnowsNoParts looks into the files of a case's page for those who hang on it: they meet only in slots.
func TestTheCasePageKnowsNoParts(t *testing.T) {
	for _, file := range []string{"case.go", "case.templ", "act.go", "act.templ", "timeline.go", "look.go", "look.templ", "part.go"} {
		b, err := os.ReadFile("../gate/web/cases/" + file)
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range []string{"whistle", "triage", "answer", "issue"} {
			if strings.Contains(string(b), `"mulin/town/`+part+`"`) || strings.Contains(string(b), `"mulin/gate/web/`+part) {
				t.Errorf("gate/web/cases/%s imports %s", file, part)
			}
		}
	}
}

// TestPagesTakeBoundsFromTheirAreas looks for lengths of fields that are written into a page.
func TestPagesTakeBoundsFromTheirAreas(t *testing.T) {
	literal := regexp.MustCompile(`\bMax: *[0-9]`)
	err := fs.WalkDir(os.DirFS("../gate/web"), ".", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".templ") {
			return err
		}
		b, err := os.ReadFile("../gate/web/" + path)
		if at := literal.FindIndex(b); at != nil {
			t.Errorf("gate/web/%s, line %d: a bound of its own", path, 1+strings.Count(string(b[:at[0]]), "\n"))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestOnlyStoreKnowsTheEngine looks for the names of the databases where nobody should know them.
func TestOnlyStoreKnowsTheEngine(t *testing.T) {
	err := fs.WalkDir(os.DirFS(".."), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		for _, ok := range []string{"internal/store", "schema/", "view/search", "scripts/", "bench/", "docs/"} {
			if strings.HasPrefix(path, ok) {
				return nil
			}
		}
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", path), nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, imp := range file.Imports {
			if strings.Contains(imp.Path.Value, "sqlite") || strings.Contains(imp.Path.Value, "pgx") || imp.Path.Value == `"database/sql"` {
				t.Errorf("%s imports %s", path, imp.Path.Value)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestOneClock sees that nobody asks the machine for the time but the clock, which tests can turn.
func TestOneClock(t *testing.T) {
	err := fs.WalkDir(os.DirFS(".."), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || rank(filepath.ToSlash(filepath.Dir(path))) < 0 || strings.HasPrefix(path, "internal/clock/") {
			return err
		}
		text, err := os.ReadFile(filepath.Join("..", path))
		for _, call := range []string{"time.Now()", "time.Since(", "time.Until("} {
			if strings.Contains(string(text), call) {
				t.Errorf("%s calls %s: take the clock that it was given", path, call)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
