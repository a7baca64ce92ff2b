package triage_test

import (
	"strings"
	"testing"

	"mulin/town/triage"
)

// TestMatters cuts messages that tell several things, and leaves those that tell one.
func TestMatters(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		want []string // how the parts begin; nil: one matter
	}{
		{"一、小区南门的路灯坏了一个星期。二、3号楼前面的垃圾三天没有人清运了。", []string{"小区南门", "3号楼前面"}},
		{"我是东湖花园的住户，想反映两件事：1.楼上夜里装修噪声很大，没法睡觉；2.地下停车场一直漏灯光，车位被外来车占用。谢谢", []string{"我是东湖花园的住户，想反映两件事：楼上夜里", "我是东湖花园的住户，想反映两件事：地下停车场"}},
		{"（1）自来水水压太低，六楼用不上水（2）楼下有人养狗不牵绳，咬过孩子", []string{"自来水", "楼下有人"}},
		{"①电梯经常停在半路，很危险②小区门口每天有人摆摊占道", []string{"电梯", "小区门口"}},
		{"第一，暖气不热，家里只有十二度。第二，孩子的学区划分不清楚，请给个说法。", []string{"暖气", "孩子"}},
		{"门口的路灯坏了很久，晚上看不清。另外，楼后的垃圾堆成山了，苍蝇很多。", []string{"门口", "另外，楼后"}},
		{"自来水发黄，不敢喝。还有就是小区里遛狗不拴绳，孩子很害怕。", []string{"自来水", "还有就是"}},
		{"首先，物业收费不透明。其次，学校门口的斑马线看不清了，孩子过马路很危险。", []string{"物业收费", "学校门口"}},
		{"1、请问人民路的隧道什么时候能修好？2、请问我们村二组的拆迁什么时候轮到？", []string{"请问人民路", "请问我们村"}},
		{"孩子户口不在本地，初中在这里读，中考能在这里考吗？另外，南湖北边那块空地说去年动工，一直没有动静。", []string{"孩子户口", "另外，南湖"}},
		// one matter
		{"一、变电站离学校只有两百米，孩子天天从那里过。二、旁边公园和小区住着三千人，电压这么高不放心。", nil}, // where it is, twice
		{"料场从早到晚噪音很大，关着窗也睡不着。还有扬尘，阳台上一层灰，希望早点搬走。", nil},          // two effects of one thing
		{"买房时说好送车位，现在要另收三万。另外，开发商答应的房产证到今天也没有办下来。", nil},         // one company
		{"楼下棋牌室吵闹到半夜，没法休息。另外楼前乱停车，都是它的客人，救护车也进不来。", nil},         // points back
		{"路灯坏了一个月没人修。另外垃圾也没人清，这个事向物业说过三次都没有结果。", nil},
		{"路灯坏了，希望尽快修好。另外请告知处理结果。", nil},
		{"一、基本情况：路灯坏了三个月。二、诉求：请尽快修好路灯。", nil},
		{"1.停车位太少；2.停车费太贵；3.外来车辆乱停占车位。", nil},
		{"物业不作为，门禁坏了没人修。另外物业费还涨了。", nil},
		{"楼上漏水。此外希望领导重视，尽快给我们一个答复。", nil},
		{"请问1.5米的围墙需要审批吗？", nil},
		{"楼道灯不亮", nil},
		{"", nil},
		{"1. 2. 3.", nil},
		{"二、垃圾没人清。三、路灯不亮。", nil},
	} {
		got := triage.Matters(c.text, nil)
		if len(got) != len(c.want) {
			t.Errorf("%q: %d parts %+v, want %d", c.text, len(got), got, len(c.want))
			continue
		}
		for i, m := range got {
			if !strings.HasPrefix(m.Text, c.want[i]) || !strings.HasSuffix(m.Text, c.text[m.From:m.To]) {
				t.Errorf("%q: part %d is %q (%q), want %q", c.text, i+1, m.Text, c.text[m.From:m.To], c.want[i])
			}
		}
	}
}

// TestASureJudge finds apart what shares no known topic, where it is sure.
func TestASureJudge(t *testing.T) {
	t.Parallel()
	text := "1.东边的门坏了，关不上；2.西边的墙裂了，要倒了。"
	apart := func(s string) (int64, float64) {
		if strings.Contains(s, "门") {
			return 1, 0.9
		}
		return 2, 0.9
	}
	if n := len(triage.Matters(text, apart)); n != 2 {
		t.Errorf("two classes: %d parts", n)
	}
	if n := len(triage.Matters("门口的路灯坏了很久了。另外，楼后的垃圾三天没人清了。", func(string) (int64, float64) { return 1, 0.9 })); n != 2 {
		t.Errorf("one class, two topics: %d parts", n)
	}
	if n := len(triage.Matters(text, func(s string) (int64, float64) { return int64(len(s)), 0.3 })); n != 0 {
		t.Errorf("unsure: %d parts", n)
	}
}

func FuzzMatters(f *testing.F) {
	for _, s := range []string{"一、路灯坏了很久了。二、垃圾没人清运。", "1.1.2.2.3", "①②③", "另外另外。另外", "（1）（2）\xff", "第一第二第三", "首先。其次"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		last := 0
		for _, m := range triage.Matters(text, nil) {
			if m.From < last || m.To <= m.From || m.To > len(text) || m.Text == "" {
				t.Fatalf("%+v in %q", m, text)
			}
			last = m.To
		}
	})
}
