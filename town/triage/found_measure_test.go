//go:build measure

package triage_test

import (
	"encoding/csv"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"mulin/internal/when"
	"mulin/town/triage"
)

// message is one line of a file of messages.
type message struct {
	id, text string
	written  time.Time
}

// TestSampleOfMessages prints what is to be judged by hand: all splits that would be offered, and the times found in a fixed sample of a hundred of the
// messages that have any.
//
//	MULIN_MESSAGES=messages.csv go test ./town/triage -run TestSampleOfMessages -v
func TestSampleOfMessages(t *testing.T) {
	file := os.Getenv("MULIN_MESSAGES")
	if file == "" {
		t.Fatal("needs MULIN_MESSAGES, a CSV with the columns detail and time")
	}
	all := messagesOf(t, file)
	offered := 0
	var timed []message
	for _, m := range all {
		if len(when.Find(m.text, m.written, nil)) > 0 {
			timed = append(timed, m)
		}
		parts := triage.Matters(m.text, nil)
		if len(parts) < 2 {
			continue
		}
		offered++
		t.Logf("split #%s", m.id)
		for k, p := range parts {
			t.Logf("   part %d: %s", k+1, p.Text)
		}
	}
	t.Logf("%d messages, a split is offered for %d, a time is found in %d", len(all), offered, len(timed))
	for _, i := range rand.New(rand.NewPCG(3, 6)).Perm(len(timed))[:min(100, len(timed))] {
		logTimes(t, timed[i])
	}
}

// logTimes prints the times of a message, each with the words around it.
func logTimes(t *testing.T, m message) {
	t.Helper()
	t.Logf("times #%s written %s", m.id, m.written.Format("2006-01-02 Mon 15:04"))
	for _, w := range when.Find(m.text, m.written, nil) {
		lead, tail := []rune(m.text[:w.From]), []rune(m.text[w.To:])
		around := string(lead[max(0, len(lead)-25):]) + "【" + m.text[w.From:w.To] + "】" + string(tail[:min(25, len(tail))])
		t.Logf("   %s = %s … %s every=%v", strings.Join(strings.Fields(around), " "), w.Start.Format(time.DateTime), w.End.Format(time.DateTime), w.Every)
	}
}

func messagesOf(t *testing.T, file string) (all []message) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	head := rows[0]
	head[0] = strings.TrimPrefix(head[0], "\ufeff")
	id, detail, at := slices.Index(head, "id"), slices.Index(head, "detail"), slices.Index(head, "time")
	for _, row := range rows[1:] {
		m := message{id: row[id], text: strings.TrimSpace(row[detail])}
		for _, layout := range []string{"2006/1/2 15:04:05", "2006/1/2 15:04", "2006-01-02 15:04:05"} {
			if parsed, err := time.ParseInLocation(layout, row[at], time.FixedZone("", 8*3600)); err == nil {
				m.written = parsed
			}
		}
		all = append(all, m)
	}
	return all
}
