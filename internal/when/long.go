package when

import (
	"time"
	"unicode"

	"mulin/internal/lexicon"
)

// length is a stretch of time as people say it.
type length struct {
	n    int
	unit string // min, hour, day, week, month, year
	half bool   // half of one
}

// units are the words for units, longer ones first.
var units = []struct{ word, unit string }{
	{"个多小时", "hour"}, {"个小时", "hour"}, {"小时", "hour"}, {"个钟头", "hour"}, {"分钟", "min"}, {"个多星期", "week"}, {"个星期", "week"}, {"个礼拜", "week"}, {"星期", "week"},
	{"周", "week"}, {"个多月", "month"}, {"个月", "month"}, {"月", "month"}, {"多年", "year"}, {"年", "year"}, {"多天", "day"}, {"天", "day"}, {"日", "day"}, {"个晚上", "day"}, {"夜", "day"}, {"晚", "day"},
}

// unit reads "三天", "半个月", "两个多小时".
func (p *parser) unit(i int) (l length, end int) {
	next := i
	if end, ok := p.has(i, "半"); ok {
		l.half, next = true, end
	} else if l.n, next = lexicon.Number(p.text, i); next == i || l.n == 0 {
		return l, i
	}
	counted := l.half || p.is(i, "两") || p.is(next, "多")
	next = p.skip(next, "多")
	for _, u := range units {
		if end, ok := p.has(next, u.word); ok {
			if u.word == "月" && !counted { // "5月前" is before May
				return l, i
			}
			l.unit = u.unit
			return l, end
		}
	}
	return l, i
}

// back is the time a length before another.
func (l length) back(t time.Time) time.Time {
	n := l.n
	if l.half {
		switch l.unit {
		case "min":
			return t.Add(-30 * time.Second)
		case "hour":
			return t.Add(-30 * time.Minute)
		case "day":
			return t.Add(-12 * time.Hour)
		case "year":
			return t.AddDate(0, -6, 0)
		}
		return t.AddDate(0, 0, map[string]int{"week": -4, "month": -15}[l.unit])
	}
	switch l.unit {
	case "min":
		return t.Add(-time.Duration(n) * time.Minute)
	case "hour":
		return t.Add(-time.Duration(n) * time.Hour)
	case "week":
		return t.AddDate(0, 0, -7*n)
	case "month":
		return t.AddDate(0, -n, 0)
	case "year":
		return t.AddDate(-n, 0, 0)
	}
	return t.AddDate(0, 0, -n)
}

// longest is how far back a length is believed.
const longest = 100

// ago reads "三天前", "半个小时前".
func (p *parser) ago(i int) (span, int, bool) {
	l, end := p.unit(i)
	if end == i || l.n > longest {
		return span{}, i, false
	}
	w, next := p.word(end, "之前", "以前", "前")
	if w == "" || p.is(next, "台", "面", "后", "往", "来") {
		return span{}, i, false
	}
	t := l.back(p.at)
	if l.unit == "hour" || l.unit == "min" {
		return span{start: t, end: t, about: true}, next, true
	}
	day := dayOf(t)
	if l.unit == "day" && !l.half {
		s, end := span{start: day, end: day.AddDate(0, 0, 1), whole: true}, next
		if c, more, ok := p.clock(p.skip(end, "的"), true); ok {
			return c.on(day), more, true
		}
		return s, end, true
	}
	return span{start: day, end: day.AddDate(0, 0, 1), about: true}, next, true
}

// lasting reads "持续三天", "已经半个月了", "三天了", "这几天": from then until the text was written.
func (p *parser) lasting(i int) (span, int, bool) {
	if w, end := p.word(i, "最近几天", "最近这几天", "近几天", "这几天", "连日来", "近日", "这两天", "这些天"); w != "" {
		days := -7
		if w == "这两天" {
			days = -2
		}
		return span{start: dayOf(p.at).AddDate(0, 0, days), end: p.at, about: true}, end, true
	}
	w, next := p.word(i, "持续", "连续", "已经持续", "已持续", "已经连续", "已经有", "已经", "已有", "已", "长达", "将近", "最近", "近", "过去", "断断续续", "了")
	next = p.skip(next, "了", "有", "快", "将近", "近")
	l, end := p.unit(next)
	if end == next || l.n > longest {
		return span{}, i, false
	}
	end = p.skip(end, "多", "来")
	if _, ok := p.has(end, "了"); !ok && w == "" || p.is(end, "内", "前", "之前", "以前", "后") {
		return span{}, i, false
	}
	if w == "了" && end < len(p.text) && unicode.Is(unicode.Han, p.text[end]) && !p.is(end, "了") { // "请了六个月病假" may be long ago
		return span{}, i, false
	}
	if w != "持续" && w != "连续" && l.unit == "year" && !l.half && l.n > 60 {
		return span{}, i, false
	}
	return span{start: l.back(p.at), end: p.at, about: true}, p.skip(end, "了"), true
}
