package sheet_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"mulin/internal/fault"
	"mulin/internal/sheet"
)

// rows reads a file's sheet and writes each row as "line: a|b", with "!" and the key of what is wrong.
func rows(t *testing.T, raw []byte, name string) (all []string) {
	t.Helper()
	b, err := sheet.Open(raw)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	for row, err := range b.Rows(name) {
		if err != nil {
			t.Fatal(err)
		}
		s := fmt.Sprint(row.Line, ": ", strings.Join(row.Cells, "|"))
		if row.Bad != nil {
			s += " !" + row.Bad.Key
		}
		all = append(all, s)
	}
	return all
}

func encode(t *testing.T, e encoding.Encoding, text string) []byte {
	t.Helper()
	b, err := e.NewEncoder().Bytes([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestTextsInAnyUsualWay(t *testing.T) {
	t.Parallel()
	want := []string{"1: 名称|说明", "2: 路灯|不亮", "3: 井盖|丢了, 很急"}
	plain := "名称,说明\n路灯,不亮\n井盖,\"丢了, 很急\"\n"
	cut := func(sep string) string {
		return "名称" + sep + "说明\n路灯" + sep + "不亮\n井盖" + sep + "丢了, 很急\n"
	}
	for name, raw := range map[string][]byte{
		"UTF-8": []byte(plain), "with a mark": []byte("\ufeff" + plain), "CRLF": []byte(strings.ReplaceAll(plain, "\n", "\r\n")), "CR": []byte(strings.ReplaceAll(plain, "\n", "\r")),
		"no end": []byte(strings.TrimSuffix(plain, "\n")), "GBK": encode(t, simplifiedchinese.GBK, plain), "GB 18030": encode(t, simplifiedchinese.GB18030, plain),
		"UTF-16 LE": encode(t, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), plain), "UTF-16 BE": encode(t, unicode.UTF16(unicode.BigEndian, unicode.UseBOM), plain),
		"tab": []byte(cut("\t")), "semicolon": []byte(cut(";")), "bar": []byte(cut("|")),
	} {
		if got := rows(t, raw, ""); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if got := rows(t, []byte("sep=;\n名称;说明\na,b;c\n"), ""); !slices.Equal(got, []string{"2: 名称|说明", "3: a,b|c"}) {
		t.Errorf("sep=: %q", got)
	}
}

// TestEncodingIsToldWhereItComes has its first Chinese far behind the first bytes, and single lines of another encoding.
func TestEncodingIsToldWhereItComes(t *testing.T) {
	t.Parallel()
	ascii := "id,title\n" + strings.Repeat("1,lamp\n", 20_000)
	late := append([]byte(ascii), encode(t, simplifiedchinese.GBK, "107,灯\n108,一\n")...)
	got := rows(t, late, "")
	if want := []string{"20002: 107|灯", "20003: 108|一"}; !slices.Equal(got[len(got)-2:], want) {
		t.Errorf("GBK behind ASCII: %q, want %q", got[len(got)-2:], want)
	}
	mixed := append([]byte("id,title\n1,路灯不亮很久了，没有人来修\n2,"), encode(t, simplifiedchinese.GBK, "井盖")...)
	mixed = append(mixed, "\n3,河道\n4,\xff\xff坏\n"...)
	want := []string{"1: id|title", "2: 1|路灯不亮很久了，没有人来修", "3: 2|井盖", "4: 3|河道", "5: 4|\xff\xff坏 !sheet.encoding"}
	if got := rows(t, mixed, ""); !slices.Equal(got, want) {
		t.Errorf("mixed: %q, want %q", got, want)
	}
	for _, text := range []string{"街道", "\ufeff街道"} {
		if got, ok := sheet.Text([]byte(text)); got != "街道" || !ok {
			t.Errorf("Text(%q) = %q, %v", text, got, ok)
		}
	}
	if got, ok := sheet.Text(encode(t, simplifiedchinese.GBK, `{"name":"街道"}`)); got != `{"name":"街道"}` || !ok {
		t.Errorf("Text of GBK = %q, %v", got, ok)
	}
	if _, ok := sheet.Text([]byte("好的好的\xff\xff\xff")); ok {
		t.Error("Text takes what can't be read")
	}
}

// TestStrayQuote loses the line with the quote and nothing else, wherever it closes.
func TestStrayQuote(t *testing.T) {
	t.Parallel()
	for _, closing := range []int{0, 160, 5000} {
		var b strings.Builder
		b.WriteString("id,title,text\n")
		for i := 2; i <= 6000; i++ {
			switch i {
			case 100:
				b.WriteString("100,\"灯,不亮\n")
			case closing:
				fmt.Fprintf(&b, "%d,灯\",不亮\n", i)
			default:
				fmt.Fprintf(&b, "%d,灯,不亮\n", i)
			}
		}
		seen := map[int]bool{}
		for _, row := range rows(t, []byte(b.String()), "") {
			var line int
			fmt.Sscan(row, &line)
			seen[line] = true
			if bad := strings.Contains(row, "!"); bad != (line == 100) {
				t.Errorf("closing %d: %q", closing, row)
			}
		}
		if len(seen) != 6000 {
			t.Errorf("closing %d: %d of 6000 lines are accounted for", closing, len(seen))
		}
	}
	want := []string{"1: a|b|c", "2: 1|x\n\ny, z|2", "5: 3|say \"hi\"|4", "6: 5|tornx|6 !sheet.quote", "7: 7|8\"|9"}
	if got := rows(t, []byte("a,b,c\n1,\"x\n\ny, z\",2\n3,\"say \"\"hi\"\"\",4\n5,\"torn\"x,6\n7,8\",9\n"), ""); !slices.Equal(got, want) {
		t.Errorf("quotes: %q, want %q", got, want)
	}
}

func TestWorkbooks(t *testing.T) {
	t.Parallel()
	f := excelize.NewFile()
	defer f.Close()
	for i, row := range [][]any{{"2019年汇总"}, nil, {"编号", "时间", "内容"}, {"T1", 43623, "东关路油烟大"}, {nil, nil, "第二行"}, {"合计", 3}} {
		if err := f.SetSheetRow("Sheet1", fmt.Sprint("A", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := f.NewSheet("二月"); err != nil {
		t.Fatal(err)
	}
	var raw bytes.Buffer
	if err := f.Write(&raw); err != nil {
		t.Fatal(err)
	}
	want := []string{"1: 2019年汇总", "3: 编号|时间|内容", "4: T1|43623|东关路油烟大", "5: ||第二行", "6: 合计|3"}
	if got := rows(t, raw.Bytes(), "Sheet1"); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if got := rows(t, raw.Bytes(), "二月"); got != nil {
		t.Errorf("an empty sheet has %q", got)
	}
	for raw, key := range map[string]string{"": "sheet.empty", " \n": "sheet.empty", "\xd0\xcf\x11\xe0...": "sheet.old", "PK\x03\x04...": "sheet.broken"} {
		_, err := sheet.Open([]byte(raw))
		if l, ok := fault.As(err); !ok || l[0].Key != key {
			t.Errorf("Open(%q) = %v, want %s", raw, err, key)
		}
	}
}

func TestHead(t *testing.T) {
	t.Parallel()
	n := sheet.Names{}
	for name, column := range map[string]string{"编号": "code", "Code": "code", "面积": "floor", "Floor": "floor", "名称": "name"} {
		n.Add(name, column)
	}
	at, columns := n.Head([]sheet.Row{{Cells: []string{"名称汇总"}}, {Cells: []string{"序号", " 名 称*", "面积（m²）", "ＣＯＤＥ", "编号"}}, {Cells: []string{"1", "编号", "2", "3", "4", "5", "6"}}})
	if want := []string{"", "name", "floor", "code", ""}; at != 1 || !slices.Equal(columns, want) {
		t.Errorf("Head = %d, %q, want 1, %q", at, columns, want)
	}
	if at, _ := (sheet.Names{}).Head([]sheet.Row{{Cells: []string{"x"}}, {Cells: []string{"a", "b"}}, {Cells: []string{"1", "2"}}}); at != 1 {
		t.Errorf("without names the header is row %d, want 1", at)
	}
}

// FuzzReader holds that every line of a text is accounted for, whatever it is.
func FuzzReader(f *testing.F) {
	for _, s := range []string{"a,b\n1,2\n", "a;b\r1;\"2\r3\"", "a,b,c\n1,\"2,3\n4,5,6\n", "sep=\t\na\tb\n", "\xff\xfea\x00,\x00b\x00", "'=1,''=2,\"'\n\"\n", "a,\"b\"c\n\"\n\"\"\"\n", "\xd6\xd0,\xce\xc4\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		r, err := sheet.NewReader(bytes.NewReader(raw))
		if err != nil {
			return
		}
		line := 0
		for first := true; ; first = false {
			row, err := r.Read()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			if first {
				line = row.Line // 2 behind "sep="
			}
			if row.Line != line || row.Lines < 1 || len(row.Cells) == 0 {
				t.Fatalf("row at line %d of %d lines with %d cells, want one at line %d", row.Line, row.Lines, len(row.Cells), line)
			}
			line += row.Lines
		}
		if plain := !bytes.ContainsAny(raw, "\x00\r") && !bytes.HasPrefix(raw, []byte("\xff\xfe")) && !bytes.HasPrefix(raw, []byte("\xfe\xff")); plain && line > 0 {
			want := bytes.Count(raw, []byte("\n"))
			if !bytes.HasSuffix(raw, []byte("\n")) {
				want++
			}
			if line-1 != want {
				t.Fatalf("%d of %d lines are accounted for", line-1, want)
			}
		}
	})
}
