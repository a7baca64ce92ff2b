package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/term"

	"mulin/gate/messages"
	"mulin/internal/clock"
	"mulin/internal/fault"
)

type messagesCmd struct {
	File    string `arg:"" help:"CSV with the columns id, title, time, detail, reply and reply_time; others are ignored."`
	City    int64  `help:"The city; default: the only one." placeholder:"ID"`
	Rejects string `help:"Where rows go that can't be taken. Default: FILE.rejects.csv in place of FILE.csv." placeholder:"FILE"`
}

// Run imports the file. It may be stopped and run again at any time; a server that runs on the same database indexes and shows what comes,
// else the next one does so when it starts.
func (m *messagesCmd) Run(ctx context.Context, c *common) error {
	in, err := os.Open(m.File)
	if err != nil {
		return err
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return err
	}
	if m.Rejects == "" {
		m.Rejects = strings.TrimSuffix(m.File, filepath.Ext(m.File)) + ".rejects.csv"
	}
	if same(m.File, m.Rejects) {
		return errors.New("the rejects would overwrite the file itself; choose another name with --rejects")
	}
	a, t, err := c.town(ctx, c.log(), m.City)
	if err != nil {
		return err
	}
	defer a.Close()
	zone, err := time.LoadLocation(t.Catalog.Settings().Zone)
	if err != nil {
		return fmt.Errorf("time zone of the city: %w", err)
	}
	rejects, err := messages.NewRejects(m.Rejects)
	if err != nil {
		return err
	}
	defer rejects.Close()
	words := a.Words.Words(language())
	show := progress{to: os.Stderr, total: info.Size(), bar: term.IsTerminal(int(os.Stderr.Fd())), began: clock.System.Now()}
	im := messages.Importer{Desk: t.Desk, Zone: zone, Words: words, Report: show.tell}
	n, err := im.Run(ctx, in, rejects)
	show.end()
	fmt.Printf("imported %d, skipped %d, rejected %d\n", n.Imported, n.Skipped, n.Rejected)
	if n.Rejected > 0 {
		fmt.Fprintf(os.Stderr, "the rejected rows and why: %s\n", m.Rejects)
	}
	if l, ok := fault.As(err); ok {
		return errors.New(words.Fault(l[0]))
	}
	if err != nil {
		return fmt.Errorf("%w (run it again to go on)", err)
	}
	return nil
}

func same(a, b string) bool {
	x, err1 := os.Stat(a)
	y, err2 := os.Stat(b)
	return err1 == nil && err2 == nil && os.SameFile(x, y)
}

// language is that of the terminal: the reasons of rejected rows are read by the city's people, so it is Chinese unless English is asked for.
func language() string {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := os.Getenv(name); v != "" {
			if strings.HasPrefix(v, "en") {
				return "en"
			}
			return "zh"
		}
	}
	return "zh"
}

// progress shows how far an import is: one line that changes on a terminal, else one every few seconds.
type progress struct {
	to    io.Writer
	total int64
	bar   bool
	began time.Time
	last  time.Time
}

const barWidth = 30

func (p *progress) tell(n messages.Count) {
	now := clock.System.Now()
	share := 1.0
	if p.total > 0 {
		share = min(1, float64(n.Bytes)/float64(p.total))
	}
	rows := n.Imported + n.Skipped + n.Rejected
	rate := float64(rows) / max(0.001, now.Sub(p.began).Seconds())
	if p.bar {
		full := int(share * barWidth)
		fmt.Fprintf(p.to, "\r[%s%s] %3.0f %%  %d rows, %.0f/s, %d rejected ", strings.Repeat("#", full), strings.Repeat(".", barWidth-full), 100*share, rows, rate, n.Rejected)
		return
	}
	if now.Sub(p.last) >= 5*time.Second {
		p.last = now
		fmt.Fprintf(p.to, "%3.0f %%  %d rows, %.0f/s, %d rejected\n", 100*share, rows, rate, n.Rejected)
	}
}

func (p *progress) end() {
	if p.bar {
		fmt.Fprintln(p.to)
	}
}
