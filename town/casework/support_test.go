package casework_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/fault"
	"mulin/internal/ledger"
	"mulin/internal/store"
	"mulin/town/casework"
	"mulin/town/towntest"
)

func support(t *testing.T, w *towntest.Town, id int64, s casework.Support) casework.Receipt {
	t.Helper()
	rec, err := w.Desk.Support(t.Context(), access.Nobody(1), id, s)
	if err != nil {
		t.Fatalf("support: %v", err)
	}
	return rec
}

// told reads how many have joined a case, and how many of them proved their phone.
func told(t *testing.T, w *towntest.Town, id int64) string {
	t.Helper()
	c, err := w.Desk.Load(t.Context(), w.City, id)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(c.Supporters, "/", c.Verified)
}

func key(err error) string {
	if l, ok := fault.As(err); ok {
		return l[0].Key
	}
	return fmt.Sprint(err)
}

func TestJoin(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town, _ *clock.Fake) {
		r := report()
		r.Address = "三号楼二单元501室"
		first := open(t, w, r)
		rec := support(t, w, first.ID, casework.Support{Phone: "13900002222", Name: "韩梅梅", ClientRef: "a"})
		if rec.Number != first.Number || rec.Secret == "" || rec.Secret == first.Secret {
			t.Errorf("receipt %+v of %+v", rec, first)
		}
		if again := support(t, w, first.ID, casework.Support{Phone: "13900002222", Name: "韩梅梅", ClientRef: "a"}); again != rec {
			t.Errorf("sent twice: %+v, %+v", again, rec)
		}
		if again := support(t, w, first.ID, casework.Support{Phone: "13900003333", ClientRef: "a"}); again.Number != rec.Number || again.Secret != "" {
			t.Errorf("somebody else with the same reference: %+v, first %+v", again, rec)
		}
		support(t, w, first.ID, casework.Support{Phone: "13900002222", ClientRef: "b"}) // typed only: nobody learns whether this phone was here
		support(t, w, first.ID, casework.Support{Phone: "13800001234"})                 // the first reporter's
		support(t, w, first.ID, casework.Support{})
		if got := told(t, w, first.ID); got != "2/0" {
			t.Errorf("told %s, want 2/0: one phone and one who left nothing", got)
		}
		file, err := w.Desk.Track(t.Context(), first.Number, casework.Claim{Secret: rec.Secret})
		if err != nil || !file.Shared || file.Text != "" || file.Address != "" || file.Point != nil || len(file.Photos) != 0 || len(file.Claimed()) != 1 {
			t.Fatalf("as one who joined: %+v, %v", file, err)
		}
		if _, err := w.Desk.Act(t.Context(), access.Nobody(1), first.ID, casework.Say, casework.Step{Note: "我家也进水了", Claim: casework.Claim{Secret: rec.Secret}}); err != nil {
			t.Errorf("tell more: %v", err)
		}
		act(t, w, w.Worker(), first.ID, casework.Accept, casework.Step{})
		act(t, w, w.Worker(), first.ID, casework.Done, casework.Step{Note: "水管已更换", Photos: []casework.Photo{towntest.Photo("after")}})
		act(t, w, w.Worker(), first.ID, casework.Answer, casework.Step{Note: "已修好。"})
		for _, v := range []casework.Verb{casework.Rate, casework.Reopen} {
			if _, err := w.Desk.Act(t.Context(), access.Nobody(1), first.ID, v, casework.Step{Stars: 1, Note: "x", Claim: casework.Claim{Secret: rec.Secret}}); !errors.Is(err, casework.ErrSecret) {
				t.Errorf("%s by one who joined: %v", v, err)
			}
		}
		act(t, w, access.Nobody(1), first.ID, casework.Rate, casework.Step{Stars: 2, Note: "李先生说还行", Claim: casework.Claim{Secret: first.Secret}})
		if file, err = w.Desk.Track(t.Context(), first.Number, casework.Claim{Secret: rec.Secret}); err != nil || file.Answer != "已修好。" || file.Stars != 0 || !file.HasPhoto("after") || file.HasPhoto("before") {
			t.Errorf("afterwards: %+v, %v", file, err)
		}
		for _, h := range file.Steps {
			if strings.Contains(h.Note, "李先生") || strings.Contains(h.Note, "进水") || h.Verb == casework.Rate || h.Verb == casework.Say {
				t.Errorf("the first one's words: %+v", h)
			}
		}
		if _, err := w.Desk.Support(t.Context(), access.Nobody(1), first.ID, casework.Support{}); key(err) != "case.support.done" {
			t.Errorf("joined what is done: %v", err)
		}
		mine, err := w.Desk.OfSecrets(t.Context(), map[string]string{first.Number: rec.Secret})
		if err != nil || len(mine) != 1 || !mine[0].Shared || mine[0].Text != "" {
			t.Errorf("own cases by secret: %+v, %v", mine, err)
		}
		if mine, err = w.Desk.OfPhone(t.Context(), "13900002222", 0, 5); err != nil || len(mine) != 1 || !mine[0].Shared {
			t.Errorf("own cases by phone: %+v, %v", mine, err)
		}
		if mine, err = w.Desk.OfPhone(t.Context(), "13800001234", 0, 5); err != nil || len(mine) != 1 || mine[0].Shared {
			t.Errorf("the first one's by phone: %+v, %v", mine, err)
		}
		entries, err := ledger.Of(t.Context(), w.City, 1, "case", first.ID, 0, 100)
		n := 0
		for _, e := range entries {
			if e.Verb == "case.support" {
				n++
			}
			if s := string(e.Body); strings.Contains(s, "1390000") || strings.Contains(s, "梅") || strings.Contains(s, "进水") {
				t.Errorf("ledger: %s", s)
			}
		}
		if err != nil || n != 4 {
			t.Errorf("%d entries of joining, %v", n, err)
		}
	})
}

// TestWhatCantBeJoined tries what nobody else may know of: its answer is that of a case which doesn't exist.
func TestWhatCantBeJoined(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town, _ *clock.Fake) {
		for name, change := range map[string]func(*casework.Report){
			"hidden": func(r *casework.Report) { r.Hidden = true }, "tells on somebody": func(r *casework.Report) { r.Kind = casework.Informs },
		} {
			r := report()
			change(&r)
			rec := open(t, w, r)
			if _, err := w.Desk.Support(t.Context(), access.Nobody(1), rec.ID, casework.Support{}); !errors.Is(err, casework.ErrNotFound) {
				t.Errorf("%s: %v", name, err)
			}
			if list, err := w.Desk.Joinables(t.Context(), []int64{rec.ID}); err != nil || len(list) != 0 {
				t.Errorf("%s is offered: %v, %v", name, list, err)
			}
			if list, err := w.Desk.JoinableGists(t.Context(), []int64{rec.ID}); err != nil || len(list) != 0 {
				t.Errorf("%s is compared: %v, %v", name, list, err)
			}
		}
		rec := open(t, w, report())
		for name, s := range map[string]casework.Support{"phone": {Phone: "12"}, "name": {Name: strings.Repeat("长", 60)}, "ref": {ClientRef: strings.Repeat("x", 65)}} {
			if _, err := w.Desk.Support(t.Context(), access.Nobody(1), rec.ID, s); err == nil {
				t.Errorf("bad %s accepted", name)
			}
		}
		if _, err := w.Desk.Support(t.Context(), access.Nobody(1), rec.ID, casework.Support{Channel: "phone"}); !errors.Is(err, access.ErrDenied) {
			t.Errorf("as the hotline without the right: %v", err)
		}
		if _, err := w.Desk.Support(t.Context(), w.Worker(), rec.ID, casework.Support{Channel: "phone", Phone: "13900002222"}); err != nil {
			t.Errorf("staff for a caller: %v", err)
		}
	})
}

// TestFiftyCountOnce lets one person join fifty times at once (A18), and the same form arrive as often.
func TestFiftyCountOnce(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town, _ *clock.Fake) {
		rec := open(t, w, report())
		who := access.Actor{City: 1, Person: 77}
		var all sync.WaitGroup
		secrets := make([]string, 50)
		for i := range 50 {
			all.Go(func() {
				_, err := w.Desk.Support(t.Context(), who, rec.ID, casework.Support{Claim: casework.Claim{Phone: "13911112222"}})
				if err != nil && !errors.Is(err, casework.ErrKnown) {
					t.Errorf("person %d: %v", i, err)
				}
				got, err := w.Desk.Support(t.Context(), access.Nobody(1), rec.ID, casework.Support{ClientRef: "one form"})
				if err != nil {
					t.Errorf("form %d: %v", i, err)
				}
				secrets[i] = got.Secret
			})
		}
		all.Wait()
		if got := told(t, w, rec.ID); got != "2/1" {
			t.Errorf("told %s, want 2/1", got)
		}
		for _, s := range secrets {
			if s != secrets[0] || s == "" {
				t.Errorf("another receipt: %q, %q", s, secrets[0])
			}
		}
		rows, err := store.Value[int64](t.Context(), w.City, `select count(*) from case_supporter where city = ? and case_id = ?`, w.City.ID, rec.ID)
		if err != nil || rows != 2 {
			t.Errorf("%d rows, %v", rows, err)
		}
	})
}

// TestRevealOpensWhoJoined: one reason opens all who left something, and each of them reads it: not who joined later, left nothing, or wanted to stay unknown.
func TestRevealOpensWhoJoined(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town, clk *clock.Fake) {
		main, twin := open(t, w, report()), open(t, w, func() casework.Report { r := report(); r.Phone, r.Name = "13900002222", "韩梅梅"; return r }())
		unknown := open(t, w, func() casework.Report { r := report(); r.Phone, r.Hidden = "13600009999", true; return r }())
		ofTwin := support(t, w, twin.ID, casework.Support{Phone: "13700003333"})
		joined := support(t, w, main.ID, casework.Support{Phone: "13500004444", Name: "王五"})
		silent := support(t, w, main.ID, casework.Support{})
		merge(t, w, twin.ID, main.Number)
		merge(t, w, unknown.ID, main.Number)
		clk.Advance(1e9)
		all, err := w.Desk.Reveal(t.Context(), w.Worker(), main.ID, "上门前联系")
		if err != nil || all.Phone != "13800001234" {
			t.Fatalf("%+v, %v", all, err)
		}
		var phones []string
		for _, p := range all.Others {
			phones = append(phones, p.Phone)
		}
		slices.Sort(phones)
		if got := strings.Join(phones, " "); got != "13500004444 13700003333 13900002222" {
			t.Errorf("opened %s", got)
		}
		clk.Advance(1e9)
		later := support(t, w, main.ID, casework.Support{Phone: "13400005555"})
		for _, x := range []struct {
			who, number, secret string
			reads               bool
		}{{"the reporter", main.Number, main.Secret, true}, {"who joined", main.Number, joined.Secret, true}, {"the twin's reporter", twin.Number, twin.Secret, true},
			{"who joined the twin", main.Number, ofTwin.Secret, true}, {"who left nothing", main.Number, silent.Secret, false},
			{"who joined later", main.Number, later.Secret, false}, {"who is unknown", unknown.Number, unknown.Secret, false}} {
			f, err := w.Desk.Track(t.Context(), x.number, casework.Claim{Secret: x.secret})
			if err != nil {
				t.Fatal(x.who, err)
			}
			steps := f.Steps
			if f.Main != nil {
				steps = f.Main.Steps
			}
			i := slices.IndexFunc(steps, func(h casework.Happened) bool { return h.Verb == "reveal" })
			if i >= 0 != x.reads || i >= 0 && steps[i].Note != "上门前联系" {
				t.Errorf("%s reads %+v, want %v", x.who, steps, x.reads)
			}
		}
		nothing := open(t, w, func() casework.Report { r := report(); r.Phone, r.Name = "", ""; return r }())
		if has, err := w.Desk.HasContact(t.Context(), nothing.ID); err != nil || has {
			t.Errorf("nobody left anything: %v, %v", has, err)
		}
		support(t, w, nothing.ID, casework.Support{Phone: "13500004444"})
		if has, err := w.Desk.HasContact(t.Context(), nothing.ID); err != nil || !has {
			t.Errorf("who joined left a phone: %v, %v", has, err)
		}
	})
}
