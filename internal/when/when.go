// Package when finds the times that a Chinese text speaks of ("上周五", "昨天晚上8点", "持续三天", "每天夜里12点后") and says which they were, seen from
// when it was written. It is pure: the same text, time and calendar give the same answer. What may mean two times is a range; what can't be is nothing.
package when

import (
	"time"

	"mulin/internal/lexicon"
)

// Found is a time that a text names.
type Found struct {
	From, To   int       // where it stands in the text, in bytes
	Start, End time.Time // the same for a moment; End is not part of a range. Both zero when Every
	Every      bool      // it happens again and again: the words say when
	About      bool      // more or less
}

// Calendar tells the days off of a city: "2026-10-01" to the name. Holidays that move are known from it alone.
type Calendar map[string]string

// mostFound is how many times are told of one text.
const mostFound = 8

// Find gives the times of a text that was written at a moment, in the zone of that moment.
func Find(text string, at time.Time, days Calendar) []Found {
	f := lexicon.Fold(text)
	p := &parser{f.Runes, at, days}
	var all []Found
	for i := 0; i < len(p.text) && len(all) < mostFound; {
		s, end, ok := p.phrase(i)
		if !ok || end <= i {
			i++
			continue
		}
		from, to := f.Source(i, end)
		all = append(all, Found{from, to, s.start, s.end, s.every, s.about})
		i = end
	}
	return all
}

type parser struct {
	text []rune
	at   time.Time
	days Calendar
}

// span is a stretch of time; whole marks calendar days, to which a time of the day may still be added.
type span struct {
	start, end   time.Time
	whole        bool
	every, about bool
}

// begins are the characters with which a time can begin: nearly all others are passed over at once.
var begins = func() (set [1 << 16]bool) {
	for _, r := range "0123456789零〇一二两三四五六七八九十百千半每天夜整周星礼上中下本这当前去今明昨大后早晨清凌正午傍晚深国元劳春过端持连已长将最近断了" {
		set[r] = true
	}
	return set
}()

// phrase reads what begins at i.
func (p *parser) phrase(i int) (span, int, bool) {
	if r := p.text[i]; r >= 1<<16 || !begins[r] {
		return span{}, i, false
	}
	if i > 0 && digit(p.text[i]) && digit(p.text[i-1]) {
		return span{}, i, false
	}
	if i > 0 && numeral(p.text[i]) && numeral(p.text[i-1]) { // of "四五月份" not the second half
		return span{}, i, false
	}
	for _, read := range []func(int) (span, int, bool){p.every, p.ago, p.lasting, p.dated, p.bareClock} {
		if s, end, ok := read(i); ok {
			return s, end, true
		}
	}
	return span{}, i, false
}

func numeral(r rune) bool {
	_, ok := lexicon.Numeral(r)
	return ok
}

// dated is a day with or without a time of the day, and what it reaches to.
func (p *parser) dated(i int) (span, int, bool) {
	s, end, ok := p.day(i)
	if !ok {
		return s, i, false
	}
	if c, next, ok := p.clock(p.skip(end, "的", ","), true); ok && s.single() {
		s, end = c.on(s.start), next
	}
	s, end = p.until(s, end)
	s, end = p.since(s, end)
	return s, end, true
}

// single tells whether a span is one calendar day.
func (s span) single() bool { return s.whole && s.start.AddDate(0, 0, 1).Equal(s.end) }

// until goes on to the end of a range: "10月1日至5日", "昨天8点到10点".
func (p *parser) until(s span, i int) (span, int) {
	next := p.skip(i, "一直", "到", "至", "-", "—", "~", "–")
	if next == i {
		return s, i
	}
	if d, end, ok := p.day(next); ok && d.end.After(s.start) {
		if c, more, ok := p.clock(p.skip(end, "的"), true); ok && d.single() {
			d, end = c.on(d.start), more
		}
		return p.to(s, d.end), end
	}
	if d, end, ok := p.bareDay(next, s.start); ok && d.end.After(s.start) {
		return p.to(s, d.end), end
	}
	if c, end, ok := p.clock(next, true); ok && !s.whole {
		day := s.start
		last := c.on(time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, day.Location())).end
		if !last.After(s.start) {
			last = last.AddDate(0, 0, 1) // 晚上10点到早上6点
		}
		if last.Sub(s.start) <= 24*time.Hour {
			return p.to(s, last), end
		}
	}
	return s, i
}

func (p *parser) to(s span, end time.Time) span {
	s.end, s.whole = end, false
	return s
}

// since reads what makes more of a time: "左右", "开始", "以来", "以后".
func (p *parser) since(s span, i int) (span, int) {
	if w, end := p.word(i, "左右", "前后", "上下", "许", "多钟"); w != "" {
		s.about = true
		i = end
	}
	if w, end := p.word(i, "开始至今", "开始到现在", "到现在", "以来", "至今", "开始", "起"); w != "" && (w != "起" || !p.is(end, "来", "火", "诉", "床", "码")) {
		if s.start.Before(p.at) {
			s.end = p.at
			i = end
		}
		return s, i
	}
	if w, end := p.word(i, "以后", "之后", "过后", "后"); w != "" {
		if midnight := dayOf(s.end).AddDate(0, 0, 1); s.start.Equal(s.end) {
			s.end = midnight
		}
		s.about = true
		return s, end
	}
	if w, end := p.word(i, "以前", "之前", "前"); w != "" && s.start.Equal(s.end) {
		s.start = dayOf(s.end)
		s.about = true
		return s, end
	}
	return s, i
}

// bareClock is a time of the day without a day: the last time it was so.
func (p *parser) bareClock(i int) (span, int, bool) {
	c, end, ok := p.clock(i, false)
	if !ok || c.part == nil || !c.timed {
		return span{}, i, false
	}
	s := c.on(dayOf(p.at))
	if s.start.After(p.at) {
		s = c.on(dayOf(p.at).AddDate(0, 0, -1))
	}
	s, end = p.until(s, end)
	s, end = p.since(s, end)
	return s, end, true
}

// every is what happens again and again.
func (p *parser) every(i int) (span, int, bool) {
	w, end := p.word(i, "每天", "每日", "天天", "每晚", "每夜", "每到", "每逢", "每个", "每周", "每星期", "每月", "每年", "每隔", "一到", "周一到", "周一至", "星期一到", "星期一至", "夜夜", "整夜", "整晚")
	switch w {
	case "":
		return span{}, i, false
	case "周一到", "周一至", "星期一到", "星期一至":
		next := p.skip(end, "星期", "周", "礼拜")
		if _, ok := p.weekday(next); !ok {
			return span{}, i, false
		}
		end = next + 1
	case "每周", "每星期":
		if _, ok := p.weekday(end); ok {
			end++
		}
	case "每月":
		if n, next := lexicon.Number(p.text, end); n > 0 && n <= 31 && p.is(next, "号", "日") {
			end = next + 1
		}
	case "每隔":
		if _, next := p.unit(end); next > end {
			end = next
			break
		}
		return span{}, i, false
	case "每到", "每逢", "每个", "一到":
		what, next := p.word(end, "周末", "节假日", "雨天", "下雨天", "下雨", "下雪", "夏天", "冬天", "汛期", "星期天", "双休日", "晚上", "夜里", "夜间", "半夜", "早上", "中午", "傍晚", "下午", "上午", "凌晨", "月")
		if what == "" {
			return span{}, i, false
		}
		end = next
	}
	if c, next, ok := p.clock(p.skip(end, "的", "都"), true); ok {
		s, to := p.until(c.on(dayOf(p.at)), next)
		_, end = p.since(s, to)
	}
	return span{every: true}, end, true
}

// word is the first of the words that stands at i.
func (p *parser) word(i int, words ...string) (string, int) {
	for _, w := range words {
		if end, ok := p.has(i, w); ok {
			return w, end
		}
	}
	return "", i
}

func (p *parser) has(i int, word string) (int, bool) {
	for _, r := range word {
		if i >= len(p.text) || p.text[i] != r {
			return i, false
		}
		i++
	}
	return i, true
}

func (p *parser) is(i int, words ...string) bool {
	w, _ := p.word(i, words...)
	return w != ""
}

// skip goes over the words that stand at i, each at most once.
func (p *parser) skip(i int, words ...string) int {
	for _, w := range words {
		if end, ok := p.has(i, w); ok {
			i = end
		}
	}
	return i
}

func digit(r rune) bool { return r >= '0' && r <= '9' }

// dayOf is the midnight with which a day begins.
func dayOf(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
}
