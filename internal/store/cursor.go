package store

import (
	"strconv"
	"strings"
)

// Cursor says where a page of a list ends: the time it is ordered by, and the id.
func Cursor(at, id int64) string { return strconv.FormatInt(at, 36) + "." + strconv.FormatInt(id, 36) }

// Behind reads a cursor; what is none begins at the first page.
func Behind(cursor string) (at, id int64, ok bool) {
	a, b, found := strings.Cut(cursor, ".")
	at, err1 := strconv.ParseInt(a, 36, 64)
	id, err2 := strconv.ParseInt(b, 36, 64)
	return at, id, found && err1 == nil && err2 == nil
}
