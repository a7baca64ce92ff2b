package issue

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"mulin/internal/endings"
	"mulin/internal/geo"
	"mulin/internal/gram"
)

// Item is one message as the grouping sees it. Person is a key that tells people apart and never a name; "" is somebody unknown.
type Item struct {
	ID     int64
	Person string
	Proven bool  // the person has proven who they are: signed in with a code, or written under an account
	Since  int64 // when the account was made, 0: not known
	At     int64
	Title  string
	Text   string
	Path   string // of its place, "" for none
	Point  *geo.Point
	Class  int64

	Likes, Dislikes, Supporters int64
}

// weight is one term of a text and how much it counts.
type weight struct {
	term uint32
	w    float32
}

// vector is a text as weighted terms in the order of their numbers, of length 1.
type vector []weight

// dot is the cosine of two vectors of length 1.
func (a vector) dot(b vector) float64 {
	sum := 0.0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i].term < b[j].term:
			i++
		case a[i].term > b[j].term:
			j++
		default:
			sum += float64(a[i].w) * float64(b[j].w)
			i++
			j++
		}
	}
	return sum
}

// features are what is kept of a message: its words as vectors, and what it names.
type features struct {
	title, text vector
	names       []name
	seed        []uint32 // the terms by which others find it
}

const (
	maxRead  = 500 // characters of a text that are read: what it is about stands at its beginning
	maxTerms = 32  // terms of a text that are kept, the heaviest
	seeds    = 16
	dfSlots  = 1 << 21
	// leastTexts keeps everything from looking rare while little has been read.
	leastTexts = 400
)

// frequencies count in how many texts a term stands, in memory that doesn't grow: terms that share a slot look a little less rare than they are.
type frequencies struct {
	n    int64
	slot []uint32
}

func newFrequencies() *frequencies { return &frequencies{slot: make([]uint32, dfSlots)} }

func (f *frequencies) count(terms []uint32) {
	f.n++
	for _, t := range terms {
		f.slot[t%dfSlots]++
	}
}

// rare is the weight of a term: 0 for what stands everywhere.
func (f *frequencies) rare(term uint32) float64 {
	n := float64(max(f.n, leastTexts))
	return math.Log((n + 1) / (float64(f.slot[term%dfSlots]) + 1))
}

// words cuts folded text into overlapping pairs, each once.
func words(text string, most int) []uint32 {
	var all []uint32
	last := ' '
	for _, r := range text {
		if r != ' ' && last != ' ' {
			all = append(all, gram.Pair32(last, r))
		}
		if last = r; len(all) == most {
			break
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// name is a place or body that a message names, by a number.
type name struct {
	term   uint32
	area   bool // a district, town or street
	phrase bool // a few characters of the title: what many say in the same words is a name too, whatever it ends in
}

// reading is a message before it is weighed: what of it is counted.
type reading struct {
	title, all []uint32
	names      []name
}

// read takes the names out of a message, so that what is left says what is the matter and not where.
func read(it *Item, known *endings.Finder) reading {
	title, text := gram.Folded(it.Title), head(gram.Folded(it.Text), maxRead)
	var r reading
	for _, n := range known.Names(title + " " + text) {
		r.names = append(r.names, name{term: gram.Hash32(n.Text), area: n.Area})
		if n.Dwelling || n.Area {
			title, text = strings.ReplaceAll(title, n.Text, " "), strings.ReplaceAll(text, n.Text, " ")
		}
	}
	r.names = phrases(r.names, title)
	r.title = words(title, maxRead)
	r.all = append(words(text, maxRead), r.title...)
	slices.Sort(r.all)
	r.all = slices.Compact(r.all)
	return r
}

// phraseLength is as long as most names without an ending are.
const phraseLength = 4

// phrases adds the short stretches of a title.
func phrases(names []name, title string) []name {
	for run := range strings.FieldsSeq(title) {
		r := []rune(run)
		for i := 0; i+phraseLength <= len(r) && len(names) < maxNames; i++ {
			s := string(r[i : i+phraseLength])
			names = append(names, name{term: gram.Hash32(s), phrase: true})
		}
	}
	return names
}

// head is the beginning of a text.
func head(s string, n int) string {
	for i := range s {
		if n--; n < 0 {
			return s[:i]
		}
	}
	return s
}

// counted are all terms of a reading whose frequency is kept.
func (r *reading) counted() []uint32 {
	all := slices.Clone(r.all)
	for _, n := range r.names {
		all = append(all, n.term)
	}
	return all
}

// weigh makes features of a reading.
func (f *frequencies) weigh(r reading) features {
	ft := features{title: f.vector(r.title, maxTerms), text: f.vector(r.all, maxTerms), names: r.names}
	type seed struct {
		term uint32
		w    float64
	}
	var all []seed
	for _, n := range r.names {
		if !n.area {
			all = append(all, seed{n.term, f.rare(n.term) * seedWeight(n.phrase)})
		}
	}
	for _, t := range ft.title {
		all = append(all, seed{t.term, f.rare(t.term)})
	}
	for _, t := range ft.text {
		all = append(all, seed{t.term, 0.6 * f.rare(t.term)})
	}
	slices.SortFunc(all, func(a, b seed) int { return cmp.Or(cmp.Compare(b.w, a.w), cmp.Compare(a.term, b.term)) })
	for _, s := range all {
		if !slices.Contains(ft.seed, s.term) {
			ft.seed = append(ft.seed, s.term)
		}
		if len(ft.seed) == seeds {
			break
		}
	}
	return ft
}

// seedWeight is how much sooner a name finds an issue than a word does.
func seedWeight(phrase bool) float64 {
	if phrase {
		return 0.8
	}
	return 2
}

// vector weighs terms, keeps the heaviest and makes their length 1.
func (f *frequencies) vector(terms []uint32, most int) vector {
	v := make(vector, 0, len(terms))
	for _, t := range terms {
		if w := f.rare(t); w > 0 {
			v = append(v, weight{t, float32(w)})
		}
	}
	return v.trim(most)
}

// trim keeps the heaviest terms, in the order of their numbers, and makes their length 1.
func (v vector) trim(most int) vector {
	if len(v) > most {
		slices.SortFunc(v, func(a, b weight) int { return cmp.Or(cmp.Compare(b.w, a.w), cmp.Compare(a.term, b.term)) })
		v = slices.Clone(v[:most])
		slices.SortFunc(v, func(a, b weight) int { return cmp.Compare(a.term, b.term) })
	}
	sum := 0.0
	for _, t := range v {
		sum += float64(t.w) * float64(t.w)
	}
	if sum == 0 {
		return v
	}
	for i := range v {
		v[i].w /= float32(math.Sqrt(sum))
	}
	return v
}

// plus adds b times k.
func (a vector) plus(b vector, k float32) vector {
	sum := make(vector, 0, len(a)+len(b))
	for i, j := 0, 0; i < len(a) || j < len(b); {
		switch {
		case j == len(b) || i < len(a) && a[i].term < b[j].term:
			sum = append(sum, a[i])
			i++
		case i == len(a) || a[i].term > b[j].term:
			sum = append(sum, weight{b[j].term, k * b[j].w})
			j++
		default:
			sum = append(sum, weight{a[i].term, a[i].w + k*b[j].w})
			i++
			j++
		}
	}
	return sum
}

// heaviest keeps the most weighty terms, in order of their numbers.
func (v vector) heaviest(most int) vector {
	if len(v) <= most {
		return v
	}
	slices.SortFunc(v, func(a, b weight) int { return cmp.Or(cmp.Compare(b.w, a.w), cmp.Compare(a.term, b.term)) })
	v = slices.Clone(v[:most])
	slices.SortFunc(v, func(a, b weight) int { return cmp.Compare(a.term, b.term) })
	return v
}

func (v vector) length() float64 {
	sum := 0.0
	for _, t := range v {
		sum += float64(t.w) * float64(t.w)
	}
	return math.Sqrt(sum)
}
