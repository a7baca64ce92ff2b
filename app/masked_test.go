package app_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// wordColumns finds SQL that reads what people wrote about a case: a column of the case itself, or any such column of its tables.
var wordColumns = regexp.MustCompile(`\bc\.(title|text|address|answer)\b|(?s)\bselect\b.*\b(title|text|address|answer|note)\b.*\bfrom (cases|step|whistle|whistle_unit)\b`)

// TestWordsAreReadMasked: casework gives words masked by itself; whoever else reads them from the tables masks them in the same file (A27).
func TestWordsAreReadMasked(t *testing.T) {
	seen := 0
	for _, floor := range []string{"../town", "../view", "../gate", "../cmd", "."} {
		err := filepath.WalkDir(floor, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.HasSuffix(path, "_templ.go") || strings.HasPrefix(path, "../town/casework/") {
				return err
			}
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, text, 0)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(n ast.Node) bool {
				lit, ok := n.(*ast.BasicLit)
				if !ok || lit.Kind != token.STRING || !wordColumns.MatchString(lit.Value) {
					return true
				}
				seen++
				if !bytes.Contains(text, []byte("sensitive.Mask")) && !bytes.Contains(text, []byte(".Cover()")) {
					t.Errorf("%s reads words and masks nothing: %s", path, lit.Value)
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if seen == 0 {
		t.Error("nothing was found that reads words: the test looks for the wrong thing")
	}
}
