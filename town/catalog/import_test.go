package catalog_test

import (
	"strings"
	"testing"
	"unicode/utf16"

	"golang.org/x/text/encoding/simplifiedchinese"

	"mulin/internal/clock"
	"mulin/internal/fault"
	"mulin/internal/store"
	"mulin/town/catalog"
)

func TestImportEncodings(t *testing.T) {
	each(t, func(t *testing.T, c *catalog.Catalog, city *store.City, _ *clock.Fake) {
		text := "代码\t大类名称\t名称\r\n01001\t建设\t供水\r\n"
		gb, err := simplifiedchinese.GBK.NewEncoder().String(text)
		must(t, err)
		var le []byte
		for _, u := range append([]uint16{0xfeff}, utf16.Encode([]rune(text))...) {
			le = append(le, byte(u), byte(u>>8))
		}
		for i, file := range []string{gb, string(le), text, "\ufeff" + text} {
			r, err := c.ImportCodes(ctx, admin, catalog.Matter, []byte(file))
			must(t, err)
			if x, _ := c.Code(catalog.Matter, "01001"); (i == 0) != (r.Added == 1) || x.MajorName != "建设" || x.Name != "供水" {
				t.Errorf("file %d: %+v, %+v", i, r, x)
			}
		}
	})
}

func TestImportFaults(t *testing.T) {
	each(t, func(t *testing.T, c *catalog.Catalog, city *store.City, _ *clock.Fake) {
		for _, x := range []struct {
			file, key string
			line      int // the fault's first argument, if it names a line
		}{
			{"", "sheet.empty", 0},
			{"\ufeff", "sheet.empty", 0},
			{"code,major_name,name\n", "sheet.empty", 0},
			{"code,major_name,name\n,,\n\n", "sheet.empty", 0},
			{"PK\x03\x04rest", "sheet.broken", 0},
			{"code,major_name,name\n\x80\xff\xff\x00\n", "sheet.encoding", 0},
			{"code,name\n01001,乙\n", "catalog.csv.column.missing", 0},
			{"code,major_name,name,note\n01001,甲,乙,丙\n", "catalog.csv.unknown", 0},
			{"code,代码\n01001,01001\n", "catalog.csv.column.twice", 0},
			{"code,major_name,name\n01001,甲,乙,丙\n", "catalog.csv.width", 2},
			{"code,major_name,name\n01001,甲,乙\n\n01001,甲,乙\n", "catalog.csv.twice", 4},
			{"code,major_name,name\n01001,甲,乙\n0100x,甲,乙\n", "catalog.csv.code", 3},
			{"code,major_name,name\n01001,甲,乙\n01002,,丁\n", "catalog.csv.blank", 3},
			{"code,major_name,name\n01001,甲,\"乙\n", "sheet.quote", 2},
			{"code,major_name,name\n01001,甲,\"乙\"丙\n", "sheet.quote", 2},
			{"code,major_name,name\n01001,甲\u202e乙,丙\n", "catalog.csv.odd", 2},
			{"code,major_name,name\n01001,甲\x00,乙\n", "catalog.csv.odd", 2},
			{"code,major_name,name\n01001,甲," + strings.Repeat("长", 61) + "\n", "catalog.csv.long", 2},
			{strings.Repeat("x", 1<<20+1), "catalog.csv.large", 0},
			{"code,major_name,name\n" + strings.Repeat("01001,甲,乙\n", 5001), "catalog.csv.many", 0},
		} {
			_, err := c.ImportCodes(ctx, admin, catalog.Matter, []byte(x.file))
			all, _ := fault.As(err)
			if len(all) == 0 || all[0].Key != x.key {
				t.Errorf("%.40q: %v, want %s", x.file, err, x.key)
				continue
			}
			if x.line > 0 && all[0].Args[0] != x.line {
				t.Errorf("%.40q names line %v, want %d", x.file, all[0].Args[0], x.line)
			}
		}
		_, err := c.ImportCodes(ctx, admin, catalog.Matter, []byte("code,major_name,name\n"+strings.Repeat("=1,甲,乙\n", 100)))
		if all, _ := fault.As(err); len(all) != 20 {
			t.Errorf("%d faults at once, want 20", len(all))
		}
		if len(c.Codes(catalog.Matter)) != 0 {
			t.Error("a refused file left codes")
		}
	})
}
