package i18n

import (
	"encoding/hex"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"golang.org/x/text/width"
)

var collators = sync.Pool{New: func() any { return collate.New(language.Chinese, collate.Numeric) }}

// SortKey is a text's key in the order of pinyin, numbers by their value: hex, which both engines sort as bytes.
func SortKey(text string) string {
	c := collators.Get().(*collate.Collator)
	defer collators.Put(c)
	return hex.EncodeToString(c.KeyFromString(&collate.Buffer{}, text))
}

// Fold is a text as it is searched: small letters, half width. The engines fold differently, so Go does it.
func Fold(text string) string { return strings.ToLower(width.Fold.String(text)) }

// unseen are characters that come along when people copy from other pages and mean nothing.
var unseen = strings.NewReplacer("\u200b", "", "\ufeff", "", "\u00ad", "", "\r\n", "\n", "\r", "\n")

// Line is a text as one line: blanks are folded, what can't be seen is left out, and of what is blank nothing stays but what Odd refuses.
func Line(text string) string {
	text = strings.Join(strings.Fields(unseen.Replace(text)), " ")
	if Blank(text) && !Odd(text) {
		return ""
	}
	return text
}

// Blank tells whether the eye sees nothing in a text, whatever characters stand in it.
func Blank(text string) bool { return !strings.ContainsFunc(text, drawn) }

// drawn are letters, figures and signs, but for the few that are drawn as nothing: the fillers of Hangul and the empty cell of Braille.
func drawn(r rune) bool {
	return unicode.In(r, unicode.L, unicode.N, unicode.P, unicode.S) && !strings.ContainsRune("\u115f\u1160\u3164\uffa0\u2800", r)
}

// Lines keeps the lines of a text, without blanks at their ends and empty ones around.
func Lines(text string) string {
	all := strings.Split(unseen.Replace(text), "\n")
	for i := range all {
		all[i] = strings.TrimRight(all[i], " \t\u3000")
	}
	return strings.Trim(strings.Join(all, "\n"), "\n ")
}

// Odd tells whether a text holds what no keyboard types: broken UTF-8, control characters, marks that turn the writing direction.
func Odd(text string) bool {
	return !utf8.ValidString(text) || strings.ContainsFunc(text, odd)
}

func odd(r rune) bool {
	return r != '\n' && r != '\u200d' && (unicode.Is(unicode.C, r) || r == utf8.RuneError || r == '\u2028' || r == '\u2029')
}

// Seen is a text without what Odd refuses, so that it can be shown again to who typed it.
func Seen(text string) string {
	return strings.Map(func(r rune) rune {
		if odd(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, ""))
}
