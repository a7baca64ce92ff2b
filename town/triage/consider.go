package triage

import (
	"unicode/utf8"

	"mulin/internal/linear"
)

// considered is a text weighed against every class: how much of the chances lies at and below each. Its space is used again for another text, see done.
type considered struct {
	cutting
	sums
	b     *model
	n     *classTree
	text  string
	found []int32   // the tokens that the model knows
	own   []float64 // of each node itself
	below []float64 // of it and all below
	tops  []float64 // what the linear classifier says
	said  []float64 // of each node, and by what its chance is multiplied
	times []float64
}

// Choice is a class a text may be of.
type Choice struct {
	Class int64
	P     float64
	Words []string // of the text, that speak for it
}

// consider weighs a text. Whoever asks says done when nothing of the answer is needed any more.
func (r *Reader) consider(b *model, text string) *considered {
	c := r.classTree(b).considered(b)
	c.text = clip(text)
	c.cut(c.text)
	c.found = b.index.look(c.found, c.tokens)
	clear(c.own)
	for i, p := range b.index.chances(c.found, &c.sums) {
		if node := c.n.label[i]; node >= 0 {
			c.own[node] += p
		}
	}
	c.sum()
	if b.Tops != nil {
		c.rule()
	}
	return c
}

// considered is space for weighing a text.
func (n *classTree) considered(b *model) *considered {
	if c, ok := n.idle.Get().(*considered); ok {
		return c
	}
	all := make([]float64, 4*len(n.id))
	part := func(i int) []float64 { return all[i*len(n.id):][:len(n.id)] }
	return &considered{b: b, n: n, own: part(0), below: part(1), said: part(2), times: part(3)}
}

// done gives the space back.
func (c *considered) done() {
	c.text = ""
	c.n.idle.Put(c)
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
	clear(c.said)
	c.tops = c.b.Tops.Chances(c.tops, c.units)
	for i, p := range c.tops {
		if top := c.n.topsTop[i]; top >= 0 {
			c.said[top] += p
		}
	}
	for node := range c.own {
		switch up := c.n.up[node]; {
		case up >= 0:
			c.times[node] = c.times[up]
		case c.below[node] > 0:
			c.times[node] = ((1-blend)*c.said[node] + blend*c.below[node]) / c.below[node]
		default:
			c.own[node], c.below[node], c.times[node] = c.said[node], c.said[node], 1
		}
		c.own[node] *= c.times[node]
		c.below[node] *= c.times[node]
	}
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
	nodes := c.next(append(make([]int32, 0, n), first), n)
	out := make([]Choice, len(nodes))
	for i, node := range nodes {
		if out[i] = (Choice{Class: c.n.id[node], P: c.p(node)}); explain {
			out[i].Words = c.words(node)
		}
	}
	return out
}

// next appends to the first one the likeliest others with chances of their own, up to n nodes in all.
func (c *considered) next(nodes []int32, n int) []int32 {
	for node, p := range c.own {
		if p < behind || int32(node) == nodes[0] || len(nodes) >= n && (n < 2 || p <= c.own[nodes[n-1]]) {
			continue
		}
		nodes = append(nodes[:min(len(nodes), n-1)], int32(node))
		for i := len(nodes) - 1; i > 1 && p > c.own[nodes[i-1]]; i-- {
			nodes[i-1], nodes[i] = nodes[i], nodes[i-1]
		}
	}
	return nodes
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
	if words := c.b.index.words(c.text, c.tokens, label(c.n.id[best]), mostWords); len(words) > 0 {
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
