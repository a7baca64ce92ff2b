// Package gram makes Chinese and mixed text searchable without a dictionary: runs of characters are cut into overlapping pieces of one to three, other words kept
// whole.
package gram

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// class is what a character is to the search.
type class uint8

const (
	gap   class = iota // punctuation, symbols: words end here
	space              // white space: words end here too, but "3 号楼" reads like "3号楼"
	word               // letters, digits and marks of scripts that put spaces between words
	han                // characters of scripts that don't
	drop               // invisible: as if it weren't there
)

func classOf(r rune) class {
	switch {
	case r < utf8.RuneSelf:
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r >= 'A' && r <= 'Z':
			return word
		case r == ' ' || r >= '\t' && r <= '\r':
			return space
		}
		return gap
	case r >= 0x3400 && r <= 0x9fff && (r < 0x4dc0 || r >= 0x4e00):
		return han
	case r >= 0x3001 && r <= 0x3004 || r >= 0x3008 && r <= 0x3020 || r >= '‐' && r <= '‧' || r == utf8.RuneError:
		return gap
	}
	return rareClass(r)
}

func rareClass(r rune) class {
	switch {
	case unicode.Is(unicode.Han, r), unicode.Is(unicode.Hiragana, r), unicode.Is(unicode.Katakana, r), r == 'ー':
		return han
	case unicode.Is(unicode.Cf, r), unicode.Is(unicode.Variation_Selector, r):
		return drop
	case unicode.IsLetter(r), unicode.IsNumber(r), unicode.IsMark(r):
		return word
	case unicode.IsSpace(r):
		return space
	}
	return gap
}

// folded is text in the form in which it is compared: NFKC, small letters, nothing but word and han characters with single spaces between.
type folded struct {
	buf        []byte
	start, end []int32 // for each byte of buf where its source lies in the text; only if asked for
	track      bool
	glue       bool // leave out white space between a Chinese and another character
	last       class
	pending    class // what stood since the last character: gap, space, or drop for nothing
}

func fold(text string, glue, track bool) *folded {
	f := &folded{buf: make([]byte, 0, len(text)+8), glue: glue, track: track, pending: drop}
	for i := 0; i < len(text); {
		if n := hanRun(text[i:]); n > 0 {
			f.addHan(text[i:i+n], i)
			i += n
			continue
		}
		r, n := utf8.DecodeRuneInString(text[i:])
		if plain, ok := simple(r); ok && nextSimple(text, i+n) {
			f.add(plain, i, i+n)
			i += n
			continue
		}
		n = norm.NFKC.NextBoundaryInString(text[i:], true)
		if n <= 0 {
			n = len(text) - i
		}
		for _, r := range norm.NFKC.String(text[i : i+n]) {
			f.add(unicode.ToLower(r), i, i+n)
		}
		i += n
	}
	return f
}

// hanRun is the length of the Chinese characters at the beginning that fold to themselves, whatever comes next: of these most texts consist.
func hanRun(text string) int {
	n := 0
	for n+2 < len(text) && isHan(text[n], text[n+1], text[n+2]) {
		n += 3
	}
	if n > 0 && !nextSimple(text, n) {
		n -= 3
	}
	return n
}

// isHan tells whether these bytes are a character from U+4E00 to U+9FFF.
func isHan(a, b, c byte) bool {
	return a >= 0xe4 && a <= 0xe9 && (a > 0xe4 || b >= 0xb8) && b&0xc0 == 0x80 && c&0xc0 == 0x80
}

// addHan adds such characters, which begin at from.
func (f *folded) addHan(run string, from int) {
	first, _ := utf8.DecodeRuneInString(run)
	f.add(first, from, from+3)
	f.buf = append(f.buf, run[3:]...)
	if !f.track {
		return
	}
	for i := 3; i < len(run); i++ {
		at := int32(from + i - i%3)
		f.start, f.end = append(f.start, at), append(f.end, at+3)
	}
}

// simple folds the characters of which nearly all text consists, without the tables of Unicode.
func simple(r rune) (rune, bool) {
	if r >= '！' && r <= '～' {
		r -= '！' - '!'
	}
	if r == '\u3000' {
		r = ' '
	}
	switch {
	case r >= 'A' && r <= 'Z':
		return r + 'a' - 'A', true
	case r < utf8.RuneSelf, r >= 0x3400 && r <= 0x9fff, r >= 0x3001 && r <= 0x3020, r >= '‐' && r <= '‧':
		return r, true
	}
	return r, false
}

// nextSimple is false when what follows might combine with the character before it.
func nextSimple(text string, i int) bool {
	if i >= len(text) || text[i] < utf8.RuneSelf {
		return true
	}
	r, _ := utf8.DecodeRuneInString(text[i:])
	_, ok := simple(r)
	return ok
}

func (f *folded) add(r rune, from, to int) {
	c := classOf(r)
	switch c {
	case drop:
		return
	case gap, space:
		if len(f.buf) > 0 && f.pending != gap {
			f.pending = c
		}
		return
	}
	was := len(f.buf)
	if f.pending == gap || f.pending == space && !(f.glue && c != f.last) {
		f.buf = append(f.buf, ' ')
	}
	f.pending, f.last = drop, c
	f.buf = utf8.AppendRune(f.buf, r)
	for ; f.track && was < len(f.buf); was++ {
		f.start, f.end = append(f.start, int32(from)), append(f.end, int32(to))
	}
}
