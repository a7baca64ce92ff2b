package gram

import (
	"hash/maphash"
	"strings"
	"unicode/utf8"
)

// longest is where a word is cut in bytes: PostgreSQL refuses words over 2 KB, and nobody searches by the end of one.
const longest = 64

// Tokens are what a text consists of, each once, in order of appearance: overlapping pairs of Chinese characters, the last character of each run
// alone, other words whole in small letters.
func Tokens(text string) []string {
	return collect(fold(text, true, false), func(run string, add func(string)) {
		grams(run, 2, add)
		_, n := utf8.DecodeLastRuneInString(run)
		add(run[len(run)-n:])
	})
}

// longestGram is how many Chinese characters in a row are looked up as one.
const longestGram = 3

// Terms are what to index for a text, each once: Chinese characters alone, in pairs and in threes, other words whole in small letters.
func Terms(text string) []string {
	return collect(fold(text, true, false), func(run string, add func(string)) {
		for n := 1; n <= longestGram; n++ {
			grams(run, n, add)
		}
	})
}

// Query is what every document that Match accepts for the text has among its Terms. ok is false when nothing in the text can be searched for.
func Query(text string) (all []string, ok bool) {
	all = collect(fold(text, false, false), func(run string, add func(string)) {
		grams(run, min(longestGram, utf8.RuneCountInString(run)), add)
	})
	return all, len(all) > 0
}

// collect keeps each word once and what cut makes of each run of Chinese characters.
func collect(f *folded, cut func(run string, add func(string))) []string {
	s := string(f.buf)
	t := newSet(len(s)/3 + 8)
	add := t.add
	runs(s, func(run string, c class) {
		if c == word {
			add(shorten(run))
			return
		}
		cut(run, add)
	})
	return t.list
}

// runs calls f for each stretch of one class in folded text.
func runs(s string, f func(run string, c class)) {
	begin, now := 0, gap
	for i, r := range s {
		c := classOf(r)
		if c == now {
			continue
		}
		if now != gap {
			f(s[begin:i], now)
		}
		begin, now = i, c
		if r == ' ' {
			now = gap
		}
	}
	if now != gap {
		f(s[begin:], now)
	}
}

// grams calls f for each n neighbours of a run.
func grams(run string, n int, f func(string)) {
	var from [longestGram]int // where the last characters began
	at := 0
	for i := range run {
		if at >= n {
			f(run[from[at%n]:i])
		}
		from[at%n] = i
		at++
	}
	if at >= n {
		f(run[from[at%n]:])
	}
}

// shorten cuts a word to the longest that is indexed.
func shorten(w string) string {
	if len(w) <= longest {
		return w
	}
	n := longest
	for !utf8.RuneStart(w[n]) {
		n--
	}
	return w[:n]
}

// Match tells whether every word of the query occurs in the text: Chinese anywhere, other words not as part of a longer one. An empty query matches nothing.
func Match(text, query string) bool {
	words := strings.Fields(string(fold(query, false, false).buf))
	if len(words) == 0 {
		return false
	}
	s := string(fold(text, true, false).buf)
	for _, w := range words {
		if next(s, w, 0) < 0 {
			return false
		}
	}
	return true
}

// next is where w occurs in folded text at or after from, or -1.
func next(s, w string, from int) int {
	first, _ := utf8.DecodeRuneInString(w)
	last, _ := utf8.DecodeLastRuneInString(w)
	for from <= len(s) {
		i := strings.Index(s[from:], w)
		if i < 0 {
			return -1
		}
		i += from
		before, _ := utf8.DecodeLastRuneInString(s[:i])
		after, _ := utf8.DecodeRuneInString(s[i+len(w):])
		if !(classOf(first) == word && classOf(before) == word) && !(classOf(last) == word && classOf(after) == word) {
			return i
		}
		_, n := utf8.DecodeRuneInString(s[i:])
		from = i + n
	}
	return -1
}

// set keeps strings once, in order. The seed is random, so nobody can write a text that makes it slow.
type set struct {
	list  []string
	table []int32 // index into list plus one, open addressing
}

var seed = maphash.MakeSeed()

func newSet(n int) *set {
	size := 16
	for size < 2*n {
		size *= 2
	}
	return &set{list: make([]string, 0, n), table: make([]int32, size)}
}

func (s *set) add(t string) {
	if 2*len(s.list) >= len(s.table) {
		s.grow()
	}
	slot := s.slot(t)
	if s.table[slot] == 0 {
		s.list = append(s.list, t)
		s.table[slot] = int32(len(s.list))
	}
}

func (s *set) slot(t string) uint64 {
	mask := uint64(len(s.table) - 1)
	i := maphash.String(seed, t) & mask
	for s.table[i] != 0 && s.list[s.table[i]-1] != t {
		i = (i + 1) & mask
	}
	return i
}

func (s *set) grow() {
	s.table = make([]int32, 2*len(s.table))
	for i, t := range s.list {
		s.table[s.slot(t)] = int32(i + 1)
	}
}
