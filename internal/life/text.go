package life

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"mulin/internal/i18n"
	"mulin/internal/sensitive"
)

// Line makes one line: control and bidi characters go, runs of blanks become one, and of what is blank nothing stays.
func Line(s string) string {
	return full(strings.Join(strings.Fields(strings.Map(visible, strings.ToValidUTF8(s, ""))), " "))
}

// Words is a text as it is kept: without control characters, blanks around it and identity numbers; nothing if it is blank.
func Words(s string) string {
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	return sensitive.Erase(full(strings.TrimSpace(strings.Map(func(r rune) rune {
		if r == '\n' {
			return r
		}
		return visible(r)
	}, strings.ToValidUTF8(s, "")))))
}

// full is a text in which the eye sees something, or nothing.
func full(s string) string {
	if i18n.Blank(s) {
		return ""
	}
	return s
}

// phone takes mainland mobiles and landlines as people type them; what looks otherwise is asked again. mobile are those with or without their country.
var (
	phone  = regexp.MustCompile(`^(\+?86)?1[3-9]\d{9}$|^(0\d{2,3}-?)?[2-9]\d{6,7}$|^\+\d{7,15}$`)
	mobile = regexp.MustCompile(`^(?:\+?86|0086)?(1[3-9]\d{9})$`)
)

// Phone makes one form of a mobile however it was typed, so that its owner is found by it; other numbers lose their blanks only. good is that it can be called.
func Phone(s string) (number string, good bool) {
	number = strings.ReplaceAll(norm.NFKC.String(Line(s)), " ", "")
	if m := mobile.FindStringSubmatch(strings.ReplaceAll(number, "-", "")); m != nil {
		number = m[1]
	}
	return number, phone.MatchString(number)
}

// visible drops control characters, those that turn the direction of text (A2) and those that take no room.
func visible(r rune) rune {
	switch {
	case r == '\t' || r == '\n':
		return ' '
	case unicode.IsControl(r), r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0x200e, r == 0x200f, r == 0xfeff, r == 0x200b, r == 0x2060, r == 0xad:
		return -1
	}
	return r
}
