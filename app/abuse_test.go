package app_test

import (
	"io"
	"io/fs"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestEveryAttackHasItsTest reads docs/abuse.md: each attack names tests, and each of those stands in the code.
func TestEveryAttackHasItsTest(t *testing.T) {
	doc, err := os.ReadFile("../docs/abuse.md")
	if err != nil {
		t.Fatal(err)
	}
	stands := map[string]bool{}
	err = fs.WalkDir(os.DirFS(".."), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := fs.ReadFile(os.DirFS(".."), path)
		for _, m := range regexp.MustCompile(`(?m)^func (Test\w+|Fuzz\w+)\(`).FindAllSubmatch(text, -1) {
			stands[path[:strings.LastIndex(path, "/")]+"."+string(m[1])] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	rows := regexp.MustCompile(`(?m)^\| (A\d+) \|.*\| (.+) \|$`).FindAllSubmatch(doc, -1)
	if len(rows) < 20 {
		t.Fatalf("only %d attacks in docs/abuse.md", len(rows))
	}
	for _, row := range rows {
		tests := regexp.MustCompile("`([^`]+)`").FindAllSubmatch(row[2], -1)
		if len(tests) == 0 {
			t.Errorf("%s names no test", row[1])
		}
		for _, name := range tests {
			if !stands[string(name[1])] {
				t.Errorf("%s names %s, which doesn't stand in the code", row[1], name[1])
			}
		}
	}
}

// TestNoRawHTML looks for anything that would put text into a page unescaped (A4): there is no rich text, so there is no need.
func TestNoRawHTML(t *testing.T) {
	raw := regexp.MustCompile(`templ\.Raw|templ\.JSUnsafe|templ\.SafeScript|html/template|innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function\(|\son[a-z]+="`)
	err := fs.WalkDir(os.DirFS("../gate"), ".", func(path string, d fs.DirEntry, err error) error {
		ours := strings.HasSuffix(path, ".templ") || strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") && !strings.HasSuffix(path, "_templ.go") ||
			strings.HasPrefix(path, "web/assets/js/")
		if err != nil || d.IsDir() || !ours {
			return err
		}
		text, err := fs.ReadFile(os.DirFS("../gate"), path)
		if found := raw.Find(text); found != nil {
			t.Errorf("gate/%s holds %q", path, found)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, res *http.Response) string {
	t.Helper()
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}
