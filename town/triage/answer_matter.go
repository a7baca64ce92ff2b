package triage

import (
	"regexp"
	"strings"
	"unicode/utf8"
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
		return
	}
	c.missed()
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

// numbered begins a matter of a question that counts its matters.
var numbered = regexp.MustCompile(`(?:^|[\n。;；,:])(?:[(（]?(?:[一二三四五六七八九]|[1-9])[、.)）]|第[一二三四五六]|[①②③④⑤⑥⑦⑧⑨])`)

// A question that wants to be answered is told from one that scolds by its words.
var (
	asking   = regexp.MustCompile(`什么时候|何时|如何|怎么办|怎样|多少|哪里|哪些|能否|是否|可否|请问|几时|多久`)
	scolding = regexp.MustCompile(`难道|究竟|凭什么|什么叫|岂不`)
)

// maxMatters is how many matters of a question are looked at.
const maxMatters = 10

// mattersOf cuts a scanned question into its matters: those it counts, or its several questions. One alone is none.
func mattersOf(s string) (all []string) {
	at := numbered.FindAllStringIndex(s, maxMatters)
	for n, x := range at {
		end := len(s)
		if n+1 < len(at) {
			end = at[n+1][0]
		}
		all = append(all, strings.Trim(s[x[1]:end], stops+",、 "))
	}
	if len(all) >= 2 {
		return all
	}
	all = nil
	for rest := s; len(all) < maxMatters; {
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

// missed names the matters of the question that the answer doesn't touch.
func (c *checker) missed() {
	matters := mattersOf(c.question.s)
	if _, on := c.rs.on("matter_missed"); !on || len(matters) < 2 || len(numbered.FindAllStringIndex(c.answer.s, maxMatters)) >= len(matters) {
		return
	}
	for _, m := range matters {
		if t := c.rs.terms(m); len(t) >= fewTerms && inCommon(t, c.terms) == 0 {
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
