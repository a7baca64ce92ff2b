package triage

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// kinds of place by the words their names end with, longer ones first.
var placeEnds = []string{"小区", "社区", "街道", "大道", "家园", "花园", "公园", "路", "街", "巷", "村", "镇", "乡"}

// namedSpot is a place that a text names: its last characters and its kind, by which it is told from others.
type namedSpot struct {
	name, end string
	i, j      int
}

// general are what stands before such a word when no place is named by it.
const general = "道公马铁线网思出套退门销该本此各全某几两整每个老旧新住宅物业管理居民农改造无主辖内周边全乡大小下上进城市县区中学校过行在沿由往去于到和与及或楼盘问题优化水泥垃圾确保利用防止符合求修当地自然条街段侧面"

// placesIn finds names of places by their ends. They needn't be right as names; it is enough that the same place gives the same name.
func placesIn(s string) (all []namedSpot) {
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		end := ""
		if isHan(r) {
			for _, e := range placeEnds {
				if strings.HasPrefix(s[i:], e) {
					end = e
					break
				}
			}
		}
		if end == "" {
			i += n
			continue
		}
		if head := placeHead(s[:i]); head != "" {
			all = append(all, namedSpot{head + end, end, i - len(head), i + len(end)})
		}
		i += len(end)
	}
	return all
}

// placeHead is the end of a name before its kind: two Chinese characters, none of grammar and none of a general word.
func placeHead(s string) string {
	at := len(s)
	for range 2 {
		r, n := utf8.DecodeLastRuneInString(s[:at])
		if !isHan(r) || idle[uint16(r)] || strings.ContainsRune(general, r) {
			return ""
		}
		at -= n
	}
	return s[at:]
}

// places looks whether the answer speaks of another place than the question: it names one of the same kind, but none of those asked about.
func (c *checker) places() {
	asked, said := placesIn(c.question.s), placesIn(c.answer.s)
	for _, a := range asked {
		if strings.Contains(c.answer.s, a.head()) {
			return
		}
	}
	known := scan(strings.Join(c.q.Known, "\n")).s
	for _, p := range said {
		other := slices.IndexFunc(asked, func(a namedSpot) bool { return a.end == p.end })
		if other >= 0 && !strings.Contains(c.question.s, p.head()) && !strings.Contains(known, p.head()) {
			c.find("other_place", asked[other].name, p.i, p.j)
			return
		}
	}
}

// head is the name without its kind.
func (n namedSpot) head() string { return strings.TrimSuffix(n.name, n.end) }

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
