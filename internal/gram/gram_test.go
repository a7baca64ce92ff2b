package gram_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"mulin/internal/gram"
)

func TestTokens(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, want string }{
		{"", ""},
		{"，。!", ""},
		{"水", "水"},
		{"停水", "停水 水"},
		{"路灯不亮", "路灯 灯不 不亮 亮"},
		{"路灯，路灯", "路灯 灯"},
		{"3号楼2单元", "3 号楼 楼 2 单元 元"},
		{"ＡＢＣ１２３ 热线", "abc123 热线 线"},
		{"Café CAFÉ cafe\u0301", "café"},
		{"面积50㎡①", "面积 积 50m21"},
		{"a\x00b\xffc", "a b c"},
		{"停\u200b水\ufeff", "停水 水"},
		{"𠮷野家", "𠮷野 野家 家"},
		{"カラオケ", "カラ ラオ オケ ケ"},
		{"йод Дом", "йод дом"},
		{strings.Repeat("x", 100), strings.Repeat("x", 64)},
	} {
		if got := strings.Join(gram.Tokens(c.text), " "); got != c.want {
			t.Errorf("Tokens(%q) = %q, want %q", c.text, got, c.want)
		}
	}
}

func TestTerms(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, want string }{
		{"", ""},
		{"水", "水"},
		{"停水", "停 水 停水"},
		{"路灯不亮", "路 灯 不 亮 路灯 灯不 不亮 路灯不 灯不亮"},
		{"路灯，路灯", "路 灯 路灯"},
		{"3号楼 A座", "3 号 楼 号楼 a 座"},
		{"𠮷野家", "𠮷 野 家 𠮷野 野家 𠮷野家"},
		{strings.Repeat("x", 100), strings.Repeat("x", 64)},
	} {
		if got := strings.Join(gram.Terms(c.text), " "); got != c.want {
			t.Errorf("Terms(%q) = %q, want %q", c.text, got, c.want)
		}
	}
}

func TestTokensManyDifferent(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for r := rune(0x4e00); r < 0x4e00+3000; r++ {
		b.WriteRune(r)
	}
	for range 2 {
		b.WriteString(" a b c d e f 1 2 3")
	}
	if got := len(gram.Tokens(b.String())); got != 2999+1+9 {
		t.Errorf("%d tokens, want %d", got, 3009)
	}
}

func TestQuery(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text, want string
		ok         bool
	}{
		{"路灯", "路灯", true},
		{"水", "水", true},
		{"路灯不亮 12345", "路灯不 灯不亮 12345", true},
		{"自来水 水管", "自来水 水管", true},
		{"A座", "a 座", true},
		{" ，？ ", "", false},
		{"", "", false},
		{"*", "", false},
	} {
		all, ok := gram.Query(c.text)
		if got := strings.Join(all, " "); got != c.want || ok != c.ok {
			t.Errorf("Query(%q) = %q, %v, want %q, %v", c.text, got, ok, c.want, c.ok)
		}
	}
}

func TestMatch(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text, query string
		want        bool
	}{
		{"小区门口路灯不亮", "路灯", true},
		{"小区门口路灯不亮", "路灯 小区", true},
		{"小区门口路灯不亮", "路亮", false},
		{"路灯亮，灯不停，不亮", "路灯不亮", false},
		{"停水三天", "水", true},
		{"又停水。", "水", true},
		{"拨打 12345 热线", "12345热线", true},
		{"拨打12345热线", "1234", false},
		{"拨打12345热线", "12345 拨打", true},
		{"5 号楼 3 单元", "5号楼3单元", true},
		{"ＷＩＦＩ 坏了", "wifi", true},
		{"the lamp", "lam", false},
		{"lamps, lamp", "LAMP", true},
		{"滕州市，龙泉街道", "滕州市,龙泉", true},
		{"甲，乙", "甲乙", false},
		{"路灯", "", false},
		{"路灯", "。", false},
	} {
		if got := gram.Match(c.text, c.query); got != c.want {
			t.Errorf("Match(%q, %q) = %v, want %v", c.text, c.query, got, c.want)
		}
	}
}

func show(parts []gram.Part) string {
	var b strings.Builder
	for _, p := range parts {
		if p.Hit {
			b.WriteString("[" + p.Text + "]")
		} else {
			b.WriteString(p.Text)
		}
	}
	return b.String()
}

func TestSnippet(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text, query string
		runes       int
		want        string
	}{
		{"小区门口路灯不亮", "路灯", 100, "小区门口[路灯]不亮"},
		{"小区门口路灯不亮", "路灯 灯不", 100, "小区门口[路灯不]亮"},
		{"小区门口路灯不亮", "停水", 4, "小区门口…"},
		{"一二三四五六七八九十路灯一二三四五六七八九十", "路灯", 8, "…九十[路灯]一二三四…"},
		{"一二三四五六七八九十路灯", "路灯", 8, "…五六七八九十[路灯]"},
		{"拨打 ＡＢＣ 热线", "abc热线", 100, "拨打 [ＡＢＣ 热线]"},
		{"面积50㎡左右", "50m2", 100, "面积[50㎡]左右"},
		{"水。一二三四五六七八九十水路灯", "水 路灯", 8, "…六七八九十[水路灯]"},
		{"", "水", 8, ""},
	} {
		if got := show(gram.Snippet(c.text, c.query, c.runes)); got != c.want {
			t.Errorf("Snippet(%q, %q, %d) = %q, want %q", c.text, c.query, c.runes, got, c.want)
		}
	}
}

func FuzzGram(f *testing.F) {
	f.Add("小区门口路灯不亮，请拨打12345", "路灯 12345")
	f.Add("5 号楼 cafe\u0301 ㎡①", "5号楼")
	f.Add("a\xff水\u200b管", "水管")
	f.Add("İstanbul K ﷺ", "k")
	f.Fuzz(func(t *testing.T, text, query string) {
		tokens := gram.Terms(text)
		for i, k := range tokens {
			if k == "" || len(k) > 64 || !utf8.ValidString(k) || strings.ContainsAny(k, "* '\"\x00") || slices.Contains(tokens[:i], k) {
				t.Fatalf("Terms(%q) holds %q", text, k)
			}
		}
		all, ok := gram.Query(query)
		if ok && gram.Match(text, query) {
			for _, q := range all {
				if !slices.Contains(tokens, q) {
					t.Fatalf("Match(%q, %q), but %q isn't in %q", text, query, q, tokens)
				}
			}
		}
		if self, ok := gram.Query(text); ok {
			for _, q := range self {
				if !slices.Contains(tokens, q) {
					t.Fatalf("%q of Query(%q) isn't in its Terms %q", q, text, tokens)
				}
			}
		}
		var b strings.Builder
		for _, p := range gram.Snippet(text, query, 20) {
			b.WriteString(p.Text)
		}
		whole := strings.ToValidUTF8(text, "\uFFFD")
		if s := b.String(); !strings.Contains("…"+whole+"…", s) && !strings.Contains(whole, strings.TrimSuffix(strings.TrimPrefix(s, "…"), "…")) {
			t.Fatalf("Snippet(%q, %q) = %q", text, query, s)
		}
	})
}

var long = string([]rune(strings.Repeat("小区东门口的路灯坏了三天，晚上很黑，老人出行不便，请拨打12345尽快安排维修！", 5))[:150])

func BenchmarkTokens(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		gram.Tokens(long)
	}
}

func BenchmarkTerms(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		gram.Terms(long)
	}
}

// BenchmarkTokensDifferent has no pair twice.
func BenchmarkTokensDifferent(b *testing.B) {
	var s strings.Builder
	for r := rune(0x4e00); r < 0x4e00+150; r++ {
		s.WriteRune(r)
	}
	text := s.String()
	b.ReportAllocs()
	for b.Loop() {
		gram.Tokens(text)
	}
}

func BenchmarkMatch(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		gram.Match(long, "维修 路灯坏了")
	}
}
