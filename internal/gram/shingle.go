package gram

import "slices"

// Shingles are the pairs of neighbouring units of a text, each as a number, sorted and once. Punctuation and white space don't count, so a text is like
// itself however it was cut or spaced; digits and names do. The numbers are the same in every process and may be stored.
func Shingles(text string) []uint64 {
	units := Units(nil, text)
	list := make([]uint64, 0, len(units))
	for i := range units {
		if i > 0 {
			list = append(list, pairHash(units[i-1].Text, units[i].Text))
		}
	}
	if len(units) == 1 {
		list = append(list, pairHash("", units[0].Text))
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// pairHash is FNV-1a over both, with a byte between that no text holds, and its bits well mixed.
func pairHash(a, b string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(a) {
		h = (h ^ uint64(a[i])) * 1099511628211
	}
	h = (h ^ 0xff) * 1099511628211
	for i := range len(b) {
		h = (h ^ uint64(b[i])) * 1099511628211
	}
	h ^= h >> 32
	h *= 0xd6e8feb86659fd93
	return h ^ h>>32
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
