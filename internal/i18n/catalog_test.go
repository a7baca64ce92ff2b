package i18n_test

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"mulin/internal/clock"
	"mulin/internal/fault"
	"mulin/internal/i18n"
)

// files makes a folder of word lists.
func files(pairs ...string) fstest.MapFS {
	m := fstest.MapFS{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = &fstest.MapFile{Data: []byte(pairs[i+1])}
	}
	return m
}

// common is the catalog of the generic words only.
func common(t *testing.T) *i18n.Catalog {
	t.Helper()
	m := fstest.MapFS{}
	b, err := os.ReadFile("../../gate/words/common.toml")
	if err != nil {
		t.Fatal(err)
	}
	m["common.toml"] = &fstest.MapFile{Data: b}
	c, err := i18n.Load(m)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestLoadRefuses(t *testing.T) {
	t.Parallel()
	for name, x := range map[string]struct {
		fs   fstest.MapFS
		want string
	}{
		"missing":      {files("a.toml", `"k" = ["字"]`), `"k" has 1 sentences`},
		"extra":        {files("a.toml", `"k" = ["字", "word", "mot"]`), `"k" has 3 sentences`},
		"placeholders": {files("a.toml", `"k" = ["{0}{1}", "{0} {0|day|days}"]`), `"k" has placeholders [0 1] in zh and [0] in en`},
		"twice":        {files("a.toml", `"k" = ["字", "word"]`, "wing/b.toml", `"k" = ["字", "word"]`), `wing/b.toml: "k" is in another file too`},
		"not flat":     {files("a.toml", `a.k = ["字", "word"]`), `a.toml`},
		"open":         {files("a.toml", `"k" = ["{0", "{0}"]`), `bad placeholder in "{0"`},
		"two forms":    {files("a.toml", `"k" = ["{0}", "{0|days}"]`), `bad placeholder`},
		"large":        {files("a.toml", `"k" = ["{10}", "{10}"]`), `bad placeholder`},
		"no toml":      {files("a.toml", `"k" = `), `a.toml`},
	} {
		_, err := i18n.Load(x.fs)
		if err == nil || !strings.Contains(err.Error(), x.want) {
			t.Errorf("%s: Load = %v, want %s", name, err, x.want)
		}
	}
}

func TestT(t *testing.T) {
	t.Parallel()
	c, err := i18n.Load(files(
		"a.toml", `"days" = ["还有 {0} 天", "{0} {0|day|days} left"]
"swap" = ["{1}给{0}", "{0} from {1}"]
"brace" = ["{a} { {0}", "{a} { {0}"]
"term" = ["状态为{0}", "it is {0}"]
"state" = ["办结", "resolved"]`))
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		key    string
		args   []any
		zh, en string
	}{
		{"days", []any{1}, "还有 1 天", "1 day left"},
		{"days", []any{int64(2)}, "还有 2 天", "2 days left"},
		{"days", []any{0}, "还有 0 天", "0 days left"},
		{"days", []any{1.5}, "还有 1.5 天", "1.5 days left"},
		{"days", []any{"1"}, "还有 1 天", "1 day left"},
		{"days", nil, "还有 {0} 天", "{0} {0} left"},
		{"swap", []any{"甲", "乙"}, "乙给甲", "甲 from 乙"},
		{"swap", []any{"{1}", "乙"}, "乙给{1}", "{1} from 乙"}, // an argument is never read as a pattern
		{"brace", []any{"x"}, "{a} { x", "{a} { x"},
		{"term", []any{i18n.Key("state")}, "状态为办结", "it is resolved"},
		{"nobody.wrote.this", nil, "nobody.wrote.this", "nobody.wrote.this"},
	} {
		if got := c.Words("zh").T(x.key, x.args...); got != x.zh {
			t.Errorf("zh T(%q, %v) = %q, want %q", x.key, x.args, got, x.zh)
		}
		if got := c.Words("en").T(x.key, x.args...); got != x.en {
			t.Errorf("en T(%q, %v) = %q, want %q", x.key, x.args, got, x.en)
		}
	}
	if got := c.Args("swap"); got != 2 {
		t.Errorf("Args(swap) = %d, want 2", got)
	}
	if got := c.Args("none"); got != -1 {
		t.Errorf("Args of no key = %d, want -1", got)
	}
	if got := c.Words("en").Under("d")["ays"]; got != "{0} {0|day|days} left" {
		t.Errorf("Under = %q", got)
	}
	if w := c.Words("fr"); w.Lang() != "zh" || !w.Has("days") || w.Has("none") {
		t.Errorf("an unknown language gets %q", w.Lang())
	}
	if len(c.Keys()) != 5 {
		t.Errorf("Keys = %v", c.Keys())
	}
}

func TestMatch(t *testing.T) {
	t.Parallel()
	c := common(t)
	for header, want := range map[string]string{
		"":                              "zh",
		"fr-FR":                         "zh",
		"en":                            "en",
		"EN-us,en;q=0.9,zh;q=0.8":       "en",
		"zh-CN,zh;q=0.9,en;q=0.8":       "zh",
		"fr, en;q=0.2, zh-TW; q=0.1":    "en",
		"zh;q=0.3,en;q=0.7":             "en",
		"en;q=0,zh;q=0.1":               "zh",
		"en;q=x":                        "zh",
		"*":                             "zh",
		";;;,,,=":                       "zh",
		"en;q=9, zh;q=0.5":              "zh",
		"de;q=1, english;q=1, en;q=0.1": "en",
	} {
		if got := c.Match(header); got != want {
			t.Errorf("Match(%q) = %q, want %q", header, got, want)
		}
	}
}

func TestFaultAndLimit(t *testing.T) {
	t.Parallel()
	c := common(t)
	f := fault.Field("makeup", "clock.date.both", "2026-10-10")
	if got, want := c.Words("zh").Fault(f), "2026-10-10 既是放假日又是调休上班日，请去掉一个"; got != want {
		t.Errorf("Fault = %q, want %q", got, want)
	}
	for _, x := range []struct {
		l      clock.Limit
		zh, en string
	}{
		{clock.Limit{Amount: 24, Unit: clock.Hour}, "24 小时", "24 hours"},
		{clock.Limit{Amount: 1, Unit: clock.WorkHour}, "1 个工作小时", "1 working hour"},
		{clock.Limit{Amount: 5, Unit: clock.WorkDay}, "5 个工作日", "5 working days"},
		{clock.Limit{Amount: 15, Unit: clock.Day}, "15 个自然日", "15 calendar days"},
	} {
		if zh, en := c.Words("zh").Limit(x.l), c.Words("en").Limit(x.l); zh != x.zh || en != x.en {
			t.Errorf("Limit(%v) = %q, %q, want %q, %q", x.l, zh, en, x.zh, x.en)
		}
	}
}

func FuzzLoad(f *testing.F) {
	f.Add(`"k" = ["{0|a|b}{9}", "{9}{0}"]`)
	f.Add(`"k" = ["{0", "{0}"]`)
	f.Fuzz(func(t *testing.T, text string) {
		c, err := i18n.Load(files("a.toml", text))
		if err != nil {
			return
		}
		for _, key := range c.Keys() {
			c.Words("en").T(key, 1, "x")
			c.Args(key)
		}
	})
}
