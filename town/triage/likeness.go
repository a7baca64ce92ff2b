package triage

import (
	"cmp"
	"math"
	"slices"
	"strconv"
)

// likeness tells how like the texts of each label a text is: a language model of tokens per label, smoothed by that of all labels (Dirichlet prior).
// It learns in one pass, takes labels with one text or thousands, and needs memory only for what was seen. Arrays, because it is asked a thousand times
// for each time that it learns.
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
	slots []slot             // where the shares of each token are, by open addressing
	lifts []lift
	costs []float32 // what every token costs a label of many texts
	prior []float32
}

// slot is a token's key and from (included) where to (excluded) its shares are; one without any is free.
type slot struct{ key, from, to uint32 }

// lift is how much a token speaks for a label. Once tells that no more than one text of that label has it.
type lift struct {
	label uint16
	once  bool
	by    float32
}

// share is how often a token occurs in the texts of a label.
type share struct {
	label uint16
	n     float32
}

const (
	smooth   = 100.0 // tokens of the background every label is mixed with
	usual    = 0.35  // heat before anything was measured
	maxLabel = 1 << 15
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
	ends := len(l.Ends) == len(l.Keys) && slices.IsSorted(l.Ends) && (len(l.Ends) == 0 || int(l.Ends[len(l.Ends)-1]) == len(l.N))
	return ends && len(l.Seen) == n && len(l.Mass) == n && len(l.In) == len(l.N) && (len(l.In) == 0 || int(slices.Max(l.In)) < n)
}

// ready computes what is the same for every text.
func (l *likeness) ready() {
	all := 0.0
	for _, n := range l.N {
		all += float64(n)
	}
	l.lifts = make([]lift, len(l.N))
	from := uint32(0)
	for _, to := range l.Ends {
		sum := 0.0
		for _, n := range l.N[from:to] {
			sum += float64(n)
		}
		for i := from; i < to; i++ {
			l.lifts[i] = lift{l.In[i], l.N[i] <= 1, float32(math.Log1p(float64(l.N[i]) * all / (smooth * sum)))}
		}
		from = to
	}
	l.costs, l.prior = make([]float32, len(l.Labels)), make([]float32, len(l.Labels))
	for i := range l.Labels {
		l.costs[i], l.prior[i] = float32(math.Log1p(float64(l.Mass[i])/smooth)), float32(math.Log1p(float64(l.Seen[i])))
	}
	l.index()
}

// index makes the table in which tokens are found.
func (l *likeness) index() {
	size := 16
	for size < 2*len(l.Keys) {
		size *= 2
	}
	l.slots = make([]slot, size)
	from := uint32(0)
	for i, k := range l.Keys {
		at := k & uint32(size-1)
		for l.slots[at].to != 0 {
			at = (at + 1) & uint32(size-1)
		}
		l.slots[at] = slot{k, from, l.Ends[i]}
		from = l.Ends[i]
	}
}

// lean leaves out what is only kept to be written.
func (l *likeness) lean() { l.Keys, l.Ends, l.In, l.N = nil, nil, nil, nil }

// find gives what a token speaks for, in order of labels.
func (l *likeness) find(key uint32) []lift {
	mask := uint32(len(l.slots) - 1)
	for at := key & mask; l.slots[at].to != 0; at = (at + 1) & mask {
		if s := &l.slots[at]; s.key == key {
			return l.lifts[s.from:s.to]
		}
	}
	return nil
}

// scores are higher the more like a label's texts the text is; known is how many of its tokens have been seen at all.
func (l *likeness) scores(text []token) (s []float64, known int) {
	sum := make([]float32, len(l.Labels))
	for _, t := range text {
		lifts := l.find(t.key)
		for i := range lifts {
			sum[lifts[i].label] += lifts[i].by
		}
		if len(lifts) > 0 {
			known++
		}
	}
	s = make([]float64, len(sum))
	long := float32(math.Sqrt(float64(max(1, known))))
	for i := range s {
		if s[i] = float64((sum[i] - float32(known)*l.costs[i] + l.prior[i]) / long); l.Mass[i] == 0 {
			s[i] = math.Inf(-1)
		}
	}
	return s, known
}

// chances make scores sum to one; all are zero if nothing in the text has been seen.
func (l *likeness) chances(text []token) []float64 {
	s, known := l.scores(text)
	if known == 0 {
		return make([]float64, len(s))
	}
	soften(s, l.Heat)
	return s
}

// soften turns scores into chances.
func soften(s []float64, heat float64) {
	top, sum := slices.Max(s), 0.0
	for i := range s {
		x := (s[i] - top) / heat
		if s[i] = 0; x > cold {
			s[i] = math.Exp(x)
		}
		sum += s[i]
	}
	for i := range s {
		s[i] /= sum
	}
}

// best is the likeliest label, "" if nothing of the text is known.
func (l *likeness) best(text []token) (label string, p float64, seen int) {
	if l == nil || len(l.Labels) == 0 {
		return "", 0, 0
	}
	at := 0
	all := l.chances(text)
	for i := range all {
		if all[i] > all[at] {
			at = i
		}
	}
	if all[at] == 0 {
		return "", 0, 0
	}
	return l.Labels[at], all[at], int(l.Seen[at])
}

// words are the pieces of the text that speak for a label, the strongest first; tokens that overlap are one piece.
func (l *likeness) words(text string, read []token, label string, most int) []string {
	at, ok := l.at(label)
	if !ok {
		return nil
	}
	var all []piece
	for _, t := range read {
		if w := l.speaks(t.key, uint16(at)); w > 0 {
			all = append(all, piece{t.from, t.to, w})
		}
	}
	slices.SortStableFunc(all, func(a, b piece) int { return cmp.Compare(b.w, a.w) })
	return pieces(text, all[:min(2*most, len(all))], most)
}

// speaks is how much a token speaks for a label. What a person has said only once says nothing.
func (l *likeness) speaks(key uint32, label uint16) float32 {
	all := l.find(key)
	i, here := slices.BinarySearchFunc(all, label, func(s lift, n uint16) int { return int(s.label) - int(n) })
	if !here || l.Seen[label] > 0 && all[i].once {
		return 0
	}
	return all[i].by - l.costs[label]
}

// fit finds the heat under which texts that were not learned from are the likeliest.
func (l *likeness) fit(texts, labels []string) {
	if len(texts) < 10 {
		return
	}
	all := make([][]float64, 0, len(texts))
	var want []int
	for i, text := range texts[:min(len(texts), 1000)] {
		at, ok := l.at(labels[i])
		s, known := l.scores(tokens(text))
		if ok && known > 0 && !math.IsInf(s[at], -1) {
			all, want = append(all, s), append(want, at)
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
