// Package linear is a linear classifier for short Chinese texts, in pure Go: trained in seconds, explained by the words that speak for a class.
//
// A text is the characters and the pairs of neighbours in it, those of its head once more. For each class a line is learned that parts its texts from the
// rest; how far a text lies on which side of the lines becomes chances, by what was found on texts kept out of the learning.
package linear

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
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

// ErrFewLabels is returned when there is nothing to tell apart.
var ErrFewLabels = errors.New("at least two classes with a text each are needed to learn to tell them apart")

// MaxLabels bounds the classes of one model.
const MaxLabels = 4096

// ErrManyLabels is returned for more classes than MaxLabels.
var ErrManyLabels = fmt.Errorf("more than %d classes can't be told apart", MaxLabels)

// Model tells classes of texts apart. It is not changed by use and may be shared.
type Model struct {
	labels []string
	lex    *lexicon
	signs  []sign // of each feature
	w      []int8 // of each feature, its weight for each class, in the steps of its sign
	bias   []float32
	chance chance
	desks  sync.Pool // of *desk
}

// sign is what a feature counts, and what one step of its weights does.
type sign struct{ weight, step float32 }

// Train learns from the documents; the same documents in the same order with the same seed give the same model.
func Train(ctx context.Context, docs []Doc, o Options) (*Model, error) {
	labels, class, err := classes(docs)
	if err != nil {
		return nil, fmt.Errorf("learn from %d texts: %w", len(docs), err)
	}
	c, err := gather(ctx, docs, class, len(labels))
	if err != nil {
		return nil, err
	}
	r := rand.New(rand.NewPCG(o.Seed, uint64(len(docs))))
	h, err := c.calibrate(ctx, r)
	if err != nil {
		return nil, err
	}
	all := make([]int, len(docs))
	for i := range all {
		all[i] = i
	}
	weight := c.weigh(all)
	l, err := c.solve(ctx, c.vectors(weight), all, r)
	if err != nil {
		return nil, err
	}
	m := &Model{labels: labels, lex: c.lex, bias: l.bias, chance: h}
	m.pack(weight, l.w)
	return m, nil
}

// classes gives the names in order and the class of each document.
func classes(docs []Doc) (labels []string, class []int, err error) {
	for _, d := range docs {
		labels = append(labels, d.Label)
	}
	slices.Sort(labels)
	labels = slices.Compact(labels)
	switch {
	case len(labels) < 2:
		return nil, nil, ErrFewLabels
	case len(labels) > MaxLabels:
		return nil, nil, ErrManyLabels
	}
	for _, d := range docs {
		at, _ := slices.BinarySearch(labels, d.Label)
		class = append(class, at)
	}
	return slices.Clip(labels), class, nil
}

// pack rounds the weights of each feature to 127 steps on either side: a quarter of the memory, and no difference that can be measured.
func (m *Model) pack(weight, w []float32) {
	k := len(m.labels)
	m.signs, m.w = make([]sign, len(weight)), make([]int8, len(w))
	for f := range weight {
		row := w[f*k : (f+1)*k]
		top := float32(0)
		for _, v := range row {
			top = max(top, v, -v)
		}
		m.signs[f] = sign{weight[f], top / 127}
		for c, v := range row {
			if top > 0 {
				m.w[f*k+c] = int8(v / top * 127)
			}
		}
	}
}

// Labels are the classes in order of their names.
func (m *Model) Labels() []string { return slices.Clone(m.labels) }

// Size is the memory the model takes, in bytes.
func (m *Model) Size() int {
	n := 8*len(m.lex.slots) + 8*len(m.signs) + len(m.w) + 12*len(m.bias)
	for _, l := range m.labels {
		n += 16 + len(l)
	}
	return n
}
