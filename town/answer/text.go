package answer

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// scanned is a text as rules are held against it: without blanks and invisible marks, wide Latin made narrow, small letters; line breaks stay. Each byte
// knows where it came from, so that what is found can be marked in the text as it was typed.
type scanned struct {
	s        string
	from, to []int32
	size     int // of the text itself
}

func scan(text string) *scanned {
	buf := make([]byte, 0, len(text))
	t := &scanned{from: make([]int32, 0, len(text)), to: make([]int32, 0, len(text)), size: len(text)}
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		if r = plainRune(r); r >= 0 {
			was := len(buf)
			buf = utf8.AppendRune(buf, r)
			for ; was < len(buf); was++ {
				t.from, t.to = append(t.from, int32(i)), append(t.to, int32(i+n))
			}
		}
		i += n
	}
	t.s = string(buf)
	return t
}

// plainRune folds one character; -1 drops it.
func plainRune(r rune) rune {
	if r >= '！' && r <= '～' {
		r -= '！' - '!'
	}
	switch {
	case r == '\n':
		return r
	case r >= 'A' && r <= 'Z':
		return r + 'a' - 'A'
	case r == utf8.RuneError, r == ' ', r == '\t', r == '\r', r == '　':
		return -1
	case r < utf8.RuneSelf, r >= 0x4e00 && r <= 0x9fff:
		return r
	case unicode.IsSpace(r), unicode.Is(unicode.Cf, r), unicode.IsControl(r):
		return -1
	}
	return r
}

// span is where a stretch of the scanned text lies in the text as it was typed.
func (t *scanned) span(i, j int) (from, to int) {
	if i >= j || j > len(t.s) {
		return 0, 0
	}
	return int(t.from[i]), int(t.to[j-1])
}

func isHan(r rune) bool { return r >= 0x4e00 && r <= 0x9fff || r >= 0x3400 && r <= 0x4dbf }

// stops end a sentence: no phrase reaches over them.
const stops = "。!?;；\n"

// Longest stretch, in characters, that a * of a phrase stands for.
const maxGap = 20

// pattern is one phrase ready to be looked for.
type pattern struct {
	parts []string // between the stars
	re    *regexp.Regexp
}

// find is where the pattern occurs first at or after from; -1 if it doesn't.
func (p *pattern) find(s string, from int) (i, j int) {
	if p.re != nil {
		at := p.re.FindStringIndex(s[from:])
		if at == nil || at[0] == at[1] {
			return -1, -1
		}
		return from + at[0], from + at[1]
	}
	for from <= len(s) {
		k := strings.Index(s[from:], p.parts[0])
		if k < 0 {
			return -1, -1
		}
		i = from + k
		if j = p.rest(s, i+len(p.parts[0])); j >= 0 {
			return i, j
		}
		from = i + len(p.parts[0])
	}
	return -1, -1
}

// rest finds the parts behind the first, each within reach of the one before, and gives the end.
func (p *pattern) rest(s string, at int) int {
	for _, part := range p.parts[1:] {
		k := strings.Index(reach(s[at:], maxGap, len(part)), part)
		if k < 0 {
			return -1
		}
		at += k + len(part)
	}
	return at
}

// reach is the beginning of s up to the end of the sentence, at most n characters and more bytes.
func reach(s string, n, more int) string {
	for i, r := range s {
		if strings.ContainsRune(stops, r) {
			return s[:i]
		}
		if n--; n < 0 {
			return s[:cutAt(s, i+more)]
		}
	}
	return s
}

// reachBack is the end of s back to the beginning of the sentence, at most n characters.
func reachBack(s string, n int) string {
	at := len(s)
	for n > 0 && at > 0 {
		r, size := utf8.DecodeLastRuneInString(s[:at])
		if strings.ContainsRune(stops, r) {
			break
		}
		at -= size
		n--
	}
	return s[at:]
}

// cutAt is the last beginning of a character at or before n.
func cutAt(s string, n int) int {
	if n >= len(s) {
		return len(s)
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return n
}
