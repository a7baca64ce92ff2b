package catalog

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"mulin/internal/fault"
	"mulin/internal/sheet"
)

// Bounds of a list that is uploaded.
const (
	maxFile   = 1 << 20
	maxRows   = 5000
	maxFaults = 20 // more than anyone corrects in one go
)

// column is one column of a table, by any of its headings.
type column struct {
	names []string // the first is what a fault calls it
	must  bool
	most  int // longest cell in characters; 0 for maxName
}

func (c column) longest() int { return cmp.Or(c.most, maxName) }

// row is one line of a table: a cell for each column asked for, "" where the file lacks the column.
type row struct {
	line  int // in the file, as a spreadsheet counts
	cells []string
}

// readTable reads a CSV file as spreadsheets write it: UTF-8 with or without mark, UTF-16 or GB 18030, cut by commas, tabs or semicolons.
// The heading says which column is which; empty lines are skipped. What can't be read is a fault that names the line.
func readTable(file []byte, columns []column) ([]row, error) {
	text, err := decode(file)
	if err != nil {
		return nil, err
	}
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord = separator(text), -1
	head, err := r.Read()
	if err != nil {
		return nil, broken(err)
	}
	order, err := match(head, columns)
	if err != nil {
		return nil, err
	}
	var rows []row
	var bad fault.List
	for len(bad) < maxFaults {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, append(bad, broken(err))
		}
		line, _ := r.FieldPos(0)
		x, ok := pick(&bad, line, cells, order, columns)
		if ok {
			rows = append(rows, x)
		}
		if len(rows) > maxRows {
			return nil, fault.New(fault.TooLarge, "catalog.csv.many", maxRows)
		}
	}
	if err := bad.Or(); err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, fault.Field("file", "catalog.csv.empty")
	}
	return rows, nil
}

// decode turns the file into UTF-8.
func decode(file []byte) (string, error) {
	var enc encoding.Encoding
	switch {
	case len(file) > maxFile:
		return "", fault.New(fault.TooLarge, "catalog.csv.large", maxFile>>20)
	case len(bytes.TrimSpace(file)) == 0:
		return "", fault.Field("file", "catalog.csv.empty")
	case bytes.HasPrefix(file, []byte("PK\x03\x04")), bytes.HasPrefix(file, []byte("\xd0\xcf\x11\xe0")):
		return "", fault.Field("file", "catalog.csv.excel")
	case bytes.HasPrefix(file, []byte("\xff\xfe")), bytes.HasPrefix(file, []byte("\xfe\xff")):
		enc = unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM)
	case !utf8.Valid(file):
		enc = simplifiedchinese.GB18030
	}
	if enc != nil {
		var err error
		if file, err = enc.NewDecoder().Bytes(file); err != nil || bytes.ContainsRune(file, utf8.RuneError) {
			return "", fault.Field("file", "catalog.csv.encoding")
		}
	}
	return strings.TrimPrefix(string(file), "\ufeff"), nil
}

// separator guesses from the heading.
func separator(text string) rune {
	head, _, _ := strings.Cut(text, "\n")
	for _, c := range []rune{',', '\t', ';'} {
		if strings.ContainsRune(head, c) {
			return c
		}
	}
	return ','
}

// match says for each column of the file which of the columns asked for it is. One that nobody asked for is refused: it may be a slip of the pen.
func match(head []string, columns []column) ([]int, error) {
	order := make([]int, len(head))
	var bad fault.List
	for i, name := range head {
		name = strings.ToLower(strings.TrimSpace(name))
		order[i] = slices.IndexFunc(columns, func(c column) bool { return slices.Contains(c.names, name) })
		switch {
		case order[i] < 0 && len(bad) < maxFaults:
			bad.Check(false, "file", "catalog.csv.unknown", brief(name))
		case order[i] >= 0 && slices.Contains(order[:i], order[i]):
			bad.Check(false, "file", "catalog.csv.column.twice", name)
		}
	}
	for i, c := range columns {
		bad.Check(!c.must || slices.Contains(order, i), "file", "catalog.csv.column.missing", c.names[0])
	}
	return order, bad.Or()
}

// pick brings the cells of a line into the order asked for; not ok for an empty line and for one with faults.
func pick(bad *fault.List, line int, cells []string, order []int, columns []column) (row, bool) {
	x := row{line, make([]string, len(columns))}
	before, empty := len(*bad), true
	for i, cell := range cells {
		cell = strings.Join(strings.Fields(cell), " ")
		if cell == "" {
			continue
		}
		empty = false
		switch {
		case i >= len(order):
			bad.Check(false, "file", "catalog.csv.width", line, len(order), len(cells))
			return x, false
		case sheet.Formula(cell):
			bad.Check(false, "file", "catalog.csv.formula", line, brief(cell))
		case odd(cell):
			bad.Check(false, "file", "catalog.csv.odd", line)
		case utf8.RuneCountInString(cell) > columns[order[i]].longest():
			bad.Check(false, "file", "catalog.csv.long", line, brief(cell), columns[order[i]].longest())
		default:
			x.cells[order[i]] = cell
		}
	}
	return x, !empty && len(*bad) == before
}

// broken is what the CSV reader stumbled over.
func broken(err error) *fault.Fault {
	var at *csv.ParseError
	if errors.As(err, &at) {
		return fault.Field("file", "catalog.csv.quote", at.StartLine)
	}
	return fault.Field("file", "catalog.csv.empty")
}

// brief is the beginning of a cell, short enough for a sentence and safe in a log.
func brief(cell string) string {
	cell = strings.ToValidUTF8(strings.Map(func(r rune) rune {
		if odd(string(r)) {
			return '·'
		}
		return r
	}, cell), "·")
	if runes := []rune(cell); len(runes) > 20 {
		return string(runes[:20]) + "…"
	}
	return cell
}
