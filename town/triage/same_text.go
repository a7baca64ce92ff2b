package triage

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Tale is a message as far as it is held against others: the pairs of characters of its headline, its beginning, and the places it names.
type Tale struct {
	head, places []string
	text         string
}

const (
	tellLength = 400 // characters of a text that are looked at: what it is about stands in front
	headLength = 60  // of a text that has no headline
	leastPairs = 1   // fewer pairs of characters say nothing
)

// ReadTale reads a message. Without a title its first sentence is the headline.
func ReadTale(title, text string) Tale {
	title, text = narrow(title), narrow(firstRunes(text, tellLength))
	if title == "" {
		title = firstSentence(text)
	}
	t := Tale{head: pairs(title), text: title + "\n" + text}
	if len(t.head) < leastPairs { // a title that says nothing: "投诉"
		t.head = pairs(firstRunes(text, headLength))
	}
	t.places = places(t.text)
	return t
}

// narrow makes letters and digits small and half as wide, so that they are the same however they were typed.
func narrow(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 0xff01 && r <= 0xff5e {
			r -= 0xfee0
		}
		if r >= 'A' && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}, s)
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
	"是否", "怎么", "为什么", "什么时候", "何时", "麻烦", "附近", "有人", "能不能", "可不可以", "好几天", "坏了", "没人管", "没人修", "请")...)

func blanked(words ...string) []string {
	var all []string
	for _, w := range words {
		all = append(all, w, " ")
	}
	return all
}

// pairs are the neighbouring letters of a headline that aren't formula, each pair once. What a blank or sign parts is no pair.
func pairs(head string) []string {
	head = formula.Replace(head)
	var list []string
	last := -1
	for i, r := range head {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			last = -1
			continue
		}
		if last >= 0 {
			if pair := head[last : i+utf8.RuneLen(r)]; !slices.Contains(list, pair) {
				list = append(list, pair)
			}
		}
		last = i
	}
	return list
}

// ends are how names of places end.
var ends = []string{"小区", "花园", "家园", "公寓", "大厦", "广场", "商场", "市场", "超市", "酒店", "学校", "中学", "小学", "幼儿园", "大学", "医院", "公园", "街道", "社区", "地铁站",
	"大道", "新城", "公司", "驾校", "村", "镇", "乡", "路", "街", "巷", "桥", "城", "苑", "园", "县", "区", "市", "组"}

// vague are characters that stand before "小区" or "路" when no name does.
const vague = "我们这那该本个一两几的在到了与是有及边旁某各每条座所整围附近出进门口过修居民业主"

// endsByLetter are the ends by their last letter.
var endsByLetter = func() map[rune][]string {
	by := map[rune][]string{}
	for _, e := range ends {
		r, _ := utf8.DecodeLastRuneInString(e)
		by[r] = append(by[r], e)
	}
	return by
}()

// places are the names of places in a text, each by its last two characters and its ending: enough to tell two of one neighbourhood apart.
func places(text string) []string {
	var list []string
	for i, r := range text {
		for _, end := range endsByLetter[r] {
			upto := i + utf8.RuneLen(r)
			head, ok := strings.CutSuffix(text[:upto], end)
			if !ok {
				continue
			}
			if from := lettersBefore(head, 2); from >= 0 && !strings.ContainsAny(head[from:], vague) && !slices.Contains(list, text[from:upto]) {
				list = append(list, text[from:upto])
			}
		}
	}
	return list
}

// lettersBefore is where the n last characters of a text begin, -1 if they aren't all letters or digits.
func lettersBefore(s string, n int) int {
	for range n {
		r, size := utf8.DecodeLastRuneInString(s)
		if size == 0 || !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return -1
		}
		s = s[:len(s)-size]
	}
	return len(s)
}

// Said is how much of one headline the other message says too, 0 to 1: of both ways the better one, as people tell a thing briefly or at length.
func (t Tale) Said(o Tale) float64 { return max(t.saidIn(o), o.saidIn(t)) }

func (t Tale) saidIn(o Tale) float64 {
	if len(t.head) < leastPairs {
		return 0
	}
	n := 0
	for _, pair := range t.head {
		if strings.Contains(o.text, pair) {
			n++
		}
	}
	return float64(n) / float64(len(t.head))
}

// SamePlace compares the places that both name: 1 if they share one, -1 if they name different ones only, 0 if one of them names none.
func (t Tale) SamePlace(o Tale) int {
	switch {
	case len(t.places) == 0 || len(o.places) == 0:
		return 0
	case slices.ContainsFunc(t.places, func(p string) bool { return slices.Contains(o.places, p) }):
		return 1
	}
	return -1
}
