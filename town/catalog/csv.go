package catalog

import (
	"slices"
	"strings"
	"unicode/utf8"

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
}

// row is one line of a table: a cell for each column asked for, "" where the file lacks the column.
type row struct {
	line  int // in the file, as a spreadsheet counts
	cells []string
}

// readTable reads a sheet: a workbook's first one that isn't empty, or a text of rows in any usual encoding. The heading says which column is which; empty
// lines are skipped. What can't be read is a fault that names the line.
func readTable(file []byte, columns []column) ([]row, error) {
	if len(file) > maxFile {
		return nil, fault.New(fault.TooLarge, "catalog.csv.large", maxFile>>20)
	}
	book, err := sheet.Open(file)
	if err != nil {
		return nil, err
	}
	defer book.Close()
	var rows []row
	for _, name := range book.Sheets {
		if rows, err = readSheet(book, name, columns); err != nil || len(rows) > 0 {
			return rows, err
		}
	}
	return nil, fault.Field("file", "sheet.empty")
}

func readSheet(book *sheet.Book, name string, columns []column) (rows []row, err error) {
	var bad fault.List
	var order []int
	for line, err := range book.Rows(name) {
		switch {
		case err != nil:
			return nil, err
		case line.Bad != nil:
			bad.Check(false, "file", line.Bad.Key, line.Bad.Args...)
		case order == nil:
			if order, err = match(line.Cells, columns); err != nil {
				return nil, err
			}
		default:
			if x, ok := pick(&bad, line.Line, line.Cells, order, columns); ok {
				rows = append(rows, x)
			}
		}
		if len(rows) > maxRows {
			return nil, fault.New(fault.TooLarge, "catalog.csv.many", maxRows)
		}
		if len(bad) >= maxFaults {
			break
		}
	}
	return rows, bad.Or()
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
		case odd(cell):
			bad.Check(false, "file", "catalog.csv.odd", line)
		case utf8.RuneCountInString(cell) > MaxName:
			bad.Check(false, "file", "catalog.csv.long", line, brief(cell), MaxName)
		default:
			x.cells[order[i]] = cell
		}
	}
	return x, !empty && len(*bad) == before
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
