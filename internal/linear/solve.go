package linear

import (
	"context"
	"math"
	"math/rand/v2"
)

// weights of one-against-rest classes: those of feature f begin at f*classes.
type weights struct {
	w    []float32
	bias []float32
}

const (
	cost   = 1.0
	rounds = 20
)

// solve trains each class against the rest: support vectors with squared hinge loss, by coordinate descent in the dual (Hsieh and others, 2008).
func solve(ctx context.Context, x [][]feature, y []int, of []int, k int, seed uint64) (weights, error) {
	out := weights{make([]float32, size*k), make([]float32, k)}
	n := make([]int, k)
	for _, i := range of {
		n[y[i]]++
	}
	w := make([]float32, size)
	for c := range k {
		if err := ctx.Err(); err != nil {
			return out, err
		}
		clear(w)
		pos := cost * math.Sqrt(float64(len(of))/float64(k*max(1, n[c])))
		b := solveOne(x, y, of, c, pos, cost, w, rand.New(rand.NewPCG(seed, uint64(c))))
		for f, v := range w {
			out.w[f*k+c] = v
		}
		out.bias[c] = b
	}
	return out, nil
}

func solveOne(x [][]feature, y []int, of []int, c int, pos, neg float64, w []float32, r *rand.Rand) float32 {
	alpha := make([]float64, len(of))
	order := r.Perm(len(of))
	b := float32(0)
	for range rounds {
		worst := 0.0
		r.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, a := range order {
			i := of[a]
			sign, cc := float32(-1), neg
			if y[i] == c {
				sign, cc = 1, pos
			}
			d := 0.5 / cc
			s := b
			q := 1 + d
			for _, f := range x[i] {
				s += f.v * w[f.f]
			}
			q++ // unit length
			g := float64(sign*s) - 1 + d*alpha[a]
			if alpha[a] == 0 && g >= 0 {
				continue
			}
			worst = max(worst, math.Abs(g))
			was := alpha[a]
			alpha[a] = max(0, was-g/q)
			step := float32(alpha[a]-was) * sign
			for _, f := range x[i] {
				w[f.f] += step * f.v
			}
			b += step
		}
		if worst < 0.05 {
			break
		}
	}
	return b
}

// heldOut are the scores of each document by a model that has not seen it.
func heldOut(ctx context.Context, x [][]feature, y []int, k int, seed uint64) ([][]float64, error) {
	const folds = 3
	out := make([][]float64, len(x))
	part := rand.New(rand.NewPCG(seed, 77)).Perm(len(x))
	for fold := range folds {
		var in []int
		for i := range x {
			if part[i]%folds != fold {
				in = append(in, i)
			}
		}
		w, err := solve(ctx, x, y, in, k, seed)
		if err != nil {
			return nil, err
		}
		for i := range x {
			if part[i]%folds == fold {
				out[i] = w.scores(x[i], k)
			}
		}
	}
	return out, nil
}

func (w weights) scores(x []feature, k int) []float64 {
	s := make([]float64, k)
	for c := range s {
		s[c] = float64(w.bias[c])
	}
	for _, f := range x {
		row := w.w[int(f.f)*k:]
		for c := range s {
			s[c] += float64(f.v * row[c])
		}
	}
	return s
}
