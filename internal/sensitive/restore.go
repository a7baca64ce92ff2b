package sensitive

import (
	"slices"
	"unicode/utf8"
)

// Restore gives a piece of a masked text the clear words back where what was masked still stands as it stood. The piece may be put together from several
// places of the text; which of several equal maskings is meant, the words around it tell. What is changed, or could be either of two, stays masked:
// masked again, the answer
// looks as the piece does.
func Restore(piece, clear string) string {
	from := maskingOf(clear)
	if from == nil {
		return piece
	}
	shown, seen := Mask(piece), []rune(piece)
	out := slices.Clone(seen)
	for at := 0; at < len(seen); {
		s, ok := from.spotAt(seen, at)
		if !ok {
			at++
			continue
		}
		put := slices.Clone(out)
		copy(put[at:], from.clear[s.from:s.to])
		if Mask(string(put)) == shown {
			out = put
		}
		at += s.to - s.from
	}
	return string(out)
}

// masking is a text in clear and masked, sign by sign.
type masking struct {
	clear, masked []rune
	spots         []spot
}

// spot is what stands in one place, from … to, with all its signs, hidden and shown.
type spot struct{ from, to int }

func maskingOf(text string) *masking {
	m := &masking{clear: []rune(text), masked: []rune(Mask(text))}
	if len(m.clear) != len(m.masked) {
		return nil
	}
	for _, s := range Find(text) {
		at := utf8.RuneCountInString(text[:s.From])
		m.spots = append(m.spots, spot{at, at + utf8.RuneCountInString(text[s.From:s.To])})
	}
	return m
}

// spotAt finds the spot that stands in a piece at a place: the one around which most is as in the text.
func (m *masking) spotAt(piece []rune, at int) (best spot, ok bool) {
	most := -1
	for _, s := range m.spots {
		n := s.to - s.from
		if at+n > len(piece) || !slices.Equal(piece[at:at+n], m.masked[s.from:s.to]) {
			continue
		}
		switch same := m.around(piece, at, s); {
		case same > most:
			best, most, ok = s, same, true
		case same == most && !slices.Equal(m.clear[s.from:s.to], m.clear[best.from:best.to]):
			ok = false
		}
	}
	return best, ok
}

// around counts the signs before and after a place that are those around a spot.
func (m *masking) around(piece []rune, at int, s spot) (n int) {
	for i := 1; i <= at && i <= s.from && piece[at-i] == m.masked[s.from-i]; i++ {
		n++
	}
	for i, j := at+s.to-s.from, s.to; i < len(piece) && j < len(m.masked) && piece[i] == m.masked[j]; i, j = i+1, j+1 {
		n++
	}
	return n
}
