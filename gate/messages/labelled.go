package messages

import (
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"mulin/internal/fault"
)

// Labelled is a message with the class it was given.
type Labelled struct {
	Text, Label string
	Line        int
}

// ReadLabelled reads messages with their classes: a CSV file with the columns title, detail and label, or tokens (words with spaces between) and label,
// in any order and among others. It takes what Import takes; rows that can't be used are counted.
func ReadLabelled(in io.Reader) (rows []Labelled, unusable int, err error) {
	r, err := newReader(in)
	if err != nil {
		return nil, 0, err
	}
	head, err := r.read()
	if errors.Is(err, io.EOF) {
		return nil, 0, fault.New(fault.Invalid, "import.empty")
	}
	if err != nil {
		return nil, 0, err
	}
	text, label, err := labelledColumns(head.cells)
	if err != nil {
		return nil, 0, err
	}
	for {
		rec, err := r.read()
		if errors.Is(err, io.EOF) {
			return rows, unusable, nil
		}
		if err != nil {
			return nil, 0, err
		}
		if row, ok := labelled(r, rec, len(head.cells), text, label); ok {
			rows = append(rows, row)
		} else {
			unusable++
		}
	}
}

// labelledColumns finds the columns of the text and of the class.
func labelledColumns(names []string) (text []int, label int, err error) {
	at := map[string]int{}
	for i, name := range names {
		name = strings.ToLower(strings.TrimSpace(name))
		if _, twice := at[name]; twice && slices.Contains([]string{"title", "detail", "tokens", "label"}, name) {
			return nil, 0, fault.New(fault.Invalid, "import.column.twice", name)
		}
		at[name] = i
	}
	want := []string{"title", "detail"}
	if _, ok := at["tokens"]; ok {
		want = []string{"tokens"}
	}
	var missing []string
	for _, name := range append(want, "label") {
		if _, ok := at[name]; !ok {
			missing = append(missing, name)
		}
		text = append(text, at[name])
	}
	if missing != nil {
		return nil, 0, fault.New(fault.Invalid, "import.columns", strings.Join(missing, ", "))
	}
	return text[:len(want)], text[len(want)], nil
}

// labelled is one row; ok is false when it has a mistake, no text or no class.
func labelled(r *reader, rec record, cells int, text []int, label int) (row Labelled, ok bool) {
	if rec.bad != nil || len(rec.cells) != cells {
		return row, false
	}
	var parts []string
	for _, i := range append(text[:len(text):len(text)], label) {
		s := rec.cells[i]
		if !utf8.ValidString(s) || r.legacy && strings.ContainsRune(s, utf8.RuneError) {
			return row, false
		}
		parts = append(parts, strings.TrimSpace(strings.ReplaceAll(s, "\x00", "")))
	}
	n := len(parts) - 1
	row = Labelled{Text: strings.TrimSpace(strings.Join(parts[:n], "\n")), Label: parts[n], Line: rec.line}
	return row, shows(row.Text) && shows(row.Label)
}
