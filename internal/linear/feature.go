package linear

import (
	"math"

	"mulin/internal/gram"
)

// head is how many units at the beginning count a second time, as features of their own: a title says best what a message is about.
const head = 25

// The kinds of features, told apart by what their hash begins with: units and pairs of neighbours, anywhere and in the head.
const (
	anywhere = 0x6a09e667f3bcc908
	inHead   = 0x3c6ef372fe94f82b
)

// occurrence is a feature at its place: units from (included) to (excluded).
type occurrence struct {
	hash     uint64
	from, to int32
	num      uint32 // of the feature, plus one, once it was looked up; 0 if it is not known
}

// reading is the space that reading a text takes, to be used again.
type reading struct {
	units []gram.Unit
	seen  []occurrence
	bag   tally
}

// read finds all features of a text.
func (r *reading) read(text string) []occurrence {
	r.units = gram.Units(r.units[:0], text)
	return r.features(r.units)
}

// features finds all features of what a text consists of. Gaps are no hindrance: words with spaces between have most features of the sentence that was cut
// into them.
func (r *reading) features(units []gram.Unit) []occurrence {
	r.seen = r.seen[:0]
	r.pairs(anywhere, units)
	r.pairs(inHead, units[:min(head, len(units))])
	return r.seen
}

// pairs adds each of the first units, alone and with the one before.
func (r *reading) pairs(kind uint64, units []gram.Unit) {
	last := uint64(0)
	for i := range units {
		h := gram.Pair(kind, units[i].ID)
		r.seen = append(r.seen, occurrence{hash: h, from: int32(i), to: int32(i + 1)})
		if i > 0 {
			r.seen = append(r.seen, occurrence{hash: gram.Pair(last, units[i].ID), from: int32(i - 1), to: int32(i + 1)})
		}
		last = h
	}
}

// feature is one of a document's: its number and how much it counts.
type feature struct {
	f uint32
	v float32
}

// damped is how much a feature counts that occurs n times.
var damped = func() (d [256]float32) {
	for n := range d {
		d[n] = float32(1 + math.Log(float64(max(1, n))))
	}
	return d
}()

// tally counts numbers; it is as large as one text needs, so that it stays near the processor.
type tally struct {
	ids  []uint32 // plus one; 0 is free
	n    []uint8
	used []uint32
}

// reset makes room for so many different numbers.
func (t *tally) reset(most int) {
	size := 64
	for size < 2*most {
		size *= 2
	}
	if size > len(t.ids) {
		t.ids, t.n, t.used = make([]uint32, size), make([]uint8, size), t.used[:0]
		return
	}
	for _, at := range t.used {
		t.ids[at], t.n[at] = 0, 0
	}
	t.used = t.used[:0]
}

func (t *tally) add(id uint32) {
	mask := uint32(len(t.ids) - 1)
	at := id * 0x9e3779b1 >> 7 & mask
	for t.ids[at] != 0 && t.ids[at] != id+1 {
		at = (at + 1) & mask
	}
	if t.ids[at] == 0 {
		t.ids[at] = id + 1
		t.used = append(t.used, at)
	}
	if t.n[at] < 255 {
		t.n[at]++
	}
}

// each calls f for every number with how much it counts, in order of first appearance.
func (t *tally) each(f func(id uint32, v float32)) {
	for _, at := range t.used {
		f(t.ids[at]-1, damped[t.n[at]])
	}
}

// lexicon numbers the features that are known, by open addressing.
type lexicon struct {
	slots []slot
	n     int
}

// slot is the upper half of a hash, 0 for a free one, beside the number it was given: who looks for the one wants the other.
type slot struct{ key, num uint32 }

func newLexicon(n int) *lexicon {
	size := 16
	for size < 2*n {
		size *= 2
	}
	return &lexicon{slots: make([]slot, size)}
}

// split gives the place where a hash is looked for first and what is kept of it.
func (l *lexicon) split(h uint64) (at, key uint32) {
	return uint32(h) & uint32(len(l.slots)-1), max(1, uint32(h>>32))
}

// find gives the number of a feature.
func (l *lexicon) find(h uint64) (num uint32, ok bool) {
	at, key := l.split(h)
	for l.slots[at].key != 0 {
		if l.slots[at].key == key {
			return l.slots[at].num, true
		}
		at = (at + 1) & uint32(len(l.slots)-1)
	}
	return 0, false
}

// add numbers a feature unless it has a number.
func (l *lexicon) add(h uint64) {
	at, key := l.split(h)
	for l.slots[at].key != 0 {
		if l.slots[at].key == key {
			return
		}
		at = (at + 1) & uint32(len(l.slots)-1)
	}
	l.slots[at] = slot{key, uint32(l.n)}
	l.n++
}
