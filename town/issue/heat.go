package issue

import (
	"math"
	"slices"
)

// Weights say how hot an issue is by who speaks for it; they are a row of the city with an editor. The formula stands beside every figure:
//
//	heat = people·P + pace·R + support·S
//
// P counts distinct people, proven ones fully, others by their share. R counts them too, each less the longer ago they first wrote: half after HalfLife
// days. S is the lower bound of the share that agrees (Wilson, 95 %) times the logarithm to base 2 of one plus how many agree.
type Weights struct {
	People   float64 `json:"people"`
	Pace     float64 `json:"pace"`
	Support  float64 `json:"support"`
	HalfLife float64 `json:"half_life"` // days
	Named    float64 `json:"named"`     // the share of somebody who left a phone that nobody has proven
	Unknown  float64 `json:"unknown"`   // the share of a message without a sender
}

// DefaultWeights are those of a city that has set none.
var DefaultWeights = Weights{People: 1, Pace: 1, Support: 2, HalfLife: 7, Named: 0.5, Unknown: 0.1}

// maxUnknown is how many messages without a sender count at most: nobody can make an issue hot by them alone.
const maxUnknown = 20

// Heat is how hot an issue is, and of what that is made.
type Heat struct {
	Value   float64 `json:"heat"`
	People  float64 `json:"people"`  // P of the formula
	Pace    float64 `json:"pace"`    // R
	Support float64 `json:"support"` // S
	Proven  int     `json:"proven"`  // distinct people who have proven who they are
	Named   int     `json:"named"`   // distinct others who left a phone
	Unknown int     `json:"unknown"` // messages without a sender
	Agree   int64   `json:"agree"`
	Against int64   `json:"against"`
	Burst   Burst   `json:"burst"`
}

// Heat measures the messages of one issue. One person counts once, however often they write; what a burst brought counts as one person.
func (w Weights) Heat(messages []*Item, now int64) Heat {
	messages = slices.Clone(messages)
	slices.SortStableFunc(messages, byTime)
	h := Heat{Burst: burstOf(messages)}
	first := map[string]*Item{}
	crowd, unknown := false, 0
	for _, m := range messages {
		h.Agree, h.Against = h.Agree+m.Likes+m.Supporters, h.Against+m.Dislikes
		h.Proven += int(m.Supporters)
		w.count(&h, float64(m.Supporters), m.At, now)
		switch {
		case m.Person == "":
			h.Unknown++
		case first[m.Person] == nil || m.Proven && !first[m.Person].Proven:
			first[m.Person] = m
		}
	}
	for _, m := range messages {
		share, kind := 1.0, &h.Proven
		switch {
		case m.Person != "" && first[m.Person] != m:
			continue
		case m.Person == "":
			if unknown++; unknown > maxUnknown {
				continue
			}
			share, kind = w.Unknown, nil
		case !m.Proven:
			share, kind = w.Named, &h.Named
		}
		if kind != nil {
			*kind++
		}
		if h.Burst.folds(m) {
			if crowd {
				continue
			}
			crowd = true
		}
		w.count(&h, share, m.At, now)
	}
	h.Support = Wilson(h.Agree, h.Agree+h.Against) * math.Log2(1+float64(h.Agree))
	h.Value = w.People*h.People + w.Pace*h.Pace + w.Support*h.Support
	return h
}

func (w Weights) count(h *Heat, share float64, at, now int64) {
	h.People += share
	days := float64(max(0, now-at)) / (24 * 3600e6)
	h.Pace += share * math.Exp2(-days/max(w.HalfLife, 0.01))
}

func byTime(a, b *Item) int {
	if a.At != b.At {
		return int(max(-1, min(1, a.At-b.At)))
	}
	return int(max(-1, min(1, a.ID-b.ID)))
}

// Wilson is the lower bound of the share of yes among n at 95 %: 0 for nobody, and near the share itself only when many were asked.
func Wilson(yes, n int64) float64 {
	if n <= 0 {
		return 0
	}
	const z = 1.96
	p, m := float64(yes)/float64(n), float64(n)
	return max(0, (p+z*z/(2*m)-z*math.Sqrt((p*(1-p)+z*z/(4*m))/m))/(1+z*z/m))
}
