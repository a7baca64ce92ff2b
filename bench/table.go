package bench

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
)

func (b *bench) names() []string { return slices.Sorted(maps.Keys(b.figures)) }

// median of a figure over the rounds; 0 if it was not taken.
func (b *bench) median(name string) float64 {
	all := slices.Sorted(slices.Values(b.figures[name]))
	if len(all) == 0 {
		return 0
	}
	if len(all)%2 == 0 {
		return (all[len(all)/2-1] + all[len(all)/2]) / 2
	}
	return all[len(all)/2]
}

// best is the highest median over the numbers of clients, and which of the figures it is.
func (b *bench) best(prefix string, counts []int) (v float64) {
	for _, n := range counts {
		v = max(v, b.median(fmt.Sprintf("%s %d", prefix, n)))
	}
	return v
}

// bar is one promise and how it stands.
type bar struct {
	name      string
	value     float64
	want      float64
	atMost    bool
	unit      string
	available bool
}

func (r bar) met() string {
	switch {
	case !r.available:
		return "not measured"
	case r.atMost && r.value <= r.want, !r.atMost && r.value >= r.want:
		return "yes"
	}
	return "NO"
}

// bars are what must hold.
func (b *bench) bars() []bar {
	var all []bar
	ratio := func(name string, over, under, want float64) {
		r := bar{name: name, want: want, unit: "×", available: over > 0 && under > 0}
		if r.available {
			r.value = over / under
		}
		all = append(all, r)
	}
	most := func(name string, v, want float64, unit string) {
		all = append(all, bar{name, v, want, true, unit, v > 0})
	}
	handler := b.best("handler alone", clients)
	for _, e := range b.engines {
		in := b.best(e.name+" intake", clients)
		ratio(e.name+": intake over HTTP / single-commit SQLite", in, b.median("SQLite single commit"), 3)
		if e.url != "" {
			ratio(e.name+": intake over HTTP / pgbench", in, b.best("pgbench", []int{8, 64, 128}), 2)
		}
		ratio(e.name+": intake over HTTP / handler alone", in, handler, 0.4)
		v := b.median(e.name + " import")
		all = append(all, bar{e.name + ": import, messages a second", v, 1000, false, "/s", v > 0})
		most(e.name+": resident memory with all cases, after a load", b.median(e.name+" memory MB"), 200, " MB")
		worst, at := 0.0, ""
		for _, p := range pageNames {
			if p == noBar {
				continue
			}
			if v := b.median(e.name + " " + p + " p99 ms"); v > worst {
				worst, at = v, p
			}
		}
		slow := 0.0
		for _, kind := range sameKinds {
			slow = max(slow, b.median(e.name+" same, "+kind+" p99 ms"))
		}
		most(e.name+": what was told already, p99", slow, 10, " ms")
		most(strings.TrimSuffix(e.name+": slowest page, p99 ("+at+")", " ()"), worst, 20, " ms")
	}
	return all
}

// table writes bars and figures.
func (b *bench) table(out io.Writer) error {
	bars := [][]string{{"bar", "measured", "wanted", "met"}}
	for _, r := range b.bars() {
		sign := "≥ "
		if r.atMost {
			sign = "≤ "
		}
		value := "–"
		if r.available {
			value = number(r.value) + r.unit
		}
		bars = append(bars, []string{r.name, value, sign + number(r.want) + r.unit, r.met()})
	}
	figures := [][]string{{"figure", "median", "lowest", "highest", "rounds"}}
	for _, name := range b.names() {
		all := b.figures[name]
		figures = append(figures, []string{name, number(b.median(name)), number(slices.Min(all)), number(slices.Max(all)), fmt.Sprint(len(all))})
	}
	fmt.Fprintf(out, "%s\n\n", machine())
	for _, t := range [][][]string{bars, figures} {
		if err := b.write(out, t); err != nil {
			return err
		}
		fmt.Fprintln(out)
	}
	return nil
}

func (b *bench) write(out io.Writer, rows [][]string) error {
	if b.Markdown {
		for i, r := range rows {
			fmt.Fprintf(out, "| %s |\n", strings.Join(r, " | "))
			if i == 0 {
				fmt.Fprintf(out, "|%s\n", strings.Repeat("---|", len(r)))
			}
		}
		return nil
	}
	w := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	for _, r := range rows {
		fmt.Fprintln(w, strings.Join(r, "\t"))
	}
	return w.Flush()
}

func number(v float64) string {
	switch {
	case v >= 100:
		return fmt.Sprintf("%.0f", v)
	case v >= 10:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.2f", v)
}
