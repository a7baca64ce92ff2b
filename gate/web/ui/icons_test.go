package ui_test

import (
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"

	"mulin/gate/web/ui"
)

// drawn finds the names of icons where pages say them.
var drawn = regexp.MustCompile(`\b(?:Icon|Empty)(?::\s*|\()"(\w+)"`)

// TestIcons: every icon that a page names is drawn.
func TestIcons(t *testing.T) {
	found := 0
	err := fs.WalkDir(os.DirFS(".."), ".", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, ".templ") || strings.HasSuffix(path, "_templ.go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile("../" + path)
		for _, m := range drawn.FindAllSubmatch(text, -1) {
			if found++; !ui.HasIcon(string(m[1])) {
				t.Errorf("%s: no icon is called %q; gate/web/ui/icons.go has them", path, m[1])
			}
		}
		return err
	})
	if err != nil || found < 50 {
		t.Errorf("%d icons are named, %v", found, err)
	}
}
