package issues

import (
	"fmt"
	"strings"

	"mulin/gate/web/site"
	"mulin/town/issue"
)

// spark is a trend line in a box of 100 by 24.
func spark(line []int) string {
	if len(line) < 2 {
		return ""
	}
	most := 1
	for _, n := range line {
		most = max(most, n)
	}
	var b strings.Builder
	for i, n := range line {
		fmt.Fprintf(&b, "%.1f,%.1f ", float64(i)*100/float64(len(line)-1), 22-20*float64(n)/float64(most))
	}
	return strings.TrimSpace(b.String())
}

// bar is one step of a trend, in a box of 100 by 100.
type bar struct {
	X, Y, W, H string
	N          int
}

func bars(line []int) []bar {
	most := 1
	for _, n := range line {
		most = max(most, n)
	}
	var all []bar
	w := 100 / float64(max(1, len(line)))
	for i, n := range line {
		h := 92 * float64(n) / float64(most)
		all = append(all, bar{decimal(float64(i)*w + w*.1), decimal(100 - h), decimal(w * .8), decimal(h), n})
	}
	return all
}

// trendText says a trend in words, for those who don't see the line.
func trendText(rq *site.Req, line []int, p issue.Period) string {
	all, most, last := 0, 0, 0
	for _, n := range line {
		all, most = all+n, max(most, n)
	}
	for _, n := range line[len(line)-max(1, len(line)/4):] {
		last += n
	}
	return rq.T("hot.trend", all, rq.T("hot.step."+string(p)), most, last)
}
