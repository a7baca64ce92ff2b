package linear

import (
	"math"
	"testing"
)

func TestReport(t *testing.T) {
	var r Report
	for _, s := range []struct {
		right, said string
		p           float64
		n           int
	}{{"a", "a", 0.95, 9}, {"a", "b", 0.95, 1}, {"b", "b", 0.65, 6}, {"b", "a", 0.65, 4}} {
		for range s.n {
			r.Add(s.right, s.said, s.p)
		}
	}
	// a: 9 of 13 said, 9 of 10 found; b: 6 of 7 said, 6 of 10 found
	near(t, "macro F1", r.MacroF1(), (2*9.0/23+2*6.0/17)/2)
	near(t, "accuracy", r.Accuracy(), 0.75)
	near(t, "calibration error", r.CalibrationError(), (0.5+0.5)/20)
	n, right := r.Above(0.9)
	near(t, "said", float64(n), 10)
	near(t, "right", right, 0.9)
	if c := r.Classes(); len(c) != 2 || c[0].Label != "a" || c[0].Support != 10 || c[1].Precision != 6.0/7 || c[1].Recall != 0.6 {
		t.Errorf("%+v", c)
	}
}

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-9 {
		t.Errorf("%s is %f, want %f", what, got, want)
	}
}

// samples gives documents their numbers from first on.
func samples(first int, docs ...Doc) (list []Sample) {
	for i, d := range docs {
		list = append(list, Sample{d, first + i})
	}
	return list
}

func TestCopiesAreKeptOut(t *testing.T) {
	learn := samples(0, invented()...)
	ask := samples(1000,
		Doc{Text: "玉兰苑三号楼的电梯昨天停运，维修师傅至今没有到场", Label: "电梯"},
		Doc{Text: "文化广场舞蹈队的音响每晚开到十点，孩子没法写作业", Label: "环境"},
	)
	learn = append(learn, samples(2000,
		Doc{Text: "玉兰苑 三号楼 的 电梯 昨天 停运 维修 师傅 至今 没有 到场", Label: "电梯"}, // the same, cut into words
		Doc{Text: "玉兰苑 三号楼 电梯 昨天 停运 维修 师傅 至今 到场", Label: "电梯"},      // without its stop words
		Doc{Text: "补充：玉兰苑三号楼的电梯昨天停运，维修师傅至今没有到场，请回复！", Label: "电梯"},  // with something around it
		Doc{Text: "牡丹园的电梯里没有照明，按钮也失灵", Label: "电梯"},
	)...)
	res, err := Trial{Train: learn, Test: ask}.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if res.Exact != 1 || res.Near != 2 || res.N() != 2 {
		t.Errorf("exact %d, near %d, asked %d", res.Exact, res.Near, res.N())
	}
	kept, err := Trial{Train: learn, Test: ask, KeepCopies: true}.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, p := kept.Last.Best(ask[0].Text); kept.Exact+kept.Near != 0 || p <= 0 {
		t.Errorf("kept: exact %d, near %d", kept.Exact, kept.Near)
	}
}

// TestFolds asks about everything once, never by a model that has seen it or its copy.
func TestFolds(t *testing.T) {
	var docs []Doc
	for i, d := range invented() {
		docs = append(docs, d)
		if i%10 == 0 {
			docs = append(docs, Doc{Text: d.Text + "。", Label: d.Label})
		}
	}
	all := samples(0, docs...)
	trial := Trial{Train: all, Test: all, Folds: 5}
	res, err := trial.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if res.N() != len(all) || res.Trained != 5 || res.Exact == 0 {
		t.Errorf("asked %d of %d in %d folds, %d copies", res.N(), len(all), res.Trained, res.Exact)
	}
	part, copies := trial.parts(), trial.copies()
	for fold := range 5 {
		out := trial.left(part, fold, copies, &Result{})
		for i := range all {
			if part[i] != fold {
				continue
			}
			for _, j := range append(copies[i], i) {
				if !out[j] {
					t.Fatalf("%q is learned from while %q is asked", all[j].Text, all[i].Text)
				}
			}
		}
	}
}

func TestNothingLeftToLearn(t *testing.T) {
	all := samples(0, invented()...)
	if _, err := (Trial{Train: all, Test: all}).Run(t.Context()); err == nil {
		t.Error("it learned from what it was asked")
	}
}
