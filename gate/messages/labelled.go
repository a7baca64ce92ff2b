package messages

import (
	"io"
	"strings"
	"time"

	"mulin/internal/sheet"
)

// Labelled is a message with the class it was given.
type Labelled struct {
	Text, Label string
	Line        int
}

// ReadLabelled reads messages with their classes: a CSV file with the columns title, detail and label, or tokens (words with spaces between) and label,
// in any order and among others. It takes what Import takes; rows that can't be used are counted.
func ReadLabelled(in io.Reader) (rows []Labelled, unusable int, err error) {
	r, err := sheet.NewReader(in)
	if err != nil {
		return nil, 0, err
	}
	t, err := newTable(r, time.UTC, 0)
	if err != nil {
		return nil, 0, err
	}
	words := []string{"title", "detail"}
	if _, cut := t.at["tokens"]; cut {
		words = []string{"tokens"}
	}
	if err := t.need(append(words, "label")); err != nil {
		return nil, 0, err
	}
	unusable, err = t.through(func(r *row, line int) bool {
		var parts []string
		for _, name := range words {
			parts = append(parts, t.cell(r, name))
		}
		l := Labelled{Text: strings.TrimSpace(strings.Join(parts, "\n")), Label: t.cell(r, "label"), Line: line}
		if r.bad != nil || !shows(l.Text) || !shows(l.Label) {
			return false
		}
		rows = append(rows, l)
		return true
	})
	return rows, unusable, err
}
