package sheet

import (
	"archive/zip"
	"bufio"
	"encoding/csv"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Kind says what the cells of a column are to a spreadsheet.
type Kind int

// The kinds. A cell that isn't what its column says stays a text.
const (
	Words  Kind = iota // texts, also long numbers, of which a spreadsheet keeps 15 digits
	Number             // whole numbers and fractions
	Day                // 2006-01-02
)

// Column is one column of a sheet to be written.
type Column struct {
	Head string
	Kind Kind
}

// Writer writes sheets as a stream; nothing of them waits in memory. A text holds one sheet.
type Writer interface {
	Sheet(name string, columns []Column) error // begins a sheet with its header
	Row(cells []string) error
	Close() error // finishes the file, not what it is written to
}

// NewWriter writes a file of a format.
func NewWriter(to io.Writer, format Format) Writer {
	if format == XLSX {
		return &workbook{zip: zip.NewWriter(to), shared: map[string]int{}}
	}
	return newText(to)
}

func heads(columns []Column) []string {
	all := make([]string, len(columns))
	for i, c := range columns {
		all[i] = c.Head
	}
	return all
}

// text writes rows as UTF-8 with a mark, so that Excel reads Chinese.
type text struct {
	to   *csv.Writer
	safe []string
}

func newText(to io.Writer) *text {
	t := &text{to: csv.NewWriter(&marked{to: to})}
	t.to.UseCRLF = true
	return t
}

// marked writes the byte order mark before the first bytes.
type marked struct {
	to   io.Writer
	done bool
}

func (m *marked) Write(p []byte) (int, error) {
	if !m.done {
		m.done = true
		if _, err := io.WriteString(m.to, "\ufeff"); err != nil {
			return 0, err
		}
	}
	return m.to.Write(p)
}

func (t *text) Sheet(_ string, columns []Column) error { return t.Row(heads(columns)) }

func (t *text) Row(cells []string) error {
	t.safe = t.safe[:0]
	for _, c := range cells {
		t.safe = append(t.safe, Safe(c))
	}
	return t.to.Write(t.safe)
}

func (t *text) Close() error {
	t.to.Flush()
	return t.to.Error()
}

// Texts that come again are written once, behind the sheet, as long as they are few.
const (
	maxShared     = 10_000
	maxSharedText = 200 // bytes
)

// The bounds of a workbook's sheet.
const (
	maxLines = 1 << 20
	maxCell  = 32_767 // characters, UTF-16
)

// workbook writes a zip part by part as it comes; excelize would hold all of it until the end.
type workbook struct {
	zip     *zip.Writer
	part    *bufio.Writer
	sheets  []string
	columns []Column
	shared  map[string]int
	order   []string
	rows    int
	buf     []byte
}

const (
	head = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	main = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
	rels = `http://schemas.openxmlformats.org/officeDocument/2006/relationships`
	pack = `http://schemas.openxmlformats.org/package/2006/`
	kind = `application/vnd.openxmlformats-officedocument.spreadsheetml.`
)

// styles are those of cells: 0 plain, then as the constants below.
const styles = `<styleSheet ` + main + `><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd"/></numFmts>` +
	`<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>` +
	`<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill><fill><patternFill patternType="solid"><fgColor rgb="FFE8EEF4"/></patternFill></fill></fills>` +
	`<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>` +
	`<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="0" fontId="1" fillId="2" borderId="0" xfId="0" applyFont="1" applyFill="1"/>` +
	`<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>` +
	`<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`

const (
	styleHead = 1
	styleText = 2
	styleDay  = 3
)

func (w *workbook) Sheet(name string, columns []Column) error {
	if err := w.end(); err != nil {
		return err
	}
	name = title(name)
	if slices.ContainsFunc(w.sheets, func(s string) bool { return strings.EqualFold(s, name) }) {
		name = fmt.Sprint(name, " ", len(w.sheets)+1)
	}
	w.sheets, w.columns, w.rows = append(w.sheets, name), columns, 0
	part, err := w.zip.Create(fmt.Sprintf("xl/worksheets/sheet%d.xml", len(w.sheets)))
	if err != nil {
		return err
	}
	if err := w.zip.Flush(); err != nil { // the first bytes go at once, however long the first rows take
		return err
	}
	w.part = bufio.NewWriterSize(part, 32<<10)
	w.part.WriteString(head + `<worksheet ` + main + `><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>`)
	for i, c := range columns {
		style := map[Kind]int{Words: styleText, Day: styleDay}[c.Kind] // so that what is typed there later stays what it is
		fmt.Fprintf(w.part, `<col min="%d" max="%d" width="%d" style="%d" customWidth="1"/>`, i+1, i+1, min(40, max(12, 2*utf8.RuneCountInString(c.Head)+4)), style)
	}
	w.part.WriteString(`</cols><sheetData>`)
	return w.Row(heads(columns))
}

// end finishes the sheet that was begun last.
func (w *workbook) end() error {
	if w.part == nil {
		return nil
	}
	w.part.WriteString(`</sheetData></worksheet>`)
	return w.part.Flush()
}

// title is a name as a workbook takes it for a sheet.
func title(name string) string {
	name = strings.Trim(strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:\/?*[]`, r) || r < ' ' {
			return ' '
		}
		return r
	}, name), " '")
	if r := []rune(name); len(r) > 28 {
		name = string(r[:28])
	}
	if name == "" {
		return "Sheet1"
	}
	return name
}

func (w *workbook) Row(cells []string) error {
	if w.rows++; w.rows > maxLines {
		return fmt.Errorf("sheet: more than %d rows", maxLines)
	}
	w.buf = append(w.buf[:0], `<row>`...)
	for i, cell := range cells {
		kind, style := Words, styleText
		switch {
		case w.rows == 1:
			style = styleHead
		case i < len(w.columns):
			kind = w.columns[i].Kind
		}
		if err := w.cell(cell, kind, style); err != nil {
			return err
		}
	}
	w.buf = append(w.buf, `</row>`...)
	_, err := w.part.Write(w.buf)
	return err
}

func (w *workbook) cell(cell string, kind Kind, style int) error {
	if cell == "" {
		w.buf = append(w.buf, `<c/>`...)
		return nil
	}
	if n, ok := plainNumber(cell, kind); ok {
		w.buf = append(w.buf, `<c`...)
		if kind == Day {
			w.buf = append(w.buf, ` s="3"`...)
		}
		w.buf = append(append(append(w.buf, `><v>`...), n...), `</v></c>`...)
		return nil
	}
	if len(cell) > maxCell && units(cell) > maxCell {
		return fmt.Errorf("sheet: a cell of %d bytes", len(cell))
	}
	w.buf = strconv.AppendInt(append(w.buf, `<c s="`...), int64(style), 10)
	if at, ok := w.share(cell); ok {
		w.buf = append(strconv.AppendInt(append(w.buf, `" t="s"><v>`...), int64(at), 10), `</v></c>`...)
		return nil
	}
	w.buf = append(append(append(w.buf, `" t="inlineStr"><is><t xml:space="preserve">`...), escape(cell)...), `</t></is></c>`...)
	return nil
}

// share is the place of a text among those written once.
func (w *workbook) share(cell string) (int, bool) {
	if at, ok := w.shared[cell]; ok {
		return at, true
	}
	if len(w.order) >= maxShared || len(cell) > maxSharedText {
		return 0, false
	}
	w.shared[cell] = len(w.order)
	w.order = append(w.order, cell)
	return len(w.order) - 1, true
}

// plainNumber is a cell as the number that it is to a spreadsheet, unless digits would be lost.
func plainNumber(cell string, kind Kind) (string, bool) {
	switch kind {
	case Number:
		n, err := strconv.ParseFloat(cell, 64)
		back := strconv.FormatFloat(n, 'f', -1, 64)
		return back, err == nil && back == cell && len(cell) <= 15
	case Day:
		d, err := time.Parse(time.DateOnly, cell)
		n := int(d.Sub(time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)).Hours() / 24)
		return strconv.Itoa(n), err == nil && n > 60 && n < 2_958_466
	}
	return "", false
}

func units(cell string) (n int) {
	for _, r := range cell {
		if n++; r > 0xffff {
			n++
		}
	}
	return n
}

// coded is how a sign that XML can't hold stands in a workbook; an underscore that would look like the beginning of one is coded too.
var coded = regexp.MustCompile(`^_x[0-9A-Fa-f]{4}_`)

// escape is a cell as it stands in a part.
func escape(cell string) string {
	if !strings.ContainsFunc(cell, special) {
		return cell
	}
	var b strings.Builder
	for i, r := range cell {
		switch {
		case r == 0:
		case r == '_' && coded.MatchString(cell[i:]):
			b.WriteString("_x005F_")
		case r < ' ' && r != '\t' && r != '\n', r == 0xfffe, r == 0xffff:
			fmt.Fprintf(&b, "_x%04X_", r)
		case strings.ContainsRune(`&<>"`, r):
			fmt.Fprintf(&b, "&#%d;", r)
		default:
			b.WriteRune(r) // U+FFFD for broken bytes
		}
	}
	return b.String()
}

func special(r rune) bool { return r < ' ' || r >= 0xfffd || strings.ContainsRune(`_&<>"`, r) }

// Close writes the texts that were shared and the parts that say how all hang together.
func (w *workbook) Close() error {
	if err := w.end(); err != nil {
		return err
	}
	var types, sheets, links strings.Builder
	for i, name := range w.sheets {
		fmt.Fprintf(&types, `<Override PartName="/xl/worksheets/sheet%d.xml" ContentType="%sworksheet+xml"/>`, i+1, kind)
		fmt.Fprintf(&sheets, `<sheet name="%s" sheetId="%d" r:id="rId%d"/>`, escape(name), i+1, i+1)
		fmt.Fprintf(&links, `<Relationship Id="rId%d" Type="%s/worksheet" Target="worksheets/sheet%d.xml"/>`, i+1, rels, i+1)
	}
	for _, p := range []struct{ name, body string }{
		{"xl/styles.xml", styles},
		{"xl/workbook.xml", `<workbook ` + main + ` xmlns:r="` + rels + `"><sheets>` + sheets.String() + `</sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="` + pack + `relationships">` + links.String() +
			`<Relationship Id="styles" Type="` + rels + `/styles" Target="styles.xml"/><Relationship Id="texts" Type="` + rels + `/sharedStrings" Target="sharedStrings.xml"/></Relationships>`},
		{"_rels/.rels", `<Relationships xmlns="` + pack + `relationships"><Relationship Id="rId1" Type="` + rels + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"[Content_Types].xml", `<Types xmlns="` + pack + `content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
			`<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="` + kind + `sheet.main+xml"/>` + types.String() +
			`<Override PartName="/xl/styles.xml" ContentType="` + kind + `styles+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="` + kind + `sharedStrings+xml"/></Types>`},
	} {
		part, err := w.zip.Create(p.name)
		if err == nil {
			_, err = io.WriteString(part, head+p.body)
		}
		if err != nil {
			return err
		}
	}
	part, err := w.zip.Create("xl/sharedStrings.xml")
	if err != nil {
		return err
	}
	out := bufio.NewWriter(part)
	out.WriteString(head + `<sst ` + main + `>`)
	for _, s := range w.order {
		out.WriteString(`<si><t xml:space="preserve">` + escape(s) + `</t></si>`)
	}
	out.WriteString(`</sst>`)
	if err := out.Flush(); err != nil {
		return err
	}
	return w.zip.Close()
}
