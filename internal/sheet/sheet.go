// Package sheet keeps spreadsheets from running what people typed: a cell that begins like a formula is one to them (A24).
package sheet

import "strings"

// Formula tells whether a spreadsheet might run the cell instead of showing it: it begins with one of the signs, also behind blanks or in full width.
func Formula(cell string) bool {
	first := strings.TrimLeft(cell, " \t\r\n\v\f\u00a0\u3000\ufeff\x00")
	return first != "" && strings.ContainsRune("=+-@＝＋－＠", []rune(first)[0])
}

// Safe is the cell as it may stand in a file that a spreadsheet opens: valid UTF-8, and an apostrophe before what would be run.
func Safe(cell string) string {
	cell = strings.ToValidUTF8(strings.ReplaceAll(cell, "\x00", ""), "\uFFFD")
	if Formula(cell) || cell != "" && strings.ContainsRune("\t\r\n", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}
