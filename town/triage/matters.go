package triage

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"mulin/internal/lexicon"
)

// Matter is one of several things that a message tells.
type Matter struct {
	Span        // its own words in the message
	Text string // with the words before the first one that all of them need
	Own  string // its own words
}

// Judge says what a text is about and how sure that is; 0 for nobody knows.
type Judge func(text string) (class int64, chance float64)

// Bounds of what is taken for a matter of its own.
const (
	MostMatters  = 8
	shortMatter  = 8   // characters: less says nothing by itself
	longPreamble = 80  // characters: more is no preamble
	longLead     = 30  // characters before the first point: more than a greeting and a place has told the one matter already
	longMessage  = 450 // characters: a letter that goes on for longer tells one story in points
	mostShared   = 4   // runs of three characters in two points: more speak of the same thing
	clearly      = 0.7
)

// Matters cuts a message into the matters it tells; fewer than two means that it tells one. It goes by numbered points and by words like "另外" where
// what follows is about something else. The bounds are measured (docs/triage.md): rather no offer than one that cuts a matter to pieces.
func Matters(text string, judge Judge) []Matter {
	if utf8.RuneCountInString(text) > longMessage {
		return nil
	}
	if points := Points(text); points != nil {
		return several(joinAlike(points, judge))
	}
	return several(joinAlike(turns(text), judge))
}

// Points are the numbered points of a text that are matters of their own, nil for none.
func Points(text string) []Matter {
	for _, e := range enumerations {
		if points := e.cut(text); len(points) > 1 && !chapters(points) {
			return points
		}
	}
	return nil
}

func several(all []Matter) []Matter {
	if len(all) < 2 || len(all) > MostMatters {
		return nil
	}
	return all
}

// enumeration is one way to number points.
type enumeration struct{ marker *regexp.Regexp }

const before = `(?:^|[\n。；;！!？?：:，,\s])\s*`

var enumerations = []enumeration{
	{regexp.MustCompile(before + `([一二三四五六七八])[、，,.．:：]`)},
	{regexp.MustCompile(`()[（(]([一二三四五六七八1-8])[）)]、?`)},
	{regexp.MustCompile(before + `([1-8１-８])[、.．:：）)](?:[^0-9]|$)`)},
	{regexp.MustCompile(`()([①②③④⑤⑥⑦⑧])`)},
	{regexp.MustCompile(before + `第([一二三四五六七八])(?:[，,、:：]|点|个问题|件事|是)`)},
	{regexp.MustCompile(before + `(首先|其次|再次|再者|最后)[，,、:：]?`)},
}

// order is which point a marker begins.
func order(marker string) int {
	r, _ := utf8.DecodeRuneInString(marker)
	if r >= '①' && r <= '⑧' {
		return int(r-'①') + 1
	}
	switch marker {
	case "首先":
		return 1
	case "其次":
		return 2
	case "再次", "再者", "最后":
		return 3
	}
	n, _ := lexicon.Number(lexicon.Fold(marker).Runes, 0)
	return n
}

// cut gives the points 1, 2, 3 … of a text, nil if there are no two.
func (e enumeration) cut(text string) []Matter {
	var starts, bodies []int
	for _, m := range e.marker.FindAllStringSubmatchIndex(text, -1) {
		at := m[len(m)-2]
		if order(text[at:m[len(m)-1]]) != len(starts)+1 || len(starts) == MostMatters {
			continue
		}
		starts, bodies = append(starts, at), append(bodies, bodyAfter(text, m[len(m)-1]))
	}
	if len(starts) < 2 {
		return nil
	}
	if i := strings.LastIndexAny(text[:starts[0]], "（(第"); i >= 0 && starts[0]-i <= 3 {
		starts[0] = i
	}
	if argues(text[:starts[0]]) {
		return nil
	}
	preamble := preambleOf(text[:starts[0]])
	var all []Matter
	for i, from := range bodies {
		to := len(text)
		if i+1 < len(starts) {
			to = starts[i+1]
		}
		s := trimmed(text, from, to)
		if utf8.RuneCountInString(text[s.From:s.To]) < shortMatter {
			return nil
		}
		all = append(all, Matter{s, preamble + text[s.From:s.To], text[s.From:s.To]})
	}
	return all
}

// argument is said of points that speak for, against or about the one matter told before them.
var argument = regexp.MustCompile(`理由|原因|依据|质疑|疑问|意见|请求|诉求|建议|申请|方面考虑|如果`)

// argues tells whether the words before the first point have told the matter, so that the points are about it.
func argues(lead string) bool {
	r := []rune(strings.TrimSpace(lead))
	return len(r) > longLead || argument.MatchString(string(r[max(0, len(r)-12):]))
}

// bodyAfter skips the rest of a marker.
func bodyAfter(text string, i int) int {
	rest := strings.TrimLeft(text[i:], "、，,.．:：）) \n点个问题件事是")
	return len(text) - len(rest)
}

// preambleOf is what all points need from before the first: who and where. Greetings alone are left out.
func preambleOf(text string) string {
	text = strings.TrimSpace(text)
	n := utf8.RuneCountInString(text)
	if n > longPreamble || n < shortMatter {
		return ""
	}
	return strings.TrimRight(text, "，,：:；;、。（( ") + "："
}

// trimmed leaves out blanks, and what stands around a point: the bracket of the next marker.
func trimmed(text string, from, to int) Span {
	body := strings.TrimRight(text[from:to], " \n\t，,；;、（(第\u3000")
	lead := strings.TrimLeft(body, " \n\t，,；;、。\u3000")
	return Span{from + len(body) - len(lead), from + len(body)}
}

// turn is a word at the beginning of a sentence with which people come to something else.
var turn = regexp.MustCompile(`(?:[\n。；;！!？?]|\s{2,})\s*((?:另外|还有|此外|除此之外|再有|再一个|还有一个|还有一件事|另|同时|顺便|最后|其次)(?:一件事|一个问题|一点|就是|还|想|再)*[，,：:、]?)`)

// asks begin what belongs to the matter before: a wish, a thank-you, a word that points back.
var asks = []string{"希望", "恳请", "要求", "望", "建议", "谢谢", "感谢", "麻烦", "盼", "请求", "请尽快", "请相关", "请有关", "请领导", "请市", "请政府", "请贵", "请你们", "请您", "请给", "请督", "请予", "我认为", "我觉得", "我们认为",
	"这", "该", "此", "上述", "以上", "他", "她", "它", "其", "也", "如果", "由于", "因为", "根据", "按照", "祝", "对方", "并", "对此", "又", "有利"}

// turns cuts a text at the words that lead on to something else.
func turns(text string) []Matter {
	var all []Matter
	from := 0
	cutAt := func(to int) {
		s := trimmed(text, from, to)
		if s.To > s.From {
			all = append(all, Matter{s, text[s.From:s.To], text[s.From:s.To]})
		}
	}
	for _, m := range turn.FindAllStringSubmatchIndex(text, -1) {
		if rest := text[m[3]:]; leads(rest) {
			cutAt(m[2])
			from = m[2]
		}
	}
	if from == 0 {
		return nil
	}
	cutAt(len(text))
	return all
}

// leads tells whether words after a turn can begin a matter of their own.
func leads(rest string) bool {
	for _, a := range asks {
		if strings.HasPrefix(rest, a) {
			return false
		}
	}
	return utf8.RuneCountInString(rest) >= shortMatter
}

// joinAlike puts what speaks of the same back together, and what is too short or too vague to stand alone.
func joinAlike(all []Matter, judge Judge) []Matter {
	var out []Matter
	for _, m := range all {
		if n := len(out); n > 0 && !unlike(out[n-1].Own, m.Own, judge) {
			out[n-1].To = m.To
			out[n-1].Text += "\n" + m.Own
			out[n-1].Own += "\n" + m.Own
			continue
		}
		out = append(out, m)
	}
	return out
}

// heads begin points that are the parts of one matter: what happened, why, what is wanted.
var heads = []string{"诉求", "要求", "请求", "建议", "希望", "事实", "理由", "依据", "证据", "原因", "法律", "背景", "情况", "基本", "现状", "问题描述", "问题", "结论", "经过", "根据", "按照", "为什么", "是否", "请"}

// chapters tells whether points are the chapters of one matter: what happened, why, what is wanted.
func chapters(all []Matter) bool {
	n := 0
	for _, m := range all {
		for _, h := range heads {
			if own := strings.TrimPrefix(m.Own, "我"); strings.HasPrefix(own, h) && !strings.HasPrefix(own, "请问") {
				n++
				break
			}
		}
	}
	return n*2 >= len(all)
}

// pointsBack is said of one matter that was told before: who has told two says "these" or "the above".
var pointsBack = regexp.MustCompile(`它|这件事|这个事|此事|该问题`)

// unlike tells whether two texts are about different things: the second one doesn't point back, they share few words, and the judge is sure that they are
// of different classes, or their topics are known and have nothing in common.
func unlike(a, b string, judge Judge) bool {
	if utf8.RuneCountInString(a) < shortMatter || utf8.RuneCountInString(b) < shortMatter || pointsBack.MatchString(b) || shared(a, b) > mostShared {
		return false
	}
	if judge != nil {
		ca, pa := judge(a)
		cb, pb := judge(b)
		if ca != cb && ca != 0 && cb != 0 && pa >= clearly && pb >= clearly {
			return true
		}
	}
	return topicsOf(a).unlike(topicsOf(b))
}

// shared counts the runs of three Chinese characters that stand in both texts.
func shared(a, b string) (n int) {
	in := triples(a)
	for t := range triples(b) {
		if in[t] {
			n++
		}
	}
	return n
}

func triples(text string) map[[3]rune]bool {
	set := map[[3]rune]bool{}
	var t [3]rune
	run := 0
	for _, r := range text {
		t[0], t[1], t[2] = t[1], t[2], r
		if run++; !unicode.Is(unicode.Han, r) {
			run = 0
		}
		if run >= 3 {
			set[t] = true
		}
	}
	return set
}
