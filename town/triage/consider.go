package triage

import (
	"slices"

	"mulin/internal/linear"
	"mulin/town/catalog"
	"mulin/town/place"
)

// considered is a text weighed against every class: how much of the chances lies at and below each.
type considered struct {
	r     *Reader
	b     *brain
	text  string
	own   map[int64]float64 // of the class itself
	below map[int64]float64 // of it and all below
	seen  map[int64]int     // cases learned from, at and below
	spoke map[int64]int64   // for a class, the likeliest one at or below it: it speaks for it
}

// Choice is a class a text may be of.
type Choice struct {
	Class int64
	P     float64
	Words []string // of the text, that speak for it
}

// consider weighs a text.
func (r *Reader) consider(b *brain, text string) *considered {
	c := &considered{r: r, b: b, text: clip(text), own: map[int64]float64{}, below: map[int64]float64{}, seen: map[int64]int{}, spoke: map[int64]int64{}}
	p := b.Class.chances(c.text)
	tops := c.tops(p)
	for i, name := range b.Class.Labels {
		class, ok := r.inUse(labelled(name))
		if !ok {
			continue
		}
		line := place.IDs(class.Path)
		own := p[i] * tops[line[0]]
		c.own[class.ID] += own
		for _, id := range line {
			c.below[id] += own
			c.seen[id] += int(b.Class.Seen[i])
		}
	}
	for id, own := range c.own {
		for _, up := range place.IDs(c.class(id).Path) {
			if best, ok := c.spoke[up]; !ok || own > c.own[best] || own == c.own[best] && id < best {
				c.spoke[up] = id
			}
		}
	}
	return c
}

func (c *considered) class(id int64) catalog.Class {
	x, _ := c.r.catalog.Class(id)
	return x
}

// inUse is a class, or for one that was retired the nearest above it that is in use.
func (r *Reader) inUse(id int64) (catalog.Class, bool) {
	for id != 0 {
		c, ok := r.catalog.Class(id)
		if !ok || c.Until == 0 {
			return c, ok
		}
		id = c.Parent
	}
	return catalog.Class{}, false
}

// blend is how much of the first level's chances comes from likeness alone, so that a class the linear classifier has never seen has one too.
const blend = 0.05

// tops are factors for the chances of all classes below each first level: they make its sum what the linear classifier says.
func (c *considered) tops(p []float64) map[int64]float64 {
	sum := map[int64]float64{}
	for i, name := range c.b.Class.Labels {
		if class, ok := c.r.inUse(labelled(name)); ok {
			sum[place.IDs(class.Path)[0]] += p[i]
		}
	}
	out := map[int64]float64{}
	if c.b.Tops == nil {
		for top := range sum {
			out[top] = 1
		}
		return out
	}
	said := map[int64]float64{}
	chances := c.b.Tops.Chances(c.text)
	for i, name := range c.b.Tops.Labels() {
		said[labelled(name)] = chances[i]
	}
	for top, was := range sum {
		if was > 0 {
			out[top] = ((1-blend)*said[top] + blend*was) / was
		}
	}
	return out
}

// honest lowers a chance to what can be known from n cases: after three nobody is surer than two in three.
func honest(p float64, n int) float64 {
	return min(p, (float64(n)+1)/(float64(n)+3))
}

func (c *considered) p(class int64) float64 { return honest(c.below[class], c.seen[class]) }

// leaf is the likeliest class, 0 for none.
func (c *considered) leaf() int64 {
	best := int64(0)
	for id, p := range c.own {
		if p > c.own[best] || p == c.own[best] && p > 0 && id < best {
			best = id
		}
	}
	return best
}

// top is the likeliest first level.
func (c *considered) top() (class int64, p float64) {
	for id, at := range c.below {
		if c.class(id).Parent == 0 && (at > p || at == p && id < class) {
			class, p = id, at
		}
	}
	return class, honest(p, c.seen[class])
}

// least is the smallest chance worth a line.
const least = 0.03

// pick are the n likeliest classes. The first is as deep as one can be sure of: where a class has too few cases behind it, the one above it is named.
func (c *considered) pick(n int, sure float64) []Choice {
	leaf := c.leaf()
	if leaf == 0 {
		return nil
	}
	first := leaf
	line := place.IDs(c.class(leaf).Path)
	for _, id := range slices.Backward(line) {
		if c.p(id) >= sure {
			first = id
			break
		}
	}
	ids := []int64{first}
	for _, id := range c.ranked() {
		if len(ids) < n && c.own[id] >= least && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	out := make([]Choice, len(ids))
	for i, id := range ids {
		out[i] = Choice{Class: id, P: c.p(id), Words: c.words(id)}
	}
	return out
}

// ranked are the classes that have chances of their own, the likeliest first.
func (c *considered) ranked() []int64 {
	var ids []int64
	for id, p := range c.own {
		if p >= least {
			ids = append(ids, id)
		}
	}
	slices.SortFunc(ids, func(a, b int64) int {
		switch {
		case c.own[a] > c.own[b]:
			return -1
		case c.own[a] < c.own[b]:
			return 1
		}
		return int(a - b)
	})
	return ids
}

// mostWords is how many words speak for a class.
const mostWords = 4

// words are what speaks for a class, or for the likeliest one below it.
func (c *considered) words(class int64) []string {
	if words := c.b.Class.words(c.text, label(c.spoke[class]), mostWords); len(words) > 0 || c.b.Tops == nil {
		return words
	}
	var words []string
	top := label(place.IDs(c.class(class).Path)[0])
	for _, g := range c.b.Tops.Suggest(c.text, 3) {
		if g.Label == top {
			words = heavy(g.Words)
		}
	}
	return words
}

func heavy(all []linear.Word) []string {
	var out []string
	for _, w := range all[:min(len(all), mostWords)] {
		out = append(out, w.Text)
	}
	return out
}
