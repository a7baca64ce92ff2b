package triage

import (
	"slices"
	"testing"

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
		for _, n := range (&gazetteer{}).names(gram.Folded(text)) {
			if n.area {
				n.text += "*"
			}
			got = append(got, n.text)
		}
		if !slices.Equal(got, want) {
			t.Errorf("names(%q) = %q, want %q", text, got, want)
		}
	}
	g := newGazetteer([]string{"星光里"})
	if all := g.names("星光里的水管裂了"); len(all) != 1 || all[0].text != "星光里" {
		t.Errorf("a name of the register: %+v", all)
	}
}

// FuzzRead holds that no text breaks the reading.
func FuzzRead(f *testing.F) {
	for _, s := range []string{"", "小区", "路路路路路", "A市a区1路\xff街", "苑\u202e苑", "🏠小区"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, title, text string) {
		g := NewGrouper(nil)
		g.Add(&Item{ID: 1, Title: title, Text: text}, false)
		if at, _ := g.Add(&Item{ID: 2, Title: title, Text: text}, false); at != 1 && at != 2 {
			t.Errorf("issue %d", at)
		}
	})
}
