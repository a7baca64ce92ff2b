package sensitive

import (
	"strings"
	"unicode/utf8"
)

// scanner walks over a text and gathers hits.
type scanner struct {
	s    string
	hits []hit
	chain
}

// scan looks at every place where something may begin.
func (sc *scanner) scan() {
	for i := 0; i < len(sc.s); {
		c := sc.s[i]
		switch {
		case isDigit(c):
			i = sc.number(i)
		case isLetter(c):
			i = sc.word(i)
		case c == '@':
			i = sc.mail(i)
		case c < utf8.RuneSelf:
			i++
		default:
			i = sc.wide(i)
		}
	}
}

// wide looks at what begins with a sign that is not ASCII.
func (sc *scanner) wide(i int) int {
	if _, n := digitAt(sc.s, i); n > 0 {
		return sc.number(i)
	}
	r, n := utf8.DecodeRuneInString(sc.s[i:])
	if numeral(r) >= 0 || r == '十' || r == '百' {
		return sc.numerals(i)
	}
	if isSide(r) {
		if h, ok := sc.room(i); ok {
			return sc.add(h)
		}
	}
	if r == '微' && strings.HasPrefix(sc.s[i+n:], "信") {
		return sc.account(i + n + len("信"))
	}
	if isProvince(r) {
		if h, ok := sc.plate(i, n); ok {
			return sc.add(h)
		}
	}
	return i + n
}

// add keeps a hit and says where to go on.
func (sc *scanner) add(h hit) int {
	sc.hits = append(sc.hits, h)
	return h.To
}

// plain tells quickly that nothing can be found: most texts hold no number at all.
func plain(s string) bool {
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c < utf8.RuneSelf:
			if c-'0' < 10 || c == '@' {
				return false
			}
			i++
		case c < 0xe3 || i+2 >= len(s):
			i++
		default:
			if !plainAt(s, i) {
				return false
			}
			i += 3
		}
	}
	return true
}

// plainAt looks at one sign of three bytes. Without a digit only homes and mobile numbers in Chinese numerals are left.
func plainAt(s string, i int) bool {
	switch uint32(s[i])<<16 | uint32(s[i+1])<<8 | uint32(s[i+2]) {
	case 0xe58d95: // 单
		return !strings.HasPrefix(s[i+3:], "元")
	case 0xe5aea4: // 室
		return false
	case 0xe688b7: // 户
		return i < 3 || !strings.ContainsAny(s[i-3:i], sides+"间边首")
	case 0xe4b880, 0xe5b9ba, 0xe5a3b9: // 一, 幺, 壹
		return !numeralsAt(s, i+3, 2)
	case 0xefbc90, 0xefbc91, 0xefbc92, 0xefbc93, 0xefbc94, 0xefbc95, 0xefbc96, 0xefbc97, 0xefbc98, 0xefbc99: // ０ to ９
		return false
	}
	return true
}

// numeralsAt tells whether n numerals stand side by side.
func numeralsAt(s string, i, n int) bool {
	for range n {
		r, size := utf8.DecodeRuneInString(s[i:])
		if numeral(r) < 0 {
			return false
		}
		i += size
	}
	return true
}

// long tells whether a text holds digits enough for what is erased: a card's altogether, or a permit's side by side.
func long(s string) bool {
	n, run := 0, 0
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c-'0' < 10, c == 0xef && i+2 < len(s) && s[i+1] == 0xbc:
			if n, run = n+1, run+1; n == 15 || run == 7 {
				return true
			}
			i++
			if c == 0xef {
				i += 2
			}
		case c < 0xe3:
			i, run = i+1, 0
		default:
			i, run = i+3, 0
		}
	}
	return false
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isLetter(c byte) bool { c |= 0x20; return c >= 'a' && c <= 'z' }

// digitAt reads a digit, also a full-width one; n is 0 if there is none.
func digitAt(s string, i int) (d byte, n int) {
	if i >= len(s) {
		return 0, 0
	}
	if isDigit(s[i]) {
		return s[i] - '0', 1
	}
	if s[i] == 0xef && i+2 < len(s) && s[i+1] == 0xbc && s[i+2] >= 0x90 && s[i+2] <= 0x99 {
		return s[i+2] - 0x90, 3
	}
	return 0, 0
}

// numeral is the value of a Chinese numeral that is used digit by digit, -1 for other signs.
func numeral(r rune) int {
	switch r {
	case '零', '〇', '○':
		return 0
	case '一', '幺', '壹':
		return 1
	case '二', '贰', '两':
		return 2
	case '三', '叁':
		return 3
	case '四', '肆':
		return 4
	case '五', '伍':
		return 5
	case '六', '陆':
		return 6
	case '七', '柒':
		return 7
	case '八', '捌':
		return 8
	case '九', '玖':
		return 9
	}
	return -1
}

// between are the signs that people put between the groups of a number.
func between(r rune) bool {
	switch r {
	case ' ', '\t', '\u3000', '\u00a0', '-', '－', '—', '–', '‐', '‑', '.', '·', '(', ')', '（', '）':
		return true
	}
	return false
}

// before gives up to n bytes before a place, whole runes only.
func (sc *scanner) before(i, n int) string {
	from := max(0, i-n)
	for from < i && !utf8.RuneStart(sc.s[from]) {
		from++
	}
	return sc.s[from:i]
}

// joined tells whether a letter, digit or star touches a place from the left, so that no word begins there.
func (sc *scanner) joined(i int) bool {
	if i == 0 {
		return false
	}
	c := sc.s[i-1]
	if c < utf8.RuneSelf {
		return isDigit(c) || isLetter(c) || c == '*' || c == '_'
	}
	r, _ := utf8.DecodeLastRuneInString(sc.s[:i])
	return r >= '０' && r <= '９' || r >= 'Ａ' && r <= 'Ｚ' || r >= 'ａ' && r <= 'ｚ'
}

// goesOn tells whether a letter or digit touches a place from the right.
func (sc *scanner) goesOn(i int) bool {
	if i >= len(sc.s) {
		return false
	}
	if isLetter(sc.s[i]) || sc.s[i] == '*' {
		return true
	}
	_, n := digitAt(sc.s, i)
	return n > 0
}

func endsIn(s string, any ...string) bool {
	for _, a := range any {
		if strings.HasSuffix(s, a) {
			return true
		}
	}
	return false
}

func holds(s string, any ...string) bool {
	for _, a := range any {
		if strings.Contains(s, a) {
			return true
		}
	}
	return false
}

// starts gives the length of the first of some words that a text begins with, 0 for none.
func starts(s string, any ...string) int {
	for _, a := range any {
		if strings.HasPrefix(s, a) {
			return len(a)
		}
	}
	return 0
}
