package catalog

import "strings"

// wordList puts one blank between the words of a list, whatever stood between them.
func wordList(text string) string {
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool {
		return r == ' ' || r == '\u3000' || r == '\n' || r == '\r' || r == '\t' || strings.ContainsRune(",，、；;。", r)
	}), " ")
}

// Spoken are the words of a list that occur in a text, in their order. A word with "+" occurs if all its parts do.
func Spoken(list, text string) []string {
	var all []string
	for _, w := range strings.Fields(list) {
		parts := strings.FieldsFunc(w, func(r rune) bool { return r == '+' || r == '＋' })
		here := len(parts) > 0
		for _, p := range parts {
			here = here && strings.Contains(text, p)
		}
		if here {
			all = append(all, parts...)
		}
	}
	return all
}

// Alarm is the most urgent degree whose words occur in a text, and those words; ok is false if none does.
func (c *Catalog) Alarm(text string) (u Urgency, words []string, ok bool) {
	for _, u := range c.Urgencies() {
		if words := Spoken(u.Words, text); len(words) > 0 {
			return u, words, true
		}
	}
	return Urgency{}, nil, false
}
