package linear

import (
	"math"
	"slices"
)

// Report counts what was said against what was right.
type Report struct {
	said []saying
}

type saying struct {
	right, said string
	p           float64
}

// Class is how well one class is told.
type Class struct {
	Label                 string
	Precision, Recall, F1 float64
	Support               int
}

// Add counts one document.
func (r *Report) Add(right, said string, p float64) { r.said = append(r.said, saying{right, said, p}) }

// N is how many documents were counted.
func (r *Report) N() int { return len(r.said) }

// Accuracy is the share that was said right.
func (r *Report) Accuracy() float64 {
	_, share := r.Above(0)
	return share
}

// Above gives how many were said with at least this chance, and the share of them that was right.
func (r *Report) Above(p float64) (n int, right float64) {
	for _, s := range r.said {
		if s.p >= p {
			n++
			if s.right == s.said {
				right++
			}
		}
	}
	return n, right / math.Max(1, float64(n))
}

// Classes are the figures of each class that occurs, by name.
func (r *Report) Classes() []Class {
	type count struct{ both, said, right int }
	n := map[string]*count{}
	of := func(label string) *count {
		if n[label] == nil {
			n[label] = &count{}
		}
		return n[label]
	}
	for _, s := range r.said {
		of(s.right).right++
		of(s.said).said++
		if s.right == s.said {
			of(s.right).both++
		}
	}
	var list []Class
	for label, c := range n {
		k := Class{Label: label, Support: c.right}
		k.Precision = float64(c.both) / math.Max(1, float64(c.said))
		k.Recall = float64(c.both) / math.Max(1, float64(c.right))
		k.F1 = 2 * float64(c.both) / float64(c.said+c.right)
		list = append(list, k)
	}
	slices.SortFunc(list, func(a, b Class) int {
		if a.Label < b.Label {
			return -1
		}
		return 1
	})
	return list
}

// MacroF1 is the mean F1 of the classes that were tested.
func (r *Report) MacroF1() float64 {
	sum, n := 0.0, 0
	for _, c := range r.Classes() {
		if c.Support > 0 {
			sum, n = sum+c.F1, n+1
		}
	}
	return sum / math.Max(1, float64(n))
}

// Bins is how many steps of chance the calibration error compares.
const Bins = 15

// CalibrationError is the expected calibration error: how far, on average, the chance said lies from the share that was right.
func (r *Report) CalibrationError() float64 {
	var n, right, p [Bins]float64
	for _, s := range r.said {
		b := min(Bins-1, int(s.p*Bins))
		n[b]++
		p[b] += s.p
		if s.right == s.said {
			right[b]++
		}
	}
	sum := 0.0
	for b := range n {
		sum += math.Abs(right[b] - p[b])
	}
	return sum / math.Max(1, float64(len(r.said)))
}
