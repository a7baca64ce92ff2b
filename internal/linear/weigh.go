package linear

import "math"

const (
	rare  = 0.5  // how much it counts in how few texts a feature is
	sharp = 0.5  // how much it counts that its texts are of few classes
	dull  = 0.05 // what a feature has that is spread over the classes as all texts are
	doubt = 2    // texts spread so that each feature is taken to have been in besides
)

// weigh gives each feature its weight by the documents to learn from: the rarer, and the more its texts are of few classes, the more.
// The second is the information gained about the class (Kullback and Leibler) when the feature is seen.
func (c *corpus) weigh(of []int) []float32 {
	in := make([]float32, c.lex.n*c.k)
	share := make([]float64, c.k)
	for _, i := range of {
		share[c.class[i]] += 1 / float64(len(of))
		for _, f := range c.texts[i] {
			in[int(f.f)*c.k+c.class[i]]++
		}
	}
	weight := make([]float32, c.lex.n)
	for f := range weight {
		texts, gain := 0.0, 0.0
		row := in[f*c.k : (f+1)*c.k]
		for _, n := range row {
			texts += float64(n)
		}
		if texts == 0 {
			continue
		}
		for class, n := range row {
			if share[class] > 0 {
				p := (float64(n) + doubt*share[class]) / (texts + doubt)
				gain += p * math.Log(p/share[class])
			}
		}
		idf := math.Log((float64(len(of))+1)/(texts+1)) + 1
		weight[f] = float32(math.Pow(idf, rare) * math.Pow(dull+max(0, gain), sharp))
	}
	return weight
}

// vectors are all documents under the weights, each of length one.
func (c *corpus) vectors(weight []float32) [][]feature {
	all := make([][]feature, len(c.texts))
	for i, text := range c.texts {
		x := make([]feature, 0, len(text))
		sum := 0.0
		for _, f := range text {
			if v := f.v * weight[f.f]; v != 0 {
				x = append(x, feature{f.f, v})
				sum += float64(v) * float64(v)
			}
		}
		unit := float32(1 / math.Sqrt(max(sum, tiny)))
		for j := range x {
			x[j].v *= unit
		}
		all[i] = x
	}
	return all
}

// tiny stands for the length of a text without any known feature.
const tiny = 1e-12
