package life

import (
	"strings"
	"unicode"

	"mulin/internal/sensitive"
)

// Line makes one line: control and bidi characters go, runs of blanks become one.
func Line(s string) string {
	return strings.Join(strings.Fields(strings.Map(visible, strings.ToValidUTF8(s, ""))), " ")
}

// Words is a text as it is kept: without control characters, blanks around it and identity numbers.
func Words(s string) string {
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	return sensitive.Erase(strings.TrimSpace(strings.Map(func(r rune) rune {
		if r == '\n' {
			return r
		}
		return visible(r)
	}, strings.ToValidUTF8(s, ""))))
}

// visible drops control characters and those that turn the direction of text (A2).
func visible(r rune) rune {
	switch {
	case r == '\t' || r == '\n':
		return ' '
	case unicode.IsControl(r), r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0x200e, r == 0x200f, r == 0xfeff:
		return -1
	}
	return r
}
