package linear

import (
	"bytes"
	"context"
	"errors"
	"fmt"
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
	for label, list := range what {
		for i, w := range list {
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
