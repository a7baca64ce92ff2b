package account_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/ledger"
	"mulin/internal/register"
	"mulin/internal/seal"
	"mulin/internal/store"
	"mulin/internal/storetest"
	"mulin/schema"
	"mulin/town/account"
	"mulin/town/place"
)

const password = "river-lamp-forty"

// outbox keeps the codes instead of sending them.
type outbox struct {
	mu   sync.Mutex
	sent map[string]string
	fail error
}

func (o *outbox) Send(_ context.Context, phone, code string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.sent == nil {
		o.sent = map[string]string{}
	}
	o.sent[phone] = code
	return o.fail
}

// town is a city with two streets, a community and a grid in the first one, and an administrator.
type town struct {
	*account.Accounts
	t      *testing.T
	city   *store.City
	clk    *clock.Fake
	places *place.Register
	out    *outbox
	system access.Actor
	id     map[string]int64 // of places by name
}

func newTown(t *testing.T, city *store.City, clk *clock.Fake) *town {
	t.Helper()
	w := &town{t: t, city: city, clk: clk, out: &outbox{}, system: access.System(city.ID), id: map[string]int64{}}
	w.places = place.New(city)
	made, err := w.places.AddAll(ctx(), w.system, []place.Details{
		{Kind: place.City, Code: "c", Name: "City"},
		{Kind: place.Street, ParentCode: "c", Code: "s1", Name: "East"},
		{Kind: place.Street, ParentCode: "c", Code: "s2", Name: "West"},
		{Kind: place.Community, ParentCode: "s1", Code: "m1", Name: "Garden"},
		{Kind: place.Grid, ParentCode: "m1", Code: "g1", Name: "First"},
		{Kind: place.Grid, ParentCode: "m1", Code: "g2", Name: "Second"},
	})
	w.ok(err)
	for _, p := range made {
		w.id[p.Name] = p.ID
	}
	w.Accounts = w.node()
	w.role(account.Admin, map[access.Right]access.Scope{account.Edit: "territory", account.See: "territory"})
	w.role("grid_worker", map[access.Right]access.Scope{"case.see": "territory"})
	w.role("clerk", map[access.Right]access.Scope{"case.see": "territory", account.Edit: "territory", account.See: "territory"})
	w.role("leader", map[access.Right]access.Scope{"case.see": "territory", "case.close": "territory"})
	w.role("department", map[access.Right]access.Scope{"case.see": "body"})
	return w
}

// node is another process on the same database.
func (w *town) node() *account.Accounts {
	return account.New(w.city, w.places, units, seal.New(bytes.Repeat([]byte{7}, 32)), w.out)
}

func ctx() context.Context { return context.Background() }

func (w *town) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *town) is(err, want error) {
	w.t.Helper()
	if !errors.Is(err, want) {
		w.t.Fatalf("error = %v, want %v", err, want)
	}
}

func (w *town) role(name string, rights map[access.Right]access.Scope) {
	w.t.Helper()
	w.ok(w.SetRole(ctx(), w.system, name, rights))
}

// person makes somebody with a password of their own.
func (w *town) person(login string) account.Person {
	w.t.Helper()
	p, err := w.Create(ctx(), w.system, account.NewPerson{Login: login, Name: "N " + login, Phone: "0632-12345", Password: password, Settled: true})
	w.ok(err)
	return p
}

// staff makes somebody with a post, signs them in and gives their token.
func (w *town) staff(login, role string, body int64, at string) (access.Actor, account.Post, string) {
	w.t.Helper()
	post, err := w.Appoint(ctx(), w.system, w.person(login).ID, role, body, w.id[at])
	w.ok(err)
	s, err := w.SignIn(ctx(), login, password, "10.0.0.1")
	w.ok(err)
	return w.actor(s.Token), post, s.Token
}

func (w *town) actor(token string) access.Actor {
	w.t.Helper()
	who, _, err := w.Session(ctx(), token)
	w.ok(err)
	return who
}

func each(t *testing.T, f func(w *town)) {
	t.Helper()
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Fake) { f(newTown(t, storetest.NewCity(t, db), clk)) })
}

func (w *town) count(table string) int64 {
	w.t.Helper()
	n, err := store.Value[int64](ctx(), w.city, `select count(*) from `+table+` where city = ?`, w.city.ID)
	w.ok(err)
	return n
}

// parallel runs f n times at once and counts the answers without an error.
func parallel(n int, f func(i int) error) (good int64) {
	var wg sync.WaitGroup
	var count atomic.Int64
	for i := range n {
		wg.Go(func() {
			if f(i) == nil {
				count.Add(1)
			}
		})
	}
	wg.Wait()
	return count.Load()
}

func TestSignIn(t *testing.T) {
	each(t, func(w *town) {
		who, _, token := w.staff("wang.fang", "grid_worker", 7, "First")
		if who.Name != "N wang.fang" || who.City != 1 || len(who.Posts) != 1 || who.Posts[0].Body != 7 {
			w.t.Fatalf("actor = %+v", who)
		}
		w.ok(who.May("case.see", access.At{Path: who.Posts[0].Path + "99/"}))
		w.is(who.May("case.close", access.At{Path: who.Posts[0].Path}), access.ErrDenied)

		again, err := w.SignIn(ctx(), " Ｗang.Fang ", password, "10.0.0.1:55")
		w.ok(err)
		if again.Token == token {
			w.t.Error("the token is not new")
		}
		for _, bad := range []string{"", "x", token + "A", token[:42], strings.ToUpper(token), "../" + token[3:]} {
			_, _, err := w.Session(ctx(), bad)
			w.is(err, account.ErrNoSession)
		}
		for _, c := range [][2]string{{"wang.fang", "wrong"}, {"nobody", password}, {"", ""}, {"wang.fang", ""}} {
			_, err := w.SignIn(ctx(), c[0], c[1], "10.0.0.2")
			w.is(err, account.ErrWrong)
		}
		w.ok(w.SignOut(ctx(), token))
		_, _, err = w.Session(ctx(), token)
		w.is(err, account.ErrNoSession)
		w.actor(again.Token)
	})
}

// TestNothingInClear looks for tokens, passwords, phones and codes in every row (A36).
func TestNothingInClear(t *testing.T) {
	each(t, func(w *town) {
		_, _, token := w.staff("secretive", "clerk", 0, "Garden")
		w.ok(w.SendCode(ctx(), "13800138000", "10.0.0.1"))
		for _, q := range []string{
			`select count(*) from account_session where city = ? and cast(token as text) like ?`,
			`select count(*) from account_person where city = ? and (password like ? or cast(phone as text) like ? or phone_blind like ?)`,
			`select count(*) from account_code where city = ? and (phone like ? or code like ?)`,
			`select count(*) from account_try where city = ? and name like ?`,
			`select count(*) from ledger_entry where city = ? and body like ?`,
		} {
			for _, secret := range []string{token, password, "13800138000", w.out.sent["13800138000"], "0632", "secretive", "10.0.0.1"} {
				args := []any{w.city.ID}
				for range strings.Count(q, "like") {
					args = append(args, "%"+secret+"%")
				}
				n, err := store.Value[int64](ctx(), w.city, q, args...)
				w.ok(err)
				if n != 0 {
					w.t.Errorf("%q found by %s", secret, q)
				}
			}
		}
	})
}

func TestLockOut(t *testing.T) {
	each(t, func(w *town) {
		w.person("locked")
		for range 5 {
			_, err := w.SignIn(ctx(), "locked", "wrong", "10.0.0.9")
			w.is(err, account.ErrWrong)
		}
		_, err := w.SignIn(ctx(), "locked", password, "10.0.0.1") // the login, from elsewhere
		w.is(err, account.ErrLocked)
		w.person("other")
		_, err = w.SignIn(ctx(), "other", password, "10.0.0.9") // the address, with another login
		w.is(err, account.ErrLocked)
		_, err = w.SignIn(ctx(), "other", password, "10.0.0.1")
		w.ok(err)
		w.clk.Advance(15 * time.Minute)
		_, err = w.SignIn(ctx(), "locked", password, "10.0.0.9")
		w.ok(err)
		for range 4 { // counting begins anew
			_, err = w.SignIn(ctx(), "locked", "wrong", "10.0.0.9")
			w.is(err, account.ErrWrong)
		}
		_, err = w.SignIn(ctx(), "locked", password, "10.0.0.9")
		w.ok(err)
	})
}

// TestLockOutOfUnknown sees that a login that doesn't exist is locked like one that does.
func TestLockOutOfUnknown(t *testing.T) {
	each(t, func(w *town) {
		for i := range 7 {
			_, err := w.SignIn(ctx(), "ghost", "wrong", fmt.Sprintf("10.1.0.%d", i))
			if want := []error{account.ErrWrong, account.ErrLocked}[min(i/5, 1)]; !errors.Is(err, want) {
				w.t.Errorf("try %d: %v, want %v", i+1, err, want)
			}
		}
		for i := range 6 { // one household
			_, err := w.SignIn(ctx(), fmt.Sprint("ghost", i), "wrong", fmt.Sprintf("[2001:db8:1:2::%d]:443", i+1))
			if want := []error{account.ErrWrong, account.ErrLocked}[i/5]; !errors.Is(err, want) {
				w.t.Errorf("IPv6 try %d: %v, want %v", i+1, err, want)
			}
		}
	})
}

// TestParallelGuesses sees each of many guesses sent at once counted (A18, A36).
func TestParallelGuesses(t *testing.T) {
	each(t, func(w *town) {
		w.person("target")
		var wrong, locked atomic.Int64
		parallel(30, func(i int) error {
			_, err := w.SignIn(ctx(), "target", fmt.Sprint("guess", i), fmt.Sprintf("10.2.0.%d", i))
			if errors.Is(err, account.ErrWrong) {
				wrong.Add(1)
			}
			if errors.Is(err, account.ErrLocked) {
				locked.Add(1)
			}
			return err
		})
		if wrong.Load() != 5 || locked.Load() != 25 {
			w.t.Errorf("%d guesses were checked and %d refused, want 5 and 25", wrong.Load(), locked.Load())
		}
	})
}

// TestRushHour signs many in at once from one office: nobody is locked out.
func TestRushHour(t *testing.T) {
	each(t, func(w *town) {
		for i := range 3 {
			w.person(fmt.Sprint("clerk", i))
		}
		good := parallel(18, func(i int) error { return second(w.SignIn(ctx(), fmt.Sprint("clerk", i%3), password, "10.0.0.1")) })
		if good != 18 {
			w.t.Errorf("%d of 18 got in", good)
		}
	})
}

func TestSessionEnds(t *testing.T) {
	each(t, func(w *town) {
		_, _, token := w.staff("idler", "clerk", 0, "Garden")
		w.clk.Advance(12*time.Hour - time.Second)
		w.actor(token)
		w.clk.Advance(12 * time.Hour)
		_, _, err := w.Session(ctx(), token)
		w.is(err, account.ErrNoSession)

		s, err := w.SignIn(ctx(), "idler", password, "")
		w.ok(err)
		for range 15 { // always in use, yet over after seven days
			w.clk.Advance(11 * time.Hour)
			w.actor(s.Token)
		}
		w.clk.Advance(3 * time.Hour)
		_, _, err = w.Session(ctx(), s.Token)
		w.is(err, account.ErrNoSession)
	})
}

func TestSeenIsNotedSeldom(t *testing.T) {
	each(t, func(w *town) {
		_, _, token := w.staff("busy", "clerk", 0, "Garden")
		seen := func() int64 {
			v, err := store.Value[int64](ctx(), w.city, `select seen_at from account_session where city = ?`, w.city.ID)
			w.ok(err)
			return v
		}
		first := seen()
		for range 9 {
			w.clk.Advance(33 * time.Second)
			w.actor(token)
		}
		if seen() != first {
			w.t.Error("last use was noted within five minutes")
		}
		w.clk.Advance(5 * time.Second)
		w.actor(token)
		if got := seen(); got-first < 300_000_000 {
			w.t.Errorf("last use was not noted after five minutes: %d", got-first)
		}
	})
}

// TestTwoCities swaps tokens, logins, codes and actors between cities of one database (A13, A14).
func TestTwoCities(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		one, two := newTown(t, storetest.Found(t, db, 1), clk), newTown(t, storetest.Found(t, db, 2), clk)
		admin, post, token := one.staff("chen", account.Admin, 0, "City")
		_, _, err := two.Session(ctx(), token)
		two.is(err, account.ErrNoSession)
		_, err = two.SignIn(ctx(), "chen", password, "10.0.0.1")
		two.is(err, account.ErrWrong)
		one.ok(one.SendCode(ctx(), "13800138000", "10.0.0.1"))
		_, err = two.VerifyCode(ctx(), "13800138000", one.out.sent["13800138000"], "10.0.0.1")
		two.is(err, account.ErrCode)

		p := two.person("li")
		for name, err := range map[string]error{
			"create":  second(two.Create(ctx(), admin, account.NewPerson{Login: "mole", Name: "Mole"})),
			"appoint": second(two.Appoint(ctx(), admin, p.ID, "clerk", 0, two.id["City"])),
			"dismiss": two.Dismiss(ctx(), admin, post.ID),
			"active":  setActive(two.Accounts, admin, p.ID, false),
			"reset":   second(two.ResetPassword(ctx(), admin, p.ID)),
			"role":    two.SetRole(ctx(), admin, "mole", nil),
			"signout": two.SignOutAll(ctx(), admin, p.ID),
			"change":  second(two.ChangePassword(ctx(), admin, password, "another-lamp-river")),
			"staff":   second(two.Staff(ctx(), admin, "", 0, 10)),
			"system":  second(two.Create(ctx(), access.System(1), account.NewPerson{Login: "mole", Name: "Mole"})),
		} {
			if !errors.Is(err, access.ErrDenied) {
				t.Errorf("%s by an actor of another city: %v", name, err)
			}
		}
	})
}

// setActive closes an account or opens it again, as the pages do. Whoever may not see somebody is denied.
func setActive(a *account.Accounts, who access.Actor, person int64, active bool) error {
	staff := a.Noun()
	m, err := staff.Get(ctx(), who, person)
	switch {
	case errors.Is(err, register.ErrMissing):
		return access.ErrDenied
	case err == nil && active:
		return staff.Restore(ctx(), who, m)
	case err == nil:
		err = staff.Retire(ctx(), who, person, m.Version, "")
	}
	return err
}

func second[T any](_ T, err error) error { return err }

func TestPasswords(t *testing.T) {
	each(t, func(w *town) {
		who, _, token := w.staff("zhao", "clerk", 0, "East")
		other, err := w.SignIn(ctx(), "zhao", password, "")
		w.ok(err)
		_, err = w.ChangePassword(ctx(), who, "not it", "another-lamp-river")
		if err == nil {
			w.t.Fatal("changed without the old password")
		}
		for _, weak := range []string{"", "short", "1234567890", "password2026", "aaaaaaaaaaaa", "zhao-is-my-name", "qwertyuiop", "woaini1314520", strings.Repeat("x1!y", 100), password} {
			if _, err := w.ChangePassword(ctx(), who, password, weak); err == nil {
				w.t.Errorf("took %q", weak)
			}
		}
		fresh, err := w.ChangePassword(ctx(), who, password, "another-lamp-river")
		w.ok(err)
		for _, old := range []string{token, other.Token} {
			_, _, err := w.Session(ctx(), old)
			w.is(err, account.ErrNoSession)
		}
		w.actor(fresh.Token)
		_, err = w.SignIn(ctx(), "zhao", password, "")
		w.is(err, account.ErrWrong)

		temporary, err := w.ResetPassword(ctx(), w.system, who.Person)
		w.ok(err)
		_, _, err = w.Session(ctx(), fresh.Token)
		w.is(err, account.ErrNoSession)
		s, err := w.SignIn(ctx(), "zhao", temporary, "")
		w.ok(err)
		if who := w.actor(s.Token); !s.MustChange || len(who.Posts) != 0 {
			w.t.Errorf("a temporary password gives posts: %+v", who)
		}
		s, err = w.ChangePassword(ctx(), who, temporary, "third-lamp-river")
		w.ok(err)
		if who := w.actor(s.Token); s.MustChange || len(who.Posts) != 1 {
			w.t.Errorf("after the change: %+v", who)
		}
	})
}

// TestResetRace sees no session survive that was opened with the old password while it was reset.
func TestResetRace(t *testing.T) {
	each(t, func(w *town) {
		p := w.person("racer")
		var mu sync.Mutex
		var tokens []string
		parallel(6, func(i int) error {
			if i == 3 {
				_, err := w.ResetPassword(ctx(), w.system, p.ID)
				return err
			}
			s, err := w.SignIn(ctx(), "racer", password, "")
			mu.Lock()
			defer mu.Unlock()
			tokens = append(tokens, s.Token)
			return err
		})
		for _, token := range tokens {
			if _, _, err := w.Session(ctx(), token); err == nil {
				w.t.Error("a session with the old password survived")
			}
		}
	})
}

func TestOneClick(t *testing.T) {
	each(t, func(w *town) {
		w.person("demo")
		_, err := w.SignInAs(ctx(), "demo")
		w.is(err, account.ErrNoOneClick)
		w.AllowOneClick()
		s, err := w.SignInAs(ctx(), "demo")
		w.ok(err)
		w.actor(s.Token)
		_, err = w.SignInAs(ctx(), "nobody")
		w.is(err, account.ErrWrong)
	})
}

func TestFirstAdmin(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		city := storetest.NewCity(t, db)
		places := place.New(city)
		a := account.New(city, places, units, seal.New(make([]byte, 32)), nil)
		if _, err := a.CreateFirstAdmin(ctx(), "root", password); err == nil {
			t.Error("made without any place")
		}
		if _, err := places.Add(ctx(), access.System(1), place.Details{Kind: place.City, Code: "c", Name: "City"}); err != nil {
			t.Fatal(err)
		}
		for _, weak := range []string{"", "admin12345", "1234567890"} {
			if _, err := a.CreateFirstAdmin(ctx(), "root", weak); err == nil {
				t.Errorf("took %q", weak)
			}
		}
		if _, err := a.CreateFirstAdmin(ctx(), "root", password); err != nil {
			t.Fatal(err)
		}
		s, err := a.SignIn(ctx(), "root", password, "")
		if err != nil {
			t.Fatal(err)
		}
		who, _, err := a.Session(ctx(), s.Token)
		if err != nil || len(who.Posts) != 1 {
			t.Fatalf("actor %+v, %v", who, err)
		}
		if err := a.Dismiss(ctx(), who, who.Posts[0].ID); !errors.Is(err, account.ErrLastAdmin) {
			t.Errorf("the last administrator: %v", err)
		}
		if err := setActive(a, who, who.Person, false); !errors.Is(err, account.ErrLastAdmin) {
			t.Errorf("the last administrator: %v", err)
		}
		if err := a.SetRole(ctx(), who, account.Admin, nil); err == nil {
			t.Error("administrators lost their rights")
		}
		if err := a.SendCode(ctx(), "13800138000", ""); !errors.Is(err, account.ErrUnsent) {
			t.Errorf("without a sender: %v", err)
		}
	})
}

// feed follows the ledger for a node.
func (w *town) feed(f ledger.Follower) *ledger.Feed {
	w.t.Helper()
	feed := ledger.NewFeed(w.city, slog.New(slog.DiscardHandler))
	w.ok(feed.Local(ctx(), f))
	return feed
}

// TestOldRolesMayLook: roles made before texts were masked may open them if they work on cases or could see who reported; others may not.
func TestOldRolesMayLook(t *testing.T) {
	for name, dsn := range map[schema.Engine]func(testing.TB) string{schema.SQLite: storetest.SQLite, schema.Postgres: storetest.Postgres} {
		t.Run(string(name), func(t *testing.T) {
			w := newTown(t, storetest.NewCity(t, storetest.Open(t, dsn(t), clock.New(storetest.Start))), clock.New(storetest.Start))
			for role, rights := range map[string]map[access.Right]access.Scope{
				"company": {"case.see": access.Body, "case.work": access.Body}, "branch": {"case.see": access.Territory, "contact.see": access.Territory},
				"desk": {"case.work": access.Territory, "contact.see": access.Territory}, "leader": {"case.see": access.Territory},
			} {
				w.ok(w.SetRole(ctx(), w.system, role, rights))
			}
			files, err := schema.For(name)
			w.ok(err)
			for _, f := range files {
				if f.Name != "0032_account_look" {
					continue
				}
				w.ok(w.city.Write(ctx(), func(tx *store.Tx) error {
					for _, sql := range strings.SplitAfter(f.SQL, ";\n") {
						if strings.Contains(sql, "insert") {
							tx.Exec(strings.TrimRight(sql, ";\n"))
						}
					}
					return nil
				}))
			}
			roles, err := w.Roles(ctx())
			w.ok(err)
			want := map[string]access.Scope{"company": access.Body, "branch": access.Territory, "desk": access.Territory, "leader": ""}
			for _, r := range roles {
				if scope, ok := want[r.Name]; ok && r.Rights["text.see"] != scope {
					t.Errorf("%s may look over %q, want %q", r.Name, r.Rights["text.see"], scope)
				}
			}
		})
	}
}
