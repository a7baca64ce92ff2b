package linear

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"mulin/internal/clock"
	"mulin/internal/gram"
)

// Sample is a document of a trial. The same ID in training and test is the same document, which is never trained on while it is tested.
type Sample struct {
	Doc
	ID int
}

// Trial measures what is learned: it trains on one set and asks about another, in folds if the same documents are to be in both.
type Trial struct {
	Train, Test []Sample
	Folds       int // 0 or 1: test all at once
	Seed        uint64
	KeepCopies  bool // train also on copies of what is tested, as published measurements did
}

// Result is what a trial found.
type Result struct {
	Report
	Exact, Near int           // documents kept out of training because they are copies of one that is tested, over all folds
	Training    time.Duration // of all folds
	Trained     int           // how often
	Last        *Model        // of the last fold
}

// Run makes the trial.
func (t Trial) Run(ctx context.Context) (Result, error) {
	var res Result
	part := t.parts()
	copies := t.copies()
	for fold := range max(1, t.Folds) {
		out := t.left(part, fold, copies, &res)
		var docs []Doc
		for i, s := range t.Train {
			if !out[i] {
				docs = append(docs, s.Doc)
			}
		}
		began := clock.System.Now()
		m, err := Train(ctx, docs, Options{Seed: t.Seed})
		if err != nil {
			return res, fmt.Errorf("fold %d: %w", fold+1, err)
		}
		res.Training, res.Trained, res.Last = res.Training+clock.System.Now().Sub(began), res.Trained+1, m
		for i, s := range t.Test {
			if part[i] == fold {
				label, p := m.Best(s.Text)
				res.Add(s.Label, label, p)
			}
		}
	}
	return res, nil
}

// parts gives each document of the test its fold: each class is dealt out evenly.
func (t Trial) parts() []int {
	n := max(1, t.Folds)
	part := make([]int, len(t.Test))
	order := rand.New(rand.NewPCG(t.Seed, 1)).Perm(len(t.Test))
	slices.SortStableFunc(order, func(a, b int) int {
		if t.Test[a].Label < t.Test[b].Label {
			return -1
		}
		if t.Test[a].Label > t.Test[b].Label {
			return 1
		}
		return 0
	})
	for at, i := range order {
		part[i] = at % n
	}
	return part
}

// copies gives for each document of the test those of the training that are copies of it.
func (t Trial) copies() [][]int {
	if t.KeepCopies {
		return make([][]int, len(t.Test))
	}
	return gram.NearCopies(texts(t.Test), texts(t.Train))
}

func texts(samples []Sample) (all []string) {
	for _, s := range samples {
		all = append(all, s.Text)
	}
	return all
}

// left marks what is kept out of the training of a fold, and counts copies.
func (t Trial) left(part []int, fold int, copies [][]int, res *Result) []bool {
	out := make([]bool, len(t.Train))
	at := map[int][]int{}
	for i, s := range t.Train {
		at[s.ID] = append(at[s.ID], i)
	}
	for i, s := range t.Test {
		if part[i] == fold {
			for _, j := range at[s.ID] {
				out[j] = true
			}
		}
	}
	for i, s := range t.Test {
		if part[i] != fold {
			continue
		}
		for _, j := range copies[i] {
			if out[j] {
				continue
			}
			out[j] = true
			if gram.Plain(s.Text) == gram.Plain(t.Train[j].Text) {
				res.Exact++
			} else {
				res.Near++
			}
		}
	}
	return out
}
