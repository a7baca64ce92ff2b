package catalog

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"mulin/internal/fault"
)

// Longest texts, in characters.
const (
	MaxName = 60
	maxText = 500
	maxRank = 10_000
	// MaxWords is for a list of words.
	MaxWords = 2000
)

// clean trims a text and folds its blanks, and notes what is wrong with it.
func clean(all *fault.List, field, text string, most int) string {
	text = strings.Join(strings.Fields(text), " ")
	all.Check(!odd(text), field, "catalog.text.odd")
	all.Within(text, most, field, "catalog.text.long")
	return text
}

// filled is clean for a text that can't be left out.
func filled(all *fault.List, field, text string, most int) string {
	text = clean(all, field, text, most)
	all.Check(text != "", field, "catalog.text.empty")
	return text
}

// odd tells whether a text holds what no keyboard types: broken UTF-8, control characters, marks that turn the writing direction.
func odd(text string) bool {
	return !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool {
		return unicode.Is(unicode.C, r) || r == utf8.RuneError || r == '\u2028' || r == '\u2029'
	})
}

// word tells whether a text can be a code: 1 to 32 small letters, digits and underscores.
func word(text string) bool {
	return text != "" && len(text) <= 32 && !strings.ContainsFunc(text, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '_'
	})
}

// digits tells whether a text is n digits.
func digits(text string, n int) bool {
	return len(text) == n && strings.Trim(text, "0123456789") == ""
}
