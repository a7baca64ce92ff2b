package casework_test

import (
	"errors"
	"strings"
	"testing"

	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/ledger"
	"mulin/internal/sensitive"
	"mulin/town/casework"
	"mulin/town/catalog"
	"mulin/town/towntest"
)

// personal is a report full of what strangers needn't read; secrets are the parts that tell.
func personal() casework.Report {
	r := report()
	r.Title = "漏水请打13912345678"
	r.Text = "我家住阳光小区3号楼2单元501室，电话13812345678，身份证11010519491231002X，车鲁D12345被淹。"
	r.Address = "阳光小区3号楼2单元501室"
	return r
}

var secrets = []string{"13912345678", "13812345678", "2单元501", "501室", "11010519491231002X", "鲁D12345", "0632-5512345", "13712345678"}

func tells(words ...string) string {
	for _, s := range secrets {
		if strings.Contains(strings.Join(words, "\n"), s) {
			return s
		}
	}
	return ""
}

func words(f *casework.File) []string {
	all := []string{f.Title, f.Text, f.Address, f.Answer}
	for _, h := range f.Steps {
		all = append(all, h.Note, h.Reason)
	}
	return all
}

func lookReasons(t *testing.T, w *towntest.Town) {
	t.Helper()
	for code, name := range map[string]string{"site": "去现场处理", "contact": "联系诉求人"} {
		if err := w.Catalog.ReasonNoun().Save(t.Context(), w.System(), &catalog.ReasonEntry{Kind: catalog.ForLook, Code: code, Name: name}); err != nil {
			t.Fatal(err)
		}
	}
}

// TestMaskedUnlessOpened: whatever way a case is read its words are masked, all its life long; the one who reported reads their own, and what they
// were answered stays whole in the row whatever step follows.
func TestMaskedUnlessOpened(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town, _ *clock.Fake) {
		rec := open(t, w, personal())
		worker, company := w.Worker(), w.Of(w.Company)
		c := act(t, w, worker, rec.ID, casework.Dispatch, casework.Step{To: w.Company.ID, Note: "联系13712345678"})
		act(t, w, company, rec.ID, casework.Take, casework.Step{})
		act(t, w, company, rec.ID, casework.Done, casework.Step{Note: "已联系2单元501住户", Photos: []casework.Photo{towntest.Photo("after")}})
		answered := act(t, w, worker, rec.ID, casework.Answer, casework.Step{Note: "已修好，有问题请打0632-5512345"})
		f, err := w.Desk.Get(t.Context(), worker, rec.Number)
		if err != nil {
			t.Fatal(err)
		}
		list, err := w.Desk.List(t.Context(), worker, casework.Filter{Tab: casework.Open})
		if err != nil || len(list.Cases) != 1 {
			t.Fatalf("list %v, %v", list, err)
		}
		byID, err := w.Desk.ByIDs(t.Context(), worker, []int64{rec.ID}, casework.Filter{})
		if err != nil || len(byID) != 1 {
			t.Fatalf("by id %v, %v", byID, err)
		}
		loaded, err := w.Desk.Load(t.Context(), w.City, rec.ID)
		if err != nil {
			t.Fatal(err)
		}
		for what, said := range map[string][]string{"page": words(&f), "list": {list.Cases[0].Title, list.Cases[0].Text, list.Cases[0].Address, list.Cases[0].Answer},
			"by id": {byID[0].Title, byID[0].Text, byID[0].Answer}, "loaded": {loaded.Title, loaded.Text, loaded.Answer}, "a step": {c.Title, c.Text, c.Address}, "an answer": {answered.Answer}} {
			if s := tells(said...); s != "" {
				t.Errorf("%s shows %s", what, s)
			}
		}
		if !f.Covered.Has(sensitive.Mobile) || !f.Covered.Has(sensitive.Room) || f.Text == "" || !strings.Contains(f.Text, "3号楼*单元***室") {
			t.Errorf("covered %v: %s", f.Covered.Kinds(), f.Text)
		}
		claim := casework.Claim{Secret: rec.Secret}
		if _, err := w.Desk.Act(t.Context(), access.Nobody(1), rec.ID, casework.Rate, casework.Step{Stars: 2, Claim: claim}); err != nil {
			t.Fatal(err)
		}
		own, err := w.Desk.Track(t.Context(), rec.Number, claim)
		if err != nil || !strings.Contains(own.Text, "3号楼2单元501室，电话13812345678") || !strings.Contains(own.Answer, "0632-5512345") {
			t.Errorf("their own: %q, answered %q, %v", own.Text, own.Answer, err)
		}
		if strings.Contains(own.Text, "002X，") && !strings.Contains(own.Text, "110105********002X") {
			t.Errorf("the identity number was kept: %s", own.Text)
		}
		for _, h := range own.Steps {
			if h.Verb == casework.Done && tells(h.Note) != "" {
				t.Errorf("the reporter reads of somebody else: %s", h.Note)
			}
		}
		mine, err := w.Desk.OfPhone(t.Context(), "13800001234", 0, 10)
		if err != nil || len(mine) != 1 || tells(mine[0].Title) != "" {
			t.Errorf("their list: %v, %v", mine, err)
		}
	})
}

// TestWhoMayLook is the matrix: who opens with a reason of the list, who has to write one, who can't.
func TestWhoMayLook(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town, _ *clock.Fake) {
		lookReasons(t, w)
		leader := access.Actor{City: 1, Person: 77, Posts: []access.Post{{ID: 77, Path: w.Root.Path, Rights: map[access.Right]access.Scope{casework.See: access.Territory}}}}
		for _, hidden := range []bool{false, true} {
			r := personal()
			r.Hidden = hidden
			rec := open(t, w, r)
			act(t, w, w.Worker(), rec.ID, casework.Dispatch, casework.Step{To: w.Company.ID})
			company := error(nil)
			if hidden {
				company = access.ErrDenied
			}
			for _, x := range []struct {
				name    string
				who     access.Actor
				chosen  bool // a reason of the list is enough
				written error
			}{
				{"grid worker", w.Worker(), true, nil}, {"company", w.Of(w.Company), !hidden, company}, {"street", w.StreetCentre(), false, nil}, {"clerk", w.Clerk(), false, nil},
				{"branch", w.Visitor(), false, nil}, {"leader", leader, false, access.ErrDenied}, {"neighbour", w.Worker2(), false, casework.ErrNotFound},
				{"other company", w.Of(w.Company2), false, casework.ErrNotFound}, {"nobody", access.Nobody(1), false, casework.ErrNotFound},
			} {
				_, err := w.Desk.Look(t.Context(), x.who, rec.ID, casework.Look{Reason: "site"})
				if (err == nil) != x.chosen {
					t.Errorf("hidden %v: %s with a reason of the list: %v", hidden, x.name, err)
				}
				f, err := w.Desk.Look(t.Context(), x.who, rec.ID, casework.Look{Note: "督办需要核实地址"})
				if !errors.Is(err, x.written) || (err == nil) != (x.written == nil) {
					t.Errorf("hidden %v: %s with a reason of their own: %v, want %v", hidden, x.name, err, x.written)
				}
				if err == nil && (!strings.Contains(f.Text, "2单元501室") || !strings.Contains(f.Address, "501室")) {
					t.Errorf("%s reads %q", x.name, f.Text)
				}
				if err != nil && tells(words(&f)...) != "" {
					t.Errorf("%s is refused and reads %q", x.name, f.Text)
				}
			}
			for _, why := range []casework.Look{{}, {Note: "  "}, {Reason: "nothing"}} {
				if _, err := w.Desk.Look(t.Context(), w.Worker(), rec.ID, why); err == nil {
					t.Errorf("%+v is a reason", why)
				}
			}
		}
	})
}

// TestLookLeavesATrace: one line in the ledger and one in the timeline for each look, none for a click that comes twice, a new one later; the
// reporter reads who and why.
func TestLookLeavesATrace(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town, clk *clock.Fake) {
		lookReasons(t, w)
		rec := open(t, w, personal())
		look := func(ref string) {
			t.Helper()
			f, err := w.Desk.Look(t.Context(), w.Worker(), rec.ID, casework.Look{Reason: "site", Note: "约好上午，电话13712345678", ClientRef: ref})
			if err != nil || !strings.Contains(f.Text, "13812345678") {
				t.Fatalf("%q, %v", f.Text, err)
			}
		}
		count := func(want int) {
			t.Helper()
			mine, err := w.Desk.Track(t.Context(), rec.Number, casework.Claim{Secret: rec.Secret})
			if err != nil {
				t.Fatal(err)
			}
			n := 0
			for _, h := range mine.Steps {
				if h.Verb == "look" && h.Reason == "site" && h.Body == w.Committee.ID && h.Note == "约好上午，电话137****5678" {
					n++
				}
			}
			all, err := ledger.After(t.Context(), w.City, 1, 0, 1000)
			if err != nil {
				t.Fatal(err)
			}
			lines := 0
			for _, e := range all {
				if e.Verb == string(casework.Clear) {
					lines++
				}
				if s := tells(string(e.Body)); s != "" {
					t.Errorf("the ledger tells %s: %s", s, e.Body)
				}
			}
			if n != want || lines != want {
				t.Errorf("%d lines of %d in the timeline, %d in the ledger", n, want, lines)
			}
		}
		look("a")
		look("a")
		count(1)
		look("b")
		count(2)
		clk.Advance(11 * 60e9)
		look("a")
		count(3)
		f, err := w.Desk.Get(t.Context(), w.Worker(), rec.Number)
		if err != nil || tells(words(&f)...) != "" {
			t.Errorf("afterwards the page shows %q, %v", words(&f), err)
		}
	})
}

// TestHeadlineCutsNoNumber: a number that the beginning of a text would be cut in is left out of the title whole.
func TestHeadlineCutsNoNumber(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town, _ *clock.Fake) {
		r := report()
		r.Text = "小区门口的路灯坏了好几天了晚上看不清路请打13812345678联系我尽快来修谢谢"
		rec := open(t, w, r)
		f, err := w.Desk.Get(t.Context(), w.Worker(), rec.Number)
		if err != nil || f.Title != "小区门口的路灯坏了好几天了晚上看不清路请打…" {
			t.Errorf("title %q, %v", f.Title, err)
		}
	})
}
