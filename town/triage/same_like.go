package triage

import "slices"

// What two messages say of one matter is weighed from the headlines and, where both have a text, from that.
const (
	textWeight = 0.35
	textEnough = 0.4 // of the shorter text, said by the other as well: two that tell the same seldom share more
	textLeast  = 40  // pairs of characters; less is no text beside a headline
)

// listener is a message that is held against many others.
type listener struct {
	Tale
	slots []pairSlot // where each pair of characters is noted, by open addressing
	told  []told     // by the number of the pair: where the other says it
	own   []told     // where this one does
	skip  []uint32   // what belongs to names that both say
}

type pairSlot struct {
	pair uint32
	no   int32 // number of the pair plus one, 0 for none
}

// told is where a pair is said.
type told uint8

const (
	anywhere told = 1 << iota
	inText
)

func (t Tale) listener() *listener {
	size := 64
	for size < 2*len(t.pairs) {
		size *= 2
	}
	a := &listener{Tale: t, slots: make([]pairSlot, size)}
	for i, p := range t.pairs {
		s := a.slot(p)
		if s.no == 0 {
			a.own = append(a.own, 0)
			*s = pairSlot{p, int32(len(a.own))}
		}
		a.own[s.no-1] |= where(i >= t.from)
	}
	a.told = make([]told, len(a.own))
	return a
}

func where(text bool) told {
	if text {
		return anywhere | inText
	}
	return anywhere
}

func (a *listener) slot(p uint32) *pairSlot {
	mask := uint32(len(a.slots) - 1)
	at := p & mask
	for a.slots[at].no != 0 && a.slots[at].pair != p {
		at = (at + 1) & mask
	}
	return &a.slots[at]
}

// mine and theirs tell whether the one or the other message says a pair of characters.
func (a *listener) mine(p uint32) bool { return a.slot(p).no != 0 }

func (a *listener) theirs(p uint32) bool {
	no := a.slot(p).no
	return no != 0 && a.told[no-1] != 0
}

// like compares the words of another message. Placed tells that where both lie is known without words: then no name of a place says what is the matter.
func (a *listener) like(o *Tale, placed bool) Like {
	clear(a.told)
	for i, p := range o.pairs {
		if no := a.slot(p).no; no != 0 {
			a.told[no-1] |= where(i >= o.from)
		}
	}
	l := Like{Metres: -1}
	l.SameName, l.OtherName = a.places(o, placed)
	l.Said = max(a.share(a.matter, a.theirs), a.share(o.matter, a.mine))
	if share, ok := a.common(len(a.text()), len(o.text())); ok {
		l.Said += textWeight * (min(1, share/textEnough) - l.Said)
	}
	return l
}

// places tells whether both name one place, or different ones only, and notes what belongs to the names that both say.
func (a *listener) places(o *Tale, placed bool) (same, other bool) {
	a.skip = a.skip[:0]
	var spot, area bool
	look := func(names []telling, says func(uint32) bool) {
		for _, n := range names {
			said := all(n.pairs, says)
			if said {
				spot, area = spot || !n.area, area || n.area
			}
			if said || placed {
				a.skip = append(a.skip, n.pairs...)
			}
		}
	}
	look(a.names, a.theirs)
	look(o.names, a.mine)
	apart := len(a.houses) > 0 && len(o.houses) > 0 && !slices.ContainsFunc(a.houses, func(n int) bool { return slices.Contains(o.houses, n) })
	switch {
	case spot:
		return !apart, apart
	case both(a.names, o.names, false), apart:
		return false, true
	}
	return false, !area && both(a.names, o.names, true)
}

// both tells whether both name a place of a kind.
func both(a, b []telling, area bool) bool {
	is := func(n telling) bool { return n.area == area }
	return slices.ContainsFunc(a, is) && slices.ContainsFunc(b, is)
}

func all(pairs []uint32, says func(uint32) bool) bool {
	return !slices.ContainsFunc(pairs, func(p uint32) bool { return !says(p) })
}

// share is how much of a matter is said, leaving out names that both say.
func (a *listener) share(matter []uint32, says func(uint32) bool) float64 {
	n, of := 0, 0
	for _, p := range matter {
		if slices.Contains(a.skip, p) {
			continue
		}
		if of++; says(p) {
			n++
		}
	}
	return float64(n) / float64(max(1, of))
}

// common is how much of the shorter text the other says, names that both say left out; ok is false if one of them is too short to tell.
func (a *listener) common(mine, theirs int) (share float64, ok bool) {
	for _, p := range a.skip {
		if no := a.slot(p).no; no != 0 && a.told[no-1] != 0 {
			mine -= int(a.own[no-1] & inText / inText)
			theirs -= int(a.told[no-1] & inText / inText)
			a.told[no-1] = 0
		}
	}
	n := 0
	for i, t := range a.told {
		if t&a.own[i]&inText != 0 {
			n++
		}
	}
	shorter := min(mine, theirs)
	return float64(n) / float64(max(1, shorter)), shorter >= textLeast
}

// Alike is the likeness of two messages by their words alone, 0 to 1.
func (t Tale) Alike(o Tale) float64 {
	l := t.listener().like(&o, false)
	l.weigh(false)
	return l.Score
}
