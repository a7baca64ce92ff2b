package sheet

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/xuri/excelize/v2"

	"mulin/internal/fault"
)

// Bounds of a workbook unpacked. 100 000 rows must pass: with twelve columns full of text they unpack to 77 MB, with the twenty of stations to 130 MB, so
// 64 MB would refuse them. Parts above the second bound go through temporary files, so that memory doesn't grow with the first.
const (
	maxUnzip = 192 << 20
	maxPart  = 16 << 20
)

// Format says what a file of sheets is.
type Format string

// The formats.
const (
	CSV  Format = "csv"
	XLSX Format = "xlsx"
)

// Book is an opened file of sheets. A text of rows is a book of one sheet without a name.
type Book struct {
	Format Format
	Sheets []string
	raw    []byte
	file   *excelize.File
}

// Open opens a workbook or a text of rows. Close it.
func Open(raw []byte) (*Book, error) {
	switch {
	case len(bytes.TrimSpace(raw)) == 0:
		return nil, fault.Field("file", "sheet.empty")
	case bytes.HasPrefix(raw, []byte("\xd0\xcf\x11\xe0")):
		return nil, fault.Field("file", "sheet.old")
	case !bytes.HasPrefix(raw, []byte("PK\x03\x04")):
		return &Book{Format: CSV, Sheets: []string{""}, raw: raw}, nil
	}
	f, err := excelize.OpenReader(bytes.NewReader(raw), excelize.Options{RawCellValue: true, UnzipSizeLimit: maxUnzip, UnzipXMLSizeLimit: maxPart})
	if err != nil {
		return nil, fault.Field("file", "sheet.broken")
	}
	b := &Book{Format: XLSX, raw: raw, file: f}
	for _, name := range f.GetSheetList() {
		if visible, err := f.GetSheetVisible(name); err == nil && visible {
			b.Sheets = append(b.Sheets, name)
		}
	}
	return b, nil
}

// Close gives back what the book holds.
func (b *Book) Close() error {
	if b.file == nil {
		return nil
	}
	return b.file.Close()
}

// Rows are the rows of a sheet that aren't blank. It may be read again and again. After an error there are no more.
func (b *Book) Rows(sheet string) iter.Seq2[Row, error] {
	if b.file == nil {
		return b.text
	}
	return func(yield func(Row, error) bool) {
		rows, err := b.file.Rows(sheet)
		if err != nil {
			yield(Row{}, fmt.Errorf("read sheet %s: %w", sheet, err))
			return
		}
		defer rows.Close()
		for n := 1; rows.Next(); n++ {
			cells, err := rows.Columns()
			row := Row{Line: n, Lines: 1, Cells: cells}
			if len(cells) > maxCells {
				row.Cells, row.Bad = cells[:maxCells], fault.New(fault.Invalid, "sheet.large", n)
			}
			if err != nil {
				row.Bad = fault.New(fault.Invalid, "sheet.row", n)
			}
			if !row.Blank() && !yield(row, nil) {
				return
			}
		}
		if err := rows.Error(); err != nil {
			yield(Row{}, fault.Field("file", "sheet.broken"))
		}
	}
}

func (b *Book) text(yield func(Row, error) bool) {
	r, err := NewReader(bytes.NewReader(b.raw))
	for err == nil {
		var row Row
		if row, err = r.Read(); err == nil && (row.Bad != nil || !row.Blank()) && !yield(row, nil) {
			return
		}
	}
	if !errors.Is(err, io.EOF) {
		yield(Row{}, err)
	}
}

// Rounded tells that a spreadsheet has made a long number short, as in 1.23457E+17: what it was can't be known.
func Rounded(cell string) bool {
	head, tail, ok := strings.Cut(strings.ToUpper(strings.TrimSpace(cell)), "E+")
	return ok && tail != "" && head != "" && strings.Trim(tail, "0123456789") == "" && strings.Trim(head, "0123456789.") == "" && strings.Trim(head, ".") != ""
}
