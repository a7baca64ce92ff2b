// Package lexicon finds the names of a list in texts: the longest at each place, in one pass, however they are written (full width, capitals, blanks
// inside). It is a trie over characters in flat arrays, so that a hundred thousand names take a few megabytes and a text a few microseconds.
package lexicon

import (
	"slices"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Lexicon is a list of names made ready. It never changes and may be used by many at once.
type Lexicon struct {
	label []rune  // the character that leads to a node
	first []int32 // its first child; the children of a node lie side by side, in order
	count []int32
	value []int32 // the name that ends here, -1 for none
	root  []int32 // the child of the root by character, for the characters that nearly all names begin with; 0: none
}

// Hit is a name found in a text: its number in the list and where it stands, in folded characters.
type Hit struct{ Name, From, To int }

// New makes a lexicon; hits name the names by their number in the list. Names that fold to nothing are never found, of equal ones the first is.
func New(names []string) *Lexicon {
	all := make([]key, 0, len(names))
	for i, n := range names {
		if k := Fold(n).Runes; len(k) > 0 {
			all = append(all, key{k, int32(i)})
		}
	}
	slices.SortStableFunc(all, func(a, b key) int { return slices.Compare(a.runes, b.runes) })
	l := &Lexicon{root: make([]int32, rootSize)}
	l.node(0)
	l.grow(all)
	for i := range l.count[0] {
		n := l.first[0] + i
		if r := l.label[n] - rootBase; r >= 0 && r < rootSize {
			l.root[r] = n
		}
	}
	return l
}

// The root's children are found by index for the common Chinese characters.
const rootBase, rootSize = 0x4e00, 0x9fff - 0x4e00 + 1

type key struct {
	runes []rune
	name  int32
}

func (l *Lexicon) node(r rune) int32 {
	l.label, l.first, l.count, l.value = append(l.label, r), append(l.first, 0), append(l.count, 0), append(l.value, -1)
	return int32(len(l.label) - 1)
}

// task is a node to be given its children: those of the sorted names from lo to hi, which agree in depth characters.
type task struct {
	node   int32
	lo, hi int
	depth  int
}

// grow builds the trie level by level, so that siblings lie side by side.
func (l *Lexicon) grow(all []key) {
	for queue := []task{{0, 0, len(all), 0}}; len(queue) > 0; queue = queue[1:] {
		t := queue[0]
		for t.lo < t.hi && len(all[t.lo].runes) == t.depth {
			if l.value[t.node] < 0 {
				l.value[t.node] = all[t.lo].name
			}
			t.lo++
		}
		l.first[t.node] = int32(len(l.label))
		for t.lo < t.hi {
			r, end := all[t.lo].runes[t.depth], t.lo
			for end < t.hi && all[end].runes[t.depth] == r {
				end++
			}
			queue = append(queue, task{l.node(r), t.lo, end, t.depth + 1})
			l.count[t.node]++
			t.lo = end
		}
	}
}

// Find gives the names in a folded text, the longest at each place, left to right and not overlapping. ok, if given, may refuse a hit; a shorter
// one at the same place is then tried.
func (l *Lexicon) Find(text []rune, ok func(Hit) bool) []Hit {
	var hits []Hit
	for i := 0; i < len(text); {
		h, found := l.at(text, i, ok)
		if !found {
			i++
			continue
		}
		hits = append(hits, h)
		i = h.To
	}
	return hits
}

// at is the longest name that begins at i.
func (l *Lexicon) at(text []rune, i int, ok func(Hit) bool) (best Hit, found bool) {
	n := l.begin(text[i])
	for j := i + 1; n != 0; j++ {
		if v := l.value[n]; v >= 0 {
			if h := (Hit{int(v), i, j}); ok == nil || ok(h) {
				best, found = h, true
			}
		}
		if j == len(text) {
			break
		}
		n = l.child(n, text[j])
	}
	return best, found
}

func (l *Lexicon) begin(r rune) int32 {
	if r >= rootBase && r < rootBase+rootSize {
		return l.root[r-rootBase]
	}
	return l.child(0, r)
}

// child is the node that a character leads to, 0 for none.
func (l *Lexicon) child(n int32, r rune) int32 {
	lo, hi := l.first[n], l.first[n]+l.count[n]
	for lo < hi {
		switch mid := (lo + hi) / 2; {
		case l.label[mid] == r:
			return mid
		case l.label[mid] < r:
			lo = mid + 1
		default:
			hi = mid
		}
	}
	return 0
}

// Size is about how many bytes the lexicon takes.
func (l *Lexicon) Size() int { return 16*len(l.label) + 4*len(l.root) }

// Folded is a text in the form in which names are compared: width and case don't matter, blanks and invisible characters are left out.
type Folded struct {
	Runes []rune
	at    []int32 // where each began in the text
	end   []int32 // and ended
}

// Fold makes the form in which texts are compared.
func Fold(text string) Folded {
	n := len(text)/2 + 4
	f := Folded{make([]rune, 0, n), make([]int32, 0, n), make([]int32, 0, n)}
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		f.fold(r, i, i+n)
		i += n
	}
	return f
}

func (f *Folded) fold(r rune, i, end int) {
	switch {
	case r >= 0x4e00 && r <= 0x9fff, r > ' ' && r < 0x7f && (r < 'A' || r > 'Z'), r >= 0x3001 && r <= 0x3011:
		f.add(r, i, end)
	case r >= 'A' && r <= 'Z':
		f.add(r+'a'-'A', i, end)
	case r >= '！' && r <= '～':
		f.add(unicode.ToLower(r-'！'+'!'), i, end)
	case r < 0x80, unicode.IsSpace(r), unicode.IsControl(r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Mn, r):
	default:
		for _, r := range norm.NFKC.String(string(r)) {
			if !unicode.IsSpace(r) {
				f.add(unicode.ToLower(r), i, end)
			}
		}
	}
}

func (f *Folded) add(r rune, from, to int) {
	f.Runes, f.at, f.end = append(f.Runes, r), append(f.at, int32(from)), append(f.end, int32(to))
}

// Source is where the folded characters from and up to to stand in the text, in bytes.
func (f Folded) Source(from, to int) (start, end int) {
	if from >= to || to > len(f.at) {
		return 0, 0
	}
	return int(f.at[from]), int(f.end[to-1])
}
