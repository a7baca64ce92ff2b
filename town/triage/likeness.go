package triage

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"mulin/internal/gram"
)

// likeness tells how like the texts of each label a text is: a language model of tokens per label, smoothed by that of all labels (Dirichlet prior).
// It learns in one pass, takes labels with one text or thousands, and needs memory only for what was seen.
type likeness struct {
	Labels []string // in order
	Seen   []int32  // texts of people, by label; names and examples of the catalogue don't count
	Mass   []float32
	Tokens map[uint32][]share
	Heat   float64 // scores are divided by it before they become chances; found on texts not learned from
	whole  float64
	most   map[uint32]float32 // how often each token occurs over all labels
}

// share is how often a token occurs in the texts of a label.
type share struct {
	Label uint16
	N     float32
}

const (
	smooth   = 100.0 // tokens of the background every label is mixed with
	usual    = 0.35  // heat before anything was measured
	maxLabel = 1 << 15
)

// tokens are what a text consists of, each once. Numbers are left out, which say who and where, not what; so are single characters.
func tokens(text string) []string {
	return slices.DeleteFunc(gram.Tokens(text), func(t string) bool {
		return strings.IndexFunc(t, unicode.IsLetter) < 0 || utf8.RuneCountInString(t) < 2
	})
}

func key(token string) uint32 {
	h := uint32(2166136261)
	for i := range len(token) {
		h = (h ^ uint32(token[i])) * 16777619
	}
	return h
}

// newLikeness makes one that knows the labels and nothing of them.
func newLikeness(labels []string) *likeness {
	labels = slices.Clone(labels)
	slices.Sort(labels)
	labels = slices.Compact(labels)
	labels = labels[:min(len(labels), maxLabel)]
	return &likeness{Labels: labels, Seen: make([]int32, len(labels)), Mass: make([]float32, len(labels)), Tokens: map[uint32][]share{}, Heat: usual}
}

// add learns a text; people tells that it is a case, not a line of the catalogue.
func (l *likeness) add(text, label string, weight float64, people bool) {
	at, ok := slices.BinarySearch(l.Labels, label)
	if !ok {
		return
	}
	if people {
		l.Seen[at]++
	}
	w := float32(weight)
	for _, t := range tokens(text) {
		k := key(t)
		list := l.Tokens[k]
		i, known := slices.BinarySearchFunc(list, uint16(at), func(s share, n uint16) int { return int(s.Label) - int(n) })
		if known {
			list[i].N += w
		} else {
			l.Tokens[k] = slices.Insert(list, i, share{uint16(at), w})
		}
		l.Mass[at] += w
	}
}

// thin forgets what was seen once in a thousand texts of people: names and slips of the pen.
func (l *likeness) thin() {
	for k, list := range l.Tokens {
		if len(list) == 1 && list[0].N <= 1 && l.Seen[list[0].Label] > 0 {
			l.Mass[list[0].Label] -= list[0].N
			delete(l.Tokens, k)
		}
	}
	l.ready()
}

// ready computes what is the same for every text.
func (l *likeness) ready() {
	l.whole, l.most = 0, make(map[uint32]float32, len(l.Tokens))
	for k, list := range l.Tokens {
		sum := float32(0)
		for _, s := range list {
			sum += s.N
		}
		l.most[k] = sum
		l.whole += float64(sum)
	}
}

// lift is how much a share of a token speaks for its label.
func (l *likeness) lift(k uint32, s share) float64 {
	return math.Log1p(float64(s.N) * l.whole / (smooth * float64(l.most[k])))
}

// cost is what every token costs a label of many texts.
func (l *likeness) cost(label int) float64 { return math.Log1p(float64(l.Mass[label]) / smooth) }

// scores are higher the more like a label's texts the text is; known is how many of its tokens have been seen at all.
func (l *likeness) scores(text string) (s []float64, known int) {
	s = make([]float64, len(l.Labels))
	for _, t := range tokens(text) {
		k := key(t)
		list := l.Tokens[k]
		if len(list) == 0 {
			continue
		}
		known++
		for _, sh := range list {
			s[sh.Label] += l.lift(k, sh)
		}
	}
	long := math.Sqrt(float64(max(1, known)))
	for i := range s {
		s[i] = (s[i] - float64(known)*l.cost(i) + math.Log1p(float64(l.Seen[i]))) / long
		if l.Mass[i] == 0 {
			s[i] = math.Inf(-1)
		}
	}
	return s, known
}

// chances make scores sum to one; all are zero if nothing in the text has been seen.
func (l *likeness) chances(text string) []float64 {
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
		s[i] = math.Exp((s[i] - top) / heat)
		sum += s[i]
	}
	for i := range s {
		s[i] /= sum
	}
}

// best is the likeliest label, "" if nothing of the text is known.
func (l *likeness) best(text string) (label string, p float64, seen int) {
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

// words are the pieces of the text that speak for a label, the strongest first; tokens that overlap or touch are one piece.
func (l *likeness) words(text, label string, most int) []string {
	at, ok := slices.BinarySearch(l.Labels, label)
	if !ok {
		return nil
	}
	weigh := map[string]float64{}
	for _, t := range tokens(text) {
		k := key(t)
		i, here := slices.BinarySearchFunc(l.Tokens[k], uint16(at), func(s share, n uint16) int { return int(s.Label) - int(n) })
		if here && (l.Seen[at] == 0 || l.Tokens[k][i].N > 1) {
			if w := l.lift(k, l.Tokens[k][i]) - l.cost(at); w > 0 {
				weigh[t] = w
			}
		}
	}
	return pieces(text, strongest(weigh, 2*most), most)
}

// strongest keeps the n heaviest.
func strongest(weigh map[string]float64, n int) map[string]float64 {
	type pair struct {
		token string
		w     float64
	}
	var all []pair
	for t, w := range weigh {
		all = append(all, pair{t, w})
	}
	slices.SortFunc(all, func(a, b pair) int { return cmp.Or(cmp.Compare(b.w, a.w), strings.Compare(a.token, b.token)) })
	out := map[string]float64{}
	for _, p := range all[:min(n, len(all))] {
		out[p.token] = p.w
	}
	return out
}

// longestPiece is how many characters a piece of evidence may have.
const longestPiece = 8

// pieces finds tokens in the text as it stands there and joins those that overlap.
func pieces(text string, weigh map[string]float64, most int) []string {
	type piece struct {
		from, to int
		w        float64
	}
	var all []piece
	lower := strings.ToLower(text)
	if len(lower) != len(text) {
		lower = text
	}
	for t, w := range weigh {
		if i := strings.Index(lower, t); i >= 0 {
			all = append(all, piece{i, i + len(t), w})
		}
	}
	slices.SortFunc(all, func(a, b piece) int { return cmp.Or(a.from-b.from, a.to-b.to) })
	var joined []piece
	for _, p := range all {
		if n := len(joined); n > 0 && p.from < joined[n-1].to && len([]rune(text[joined[n-1].from:max(p.to, joined[n-1].to)])) <= longestPiece {
			joined[n-1].to, joined[n-1].w = max(joined[n-1].to, p.to), joined[n-1].w+p.w
			continue
		}
		joined = append(joined, p)
	}
	slices.SortStableFunc(joined, func(a, b piece) int { return cmp.Compare(b.w, a.w) })
	var out []string
	for _, p := range joined {
		if word := text[p.from:p.to]; len(out) < most && !slices.Contains(out, word) {
			out = append(out, word)
		}
	}
	return out
}

// fit finds the heat under which texts that were not learned from are the likeliest.
func (l *likeness) fit(texts, labels []string) {
	if len(texts) < 10 {
		return
	}
	all := make([][]float64, 0, len(texts))
	var want []int
	for i, text := range texts[:min(len(texts), 1000)] {
		at, ok := slices.BinarySearch(l.Labels, labels[i])
		s, known := l.scores(text)
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
