package triage

// Judged is a pair of messages that people have judged, with its likeness by words alone. Weight is how many pairs of the whole it stands for.
type Judged struct {
	Score  float64
	Same   bool
	Weight float64
}

// Figures are those of one threshold.
type Figures struct{ Threshold, Precision, Recall, F1 float64 }

// At tells how well a threshold parts the pairs: of those said to be the same how many are, and of those that are how many are said to be.
func At(pairs []Judged, threshold float64) Figures {
	var said, right, all float64
	for _, p := range pairs {
		if p.Same {
			all += p.Weight
		}
		if p.Score < threshold {
			continue
		}
		if said += p.Weight; p.Same {
			right += p.Weight
		}
	}
	f := Figures{Threshold: threshold, Precision: 1}
	if said > 0 {
		f.Precision = right / said
	}
	if all > 0 {
		f.Recall = right / all
	}
	if f.Precision+f.Recall > 0 {
		f.F1 = 2 * f.Precision * f.Recall / (f.Precision + f.Recall)
	}
	return f
}
