package gram

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Unit is what a text is made of when texts are compared: a character of a script without spaces, or a whole word of another.
type Unit struct {
	ID       uint64 // the same for units that are written alike but for width and size of letters, in every process
	From, To int32  // the bytes of the text that it is
	Joined   bool   // nothing stands between it and the unit before
}

// Word tells whether it is a whole word, not a character of a script without spaces.
func (u Unit) Word() bool { return u.ID&wordBit != 0 }

// Units cuts a text into its units, appending to list.
func Units(list []Unit, text string) []Unit {
	s := scan{list: list, last: gap}
	r, n := utf8.DecodeRuneInString(text)
	for i := 0; i < len(text); {
		next, width := utf8.DecodeRuneInString(text[i+n:])
		plain, ok := simple(r)
		if _, also := simple(next); ok && (also || width == 0) {
			s.add(plain, i, i+n)
			i, r, n = i+n, next, width
			continue
		}
		n = norm.NFKC.NextBoundaryInString(text[i:], true)
		if n <= 0 {
			n = len(text) - i
		}
		for _, r := range norm.NFKC.String(text[i : i+n]) {
			s.add(unicode.ToLower(r), i, i+n)
		}
		i += n
		r, n = utf8.DecodeRuneInString(text[i:])
	}
	return s.list
}

// scan is a text being cut.
type scan struct {
	list []Unit
	last class // of the character before; gap if units are not joined here
}

const (
	wordSeed  = 14695981039346656037 // of FNV-1a; the ID of a word has its highest bit set, that of a character is its code
	wordPrime = 1099511628211
	wordBit   = 1 << 63
)

func (s *scan) add(r rune, from, to int) {
	c := classOf(r)
	switch {
	case c == drop:
		return
	case c == gap || c == space:
		s.last = gap
		return
	case c == word && s.last == word:
		u := &s.list[len(s.list)-1]
		u.ID, u.To = (u.ID^uint64(r))*wordPrime|wordBit, int32(to)
		return
	}
	u := Unit{ID: uint64(r), From: int32(from), To: int32(to), Joined: s.last != gap}
	if c == word {
		u.ID = (wordSeed^uint64(r))*wordPrime | wordBit
	}
	s.list, s.last = append(s.list, u), c
}

// Plain is a text as its units without anything between: two texts with the same are written alike but for punctuation, spaces, width and size of letters.
func Plain(text string) string {
	return strings.ReplaceAll(string(fold(text, false, false).buf), " ", "")
}
