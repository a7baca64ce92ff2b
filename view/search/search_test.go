package search_test

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/gram"
	"mulin/internal/ledger"
	"mulin/internal/store"
	"mulin/internal/storetest"
	"mulin/schema"
	"mulin/town/casework"
	"mulin/view/search"
)

// each runs f on both engines with a settled town.
func each(t *testing.T, f func(t *testing.T, db *store.DB, tn *town)) {
	storetest.Each(t, func(t *testing.T, db *store.DB, _ *clock.Fake) {
		tn := newTown(t, db, filepath.Join(t.TempDir(), "mulin.db"))
		tn.settle(t)
		f(t, db, tn)
	})
}

func TestWords(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, _ *store.DB, tn *town) {
		pipe := tn.file(t, "east", "小区门口的自来水管爆裂，路面结冰。已经打过 WX-88 热线")
		lamp := tn.file(t, "west", "３号楼前的路灯不亮，水坑里看不见")
		all := access.System(tn.city.ID)
		tn.finds(t, all, search.Query{Text: "水管"})
		tn.follow(t)
		for _, c := range []struct {
			text string
			want []int64
		}{
			{"水管", []int64{pipe.ID}}, {"水", []int64{lamp.ID, pipe.ID}}, {"自来水管爆裂", []int64{pipe.ID}}, {"亮", []int64{lamp.ID}},
			{"路面 水管", []int64{pipe.ID}}, {"路灯 水管", nil}, {"管水", nil}, {"水爆", nil}, {"爆裂路面", nil},
			{"wx-88", []int64{pipe.ID}}, {"ＷＸ", []int64{pipe.ID}}, {"w", nil}, {"3号楼", []int64{lamp.ID}}, {"学院路", []int64{lamp.ID, pipe.ID}},
			{"", nil}, {"，。", nil}, {"停车", nil}, {pipe.Number, []int64{pipe.ID}}, {strings.ReplaceAll(lamp.Number, "-", ""), []int64{lamp.ID}},
			{" " + lamp.Number + " ", []int64{lamp.ID}}, {"2 路灯", []int64{lamp.ID}}, {"261123-99999", nil},
		} {
			tn.finds(t, all, search.Query{Text: c.text}, c.want...)
		}
		r := tn.finds(t, all, search.Query{Text: "路灯"}, lamp.ID)
		if got := r.Snippets[lamp.ID]; !hits(got, "路灯") {
			t.Errorf("snippet of 路灯 = %v", got)
		}
		if n, err := tn.index.Lag(t.Context()); n != 0 || err != nil {
			t.Errorf("Lag = %d, %v after catching up", n, err)
		}
	})
}

func hits(parts []gram.Part, word string) bool {
	for _, p := range parts {
		if p.Hit && p.Text == word {
			return true
		}
	}
	return false
}

func TestReach(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, _ *store.DB, tn *town) {
		east, west := tn.file(t, "east", "下水道堵了"), tn.file(t, "west", "下水道又堵了")
		tn.follow(t)
		q := search.Query{Text: "下水道"}
		tn.finds(t, tn.over("C"), q, west.ID, east.ID)
		tn.finds(t, tn.over("S1"), q, east.ID)
		tn.finds(t, tn.over("west"), q, west.ID)
		tn.finds(t, tn.over("west"), search.Query{Text: east.Number})
		tn.finds(t, tn.of(tn.water), q)
		if _, err := tn.index.Find(t.Context(), access.Nobody(tn.city.ID), q); !errors.Is(err, access.ErrDenied) {
			t.Errorf("Find by nobody = %v, want ErrDenied", err)
		}

		tn.act(t, east.ID, casework.Dispatch, casework.Step{To: tn.water})
		tn.follow(t)
		tn.finds(t, tn.of(tn.water), q, east.ID)
		tn.finds(t, tn.of(tn.order), q)
		both := actor(tn.city.ID, tn.of(tn.water).Posts[0], tn.over("west").Posts[0])
		tn.finds(t, both, q, west.ID, east.ID)
		tn.finds(t, both, search.Query{Text: "下水道", Filter: casework.Filter{Place: tn.at["S2"].ID}}, west.ID)
	})
}

func TestFilterAndAnswer(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, _ *store.DB, tn *town) {
		done, declined, open := tn.file(t, "east", "树枝压线"), tn.file(t, "east", "树枝挡路"), tn.file(t, "west", "树枝太长")
		tn.act(t, done.ID, casework.Accept, casework.Step{})
		tn.act(t, done.ID, casework.Done, casework.Step{Note: "内部说明不公开"})
		tn.act(t, done.ID, casework.Answer, casework.Step{Note: "园林队已修剪完毕"})
		tn.act(t, done.ID, casework.Unsolved, casework.Step{Note: "居民说还在"})
		tn.act(t, done.ID, casework.Done, casework.Step{Note: "又剪"})
		tn.act(t, done.ID, casework.Answer, casework.Step{Note: "第二次处理好了"})
		tn.act(t, done.ID, casework.Revisit, casework.Step{Note: "满意"})
		tn.act(t, declined.ID, casework.Decline, casework.Step{Reason: "other", Note: "不归我们管"})
		tn.follow(t)
		all := access.System(tn.city.ID)
		filtered := func(f casework.Filter) search.Query { return search.Query{Text: "树枝", Filter: f} }
		tn.finds(t, all, filtered(casework.Filter{}), open.ID, declined.ID, done.ID)
		tn.finds(t, all, filtered(casework.Filter{Tab: casework.Open}), open.ID)
		tn.finds(t, all, filtered(casework.Filter{Tab: casework.Ended}), declined.ID, done.ID)
		tn.finds(t, all, filtered(casework.Filter{Status: casework.Declined}), declined.ID)
		tn.finds(t, all, filtered(casework.Filter{Status: casework.New}), open.ID)
		tn.finds(t, all, filtered(casework.Filter{Status: casework.Working}))
		tn.finds(t, all, filtered(casework.Filter{Among: []casework.Status{casework.New, casework.Declined}}), open.ID, declined.ID)
		tn.finds(t, all, filtered(casework.Filter{Among: casework.Statuses}), open.ID, declined.ID, done.ID)
		tn.finds(t, all, filtered(casework.Filter{Status: casework.Closed, Tab: casework.Open}))
		tn.finds(t, all, filtered(casework.Filter{Kind: "complain", Place: tn.at["K1"].ID}), declined.ID, done.ID)
		tn.finds(t, all, filtered(casework.Filter{Kind: "praise"}))
		tn.finds(t, all, search.Query{Text: "第二次"}, done.ID)
		r := tn.finds(t, all, search.Query{Text: "园林队 树枝"}, done.ID) // told first, no longer the case's answer
		if !hits(r.Snippets[done.ID], "树枝") {
			t.Errorf("snippet = %v", r.Snippets[done.ID])
		}
		tn.finds(t, all, search.Query{Text: "内部说明"})
	})
}

func TestPages(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, _ *store.DB, tn *town) {
		var want []int64
		for i := range 95 {
			text := "井盖松动"
			if i%5 == 0 {
				text = "井盖松，盖松动" // holds all threes of 井盖松动 but not the word
			}
			r := tn.file(t, "east", fmt.Sprintf("%s 第%d处", text, i))
			if i%5 != 0 {
				want = append([]int64{r.ID}, want...)
			}
		}
		tn.follow(t)
		q := search.Query{Text: "井盖松动", Filter: casework.Filter{Limit: 10}}
		for n := 0; n < len(want); n += 10 {
			r := tn.finds(t, tn.over("S1"), q, want[n:min(n+10, len(want))]...)
			if (r.Next == "") != (n+10 >= len(want)) || len(r.Snippets) != len(r.Cases) {
				t.Fatalf("page behind %d: next %q, %d snippets", n, r.Next, len(r.Snippets))
			}
			q.After = r.Next
		}
		q.After = "不是"
		if _, err := tn.index.Find(t.Context(), tn.over("S1"), q); !errors.Is(err, search.ErrCursor) {
			t.Errorf("a strange cursor: %v", err)
		}
	})
}

func TestTwoCities(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, _ *clock.Fake) {
		dsn := filepath.Join(t.TempDir(), "mulin.db")
		one, two := foundTown(t, db, dsn, 1), foundTown(t, db, dsn, 12)
		one.settle(t)
		two.settle(t)
		a, b := one.file(t, "east", "噪音扰民"), two.file(t, "east", "噪音扰民")
		one.follow(t)
		two.follow(t)
		q := search.Query{Text: "噪音"}
		one.finds(t, access.System(1), q, a.ID)
		two.finds(t, access.System(12), q, b.ID)
		two.finds(t, two.over("east"), q, b.ID)
	})
}

func TestRebuild(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db *store.DB, tn *town) {
		first := tn.file(t, "east", "垃圾没人清运")
		tn.follow(t)
		if err := tn.index.Rebuild(t.Context()); err != nil {
			t.Fatal(err)
		}
		q := search.Query{Text: "垃圾"}
		tn.finds(t, tn.over("C"), q, first.ID)
		second := tn.file(t, "east", "垃圾桶满了")
		if err := tn.index.Rebuild(t.Context()); err != nil { // ahead of the follower
			t.Fatal(err)
		}
		tn.finds(t, tn.over("C"), q, second.ID, first.ID)
		tn.follow(t)
		tn.finds(t, tn.over("C"), q, second.ID, first.ID)
	})
}

// TestTidy joins the parts of an index again and again: what was found is found, and what comes afterwards as well.
func TestTidy(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, _ *store.DB, tn *town) {
		q := search.Query{Text: "垃圾"}
		var want []int64
		for range 3 {
			for range 5 {
				want = append([]int64{tn.file(t, "east", "垃圾没人清运").ID}, want...)
				tn.follow(t)
			}
			for range 2 {
				if err := tn.index.Tidy(t.Context()); err != nil {
					t.Fatal(err)
				}
				tn.finds(t, tn.over("C"), q, want...)
			}
		}
	})
}

// TestLateDocument indexes cases out of order: the oldest one comes last.
func TestLateDocument(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, _ *store.DB, tn *town) {
		a, b := tn.file(t, "east", "墙皮脱落"), tn.file(t, "east", "墙皮掉了")
		entries, err := ledger.After(t.Context(), tn.city, tn.city.ID, 0, 100)
		if err != nil {
			t.Fatal(err)
		}
		f := tn.index.Follower()
		for i := len(entries) - 1; i >= 0; i-- {
			if err := f.Follow(t.Context(), entries[i:i+1]); err != nil {
				t.Fatal(err)
			}
		}
		tn.finds(t, tn.over("C"), search.Query{Text: "墙皮"}, b.ID, a.ID)
	})
}

// TestOwnCursor makes sure that following writes nothing to the database on SQLite, and that a new start goes on where the old one stopped.
func TestOwnCursor(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t, storetest.SQLite(t), clock.New(storetest.Start))
	dsn := filepath.Join(t.TempDir(), "mulin.db")
	tn := newTown(t, db, dsn)
	tn.settle(t)
	tn.follow(t)
	tn.file(t, "east", "窨井盖不见了")
	tn.file(t, "east", "窨井盖还是不见")
	tn.follow(t)
	if n, err := store.Value[int64](t.Context(), tn.city, `select count(*) from ledger_cursor where city = ?`, tn.city.ID); n != 0 || err != nil {
		t.Errorf("%d cursors in the database, %v", n, err)
	}
	if err := tn.index.Close(); err != nil {
		t.Fatal(err)
	}
	third := tn.file(t, "east", "窨井冒水")
	tn.open(t, db, dsn)
	if n, err := tn.index.Lag(t.Context()); n != 1 || err != nil {
		t.Errorf("Lag = %d, %v, want the one entry written meanwhile", n, err)
	}
	tn.follow(t)
	tn.finds(t, tn.over("C"), search.Query{Text: "冒水"}, third.ID)
}

// TestDamagedFile starts the program again with the index's file missing, cut, overwritten and of another ledger.
func TestDamagedFile(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t, storetest.SQLite(t), clock.New(storetest.Start))
	if db.Engine() != schema.SQLite {
		t.Fatal("not SQLite")
	}
	dsn := filepath.Join(t.TempDir(), "mulin.db")
	file := strings.TrimSuffix(dsn, ".db") + "-search-1.db"
	tn := newTown(t, db, dsn)
	tn.settle(t)
	c := tn.file(t, "east", "健身器材损坏")
	q := search.Query{Text: "器材"}
	tn.follow(t)
	for name, harm := range map[string]func() error{
		"nothing":     func() error { return nil },
		"missing":     func() error { return os.Remove(file) },
		"cut":         func() error { return os.Truncate(file, 5000) },
		"empty":       func() error { return os.Truncate(file, 0) },
		"overwritten": func() error { return os.WriteFile(file, []byte(strings.Repeat("这不是数据库", 5000)), 0o600) },
	} {
		if err := tn.index.Close(); err != nil {
			t.Fatal(err)
		}
		if err := harm(); err != nil {
			t.Fatal(err)
		}
		tn.open(t, db, dsn)
		tn.follow(t)
		t.Log(name)
		tn.finds(t, tn.over("C"), q, c.ID)
	}
	// The same file beside a database that was restored from before: its cursor belongs to another ledger.
	if err := tn.index.Close(); err != nil {
		t.Fatal(err)
	}
	clk := clock.New(storetest.Start.Add(time.Hour))
	other := storetest.Open(t, storetest.SQLite(t), clk)
	again := newTown(t, other, dsn)
	again.settle(t)
	again.follow(t)
	again.finds(t, again.over("C"), q)
	d := again.file(t, "east", "健身器材又坏了")
	again.follow(t)
	again.finds(t, again.over("C"), q, d.ID)
}

// TestDamageWhileOpen spoils the words under a running index: the next turn of the follower makes it anew.
func TestDamageWhileOpen(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t, storetest.SQLite(t), clock.New(storetest.Start))
	dsn := filepath.Join(t.TempDir(), "mulin.db")
	tn := newTown(t, db, dsn)
	tn.settle(t)
	c := tn.file(t, "east", "健身器材损坏")
	tn.follow(t)
	raw, err := sql.Open("sqlite", strings.TrimSuffix(dsn, ".db")+"-search-1.db")
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	if _, err := raw.Exec(`delete from doc_data`); err != nil {
		t.Fatal(err)
	}
	q := search.Query{Text: "器材"}
	if _, err := tn.index.Find(t.Context(), tn.over("C"), q); err == nil {
		t.Error("a spoilt index gave an answer")
	}
	tn.follow(t)
	tn.finds(t, tn.over("C"), q, c.ID)
}

// operators are what a search engine's language might take for more than words (A10).
var operators = []string{
	`"`, `""`, `"水管"`, `水管" OR "路灯`, `水管 OR 路灯`, `水管 AND`, `NOT 水管`, `*`, `水*`, `NEAR(水管 路灯, 5)`, `^水管`, `words:水管`, `{words}: 水`, `'`, `''`, `水管'`,
	`'); drop table cases; --`, `--`, `;`, `水管 & !路灯`, `水|管`, `水 <-> 管`, `水:*`, `\`, `\'`, `(((`, `)`, `%`, `_`, "\x00", "水\x00管", "\xff\xfe", "\ue000", "\ue000c1p1",
	"水\u202e管", strings.Repeat("水管", 5000), strings.Repeat("a ", 500), "-水管", "+水管", `doc MATCH 水管`, `$1`, `?`, `:1`, `@a`, `水管 LIMIT 0`,
}

func TestOperators(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, _ *store.DB, tn *town) {
		pipe := tn.file(t, "east", "自来水管爆裂")
		tn.file(t, "west", "路灯不亮")
		tn.follow(t)
		for _, text := range operators {
			r, err := tn.index.Find(t.Context(), tn.over("S1"), search.Query{Text: text})
			if err != nil {
				t.Errorf("Find(%q): %v", text, err)
			}
			for _, c := range r.Cases {
				if c.ID != pipe.ID {
					t.Errorf("Find(%q) reached %d outside of the street", text, c.ID)
				}
			}
		}
		tn.finds(t, tn.over("C"), search.Query{Text: "水管 OR 路灯"})
		tn.finds(t, tn.over("C"), search.Query{Text: `"水管"`}, pipe.ID)
		tn.finds(t, tn.over("C"), search.Query{Text: "\ue000c1"})
	})
}

func FuzzFind(f *testing.F) {
	for _, text := range operators {
		f.Add(text, "24 h")
	}
	var towns []*town
	for _, dsn := range []func(testing.TB) string{storetest.SQLite, storetest.Postgres} {
		db := storetest.Open(f, dsn(f), clock.New(storetest.Start))
		towns = append(towns, newTown(f, db, filepath.Join(f.TempDir(), "mulin.db")))
	}
	f.Fuzz(func(t *testing.T, text, urgency string) {
		for _, tn := range towns {
			if _, err := tn.index.Find(t.Context(), access.System(1), search.Query{Text: text, Filter: casework.Filter{Urgency: strings.ToValidUTF8(strings.ReplaceAll(urgency, "\x00", ""), "")}}); err != nil {
				t.Errorf("Find(%q, %q): %v", text, urgency, err)
			}
		}
	})
}

// TestMaskedWordsAreNotFound is A9 for numbers in texts: a search can't be used to try them out. A room that is looked for finds its building.
func TestMaskedWordsAreNotFound(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, _ *store.DB, tn *town) {
		c := tn.file(t, "east", "阳光小区3号楼2单元501室漏水，电话13812345678，车牌鲁D12345，微信号abc12345")
		all := access.System(tn.city.ID)
		tn.follow(t)
		for _, text := range []string{"13812345678", "1381234", "138 1234 5678", "501", "501 漏水", "鲁D12345", "d12345", "abc12345"} {
			tn.finds(t, all, search.Query{Text: text})
		}
		for _, text := range []string{"3号楼", "漏水", "阳光小区3号楼2单元501室", "阳光小区3号楼4单元101室"} {
			r := tn.finds(t, all, search.Query{Text: text}, c.ID)
			for _, part := range r.Snippets[c.ID] {
				if strings.Contains(part.Text, "501") || strings.Contains(part.Text, "1234567") {
					t.Errorf("the snippet of %s shows %q", text, part.Text)
				}
			}
		}
	})
}
