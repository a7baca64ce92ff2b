package when

import (
	"strings"
	"time"

	"mulin/internal/lexicon"
)

// day reads what names a day or a stretch of days.
func (p *parser) day(i int) (span, int, bool) {
	for _, read := range []func(int) (span, int, bool){p.fullDate, p.holiday, p.monthDay, p.thisMonth, p.relative, p.week, p.hintedDay} {
		if s, end, ok := read(i); ok {
			return s, end, true
		}
	}
	return span{}, i, false
}

// date is a day if it exists.
func (p *parser) date(year, month, day int) (span, bool) {
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, p.at.Location())
	if month < 1 || month > 12 || t.Day() != day || t.Month() != time.Month(month) {
		return span{}, false
	}
	return span{start: t, end: t.AddDate(0, 0, 1), whole: true}, true
}

// month is a month, or the part of it that a word behind it says.
func (p *parser) month(year, month, i int) (span, int, bool) {
	if month < 1 || month > 12 {
		return span{}, i, false
	}
	first := time.Date(year, time.Month(month), 1, 0, 0, 0, 0, p.at.Location())
	s := span{start: first, end: first.AddDate(0, 1, 0), whole: true}
	w, end := p.word(i, "上旬", "中旬", "下旬", "月初", "月底", "初", "中", "底", "末", "份")
	switch w {
	case "上旬", "初", "月初":
		s.end = first.AddDate(0, 0, 10)
	case "中旬":
		s.start, s.end = first.AddDate(0, 0, 10), first.AddDate(0, 0, 20)
	case "下旬", "底", "月底", "末":
		s.start = first.AddDate(0, 0, 20)
	}
	s.about = w != ""
	return s, end, true
}

// fullDate reads 2026年11月20日, 2026-11-20, 2026/11/20, 2026.11.20, 2026年11月, 2026年.
func (p *parser) fullDate(i int) (span, int, bool) {
	year, end := lexicon.Number(p.text, i)
	if end-i != 4 || year < 1949 || year > 2100 {
		return span{}, i, false
	}
	sep, next := p.word(end, "年", "-", "/", ".")
	month, more := lexicon.Number(p.text, next)
	if sep == "" || more == next {
		if sep != "年" {
			return span{}, i, false
		}
		first := time.Date(year, 1, 1, 0, 0, 0, 0, p.at.Location())
		return span{start: first, end: first.AddDate(1, 0, 0), whole: true, about: true}, next, true
	}
	if sep != "年" {
		return p.dashed(year, month, sep, i, more)
	}
	if !p.is(more, "月") {
		return span{}, i, false
	}
	return p.inMonth(year, month, i, more+1)
}

// dashed is the rest of 2026-11-20.
func (p *parser) dashed(year, month int, sep string, i, end int) (span, int, bool) {
	next, ok := p.has(end, sep)
	day, more := lexicon.Number(p.text, next)
	s, real := p.date(year, month, day)
	return s, more, ok && real && more > next && !p.is(more, sep)
}

// inMonth reads a day, or a part of the month, behind "月".
func (p *parser) inMonth(year, month, i, end int) (span, int, bool) {
	if day, more := lexicon.Number(p.text, end); more > end {
		if next := p.skip(more, "日", "号"); next > more || !p.is(more, "个", "天", "年", "万", "元") {
			s, ok := p.date(year, month, day)
			return s, next, ok
		}
	}
	s, end, ok := p.month(year, month, end)
	return s, end, ok
}

// years are the words for a year, from this one.
var years = map[string]int{"前年": -2, "去年": -1, "今年": 0, "明年": 1}

// monthDay reads 11月20日 and 去年3月: without a year, the one that is nearest.
func (p *parser) monthDay(i int) (span, int, bool) {
	w, from := p.word(i, "前年", "去年", "今年", "明年")
	from = p.skip(from, "的")
	month, end := lexicon.Number(p.text, from)
	if end == from || !p.is(end, "月") || month < 1 || month > 12 {
		if w == "" || w == "今年" {
			return span{}, i, false
		}
		first := time.Date(p.at.Year()+years[w], 1, 1, 0, 0, 0, 0, p.at.Location())
		return span{start: first, end: first.AddDate(1, 0, 0), whole: true, about: true}, from, true
	}
	if w != "" {
		return p.inMonth(p.at.Year()+years[w], month, i, end+1)
	}
	if _, more := lexicon.Number(p.text, end+1); more == end+1 && !p.is(end+1, "上旬", "中旬", "下旬", "初", "底", "末", "份", "以来", "开始", "起", "到", "至", "中") {
		return span{}, i, false // "3月" alone may be a number of months
	}
	return p.nearest(func(year int) (span, int, bool) { return p.inMonth(year, month, i, end+1) })
}

// farthest is how far ahead people write of a date without its year.
const farthest = 300 * 24 * time.Hour

// nearest chooses the year in which a date is nearest to when the text was written. People tell what has happened more often than what will, so a
// day ahead counts three times as far.
func (p *parser) nearest(in func(year int) (span, int, bool)) (best span, end int, ok bool) {
	away := func(s span) time.Duration {
		if d := s.start.Sub(p.at); d > 0 {
			return 3*d + 1
		}
		return max(0, p.at.Sub(s.end))
	}
	for year := p.at.Year() - 1; year <= p.at.Year()+1; year++ {
		if s, next, good := in(year); good && s.start.Sub(p.at) < farthest && (!ok || away(s) < away(best)) {
			best, end, ok = s, next, true
		}
	}
	return best, end, ok
}

// thisMonth reads 本月20号, 上个月, 下月初.
func (p *parser) thisMonth(i int) (span, int, bool) {
	w, end := p.word(i, "上个月", "上月", "这个月", "本月", "当月", "下个月", "下月")
	if w == "" {
		return span{}, i, false
	}
	shift := 0
	switch {
	case strings.HasPrefix(w, "上"):
		shift = -1
	case strings.HasPrefix(w, "下"):
		shift = 1
	}
	first := time.Date(p.at.Year(), p.at.Month(), 1, 0, 0, 0, 0, p.at.Location()).AddDate(0, shift, 0)
	return p.inMonth(first.Year(), int(first.Month()), i, p.skip(end, "的"))
}

// hintedDay reads "20号" where a time follows, so that it is no building.
func (p *parser) hintedDay(i int) (span, int, bool) {
	s, end, ok := p.bareDay(i, p.at)
	if !ok || !p.is(end, "早", "晚", "上午", "中午", "下午", "凌晨", "夜里", "开始", "以来", "左右", "当天", "那天", "停水", "停电", "停气") {
		return span{}, i, false
	}
	return s, end, true
}

// bareDay reads "20日" in the month of a time.
func (p *parser) bareDay(i int, near time.Time) (span, int, bool) {
	day, end := lexicon.Number(p.text, i)
	if end == i || !p.is(end, "日", "号") {
		return span{}, i, false
	}
	s, ok := p.date(near.Year(), int(near.Month()), day)
	return s, end + 1, ok
}

// shifts are the words for days, from today, longer ones first.
var shifts = []struct {
	word string
	days int
}{
	{"大前天", -3}, {"大后天", 3}, {"前天", -2}, {"前日", -2}, {"昨天", -1}, {"昨日", -1}, {"今天", 0}, {"今日", 0}, {"明天", 1}, {"明日", 1}, {"后天", 2},
	{"前晚", -2}, {"前夜", -2}, {"昨晚", -1}, {"昨夜", -1}, {"昨晨", -1}, {"今早", 0}, {"今晨", 0}, {"今晚", 0}, {"今夜", 0}, {"明早", 1}, {"明晚", 1},
}

// relative reads 昨天, 今早, 昨晚.
func (p *parser) relative(i int) (span, int, bool) {
	for _, s := range shifts {
		if end, ok := p.has(i, s.word); ok {
			day := dayOf(p.at).AddDate(0, 0, s.days)
			if r := p.text[end-1]; r != '天' && r != '日' {
				end-- // the part of the day is read with the hour
			}
			return span{start: day, end: day.AddDate(0, 0, 1), whole: true}, end, true
		}
	}
	return span{}, i, false
}

func (p *parser) weekday(i int) (int, bool) {
	if i >= len(p.text) {
		return 0, false
	}
	n := strings.IndexRune("一二三四五六日", p.text[i]) / 3
	if p.text[i] == '天' {
		n = 6
	}
	return n, n > 0 || p.text[i] == '一'
}

// week reads 上周五, 这个周末, 下星期, 周三 (the last one).
func (p *parser) week(i int) (span, int, bool) {
	w, end := p.word(i, "上上", "上", "这", "本", "下下", "下")
	if w != "" {
		end = p.skip(end, "个")
	}
	name, next := p.word(end, "星期", "礼拜", "周")
	if name == "" {
		return span{}, i, false
	}
	monday := dayOf(p.at).AddDate(0, 0, -(int(p.at.Weekday())+6)%7+7*map[string]int{"上上": -2, "上": -1, "下": 1, "下下": 2}[w])
	if d, ok := p.weekday(next); ok {
		day := monday.AddDate(0, 0, d)
		if w == "" && day.After(p.at) && !p.is(next+1, "将", "要", "会", "停") {
			day = day.AddDate(0, 0, -7)
		}
		return span{start: day, end: day.AddDate(0, 0, 1), whole: true}, next + 1, true
	}
	if end, ok := p.has(next, "末"); ok && (w != "" || name == "周") {
		return span{start: monday.AddDate(0, 0, 5), end: monday.AddDate(0, 0, 7), whole: true}, end, true
	}
	if w == "" || p.is(next, "围", "边", "到", "年", "期") {
		return span{}, i, false
	}
	return span{start: monday, end: monday.AddDate(0, 0, 7), whole: true, about: true}, next, true
}

// feasts are holidays as people call them: how the calendar calls them, and the days of those that never move.
var feasts = []struct {
	word, name       string
	month, day, long int
}{
	{"国庆", "国庆", 10, 1, 7}, {"十一黄金周", "国庆", 10, 1, 7}, {"元旦", "元旦", 1, 1, 1}, {"五一", "劳动", 5, 1, 5}, {"劳动节", "劳动", 5, 1, 5},
	{"春节", "春节", 0, 0, 0}, {"过年", "春节", 0, 0, 0}, {"清明", "清明", 0, 0, 0}, {"端午", "端午", 0, 0, 0}, {"中秋", "中秋", 0, 0, 0},
}

// holiday reads 国庆期间, 去年春节.
func (p *parser) holiday(i int) (span, int, bool) {
	w, from := p.word(i, "前年", "去年", "今年", "明年")
	from = p.skip(from, "的")
	for _, f := range feasts {
		end, ok := p.has(from, f.word)
		if !ok || f.word == "五一" && p.is(end, "路", "街", "村", "广", "桥", "大") || f.word == "国庆" && p.is(end, "路", "街", "村") {
			continue
		}
		next := p.skip(end, "节", "小长假", "长假", "假期", "放假", "期间", "当天", "前后")
		if f.name == "清明" && next == end && w == "" {
			continue // a name of people and roads
		}
		in := func(year int) (span, int, bool) {
			s, ok := p.feast(f.name, year)
			if !ok && f.month > 0 {
				first := time.Date(year, time.Month(f.month), f.day, 0, 0, 0, 0, p.at.Location())
				s, ok = span{start: first, end: first.AddDate(0, 0, f.long), whole: f.long > 1}, true
			}
			s.about = true
			return s, next, ok
		}
		if w != "" {
			return in(p.at.Year() + years[w])
		}
		return p.nearest(in)
	}
	return span{}, i, false
}

// feast is a holiday of a year by the city's calendar.
func (p *parser) feast(name string, year int) (s span, ok bool) {
	prefix := time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC).Format("2006")
	for day, called := range p.days {
		if !strings.HasPrefix(day, prefix) || !strings.Contains(called, name) {
			continue
		}
		t, err := time.ParseInLocation(time.DateOnly, day, p.at.Location())
		if err != nil {
			continue
		}
		if !ok || t.Before(s.start) {
			s.start = t
		}
		if next := t.AddDate(0, 0, 1); !ok || next.After(s.end) {
			s.end = next
		}
		ok, s.whole = true, true
	}
	return s, ok
}
