package triage

import (
	"slices"
	"strings"

	"mulin/internal/endings"
	"mulin/internal/gram"
	"mulin/internal/lexicon"
	"mulin/town/casework"
)

// Tale is a message as far as it is held against others. What is the matter and where it is are read apart, so that a place both name speaks for them
// once and not as words that both say besides.
type Tale struct {
	matter []uint32  // the pairs of characters of the headline, each once, without formulas and numbers of houses
	pairs  []uint32  // those of all that is looked at: the headline's, then the text's
	from   int       // where the text's begin
	names  []telling // the places that the headline names
	houses []int     // the buildings that it numbers
}

// telling is a name by its pairs of characters.
type telling struct {
	pairs []uint32
	area  bool // a district, town or street
}

const (
	tellLength = casework.GistLength // characters of a text that are looked at: what it is about stands in front
	headLength = 60                  // of a text that has no headline
)

// tellNames knows names by how they end.
var tellNames endings.Finder

// ReadTale reads a message. Without a title its first sentence is the headline.
func ReadTale(title, text string) Tale {
	text = firstRunes(text, tellLength)
	if title == "" {
		title = firstSentence(text)
	}
	title, text = gram.Folded(title), gram.Folded(text)
	var t Tale
	t.pairs = appendPairs(make([]uint32, 0, (len(title)+len(text))/3+2), title)
	t.from = len(t.pairs)
	t.pairs = appendPairs(t.pairs, text)
	if t.headline(title); len(t.matter) == 0 { // a title that says nothing: "投诉"
		t.headline(firstRunes(text, headLength))
	}
	return t
}

func (t *Tale) headline(folded string) {
	t.names = t.names[:0]
	for _, n := range tellNames.Names(folded) {
		folded = strings.ReplaceAll(folded, n.Text, " "+n.Text+" ")
		t.names = append(t.names, telling{appendPairs(nil, n.Text), n.Area})
	}
	folded, t.houses = unnumbered(folded)
	for _, p := range appendPairs(nil, formula.Replace(folded)) {
		if !slices.Contains(t.matter, p) {
			t.matter = append(t.matter, p)
		}
	}
}

// says tells whether the headline says anything that can be compared.
func (t *Tale) says() bool { return len(t.matter) > 0 }

// text are the pairs of characters of the text.
func (t *Tale) text() []uint32 { return t.pairs[t.from:] }

// appendPairs adds the neighbouring characters of folded text.
func appendPairs(all []uint32, folded string) []uint32 {
	last := ' '
	for _, r := range folded {
		if last != ' ' && r != ' ' {
			all = append(all, gram.Pair32(last, r))
		}
		last = r
	}
	return all
}

// firstSentence is what a text begins with.
func firstSentence(text string) string {
	text = strings.TrimSpace(text)
	if i := strings.IndexAny(text, "。！？!?\n；;"); i > 0 {
		text = text[:i]
	}
	return firstRunes(text, headLength)
}

func firstRunes(s string, n int) string {
	for i := range s {
		if n--; n < 0 {
			return s[:i]
		}
	}
	return s
}

// formula takes away what most letters to an office say whatever they are about. The list is ours, made from how such letters are written.
var formula = strings.NewReplacer(blanked("尊敬的", "领导", "您好", "你好", "请问", "希望", "有关部门", "相关部门", "部门", "政府", "请求", "反映", "投诉", "举报", "咨询",
	"建议", "问题", "解决", "尽快", "处理", "谢谢", "感谢", "居民", "小区", "业主", "我们", "我是", "本人", "一名", "严重", "影响", "已经", "现在", "一直", "没有", "多次",
	"是否", "怎么", "为什么", "什么时候", "何时", "麻烦", "附近", "有人", "能不能", "可不可以", "好几天", "坏了", "没人管", "没人修", "没人清", "没人扫",
	"又", "停了", "不能用", "用不了", "请")...)

func blanked(words ...string) []string {
	var all []string
	for _, w := range words {
		all = append(all, w, " ")
	}
	return all
}

// houseWords are what makes the number of a building or of a part of one of a number: they say where, not what.
var houseWords = []struct {
	word     string
	building bool
}{{"号楼", true}, {"栋", true}, {"幢", true}, {"号院", false}, {"单元", false}, {"号", false}, {"室", false}, {"层", false}, {"楼", false}}

// unnumbered takes the numbers of houses out of folded text; buildings are those that two can't share.
func unnumbered(folded string) (rest string, buildings []int) {
	text := []rune(folded)
	for i := 0; i < len(text); i++ {
		if _, ok := lexicon.Numeral(text[i]); !ok && !digit(text[i]) && text[i] != '十' {
			continue
		}
		n, end := lexicon.Number(text, i)
		for _, w := range houseWords {
			if end == i || !has(text, end, w.word) || has(text, end, "号线") {
				continue
			}
			if w.building {
				buildings = append(buildings, n)
			}
			end += len([]rune(w.word))
			for j := i; j < end; j++ {
				text[j] = ' '
			}
			break
		}
		i = max(i, end-1)
	}
	return string(text), buildings
}
