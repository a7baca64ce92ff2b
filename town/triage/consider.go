package triage

import (
	"slices"
	"unicode/utf8"

	"mulin/internal/linear"
)

// considered is a text weighed against every class: how much of the chances lies at and below each.
type considered struct {
	b     *brain
	n     *board
	text  string
	read  []token
	own   []float64 // of each node itself
	below []float64 // of it and all below
}

// Choice is a class a text may be of.
type Choice struct {
	Class int64
	P     float64
	Words []string // of the text, that speak for it
}

// consider weighs a text.
func (r *Reader) consider(b *brain, text string) *considered {
	n := r.board(b)
	c := &considered{b: b, n: n, text: clip(text), own: make([]float64, len(n.id)), below: make([]float64, len(n.id))}
	c.read = tokens(c.text)
	for i, p := range b.Class.chances(c.read) {
		if node := n.label[i]; node >= 0 {
			c.own[node] += p
		}
	}
	c.sum()
	if b.Tops != nil {
		c.rule()
	}
	return c
}

// sum adds up the chances at and below each node; nodes stand behind those above them.
func (c *considered) sum() {
	copy(c.below, c.own)
	for node := len(c.below) - 1; node >= 0; node-- {
		if up := c.n.up[node]; up >= 0 {
			c.below[up] += c.below[node]
		}
	}
}

// blend is how much of the first level's chances comes from likeness alone, so that a class the linear classifier has never seen has one too.
const blend = 0.05

// rule gives the first levels the chances the linear classifier says, and shares them out below as likeness does.
func (c *considered) rule() {
	said := make([]float64, len(c.own))
	for i, p := range c.b.Tops.Chances(c.text) {
		if top := c.n.topsTop[i]; top >= 0 {
			said[top] += p
		}
	}
	factor := make([]float64, len(c.own))
	for node := range c.own {
		if up := c.n.up[node]; up >= 0 {
			factor[node] = factor[up]
			c.own[node] *= factor[node]
			continue
		}
		if was := c.below[node]; was > 0 {
			factor[node] = ((1-blend)*said[node] + blend*was) / was
			c.own[node] *= factor[node]
		} else {
			c.own[node] = said[node]
		}
	}
	c.sum()
}

// honest lowers a chance to what can be known from n cases: after three nobody is surer than two in three.
func honest(p float64, n int32) float64 {
	return min(p, (float64(n)+1)/(float64(n)+3))
}

func (c *considered) p(node int32) float64 { return honest(c.below[node], c.n.seen[node]) }

// leaf is the likeliest node by its own chances, -1 for none.
func (c *considered) leaf() int32 {
	best := int32(-1)
	for node, p := range c.own {
		if p > 0 && (best < 0 || p > c.own[best]) {
			best = int32(node)
		}
	}
	return best
}

// top is the likeliest first level.
func (c *considered) top() (class int64, p float64) {
	best := int32(-1)
	for node := range c.below {
		if c.n.up[node] < 0 && c.below[node] > 0 && (best < 0 || c.below[node] > c.below[best]) {
			best = int32(node)
		}
	}
	if best < 0 {
		return 0, 0
	}
	return c.n.id[best], c.p(best)
}

// deepest goes down from the likeliest first level as far as one can be sure; -1 if not even that is.
func (c *considered) deepest(sure float64) int32 {
	at := int32(-1)
	for {
		best := at
		for node := range c.below {
			if c.n.up[node] == at && c.p(int32(node)) >= sure && (best == at || c.below[node] > c.below[best]) {
				best = int32(node)
			}
		}
		if best == at {
			return at
		}
		at = best
	}
}

// The smallest chances worth a line: of the first class, and of those behind it.
const (
	least  = 0.03
	behind = 0.005
)

// pick are the n likeliest classes. The first is as fine as one can be sure of: where a class has too few cases behind it, the one above it is named.
// The words that speak for them take longer to find than the classes.
func (c *considered) pick(n int, sure float64, explain bool) []Choice {
	leaf := c.leaf()
	if leaf < 0 {
		return nil
	}
	first := c.deepest(sure)
	if first < 0 {
		first = leaf
	}
	if c.below[first] < least {
		return nil
	}
	nodes := []int32{first}
	for _, node := range c.ranked() {
		if len(nodes) < n && !slices.Contains(nodes, node) {
			nodes = append(nodes, node)
		}
	}
	out := make([]Choice, len(nodes))
	for i, node := range nodes {
		if out[i] = (Choice{Class: c.n.id[node], P: c.p(node)}); explain {
			out[i].Words = c.words(node)
		}
	}
	return out
}

// ranked are the nodes with chances of their own, the likeliest first.
func (c *considered) ranked() []int32 {
	var all []int32
	for node, p := range c.own {
		if p >= behind {
			all = append(all, int32(node))
		}
	}
	slices.SortStableFunc(all, func(a, b int32) int {
		switch {
		case c.own[a] > c.own[b]:
			return -1
		case c.own[a] < c.own[b]:
			return 1
		}
		return 0
	})
	return all
}

// mostWords is how many words speak for a class.
const mostWords = 4

// words are what speaks for a class: for a first level what the linear classifier says, for others what the likeliest at or below it has been seen with.
func (c *considered) words(node int32) []string {
	if c.n.up[node] < 0 {
		if words := c.topWords(node); len(words) > 0 {
			return words
		}
	}
	best := node
	for i, p := range c.own {
		if p > c.own[best] && c.under(int32(i), node) {
			best = int32(i)
		}
	}
	if words := c.b.Class.words(c.text, c.read, label(c.n.id[best]), mostWords); len(words) > 0 {
		return words
	}
	return c.topWords(c.n.top(node))
}

// under tells whether a node lies at or below another.
func (c *considered) under(node, above int32) bool {
	for node > above {
		node = c.n.up[node]
	}
	return node == above
}

func (c *considered) topWords(top int32) []string {
	if c.b.Tops == nil {
		return nil
	}
	return heavy(c.b.Tops.Words(c.text, label(c.n.id[top])))
}

func heavy(all []linear.Word) []string {
	var out []string
	for _, w := range all {
		if len(out) < mostWords && utf8.RuneCountInString(w.Text) > 1 {
			out = append(out, w.Text)
		}
	}
	return out
}
