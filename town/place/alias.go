package place

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"

	"mulin/internal/fault"
	"mulin/internal/store"
)

// MaxAliases is how many names a place may have besides its own.
const MaxAliases = 20

// aliases are names as a file gives them: a list, or one text with 、 ; or a comma between.
type aliases []string

// UnmarshalJSON takes a list, a text or null; null says nothing about them, an empty list takes them away.
func (a *aliases) UnmarshalJSON(b []byte) error {
	if b[0] == '[' {
		return json.Unmarshal(b, (*[]string)(a))
	}
	var l label
	if err := l.UnmarshalJSON(b); err != nil || string(b) == "null" {
		return err
	}
	*a = SplitNames(string(l))
	return nil
}

// SplitNames cuts what was typed into names: one a line, or with 、 ; or a comma between.
func SplitNames(text string) []string {
	names := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("\r\n、;；,，", r) })
	return tidyNames(append(make([]string, 0, len(names)), names...))
}

// tidyNames trims names and drops empty and repeated ones; nil stays nil.
func tidyNames(names []string) []string {
	if names == nil {
		return nil
	}
	all := make([]string, 0, len(names))
	for _, n := range names {
		if n = strings.Join(strings.Fields(n), " "); n != "" && !slices.Contains(all, n) {
			all = append(all, n)
		}
	}
	return all
}

// checkAliases refuses names that would be found where nobody means the place.
func checkAliases(field string, names []string) fault.List {
	var l fault.List
	l.Check(len(names) <= MaxAliases, field, "place.alias.many", MaxAliases)
	for _, n := range names[:min(len(names), MaxAliases)] {
		long := utf8.RuneCountInString(n)
		l.Check(long >= 2 && long <= MaxName && utf8.ValidString(n) && !strings.ContainsRune(n, 0), field, "place.alias.long", n, MaxName)
		l.Check(!Common(n), field, "place.alias.common", n)
	}
	return l
}

// common are words of which every city has places; alone they mean none of them.
var common = map[string]bool{}

func init() {
	for w := range strings.FieldsSeq(`平安 幸福 中心 和平 团结 建设 光明 文化 胜利 人民 解放 友谊 新城 城关 城区 老城 新区 开发区 高新区 高新 经开 花园 家园 小区 社区 街道 网格 市场 广场 公园
		学校 小学 中学 医院 车站 东门 西门 南门 北门 东街 西街 南街 北街 东区 西区 南区 北区 前进 新华 朝阳 阳光 和谐 安居 康居 安康 吉祥 如意 美好 新建 新村 工业 商业 科技 教育 体育 政府 机关 家属院 宿舍 公寓
		城中 城东 城西 城南 城北 东关 西关 南关 北关 中央 国际 世纪 时代 城市 农村 民生 民主 富强 文明 自由 平等 公正 法治 爱国 敬业 诚信 友善 希望 健康 生态 绿色 环保 交通 安全 消防 治安 物业 居民 业主`) {
		common[w] = true
	}
}

// Common tells whether a word is too common to name a place by itself: "平安" is none, "平安社区" is one.
func Common(name string) bool { return common[name] }

// Aliases are the names besides its own that people have given a place, down to buildings, in order.
func (r *Register) Aliases(id int64) []string { return r.rows.Now().aliases[id] }

// Spoken is a living place with all it is called besides its name: its aliases, what it was called before, and what was merged into it.
type Spoken struct {
	Place
	Also []string
}

// Edition counts how often the memory of places has changed; what is made from Spoken is made anew when it differs.
func (r *Register) Edition() int64 { return r.rows.Now().edition }

// Spoken are all living places in memory with what people call them, in no order that means anything, and the edition they are of.
func (r *Register) Spoken() (all []Spoken, edition int64) {
	s := r.rows.Now()
	also := map[int64][]string{}
	for id, p := range s.places {
		heir, ok := s.current(id)
		if !ok || !heir.Live() {
			continue
		}
		also[heir.ID] = append(also[heir.ID], s.aliases[id]...)
		if id != heir.ID {
			also[heir.ID] = append(also[heir.ID], p.Name)
		}
		for _, was := range s.past[id] {
			also[heir.ID] = append(also[heir.ID], was.name)
		}
	}
	for _, p := range s.places {
		if p.Live() {
			all = append(all, Spoken{p, also[p.ID]})
		}
	}
	return all, s.edition
}

// aliasesOf are the names of a place besides its own, as they stand.
func aliasesOf(ctx context.Context, q store.Querier, city, place int64) ([]string, error) {
	return store.Values[string](ctx, q, `select name from place_alias where city = ? and place = ? and until_at = 0 order by name`, city, place)
}

// called is the body of the entry of a change of aliases.
type called struct {
	Before []string `json:"before"`
	After  []string `json:"after"`
}

// call queues what differs between the aliases of a place and names; nil names leave them.
func (b *batch) call(p Place, names []string) (changed bool, err error) {
	if names == nil {
		return false, nil
	}
	names = slices.DeleteFunc(slices.Clone(names), func(n string) bool { return n == p.Name })
	slices.Sort(names)
	old, err := aliasesOf(b.ctx, b.tx, b.tx.City, p.ID)
	slices.Sort(old)
	if err != nil || slices.Equal(old, names) {
		return false, err
	}
	seq := b.record("place.alias", p, called{old, names})
	for _, n := range old {
		if !slices.Contains(names, n) {
			b.tx.Exec(`update place_alias set until_at = ? where city = ? and place = ? and name = ? and until_at = 0`, b.tx.Now, b.tx.City, p.ID, n)
		}
	}
	for _, n := range names {
		if !slices.Contains(old, n) {
			b.tx.Exec(`insert into place_alias (city, place, name, seq, since_at, until_at) values (?, ?, ?, ?, ?, 0)`, b.tx.City, p.ID, n, seq, b.tx.Now)
		}
	}
	return true, nil
}
