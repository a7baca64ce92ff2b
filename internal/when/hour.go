package when

import (
	"time"

	"mulin/internal/lexicon"
)

// part is a part of the day, in hours from its midnight.
type part struct {
	word     string
	from, to int
	tail     bool // it belongs to the night after that day as well
}

// parts are the words for them, longer ones first.
var parts = []part{
	{"大清早", 5, 9, false}, {"一大早", 5, 9, false}, {"大半夜", 22, 29, true}, {"早上", 5, 10, false}, {"早晨", 5, 10, false}, {"清晨", 5, 8, false}, {"凌晨", 0, 6, false},
	{"上午", 8, 12, false}, {"中午", 11, 14, false}, {"正午", 11, 13, false}, {"午后", 13, 16, false}, {"下午", 12, 18, false}, {"傍晚", 17, 20, false}, {"晚上", 18, 24, false},
	{"晚间", 18, 24, false}, {"夜里", 22, 29, true}, {"夜间", 22, 29, true}, {"深夜", 22, 29, true}, {"半夜", 22, 29, true}, {"午夜", 23, 25, true}, {"当晚", 18, 24, false},
	{"早", 5, 10, false}, {"晨", 5, 8, false}, {"晚", 18, 24, false}, {"夜", 22, 29, true},
}

// clock is a time of the day as it was written.
type clock struct {
	part      *part
	timed     bool // an hour is named
	hour, min int
	exact     bool // written in 24 hours
}

// clock reads a part of the day, an hour, or both. With a day before it, an hour alone will do.
func (p *parser) clock(i int, dated bool) (c clock, end int, ok bool) {
	end = i
	for k := range parts {
		if next, ok := p.has(i, parts[k].word); ok && (len([]rune(parts[k].word)) > 1 || dated) {
			c.part, end = &parts[k], next
			break
		}
	}
	next := p.skip(end, "的", "大概", "大约", "约", ",")
	if h, more, ok := p.hour(next, c.part != nil || dated); ok {
		c.hour, c.min, c.exact, c.timed = h.hour, h.min, h.exact, true
		return c, more, true
	}
	return c, end, c.part != nil
}

// hour reads "8点", "8点半", "8点20分", "8时", "20:00".
func (p *parser) hour(i int, sure bool) (c clock, end int, ok bool) {
	n, end := lexicon.Number(p.text, i)
	if end == i || n > 24 || !sure {
		return c, i, false
	}
	c.hour = n
	switch w, next := p.word(end, "点钟", "点", "时", ":"); w {
	case "":
		return c, i, false
	case ":":
		m, more := lexicon.Number(p.text, next)
		if more != next+2 || m > 59 || !digit(p.text[next]) {
			return c, i, false
		}
		c.min, c.exact = m, true
		return c, more, n*60+m <= 24*60
	case "时":
		if p.is(next, "间", "候", "不", "常") {
			return c, i, false
		}
		c.exact = true
		end = next
	default:
		if p.is(next, "建议", "意见", "要求", "问题", "诉求", "原因", "五", "儿") && !p.is(next, "五十") {
			return c, i, false
		}
		end = next
	}
	return p.minutes(c, end)
}

func (p *parser) minutes(c clock, i int) (clock, int, bool) {
	if w, end := p.word(i, "半", "一刻", "三刻", "整"); w != "" {
		c.min = map[string]int{"半": 30, "一刻": 15, "三刻": 45}[w]
		return c, end, c.hour < 24 || c.min == 0
	}
	m, end := lexicon.Number(p.text, i)
	if end > i && m <= 59 && (p.is(end, "分") || end-i == 2) && c.hour < 24 {
		c.min = m
		return c, p.skip(end, "分"), true
	}
	return c, i, true
}

// on is the time of the day on a day.
func (c clock) on(day time.Time) span {
	at := func(hour, min int) time.Time {
		return time.Date(day.Year(), day.Month(), day.Day(), hour, min, 0, 0, day.Location())
	}
	switch {
	case !c.timed:
		return span{start: at(c.part.from, 0), end: at(c.part.to, 0), about: true}
	case c.part == nil && (c.exact || c.hour > 12 || c.hour == 0):
		return span{start: at(c.hour, c.min), end: at(c.hour, c.min)}
	case c.part == nil: // morning or evening: both are possible
		return span{start: at(c.hour, c.min), end: at(c.hour+12, c.min), about: true}
	case c.part.tail && c.hour < 6: // the night before that day, or the one after it
		return span{start: at(c.hour, c.min), end: at(c.hour+24, c.min), about: true}
	}
	h := c.part.hour(c.hour)
	return span{start: at(h, c.min), end: at(h, c.min)}
}

// hour is the hour of a clock within the part, in 24 hours.
func (p *part) hour(h int) int {
	switch {
	case h > 12:
		return h
	case h == 12 && (p.from >= 18 || p.tail):
		return 24
	case h == 12 && p.from == 0:
		return 0
	case p.from == 18 && h < 6: // "晚上1点" is after midnight
		return h + 24
	case p.from == 11 && h < 11, p.from >= 12 && h < 12:
		return h + 12
	}
	return h
}
