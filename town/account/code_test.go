package account_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"mulin/internal/access"
	"mulin/internal/store"
	"mulin/town/account"
)

const phone = "13800138000"

func (w *town) code() string {
	w.t.Helper()
	w.clk.Advance(time.Hour) // out of reach of the limit on sending
	w.ok(w.SendCode(ctx(), phone, ""))
	w.out.mu.Lock()
	defer w.out.mu.Unlock()
	return w.out.sent[phone]
}

func other(code string) string {
	if code == "000000" {
		return "000001"
	}
	return "000000"
}

func TestCode(t *testing.T) {
	each(t, func(w *town) {
		code := w.code()
		_, err := w.VerifyCode(ctx(), "13800138001", code, "")
		w.is(err, account.ErrCode)
		_, err = w.VerifyCode(ctx(), phone, other(code), "")
		w.is(err, account.ErrCode)
		s, err := w.VerifyCode(ctx(), "+86 138-0013-8000", " "+code, "10.0.0.1")
		w.ok(err)
		who := w.actor(s.Token)
		if !s.Resident || who.Person == 0 || len(who.Posts) != 0 {
			w.t.Errorf("resident = %+v, %+v", who, s)
		}
		if got, err := w.Phone(ctx(), who); err != nil || got != phone {
			w.t.Errorf("Phone = %q, %v", got, err)
		}
		_, err = w.VerifyCode(ctx(), phone, code, "")
		w.is(err, account.ErrCode) // used

		again, err := w.VerifyCode(ctx(), "１３８００１３８０００", w.code(), "")
		w.ok(err)
		if again.Person != s.Person || again.Token == s.Token {
			w.t.Errorf("second time: %+v after %+v", again, s)
		}
		_, err = w.Appoint(ctx(), w.system, s.Person, "clerk", 0, w.id["East"])
		w.is(err, account.ErrResident)
		_, err = w.ResetPassword(ctx(), w.system, s.Person)
		w.is(err, account.ErrResident)
		_, err = w.SignIn(ctx(), "", "", "")
		w.is(err, account.ErrWrong)

		chief, _, _ := w.staff("chief", account.Admin, 0, "East")
		w.is(w.SignOutAll(ctx(), chief, s.Person), access.ErrDenied)
		_, _, err = w.Person(ctx(), chief, s.Person)
		w.is(err, account.ErrNoPerson)
		w.ok(w.SignOutAll(ctx(), who, s.Person))
		_, _, err = w.Session(ctx(), again.Token)
		w.is(err, account.ErrNoSession)
		w.ok(w.city.Write(ctx(), func(tx *store.Tx) error {
			tx.Exec(`update account_person set active = false where city = ? and id = ?`, tx.City, s.Person)
			return nil
		}))
		_, err = w.VerifyCode(ctx(), phone, w.code(), "")
		w.is(err, account.ErrInactive)
	})
}

// TestCodeRace sends the right code many times at once: one session (A18).
func TestCodeRace(t *testing.T) {
	each(t, func(w *town) {
		for range 3 {
			code, before := w.code(), w.count("account_session")
			if good := parallel(50, func(int) error { return second(w.VerifyCode(ctx(), phone, code, "")) }); good != 1 {
				w.t.Errorf("%d of 50 parallel tries got in", good)
			}
			if got := w.count("account_session") - before; got != 1 {
				w.t.Errorf("%d sessions from one code", got)
			}
		}
		people, err := w.Staff(ctx(), w.system, "", 0, 10)
		w.ok(err)
		if n := w.count("account_person"); n != 1 || len(people) != 0 {
			w.t.Errorf("%d people, %d of them staff; want one resident", n, len(people))
		}
	})
}

// TestCodeGuesses allows five guesses, also when they come at once; the right one after them is too late.
func TestCodeGuesses(t *testing.T) {
	each(t, func(w *town) {
		code := w.code()
		parallel(10, func(int) error { return second(w.VerifyCode(ctx(), phone, other(code), "")) })
		_, err := w.VerifyCode(ctx(), phone, code, "")
		w.is(err, account.ErrCode)

		code = w.code() // a new code, new tries
		for range 4 {
			_, err = w.VerifyCode(ctx(), phone, other(code), "")
			w.is(err, account.ErrCode)
		}
		w.ok(second(w.VerifyCode(ctx(), phone, code, "")))
	})
}

// TestCodeExpiry moves the clock (A20).
func TestCodeExpiry(t *testing.T) {
	each(t, func(w *town) {
		code := w.code()
		w.clk.Advance(5 * time.Minute)
		_, err := w.VerifyCode(ctx(), phone, code, "")
		w.is(err, account.ErrCode)
		code = w.code()
		w.clk.Advance(5*time.Minute - time.Second)
		w.ok(second(w.VerifyCode(ctx(), phone, code, "")))
		old := w.code()
		if fresh := w.code(); fresh != old {
			_, err = w.VerifyCode(ctx(), phone, old, "")
			w.is(err, account.ErrCode)
		}
	})
}

func TestCodeLimits(t *testing.T) {
	each(t, func(w *town) {
		w.ok(w.SendCode(ctx(), phone, "10.0.0.1"))
		w.is(w.SendCode(ctx(), phone, "10.0.0.2"), account.ErrOften)
		if good := parallel(20, func(i int) error { return w.SendCode(ctx(), "13900139000", "") }); good != 1 {
			w.t.Errorf("%d codes sent at once to one phone", good)
		}
		sent := 1
		for range 30 {
			w.clk.Advance(61 * time.Second)
			if w.SendCode(ctx(), phone, "10.0.0.3") == nil {
				sent++
			}
		}
		if sent != 5 {
			w.t.Errorf("%d codes to one phone within the hour, want 5", sent)
		}
		for range 24 {
			w.clk.Advance(30 * time.Minute)
			if w.SendCode(ctx(), phone, "10.0.0.3") == nil {
				sent++
			}
		}
		if sent != 10 {
			w.t.Errorf("%d codes to one phone within the day, want 10", sent)
		}
		w.clk.Advance(24 * time.Hour)
		good := parallel(30, func(i int) error { return w.SendCode(ctx(), fmt.Sprintf("137001370%02d", i), "10.0.0.4") })
		if good != 20 {
			w.t.Errorf("%d codes for one address, want 20", good)
		}
		for _, bad := range []string{"", "123", "12800138000", "138001380001", "abc", "+86 10 1234", "+0123456789", "'; drop table"} {
			w.is(w.SendCode(ctx(), bad, ""), account.ErrPhone)
		}
		w.ok(w.SendCode(ctx(), "+44 7700 900123", ""))
		w.out.fail = errors.New("no signal")
		w.is(w.SendCode(ctx(), "13600136000", ""), account.ErrUnsent)
	})
}

func TestSweep(t *testing.T) {
	each(t, func(w *town) {
		w.staff("early", "clerk", 0, "East")
		w.code()
		w.clk.Advance(11 * time.Hour)
		_, _, token := w.staff("late", "clerk", 0, "East")
		w.ok(second(w.VerifyCode(ctx(), phone, w.code(), "")))
		_, err := w.SignIn(ctx(), "ghost", "wrong", "10.9.9.9")
		w.is(err, account.ErrWrong)
		w.ok(w.Sweep(ctx()))
		if n := w.count("account_session"); n != 2 {
			w.t.Errorf("%d sessions left, want 2", n)
		}
		w.actor(token)
		w.clk.Advance(48 * time.Hour)
		w.ok(w.Sweep(ctx()))
		for _, table := range []string{"account_session", "account_code", "account_try"} {
			if n := w.count(table); n != 0 {
				w.t.Errorf("%d rows left in %s", n, table)
			}
		}
	})
}

// TestManyAtOnce signs people in and out, looks and changes from many sides: for the race detector.
func TestManyAtOnce(t *testing.T) {
	each(t, func(w *town) {
		_, _, token := w.staff("shared", "clerk", 0, "East")
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				for j := range 20 {
					if _, _, err := w.Session(ctx(), token); err != nil {
						w.t.Error(err)
					}
					if (i+j)%10 == 0 {
						if err := w.SetRole(ctx(), w.system, "clerk", nil); err != nil {
							w.t.Error(err)
						}
					}
					w.OnDuty("/1/2/", "clerk")
				}
			})
		}
		wg.Wait()
	})
}

// TestIndexes sees that finding an account doesn't read all residents.
func TestIndexes(t *testing.T) {
	each(t, func(w *town) {
		if w.city.DB().Engine() != "sqlite" {
			return // with few rows PostgreSQL reads them all
		}
		for _, where := range []string{"login = ? and login <> ''", "phone_blind = ? and phone_blind <> ''"} {
			plan, err := w.city.DB().Explain(ctx(), `select id from account_person where city = ? and `+where, 1, "x")
			w.ok(err)
			if !strings.Contains(plan, "account_person_") {
				w.t.Errorf("%s: %s", where, plan)
			}
		}
	})
}
