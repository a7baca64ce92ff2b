package messages

import (
	"io"
	"time"
)

// Text is a message's words, found by its id.
type Text struct{ Title, Detail string }

// ReadTexts adds the messages of a CSV file with the columns id, title and detail, in any order and among others, to all; rows that can't be read are counted.
func ReadTexts(in io.Reader, all map[string]Text) (unusable int, err error) {
	t, err := tableOf(in, []string{"id", "title", "detail"}, time.UTC, 0)
	if err != nil {
		return 0, err
	}
	return t.through(func(r *row, _ int) bool {
		id, text := t.cell(r, "id"), Text{t.cell(r, "title"), t.cell(r, "detail")}
		if id == "" || r.bad != nil {
			return false
		}
		all[id] = text
		return true
	})
}

// Pair says of two messages whether they tell the same. Weight is how many pairs it stands for, 1 if the file doesn't say.
type Pair struct {
	A, B   string
	Same   bool
	Weight string
}

// ReadPairs reads labelled pairs: a CSV file with the columns id_a, id_b and same (1 or 0), perhaps weight.
func ReadPairs(in io.Reader) ([]Pair, error) {
	t, err := tableOf(in, []string{"id_a", "id_b", "same"}, time.UTC, 0)
	if err != nil {
		return nil, err
	}
	var all []Pair
	_, err = t.through(func(r *row, _ int) bool {
		p := Pair{t.cell(r, "id_a"), t.cell(r, "id_b"), t.cell(r, "same") == "1", t.cell(r, "weight")}
		ok := p.A != "" && p.B != "" && (p.Same || t.cell(r, "same") == "0")
		if ok {
			all = append(all, p)
		}
		return ok
	})
	return all, err
}
