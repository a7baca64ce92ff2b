package gram

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Part is a piece of a snippet; a Hit is shown emphasised.
type Part struct {
	Text string
	Hit  bool
}

// hit is where a query word lies in the original text.
type hit struct{ from, to, word int }

// most bounds the hits looked at: more would not change what is shown.
const most = 100

// Snippet is the piece of the text, about so many runes long, that shows most of the query's words, in parts. Where text was left out stands an ellipsis.
func Snippet(text, query string, runes int) (parts []Part) {
	text = strings.ToValidUTF8(text, "\uFFFD")
	hits := find(text, query)
	from, to := window(text, hits, max(runes, 1))
	if from > 0 {
		parts = append(parts, Part{Text: "…"})
	}
	at := from
	for _, h := range hits {
		h.from, h.to = max(h.from, at), min(h.to, to)
		if h.from >= h.to {
			continue
		}
		parts = plain(parts, text[at:h.from])
		if n := len(parts); n > 0 && parts[n-1].Hit {
			parts[n-1].Text += text[h.from:h.to]
		} else {
			parts = append(parts, Part{Text: text[h.from:h.to], Hit: true})
		}
		at = h.to
	}
	parts = plain(parts, text[at:to])
	if to < len(text) {
		parts = plain(parts, "…")
	}
	return parts
}

func plain(parts []Part, s string) []Part {
	if s == "" {
		return parts
	}
	if n := len(parts); n > 0 && !parts[n-1].Hit {
		parts[n-1].Text += s
		return parts
	}
	return append(parts, Part{Text: s})
}

// find is all hits in order of place.
func find(text, query string) (hits []hit) {
	words := strings.Fields(string(fold(query, false, false).buf))
	if len(words) == 0 {
		return nil
	}
	f := fold(text, true, true)
	s := string(f.buf)
	for n, w := range words {
		for i, k := next(s, w, 0), 0; i >= 0 && k < most; i, k = next(s, w, i+len(w)), k+1 {
			hits = append(hits, hit{int(f.start[i]), int(f.end[i+len(w)-1]), n})
		}
	}
	slices.SortFunc(hits, func(a, b hit) int { return cmp.Or(a.from-b.from, b.to-a.to) })
	return hits[:min(len(hits), most)]
}

// window is the byte range to show: a quarter of the length before the hit from which most different words are in reach.
func window(text string, hits []hit, runes int) (from, to int) {
	best, start := 0, 0
	for i, h := range hits {
		reach := forward(text, h.from, runes-runes/4)
		seen := map[int]bool{}
		for _, o := range hits[i:] {
			if o.to <= reach {
				seen[o.word] = true
			}
		}
		if len(seen) > best {
			best, start = len(seen), h.from
		}
	}
	from = back(text, start, runes/4)
	to = forward(text, from, runes)
	for n := utf8.RuneCountInString(text[from:to]); n < runes && from > 0; n++ { // near the end: show more of what comes before
		from = back(text, from, 1)
	}
	return from, to
}

func forward(text string, i, runes int) int {
	for ; runes > 0 && i < len(text); runes-- {
		_, n := utf8.DecodeRuneInString(text[i:])
		i += n
	}
	return i
}

func back(text string, i, runes int) int {
	for ; runes > 0 && i > 0; runes-- {
		_, n := utf8.DecodeLastRuneInString(text[:i])
		i -= n
	}
	return i
}
