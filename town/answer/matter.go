package answer

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"mulin/town/triage"
)

// idle are characters of grammar: a pair that holds one says nothing about the matter.
var idle = func() (all [1 << 16]bool) {
	for _, r := range "的了是我在有和就不都一也很到说要去你会着没看好这那们为与及其之以于而或被把让向从对此该每各来给吗呢吧啊请您能可还但又再却因所如若则即已将等更最太后前时里们他她它什么怎样" {
		all[uint16(r)] = true
	}
	return all
}()

// terms are the pairs of characters, numbers and Latin words of a text that may tell one matter from another, each once. Common phrases are cut out first.
func (rs *Rules) terms(s string) map[string]bool {
	return pairsOf(rs.common.Replace(s))
}

// pairsOf cuts a scanned text into overlapping pairs of Chinese characters and whole other words.
func pairsOf(s string) map[string]bool {
	all := make(map[string]bool, len(s)/3)
	word, last := -1, -1 // where a word, or the Chinese character before this one, begins
	for i, r := range s {
		latin := r >= '0' && r <= '9' || r >= 'a' && r <= 'z'
		if latin && word < 0 {
			word = i
		}
		if !latin && word >= 0 {
			if i-word > 1 {
				all[s[word:i]] = true
			}
			word = -1
		}
		if !isHan(r) || idle[uint16(r)] {
			last = -1
			continue
		}
		if last >= 0 {
			all[s[last:i+utf8.RuneLen(r)]] = true
		}
		last = i
	}
	if word >= 0 && len(s)-word > 1 {
		all[s[word:]] = true
	}
	return all
}

// inCommon counts how many of the terms occur in the others.
func inCommon(terms, in map[string]bool) (hits int) {
	for t := range terms {
		if in[t] {
			hits++
		}
	}
	return hits
}

// Least terms of a question or matter by which it can be judged.
const (
	fewTerms    = 4
	enoughTerms = 4  // so many that come back are enough, however long the question is
	saysLittle  = 25 // terms of an answer so short that it answers all at once: there are no such rules yet
	shortAnswer = 15 // terms of an answer so short that single characters have to tell
)

// matter looks whether the answer speaks to the question, and to each of its matters.
func (c *checker) matter() {
	x, on := c.rs.on("off_topic")
	in := c.terms
	title, text := c.rs.terms(scan(c.q.Title).s), c.rs.terms(c.question.s)
	ok := len(text) < fewTerms || speaks(title, in, x.Amount) || speaks(text, in, x.Amount) || len(in) < shortAnswer && c.touches()
	c.report.Points = append(c.report.Points, Point{"matter", ok})
	if on && !ok {
		c.find("off_topic", "", 0, 0)
	}
}

// speaks tells whether enough of the terms come back.
func speaks(terms, in map[string]bool, percent int64) bool {
	hits := inCommon(terms, in)
	return hits >= enoughTerms || int64(hits*100) >= percent*int64(len(terms)) && hits > 0
}

// touches tells whether a short answer has characters of substance in common with the question: two, or one of a handful as in "灯已修好".
func (c *checker) touches() bool {
	asked := c.rs.common.Replace(c.question.s)
	all, both := map[rune]bool{}, 0
	for _, r := range c.rs.common.Replace(c.answer.s) {
		if isHan(r) && !idle[uint16(r)] && !strings.ContainsRune(thin, r) && !all[r] {
			if all[r] = true; strings.ContainsRune(asked, r) {
				both++
			}
		}
	}
	return both >= 2 || both == 1 && len(all) <= 4
}

// thin are characters that short answers and questions share by chance.
const thin = "已转交收悉留言阅反映题门单位局委办处理调查核市县区镇街村人年月日员事情况报道业主工作城民关系来信件好"

// A question that wants to be answered is told from one that scolds by its words.
var (
	asking   = regexp.MustCompile(`什么时候|何时|如何|怎么办|怎样|多少|哪里|哪些|能否|能不能|是否|有没有|可否|请问|几时|多久`)
	scolding = regexp.MustCompile(`难道|究竟|凭什么|什么叫|岂不|怎么想|办点实事|良心|天理|违纪|渎职`)
)

// mattersOf are the matters of a question that want an answer each: its numbered points, or else its several questions. One alone is none.
func mattersOf(text string) (all []string) {
	if points := triage.Points(text); points != nil {
		for _, p := range points {
			if m := scan(p.Own).s; asking.MatchString(m) && !scolding.MatchString(m) {
				all = append(all, m)
			}
		}
		return all
	}
	for rest := scan(text).s; len(all) < triage.MostMatters; {
		i := strings.IndexByte(rest, '?')
		if i < 0 {
			break
		}
		if q := reachBack(rest[:i], 60); asking.MatchString(q) && !scolding.MatchString(q) {
			all = append(all, q)
		}
		rest = rest[i+1:]
	}
	return all
}

// inPoints is a point of an answer that counts what it answers.
var inPoints = regexp.MustCompile(`(?:^|[\n。;；,:])(?:[(（]?(?:[一二三四五六七八九]|[1-9])[、.)）]|第[一二三四五六]|[①②③④⑤⑥⑦⑧⑨])|关于`)

// missed names the matters of the question of which nothing comes back in an answer that has a result: of one that only passes on, that is said already.
func (c *checker) missed() {
	if _, on := c.rs.on("matter_missed"); !on || !c.has("result") || len(c.terms) < saysLittle {
		return
	}
	matters := mattersOf(c.q.Text)
	if len(matters) < 2 || len(inPoints.FindAllStringIndex(c.answer.s, len(matters))) >= len(matters) {
		return
	}
	for i, m := range matters {
		own := c.rs.terms(m)
		for j, other := range matters {
			if j != i {
				for t := range c.rs.terms(other) {
					delete(own, t)
				}
			}
		}
		if len(own) >= fewTerms && inCommon(own, c.terms) == 0 {
			c.find("matter_missed", opening(m), 0, 0)
		}
	}
}

// opening is the beginning of a matter, short enough for a sentence.
func opening(s string) string {
	if r := []rune(s); len(r) > 20 {
		return string(r[:20]) + "…"
	}
	return s
}
