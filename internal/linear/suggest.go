package linear

import (
	"cmp"
	"math"
	"slices"

	"mulin/internal/gram"
)

// Suggestion is a class a text may be of, with how sure that is and what in the text speaks for it.
type Suggestion struct {
	Label string
	P     float64 // of those said with 0.9, about nine in ten are right
	Words []Word  // the strongest first
}

// desk is what is needed to look at one text.
type desk struct {
	reading
	s []float32
	p []float64
}

func (m *Model) desk() *desk {
	if d, ok := m.desks.Get().(*desk); ok {
		return d
	}
	return &desk{s: make([]float32, len(m.labels)), p: make([]float64, len(m.labels))}
}

// look weighs a text's features and leaves the chances of the classes in d.p.
func (m *Model) look(d *desk, seen []occurrence) {
	d.count(seen, m.lex)
	s, sum := d.s, float32(tiny)
	clear(s)
	for _, at := range d.bag.used {
		f, v := int(d.bag.ids[at]-1), damped[d.bag.n[at]]
		h := m.signs[f]
		v *= h.weight
		sum += v * v
		v *= h.step
		for c, w := range m.w[f*len(s):][:len(s)] {
			s[c] += v * float32(w)
		}
	}
	unit := 1 / math.Sqrt(float64(sum))
	for c := range d.p {
		d.p[c] = float64(s[c])*unit + float64(m.bias[c])
	}
	m.chance.of(d.p)
}

// Best is the likeliest class.
func (m *Model) Best(text string) (label string, p float64) {
	d := m.desk()
	defer m.desks.Put(d)
	m.look(d, d.read(text))
	best := 0
	for c := range d.p {
		if d.p[c] > d.p[best] {
			best = c
		}
	}
	return m.labels[best], d.p[best]
}

// Suggest gives the n likeliest classes, best first, with the words that speak for each.
func (m *Model) Suggest(text string, n int) []Suggestion {
	d := m.desk()
	defer m.desks.Put(d)
	m.look(d, d.read(text))
	order := make([]int, len(d.p))
	for c := range order {
		order[c] = c
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(d.p[b], d.p[a]) })
	list := make([]Suggestion, max(0, min(n, len(order))))
	for i := range list {
		c := order[i]
		list[i] = Suggestion{Label: m.labels[c], P: d.p[c], Words: m.words(d, text, c)}
	}
	return list
}

// Words are what in the text speaks for a class, the strongest first.
func (m *Model) Words(text, label string) []Word {
	c, ok := slices.BinarySearch(m.labels, label)
	if !ok {
		return nil
	}
	d := m.desk()
	defer m.desks.Put(d)
	d.count(d.read(text), m.lex)
	return m.words(d, text, c)
}

// Chances are those of all classes, in the order of Labels, for a text that was cut into its units, in p if it is large enough.
func (m *Model) Chances(p []float64, units []gram.Unit) []float64 {
	d := m.desk()
	defer m.desks.Put(d)
	m.look(d, d.features(units))
	return append(p[:0], d.p...)
}
