package triage

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"mulin/internal/gram"
)

// token is what a text consists of where it stands first: two neighbouring characters, or a word of a script that puts spaces between words.
type token struct {
	key      uint32
	from, to int32
}

// cutting is a text in pieces, with the space that takes, to be used again.
type cutting struct {
	units  []gram.Unit
	tokens []token
	seen   seen
}

// tokens are what a text consists of, each once. Numbers are left out, which say who and where, not what; so are single characters.
func tokens(text string) []token {
	var c cutting
	c.cut(text)
	return c.tokens
}

// cut cuts a text.
func (c *cutting) cut(text string) {
	c.units = gram.Units(slices.Grow(c.units[:0], len(text)/3+8), text)
	c.tokens, c.seen = slices.Grow(c.tokens[:0], len(c.units)), c.seen.clear(len(c.units))
	for i, u := range c.units {
		switch {
		case u.Word():
			if word := text[u.From:u.To]; utf8.RuneCountInString(word) > 1 && strings.IndexFunc(word, unicode.IsLetter) >= 0 {
				c.add(token{hashed(0, u.ID), u.From, u.To})
			}
		case i > 0 && u.Joined && !c.units[i-1].Word():
			c.add(token{hashed(c.units[i-1].ID, u.ID), c.units[i-1].From, u.To})
		}
	}
}

// add appends a token that was not there yet.
func (c *cutting) add(t token) {
	if t.key = max(1, t.key); c.seen.add(t.key) {
		c.tokens = append(c.tokens, t)
	}
}

func hashed(a, b uint64) uint32 { return uint32(gram.Pair(a, b) >> 32) }

// seen is a set of keys, by open addressing; 0 is free.
type seen []uint32

// clear makes an empty set with room for so many keys, in the same space if it is large enough.
func (s seen) clear(most int) seen {
	size := 64
	for size < 2*most {
		size *= 2
	}
	if size > cap(s) {
		return make(seen, size)
	}
	s = s[:size]
	clear(s)
	return s
}

// add tells whether a key was not there yet.
func (s seen) add(key uint32) bool {
	mask := uint32(len(s) - 1)
	at := key * 0x9e3779b1 >> 7 & mask
	for s[at] != 0 {
		if s[at] == key {
			return false
		}
		at = (at + 1) & mask
	}
	s[at] = key
	return true
}

// longestPiece is how many characters a piece of evidence may have.
const longestPiece = 8

// piece is a stretch of a text with how much it speaks for something.
type piece struct {
	from, to int32
	w        float32
}

// pieces joins those that overlap and gives the strongest.
func pieces(text string, all []piece, most int) []string {
	slices.SortFunc(all, func(a, b piece) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to)) })
	var joined []piece
	for _, p := range all {
		if n := len(joined); n > 0 && p.from < joined[n-1].to && utf8.RuneCountInString(text[joined[n-1].from:max(p.to, joined[n-1].to)]) <= longestPiece {
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
