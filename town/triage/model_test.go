package triage_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/ledger"
	"mulin/internal/register/registertest"
	"mulin/internal/store"
	"mulin/internal/storetest"
	"mulin/town/casework"
	"mulin/town/catalog"
	"mulin/town/towntest"
	"mulin/town/triage"
)

// said are beginnings and ends that make many messages of each class; they were written for these tests.
var said = map[string][2][]string{
	"城乡建设 / 供水": {{"水管", "自来水", "水龙头", "水表", "供水管道", "楼下的水阀"}, {"爆裂漏水了", "停水两天", "流出来是黄水", "压力太小上不去", "一直在渗水"}},
	"城乡建设 / 燃气": {{"煤气", "天然气管道", "燃气表", "燃气阀门", "灶具的气管"}, {"有泄漏的味道", "打不着火没有气", "老化需要更换", "充值后不通气"}},
	"环境保护 / 噪音": {{"工地夜里施工", "楼下烧烤店音响", "广场舞喇叭", "装修电钻", "酒吧的低音炮"}, {"吵得睡不着", "噪音太大影响孩子学习", "凌晨还在响", "声音扰民"}},
	"环境保护 / 垃圾": {{"垃圾桶", "楼道里的垃圾", "建筑垃圾", "厨余垃圾", "垃圾站"}, {"没人清运", "堆满了很臭", "苍蝇很多", "到处乱扔"}},
}

func each(t *testing.T, f func(t *testing.T, w *towntest.Town, clk *clock.Fake)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		w := towntest.Build(t, storetest.NewCity(t, db))
		tree(t, w)
		f(t, w, clk)
	})
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// tree makes the classes of said.
func tree(t testing.TB, w *towntest.Town) {
	t.Helper()
	ok(t, w.Catalog.UrgencyNoun().Save(t.Context(), w.System(), &catalog.UrgencyEntry{Code: "2h", Rank: 1, Words: "煤气+味 爆裂"}))
	ok(t, w.Catalog.ClassNoun().Save(t.Context(), w.System(), &catalog.ClassEntry{Above: "城乡建设", Name: "供水", Says: "家里没水；水管漏水"}, &catalog.ClassEntry{Above: "城乡建设", Name: "燃气"},
		&catalog.ClassEntry{Above: "环境保护", Name: "噪音"}, &catalog.ClassEntry{Above: "环境保护", Name: "垃圾"}, &catalog.ClassEntry{Above: "民政", Name: "低保"}))
}

func class(t testing.TB, w *towntest.Town, name string) int64 {
	t.Helper()
	c, found := w.Catalog.ByFullName(name)
	if !found {
		t.Fatalf("no class %s", name)
	}
	return c.ID
}

// past files n closed cases of every class, led by the water company where it is water.
func past(t testing.TB, w *towntest.Town, n int) {
	t.Helper()
	names := []string{}
	for name := range said {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		s := said[name]
		for i := range n {
			text := fmt.Sprintf("%s%s，%d号楼，请尽快处理。", s[0][i%len(s[0])], s[1][i/len(s[0])%len(s[1])], i)
			rec, err := w.Desk.Open(t.Context(), w.System(), casework.Report{Text: text, Class: class(t, w, name), Point: &towntest.Inside})
			ok(t, err)
			to := w.Power.ID
			if strings.HasSuffix(name, "供水") {
				to = w.Water.ID
			}
			for _, s := range []struct {
				v casework.Verb
				s casework.Step
			}{{casework.Dispatch, casework.Step{To: to}}, {casework.Take, casework.Step{}}, {casework.Done, casework.Step{Note: "好了"}}, {casework.Answer, casework.Step{Note: "已处理"}}, {casework.Archive, casework.Step{}}} {
				_, err = w.Desk.Act(t.Context(), w.System(), rec.ID, s.v, s.s)
				ok(t, err)
			}
		}
	}
}

func open(t testing.TB, w *towntest.Town, text string) casework.Case {
	t.Helper()
	rec, err := w.Desk.Open(t.Context(), access.Nobody(1), casework.Report{Text: text, Point: &towntest.Inside})
	ok(t, err)
	f, err := w.Desk.Get(t.Context(), w.System(), rec.Number)
	ok(t, err)
	return f.Case
}

func learn(t testing.TB, w *towntest.Town, how triage.Training) triage.Version {
	t.Helper()
	if how.Source == "" {
		how.Source = triage.ByHand
	}
	v, err := w.Triage.Learn(t.Context(), w.System(), how)
	ok(t, err)
	return v
}

// TestColdStart: without any case the names and examples of the catalogue suggest, and nothing they suggest is called sure.
func TestColdStart(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town, clk *clock.Fake) {
		c := open(t, w, "我家里没水已经一天了")
		g := w.Triage.Suggest(&c)
		if len(g.Choices) == 0 || g.Choices[0].Class != class(t, w, "城乡建设 / 供水") || g.Sure || g.Model != 0 {
			t.Fatalf("suggestion = %+v", g)
		}
		if !slices.Contains(g.Choices[0].Words, "家里没水") {
			t.Errorf("what speaks for it: %q", g.Choices[0].Words)
		}
		c = open(t, w, "qwerty 12345")
		if g := w.Triage.Suggest(&c); len(g.Choices) != 0 || g.Sure {
			t.Errorf("of nothing it makes %+v", g)
		}
		if _, err := w.Triage.Learn(t.Context(), w.System(), triage.Training{}); err == nil {
			t.Error("it learned from nothing")
		}
	})
}

// TestLearns: from closed cases it learns classes, who leads and the words that speak for them; danger is a rule.
func TestLearns(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town, clk *clock.Fake) {
		past(t, w, 30)
		var told []int64
		v := learn(t, w, triage.Training{Tell: func(done, total int64) { told = append(told, done) }})
		if v.Number != 1 || !v.Active || v.Verdict != triage.First || v.Lessons < 90 || v.Classes != 4 {
			t.Errorf("version = %+v", v)
		}
		if len(told) < 3 || !slices.IsSorted(told) || told[len(told)-1] != 100 {
			t.Errorf("progress = %v", told)
		}
		c := open(t, w, "三单元的煤气有泄漏的味道，很害怕")
		g := w.Triage.Suggest(&c)
		if len(g.Choices) == 0 || g.Choices[0].Class != class(t, w, "城乡建设 / 燃气") || !g.Sure || g.Model != 1 {
			t.Fatalf("suggestion = %+v", g)
		}
		if g.Urgency != "2h" || !slices.Equal(g.Urgent, []string{"煤气", "味"}) {
			t.Errorf("urgency = %q for %q", g.Urgency, g.Urgent)
		}
		if g.Body != w.Power.ID || g.Led < 3 || g.Led != g.Of {
			t.Errorf("body = %d, %d of %d", g.Body, g.Led, g.Of)
		}
		c = open(t, w, "自来水停水两天了")
		if g := w.Triage.Suggest(&c); g.Choices[0].Class != class(t, w, "城乡建设 / 供水") || g.Body != w.Water.ID {
			t.Errorf("water = %+v", g)
		}
		ok(t, registertest.Retire(t.Context(), w.Catalog.ClassNoun().Noun, w.System(), class(t, w, "城乡建设 / 燃气")))
		c = open(t, w, "天然气管道老化需要更换")
		if g := w.Triage.Suggest(&c); g.Choices[0].Class != class(t, w, "城乡建设") {
			t.Errorf("a retired class gives way to the one above it, got %+v", g.Choices)
		}
	})
}

// TestVersions: a worse one is kept aside, one click goes back, the other node follows, the oldest are forgotten, a damaged one leaves the catalogue.
func TestVersions(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town, clk *clock.Fake) {
		past(t, w, 30)
		other := triage.New(w.City, w.Desk, w.Places, w.Bodies, w.Catalog)
		follow := func() {
			t.Helper()
			all, err := ledger.After(t.Context(), w.City, 1, 0, 100000)
			ok(t, err)
			ok(t, other.Follower().Follow(t.Context(), all))
		}
		learn(t, w, triage.Training{})
		follow()
		c := open(t, w, "水管爆裂漏水了")
		if got := other.Suggest(&c).Model; got != 1 {
			t.Errorf("the other node reads with version %d", got)
		}
		wrong := wrongLessons(w, t)
		v := learn(t, w, triage.Training{Lessons: wrong, Source: triage.ByFile})
		if v.Active || v.Verdict != triage.Worse {
			t.Errorf("lessons that are wrong made %+v", v)
		}
		if v = learn(t, w, triage.Training{Aside: true}); v.Active || v.Verdict != triage.Kept {
			t.Errorf("kept aside = %+v", v)
		}
		ok(t, w.Triage.Activate(t.Context(), w.System(), 3))
		ok(t, w.Triage.Activate(t.Context(), w.System(), 1))
		follow()
		if a, b := w.Triage.Suggest(&c).Model, other.Suggest(&c).Model; a != 1 || b != 1 {
			t.Errorf("after going back versions %d and %d read", a, b)
		}
		if err := w.Triage.Activate(t.Context(), w.Clerk(), 3); err == nil {
			t.Error("a clerk switched the version")
		}
		if err := w.Triage.Activate(t.Context(), w.System(), 99); err == nil {
			t.Error("a version that isn't there was put to work")
		}
		for range 12 {
			learn(t, w, triage.Training{Aside: true})
		}
		all, err := w.Triage.Versions(t.Context(), w.System())
		ok(t, err)
		if len(all) != 11 || !all[10].Active || all[10].Number != 1 || all[0].Number != 15 || all[9].Number != 6 {
			t.Errorf("%d versions are kept, the last is %+v", len(all), all[len(all)-1])
		}
		n, err := store.Value[int64](t.Context(), w.City, `select count(distinct blob) from triage_part where city = 1`)
		ok(t, err)
		if n != 11 {
			t.Errorf("bytes of %d versions are kept", n)
		}
		ok(t, w.City.Upkeep(t.Context(), func(tx *store.Tx) error {
			tx.Exec(`update triage_part set bytes = ? where city = 1 and part = 0`, []byte("mulin triage 2\nrotten"))
			return nil
		}))
		third := triage.New(w.City, w.Desk, w.Places, w.Bodies, w.Catalog)
		ok(t, third.Load(t.Context()))
		if g := third.Suggest(&c); third.Damaged() != 1 || g.Model != 0 || len(g.Choices) == 0 {
			t.Errorf("damaged = %d, suggestion = %+v", third.Damaged(), g)
		}
	})
}

// wrongLessons say of texts of every class that they are about the dole or noise. What they are tested by is right, so that it is found out, and says
// other words, or it would be no test.
func wrongLessons(w *towntest.Town, t *testing.T) []triage.Lesson {
	var all []triage.Lesson
	i := 0
	for _, s := range said {
		for _, a := range s[0][:3] {
			for _, b := range s[1][:2] {
				i++
				all = append(all, triage.Lesson{ID: int64(i), Text: a + b, Class: class(t, w, []string{"民政 / 低保", "环境保护 / 噪音"}[i%2])})
			}
		}
	}
	names := []string{"城乡建设 / 供水", "城乡建设 / 燃气", "环境保护 / 垃圾"}
	for j := range 600 {
		s := said[names[j%3]]
		l := triage.Lesson{ID: int64(1000 + j), Text: s[0][3+j%2] + s[1][2+j/2%2], Class: class(t, w, names[j%3])}
		if l.Tests() {
			all = append(all, l)
		}
	}
	return all
}

// TestCorrections: what people decide teaches also while the case is open, and weighs more than what was never looked at.
func TestCorrections(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town, clk *clock.Fake) {
		past(t, w, 12)
		dole := class(t, w, "民政 / 低保")
		for i := range 12 {
			c := open(t, w, fmt.Sprintf("低保申请被退回，第%d次了，材料都交了", i))
			_, err := w.Triage.Classify(t.Context(), w.Clerk(), &c, casework.Sorting{Class: dole}, casework.Step{})
			ok(t, err)
		}
		if v := learn(t, w, triage.Training{}); v.Corrected != 12 || v.Classes != 5 {
			t.Errorf("version = %+v", v)
		}
		c := open(t, w, "我的低保申请为什么退回")
		if g := w.Triage.Suggest(&c); len(g.Choices) == 0 || g.Choices[0].Class != dole {
			t.Errorf("suggestion = %+v", g)
		}
	})
}

// TestLessonsUseAnIndex: what is learned from is read page by page from an index, however many cases there are.
func TestLessonsUseAnIndex(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town, clk *clock.Fake) {
		for name, sql := range map[string]string{"cases_closed": triage.ClosedLessons, "case_sort_at": triage.SortedLessons, "cases_open_due": triage.AnsweredLessons} {
			plan, err := w.City.DB().Explain(t.Context(), sql, 1, int64(1<<62), 0, 500)
			ok(t, err)
			if w.City.DB().Engine() == "sqlite" && !strings.Contains(plan, name) {
				t.Errorf("%s isn't used: %s", name, plan)
			}
			if strings.Contains(plan, "SCAN c\n") {
				t.Errorf("all cases are read: %s", plan)
			}
		}
	})
}
