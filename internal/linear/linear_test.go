package linear

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"maps"
	"slices"
	"strings"
	"testing"
)

// phrases of invented messages: each class has things that happen, and all share where and how people write.
var (
	where = []string{"幸福家园", "荆河街道", "学院路", "三里桥社区", "龙泉小区", "杏坛路口", "北辛街道", "善国苑"}
	how   = []string{"请尽快处理", "已经好几天了", "希望有人来看看", "请问什么时候能解决", "打了很多次电话", "大家都很着急"}
	what  = map[string][]string{
		"水电": {"自来水停了", "水管爆裂到处是水", "水压太低", "停电没有通知", "变压器冒烟", "水质发黄有味"},
		"交通": {"红绿灯坏了", "公交车不按点发车", "车辆占用人行道", "路口堵车严重", "斑马线看不清", "出租车拒载"},
		"环境": {"垃圾没有清运", "工厂排放废气刺鼻", "河水发臭", "工地扬尘很大", "夜里施工噪音扰民", "下水道臭味"},
		"教育": {"学校乱收费", "幼儿园入学名额", "老师有偿补课", "校车超载", "课后服务收费", "学区怎样划分"},
	}
)

func invented() (docs []Doc) {
	for _, label := range slices.Sorted(maps.Keys(what)) {
		for i, w := range what[label] {
			for j := range 5 {
				docs = append(docs, Doc{Text: where[(i+3*j)%len(where)] + w + "\n" + w + "，" + how[(i+j)%len(how)], Label: label})
			}
		}
	}
	return docs
}

func trained(t testing.TB, docs []Doc) *Model {
	t.Helper()
	m, err := Train(context.Background(), docs, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestItLearns(t *testing.T) {
	m := trained(t, invented())
	for text, want := range map[string]string{
		"家里停水了，自来水什么时候来": "水电", "路口红绿灯不亮，堵车": "交通", "垃圾堆了一周，很臭": "环境", "孩子入学要什么材料，学校怎么报名": "教育",
	} {
		list := m.Suggest(text, 3)
		if len(list) != 3 || list[0].Label != want || list[0].P < list[1].P || len(list[0].Words) == 0 {
			t.Errorf("%s: %+v, want %s", text, list, want)
		}
		for _, w := range list[0].Words {
			if !strings.Contains(text, w.Text) || w.Weight <= 0 {
				t.Errorf("%s: %+v speaks for it", text, w)
			}
		}
		if label, p := m.Best(text); label != want || p != list[0].P {
			t.Errorf("%s: %s, %v", text, label, p)
		}
	}
}

func TestTooLittleToLearn(t *testing.T) {
	for _, docs := range [][]Doc{nil, {{Text: "路灯", Label: "a"}}, {{Text: "路灯", Label: "a"}, {Text: "水管", Label: "a"}}} {
		if _, err := Train(t.Context(), docs, Options{}); !errors.Is(err, ErrFewLabels) {
			t.Errorf("%v: %v", docs, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Train(ctx, invented(), Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
}

func TestStored(t *testing.T) {
	m := trained(t, invented())
	var b bytes.Buffer
	if _, err := m.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	back, err := Read(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range invented() {
		if a, b := m.Suggest(d.Text, 4), back.Suggest(d.Text, 4); fmt.Sprint(a) != fmt.Sprint(b) {
			t.Fatalf("%v, then %v", a, b)
		}
	}
	for i := 0; i < b.Len(); i += 1 + b.Len()/200 {
		bad := bytes.Clone(b.Bytes())
		bad[i] ^= 4
		if _, err := Read(bytes.NewReader(bad)); !errors.Is(err, ErrDamaged) {
			t.Fatalf("byte %d changed: %v", i, err)
		}
		if _, err := Read(bytes.NewReader(b.Bytes()[:i])); !errors.Is(err, ErrDamaged) {
			t.Fatalf("cut at %d: %v", i, err)
		}
	}
}

func TestSameDocumentsGiveTheSameModel(t *testing.T) {
	var a, b, other bytes.Buffer
	for _, x := range []struct {
		to   *bytes.Buffer
		seed uint64
	}{{&a, 0}, {&b, 0}, {&other, 1}} {
		m, err := Train(t.Context(), invented(), Options{Seed: x.seed})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := m.WriteTo(x.to); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("the same seed gave another model")
	}
	if bytes.Equal(a.Bytes(), other.Bytes()) {
		t.Error("the seed changes nothing")
	}
}

// TestWordsSpeakForTheClass takes the words away: without what speaks for it, the class becomes less likely.
func TestWordsSpeakForTheClass(t *testing.T) {
	m := trained(t, invented())
	text := "幸福家园三号楼的自来水停了，水压一直太低，请尽快处理"
	first := m.Suggest(text, 1)[0]
	without := text
	for i, w := range first.Words {
		if i > 0 && w.Weight > first.Words[i-1].Weight {
			t.Errorf("%+v is not in order", first.Words)
		}
		without = strings.ReplaceAll(without, w.Text, "")
	}
	for _, g := range m.Suggest(without, 4) {
		if g.Label == first.Label && g.P >= first.P {
			t.Errorf("%q without %+v: %s even likelier, %.3f after %.3f", text, first.Words, g.Label, g.P, first.P)
		}
	}
}

func TestChancesKeepTheOrder(t *testing.T) {
	m := trained(t, invented())
	for _, d := range invented()[:40] {
		list, sum := m.Suggest(d.Text, 9), 0.0
		for i, g := range list {
			sum += g.P
			if i > 0 && g.P > list[i-1].P {
				t.Errorf("%s: %+v", d.Text, list)
			}
		}
		if len(list) != 4 || sum < 0.999 || sum > 1.001 {
			t.Errorf("%s: %d guesses, %f", d.Text, len(list), sum)
		}
	}
	if list := m.Suggest("路灯", 0); len(list) != 0 {
		t.Errorf("%+v", list)
	}
	if _, p := m.Best(""); p > 0.6 {
		t.Errorf("sure of nothing: %f", p)
	}
}

// TestSureIsRight asks about messages that were kept out: of those said to be sure, nearly all are right, and where half the labels are lies nobody is sure.
func TestSureIsRight(t *testing.T) {
	docs := invented()
	var learn []Doc
	var r Report
	for i, d := range docs {
		if i%5 != 0 {
			learn = append(learn, d)
		}
	}
	m := trained(t, learn)
	for i, d := range docs {
		if i%5 == 0 {
			label, p := m.Best(d.Text)
			r.Add(d.Label, label, p)
		}
	}
	if n, right := r.Above(0.9); n < 10 || right < 0.9 {
		t.Errorf("said with 0.9: %d, right %f", n, right)
	}
	for i := range learn {
		learn[i].Label = m.Labels()[i*7%4]
	}
	if _, p := trained(t, learn).Best(docs[0].Text); p > 0.6 {
		t.Errorf("sure of what is not so: %f", p)
	}
}

// TestColdStart learns from the names of classes alone.
func TestColdStart(t *testing.T) {
	var docs []Doc
	for _, name := range []string{"路灯不亮", "井盖丢失", "垃圾清运", "自来水停水", "噪音扰民", "违法停车", "道路破损", "消防通道堵塞", "电梯故障", "暖气不热"} {
		docs = append(docs, Doc{Text: name, Label: name})
	}
	m := trained(t, docs)
	for text, want := range map[string]string{"小区门口的路灯坏了": "路灯不亮", "电梯又停了，故障没人修": "电梯故障", "屋里暖气冰凉": "暖气不热", "井盖没了很危险": "井盖丢失"} {
		list := m.Suggest(text, 3)
		if list[0].Label != want || list[0].P > 0.9 {
			t.Errorf("%s: %+v, want %s and some doubt", text, list, want)
		}
	}
}

func TestWeightCounts(t *testing.T) {
	docs := []Doc{{Text: "路灯", Label: "a", Weight: 50}, {Text: "路灯", Label: "b"}, {Text: "水管", Label: "b"}, {Text: "树木", Label: "a"}}
	if label, _ := trained(t, docs).Best("路灯"); label != "a" {
		t.Error("the heavier decision was not followed")
	}
	docs[0].Weight, docs[1].Weight = 0, 50
	if label, _ := trained(t, docs).Best("路灯"); label != "b" {
		t.Error("the heavier decision was not followed")
	}
}

func TestManyClasses(t *testing.T) {
	var docs []Doc
	for i := range 120 {
		for j := range 3 {
			docs = append(docs, Doc{Text: fmt.Sprintf("事项%c%c的问题，%s", 0x4e00+7*i, 0x6000+11*i, how[j]), Label: fmt.Sprint(i)})
		}
	}
	m, right := trained(t, docs), 0
	for _, d := range docs {
		if label, _ := m.Best(d.Text); label == d.Label {
			right++
		}
	}
	if right < len(docs)*95/100 || !slices.IsSorted(m.Labels()) {
		t.Errorf("%d of %d", right, len(docs))
	}
}

// FuzzRead holds that nothing read breaks it, also with a right checksum, and that what was read can be used and stored again.
func FuzzRead(f *testing.F) {
	var b bytes.Buffer
	m, err := Train(context.Background(), []Doc{{Text: "路灯", Label: "a"}, {Text: "水管", Label: "b"}}, Options{})
	if err != nil {
		f.Fatal(err)
	}
	if _, err := m.WriteTo(&b); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes()[len(magic) : b.Len()-4])
	f.Add([]byte{2, 0, 0})
	f.Fuzz(func(t *testing.T, body []byte) {
		all := append([]byte(magic), body...)
		all = binary.LittleEndian.AppendUint32(all, crc32.ChecksumIEEE(all))
		m, err := Read(bytes.NewReader(all))
		if err != nil {
			return
		}
		m.Suggest("A3区路灯坏了，水管漏水", 3)
		var again bytes.Buffer
		if _, err := m.WriteTo(&again); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(&again); err != nil {
			t.Fatalf("stored again it can't be read: %v", err)
		}
	})
}
