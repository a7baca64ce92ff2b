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

func TestImportClasses(t *testing.T) {
	each(t, func(t *testing.T, c *catalog.Catalog, city *store.City, _ *clock.Fake) {
		degrees(t, c)
		r, err := c.ImportClasses(ctx, admin, []byte("\ufeffl1,l2,l3,urgency\r\n建设,供水,水管爆裂,2h\r\n\r\n建设,供水,水压不足,\r\n建设,道路,,\r\n"))
		must(t, err)
		if r != (catalog.Report{Rows: 3, Added: 5}) {
			t.Errorf("report = %+v", r)
		}
		told(t, city, "catalog.class.import", "水管爆裂", "水压不足")
		if x, ok := c.ByFullName("建设 / 供水 / 水管爆裂"); !ok || x.Urgency != "2h" {
			t.Errorf("class = %+v, %v", x, ok)
		}
		must(t, c.RetireClass(ctx, admin, 2))
		r, err = c.ImportClasses(ctx, admin, []byte("一级;二级;三级\n建设;供水;水管爆裂\n建设;供水;停水\n建设;道路;\n"))
		must(t, err)
		if r != (catalog.Report{Rows: 3, Added: 1, Changed: 2, Same: 1}) {
			t.Errorf("second report = %+v", r)
		}
		if x, _ := c.ByFullName("建设 / 供水 / 水管爆裂"); x.ID != 3 || x.Urgency != "2h" {
			t.Errorf("brought back = %+v", x)
		}
		if _, ok := c.ByFullName("建设 / 供水 / 水压不足"); ok {
			t.Error("a retired class that the file lacks came back")
		}
		seq := newest(t, city).Seq
		_, err = c.ImportClasses(ctx, admin, []byte("l1,l2\n建设,道路\n"))
		must(t, err)
		if newest(t, city).Seq != seq {
			t.Error("an import without news is in the ledger")
		}
		before := len(c.Classes())
		_, err = c.ImportClasses(ctx, admin, []byte("l1,urgency\n新,1s\n新二,\n"))
		fails(t, err, "catalog.csv.urgency")
		if len(c.Classes()) != before {
			t.Error("a refused file was taken in part")
		}
	})
}

func TestImportEncodings(t *testing.T) {
	each(t, func(t *testing.T, c *catalog.Catalog, city *store.City, _ *clock.Fake) {
		text := "一级\t二级\r\n建设\t供水\r\n"
		gb, err := simplifiedchinese.GBK.NewEncoder().String(text)
		must(t, err)
		var le []byte
		for _, u := range append([]uint16{0xfeff}, utf16.Encode([]rune(text))...) {
			le = append(le, byte(u), byte(u>>8))
		}
		for i, file := range []string{gb, string(le), text, "\ufeff" + text} {
			r, err := c.ImportClasses(ctx, admin, []byte(file))
			must(t, err)
			if (i == 0) != (r.Added == 2) || c.FullName(2) != "建设 / 供水" {
				t.Errorf("file %d: %+v, %q", i, r, c.FullName(2))
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
			{"l1,l2\n", "sheet.empty", 0},
			{"l1,l2\n,\n\n", "sheet.empty", 0},
			{"PK\x03\x04rest", "sheet.broken", 0},
			{"l1\n\x80\xff\xff\x00\n", "sheet.encoding", 0},
			{"l2,l3\n甲,乙\n", "catalog.csv.column.missing", 0},
			{"l1,name\n甲,乙\n", "catalog.csv.unknown", 0},
			{"l1,一级\n甲,乙\n", "catalog.csv.column.twice", 0},
			{"l1,l2\n甲,乙,丙\n", "catalog.csv.width", 2},
			{"l1,l2\n甲,乙\n\n甲,乙\n", "catalog.csv.twice", 4},
			{"l1,l2,l3\n甲,乙,丙\n甲,,丁\n", "catalog.csv.gap", 3},
			{"l1,l2\n甲,乙\n,丁\n", "catalog.csv.gap", 3},
			{"l1,l2\n甲,\"乙\n", "sheet.quote", 2},
			{"l1,l2\n甲,\"乙\"丙\n", "sheet.quote", 2},
			{"l1\n甲\u202e乙\n", "catalog.csv.odd", 2},
			{"l1\n甲\x00\n", "catalog.csv.odd", 2},
			{"l1\n" + strings.Repeat("长", 61) + "\n", "catalog.csv.long", 2},
			{strings.Repeat("x", 1<<20+1), "catalog.csv.large", 0},
			{"l1\n" + strings.Repeat("甲\n", 5001), "catalog.csv.many", 0},
		} {
			_, err := c.ImportClasses(ctx, admin, []byte(x.file))
			all, _ := fault.As(err)
			if len(all) == 0 || all[0].Key != x.key {
				t.Errorf("%.40q: %v, want %s", x.file, err, x.key)
				continue
			}
			if x.line > 0 && all[0].Args[0] != x.line {
				t.Errorf("%.40q names line %v, want %d", x.file, all[0].Args[0], x.line)
			}
		}
		_, err := c.ImportClasses(ctx, admin, []byte("l1\n"+strings.Repeat("=1\n", 100)))
		if all, _ := fault.As(err); len(all) != 20 {
			t.Errorf("%d faults at once, want 20", len(all))
		}
		if len(c.Classes()) != 0 {
			t.Error("a refused file left classes")
		}
	})
}
