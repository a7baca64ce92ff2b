package casework

import (
	"strings"
	"time"

	"mulin/internal/life"
	"mulin/internal/seal"
	"mulin/internal/sensitive"
)

// numberZone dates the numbers of cases; only the day is taken from it, so one zone for all cities does.
var numberZone = time.FixedZone("UTC+8", 8*3600)

func clean(s string) string { return life.Line(s) }

// Words is a text as it is kept: without control characters, blanks around it and identity numbers.
func Words(s string) string { return life.Words(s) }

// Headline is the first sentence of a text, for cases without a title.
func Headline(text string) string {
	end := strings.IndexAny(text, "。！？!?\n；;")
	if end > 0 {
		text = text[:end]
	}
	r := []rune(text)
	if len(r) <= 30 {
		return text
	}
	cut := len(string(r[:29]))
	for _, s := range sensitive.Find(text) {
		if s.From < cut && cut < s.To { // half a number would not be known as one any more
			cut = s.From
		}
	}
	return text[:cut] + "…"
}

// Repeats tells whether a title only says how the text begins, as one that Headline made does: nobody needs to read it twice.
func Repeats(title, text string) bool {
	return strings.HasPrefix(text, strings.TrimSuffix(title, "…"))
}

// keySize cuts blind indexes to 128 bits.
const keySize = 32

// Erased tells whether a text lost numbers that are never kept, so that the page can say so.
func Erased(text string) bool { return sensitive.Erased(text) }

// secretKey is the blind index of a receipt's secret; people mix up case and look-alikes when typing.
func (d *Desk) secretKey(secret string) string {
	return d.box.Blind("case:" + seal.Typed(secret))[:keySize]
}

// phoneKey is the blind index of a phone.
func (d *Desk) phoneKey(phone string) string { return d.box.Blind("phone:" + phone)[:keySize] }
