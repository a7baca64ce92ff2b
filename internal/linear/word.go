package linear

import (
	"cmp"
	"slices"
)

// Word is a piece of the text as it stands there, with how much it speaks for the class.
type Word struct {
	Text   string
	Weight float64
}

const (
	mostWords = 5
	mostUnits = 8    // of one piece
	faint     = 0.25 // of the strongest unit: weaker ones are not shown
)

// words are the pieces of the text, as last read by d, that speak the most for class c: each feature's weight is shared out to the units it is made of, and
// neighbouring strong units make a piece.
func (m *Model) words(d *desk, text string, c int) []Word {
	k := len(m.labels)
	strength := make([]float64, len(d.units))
	for _, o := range d.seen {
		if o.num == 0 {
			continue
		}
		f := int(o.num - 1)
		v := float64(m.signs[f].weight*m.signs[f].step) * float64(m.w[f*k+c]) / float64(o.to-o.from)
		for u := o.from; u < o.to; u++ {
			strength[u] += v
		}
	}
	return d.pieces(text, strength)
}

// pieces gathers joined units of some strength, adds up what is said more than once, and keeps the strongest.
func (d *desk) pieces(text string, strength []float64) []Word {
	if len(strength) == 0 {
		return nil
	}
	least := max(slices.Max(strength)*faint, tiny)
	var list []Word
	for i := 0; i < len(strength); {
		if strength[i] < least {
			i++
			continue
		}
		j, sum := i, 0.0
		for ; j < len(strength) && j < i+mostUnits && strength[j] >= least && (j == i || d.units[j].Joined); j++ {
			sum += strength[j]
		}
		list = add(list, Word{text[d.units[i].From:d.units[j-1].To], sum})
		i = j
	}
	slices.SortStableFunc(list, func(a, b Word) int { return cmp.Compare(b.Weight, a.Weight) })
	return list[:min(len(list), mostWords)]
}

func add(list []Word, w Word) []Word {
	for i := range list {
		if list[i].Text == w.Text {
			list[i].Weight += w.Weight
			return list
		}
	}
	return append(list, w)
}
