package triage

import (
	"math"
	"slices"
	"strconv"
)

// likeness tells how like the texts of each label a text is: a language model of tokens per label, smoothed by that of all labels (Dirichlet prior).
// It learns in one pass, takes labels with one text or thousands, and needs memory only for what was seen. What it has learned is asked through an index.
type likeness struct {
	Labels []string // in order
	Seen   []int32  // texts of people, by label; names and examples of the catalogue don't count
	Mass   []float32
	Heat   float64 // scores are divided by it before they become chances; found on texts not learned from

	Keys []uint32  // the tokens, in order
	Ends []uint32  // of each token, where its shares end, which begin where those before end
	In   []uint16  // of each share, the label
	N    []float32 // and how often the token is in texts of that label

	heard map[uint32][]share // while it learns
	all   float64            // how many tokens there are in all texts
	costs []float32          // what every token costs a label of many texts
	prior []float32
}

// share is how often a token occurs in the texts of a label.
type share struct {
	label uint16
	n     float32
}

const (
	smooth   = 100.0 // tokens of the background every label is mixed with
	usual    = 0.35  // heat before anything was measured
	maxLabel = 1 << 13
	cold     = -20 // logarithm of a chance that is none
)

// newLikeness makes one that knows the labels and nothing of them.
func newLikeness(labels []string) *likeness {
	labels = slices.Clone(labels)
	slices.Sort(labels)
	labels = slices.Compact(labels)
	labels = labels[:min(len(labels), maxLabel)]
	return &likeness{Labels: labels, Seen: make([]int32, len(labels)), Mass: make([]float32, len(labels)), heard: map[uint32][]share{}, Heat: usual}
}

func (l *likeness) at(label string) (at int, ok bool) { return slices.BinarySearch(l.Labels, label) }

// add learns a text; people tells that it is a case, not a line of the catalogue.
func (l *likeness) add(text, label string, weight float64, people bool) {
	at, ok := l.at(label)
	if !ok {
		return
	}
	if people {
		l.Seen[at]++
	}
	w := float32(weight)
	for _, t := range tokens(text) {
		list := l.heard[t.key]
		i, known := slices.BinarySearchFunc(list, uint16(at), func(s share, n uint16) int { return int(s.label) - int(n) })
		if known {
			list[i].n += w
		} else {
			l.heard[t.key] = slices.Insert(list, i, share{uint16(at), w})
		}
		l.Mass[at] += w
	}
}

// thin forgets what was seen once in a thousand texts of people: names and slips of the pen.
func (l *likeness) thin() {
	for k, list := range l.heard {
		if len(list) == 1 && list[0].n <= 1 && l.Seen[list[0].label] > 0 {
			l.Mass[list[0].label] -= list[0].n
			delete(l.heard, k)
		}
	}
}

// settle puts what was heard into the arrays.
func (l *likeness) settle() {
	l.Keys, l.Ends, l.In, l.N = make([]uint32, 0, len(l.heard)), make([]uint32, 0, len(l.heard)), nil, nil
	for k := range l.heard {
		l.Keys = append(l.Keys, k)
	}
	slices.Sort(l.Keys)
	for _, k := range l.Keys {
		for _, s := range l.heard[k] {
			l.In, l.N = append(l.In, s.label), append(l.N, s.n)
		}
		l.Ends = append(l.Ends, uint32(len(l.N)))
	}
	l.In, l.N = slices.Clip(l.In), slices.Clip(l.N)
	l.ready()
}

// whole tells whether the arrays fit each other, as those of a damaged model would not.
func (l *likeness) whole() bool {
	n := len(l.Labels)
	ends := len(l.Ends) == len(l.Keys) && slices.IsSorted(l.Keys) && slices.IsSorted(l.Ends) && (len(l.Ends) == 0 || int(l.Ends[len(l.Ends)-1]) == len(l.N))
	return ends && n <= maxLabel && len(l.Seen) == n && len(l.Mass) == n && len(l.In) == len(l.N) && (len(l.In) == 0 || int(slices.Max(l.In)) < n)
}

// ready computes what is the same for every text.
func (l *likeness) ready() {
	l.all = 0
	for _, n := range l.N {
		l.all += float64(n)
	}
	l.costs, l.prior = make([]float32, len(l.Labels)), make([]float32, len(l.Labels))
	for i := range l.Labels {
		l.costs[i], l.prior[i] = float32(math.Log1p(float64(l.Mass[i])/smooth)), float32(math.Log1p(float64(l.Seen[i])))
	}
}

// speaks appends what the token of a number speaks for, in order of labels, which are numbered from first on.
func (l *likeness) speaks(lifts []lift, token int, first uint16) []lift {
	from, to := uint32(0), l.Ends[token]
	if token > 0 {
		from = l.Ends[token-1]
	}
	sum := 0.0
	for _, n := range l.N[from:to] {
		sum += float64(n)
	}
	for i := from; i < to; i++ {
		one := lift{label: first + l.In[i], by: uint16(min(math.MaxUint16, steps*math.Log1p(float64(l.N[i])*l.all/(smooth*sum))+0.5))}
		if l.N[i] <= 1 {
			one.label |= single
		}
		lifts = append(lifts, one)
	}
	return lifts
}

// lean leaves out what is only kept to be written.
func (l *likeness) lean() { l.Keys, l.Ends, l.In, l.N = nil, nil, nil, nil }

// soften turns scores into chances.
func soften(s []float64, heat float64) {
	top, sum, by := math.Inf(-1), 0.0, 1/heat
	for _, x := range s {
		if x > top {
			top = x
		}
	}
	for i, x := range s {
		if s[i] = 0; (x-top)*by > cold {
			s[i] = math.Exp((x - top) * by)
			sum += s[i]
		}
	}
	for i := range s {
		s[i] /= sum
	}
}

// fit finds the heat under which texts that were not learned from are the likeliest.
func (l *likeness) fit(texts, labels []string) {
	if len(texts) < 10 {
		return
	}
	all := make([][]float64, 0, len(texts))
	var want []int
	var sum sums
	x := newIndex(l)
	for i, text := range texts[:min(len(texts), 1000)] {
		at, ok := l.at(labels[i])
		s, known := x.classes(x.look(nil, tokens(text)), &sum)
		if ok && known > 0 && !math.IsInf(s[at], -1) {
			all, want = append(all, slices.Clone(s)), append(want, at)
		}
	}
	least := math.Inf(1)
	for _, heat := range []float64{0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1, 1.3, 1.7, 2.2, 3, 4} {
		loss := 0.0
		for i, s := range all {
			p := slices.Clone(s)
			soften(p, heat)
			loss -= math.Log(p[want[i]] + 1e-9)
		}
		if loss < least {
			least, l.Heat = loss, heat
		}
	}
}

func label(id int64) string { return strconv.FormatInt(id, 10) }

func labelled(s string) int64 {
	n, _ := strconv.ParseInt(s, 10, 64)
	return n
}
