// Package endings finds the names of places and bodies in Chinese texts by how they end: 翠屏新城小区, 学院街, 安居物业公司.
package endings

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Name is a place or body that a text names.
type Name struct {
	Text     string // without its kind: 幸福花园 for 幸福花园小区
	Area     bool   // a district, town or street: much is there, but two of them contradict each other
	Dwelling bool   // where people live and pass by: it says where, not what
}

// dwellings end the names of where people live and pass by.
const dwellings = `小区 花园 花苑 家园 新城 公馆 公寓 广场 大厦 社区 新村 大道 安置房 楼盘 苑 城 府 湾 庭 园 村 路 街 巷 寓 里 阁 轩 居 洲 山 湖 河 江 桥`

// facilities end the names of other places and bodies that something can be the matter with.
const facilities = `搅拌站 搅拌厂 变电站 垃圾站 加油站 幼儿园 派出所 农贸市场 步行街 工业园 产业园 地铁站 高铁站 火车站 汽车站
	小学 中学 大学 学院 学校 医院 公司 集团 物业 超市 市场 公园 商场 号线 高速 高铁 铁路 项目 酒店 工地 体育馆 图书馆 银行 厂 站`

// districts end the names of parts of a city.
const districts = `街道 市 区 县 镇 乡`

// kinds are cut off the end of a name: people leave them out.
var kinds = []string{"住宅小区", "小区", "社区", "楼盘", "项目", "物业公司", "物业", "有限公司", "公司"}

// boundaries are characters and words before which no name begins: what stands in front of it ends there.
const boundaries = `在 于 是 的 了 和 与 及 到 从 由 对 向 把 被 让 给 将 请 就 有 为 因 至 往 去 来 经 过 该 此 这 那 某 各 本 我 你 他 她 们 其 个 并 且 或 而 但 又 也 都 很 要 想 能 会 可 离 现 另 望 找 按 还 跟
	反映 反应 关于 投诉 举报 咨询 建议 希望 要求 位于 附近 居住 住在 请问 请求 强烈 严惩 我们 业主 居民 旁边 对面 以及 购买 买了 开发商 问问 反对 抗议 恳请 呼吁 期待 打造 增设 建设 修建 尽快 加快
	政府 相关 部门 违建 严重 大型 非法 违规 目前 据说 提问 公示 不满意 拯救`

// hollow are what remains of names that name nothing.
const hollow = `小区 社区 学校 公司 物业 公园 广场 道路 马路 公路 大道 街道 市场 医院 工地 项目 楼盘 小学 中学 大学 幼儿园 房地产 开发 有限 本市 全市 我市 本区 我区 城市 小镇 新区 园区 地区 片区 校区 景区 辖区 街区 市区 城区
	生活 门口 周边 一条 几条 两条 多条 主干 农村 乡村 全村 我村 本村 新村 公里 家里 哪里 夜里 车里 房里 屋里 心里 公寓 商业 邻居 起居 定居 上路 修路 铺路 走路 让路 问题 一路 车站 公交站 公交 地铁 高铁 高速 铁路 火车 汽车 银行 超市 酒店 出路 思路 线路 电路 网路
	限公司 有限公司 全资子公司 全资子 同一 如果同一 违章建筑 老小区 工厂 临街 旧城 老城 钻政府 搅拌站 搅拌厂 水泥厂 垃圾站 变电站 集团 一楼 楼里 这里 那里 城里 街上 沿街 集团公司`

// endings looks words up by where they may stand in a text: those that begin with a character, longest first.
type endings map[rune][]string

func newEndings(lists ...string) endings {
	e := endings{}
	for _, list := range lists {
		for _, w := range strings.Fields(list) {
			r, _ := utf8.DecodeRuneInString(w)
			e[r] = append(e[r], w)
		}
	}
	for _, all := range e {
		slices.SortFunc(all, func(a, b string) int { return len(b) - len(a) })
	}
	return e
}

// at is the length of the word that stands at the beginning of a text, 0 for none.
func (e endings) at(s string, first rune) int {
	for _, w := range e[first] {
		if strings.HasPrefix(s, w) {
			return len(w)
		}
	}
	return 0
}

var (
	starts    = newEndings(boundaries)
	areaEnds  = newEndings(districts)
	spotEnds  = newEndings(dwellings, facilities)
	homeEnds  = strings.Fields(dwellings)
	emptyName = func() map[string]bool {
		m := map[string]bool{}
		for _, w := range strings.Fields(hollow) {
			m[w] = true
		}
		return m
	}()
)

// Finder knows names that a register holds, besides those that are told by how they end. One that is zero knows no others.
type Finder struct{ known endings }

// New makes a finder that also knows these names.
func New(known []string) *Finder { return &Finder{newEndings(known...)} }

// The lengths of names, in characters.
const (
	Shortest    = 2 // of a name
	longestName = 9
	longestArea = 5
)

// Names finds what folded text names, each once.
func (f *Finder) Names(text string) []Name {
	var all []Name
	add := func(s string, area bool) {
		s, dwelling := Plain(s)
		if n := utf8.RuneCountInString(s); n < Shortest || emptyName[s] {
			return
		}
		if !slices.ContainsFunc(all, func(x Name) bool { return x.Text == s }) {
			all = append(all, Name{Text: s, Area: area, Dwelling: dwelling && !area})
		}
	}
	for i, r := range text {
		if n := f.known.at(text[i:], r); n > 0 {
			add(text[i:i+n], false)
		}
	}
	for run := range strings.FieldsSeq(text) {
		namesOf(run, add)
	}
	return all
}

// namesOf walks a stretch without punctuation: wherever an ending stands, what came since the last boundary is a name.
func namesOf(s string, add func(string, bool)) {
	from := 0
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if n := starts.at(s[i:], r); n > 0 {
			i += n
			from = i
			continue
		}
		if n := areaEnds.at(s[i:], r); n > 0 && i > from {
			if utf8.RuneCountInString(s[from:i+n]) <= longestArea {
				add(s[from:i+n], true)
			}
			i += n
			from = i
			continue
		}
		if n := spotEnds.at(s[i:], r); n > 0 && i > from {
			add(last(s[from:i+n], longestName), false)
			if i += n; n > size {
				from = i
			}
			continue
		}
		i += size
	}
}

// last is the end of a text.
func last(s string, n int) string {
	at := len(s)
	for ; at > 0 && n > 0; n-- {
		_, size := utf8.DecodeLastRuneInString(s[:at])
		at -= size
	}
	return s[at:]
}

// Plain is a name without its kind, and whether people live there.
func Plain(s string) (plain string, dwelling bool) {
	for _, e := range homeEnds {
		dwelling = dwelling || strings.HasSuffix(s, e)
	}
	for _, k := range kinds {
		if rest, ok := strings.CutSuffix(s, k); ok && utf8.RuneCountInString(rest) >= Shortest {
			return rest, dwelling
		}
	}
	return s, dwelling
}
