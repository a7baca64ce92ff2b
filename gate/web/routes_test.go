package web_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"mulin/gate/web/site"
	"mulin/internal/access"
	"mulin/internal/storetest"
)

var update = flag.Bool("update", false, "write testdata/routes.golden anew: only after reading what has changed")

// TestRoutes compares who may open which page, as the table of routes and the standard roles say it, with the list that people have reviewed (A11).
func TestRoutes(t *testing.T) {
	w := newDeskTown(t, storetest.SQLite(t))
	roles, err := w.Accounts.Roles(ctx)
	w.ok(err)
	names := []string{"nobody", "resident"}
	actors := []access.Actor{{City: 1}, {City: 1, Person: 9}}
	for _, r := range roles {
		names = append(names, r.Name)
		actors = append(actors, access.Actor{City: 1, Person: 9, Posts: []access.Post{{ID: 1, Role: r.Name, Body: 1, Path: "/1/", Rights: r.Rights}}})
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# Who may open which route: + yes, - no. The verbs behind a route ask again, for the place. Reviewed by people; see routes_test.go.\n%-52s %s\n", "", strings.Join(names, " "))
	routes := w.Pages.Routes()
	slices.SortFunc(routes, func(x, y site.Route) int { return strings.Compare(path(x)+x.Pattern, path(y)+y.Pattern) })
	for _, r := range routes {
		fmt.Fprintf(&b, "%-52s", r.Pattern)
		for i, who := range actors {
			sign := "-"
			if opens(r, who) {
				sign = "+"
			}
			fmt.Fprintf(&b, " %-*s", len(names[i]), sign)
		}
		text := strings.TrimRight(b.String(), " ") + "\n"
		b.Reset()
		b.WriteString(text)
	}
	const golden = "testdata/routes.golden"
	if *update {
		w.ok(os.MkdirAll("testdata", 0o755))
		w.ok(os.WriteFile(golden, []byte(b.String()), 0o644))
	}
	want, err := os.ReadFile(golden)
	w.ok(err)
	got, old := strings.Split(b.String(), "\n"), strings.Split(string(want), "\n")
	for _, line := range got {
		if !slices.Contains(old, line) {
			t.Errorf("not reviewed: %s", line)
		}
	}
	for _, line := range old {
		if !slices.Contains(got, line) {
			t.Errorf("no longer so: %s", line)
		}
	}
	if t.Failed() {
		t.Log("read the lines above; if they are meant, run: go test ./gate/web -run TestRoutes -update")
	}
}

func path(r site.Route) string {
	_, p, _ := strings.Cut(r.Pattern, " ")
	return p
}

// opens says whether the route's own condition lets the actor in, as Site does.
func opens(r site.Route, who access.Actor) bool {
	if r.Staff && len(who.Posts) == 0 {
		return false
	}
	if (r.Known || r.Need != "" || r.Any != nil) && who.Person == 0 {
		return false
	}
	return (r.Need == "" || who.Has(r.Need)) && (r.Any == nil || slices.ContainsFunc(r.Any, who.Has))
}

// firstWords are the first words of addresses that aren't plural: those of before the house had wings, and the short ones of codes to scan.
var firstWords = []string{"", "accessibility", "admin", "board", "desk", "favicon", "follow", "help", "hot", "ledger", "live", "map", "me", "my", "privacy", "q", "receipt", "report", "s", "search", "signin", "signout"}

// TestPluralFirstWords: the address of a page begins with what it is about, in the plural, as its wing is called.
func TestPluralFirstWords(t *testing.T) {
	w := newDeskTown(t, storetest.SQLite(t))
	for _, r := range w.Pages.Routes() {
		word, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(path(r), "/api/v1"), "/"), "/")
		word, _, _ = strings.Cut(word, ".") // a list as a sheet
		if strings.HasPrefix(word, "{$}") {
			word = ""
		}
		if !slices.Contains(firstWords, word) && !strings.HasSuffix(word, "s") && word != "people" {
			t.Errorf("%s begins with %q: a new address begins with a plural", r.Pattern, word)
		}
	}
}
