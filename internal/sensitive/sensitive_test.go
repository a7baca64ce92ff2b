package sensitive_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"mulin/internal/sensitive"
)

// masks are texts and what is left of them; nil kinds: nothing is found and the text stays.
var masks = []struct {
	text, want string
	kinds      string
}{
	// mobiles
	{"请打13812345678联系我", "请打138****5678联系我", "mobile"},
	{"电话138-1234-5678", "电话138-****-5678", "mobile"},
	{"138 1234 5678", "138 **** 5678", "mobile"},
	{"138-12345678。", "138-****5678。", "mobile"},
	{"1381 234 5678", "138* *** 5678", "mobile"},
	{"138.1234.5678", "138.****.5678", "mobile"},
	{"138 1234 56 78", "138 **** 56 78", "mobile"},
	{"1 3 8 1 2 3 4 5 6 7 8", "1 3 8 * * * * 5 6 7 8", "mobile"},
	{"+8613812345678", "+86138****5678", "mobile"},
	{"+86 138 1234 5678", "+86 138 **** 5678", "mobile"},
	{"0086-13812345678", "0086-138****5678", "mobile"},
	{"（86）13812345678", "（86）138****5678", "mobile"},
	{"013812345678", "0138****5678", "mobile"},
	{"电话：１３８１２３４５６７８", "电话：１３８****５６７８", "mobile"},
	{"一三八一二三四五六七八", "一三八****五六七八", "mobile"},
	{"幺三八零零幺三八零零零", "幺三八****八零零零", "mobile"},
	{"电话138一二三四5678", "电话138****5678", "mobile"},
	{"Tel13812345678", "Tel138****5678", "mobile"},
	{"vx:13812345678", "vx:138****5678", "mobile"},
	{"微信同号13812345678", "微信同号138****5678", "mobile"},
	{"13812345678转1234", "138****5678转1234", "mobile"},
	{"13812345678/13987654321", "138****5678/139****4321", "mobile mobile"},
	{"13812345678 13987654321", "138****5678 139****4321", "mobile mobile"},
	{"13812345678，0632-5512345", "138****5678，0632-***2345", "mobile landline"},
	{"13812345678vx同号", "138****5678vx同号", "mobile"},
	{"(13812345678)", "(138****5678)", "mobile"},
	// landlines
	{"0632-5512345", "0632-***2345", "landline"},
	{"06325512345", "0632***2345", "landline"},
	{"(0632)5512345", "(0632)***2345", "landline"},
	{"（0632） 551-2345", "（0632） ***-2345", "landline"},
	{"010-88886666转8012", "010-****6666转****", "landline"},
	{"0632-5512345-801", "0632-***2345-***", "landline"},
	{"021 5555 6666", "021 **** 6666", "landline"},
	{"0086 632 5512345", "0086 632 ***2345", "landline"},
	{"家里电话5512345", "家里电话***2345", "landline"},
	{"联系电话：551-2345", "联系电话：***-2345", "landline"},
	{"座机是88886666分机12", "座机是****6666分机**", "landline"},
	// identity cards, check digits right
	{"身份证37048119900307123X", "身份证370481********123X", "identity"},
	{"11010519491231002X", "110105********002X", "identity"},
	{"110105 19491231 002x", "110105 ******** 002x", "identity"},
	{"440524188001010014", "440524********0014", "identity"},
	{"１１０１０５１９４９１２３１００２X", "１１０１０５********００２X", "identity"},
	{"身份证号110105491231002", "身份证号110105******002", "identity"},
	// bank cards
	{"卡号4111 1111 1111 1111", "卡号4111 11** **** 1111", "bank"},
	{"6228480402564890018", "622848*********0018", "bank"},
	{"6228 4804 0256 4890 018", "6228 48** **** ***0 018", "bank"},
	// permits
	{"护照号E12345678", "护照号E1*******", "passport"},
	// plates
	{"鲁D12345乱停", "鲁D***45乱停", "plate"},
	{"鲁D·12345", "鲁D·***45", "plate"},
	{"鲁d a1234", "鲁d ***34", "plate"},
	{"鲁DD12345", "鲁D****45", "plate"},
	{"京A·F12345堵消防通道", "京A·****45堵消防通道", "plate"},
	{"鲁D1234学", "鲁D***4学", "plate"},
	{"鲁D1234警。", "鲁D***4警。", "plate"},
	{"粤Z1234港", "粤Z***4港", "plate"},
	{"鲁Ｄ１２３４５", "鲁Ｄ***４５", "plate"},
	// homes
	{"阳光小区3号楼2单元501室漏水", "阳光小区3号楼*单元***室漏水", "room"},
	{"阳光花园5栋1203", "阳光花园5栋****", "room"},
	{"12幢3-402", "12幢*-***", "room"},
	{"12幢3-402室", "12幢*-***室", "room"},
	{"翠湖苑3-2-501", "翠湖苑3-*-***", "room"},
	{"翠湖苑3-501", "翠湖苑3-***", "room"},
	{"3号楼501室", "3号楼***室", "room"},
	{"３号楼２单元５０１室", "３号楼*单元***室", "room"},
	{"三号楼二单元五零一室", "三号楼*单元***室", "room"},
	{"十二号楼三单元二楼东户", "十二号楼*单元*楼*户", "room"},
	{"2单元501", "*单元***", "room"},
	{"3 号楼 2 单元 501 室", "3 号楼 * 单元 *** 室", "room"},
	{"3 号楼 2 单元楼道灯不亮", "", ""},
	{"3号楼 501", "3号楼 ***", "room"},
	{"2单元5楼西户没水", "*单元*楼*户没水", "room"},
	{"3#楼1单元201", "3#楼*单元***", "room"},
	{"3#1单元201", "3#*单元***", "room"},
	{"G1栋1624业主", "G1栋****业主", "room"},
	{"A座1203室", "A座****室", "room"},
	{"B栋2单元301号", "B栋*单元***号", "room"},
	{"中山路12号301室", "中山路12号***室", "room"},
	{"我家501室", "我家***室", "room"},
	{"东单元302", "*单元***", "room"},
	{"3号楼，2单元，501", "3号楼，*单元，***", "room"},
	{"5楼东户", "*楼*户", "room"},
	{"Building 3, Room 501", "Building 3, Room ***", "room"},
	{"13812345678 3号楼2单元501室", "138****5678 3号楼*单元***室", "mobile room"},
	// mail and accounts
	{"zhang.san@example.com", "z****.***@example.com", "mail"},
	{"13812345678@139.com", "1**********@139.com", "mail"},
	{"QQ：12345678", "QQ：12******", "chat"},
	{"加微信号abc_12345", "加微信号ab*******", "chat"},
	{"vx: zhang1990", "vx: zh*******", "chat"},

	// what stays
	{"事项261125-00012", "", ""},
	{"编号131125-00012已办结", "", ""},
	{"订单号13812345678901234567", "", ""},
	{"订单号：13812345678", "", ""},
	{"电表户号13812345678", "", ""},
	{"水表编号 20231812345678", "", ""},
	{"12345热线、110、95598、400-810-1234", "", ""},
	{"2026年11月25日10时30分", "", ""},
	{"2026-11-25 10:30:00", "", ""},
	{"1500元，共3000块", "", ""},
	{"价格13812.50元", "", ""},
	{"面积1380平方米", "", ""},
	{"3号楼楼道灯不亮", "", ""},
	{"3号楼2单元门口有积水", "", ""},
	{"3号楼5楼走廊", "", ""},
	{"小区共有12栋楼1203户居民", "", ""},
	{"18号、21号厂房", "", ""},
	{"5号-13号补课", "", ""},
	{"行政大楼二楼60号窗口", "", ""},
	{"5栋2024年建成", "", ""},
	{"5栋120户业主", "", ""},
	{"中山路12号对面", "", ""},
	{"政务大厅3楼305室办理", "", ""},
	{"社区居委会201室", "", ""},
	{"室内温度16度", "", ""},
	{"办公室没人", "", ""},
	{"104国道与326省道交叉口", "", ""},
	{"一二三四五六七八九十", "", ""},
	{"K138+500处路面塌陷", "", ""},
	{"G3高速", "", ""},
	{"A4纸打印", "", ""},
	{"新A5级景区", "", ""},
	{"110105194912310021身份", "", ""},       // wrong check digit
	{"999905194912310021", "", ""},         // no such province
	{"62284804025648900181234567", "", ""}, // too long for a card
	{"4111111111111111", "", ""},           // nothing speaks of a card
	{"表号6228480402564890018", "", ""},      // a meter
	{"192.168.100.200", "", ""},
	{"微信公众号", "", ""},
	{"微信支付35元", "", ""},
	{"a@b", "", ""},
	{"@所有人", "", ""},
	{"第3单元的课文", "", ""},
	{"老人85岁，3月2日摔伤", "", ""},
	{"邮编277500", "", ""},
	{"统一社会信用代码91370481MA3C12345X", "", ""},
	{"138****5678", "", ""},
	{"", "", ""},
	{"\xff\xfe1381\x80", "", ""},
	{"没有数字的一段话，说的是路灯和井盖。", "", ""},
}

func TestMask(t *testing.T) {
	for _, x := range masks {
		want := x.want
		if want == "" {
			want = x.text
		}
		got := sensitive.Mask(x.text)
		if got != want {
			t.Errorf("Mask(%q) = %q, want %q", x.text, got, want)
		}
		if n, m := utf8.RuneCountInString(got), utf8.RuneCountInString(x.text); n != m {
			t.Errorf("Mask(%q) has %d signs, was %d", x.text, n, m)
		}
		var kinds []string
		for _, s := range sensitive.Find(x.text) {
			kinds = append(kinds, string(s.Kind))
		}
		if got := strings.Join(kinds, " "); got != x.kinds {
			t.Errorf("Find(%q): %s, want %s", x.text, got, x.kinds)
		}
		if again := sensitive.Mask(got); again != got {
			t.Errorf("Mask(%q) = %q: masking again changes it", got, again)
		}
	}
}

// FuzzMask: never a panic; spans in order, apart, on whole runes; masking again changes nothing, and a masked text is as long as before.
func FuzzMask(f *testing.F) {
	for _, x := range masks {
		f.Add(x.text)
		f.Add(x.text + x.text)
		f.Add("3号楼 " + x.text)
		f.Add(x.text + "-5512345")
	}
	f.Fuzz(func(t *testing.T, text string) {
		at := 0
		for _, s := range sensitive.Find(text) {
			if s.From < at || s.To <= s.From || s.To > len(text) {
				t.Fatalf("Find(%q): span %v after %d", text, s, at)
			}
			if !utf8.RuneStart(text[s.From]) || s.To < len(text) && !utf8.RuneStart(text[s.To]) && utf8.ValidString(text) {
				t.Fatalf("Find(%q): %v cuts a rune", text, s)
			}
			at = s.To
		}
		masked, kinds := sensitive.MaskKinds(text)
		if n, m := utf8.RuneCountInString(masked), utf8.RuneCountInString(text); n != m {
			t.Fatalf("Mask(%q) = %q: %d signs, was %d", text, masked, n, m)
		}
		if (kinds != 0) != (masked != text) {
			t.Fatalf("Mask(%q) = %q hides %v", text, masked, kinds.Kinds())
		}
		if again := sensitive.Mask(masked); again != masked {
			t.Fatalf("Mask(%q) = %q, again %q", text, masked, again)
		}
		if erased := sensitive.Erase(text); sensitive.Erase(erased) != erased {
			t.Fatalf("Erase(%q) = %q, again %q", text, erased, sensitive.Erase(erased))
		}
	})
}

func TestErase(t *testing.T) {
	for text, want := range map[string]string{
		"身份证11010519491231002X，电话13812345678": "身份证110105********002X，电话13812345678",
		"卡号6228480402564890018":               "卡号622848*********0018",
		"卡号6228 4804 0256 4890 018":           "卡号6228 48** **** ***0 018",
		"护照E12345678":                         "护照E1*******",
		"3号楼2单元501室，鲁D12345":                  "3号楼2单元501室，鲁D12345",
		"电话13812345678":                       "电话13812345678",
	} {
		got := sensitive.Erase(text)
		if got != want {
			t.Errorf("Erase(%q) = %q, want %q", text, got, want)
		}
		if sensitive.Erased(got) != (got != text) {
			t.Errorf("Erased(%q) = %v", got, sensitive.Erased(got))
		}
	}
	for _, text := range []string{"138****5678", "0632-***2345", "3号楼*单元***室", "**重要**", "******", "1500**", ""} {
		if sensitive.Erased(text) {
			t.Errorf("Erased(%q) = true", text)
		}
	}
}

func TestKindsOf(t *testing.T) {
	s := sensitive.KindsOf("13812345678，3号楼2单元501室")
	if !s.Has(sensitive.Mobile) || !s.Has(sensitive.Room) || s.Has(sensitive.Bank) || len(s.Kinds()) != 2 {
		t.Errorf("KindsOf = %v", s.Kinds())
	}
	if sensitive.KindsOf("路灯不亮") != 0 {
		t.Error("a text about lamps betrays something")
	}
}

var (
	dry = strings.Repeat("小区门口的路灯坏了好几天，晚上看不清路，请尽快派人来修。", 7)
	wet = strings.Repeat("我家住阳光小区3号楼2单元501室，电话13812345678，路灯坏了好几天。", 5)
	few = strings.Repeat("小区门口的路灯坏了5天，晚上看不清路，2个老人摔倒，请尽快派人来修。", 6)
)

func BenchmarkMask(b *testing.B) {
	for name, text := range map[string]string{"no digits, 200 signs": dry, "some digits, 200 signs": few, "full of it, 200 signs": wet} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				sensitive.Mask(text)
			}
		})
	}
}

func BenchmarkErase(b *testing.B) {
	for name, text := range map[string]string{"no digits, 200 signs": dry, "some digits, 200 signs": few, "full of it, 200 signs": wet} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				sensitive.Erase(text)
			}
		})
	}
}

func BenchmarkWorst(b *testing.B) {
	for name, unit := range map[string]string{"digits": "1", "pairs": "13 ", "at": "a@", "numerals": "一", "rooms": "3号楼2单元", "sides": "东", "stars": "1*", "letters": "a1"} {
		for _, n := range []int{1000, 10000} {
			text := strings.Repeat(unit, n)
			b.Run(name, func(b *testing.B) {
				b.SetBytes(int64(len(text)))
				for b.Loop() {
					sensitive.Mask(text)
				}
			})
		}
	}
}
