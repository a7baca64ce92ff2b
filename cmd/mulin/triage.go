package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"runtime"
	"time"

	"mulin/gate/messages"
	"mulin/internal/clock"
	"mulin/internal/fault"
	"mulin/internal/linear"
)

// triageCmd are the commands about reading messages.
type triageCmd struct {
	Answers answersCmd `cmd:"" help:"Hold the replies of a CSV file against the rules for answers and say how often each finding is raised."`
	Eval    evalCmd    `cmd:"" help:"Measure the class suggestion on labelled messages: CSV with the columns title, detail and label, or tokens and label."`
	Hot     hotCmd     `cmd:"" help:"Group the messages of a file and print the hottest issues: CSV with the columns id, user, title, time, detail, perhaps likes and dislikes."`
	Same    sameCmd    `cmd:"" help:"Measure how well duplicates are found, on pairs of messages that people have judged: prints precision and recall, and the curve."`
	Train   trainCmd   `cmd:"" help:"Teach the class suggestion: from the city's closed cases, or from labelled files."`
}

type evalCmd struct {
	Train      []string `help:"What to learn from; may be given several times." required:"" placeholder:"FILE" type:"existingfile" sep:"none"`
	Test       []string `help:"What to ask about. Copies and near copies of it are kept out of the training." placeholder:"FILE" type:"existingfile" sep:"none"`
	Folds      int      `help:"Ask in so many parts, each by a model trained on all the others; without --test about the training files." placeholder:"N"`
	Seed       uint64   `help:"Deals the folds and shuffles in another way." default:"1"`
	KeepCopies bool     `help:"Leave copies of what is asked in the training, as published measurements did."`
}

// Run trains, asks and prints one figure a line.
func (e *evalCmd) Run(ctx context.Context, _ *common) error {
	if len(e.Test) == 0 && e.Folds < 2 {
		return fmt.Errorf("say what to ask about: --test FILE, or --folds 5")
	}
	files := sampleFiles{}
	train, err := files.read(e.Train)
	if err != nil {
		return err
	}
	test := train
	if len(e.Test) > 0 {
		if test, err = files.read(e.Test); err != nil {
			return err
		}
	}
	trial := linear.Trial{Train: train, Test: test, Folds: e.Folds, Seed: e.Seed, KeepCopies: e.KeepCopies}
	res, err := trial.Run(ctx)
	if err != nil {
		return err
	}
	e.print(os.Stdout, res, train, test, files.unusable)
	return nil
}

// sampleFiles reads files, the same one once.
type sampleFiles struct {
	names    []string
	rows     [][]linear.Sample
	next     int
	unusable int
}

func (f *sampleFiles) read(names []string) (all []linear.Sample, err error) {
	for _, name := range names {
		rows, err := f.one(name)
		if err != nil {
			return nil, err
		}
		all = append(all, rows...)
	}
	return all, nil
}

func (f *sampleFiles) one(name string) (rows []linear.Sample, err error) {
	for i, n := range f.names {
		if same(n, name) {
			return f.rows[i], nil
		}
	}
	in, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	list, unusable, err := messages.ReadLabelled(in)
	if _, ok := fault.As(err); err != nil && ok {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if err != nil {
		return nil, err
	}
	for _, l := range list {
		f.next++
		rows = append(rows, linear.Sample{Doc: linear.Doc{Text: l.Text, Label: l.Label}, ID: f.next})
	}
	f.names, f.rows, f.unusable = append(f.names, name), append(f.rows, rows), f.unusable+unusable
	return rows, nil
}

func (e *evalCmd) print(to io.Writer, res linear.Result, train, test []linear.Sample, unusable int) {
	fmt.Fprintf(to, "train_rows %d\ntest_rows %d\nunusable_rows %d\nremoved_exact %d\nremoved_near %d\n", len(train), res.N(), unusable, res.Exact, res.Near)
	fmt.Fprintf(to, "macro_f1 %.4f\naccuracy %.4f\n", res.MacroF1(), res.Accuracy())
	fmt.Fprintf(to, "calibration_error %.4f (%d bins)\n", res.CalibrationError(), linear.Bins)
	for _, p := range []float64{0.9, 0.8, 0.5} {
		n, right := res.Above(p)
		fmt.Fprintf(to, "said_%.0f %d right %.4f\n", p*100, n, right)
	}
	for _, c := range res.Classes() {
		fmt.Fprintf(to, "class %s precision %.4f recall %.4f f1 %.4f support %d\n", c.Label, c.Precision, c.Recall, c.F1, c.Support)
	}
	fmt.Fprintf(to, "train_seconds %.2f (mean of %d)\n", res.Training.Seconds()/float64(res.Trained), res.Trained)
	fmt.Fprintf(to, "messages_per_second %.0f (one core, fastest of 20 windows, reading included: the class and its chance)\n", speed(test, func(s string) { res.Last.Best(s) }))
	fmt.Fprintf(to, "messages_per_second_with_words %.0f (the same: the best three and the words for each)\n", speed(test, func(s string) { res.Last.Suggest(s, 3) }))
	fmt.Fprintf(to, "model_mb %.1f\n", float64(res.Last.Size())/1e6)
}

const (
	windows = 20
	window  = 25 * time.Millisecond
	most    = 1000 // messages asked in turn
)

// speed is how many messages a second one core reads, in the fastest of some windows, so that what else runs on the machine disturbs it little.
func speed(test []linear.Sample, read func(string)) (best float64) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	test = test[:min(len(test), most)]
	at := 0
	for range windows {
		n, began := 0, clock.System.Now()
		for clock.System.Now().Sub(began) < window {
			read(test[at%len(test)].Text)
			n, at = n+1, at+1
		}
		best = max(best, float64(n)/clock.System.Now().Sub(began).Seconds())
	}
	return best
}
