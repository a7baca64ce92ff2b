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

// TestSampleOfMessages prints what would be offered for a hundred messages of a file, to be judged by hand:
//
//	MULIN_MESSAGES=messages.csv go test ./town/triage -run TestSampleOfMessages -v
func TestSampleOfMessages(t *testing.T) {
	file := os.Getenv("MULIN_MESSAGES")
	if file == "" {
		t.Skip("needs MULIN_MESSAGES, a CSV with the columns detail and time")
	}
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
	detail, at := slices.Index(head, "detail"), slices.Index(head, "time")
	offered := 0
	for _, row := range rows[1:] {
		if len(triage.Matters(strings.TrimSpace(row[detail]), nil)) > 1 {
			offered++
		}
	}
	t.Logf("%d messages, a split is offered for %d", len(rows)-1, offered)
	sample := rand.New(rand.NewPCG(3, 6)).Perm(len(rows) - 1)[:100]
	for n, i := range sample {
		row := rows[i+1]
		text := strings.TrimSpace(row[detail])
		t.Logf("#%d %s", n+1, text)
		for k, m := range triage.Matters(text, nil) {
			t.Logf("   part %d: %s", k+1, m.Text)
		}
		var written time.Time
		for _, layout := range []string{"2006/1/2 15:04:05", "2006/1/2 15:04", "2006-01-02 15:04:05"} {
			if parsed, err := time.ParseInLocation(layout, row[at], time.FixedZone("", 8*3600)); err == nil {
				written = parsed
			}
		}
		for _, w := range when.Find(text, written, nil) {
			t.Logf("   time %q on %s: %s … %s every=%v", text[w.From:w.To], written.Format(time.DateTime), w.Start.Format(time.DateTime), w.End.Format(time.DateTime), w.Every)
		}
	}
}
