package sensitive

import (
	"strings"
	"unicode/utf8"
)

// HideName leaves of a name that is known its first character, wherever a text has it.
func HideName(text, name string) string {
	n := utf8.RuneCountInString(name)
	if n < 2 {
		return text
	}
	return strings.ReplaceAll(text, name, string([]rune(name)[:1])+strings.Repeat("*", n-1))
}
