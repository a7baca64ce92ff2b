package answer

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// dateSaid is a date as people write it.
var dateSaid = regexp.MustCompile(`(?:(20\d\d)年)?(\d{1,2})月(\d{1,2})[日号]`)

// bySpan are spans and days that say by when without a date.
var bySpan = regexp.MustCompile(`\d{1,3}(?:个工作日|天|日|个月|小时)(?:内|之内|以内)|[本下](?:周|月|季度)|月底|年底|年内|今天|今日|明天|明日|当天|当日|[一二三四]季度|\d{1,2}月`)

// dayNamed tells whether the sentence around a stretch says by when.
func dayNamed(s string, i, j int) bool {
	return bySpan.MatchString(reachBack(s[:i], 40) + s[i:j] + reach(s[j:], 40, 0))
}

// promising words stand before what will be.
var promising = []string{"将", "预计", "计划", "拟", "力争", "争取", "确保", "承诺", "保证"}

// times looks whether the answer comes in time, and whether what it promises can still be kept.
func (c *checker) times() {
	if c.q.Due != 0 && c.q.Now > c.q.Due {
		c.find("late", "", 0, 0)
	}
	if x, ok := c.rs.on("contact_late"); ok && c.q.Opened != 0 && c.q.Contacted == 0 && c.q.Now > c.q.Opened+x.Amount*int64(time.Hour/time.Microsecond) {
		c.find("contact_late", strconv.FormatInt(x.Amount, 10), 0, 0)
	}
	if c.q.Now == 0 {
		return
	}
	for _, m := range dateSaid.FindAllStringSubmatchIndex(c.answer.s, 20) {
		if before := reachBack(c.answer.s[:m[0]], 16); promises(before, c.answer.s[m[1]:]) {
			c.promise(m)
		}
	}
}

// promises tells whether a date is one until which something is promised: "将于…", "预计在…", "计划…前".
func promises(before, after string) bool {
	until := strings.HasPrefix(after, "前") || strings.HasPrefix(after, "之前") || strings.HasPrefix(after, "以前")
	for _, w := range promising {
		i := strings.LastIndex(before, w)
		if i < 0 || strings.ContainsRune(before[i:], ',') {
			continue
		}
		if between := utf8.RuneCountInString(before[i+len(w):]); until || between <= 2 && after != "" && !strings.HasPrefix(after, "起") {
			return true
		}
	}
	return false
}

// promise holds a promised date against today and the case's limit.
func (c *checker) promise(m []int) {
	zone := c.q.Zone
	if zone == nil {
		zone = time.UTC
	}
	number := func(n int) int {
		if m[2*n] < 0 {
			return 0
		}
		v, _ := strconv.Atoi(c.answer.s[m[2*n]:m[2*n+1]])
		return v
	}
	now := time.UnixMicro(c.q.Now).In(zone)
	year, month, of := number(1), number(2), number(3)
	if month < 1 || month > 12 || of < 1 || of > 31 {
		return
	}
	end := func(y int) time.Time { return time.Date(y, time.Month(month), of+1, 0, 0, 0, 0, zone) }
	until := end(year)
	if year == 0 {
		if until = end(now.Year()); now.Sub(until) > 183*24*time.Hour { // in December "1月5日" is the next one
			until = end(now.Year() + 1)
		}
	}
	said := c.answer.s[m[0]:m[1]]
	switch {
	case !until.After(now):
		c.find("promise_past", said, m[0], m[1])
	case c.q.Due != 0 && until.Add(-24*time.Hour).UnixMicro() > c.q.Due:
		c.find("promise_late", said, m[0], m[1])
	}
}
