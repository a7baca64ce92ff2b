package lexicon_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"mulin/internal/lexicon"
)

func TestTheLongestNameIsFoundHoweverItIsWritten(t *testing.T) {
	t.Parallel()
	names := []string{"东湖", "东湖花园", "东湖花园二期", "龙泉街道", "ABC大厦", "", "东湖"}
	l := lexicon.New(names)
	for text, want := range map[string]string{
		"东湖花园二期北门":            "东湖花园二期",
		"住在东湖花园，离东湖不远":        "东湖花园 东湖",
		"东 湖\u200b花园":         "东湖花园",
		"龙泉　街道":               "龙泉街道",
		"去ａｂｃ大厦办事":            "ABC大厦",
		"东湖东湖":                "东湖 东湖",
		"花园":                  "",
		"":                    "",
		"东":                   "",
		"\xff东湖\xff花园 东湖\xff": "东湖 东湖",
	} {
		f := lexicon.Fold(text)
		var got []string
		for _, h := range l.Find(f.Runes, nil) {
			got = append(got, names[h.Name])
			from, to := f.Source(h.From, h.To)
			if back := lexicon.Fold(text[from:to]).Runes; string(back) != string(lexicon.Fold(names[h.Name]).Runes) {
				t.Errorf("in %q, %q is marked for %q", text, text[from:to], names[h.Name])
			}
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("in %q are %q, want %q", text, s, want)
		}
	}
}

func TestARefusedHitLeavesTheShorter(t *testing.T) {
	t.Parallel()
	l := lexicon.New([]string{"东湖", "东湖花园"})
	hits := l.Find([]rune("东湖花园"), func(h lexicon.Hit) bool { return h.To-h.From == 2 })
	if len(hits) != 1 || hits[0].Name != 0 {
		t.Errorf("found %v", hits)
	}
}

func TestNumbers(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]struct{ n, end int }{
		"3号": {3, 1}, "十二栋": {12, 2}, "二十三": {23, 3}, "二十": {20, 2}, "一百零五": {105, 4}, "一百二十三": {123, 5}, "一〇三": {103, 3}, "三百": {300, 2},
		"两": {2, 1}, "号": {0, 0}, "": {0, 0}, "0012": {12, 4}, "13800001234": {0, 0}, "三四五六七": {0, 0}, "十": {10, 1}, "二一": {21, 2}, "一千零一": {1001, 4},
	} {
		if n, end := lexicon.Number([]rune(text), 0); n != want.n || end != want.end {
			t.Errorf("Number(%q) = %d, %d, want %v", text, n, end, want)
		}
	}
	for text, want := range map[string]string{"b座": "b", "a3栋": "a3", "三": "3", "03": "3", "abc": "", "座": ""} {
		if got, _ := lexicon.Ordinal([]rune(text), 0); got != want {
			t.Errorf("Ordinal(%q) = %q, want %q", text, got, want)
		}
	}
}

func FuzzFind(f *testing.F) {
	for _, s := range []string{"东湖花园3号楼", "ＡＢＣ", "\xff\xfe", "é\u0301", "㍿", "一二三四五", "�东湖"} {
		f.Add(s, "东湖")
	}
	f.Fuzz(func(t *testing.T, text, name string) {
		l := lexicon.New([]string{name, "东湖花园", "龙泉"})
		folded := lexicon.Fold(text)
		last := 0
		for _, h := range l.Find(folded.Runes, nil) {
			if h.From < last || h.To <= h.From || h.To > len(folded.Runes) {
				t.Fatalf("%v in %q", h, text)
			}
			last = h.To
			from, to := folded.Source(h.From, h.To)
			if from < 0 || to > len(text) || from >= to || utf8.ValidString(text) && !utf8.ValidString(text[from:to]) {
				t.Fatalf("%v stands at %d-%d of %q", h, from, to, text)
			}
		}
		for i := range folded.Runes {
			if _, end := lexicon.Ordinal(folded.Runes, i); end < i || end > len(folded.Runes) {
				t.Fatalf("a number from %d to %d of %q", i, end, text)
			}
		}
	})
}
