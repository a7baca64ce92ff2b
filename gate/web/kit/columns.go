package kit

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"

	"mulin/internal/i18n"
	"mulin/internal/register"
	"mulin/internal/sheet"
)

// What a sheet says of a thing besides its fields. With number and version it goes in again.
var (
	numberCol  = register.Field{Name: "id"}
	versionCol = register.Field{Name: "version", Sort: register.SortNumber}
	stateCol   = register.Field{Name: "state"}
)

// sheetColumns are those of the noun's sheets. What is sealed is only said to be there, so that it can be brought in and stays where it isn't.
func (p *Pages) sheetColumns() []*register.Field {
	return append([]*register.Field{&numberCol, &versionCol}, p.fields(every)...)
}

// levels are columns of people's own sheets, of which each says a level of a tree. The last one that is filled is what the thing itself is called.
var levels = [...]register.Field{{Name: "level1"}, {Name: "level2"}, {Name: "level3"}, {Name: "level4"}, {Name: "level5"}}

// level tells whether a column is one of them.
func (p *Pages) level(f *register.Field) bool {
	for i := range p.Levels {
		if f == &levels[i] {
			return true
		}
	}
	return false
}

// columnsIn are those that a sheet may have which is brought in.
func (p *Pages) columnsIn() []*register.Field {
	all := p.sheetColumns()
	for i := range p.Levels {
		all = append(all, &levels[i])
	}
	return all
}

// heading is what a column is called.
func (p *Pages) heading(w *i18n.Words, f *register.Field) string {
	switch {
	case f == &numberCol, f == &stateCol:
		return w.T("kit." + f.Name)
	case f == &versionCol:
		return w.T("kit.head.version")
	case f.Unit != "":
		return p.label(w, f) + " (" + f.Unit + ")"
	}
	return p.label(w, f)
}

// also are names by which people's own sheets call what many nouns have.
var also = map[string][]string{
	"name":   {"名称", "名字", "标题", "title"},
	"code":   {"编号", "编码", "代码", "no", "number"},
	"place":  {"所在地", "地点", "区域", "辖区", "所属辖区", "所属", "街道", "社区", "网格", "street", "area"},
	"kind":   {"类型", "类别", "种类", "type"},
	"phone":  {"电话", "联系电话", "联系方式", "手机", "手机号", "tel", "mobile"},
	"keeper": {"负责单位", "管理单位", "责任单位", "单位", "owner"},
	"note":   {"备注", "说明", "remark", "remarks"},
	"lead":   {"牵头单位", "主责单位"},
	"co":     {"配合单位", "协办单位"},
	"says":   {"examples"},
	"level1": {"一级", "一级类别", "l1"}, "level2": {"二级", "二级类别", "l2"}, "level3": {"三级", "三级类别", "l3"},
	"level4": {"四级", "四级类别", "l4"}, "level5": {"五级", "五级类别", "l5"},
	"login": {"登录名", "用户名", "账号", "account"},
	"posts": {"岗位", "职务", "任职", "post"},
}

// headings are the columns by every name: in any language, as programs call them, as people often do.
func (p *Pages) headings() sheet.Names {
	names := sheet.Names{}
	cols := append(p.columnsIn(), &stateCol)
	for _, w := range p.Langs() {
		for _, f := range cols {
			names.Add(p.heading(w, f), f.Name)
		}
	}
	for _, f := range cols {
		names.Add(f.Name, f.Name)
	}
	for _, f := range cols {
		for _, name := range also[f.Name] {
			names.Add(name, f.Name)
		}
	}
	return names
}

// column is the column of a name, nil for none and for those that nothing is taken from.
func (p *Pages) column(name string) *register.Field {
	for _, f := range p.columnsIn() {
		if f.Name == name {
			return f
		}
	}
	return nil
}

// matched is a sheet of a file and what its columns are.
type matched struct {
	Name   string
	Use    bool
	Head   int           // the header's line
	Heads  []string      // as they stand there
	Cols   []string      // what they are: a column of ours, "" for nothing
	Orders []sheet.Order // of the days in each, if judged
}

// match finds out what the sheets' columns are: as the person has said before of such a header, or by their names.
func (p *Pages) match(ctx context.Context, person int64, book *sheet.Book) (all []matched, err error) {
	for _, name := range book.Sheets[:min(len(book.Sheets), 20)] {
		var rows []sheet.Row
		for row, err := range book.Rows(name) {
			if err != nil {
				return nil, err
			}
			if rows = append(rows, row); len(rows) == heads {
				break
			}
		}
		if len(rows) == 0 {
			continue
		}
		m := matched{Name: name}
		at, cols := p.headings().Head(rows)
		m.Head, m.Heads, m.Cols = rows[at].Line, rows[at].Cells, cols
		said, err := p.Imports.Tray.Habit(ctx, person, p.Name, p.shape(m.Heads))
		if err != nil {
			return nil, err
		}
		if json.Unmarshal(said, &cols) == nil && len(cols) == len(p.theirs(m.Heads)) {
			m.Cols = append(cols, make([]string, len(m.Heads)-len(cols))...)
		}
		m.Use = p.enough(m.Cols)
		all = append(all, m)
	}
	return all, nil
}

// enough tells whether things can be made of the columns: they are named, or all that is needed is there.
func (p *Pages) enough(cols []string) bool {
	missing := p.Those(func(is register.Traits) bool { return is.Needed })
	missing = slices.DeleteFunc(missing, func(f *register.Field) bool {
		return slices.Contains(cols, f.Name) || f.Name == p.Title && slices.Contains(cols, levels[0].Name)
	})
	return len(missing) == 0 || slices.Contains(cols, numberCol.Name) && slices.Contains(cols, versionCol.Name)
}

// theirs are the headings without the column that we have added to a file given back.
func (p *Pages) theirs(headings []string) []string {
	if n := len(headings); n > 0 && slices.ContainsFunc(p.Langs(), func(w *i18n.Words) bool { return w.T("kit.wrong") == headings[n-1] }) {
		return headings[:n-1]
	}
	return headings
}

func (p *Pages) shape(headings []string) string {
	sum := sha256.Sum256([]byte(strings.Join(p.theirs(headings), "\x00")))
	return hex.EncodeToString(sum[:16])
}
