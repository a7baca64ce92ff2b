package messages

import (
	"errors"
	"io"
	"slices"
	"strings"

	"mulin/internal/fault"
)

// Text is a message's words, found by its id.
type Text struct{ Title, Detail string }

// ReadTexts adds the messages of a CSV file with the columns id, title and detail, in any order and among others, to all; rows that can't be read are counted.
func ReadTexts(in io.Reader, all map[string]Text) (unusable int, err error) {
	rows, err := columnsOf(in, "id", "title", "detail")
	if err != nil {
		return 0, err
	}
	for row, ok := range rows {
		if !ok || row[0] == "" {
			unusable++
			continue
		}
		all[row[0]] = Text{row[1], row[2]}
	}
	return unusable, nil
}

// Pair says of two messages whether they tell the same. Weight is how many pairs it stands for, 1 if the file doesn't say.
type Pair struct {
	A, B   string
	Same   bool
	Weight string
}

// ReadPairs reads labelled pairs: a CSV file with the columns id_a, id_b and same (1 or 0), perhaps weight.
func ReadPairs(in io.Reader) ([]Pair, error) {
	rows, err := columnsOf(in, "id_a", "id_b", "same", "?weight")
	if err != nil {
		return nil, err
	}
	var all []Pair
	for row, ok := range rows {
		if ok && row[0] != "" && row[1] != "" && (row[2] == "0" || row[2] == "1") {
			all = append(all, Pair{row[0], row[1], row[2] == "1", row[3]})
		}
	}
	return all, nil
}

// columnsOf goes through the rows of a file by the columns named, one that begins with "?" may be missing; ok is false for a row that can't be read.
func columnsOf(in io.Reader, names ...string) (func(yield func([]string, bool) bool), error) {
	r, err := newReader(in)
	if err != nil {
		return nil, err
	}
	head, err := r.read()
	if errors.Is(err, io.EOF) {
		return nil, fault.New(fault.Invalid, "import.empty")
	}
	if err != nil {
		return nil, err
	}
	at := make([]int, len(names))
	for i, name := range names {
		bare := strings.TrimPrefix(name, "?")
		if at[i] = slices.IndexFunc(head.cells, func(c string) bool { return strings.EqualFold(strings.TrimSpace(c), bare) }); at[i] < 0 && bare == name {
			return nil, fault.New(fault.Invalid, "import.columns", name)
		}
	}
	return func(yield func([]string, bool) bool) {
		for {
			rec, err := r.read()
			if err != nil {
				return
			}
			row, ok := make([]string, len(names)), rec.bad == nil && len(rec.cells) == len(head.cells)
			for i, k := range at {
				if ok && k >= 0 {
					row[i] = strings.TrimSpace(rec.cells[k])
				}
			}
			if !yield(row, ok) {
				return
			}
		}
	}, nil
}
