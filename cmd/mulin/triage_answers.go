package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"mulin/app"
	"mulin/internal/clock"
	"mulin/internal/sheet"
	"mulin/town/answer"
)

type answersCmd struct {
	File  string `arg:"" help:"CSV with the columns title, detail and reply, better also id, time and reply_time."`
	Rules string `help:"CSV of rules with the columns of app/answers.csv. Default: those a new city starts with." placeholder:"FILE"`
	List  string `help:"Print the id of every reply that raises this finding, and the place; its check is on for that." placeholder:"CODE"`
	Mix   bool   `help:"Hold each reply against the next message: nearly all should be off the matter."`
}

// Run says how often each finding is raised by the replies of a file.
func (a *answersCmd) Run(context.Context, *common) error {
	rules, err := a.rules()
	if err != nil {
		return err
	}
	rows, err := readReplies(a.File)
	if err != nil {
		return err
	}
	if a.Mix {
		mixed := slices.Clone(rows)
		for i := range rows {
			mixed[i].answer, mixed[i].q.Earlier = rows[(i+1)%len(rows)].answer, nil
		}
		rows = mixed
	}
	count, points, stopped, chars := map[string]int{}, map[string]int{}, 0, 0
	began := clock.System.Now()
	for i := range rows {
		rows[i].report = rules.Check(rows[i].q, rows[i].answer)
	}
	took := clock.System.Now().Sub(began)
	for _, row := range rows {
		chars += len([]rune(row.answer))
		seen := map[string]bool{}
		for _, f := range row.report.Findings {
			if f.Code == a.List {
				fmt.Printf("%s\t%s\t%s\n", row.id, f.Said, row.answer[f.From:f.To])
			}
			if !seen[f.Code] {
				seen[f.Code] = true
				count[f.Code]++
			}
		}
		for _, p := range row.report.Points {
			if p.OK {
				points[p.Code]++
			}
		}
		if row.report.Stops() {
			stopped++
		}
	}
	n := float64(len(rows))
	fmt.Printf("replies %d, mean length %.0f characters\n", len(rows), float64(chars)/n)
	for _, code := range answer.Checks {
		fmt.Printf("%-14s %5d  %6.1f per 1000\n", code, count[code], 1000*float64(count[code])/n)
	}
	for _, p := range []string{"matter", "result", "basis", "next", "polite"} {
		fmt.Printf("has %-10s %5d  %6.1f per 1000\n", p, points[p], 1000*float64(points[p])/n)
	}
	fmt.Printf("shown once more %d  %.1f per 1000\n", stopped, 1000*float64(stopped)/n)
	fmt.Printf("replies/s %.0f\n", n/took.Seconds())
	return nil
}

// rules are those of the file, or of a new city; the check that is listed is on even where they have it off.
func (a *answersCmd) rules() (*answer.Rules, error) {
	all, err := a.rows()
	for i := range all {
		all[i].Active = all[i].Active || all[i].Kind == answer.RuleCheck && all[i].Phrase == a.List
	}
	return answer.NewRules(all), err
}

func (a *answersCmd) rows() ([]answer.Rule, error) {
	if a.Rules == "" {
		return app.StandardRules()
	}
	b, err := os.ReadFile(a.Rules)
	if err != nil {
		return nil, err
	}
	return answer.ReadRules(b)
}

// replyRow is one message with its reply.
type replyRow struct {
	id, answer string
	q          answer.Asked
	report     answer.Report
}

// readReplies reads the messages that have a reply. A reply is compared with the thirty before it, as a clerk's own would be.
func readReplies(name string) (all []replyRow, err error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	r, err := sheet.NewReader(file)
	if err != nil {
		return nil, err
	}
	head, err := r.Read()
	if err != nil {
		return nil, err
	}
	at := map[string]int{}
	for i, h := range head.Cells {
		at[strings.ToLower(strings.TrimSpace(h))] = i + 1
	}
	if at["detail"] == 0 || at["reply"] == 0 {
		return nil, errors.New("the file needs the columns detail and reply")
	}
	for {
		line, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		cell := func(h string) string {
			if i := at[h]; i > 0 && i <= len(line.Cells) {
				return strings.TrimSpace(line.Cells[i-1])
			}
			return ""
		}
		row := replyRow{id: cell("id"), answer: cell("reply"), q: answer.Asked{Title: cell("title"), Text: cell("detail"), Opened: microsOf(cell("time")), Now: microsOf(cell("reply_time"))}}
		if row.answer == "" {
			continue
		}
		for i := len(all) - 1; i >= max(0, len(all)-30); i-- {
			row.q.Earlier = append(row.q.Earlier, answer.Earlier{Number: all[i].id, Asked: all[i].q.Title + " " + all[i].q.Text, Answer: all[i].answer})
		}
		all = append(all, row)
	}
	if len(all) == 0 {
		return nil, errors.New("no message in this file has a reply")
	}
	return all, nil
}

// microsOf reads a time as such files write it; 0 if it is none.
func microsOf(s string) int64 {
	t, err := time.ParseInLocation("2006-01-02 15:04:05", s, time.FixedZone("UTC+8", 8*3600))
	if err != nil {
		return 0
	}
	return t.UnixMicro()
}
