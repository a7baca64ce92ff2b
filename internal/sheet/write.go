package sheet

import (
	"archive/zip"
	"bufio"
	"encoding/csv"
	"fmt"
	"io"
	"regexp"
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

// Writer writes one sheet as a stream, the header first. Nothing of it waits in memory.
type Writer interface {
	Row(cells []string) error
	Close() error // finishes the sheet, not what it is written to
}

// NewWriter writes a sheet of a format; name is the sheet's in a workbook.
func NewWriter(to io.Writer, format Format, name string, columns []Column) (Writer, error) {
	var w Writer = newText(to)
	if format == XLSX {
		var err error
		if w, err = newWorkbook(to, name, columns); err != nil {
			return nil, err
		}
	}
	heads := make([]string, len(columns))
	for i, c := range columns {
		heads[i] = c.Head
	}
	return w, w.Row(heads)
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
	kind = `application/vnd.openxmlformats-officedocument.spreadsheetml.`
)

// parts are those that say how the others hang together: the styles are 0 plain text, 1 the header, 2 a number, 3 a day.
var parts = [][2]string{
	{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>` +
		`<Override PartName="/xl/workbook.xml" ContentType="` + kind + `sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="` + kind + `worksheet+xml"/>` +
		`<Override PartName="/xl/styles.xml" ContentType="` + kind + `styles+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="` + kind + `sharedStrings+xml"/></Types>`},
	{"_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="` + rels + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
	{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="` + rels + `/worksheet" Target="worksheets/sheet1.xml"/>` +
		`<Relationship Id="rId2" Type="` + rels + `/styles" Target="styles.xml"/><Relationship Id="rId3" Type="` + rels + `/sharedStrings" Target="sharedStrings.xml"/></Relationships>`},
	{"xl/styles.xml", `<styleSheet ` + main + `><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd"/></numFmts>` +
		`<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>` +
		`<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill><fill><patternFill patternType="solid"><fgColor rgb="FFE8EEF4"/></patternFill></fill></fills>` +
		`<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>` +
		`<cellXfs count="5"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="0" fontId="1" fillId="2" borderId="0" xfId="0" applyFont="1" applyFill="1"/>` +
		`<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>` +
		`<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`},
}

// Places of cellXfs.
const (
	styleHead = 1
	styleText = 2
	styleDay  = 4
)

func newWorkbook(to io.Writer, name string, columns []Column) (*workbook, error) {
	w := &workbook{zip: zip.NewWriter(to), columns: columns, shared: map[string]int{}}
	for _, p := range parts {
		if err := w.add(p[0], p[1]); err != nil {
			return nil, err
		}
	}
	book := `<workbook ` + main + ` xmlns:r="` + rels + `"><sheets><sheet name="` + escape(title(name)) + `" sheetId="1" r:id="rId1"/></sheets></workbook>`
	if err := w.add("xl/workbook.xml", book); err != nil {
		return nil, err
	}
	part, err := w.zip.Create("xl/worksheets/sheet1.xml")
	if err != nil {
		return nil, err
	}
	if err := w.zip.Flush(); err != nil { // the first bytes go at once, however long the first rows take
		return nil, err
	}
	w.part = bufio.NewWriterSize(part, 32<<10)
	w.part.WriteString(head + `<worksheet ` + main + `><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>`)
	for i, c := range columns {
		style := map[Kind]int{Words: styleText, Day: styleDay}[c.Kind] // so that what is typed there later stays what it is
		fmt.Fprintf(w.part, `<col min="%d" max="%d" width="%d" style="%d" customWidth="1"/>`, i+1, i+1, min(40, max(12, 2*utf8.RuneCountInString(c.Head)+4)), style)
	}
	_, err = w.part.WriteString(`</cols><sheetData>`)
	return w, err
}

func (w *workbook) add(name, body string) error {
	part, err := w.zip.Create(name)
	if err == nil {
		_, err = io.WriteString(part, head+body)
	}
	return err
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
			w.buf = append(w.buf, ` s="4"`...)
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

func (w *workbook) Close() error {
	w.part.WriteString(`</sheetData></worksheet>`)
	if err := w.part.Flush(); err != nil {
		return err
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
