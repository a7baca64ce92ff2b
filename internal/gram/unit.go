package gram

import (
	"strings"
	"unicode/utf8"
)

// Unit is what a text is made of when texts are compared: a character of a script without spaces, or a whole word of another.
type Unit struct {
	Text     string // folded: NFKC, small letters
	Han      bool
	Joined   bool // nothing stands between it and the unit before
	From, To int  // where it stands in the text as it was given
}

// Units cuts a text into its units, appending to list.
func Units(list []Unit, text string) []Unit {
	f := fold(text, false, true)
	s := string(f.buf)
	for i, joined := 0, false; i < len(s); {
		if s[i] == ' ' {
			i, joined = i+1, false
			continue
		}
		end, isHan := unitEnd(s, i)
		list = append(list, Unit{Text: s[i:end], Han: isHan, Joined: joined, From: int(f.start[i]), To: int(f.end[end-1])})
		i, joined = end, true
	}
	return list
}

// unitEnd is where the unit that begins at i ends in folded text.
func unitEnd(s string, i int) (end int, isHan bool) {
	r, n := utf8.DecodeRuneInString(s[i:])
	if classOf(r) == han {
		return i + n, true
	}
	for end = i + n; end < len(s); end += n {
		if r, n = utf8.DecodeRuneInString(s[end:]); classOf(r) != word {
			break
		}
	}
	return end, false
}

// Plain is a text as its units without anything between: two texts with the same are written alike but for punctuation, spaces, width and size of letters.
func Plain(text string) string {
	return strings.ReplaceAll(string(fold(text, false, false).buf), " ", "")
}
