// Package linear is a linear classifier for short Chinese texts, in pure Go: trained in seconds, explained by the words that speak for a class.
package linear

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
)

// Doc is a text and what it was decided to be.
type Doc struct {
	Text   string // as written (title, line break, detail), or words with spaces between
	Label  string
	Weight float64 // how much it counts against others; 0 is 1
}

// Options are the settings of a training; the zero value is what should be used.
type Options struct {
	Seed uint64 // another seed shuffles another way
}

// The reasons why nothing can be learned.
var (
	ErrFewLabels = errors.New("at least two classes with a text each are needed to learn to tell them apart")
)

// Guess is a class a text may be of, with how sure that is and what in the text speaks for it.
type Guess struct {
	Label string
	P     float64
	Words []Word
}

// Word is a piece of the text as it stands there, with how much it speaks for the class.
type Word struct {
	Text   string
	Weight float64
}

// Model tells classes of texts apart. It is not changed by use and may be shared.
type Model struct {
	labels []string
	rows   []float32 // of each feature: its rarity, then its weight for each class
	bias   []float32
	scale  float64   // of scores, before they become chances
	prior  []float64 // of each class, beside its score
}

// Labels are the classes in order of their names.
func (m *Model) Labels() []string { return slices.Clone(m.labels) }

// Size is the memory the model takes, in bytes.
func (m *Model) Size() int { return 4 * (len(m.rows) + len(m.bias)) }

// Train learns from the documents; the same documents in the same order with the same seed give the same model.
func Train(ctx context.Context, docs []Doc, o Options) (*Model, error) {
	labels, y, err := classes(docs)
	if err != nil {
		return nil, err
	}
	x, idf := vectors(docs)
	all := make([]int, len(docs))
	for i := range all {
		all[i] = i
	}
	held, err := heldOut(ctx, x, y, len(labels), o.Seed)
	if err != nil {
		return nil, err
	}
	w, err := solve(ctx, x, y, all, len(labels), o.Seed)
	if err != nil {
		return nil, err
	}
	m := &Model{labels: labels, rows: make([]float32, size*(len(labels)+1)), bias: w.bias}
	for f := range size {
		row := m.rows[f*(len(labels)+1):]
		row[0] = idf[f]
		for c := range labels {
			row[1+c] = w.w[f*len(labels)+c]
		}
	}
	m.scale, m.prior = calibrate(held, y, len(labels))
	return m, nil
}

// classes gives the names in order and the class of each document.
func classes(docs []Doc) (labels []string, y []int, err error) {
	seen := map[string]int{}
	for _, d := range docs {
		if _, ok := seen[d.Label]; !ok {
			seen[d.Label] = 0
			labels = append(labels, d.Label)
		}
	}
	if len(labels) < 2 {
		return nil, nil, fmt.Errorf("train on %d texts of %d classes: %w", len(docs), len(labels), ErrFewLabels)
	}
	slices.Sort(labels)
	for i, l := range labels {
		seen[l] = i
	}
	for _, d := range docs {
		y = append(y, seen[d.Label])
	}
	return labels, y, nil
}

// Best is the likeliest class.
func (m *Model) Best(text string) (label string, p float64) {
	s := m.scores(m.features(text))
	best := 0
	for c := range s {
		if s[c] > s[best] {
			best = c
		}
	}
	return m.labels[best], s[best]
}

// Suggest gives the n likeliest classes, best first, with the words that speak for each.
func (m *Model) Suggest(text string, n int) []Guess {
	p := m.scores(m.features(text))
	list := make([]Guess, len(p))
	for c := range p {
		list[c] = Guess{Label: m.labels[c], P: p[c]}
	}
	slices.SortStableFunc(list, func(a, b Guess) int { return cmp.Compare(b.P, a.P) })
	list = list[:min(n, len(list))]
	for i := range list {
		c, _ := slices.BinarySearch(m.labels, list[i].Label)
		list[i].Words = m.words(text, c)
	}
	return list
}
