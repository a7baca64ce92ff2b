package linear

import (
	"context"
	"math"
	"math/rand/v2"
)

// lines are the weights of one line for each class: those of feature f begin at f times the classes.
type lines struct {
	w    []float32
	bias []float32
}

const (
	cost    = 1.0  // of a mistake, against simplicity
	balance = 0.5  // how much more a mistake costs at a class of few texts
	rounds  = 15   // at most, and
	work    = 480  // at most so many rounds times classes, but
	fewest  = 4    // never fewer rounds
	done    = 0.05 // the largest violation with which a round ends the search
)

// solver searches the lines that part each class from the rest: support vectors with squared hinge loss, by coordinate descent in the dual
// (Hsieh, Chang, Lin, Keerthi, Sundararajan 2008), all classes in one pass.
type solver struct {
	*corpus
	x     [][]feature
	of    []int
	out   lines
	alpha []float32 // of each document and class: how much the document holds the line
	cost  []float64 // of a mistake at each class's own texts
	s     []float32 // what the lines say of one document, then their steps
}

// solve learns from the documents numbered in of.
func (c *corpus) solve(ctx context.Context, x [][]feature, of []int, r *rand.Rand) (lines, error) {
	s := solver{corpus: c, x: x, of: of, out: lines{make([]float32, c.lex.n*c.k), make([]float32, c.k)}, alpha: make([]float32, len(of)*c.k), s: make([]float32, c.k)}
	s.costs()
	order := r.Perm(len(of))
	for range min(rounds, max(fewest, work/c.k)) {
		r.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		worst := 0.0
		for n, at := range order {
			if n%64 == 0 && ctx.Err() != nil {
				return s.out, ctx.Err()
			}
			worst = max(worst, s.step(at))
		}
		if worst < done {
			break
		}
	}
	return s.out, nil
}

func (s *solver) costs() {
	n := make([]float64, s.k)
	for _, i := range s.of {
		n[s.class[i]]++
	}
	for _, own := range n {
		s.cost = append(s.cost, cost*math.Pow(max(1, float64(len(s.of))-own)/max(1, own), balance))
	}
}

// step moves the lines as the document of[at] wants them, and tells by how much they missed.
func (s *solver) step(at int) (worst float64) {
	i := s.of[at]
	x := s.x[i]
	copy(s.s, s.out.bias)
	s.out.score(s.s, x)
	moved := false
	for c, alpha := range s.alpha[at*s.k : (at+1)*s.k] {
		sign, soft := float32(-1), 0.5/(cost*s.weight[i])
		if s.class[i] == c {
			sign, soft = 1, 0.5/(s.cost[c]*s.weight[i])
		}
		slope := float64(sign*s.s[c]) - 1 + soft*float64(alpha)
		s.s[c] = 0
		if alpha == 0 && slope >= 0 {
			continue
		}
		worst = max(worst, math.Abs(slope))
		next := float32(max(0, float64(alpha)-slope/(2+soft))) // 2: the length of the document, and of its one for the bias
		s.alpha[at*s.k+c] = next
		s.s[c] = (next - alpha) * sign
		s.out.bias[c] += s.s[c]
		moved = true
	}
	if moved {
		s.out.move(s.s, x)
	}
	return worst
}

// score adds to s what each class's line says of x.
func (l *lines) score(s []float32, x []feature) {
	for _, f := range x {
		row := l.w[int(f.f)*len(s):][:len(s)]
		for c := range s {
			s[c] += f.v * row[c]
		}
	}
}

// move adds steps times x to the lines.
func (l *lines) move(steps []float32, x []feature) {
	for _, f := range x {
		row := l.w[int(f.f)*len(steps):][:len(steps)]
		for c := range steps {
			row[c] += f.v * steps[c]
		}
	}
}
