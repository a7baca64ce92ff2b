package catalog

import (
	"slices"
	"strings"
	"testing"

	"mulin/internal/fault"
	"mulin/internal/sheet"
)

// FuzzCodes sees that any file is either refused with faults or gives clean, distinct codes that survive being written and read again.
func FuzzCodes(f *testing.F) {
	for _, s := range []string{
		"code,major_name,name\n01001,甲,乙\n", "\ufeff代码\t大类名称\t小类名称\r\n01001\t甲\t乙\r\n", "code,major,major_name,minor,name\n01001,01,甲,001,乙\n",
		"code,major_name,name\n01001,=1+1,乙\n", "code,major_name,name\n01001,甲,乙\n01001,甲,丙\n", "code;major_name;name\n01001;\"甲\n乙\";丙\n",
		"\xff\xfec\x00\n\x00\x32\x75", "code,major_name,name\n01001,\xbc\xd7,\xbc\xd7\n", "PK\x03\x04", "code,major_name,name\n01001,,乙\n", "code,major_name,name\n01001,\"甲\n",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		codes, err := readCodes(file, Matter)
		if err != nil {
			if _, ok := fault.As(err); !ok {
				t.Fatalf("%q: an error nobody can read: %v", file, err)
			}
			return
		}
		var again strings.Builder
		w := sheet.NewWriter(&again, sheet.CSV)
		_ = w.Row([]string{"code", "major_name", "name"})
		for _, x := range codes {
			for _, name := range []string{x.MajorName, x.Name} {
				if name == "" || odd(name) || name != strings.TrimSpace(name) {
					t.Fatalf("%q gives the name %q", file, name)
				}
			}
			_ = w.Row([]string{x.Code, x.MajorName, x.Name})
		}
		_ = w.Close()
		if twice, err := readCodes([]byte(again.String()), Matter); err != nil || !slices.Equal(twice, codes) {
			t.Fatalf("%q read again: %v became %v, %v", file, codes, twice, err)
		}
	})
}
