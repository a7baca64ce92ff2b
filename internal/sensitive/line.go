package sensitive

import (
	"strings"
	"unicode"
)

// Line is typed text as it is kept where one line is: without control characters and marks nobody sees, personal data masked.
func Line(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\t' && r != '\n' || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	return Mask(strings.Join(strings.Fields(s), " "))
}
