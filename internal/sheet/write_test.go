package sheet_test

import (
	"bytes"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"mulin/internal/sheet"
)

func written(t testing.TB, format sheet.Format, columns []sheet.Column, all ...[]string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := sheet.NewWriter(&b, format)
	if err := w.Sheet("站点: 2026/1", columns); err != nil {
		t.Fatal(err)
	}
	for _, row := range all {
		if err := w.Row(row); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

var columns = []sheet.Column{{Head: "id"}, {Head: "面积 (m²)", Kind: sheet.Number}, {Head: "since", Kind: sheet.Day}, {Head: "说明"}}

// TestBackUnchanged writes hard cells and reads them again from both formats.
func TestBackUnchanged(t *testing.T) {
	t.Parallel()
	hard := []string{"", "水费", "=1+1", "'=1+1", "''-3楼", "'quoted'", "+86 632", "-其他-", " =1", "\t=1", "\n第二行", "＝1", "a\nb, \"c\";d", "<b>&amp;", "_x0041_", "_x005F_x0041_", "\x01\x1f", "🙂", "370481001001001001", "007", strings.Repeat("长", 32_000)}
	for _, format := range []sheet.Format{sheet.CSV, sheet.XLSX} {
		var all [][]string
		for _, h := range hard {
			all = append(all, []string{"5", "12", "2026-10-01", h}, []string{h, "x" + h, "-", "3"})
		}
		b, err := sheet.Open(written(t, format, columns, all...))
		if err != nil {
			t.Fatal(err)
		}
		defer b.Close()
		n := -1
		for row, err := range b.Rows(b.Sheets[0]) {
			if err != nil || row.Bad != nil {
				t.Fatal(err, row.Bad)
			}
			if n++; n == 0 {
				continue
			}
			want := slices.Clone(all[n-1])
			if format == sheet.XLSX && want[2] == "2026-10-01" {
				want[2] = "46296"
			}
			for len(row.Cells) < len(want) {
				row.Cells = append(row.Cells, "")
			}
			if !slices.Equal(row.Cells, want) {
				t.Errorf("%s: %.80q came back as %.80q", format, want, row.Cells)
			}
		}
		if n != len(all) {
			t.Errorf("%s: %d rows came back, want %d", format, n, len(all))
		}
	}
}

func TestWorkbookAsOthersReadIt(t *testing.T) {
	t.Parallel()
	f, err := excelize.OpenReader(bytes.NewReader(written(t, sheet.XLSX, columns, []string{"2234567890123456", "120", "2026-10-01", "=1+1"}, []string{"1", "1.50", "2026-02-30", "灯"})))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	name := f.GetSheetName(0)
	if name != "站点  2026 1" {
		t.Errorf("the sheet is called %q", name)
	}
	all, err := f.GetRows(name)
	if want := [][]string{{"id", "面积 (m²)", "since", "说明"}, {"2234567890123456", "120", "2026-10-01", "=1+1"}, {"1", "1.50", "2026-02-30", "灯"}}; err != nil || !slices.EqualFunc(all, want, slices.Equal) {
		t.Errorf("%q, %v, want %q", all, err, want)
	}
	for cell, want := range map[string]excelize.CellType{"A2": excelize.CellTypeSharedString, "B2": excelize.CellTypeUnset, "C2": excelize.CellTypeUnset, "D2": excelize.CellTypeSharedString, "B3": excelize.CellTypeSharedString} {
		if got, err := f.GetCellType(name, cell); got != want || err != nil {
			t.Errorf("%s has type %v (%v), want %v", cell, got, err, want)
		}
	}
	if p, err := f.GetPanes(name); err != nil || !p.Freeze || p.YSplit != 1 {
		t.Errorf("the header isn't frozen: %+v, %v", p, err)
	}
	if formula, err := f.GetCellFormula(name, "D2"); formula != "" || err != nil {
		t.Errorf("a text became the formula %q", formula)
	}
}

func TestSeveralSheets(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	w := sheet.NewWriter(&b, sheet.XLSX)
	for _, name := range []string{"2019", "2019", ""} {
		if err := w.Sheet(name, columns[:1]); err != nil {
			t.Fatal(err)
		}
		if err := w.Row([]string{"in " + name}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"2019", "2019 2", "Sheet1"} {
		if got, want := rows(t, b.Bytes(), name), []string{"1: id", "2: in " + strings.TrimSuffix(strings.TrimSuffix(name, " 2"), "Sheet1")}; !slices.Equal(got, want) && name != "Sheet1" {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

// watched counts what is written and looks now and then at the memory held meanwhile.
type watched struct {
	n, calls int
	most     uint64
}

func (w *watched) Write(p []byte) (int, error) {
	w.n += len(p)
	if w.calls++; w.calls%64 == 0 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		w.most = max(w.most, m.HeapAlloc)
	}
	return len(p), nil
}

// TestStreams holds that 60 000 rows leave as they come: the first bytes with the first rows, and little memory held.
func TestStreams(t *testing.T) {
	for _, format := range []sheet.Format{sheet.CSV, sheet.XLSX} {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		var to watched
		w := sheet.NewWriter(&to, format)
		if err := w.Sheet("x", columns); err != nil {
			t.Fatal(err)
		}
		for i := range 60_000 {
			if err := w.Row([]string{fmt.Sprint(1e15 + i), fmt.Sprint(i), "2026-10-01", fmt.Sprint("幸福路 ", i*7919%60_000, " 号, 二楼")}); err != nil {
				t.Fatal(err)
			}
			if format == sheet.XLSX && i == 0 && to.n == 0 || i == 3000 && to.n == 0 {
				t.Errorf("%s: nothing was written after %d rows", format, i)
			}
		}
		if to.n < 100<<10 {
			t.Errorf("%s: only %d bytes have left before the end", format, to.n)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if held := int64(to.most) - int64(m.HeapAlloc); held > 32<<20 {
			t.Errorf("%s: %d MB were held", format, held>>20)
		}
	}
}

// FuzzBackUnchanged holds that what is written is read again as it was.
func FuzzBackUnchanged(f *testing.F) {
	f.Add("'=1", "a\"b\nc", "''")
	f.Add("\t", "_x000D_", ",;\n\n,")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		for _, s := range []string{a, b, c} {
			if strings.ToValidUTF8(s, "") != s || strings.ContainsAny(s, "\x00\r") || strings.Count(s, "\n") > 5 || strings.ContainsAny(s, "\ufffe\uffff") {
				return
			}
		}
		for _, format := range []sheet.Format{sheet.CSV, sheet.XLSX} {
			book, err := sheet.Open(written(t, format, []sheet.Column{{Head: "a"}, {Head: "b"}, {Head: "c"}, {Head: "d"}}, []string{a, b, c, "end"}))
			if err != nil {
				t.Fatal(err)
			}
			defer book.Close()
			n := 0
			for row, err := range book.Rows(book.Sheets[0]) {
				if n++; err != nil || n == 2 && !slices.Equal(row.Cells, []string{a, b, c, "end"}) {
					t.Fatalf("%s: %q came back as %q: %v", format, []string{a, b, c}, row.Cells, err)
				}
			}
			if n != 2 {
				t.Fatalf("%s: %d rows", format, n)
			}
		}
	})
}

func BenchmarkWrite(b *testing.B) {
	for _, format := range []sheet.Format{sheet.CSV, sheet.XLSX} {
		b.Run(string(format), func(b *testing.B) {
			for b.Loop() {
				big(b, io.Discard, format, 10_000)
			}
		})
	}
}

func BenchmarkRead(b *testing.B) {
	for _, format := range []sheet.Format{sheet.CSV, sheet.XLSX} {
		var raw bytes.Buffer
		big(b, &raw, format, 100_000)
		b.Run(string(format), func(b *testing.B) {
			for b.Loop() {
				book, err := sheet.Open(raw.Bytes())
				if err != nil {
					b.Fatal(err)
				}
				for _, err := range book.Rows(book.Sheets[0]) {
					if err != nil {
						b.Fatal(err)
					}
				}
				book.Close()
			}
		})
	}
}

// big writes rows of twelve columns.
func big(b testing.TB, to io.Writer, format sheet.Format, n int) {
	cols := make([]sheet.Column, 12)
	for i := range cols {
		cols[i].Head = fmt.Sprint("c", i)
	}
	cols[1].Kind, cols[5].Kind, cols[6].Kind = sheet.Number, sheet.Number, sheet.Day
	w := sheet.NewWriter(to, format)
	if err := w.Sheet("x", cols); err != nil {
		b.Fatal(err)
	}
	for i := range n {
		if err := w.Row([]string{fmt.Sprint(1e15 + i), "1", fmt.Sprint("S", i), fmt.Sprint("幸福路站点 ", i), "微阵地", fmt.Sprint(i % 900), "2026-10-01", "街道办", "是", "周一至周五 9:00–17:00", fmt.Sprint("说明, ", i%500), ""}); err != nil {
			b.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
}
