package answer

import (
	"regexp"
	"slices"
	"strings"

	"mulin/town/triage"
)

// places looks whether the answer speaks of another place than the question: the register knows it, it lies neither in nor around the case's place or one
// that the question names, and no place asked about is named beside it.
func (c *checker) places() {
	if c.q.Named == nil {
		return
	}
	question := c.q.Title + "\n" + c.q.Text
	named := c.q.Named(question)
	asked := []string{}
	for _, n := range named {
		asked = append(asked, n.Path)
	}
	if c.q.Path != "" {
		asked = append(asked, c.q.Path)
	}
	about := strings.Join(append(firstWords(question, named), c.q.Known...), "\n")
	var others []triage.Named
	for _, n := range c.q.Named(c.raw) {
		if slices.ContainsFunc(asked, func(a string) bool { return strings.HasPrefix(n.Path, a) }) {
			return
		}
		around := slices.ContainsFunc(asked, func(a string) bool { return strings.HasPrefix(a, n.Path) })
		if !around && n.Called() && n.Rivals == 0 && len(n.Marks) > 0 && !c.spoken(n.Marks[0], about+question) {
			others = append(others, n)
		}
	}
	if len(asked) == 0 || len(others) == 0 {
		return
	}
	first, _, _ := strings.Cut(about, "\n")
	if x, on := c.rs.on("other_place"); on {
		m := others[0].Marks[0]
		c.put(Finding{Code: "other_place", Severity: x.Severity, Said: first, From: m.From, To: m.To})
	}
}

// firstWords are the words by which the question names its first place.
func firstWords(question string, named []triage.Named) []string {
	if len(named) == 0 || len(named[0].Marks) == 0 {
		return nil
	}
	m := named[0].Marks[0]
	return []string{question[m.From:m.To]}
}

// office follows the name of a place where people are sent to, wherever their matter is.
var office = regexp.MustCompile(`^[^。；;，,\n]{0,4}(?:办事处|办公|便民|服务中心|派出所|政府|居委会|村委会|窗口|大厅|医院|学校)`)

// spoken tells whether a place of the answer needs no look: the question or what is known of the case says its name, or it is an office.
func (c *checker) spoken(m triage.Span, known string) bool {
	word := c.raw[m.From:m.To]
	return strings.Contains(known, word) || office.MatchString(c.raw[m.To:]) || office.MatchString(word)
}

// buildingNumber are numbers of things a question may be about.
var buildingNumber = regexp.MustCompile(`(\d{1,5})(号楼|单元|号院)`)

// numbers looks whether the answer speaks of another building than the question: one of the same kind, but none of those asked about.
func (c *checker) numbers() {
	asked := map[string][]string{}
	for _, m := range buildingNumber.FindAllStringSubmatch(c.question.s, -1) {
		asked[m[2]] = append(asked[m[2]], m[1])
	}
	if len(asked) == 0 {
		return
	}
	said := buildingNumber.FindAllStringSubmatchIndex(c.answer.s, -1)
	kept := map[string]bool{}
	part := func(m []int, n int) string { return c.answer.s[m[2*n]:m[2*n+1]] }
	for _, m := range said {
		u := part(m, 2)
		kept[u] = kept[u] || slices.Contains(asked[u], part(m, 1))
	}
	for _, m := range said {
		if u := part(m, 2); len(asked[u]) > 0 && !kept[u] {
			c.find("other_number", asked[u][0]+u, m[0], m[1])
		}
	}
}
