// Package sensitive finds personal data in free text: phone numbers, identity and bank cards, plates, addresses down to the room, and masks it.
// It reads a text once, from left to right, looking only a bounded way ahead, so that no text makes it slow.
package sensitive

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Kind is what a piece of text betrays.
type Kind string

// The kinds.
const (
	Mobile   Kind = "mobile"
	Landline Kind = "landline"
	Identity Kind = "identity" // a resident identity card
	Bank     Kind = "bank"     // a bank card
	Passport Kind = "passport" // a passport or travel permit, where the text says so
	Plate    Kind = "plate"    // of a vehicle
	Room     Kind = "room"     // entrance, floor and room of a home; estate and building stay readable
	Mail     Kind = "mail"
	Chat     Kind = "chat" // a WeChat or QQ account, where the text says so
)

// Kinds are all kinds.
var Kinds = []Kind{Mobile, Landline, Identity, Bank, Passport, Plate, Room, Mail, Chat}

// forever are the kinds nobody who works on a case needs: they are not even kept.
var forever = []Kind{Identity, Bank, Passport}

// Span is a piece of a text, in bytes, always whole runes. Spans come in order and never overlap.
type Span struct {
	Kind     Kind
	From, To int
}

// hit is a span with the parts of it that are hidden.
type hit struct {
	Span
	hide  [4][2]int
	parts int
}

func (h *hit) hides(from, to int) {
	if h.parts < len(h.hide) && from < to {
		h.hide[h.parts] = [2]int{from, to}
		h.parts++
	}
}

// Find lists what a text betrays.
func Find(text string) []Span {
	hits := find(text)
	if len(hits) == 0 {
		return nil
	}
	spans := make([]Span, len(hits))
	for i, h := range hits {
		spans[i] = h.Span
	}
	return spans
}

func find(text string) []hit {
	if plain(text) {
		return nil
	}
	sc := scanner{s: text}
	sc.scan()
	return sc.hits
}

// Mask hides what a text betrays, sign by sign, so that it stays as long as it is and people see what it was: 138****5678, 3号楼*单元***室.
func Mask(text string) string {
	masked, _ := MaskKinds(text)
	return masked
}

// MaskKinds masks and tells what was hidden.
func MaskKinds(text string) (string, Set) {
	hits := find(text)
	if len(hits) == 0 {
		return text, 0
	}
	var all Set
	for range maxRounds {
		for i := range hits {
			all = all.with(hits[i].Kind)
		}
		text = cover(text, hits)
		if hits = find(text); len(hits) == 0 {
			break
		}
	}
	return text, all
}

// maxRounds bounds how often a masked text is read again: what stays readable of one number may make another one with what follows it.
const maxRounds = 8

// Erase hides for ever what nobody needs who works on a case: numbers of identity cards, passports and bank cards.
func Erase(text string) string {
	if !long(text) {
		return text
	}
	return Hide(text, forever...)
}

// Hide masks some kinds only.
func Hide(text string, kinds ...Kind) string {
	hits := slices.DeleteFunc(find(text), func(h hit) bool { return !slices.Contains(kinds, h.Kind) })
	return cover(text, hits)
}

// Erased tells whether a text holds what Erase leaves of a number, so that a page can say why it stands there so.
func Erased(text string) bool {
	for at := 0; ; {
		i := strings.Index(text[at:], "****")
		if i < 0 {
			return false
		}
		from, to := at+i, at+i
		for from > at && strings.IndexByte("* -", text[from-1]) >= 0 {
			from--
		}
		for to < len(text) && strings.IndexByte("* -", text[to]) >= 0 {
			to++
		}
		if strings.Count(text[from:to], "*") >= 6 && head(text[max(at, from-24):from]) {
			return true
		}
		at = to
	}
}

// head tells whether the text before stars ends with what is left of an erased number: six digits, or a letter and one.
func head(before string) bool {
	n := 0
	for n < 7 {
		r, size := utf8.DecodeLastRuneInString(before)
		_, digit := digitAt(string(r), 0)
		switch {
		case digit > 0:
			n++
		case n == 1 && r < utf8.RuneSelf && isLetter(byte(r)):
			return true
		case !between(r):
			return n == 6
		}
		before = before[:len(before)-size]
	}
	return false
}

// cover puts a star in the place of every sign that is to be hidden.
func cover(text string, hits []hit) string {
	if len(hits) == 0 {
		return text
	}
	var b strings.Builder
	b.Grow(len(text))
	at := 0
	for _, h := range hits {
		for _, part := range h.hide[:h.parts] {
			if part[0] < at {
				part[0] = at
			}
			if part[1] <= part[0] {
				continue
			}
			b.WriteString(text[at:part[0]])
			for _, r := range text[part[0]:part[1]] {
				if between(r) {
					b.WriteRune(r)
				} else {
					b.WriteByte('*')
				}
			}
			at = part[1]
		}
	}
	b.WriteString(text[at:])
	return b.String()
}

// Set is a set of kinds.
type Set uint16

func (s Set) with(k Kind) Set { return s | 1<<slices.Index(Kinds, k) }

// Has tells whether the kind is in the set.
func (s Set) Has(k Kind) bool { return s&(1<<slices.Index(Kinds, k)) != 0 }

// Kinds lists what is in the set.
func (s Set) Kinds() []Kind {
	return slices.DeleteFunc(slices.Clone(Kinds), func(k Kind) bool { return !s.Has(k) })
}

// KindsOf tells what a text betrays, without where.
func KindsOf(text string) Set {
	var all Set
	for _, h := range find(text) {
		all = all.with(h.Kind)
	}
	return all
}
