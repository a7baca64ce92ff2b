package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"mulin/gate/messages"
	"mulin/internal/fault"
	"mulin/internal/register"
	"mulin/town/catalog"
	"mulin/town/triage"
)

type trainCmd struct {
	Files []string `arg:"" optional:"" help:"CSV with the columns title, detail and label, or tokens and label; the label is a class with those above it (a / b / c) or its own name. Without a file the city's closed cases teach." type:"existingfile"`
	City  int64    `help:"The city; default: the only one." placeholder:"ID"`
	Keep  bool     `help:"Only keep the version; somebody activates it later."`
}

// Run learns a version and says how good it is. A server that runs on the same database takes it up by itself.
func (c *trainCmd) Run(ctx context.Context, common *common) error {
	a, t, err := common.town(ctx, common.log(), c.City)
	if err != nil {
		return err
	}
	defer a.Close()
	how := triage.Training{Source: triage.ByHand, Aside: c.Keep}
	if len(c.Files) > 0 {
		how.Source = triage.ByFile
		if how.Lessons, err = readLessons(os.Stderr, t.Catalog, c.Files); err != nil {
			return err
		}
	}
	v, err := t.Triage.Learn(ctx, t.System(), how)
	if l, ok := fault.As(err); ok {
		return errors.New(a.Words.Words(language()).Fault(l[0]))
	}
	if err != nil {
		return err
	}
	printVersion(os.Stdout, v)
	if v.Tested > 0 && len(c.Files) > 0 {
		cold := t.Triage.Untaught(how.Lessons)
		fmt.Printf("catalogue_alone macro_f1 %.4f accuracy %.4f\n", cold.MacroF1, cold.Accuracy)
	}
	return nil
}

func printVersion(to io.Writer, v triage.Version) {
	fmt.Fprintf(to, "version %d\nlessons %d\ncorrected %d\nclasses %d\ntested %d\n", v.Number, v.Lessons, v.Corrected, v.Classes, v.Tested)
	fmt.Fprintf(to, "macro_f1 %.4f\naccuracy %.4f\nexact %.4f\ncalibration_error %.4f\n", v.MacroF1, v.Accuracy, v.Exact, v.Error)
	fmt.Fprintf(to, "train_seconds %.1f\nbytes %d\nverdict %s\nactive %t\n", float64(v.Millis)/1000, v.Bytes, v.Verdict, v.Active)
}

// mostUnknown is how many labels that match no class are named.
const mostUnknown = 20

// readLessons reads labelled files; rows whose label is no class of the catalogue are counted and left out.
func readLessons(tell io.Writer, cat *catalog.Catalog, names []string) ([]triage.Lesson, error) {
	find := classFinder(cat)
	all := []triage.Lesson{}
	unknown := map[string]int{}
	for _, name := range names {
		rows, unusable, err := readFile(name)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if unusable > 0 {
			fmt.Fprintf(tell, "%s: %d rows without a text or label\n", name, unusable)
		}
		for _, row := range rows {
			class, ok := find(row.Label)
			if !ok {
				unknown[row.Label]++
				continue
			}
			all = append(all, triage.FromFile(row.Text, class))
		}
	}
	tellUnknown(tell, unknown)
	return all, nil
}

func readFile(name string) ([]messages.Labelled, int, error) {
	in, err := os.Open(name)
	if err != nil {
		return nil, 0, err
	}
	defer in.Close()
	return messages.ReadLabelled(in)
}

func tellUnknown(tell io.Writer, unknown map[string]int) {
	var labels []string
	rows := 0
	for l, n := range unknown {
		labels, rows = append(labels, l), rows+n
	}
	if rows == 0 {
		return
	}
	slices.SortFunc(labels, func(a, b string) int {
		if unknown[a] != unknown[b] {
			return unknown[b] - unknown[a]
		}
		return strings.Compare(a, b)
	})
	fmt.Fprintf(tell, "%d rows with %d labels that match no class are left out:\n", rows, len(labels))
	for _, l := range labels[:min(len(labels), mostUnknown)] {
		fmt.Fprintf(tell, "  %s (%d)\n", l, unknown[l])
	}
}

// classFinder finds a class by its full name, or by its own name where only one has it, first-level ones before others.
func classFinder(cat *catalog.Catalog) func(label string) (int64, bool) {
	own := map[string]int64{}
	many := map[string]bool{}
	for _, c := range cat.Classes() {
		name := plainName(c.Name)
		if _, twice := own[name]; twice && c.Parent != 0 {
			top, _ := cat.Class(own[name])
			many[name] = many[name] || top.Parent != 0
			continue
		}
		own[name] = c.ID
	}
	return func(label string) (int64, bool) {
		if c, ok := cat.ByFullName(register.FullName(strings.FieldsFunc(label, func(r rune) bool { return r == '/' || r == ' ' })...)); ok {
			return c.ID, true
		}
		id, ok := own[plainName(label)]
		return id, ok && !many[plainName(label)]
	}
}

// plainName leaves out what two lists write differently: blanks, and signs between words.
func plainName(name string) string {
	return strings.NewReplacer(" ", "", "、", "", "和", "", "与", "").Replace(strings.TrimSpace(name))
}
