package account_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"mulin/internal/access"
	"mulin/internal/store"
	"mulin/town/account"
)

// newcomer is somebody as an import makes them: without a password.
func (w *town) newcomer(login string) account.Person {
	w.t.Helper()
	p, err := w.Create(ctx(), w.system, account.NewPerson{Login: login, Name: "N " + login})
	w.ok(err)
	return p
}

func TestInvitation(t *testing.T) {
	each(t, func(w *town) {
		admin, _, _ := w.staff("root", account.Admin, 0, "City")
		p := w.newcomer("new")
		first, err := w.Invite(ctx(), admin, p.ID)
		w.ok(err)
		one, err := w.Invite(ctx(), admin, p.ID)
		w.ok(err)
		_, err = w.Invited(ctx(), first.Code) // the newer one took its place
		w.is(err, account.ErrInvitation)
		kept, err := store.Value[string](ctx(), w.city, `select code from account_invitation where city = ? and person = ?`, w.city.ID, p.ID)
		w.ok(err)
		if len(one.Code) < 26 || strings.Contains(kept, one.Code) {
			t.Errorf("of the code %q is kept %q", one.Code, kept)
		}
		got, err := w.Invited(ctx(), " "+strings.ToUpper(one.Code)+" ")
		w.ok(err)
		if got.Login != "new" {
			t.Errorf("invited is %+v", got)
		}
		if _, err := w.Accept(ctx(), one.Code, "short"); err == nil {
			t.Error("a weak password is taken")
		}
		var both sync.WaitGroup
		var mu sync.Mutex
		in := 0
		for range 4 {
			both.Go(func() {
				if _, err := w.Accept(ctx(), one.Code, password); err == nil {
					mu.Lock()
					in++
					mu.Unlock()
				}
			})
		}
		both.Wait()
		if in != 1 {
			t.Errorf("the code worked %d times", in)
		}
		s, err := w.SignIn(ctx(), "new", password, "10.0.0.9")
		w.ok(err)
		if s.MustChange {
			t.Error("a password of one's own must be changed")
		}
		_, err = w.Accept(ctx(), one.Code, password)
		w.is(err, account.ErrInvitation)
		_, err = w.Invite(ctx(), admin, p.ID)
		w.is(err, account.ErrSettled)
	})
}

func TestInvitationRunsOut(t *testing.T) {
	each(t, func(w *town) {
		admin, _, _ := w.staff("root", account.Admin, 0, "City")
		one, err := w.Invite(ctx(), admin, w.newcomer("new").ID)
		w.ok(err)
		w.clk.Advance(7*24*time.Hour - time.Minute)
		_, err = w.Invited(ctx(), one.Code)
		w.ok(err)
		w.clk.Advance(time.Minute)
		_, err = w.Accept(ctx(), one.Code, password)
		w.is(err, account.ErrInvitation)
		w.ok(w.Sweep(ctx()))
		n, err := store.Value[int64](ctx(), w.city, `select count(*) from account_invitation where city = ?`, w.city.ID)
		w.ok(err)
		if n != 0 {
			t.Errorf("%d invitations survive the sweep", n)
		}
		closed := w.newcomer("closed")
		two, err := w.Invite(ctx(), w.system, closed.ID)
		w.ok(err)
		w.ok(setActive(w.Accounts, w.system, closed.ID, false))
		_, err = w.Accept(ctx(), two.Code, password)
		w.is(err, account.ErrInvitation)
	})
}

// TestInviteAll invites those whom the actor could have appointed, once.
func TestInviteAll(t *testing.T) {
	each(t, func(w *town) {
		east, _, _ := w.staff("east", "clerk", 0, "East")
		mine, theirs := w.newcomer("mine"), w.newcomer("theirs")
		_, err := w.Appoint(ctx(), w.system, mine.ID, "grid_worker", 0, w.id["First"])
		w.ok(err)
		_, err = w.Appoint(ctx(), w.system, theirs.ID, "grid_worker", 0, w.id["West"])
		w.ok(err)
		all, err := w.InviteAll(ctx(), east)
		w.ok(err)
		if len(all) != 1 || all[0].ID != mine.ID {
			t.Errorf("invited: %+v", all)
		}
		if again, err := w.InviteAll(ctx(), east); err != nil || len(again) != 0 {
			t.Errorf("invited again: %+v, %v", again, err)
		}
		_, err = w.Invite(ctx(), east, theirs.ID)
		w.is(err, access.ErrDenied)
		reader, _, _ := w.staff("reader", "grid_worker", 0, "First")
		_, err = w.InviteAll(ctx(), reader)
		w.is(err, access.ErrDenied)
	})
}
