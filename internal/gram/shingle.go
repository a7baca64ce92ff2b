package gram

import "slices"

// Shingles are the pairs of neighbouring units of a text, each as a number, sorted and once. Punctuation and white space don't count, so a text is like
// itself however it was cut or spaced; digits and names do. The numbers are the same in every process and may be stored.
func Shingles(text string) []uint64 {
	units := Units(nil, text)
	list := make([]uint64, 0, len(units))
	for i := 1; i < len(units); i++ {
		list = append(list, Pair(units[i-1].ID, units[i].ID))
	}
	if len(units) == 1 {
		list = append(list, Pair(0, units[0].ID))
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// Pair makes one well mixed number of two in this order.
func Pair(a, b uint64) uint64 {
	h := (a ^ a>>32) * 0x9e3779b97f4a7c15
	h = (h ^ h>>29 ^ b) * 0xd6e8feb86659fd93
	return h ^ h>>32
}

// Pair32 is a number of two neighbouring characters, the same in every process.
func Pair32(a, b rune) uint32 { return stir(uint64(a)<<32 | uint64(b)) }

// Hash32 is a number of a text, the same in every process.
func Hash32(s string) uint32 {
	h := uint64(wordSeed)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * wordPrime
	}
	return stir(h)
}

// stir is the last step of splitmix64.
func stir(h uint64) uint32 {
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return uint32(h >> 32)
}

// Overlap tells how much two texts have in common by their shingles: of all they hold (Jaccard), and of what the shorter one holds (containment).
func Overlap(a, b []uint64) (jaccard, containment float64) {
	if len(a) == 0 || len(b) == 0 {
		return 0, 0
	}
	both := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			both, i, j = both+1, i+1, j+1
		}
	}
	return float64(both) / float64(len(a)+len(b)-both), float64(both) / float64(min(len(a), len(b)))
}
