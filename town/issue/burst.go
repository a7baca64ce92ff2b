package issue

import (
	"slices"
	"unicode/utf8"

	"mulin/internal/gram"
)

// Burst says whether an issue was written up by few, and by what it is told (A34). It is shown beside the heat and can't lift it.
type Burst struct {
	Few   bool `json:"few,omitempty"`   // half of the messages come from one sender, or most from three
	Rapid bool `json:"rapid,omitempty"` // many came within seconds of each other
	Same  bool `json:"same,omitempty"`  // several senders sent the same text
	New   bool `json:"new,omitempty"`   // most senders' accounts are days old

	Top     int `json:"top,omitempty"`     // messages of the busiest sender
	Seconds int `json:"seconds,omitempty"` // the median between the messages that came fast
	Copies  int `json:"copies,omitempty"`  // messages with a text that others sent too
	Fresh   int `json:"fresh,omitempty"`   // messages from new accounts

	folded map[int64]bool // the messages that count as one person's
}

// What makes a burst.
const (
	burstLeast  = 5  // fewer messages are no burst
	rapidGap    = 60 // seconds
	copyLeast   = 3
	copyLength  = 12 // characters: two people may well send "路灯坏了"
	freshDays   = 3
	fewShare    = 0.5
	threeShare  = 0.8
	threeLeast  = 8
	freshShare  = 0.6
	secondMicro = 1_000_000
	dayMicro    = 24 * 3600 * secondMicro
)

// Any tells whether it is one.
func (b *Burst) Any() bool { return b.Few || b.Rapid || b.Same || b.New }

// folds tells whether a message is part of a burst whose senders count as one.
func (b *Burst) folds(m *Item) bool { return b.folded[m.ID] }

// burstOf looks at messages in order of time.
func burstOf(messages []*Item) Burst {
	b := Burst{folded: map[int64]bool{}}
	b.few(messages)
	b.rapid(messages)
	b.same(messages)
	b.fresh(messages)
	return b
}

// few marks what one or three write most of. It needs no folding: a person counts once anyway.
func (b *Burst) few(messages []*Item) {
	by := map[string]int{}
	for _, m := range messages {
		if m.Person != "" {
			by[m.Person]++
		}
	}
	var all []int
	for _, n := range by {
		all = append(all, n)
	}
	slices.SortFunc(all, func(a, b int) int { return b - a })
	if len(all) == 0 || all[0] < 2 {
		return
	}
	n := float64(len(messages))
	three := 0
	for _, x := range all[:min(3, len(all))] {
		three += x
	}
	b.Top = all[0]
	b.Few = len(messages) >= burstLeast && float64(all[0]) >= fewShare*n || len(messages) >= threeLeast && float64(three) >= threeShare*n
}

// rapid marks runs of messages with hardly a breath between.
func (b *Burst) rapid(messages []*Item) {
	var gaps []int
	run := func(from, to int) {
		if to-from < burstLeast {
			return
		}
		b.Rapid = true
		for i := from; i < to; i++ {
			b.fold(messages[i])
			if i > from {
				gaps = append(gaps, int((messages[i].At-messages[i-1].At)/secondMicro))
			}
		}
	}
	from := 0
	for i := 1; i <= len(messages); i++ {
		if i == len(messages) || messages[i].At-messages[i-1].At > rapidGap*secondMicro {
			run(from, i)
			from = i
		}
	}
	if len(gaps) > 0 {
		slices.Sort(gaps)
		b.Seconds = gaps[len(gaps)/2]
	}
}

// same marks texts that several senders sent word for word.
func (b *Burst) same(messages []*Item) {
	by := map[string][]*Item{}
	for _, m := range messages {
		if text := gram.Plain(m.Text); utf8.RuneCountInString(text) >= copyLength {
			by[text] = append(by[text], m)
		}
	}
	for _, all := range by {
		senders := map[string]bool{}
		for _, m := range all {
			senders[m.Person] = true
		}
		if len(all) < copyLeast || len(senders) < 2 && !senders[""] {
			continue
		}
		b.Same = true
		b.Copies += len(all)
		for _, m := range all {
			b.fold(m)
		}
	}
}

// fresh marks issues that accounts made for them write up.
func (b *Burst) fresh(messages []*Item) {
	var all []*Item
	for _, m := range messages {
		if m.Since != 0 && m.At-m.Since < freshDays*dayMicro {
			all = append(all, m)
		}
	}
	if len(all) < burstLeast || float64(len(all)) < freshShare*float64(len(messages)) {
		return
	}
	b.New, b.Fresh = true, len(all)
	for _, m := range all {
		b.folded[m.ID] = true
	}
}

// fold counts a message as the crowd's, unless its sender has proven who they are and has been here for a while: neighbours pass each other a text to send.
func (b *Burst) fold(m *Item) {
	if !m.Proven || m.Since != 0 && m.At-m.Since < freshDays*dayMicro {
		b.folded[m.ID] = true
	}
}
