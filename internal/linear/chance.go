package linear

import "math"

// chances turns scores into chances that sum to one.
func chances(s []float64, scale float64, prior []float64) {
	top := math.Inf(-1)
	for c := range s {
		s[c] = scale*s[c] + prior[c]
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

// calibrate finds the scale and the priors under which scores of documents not seen in training are the likeliest.
func calibrate(scores [][]float64, y []int, k int) (scale float64, prior []float64) {
	scale, prior = 1, make([]float64, k)
	p := make([]float64, k)
	grad := make([]float64, k)
	for range 300 {
		clear(grad)
		slope := 0.0
		for i, s := range scores {
			copy(p, s)
			chances(p, scale, prior)
			for c := range p {
				e := p[c]
				if c == y[i] {
					e--
				}
				slope += e * s[c]
				grad[c] += e
			}
		}
		n := float64(len(scores))
		scale = max(0.1, scale-2*slope/n)
		for c := range prior {
			prior[c] -= grad[c] / n
		}
	}
	return scale, prior
}
