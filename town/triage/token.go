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

// tokens are what a text consists of, each once. Numbers are left out, which say who and where, not what; so are single characters.
func tokens(text string) []token {
	units := gram.Units(make([]gram.Unit, 0, len(text)/3+8), text)
	all := make([]token, 0, len(units))
	seen := newSeen(len(units))
	for i, u := range units {
		switch {
		case u.Word():
			if word := text[u.From:u.To]; utf8.RuneCountInString(word) > 1 && strings.IndexFunc(word, unicode.IsLetter) >= 0 {
				all = seen.add(all, token{hashed(0, u.ID), u.From, u.To})
			}
		case i > 0 && u.Joined && !units[i-1].Word():
			all = seen.add(all, token{hashed(units[i-1].ID, u.ID), units[i-1].From, u.To})
		}
	}
	return all
}

func hashed(a, b uint64) uint32 { return uint32(gram.Pair(a, b) >> 32) }

// seen is a set of keys, by open addressing; 0 is free, so that a key of 0 is kept as 1.
type seen []uint32

func newSeen(most int) seen {
	size := 64
	for size < 2*most {
		size *= 2
	}
	return make(seen, size)
}

// add appends a token that was not there yet.
func (s seen) add(all []token, t token) []token {
	t.key = max(1, t.key)
	mask := uint32(len(s) - 1)
	at := t.key * 0x9e3779b1 >> 7 & mask
	for s[at] != 0 {
		if s[at] == t.key {
			return all
		}
		at = (at + 1) & mask
	}
	s[at] = t.key
	return append(all, t)
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
