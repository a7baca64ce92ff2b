package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"strconv"

	"mulin/gate/messages"
	"mulin/town/triage"
)

type sameCmd struct {
	Pairs    string   `help:"Labelled pairs: CSV with the columns id_a, id_b, same (1 or 0), perhaps weight." required:"" type:"existingfile" placeholder:"FILE"`
	Messages []string `help:"The messages they speak of: CSV with the columns id, title, detail. May be given several times." required:"" type:"existingfile" placeholder:"FILE" sep:"none"`
}

// Run prints precision and recall at the threshold in use, and the curve.
func (s *sameCmd) Run(_ context.Context, _ *common) error {
	texts := map[string]messages.Text{}
	for _, name := range s.Messages {
		if err := within(name, func(in io.Reader) error {
			_, err := messages.ReadTexts(in, texts)
			return err
		}); err != nil {
			return err
		}
	}
	var pairs []messages.Pair
	if err := within(s.Pairs, func(in io.Reader) (err error) {
		pairs, err = messages.ReadPairs(in)
		return err
	}); err != nil {
		return err
	}
	judged, missing := judge(pairs, texts)
	if len(judged) == 0 {
		return fmt.Errorf("none of the %d pairs has both its messages in these files", len(pairs))
	}
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	fmt.Fprintf(out, "pairs %d\nmissing %d\n", len(judged), missing)
	printSame(out, "", judged)
	if weighted(judged) {
		printSame(out, "weighted_", judged)
	}
	return nil
}

func within(name string, read func(io.Reader) error) error {
	in, err := os.Open(name)
	if err != nil {
		return err
	}
	defer in.Close()
	if err := read(in); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// judge holds the messages of each pair against each other; missing counts the pairs without both.
func judge(pairs []messages.Pair, texts map[string]messages.Text) (all []triage.Judged, missing int) {
	for _, p := range pairs {
		a, okA := texts[p.A]
		b, okB := texts[p.B]
		if !okA || !okB {
			missing++
			continue
		}
		weight, err := strconv.ParseFloat(p.Weight, 64)
		if err != nil || weight <= 0 {
			weight = 1
		}
		score := triage.ReadTale(a.Title, a.Detail).Alike(triage.ReadTale(b.Title, b.Detail))
		all = append(all, triage.Judged{Score: score, Same: p.Same, Weight: weight})
	}
	return all, missing
}

func weighted(all []triage.Judged) bool {
	for _, j := range all {
		if j.Weight != 1 {
			return true
		}
	}
	return false
}

// printSame prints the figures; those without a prefix count every pair once.
func printSame(out io.Writer, prefix string, all []triage.Judged) {
	if prefix == "" {
		all = append([]triage.Judged{}, all...)
		for i := range all {
			all[i].Weight = 1
		}
	}
	f := triage.At(all, triage.Likely)
	fmt.Fprintf(out, "%sthreshold %.2f precision %.4f recall %.4f f1 %.4f\n", prefix, f.Threshold, f.Precision, f.Recall, f.F1)
	for i := 4; i <= 20; i++ {
		f := triage.At(all, float64(i)/20)
		fmt.Fprintf(out, "%scurve %.2f %.4f %.4f %.4f\n", prefix, f.Threshold, f.Precision, f.Recall, f.F1)
	}
}
