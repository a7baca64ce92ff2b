package words_test

import (
	"slices"
	"strings"
	"testing"

	"mulin/gate/words"
	"mulin/internal/i18n"
)

const root = "../.."

func load(t *testing.T) *i18n.Catalog {
	t.Helper()
	c, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestLists sees that both languages hold the same keys with the same placeholders, and nothing is left empty.
func TestLists(t *testing.T) {
	t.Parallel()
	c := load(t)
	for _, lang := range i18n.Langs {
		w := c.Words(lang)
		for _, key := range c.Keys() {
			if strings.TrimSpace(w.T(key)) == "" {
				t.Errorf("%s: %q is empty", lang, key)
			}
		}
	}
}

// TestUsed sees that every key the source says exists and gets the arguments it needs, and that every key is said somewhere.
func TestUsed(t *testing.T) {
	t.Parallel()
	c := load(t)
	s := scanTree(t, root)
	said := map[string]bool{}
	for _, u := range s.uses {
		switch need := c.Args(u.key); {
		case need < 0:
			t.Errorf("%s: no sentence for %q", u.where, u.key)
		case u.args >= 0 && u.args < need:
			t.Errorf("%s: %q takes %d arguments, has %d", u.where, u.key, need, u.args)
		}
		said[u.key] = true
	}
	begins := append(nouns(t), composed...)
	for _, p := range s.prefixes {
		if !slices.ContainsFunc(c.Keys(), func(key string) bool { return strings.HasPrefix(key, p.key) }) {
			t.Errorf("%s: no sentence begins with %q", p.where, p.key)
		}
		begins = append(begins, p.key)
	}
	for _, key := range c.Keys() {
		if said[key] || s.literals[key] {
			continue
		}
		if !slices.ContainsFunc(begins, func(p string) bool { return strings.HasPrefix(key, p) }) {
			t.Errorf("nobody says %q; delete it, or list its beginning in composed_test.go", key)
		}
	}
}

// TestScan sees that the scanner finds keys where they are said.
func TestScan(t *testing.T) {
	t.Parallel()
	const code = `package x
var a = fault.New(fault.Conflict, "k.new", 1)
func f(l *fault.List, w *i18n.Words, s string, rest []any) {
	l.Check(len(s) > 0 && g(s, "no"),
		"field", "k.check")
	fault.Field("field", "k.field", 1, 2)
	fault.New(fault.Denied, "k.with").With(1, w.T("k.inner", 1))
	_ = &fault.Fault{Kind: fault.Denied, Key: "k.whole"}
	w.T("k.t", 1, i18n.Key("k.key"))
	w.T("k.rest", rest...)
	w.T("k.part." + s + ".end")
	w.T(s)
	_ = map[string]string{"x": "k.table"}
}`
	want := []string{"k.check", "k.field", "k.inner", "k.key", "k.new", "k.rest", "k.t", "k.whole", "k.with"}
	s := &scan{literals: map[string]bool{}}
	s.file(t, "x.go", ".go", []byte(code))
	args := map[string]int{"k.new": -1, "k.rest": -1, "k.with": -1, "k.whole": -1, "k.key": 0, "k.t": 2, "k.field": 2, "k.inner": 1}
	var got []string
	for _, u := range s.uses {
		got = append(got, u.key)
		if u.args != args[u.key] {
			t.Errorf("%q has %d arguments, want %d", u.key, u.args, args[u.key])
		}
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("found %v, want %v", got, want)
	}
	if len(s.prefixes) != 1 || s.prefixes[0].key != "k.part." {
		t.Errorf("beginnings %v, want k.part.", s.prefixes)
	}
	if !s.literals["k.table"] {
		t.Error("the key in a table isn't found")
	}

	s = &scan{literals: map[string]bool{}}
	s.file(t, "x.templ", ".templ", []byte(`<p title={ w.T("k.one", x) }>{ w.T("k.part." + y) } { i18n.Key("k.two") }</p> @row("k.three")`))
	if len(s.uses) != 2 || s.uses[0].key != "k.one" || s.uses[1].key != "k.two" || len(s.prefixes) != 1 || !s.literals["k.three"] {
		t.Errorf("templ: uses %v, beginnings %v", s.uses, s.prefixes)
	}
	s = &scan{literals: map[string]bool{}}
	s.file(t, "x.go", ".go", []byte("package x\nfunc broken( {\n\t"+`return fault.New(fault.Denied, "k.new") // l.Check(f(a, b), "f", "k.check")`))
	if len(s.uses) != 2 {
		t.Errorf("broken Go: uses %v, want two", s.uses)
	}
}

// TestSentences reads some of the sentences that people see most.
func TestSentences(t *testing.T) {
	t.Parallel()
	c := load(t)
	const hour = 3_600_000_000
	for _, x := range []struct{ got, want string }{
		{c.Words("zh").Left(2*hour, 0), "2 小时后到期"},
		{c.Words("zh").Left(0, 24*hour), "超期 1 天"},
		{c.Words("en").Left(2*hour, 0), "due in 2 hours"},
		{c.Words("en").Left(0, 24*hour), "1 day overdue"},
		{c.Words("zh").T("error.internal", "7K2M"), "系统出现故障，请稍后再试。如仍不行，请把编号 7K2M 告诉管理员"},
	} {
		if x.got != x.want {
			t.Errorf("got %q, want %q", x.got, x.want)
		}
	}
}
