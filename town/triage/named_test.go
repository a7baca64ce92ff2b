package triage_test

import (
	"strings"
	"testing"

	"mulin/town/towntest"
	"mulin/town/triage"
)

// TestPlacesInTexts reads what people write.
func TestPlacesInTexts(t *testing.T) {
	t.Parallel()
	all, ids := towntest.Spoken(towntest.SmallTown)
	name := map[int64]string{}
	for n, id := range ids {
		name[id] = n
	}
	g := triage.NewGazetteer(all)
	at := func(n string) string { return all[ids[n]-1].Path }
	for _, c := range []struct {
		text, want string
		around     triage.Around
	}{
		{text: "东湖花园3号楼2单元楼道灯不亮", want: "3号楼 2 sure"},
		{text: "东湖花园 三号楼二单元的灯", want: "3号楼 2 sure"},
		{text: "东湖花园３栋漏水", want: "3号楼 sure"},
		{text: "东湖花园，3幢门口", want: "3号楼 sure"},
		{text: "东湖花园12号楼", want: "十二栋 sure"},
		{text: "东湖花园3-2-501漏水", want: "3号楼 2 sure"},
		{text: "东湖花园a座电梯", want: "A座 sure"},
		{text: "东湖花园9号楼", want: "东湖花园 sure"},
		{text: "东湖花园综合服务楼门口", want: "综合服务楼 sure"},
		{text: "东湖小区3号楼", want: "3号楼 sure"},
		{text: "老纺织厂宿舍3号楼", want: "3号楼 sure"},
		{text: "翠屏山庄小区有人烧烤", want: "翠屏山庄 sure"},
		{text: "幸福社区第一网格", want: "第一网格 sure"},
		{text: "幸福社区居委会2网格的垃圾桶", want: "第二网格 sure"},
		{text: "东风街道办事处门口", want: "东风街道"},
		{text: "龙泉街道中心社区", want: "中心社区"},
		{text: "平安社区的路灯坏了", want: "平安社区居委会"},
		{text: "北关的路灯坏了", want: "平安社区居委会"},
		{text: "大坞镇政府对面、前王村口", want: "前王村"},
		{text: "平安里网格有积水", want: "平安里网格 sure"},
		{text: "阳光小区1号楼停水", want: "1号楼|阳光小区1号楼"},
		{text: "龙泉街道阳光小区1号楼停水", want: "阳光小区1号楼 sure"},
		{text: "阳光小区2号楼停水", want: "2号楼 sure"},
		{text: "阳光小区停水", want: "阳光小区|第一网格阳光小区", around: triage.Around{Path: "/1/"}},
		{text: "阳光小区停水", want: "第一网格阳光小区 sure", around: triage.Around{Path: at("龙泉街道")}},
		{text: "阳光小区停水", want: "阳光小区 sure", around: triage.Around{Near: []string{at("第一网格")}}},
		{text: "3号楼没有电", want: "3号楼 sure", around: triage.Around{Path: at("东湖花园")}},
		{text: "东湖花园和翠屏山庄都停电了", want: "东湖花园|翠屏山庄"},
		{text: "金鼎家园", want: "金鼎家园 sure"},
		{text: "金鼎小区", want: "金鼎家园"},
		// what names nothing
		{text: "3号楼没有电", want: ""},
		{text: "东湖路的树倒了", want: ""},
		{text: "东湖花园路灯不亮", want: "东湖花园 sure"},
		{text: "龙泉中学门口", want: ""},
		{text: "东湖花园路积水", want: ""},
		{text: "祝大家平安幸福", want: ""},
		{text: "市中心很堵", want: ""},
		{text: "东湖花园3号线地铁", want: "东湖花园 sure"},
		{text: "家里有3-5岁的孩子", want: "", around: triage.Around{Path: at("东湖花园")}},
		{text: "", want: ""},
	} {
		var got []string
		for _, n := range g.Find(c.text, c.around) {
			s := name[n.ID]
			if n.Entrance != "" {
				s += " " + n.Entrance
			}
			if n.Sure {
				s += " sure"
			}
			got = append(got, s)
		}
		if s := strings.Join(got, "|"); s != c.want {
			t.Errorf("%q names %q, want %q", c.text, s, c.want)
		}
	}
}

// TestMarksAreTheWordsThatNameIt shows what a reader sees marked.
func TestMarksAreTheWordsThatNameIt(t *testing.T) {
	t.Parallel()
	all, _ := towntest.Spoken(towntest.SmallTown)
	text := "您好，东风街道的东湖花园 3 号楼，2单元没水"
	var said []string
	found := triage.NewGazetteer(all).Find(text, triage.Around{})
	for _, m := range found[0].Marks {
		said = append(said, text[m.From:m.To])
	}
	if s := strings.Join(said, "|"); len(found) != 1 || s != "东风街道|东湖花园 3 号楼" && s != "东风街道|东湖花园|3 号楼" {
		t.Errorf("%d places, marked: %s", len(found), s)
	}
}

func FuzzNamed(f *testing.F) {
	all, _ := towntest.Spoken(towntest.SmallTown)
	g := triage.NewGazetteer(all)
	for _, s := range []string{"东湖花园3号楼2单元", "龙泉街道阳光小区1-1-101", "幸福社区第一网格\xff", "东湖花园a", "阳光小区#", "东湖花园-3-"} {
		f.Add(s, "/1/2/3/4/5/")
	}
	f.Fuzz(func(t *testing.T, text, path string) {
		for _, n := range g.Find(text, triage.Around{Path: path, Near: []string{path}}) {
			for _, m := range n.Marks {
				if m.From < 0 || m.To > len(text) || m.From >= m.To {
					t.Fatalf("%q is marked at %v", text, m)
				}
			}
		}
	})
}

// TestNamedOften: a text that says the same names over and over is read in a moment, and each place is found once.
func TestNamedOften(t *testing.T) {
	t.Parallel()
	all, id := towntest.Spoken(towntest.SmallTown)
	text := strings.Repeat("东风街道幸福社区东湖花园3号楼漏水，阳光小区也漏。", 400)
	found := triage.NewGazetteer(all).Find(text, triage.Around{})
	if len(found) != 2 || found[0].ID != id["3号楼"] || len(found[0].Marks) != 400 {
		t.Errorf("found %d places, the first at %d spots", len(found), len(found[0].Marks))
	}
}
