package catalog

import (
	"slices"
	"strings"
	"testing"

	"mulin/internal/fault"
	"mulin/internal/sheet"
)

// FuzzClasses sees that any file is either refused with faults or gives clean, distinct classes that survive being written and read again.
func FuzzClasses(f *testing.F) {
	for _, s := range []string{
		"l1,l2,l3\n甲,乙,丙\n", "\ufeff一级\t二级\r\n甲\t乙\r\n", "l1,urgency\n甲,2h\n", "l1\n=1+1\n", "l1,l2\n甲,乙\n甲,乙\n",
		"l1;l2\n\"甲\n乙\";丙\n", "\xff\xfel\x001\x00\n\x00\x32\x75", "l1\n\xbc\xd7\n", "PK\x03\x04", "l1,l2\n,乙\n", "l1\n\"甲\n",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		lines, err := readClasses(file)
		if err != nil {
			if _, ok := fault.As(err); !ok {
				t.Fatalf("%q: an error nobody can read: %v", file, err)
			}
			return
		}
		var again strings.Builder
		w := sheet.NewWriter(&again, sheet.CSV)
		_ = w.Row([]string{"l1", "l2", "l3", "l4", "l5", "urgency"})
		for _, l := range lines {
			for _, name := range l.path {
				if name == "" || odd(name) || name != strings.TrimSpace(name) {
					t.Fatalf("%q gives the name %q", file, name)
				}
			}
			_ = w.Row(append(append(slices.Clone(l.path), make([]string, MaxDepth-len(l.path))...), l.urgency))
		}
		_ = w.Close()
		twice, err := readClasses([]byte(again.String()))
		if err != nil || len(twice) != len(lines) {
			t.Fatalf("%q read again: %d of %d lines, %v", file, len(twice), len(lines), err)
		}
		for i := range lines {
			if !slices.Equal(twice[i].path, lines[i].path) || twice[i].urgency != lines[i].urgency {
				t.Fatalf("%q line %d: %v became %v", file, i, lines[i], twice[i])
			}
		}
	})
}
