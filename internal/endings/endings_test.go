package endings_test

import (
	"slices"
	"testing"

	"mulin/internal/endings"
	"mulin/internal/gram"
)

func TestNames(t *testing.T) {
	for text, want := range map[string][]string{
		"反映东区翠屏新城小区附近的搅拌厂扰民": {"东区*", "翠屏新城"},
		"投诉安居物业公司乱收费":        {"安居"},
		"请在荆河中路与学院街路口装红绿灯":   {"荆河", "荆河中路", "学院街", "学院街路"},
		"小区里的道路坏了":           nil,
		"我家门口":               nil,
	} {
		var got []string
		for _, n := range (&endings.Finder{}).Names(gram.Folded(text)) {
			if n.Area {
				n.Text += "*"
			}
			got = append(got, n.Text)
		}
		if !slices.Equal(got, want) {
			t.Errorf("Names(%q) = %q, want %q", text, got, want)
		}
	}
	g := endings.New([]string{"星光里"})
	if all := g.Names("星光里的水管裂了"); len(all) != 1 || all[0].Text != "星光里" {
		t.Errorf("a name of the register: %+v", all)
	}
}
