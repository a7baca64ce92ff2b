package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"mulin/gate/messages"
	"mulin/internal/clock"
	"mulin/internal/fault"
	"mulin/town/issue"
)

type hotCmd struct {
	File string `arg:"" help:"The messages." type:"existingfile"`
	Top  int    `help:"How many issues to print." default:"10"`
	From string `help:"Only messages from this day on." placeholder:"2019-06-01"`
	To   string `help:"Only messages up to this day; heat is that of its end. Default: the last message." placeholder:"2019-12-31"`
	Zone string `help:"Time zone of the file." default:"Asia/Shanghai"`
	Out  string `help:"Write to this file instead of the terminal." placeholder:"FILE"`
}

// Run groups, measures and prints; with --json as JSON.
func (h *hotCmd) Run(ctx context.Context, c *common) error {
	zone, err := time.LoadLocation(h.Zone)
	if err != nil {
		return fmt.Errorf("time zone: %w", err)
	}
	from, to, err := h.period(zone)
	if err != nil {
		return err
	}
	voices, err := h.read(zone)
	if err != nil {
		return err
	}
	began := clock.System.Now()
	r := hotReport{zone: zone}
	r.fill(voices, from, to, h.Top)
	r.Seconds = clock.System.Now().Sub(began).Seconds()
	out := io.Writer(os.Stdout)
	if h.Out != "" {
		f, err := os.Create(h.Out)
		if err != nil {
			return err
		}
		defer f.Close()
		out = f
	}
	b := bufio.NewWriter(out)
	if c.JSON {
		err = r.json(b)
	} else {
		err = r.table(b)
	}
	if err != nil {
		return err
	}
	return b.Flush()
}

// period is from the first day to the end of the last; 0 leaves it open.
func (h *hotCmd) period(zone *time.Location) (from, to int64, err error) {
	day := func(s string) (time.Time, error) { return time.ParseInLocation(time.DateOnly, s, zone) }
	if h.From != "" {
		t, err := day(h.From)
		if err != nil {
			return 0, 0, fmt.Errorf("--from %q is not a day like 2019-06-01", h.From)
		}
		from = clock.Micros(t)
	}
	if h.To != "" {
		t, err := day(h.To)
		if err != nil {
			return 0, 0, fmt.Errorf("--to %q is not a day like 2019-12-31", h.To)
		}
		to = clock.Micros(t.AddDate(0, 0, 1))
	}
	return from, to, nil
}

func (h *hotCmd) read(zone *time.Location) ([]messages.Voice, error) {
	in, err := os.Open(h.File)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	all, unusable, err := messages.ReadVoices(in, zone, clock.Micros(clock.System.Now()))
	if _, ok := fault.As(err); ok {
		return nil, fmt.Errorf("%s: %w", h.File, err)
	}
	if unusable > 0 {
		fmt.Fprintf(os.Stderr, "%d rows can't be used: without a time, without a text, or with an id that was there before\n", unusable)
	}
	return all, err
}

// hotReport is what is printed.
type hotReport struct {
	Messages int        `json:"messages"`
	Issues   int        `json:"issues"`
	Seconds  float64    `json:"seconds"`
	Formula  string     `json:"formula"`
	Top      []hotIssue `json:"top"`

	zone *time.Location
}

type hotIssue struct {
	Rank  int    `json:"rank"`
	Title string `json:"title"`
	Place string `json:"place"`
	Whom  string `json:"whom"`
	First string `json:"first"`
	Last  string `json:"last"`
	issue.Heat
	Messages []hotMessage `json:"messages"`
}

type hotMessage struct {
	ID    string `json:"id"`
	Time  string `json:"time"`
	Title string `json:"title"`
	Likes int64  `json:"likes,omitempty"`
}

func (r *hotReport) fill(voices []messages.Voice, from, to int64, top int) {
	var items []*issue.Item
	ids := map[int64]string{}
	now := int64(0)
	for i, v := range voices {
		if v.At < from || to != 0 && v.At >= to {
			continue
		}
		it := &issue.Item{ID: int64(i + 1), Person: v.User, Proven: v.User != "", At: v.At, Title: v.Title, Text: v.Text, Likes: v.Likes, Dislikes: v.Dislikes}
		items, ids[it.ID] = append(items, it), v.ID
		now = max(now, v.At)
	}
	if to != 0 {
		now = to
	}
	w := issue.DefaultWeights
	r.Formula = fmt.Sprintf("heat = %g·people + %g·pace + %g·support; pace halves in %g days; support = Wilson bound × log2(1 + who agree)", w.People, w.Pace, w.Support, w.HalfLife)
	all := issue.Hottest(items, w, now)
	r.Messages, r.Issues = len(items), len(all)
	for i := range all[:min(top, len(all))] {
		x := &all[i]
		x.Describe(nil)
		h := hotIssue{Rank: i + 1, Title: x.Title, Place: x.Place, Whom: x.Whom, First: r.day(x.First), Last: r.day(x.Last), Heat: x.Heat}
		for _, it := range x.Items {
			h.Messages = append(h.Messages, hotMessage{ids[it.ID], clock.Time(it.At).In(r.zone).Format("2006-01-02 15:04"), it.Title, it.Likes})
		}
		r.Top = append(r.Top, h)
	}
}

func (r *hotReport) day(at int64) string { return clock.Time(at).In(r.zone).Format(time.DateOnly) }

func (r *hotReport) json(to io.Writer) error {
	e := json.NewEncoder(to)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(r)
}

func (r *hotReport) table(to io.Writer) error {
	fmt.Fprintf(to, "messages %d, issues %d, seconds %.2f\n%s\n\n", r.Messages, r.Issues, r.Seconds, r.Formula)
	t := tabwriter.NewWriter(to, 0, 4, 2, ' ', 0)
	fmt.Fprintln(t, "rank\theat\tfrom\tto\tmessages\tpeople\tlikes\tburst\tplace\twhom\ttitle")
	for _, x := range r.Top {
		fmt.Fprintf(t, "%d\t%.1f\t%s\t%s\t%d\t%d\t%d\t%s\t%s\t%s\t%s\n", x.Rank, x.Value, x.First, x.Last, len(x.Messages), x.Proven, x.Agree,
			dash(bursts(x.Burst)), dash(x.Place), dash(x.Whom), line(x.Title))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, x := range r.Top {
		fmt.Fprintf(to, "\n%d  %s\n", x.Rank, line(x.Title))
		for _, m := range x.Messages {
			fmt.Fprintf(to, "    %s  %s  %s%s\n", m.ID, m.Time, line(m.Title), likes(m.Likes))
		}
	}
	return nil
}

// bursts names the signs of a burst.
func bursts(b issue.Burst) string {
	var all []string
	for _, s := range []struct {
		is   bool
		name string
	}{{b.Few, "few"}, {b.Rapid, "rapid"}, {b.Same, "same"}, {b.New, "new"}} {
		if s.is {
			all = append(all, s.name)
		}
	}
	return strings.Join(all, "+")
}

func likes(n int64) string {
	if n == 0 {
		return ""
	}
	return "  (+" + strconv.FormatInt(n, 10) + ")"
}

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// line keeps a title on its line.
func line(s string) string { return strings.Join(strings.Fields(s), " ") }
