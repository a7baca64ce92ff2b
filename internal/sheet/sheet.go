// Package sheet is the one reader and writer of sheets: workbooks and texts of rows in, streams of both out. A text may be in any usual encoding, with any
// usual separator and line end; every line of it is read, refused with its number or counted as blank. What it writes it reads back unchanged.
package sheet

import (
	"strings"

	"mulin/internal/fault"
)

// Bounds of one row; what follows is dropped and the row is bad.
const (
	maxRow   = 4 << 20
	maxCells = 1000
)

// Row is one row as it stands.
type Row struct {
	Line  int // its first line in the sheet, as a spreadsheet counts
	Lines int // how many lines it takes
	Cells []string
	Bad   *fault.Fault // why it can't be trusted
}

// Blank tells that nothing stands in the row.
func (r Row) Blank() bool {
	for _, c := range r.Cells {
		if strings.TrimSpace(c) != "" {
			return false
		}
	}
	return true
}

// Formula tells whether a spreadsheet might run the cell instead of showing it: it begins with one of the signs, also behind blanks or in full width (A24).
func Formula(cell string) bool {
	first := strings.TrimLeft(cell, " \t\r\n\v\f\u00a0\u3000\ufeff\x00")
	return first != "" && strings.ContainsRune("=+-@＝＋－＠", []rune(first)[0])
}

// risky tells that a cell wants a mark in a text of rows: it might be run, or its first blank would be lost. Apostrophes before that make no difference,
// so that taking one away again is exact.
func risky(cell string) bool {
	cell = strings.TrimLeft(cell, "'")
	return Formula(cell) || cell != "" && strings.ContainsRune("\t\r\n", rune(cell[0]))
}

// Safe is the cell as it may stand in a text that a spreadsheet opens: an apostrophe stands before what would be run. The reader takes it away again.
func Safe(cell string) string {
	cell = strings.ReplaceAll(cell, "\x00", "")
	if risky(cell) {
		return "'" + cell
	}
	return cell
}

// bare is the inverse of Safe.
func bare(cell string) string {
	if strings.HasPrefix(cell, "'") && risky(cell) {
		return cell[1:]
	}
	return cell
}
