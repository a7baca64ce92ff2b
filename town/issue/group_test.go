package issue

import (
	"fmt"
	"slices"
	"testing"
)

// noise are messages of all kinds; texts here are made up.
func noise(n int) []*Item {
	var all []*Item
	for i := range n {
		it := invented(i)
		it.ID, it.At, it.Proven = int64(10_000+i), int64(i)*2*3600e6, true
		all = append(all, it)
	}
	return all
}

// station are messages about one concrete plant beside one estate, each in its own words.
var station = [][2]string{
	{"翠屏新城旁边的搅拌站噪音扰民", "翠屏新城东侧新开了一家混凝土搅拌站，夜里机器轰鸣，全家睡不着。"},
	{"投诉翠屏新城附近搅拌站", "搅拌站离翠屏新城不到一百米，粉尘飘进屋里，桌子一天擦三遍。"},
	{"翠屏新城小区灰尘大、噪音大", "都是旁边搅拌站造成的，罐车进进出出，请环保部门来测一测。"},
	{"请关停居民区边上的搅拌站", "我是翠屏新城业主，搅拌站凌晨两点还在生产，孩子被吵醒。"},
	{"翠屏新城业主要求搬迁搅拌站", "混凝土搅拌站扬尘严重，老人咳嗽不止，要求搬走。"},
	{"搅拌站什么时候搬走", "翠屏新城的住户已经反映多次，搅拌站照样开工，噪音没有减小。"},
}

func stationItems() []*Item {
	var all []*Item
	for i, m := range station {
		all = append(all, &Item{ID: int64(i + 1), Person: fmt.Sprint("s", i), Proven: true, At: int64(600+i) * 3600e6, Title: m[0], Text: m[1]})
	}
	return all
}

func mixed() []*Item {
	all := append(noise(600), stationItems()...)
	all = append(all,
		&Item{ID: 501, Person: "a", At: 610 * 3600e6, Title: "翠屏新城门口缺红绿灯", Text: "翠屏新城南门路口车多，过马路危险，请装信号灯。"},
		&Item{ID: 502, Person: "b", At: 611 * 3600e6, Title: "西郊工业园的搅拌站手续", Text: "请问西郊工业园里的搅拌站有没有环评批复，想了解公示在哪里看。"})
	slices.SortFunc(all, byTime)
	return all
}

func TestOneMatterIsOneIssue(t *testing.T) {
	for _, learn := range []bool{true, false} {
		g := NewGrouper(nil)
		all := mixed()
		if learn {
			for _, it := range all {
				g.Learn(it)
			}
		}
		for _, it := range all {
			g.Add(it, learn)
		}
		issue := g.of[1]
		for id := int64(2); id <= int64(len(station)); id++ {
			if g.of[id] != issue {
				t.Errorf("learnt %v: message %d is in issue %d, the others in %d", learn, id, g.of[id], issue)
			}
		}
		if got := len(g.issues[issue].members); got != len(station) {
			t.Errorf("learnt %v: the issue has %d messages, %d are its own", learn, got, len(station))
		}
		if g.of[501] == issue || g.of[502] == issue {
			t.Errorf("learnt %v: another matter at the place, or the matter at another place, is in the issue", learn)
		}
	}
}

func TestAddingIsTheSameAsAll(t *testing.T) {
	all := mixed()
	one, other := NewGrouper(nil), NewGrouper(nil)
	for _, it := range all {
		one.Add(it, false)
	}
	for _, it := range all[:300] {
		other.Add(it, false)
	}
	for _, it := range all[300:] {
		id, _ := other.Add(it, false)
		if again, _ := other.Add(it, false); again != id {
			t.Fatalf("a message told twice went from issue %d to %d", id, again)
		}
	}
	for _, it := range all {
		if one.of[it.ID] != other.of[it.ID] {
			t.Errorf("message %d: %d and %d", it.ID, one.of[it.ID], other.of[it.ID])
		}
	}
}

func TestHottestCountsPeople(t *testing.T) {
	all := mixed()
	for i := range 50 {
		all = append(all, &Item{ID: int64(2000 + i), Person: "zealot", Proven: true, At: int64(600+i) * 3600e6, Title: "反对取消凤凰公寓门口的停车位", Text: fmt.Sprintf("凤凰公寓门口的停车位不能取消，第%d次写信。", i)})
	}
	top := Hottest(all, DefaultWeights, 700*3600e6)
	plant := slices.IndexFunc(top, func(x Issue) bool { return x.ID == 1 })
	if first := top[plant]; len(first.Items) != len(station) || first.Proven != len(station) {
		t.Errorf("the plant's issue has %d messages of %d people", len(first.Items), first.Proven)
	}
	i := slices.IndexFunc(top, func(x Issue) bool { return len(x.Items) >= 50 })
	if i < 0 {
		t.Fatal("fifty messages of one person are not one issue")
	}
	if top[i].Proven != 1 || !top[i].Burst.Few || top[i].Burst.Top != 50 {
		t.Errorf("one person fifty times: %+v", top[i].Heat)
	}
	if plant > i {
		t.Error("one person fifty times is hotter than six neighbours")
	}
	top[plant].Describe(nil)
	if top[plant].Place != "翠屏新城" || top[plant].Title == "" {
		t.Errorf("place %q, title %q", top[plant].Place, top[plant].Title)
	}
}

func TestPeopleCanSetIssuesApart(t *testing.T) {
	g := NewGrouper(nil)
	for _, it := range mixed() {
		g.Add(it, false)
	}
	if n := len(g.issues[g.of[1]].members); n != len(station) {
		t.Fatalf("the issue has %d messages", n)
	}
	from := g.of[1]
	moved := stationItems()[2]
	g.Move(moved, 900)
	if g.of[moved.ID] != 900 || slices.Contains(g.issues[from].members, moved.ID) {
		t.Fatal("a message was not moved")
	}
	late := *stationItems()[5]
	late.ID = 77
	if at, merged := g.Add(&late, false); merged != nil || at != from {
		t.Errorf("the next message went to %d, merged %v", at, merged)
	}
	if g.of[moved.ID] != 900 {
		t.Error("what people moved came back")
	}
}

func BenchmarkAddAmong100000(b *testing.B) {
	g := NewGrouper(nil)
	for i := range 100_000 {
		g.Add(invented(i), false)
	}
	i := 200_000
	for b.Loop() {
		g.Add(invented(i), false)
		i++
	}
}

// invented is one of many messages: about a thousand places and forty matters.
func invented(i int) *Item {
	first := []rune("上东南西北金玉春秋天地云水龙凤青红长永和平安福")
	second := []rune("海峰浪涛虹林叶泉港亭塔井溪谷滨岭坪田岸原")
	what := []rune("灯火水电气墙柱窗车树狗猫声烟尘味坑盖管线梯顶漏堵断裂脏乱挤慢贵缺坏吵黑滑危旧锈臭")
	p := string([]rune{first[i%23], second[i/23%20], first[i/7%23]})
	m := string([]rune{what[i%40], what[i/40%40], what[i*7%40], what[i/3%40]})
	return &Item{ID: int64(i + 1), Person: fmt.Sprint(i), At: int64(i) * 150e6, Title: p + "小区" + m + "没人管", Text: "我是" + p + "小区的住户，这里" + m + "已经很久，" + string(what[i%37]) + string(what[i%29]) + "影响生活，请尽快处理。"}
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
