package messages_test

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"

	"mulin/gate/messages"
	"mulin/gate/words"
	"mulin/internal/clock"
	"mulin/internal/fault"
	"mulin/internal/store"
	"mulin/internal/storetest"
	"mulin/town/casework"
	"mulin/town/towntest"
)

const header = "id,user,title,time,detail,reply,reply_time\n"

var shanghai = time.FixedZone("CST", 8*3600)

func each(t *testing.T, f func(t *testing.T, w *towntest.Town)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *store.DB, _ *clock.Fake) {
		f(t, towntest.Build(t, storetest.NewCity(t, db)))
	})
}

// load imports a text and gives the counts and the lines of the rejects file.
func load(t *testing.T, ctx context.Context, w *towntest.Town, text string, report func(messages.Count)) (n messages.Count, rejects [][]string, err error) {
	t.Helper()
	all, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "rejects.csv")
	r, err := messages.NewRejects(path)
	if err != nil {
		t.Fatal(err)
	}
	im := messages.Importer{Desk: w.Desk, Zone: shanghai, Words: all.Words("en"), Report: report}
	n, err = im.Run(ctx, strings.NewReader(text), r)
	if cerr := r.Close(); cerr != nil {
		t.Fatal(cerr)
	}
	if f, oerr := os.Open(path); oerr == nil {
		defer f.Close()
		if rejects, oerr = csv.NewReader(f).ReadAll(); oerr != nil {
			t.Fatalf("rejects: %v", oerr)
		}
	}
	return n, rejects, err
}

func want(t *testing.T, n messages.Count, imported, skipped, rejected int) {
	t.Helper()
	if n.Imported != imported || n.Skipped != skipped || n.Rejected != rejected {
		t.Errorf("imported %d, skipped %d, rejected %d, want %d, %d, %d", n.Imported, n.Skipped, n.Rejected, imported, skipped, rejected)
	}
}

// state is all that an import leaves behind, whatever order it came in.
func state(t *testing.T, w *towntest.Town) []string {
	t.Helper()
	all, err := store.All(t.Context(), w.City, func(r store.Row) (string, error) {
		var source, status, title, text, answer string
		var opened, answered, closed, version, steps, entries int64
		err := r.Scan(&source, &status, &title, &text, &answer, &opened, &answered, &closed, &version, &steps, &entries)
		return fmt.Sprint(source, status, title, text, answer, opened, answered, closed, version, steps, entries), err
	}, `select c.source, c.status, c.title, c.text, c.answer, c.opened_at, c.answered_at, c.closed_at, c.version,
			(select count(*) from step s where s.city = c.city and s.subject = c.id),
			(select count(*) from ledger_entry e where e.city = c.city and e.kind = 'case' and e.subject = c.id)
		from cases c where c.city = ? order by c.source`, w.City.ID)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestMessagesBecomeCases(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town) {
		text := "\ufeff" + strings.ReplaceAll(header, "\n", "\r\n") +
			"7,U1,路灯不亮,2024-03-01 20:15:00,\"小区门口的路灯\n三天不亮了，说“\"\"没人管\"\"”。\",已更换灯泡。,2024-03-04 09:00:00\r\n" +
			"8,U2,,2024/3/2 8:05,请问公交几点发车？,,\r\n"
		n, rejects, err := load(t, t.Context(), w, text, nil)
		if err != nil || rejects != nil {
			t.Fatalf("%v, rejects %q", err, rejects)
		}
		want(t, n, 2, 0, 0)
		list, err := w.Desk.List(t.Context(), w.System(), casework.Filter{Tab: casework.Ended})
		if err != nil || len(list.Cases) != 1 {
			t.Fatalf("closed: %+v, %v", list, err)
		}
		c := list.Cases[0]
		opened, answered := time.Date(2024, 3, 1, 20, 15, 0, 0, shanghai).UnixMicro(), time.Date(2024, 3, 4, 9, 0, 0, 0, shanghai).UnixMicro()
		if c.OpenedAt != opened || c.AnsweredAt != answered || c.ClosedAt != answered || c.Answer != "已更换灯泡。" || c.Outcome != "answered" ||
			c.Channel != messages.Channel || c.Source != "7" || !strings.HasPrefix(c.Number, "240301-") || !strings.Contains(c.Text, "说“\"没人管\"”") {
			t.Errorf("closed case: %+v", c)
		}
		list, err = w.Desk.List(t.Context(), w.System(), casework.Filter{Tab: casework.Open})
		if err != nil || len(list.Cases) != 1 || list.Cases[0].Status != casework.New || list.Cases[0].Title != "请问公交几点发车" {
			t.Errorf("open: %+v, %v", list, err)
		}
		before := state(t, w)
		n, _, err = load(t, t.Context(), w, text, nil)
		if err != nil {
			t.Fatal(err)
		}
		want(t, n, 0, 2, 0)
		same(t, before, state(t, w))
		later := strings.Replace(text, "几点发车？,,", "几点发车？,六点。,2024-03-02 18:00", 1)
		n, _, err = load(t, t.Context(), w, later, nil)
		if err != nil {
			t.Fatal(err)
		}
		want(t, n, 1, 1, 0)
	})
}

func same(t *testing.T, a, b []string) {
	t.Helper()
	if len(a) != len(b) {
		t.Fatalf("%d cases, want %d", len(b), len(a))
	}
	for i := range a {
		if a[i] != b[i] {
			t.Fatalf("case %d is %s, want %s", i, b[i], a[i])
		}
	}
}

func TestBadRowsAreRejectedWithReason(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town) {
		rows := []struct{ row, reason string }{
			{"1,u,t,2024-01-01 10:00:00,井盖丢了,,", ""},
			{"1,u,t,2024-01-01 10:00:00,井盖又丢了,,", "further up"},
			{",u,t,2024-01-01 10:00:00,没有编号,,", "id is missing"},
			{"2,u,t,昨天,时间不对,,", "not a time that can be read"},
			{"3,u,t,2124-01-01 10:00:00,还没到,,", "not a time that has passed"},
			{"4,u,t,2024-01-01 10:00:00,答复太早,好,2023-12-31 10:00:00", "older than"},
			{"5,u,t,2024-01-01 10:00:00,答复时间看不懂,好,哪天", "not a time that can be read"},
			{"6,u,t,2024-01-01 10:00:00,列数不对", "5 columns"},
			{"7,u,t,2024-01-01 10:00:00,\"引\"号不对,,", "quotes"},
			{"8,u,,2024-01-01 10:00:00, ,,", "say in a sentence"},
			{"9,u,t,2024-01-01 10:00:00," + strings.Repeat("长", casework.MaxText+1) + ",,", "too long"},
			{"10,u,t,2024-01-01 10:00:00," + strings.Repeat("x", 1<<20) + ",,", "too long"},
			{"11,u,t,2024-01-01 10:00:00,答复太长," + strings.Repeat("长", casework.MaxNote+1) + ",2024-01-02 10:00:00", "too long"},
			{"12,=cmd|x,t,2024-01-01 10:00:00,坏字节\xff,,", "can't be read"},
			{"13,u,\x00t,2024-01-01 10:00:00,空\x00字节不碍事,,", ""},
			{"15,u,t,2024-01-01 10:00:00,答复没有时间,好,", ""},
			{"1.23457E+17,u,t,2024-01-01 10:00:00,编号坏了,,", "made the id short"},
			{"14,u,t,2024-01-01 10:00:00,\"没有结束", "quotes"},
		}
		text, reasons := header, []string{}
		for _, r := range rows {
			text += r.row + "\n"
			if r.reason != "" {
				reasons = append(reasons, r.reason)
			}
		}
		for range 2 {
			n, rejects, err := load(t, t.Context(), w, text, nil)
			if err != nil {
				t.Fatal(err)
			}
			if n.Imported+n.Skipped != 3 || n.Rejected != len(reasons) || len(rejects) != len(reasons)+1 {
				t.Fatalf("%+v, %d lines of rejects, want %d", n, len(rejects), len(reasons)+1)
			}
			for i, r := range rejects[1:] {
				if got := r[len(r)-1]; !strings.Contains(strings.ToLower(got), reasons[i]) {
					t.Errorf("row %.40q: reason %q, want %q", r[0], got, reasons[i])
				}
				if len(r) > 1 && strings.HasPrefix(r[1], "=") {
					t.Errorf("a formula stands in %q", r)
				}
			}
		}
		if all := state(t, w); len(all) != 3 {
			t.Errorf("%d cases, want 3", len(all))
		}
	})
}

func TestFilesThatCanNotBeRead(t *testing.T) {
	w := towntest.Build(t, storetest.NewCity(t, storetest.Open(t, storetest.SQLite(t), clock.New(storetest.Start))))
	for text, key := range map[string]string{
		"": "import.empty", "id,title\n": "import.columns", "\xff\xfei\x00d\x00": "import.columns", "id,id,title,time,detail,reply,reply_time\n": "import.column.twice",
	} {
		_, _, err := load(t, t.Context(), w, text, nil)
		if l, ok := fault.As(err); !ok || l[0].Key != key {
			t.Errorf("%q: %v, want %s", text, err, key)
		}
	}
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(header + "1,用户,暖气不热,2024-01-01 10:00:00,屋里只有十四度，孩子感冒了。,正在检修管道。,2024-01-02 10:00:00\n")
	if err != nil {
		t.Fatal(err)
	}
	n, _, err := load(t, t.Context(), w, gb, nil)
	if err != nil {
		t.Fatal(err)
	}
	want(t, n, 1, 0, 0)
	if s := state(t, w); !strings.Contains(s[0], "孩子感冒了") {
		t.Errorf("GB 18030 came in as %s", s)
	}
}

// made is a file of n messages, every tenth without a reply.
func made(n int) string {
	var b strings.Builder
	b.WriteString(header)
	for i := range n {
		at := time.Date(2024, 1, 1, 0, i, 0, 0, shanghai)
		fmt.Fprintf(&b, "%d,u,第 %d 封,%s,第 %d 号楼的垃圾没有清运。,", i, i, at.Format(time.DateTime), i)
		if i%10 == 9 {
			b.WriteString(",\n")
			continue
		}
		fmt.Fprintf(&b, "已清运 %d 车。,%s\n", i, at.Add(48*time.Hour).Format(time.DateTime))
	}
	return b.String()
}

func TestStoppedImportIsCompleted(t *testing.T) {
	const rows = 1100
	text := made(rows)
	var whole []string
	t.Run("whole", func(t *testing.T) {
		w := towntest.Build(t, storetest.NewCity(t, storetest.Open(t, storetest.SQLite(t), clock.New(storetest.Start))))
		n, _, err := load(t, t.Context(), w, text, nil)
		if err != nil {
			t.Fatal(err)
		}
		want(t, n, rows, 0, 0)
		whole = state(t, w)
	})
	each(t, func(t *testing.T, w *towntest.Town) {
		for stop := 1; ; stop += 2 {
			ctx, cancel := context.WithCancel(t.Context())
			go func() { // stops it in the middle of a window, after so many commits
				for range stop {
					select {
					case <-w.City.Changed():
					case <-ctx.Done():
						return
					}
				}
				cancel()
			}()
			_, _, err := load(t, ctx, w, text, nil)
			cancel()
			if err == nil {
				break
			}
			if !errors.Is(err, context.Canceled) {
				t.Fatal(err)
			}
		}
		n, _, err := load(t, t.Context(), w, text, nil)
		if err != nil {
			t.Fatal(err)
		}
		want(t, n, 0, rows, 0)
		same(t, whole, state(t, w))
	})
}

// TestDatesAndRepliesAsOthersWriteThem: days are judged by their column, a reply may lack its time, and what a spreadsheet cut is told by its separator.
func TestDatesAndRepliesAsOthersWriteThem(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town) {
		text := strings.ReplaceAll(header, ",", ";") + "r1;U1;路灯不亮;2024-03-01 20:15:00;甲街路灯不亮。;已修好。;\nr2;U2;井盖丢失;04/30/2016;乙街井盖丢失。;;\nr3;U3;河道异味;05/03/2016;丙河有异味。;已清淤。;\n"
		n, rejects, err := load(t, t.Context(), w, text, nil)
		if err != nil {
			t.Fatal(err)
		}
		want(t, n, 3, 0, 0)
		if len(rejects) > 0 {
			t.Errorf("rejected: %q", rejects)
		}
	})
}
