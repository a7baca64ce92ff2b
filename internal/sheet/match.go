package sheet

import (
	"strings"

	"golang.org/x/text/width"
)

// Names are the columns that are looked for, by every name they may have.
type Names map[string]string

// Add says that a column goes by a name.
func (n Names) Add(name, column string) {
	if key := Heading(name); key != "" {
		if _, taken := n[key]; !taken {
			n[key] = column
		}
	}
}

// Heading is a column's name as it is compared: half width, small letters, without blanks, marks and what stands in brackets.
func Heading(name string) string {
	name = strings.ToLower(width.Fold.String(name))
	if at := strings.IndexAny(name, "(["); at > 0 {
		name = name[:at]
	}
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \t\r\n\u00a0\ufeff_*-:.", r) {
			return -1
		}
		return r
	}, name)
}

// Head finds the header among a sheet's first rows, below titles: the row with most of the names. columns says what each of its cells is, "" for unknown or
// named before. Without any name it is the first row with most cells.
func (n Names) Head(rows []Row) (at int, columns []string) {
	best := -1
	for i, row := range rows {
		found, filled := n.columns(row.Cells)
		score := 0
		for _, c := range found {
			if c != "" {
				score += 1000
			}
		}
		if score += filled; row.Bad == nil && score > best {
			best, at, columns = score, i, found
		}
	}
	return at, columns
}

func (n Names) columns(cells []string) (columns []string, filled int) {
	columns = make([]string, len(cells))
	taken := map[string]bool{}
	for i, cell := range cells {
		if cell != "" {
			filled++
		}
		if c := n[Heading(cell)]; !taken[c] {
			columns[i], taken[c] = c, true
		}
	}
	return columns, filled
}
