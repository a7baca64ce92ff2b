//go:build measure

package triage_test

import (
	"encoding/csv"
	"os"
	"strings"
	"testing"

	"mulin/town/triage"
)

// split is one labelled message: the half of the sample it belongs to, and whether it tells several matters.
type split struct{ half, label string }

// TestLabelledSplits holds the splits that are offered against the labels of docs/measure/matters.csv, each half of the sample by itself.
//
//	MULIN_MESSAGES=messages_hot.csv,messages_labelled.csv,messages_with_replies.csv go test -tags measure ./town/triage -run TestLabelledSplits -v
func TestLabelledSplits(t *testing.T) {
	labels := splitLabels(t)
	show := os.Getenv("MULIN_SHOW") // the half whose wrong and missed ones are printed; the other one stays unread
	offered, there, seen := map[split]int{}, map[split]int{}, map[string]bool{}
	for _, file := range strings.Split(os.Getenv("MULIN_MESSAGES"), ",") {
		for _, m := range messagesOf(t, file) {
			is, ok := labels[m.id]
			if seen[m.text] || !ok {
				continue
			}
			seen[m.text] = true
			there[is]++
			parts := triage.Matters(m.text, nil)
			if len(parts) > 1 {
				offered[is]++
			}
			if is.half == show && (len(parts) > 1 || is.label == "several") {
				t.Logf("%s %s", is.label, m.id)
				for _, p := range parts {
					t.Logf("   part: %s", strings.Join(strings.Fields(m.text[p.From:p.To]), " "))
				}
			}
		}
	}
	for _, half := range []string{"tune", "test"} {
		several, arguable, one := split{half, "several"}, split{half, "arguable"}, split{half, "one"}
		t.Logf("%s: of %d with several matters %d offered; besides %d of %d arguable and %d of %d with one", half,
			there[several], offered[several], offered[arguable], there[arguable], offered[one], there[one])
	}
}

func splitLabels(t *testing.T) map[string]split {
	t.Helper()
	f, err := os.Open("../../docs/measure/matters.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]split{}
	for _, r := range rows[1:] {
		all[r[0]] = split{r[1], r[2]}
	}
	return all
}
