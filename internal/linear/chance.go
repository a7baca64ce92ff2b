package linear

import (
	"context"
	"math"
	"math/rand/v2"
)

// chance turns what the lines say into chances that sum to one.
type chance struct {
	scale float64
	prior []float64 // of each class
}

func (h chance) of(s []float64) {
	top := math.Inf(-1)
	for c := range s {
		s[c] = h.scale*s[c] + h.prior[c]
		top = max(top, s[c])
	}
	sum := 0.0
	for c := range s {
		s[c] = math.Exp(s[c] - top)
		sum += s[c]
	}
	for c := range s {
		s[c] /= sum
	}
}

const (
	folds    = 4    // in which the chances are learned
	tries    = 200  // steps of that
	leap     = 0.5  // length of a step
	restrain = 0.02 // how much the priors are held back
)

// calibrate learns the chances from what lines say of documents that they were not learned from.
func (c *corpus) calibrate(ctx context.Context, r *rand.Rand) (chance, error) {
	said := make([][]float64, len(c.texts))
	part := c.deal(r)
	for fold := range folds {
		var in []int
		for i := range part {
			if part[i] != fold {
				in = append(in, i)
			}
		}
		x := c.vectors(c.weigh(in))
		l, err := c.solve(ctx, x, in, r)
		if err != nil {
			return chance{}, err
		}
		for i := range part {
			if part[i] == fold {
				said[i] = l.say(x[i])
			}
		}
	}
	return c.fit(said), nil
}

// deal gives each document its fold, each class dealt out evenly.
func (c *corpus) deal(r *rand.Rand) []int {
	part := make([]int, len(c.texts))
	next := make([]int, c.k)
	for class := range next {
		next[class] = r.IntN(folds) // or a fold would get the only text of every class that has but one
	}
	for _, i := range r.Perm(len(part)) {
		part[i] = next[c.class[i]] % folds
		next[c.class[i]]++
	}
	return part
}

// say is what the lines say of x.
func (l *lines) say(x []feature) []float64 {
	s := append([]float32(nil), l.bias...)
	l.score(s, x)
	out := make([]float64, len(s))
	for c := range s {
		out[c] = float64(s[c])
	}
	return out
}

// fit finds the chances under which the documents' own classes are the likeliest, by descent along the slope.
func (c *corpus) fit(said [][]float64) chance {
	h := chance{scale: 1, prior: make([]float64, c.k)}
	p, slope := make([]float64, c.k), make([]float64, c.k)
	all := 0.0
	for _, w := range c.weight {
		all += w
	}
	for range max(20, min(tries, tries*work/(rounds*c.k))) {
		clear(slope)
		steep := 0.0
		for i, s := range said {
			copy(p, s)
			h.of(p)
			p[c.class[i]]--
			for class, miss := range p {
				steep += c.weight[i] * miss * s[class]
				slope[class] += c.weight[i] * miss
			}
		}
		h.scale = max(0.1, h.scale-4*leap*steep/all)
		for class := range slope {
			h.prior[class] -= leap * (slope[class]/all + restrain*h.prior[class]/float64(c.k))
		}
	}
	return h
}
