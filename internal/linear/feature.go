package linear

import (
	"math"
	"slices"

	"mulin/internal/gram"
)

const (
	bits    = 19
	size    = 1 << bits
	longest = 3 // units of a gram
)

// gramAt is where in the text a feature was seen.
type gramAt struct {
	f        uint32
	from, to int
}

// grams finds all features of a text: each one to three joined units.
func grams(text string) []gramAt {
	units := gram.Units(nil, text)
	list := make([]gramAt, 0, longest*len(units))
	for i := range units {
		h := uint64(0)
		for j := i; j < len(units) && j < i+longest && (j == i || units[j].Joined); j++ {
			h = mix(h, units[j].Text)
			list = append(list, gramAt{uint32(h >> (64 - bits)), units[i].From, units[j].To})
		}
	}
	return list
}

// mix goes on from the hash of what came before.
func mix(h uint64, s string) uint64 {
	h ^= 14695981039346656037
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	h ^= h >> 29
	h *= 0xd6e8feb86659fd93
	return h ^ h>>32
}

// feature is one of a document's with its value.
type feature struct {
	f uint32
	v float32
}

// counts gives each feature once with how often it occurs, damped.
func counts(text string) []feature {
	list := grams(text)
	ids := make([]uint32, len(list))
	for i := range list {
		ids[i] = list[i].f
	}
	slices.Sort(ids)
	var out []feature
	for i := 0; i < len(ids); {
		j := i
		for j < len(ids) && ids[j] == ids[i] {
			j++
		}
		out = append(out, feature{ids[i], float32(1 + math.Log(float64(j-i)))})
		i = j
	}
	return out
}

func normalise(x []feature) {
	sum := 0.0
	for _, f := range x {
		sum += float64(f.v) * float64(f.v)
	}
	if sum == 0 {
		return
	}
	k := float32(1 / math.Sqrt(sum))
	for i := range x {
		x[i].v *= k
	}
}

// vectors are the documents as features of length one, and the rarity of each feature.
func vectors(docs []Doc) (x [][]feature, idf []float32) {
	df := make([]int, size)
	for _, d := range docs {
		c := counts(d.Text)
		for _, f := range c {
			df[f.f]++
		}
		x = append(x, c)
	}
	idf = make([]float32, size)
	for f, n := range df {
		if n > 0 {
			idf[f] = float32(math.Log(float64(1+len(docs))/float64(1+n)) + 1)
		}
	}
	for _, c := range x {
		for i := range c {
			c[i].v *= idf[c[i].f]
		}
		normalise(c)
	}
	return x, idf
}

func (m *Model) features(text string) []feature {
	c := counts(text)
	for i := range c {
		c[i].v *= m.rows[int(c[i].f)*(len(m.labels)+1)]
	}
	normalise(c)
	return c
}

// scores are the chances of the classes.
func (m *Model) scores(x []feature) []float64 {
	k := len(m.labels)
	s := make([]float64, k)
	for c := range s {
		s[c] = float64(m.bias[c])
	}
	for _, f := range x {
		row := m.rows[int(f.f)*(k+1)+1:]
		for c := range s {
			s[c] += float64(f.v * row[c])
		}
	}
	chances(s, m.scale, m.prior)
	return s
}

// words are the pieces of the text that speak for class c.
func (m *Model) words(text string, c int) []Word {
	k := len(m.labels)
	best := map[string]float64{}
	for _, g := range grams(text) {
		row := m.rows[int(g.f)*(k+1):]
		if w := float64(row[0] * row[1+c]); w > 0 {
			best[text[g.from:g.to]] = w
		}
	}
	var list []Word
	for t, w := range best {
		list = append(list, Word{t, w})
	}
	slices.SortFunc(list, func(a, b Word) int {
		if a.Weight != b.Weight {
			if a.Weight > b.Weight {
				return -1
			}
			return 1
		}
		if a.Text < b.Text {
			return -1
		}
		return 1
	})
	return list[:min(5, len(list))]
}
