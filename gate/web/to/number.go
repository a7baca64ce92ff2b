package to

import (
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// MaxNumber is how long the number of a case may be as it is typed, with blanks and dashes.
const MaxNumber = 24

// CaseNumber is a case's number as it is written, however it was typed: full width, blanks, without its hyphen.
func CaseNumber(s string) string {
	s = strings.Map(func(c rune) rune {
		switch {
		case c >= '0' && c <= '9':
			return c
		case strings.ContainsRune(" \t-–—－_", c):
			return -1
		}
		return c
	}, norm.NFKC.String(s))
	if len(s) > 6 && len(s) < 20 {
		return s[:6] + "-" + s[6:]
	}
	return s
}

// Number is the one behind digits of an address; 0 for none.
func Number(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0
	}
	return n
}
