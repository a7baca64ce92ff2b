package catalog

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// wordList puts one blank between the words of a list, whatever stood between them.
func wordList(text string) string {
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool {
		return r == ' ' || r == '\u3000' || r == '\n' || r == '\r' || r == '\t' || strings.ContainsRune(",，、；;。", r)
	}), " ")
}

// listener finds the words of all lists in a text by walking over it once.
type listener struct {
	urgencies []Urgency
	lists     [][]signal // of each degree of urgency, and behind them the words that hint at secrecy
	parts     []string
	first     [256][]int // the parts by the last byte of the character they begin with
}

// signal is a word of a list, said where all its parts are: "煤气+味" has two. It consists of numbers of parts.
type signal []int

func newListener(urgencies []Urgency, secret string) *listener {
	l := &listener{urgencies: urgencies}
	for _, u := range urgencies {
		l.lists = append(l.lists, l.words(u.Words))
	}
	l.lists = append(l.lists, l.words(secret))
	return l
}

func (l *listener) words(list string) (all []signal) {
	for _, w := range strings.Fields(list) {
		var parts signal
		for _, p := range strings.FieldsFunc(w, func(r rune) bool { return r == '+' || r == '＋' }) {
			parts = append(parts, l.part(p))
		}
		if len(parts) > 0 {
			all = append(all, parts)
		}
	}
	return all
}

// part is the number of a part, which gets one if it has none yet.
func (l *listener) part(p string) int {
	if n := slices.Index(l.parts, p); n >= 0 {
		return n
	}
	n := len(l.parts)
	l.parts = append(l.parts, p)
	r, _ := utf8.DecodeRuneInString(p)
	l.first[byte(r)] = append(l.first[byte(r)], n)
	return n
}

// Heard is which of the words that the lists of the city listen for a text says.
type Heard struct {
	by    *listener
	parts []int
}

// Hear listens for the words of danger, and for those of a reporter who should stay unknown.
func (c *Catalog) Hear(text string) Heard {
	h := Heard{by: c.lists.Now().listener}
	for i, r := range text {
		for _, n := range h.by.first[byte(r)] {
			if strings.HasPrefix(text[i:], h.by.parts[n]) && !slices.Contains(h.parts, n) {
				h.parts = append(h.parts, n)
			}
		}
	}
	return h
}

// Urgency is the most urgent degree whose words were said, and those words; ok is false if none were.
func (h Heard) Urgency() (u Urgency, words []string, ok bool) {
	for i, u := range h.by.urgencies {
		if words := h.of(h.by.lists[i]); len(words) > 0 {
			return u, words, true
		}
	}
	return Urgency{}, nil, false
}

// Secret are the words that hint at a reporter who should stay unknown.
func (h Heard) Secret() []string { return h.of(h.by.lists[len(h.by.lists)-1]) }

// of are the words of a list that were said, in their order.
func (h Heard) of(list []signal) (all []string) {
	if len(h.parts) == 0 {
		return nil
	}
	for _, w := range list {
		if slices.ContainsFunc(w, func(n int) bool { return !slices.Contains(h.parts, n) }) {
			continue
		}
		for _, n := range w {
			all = append(all, h.by.parts[n])
		}
	}
	return all
}
