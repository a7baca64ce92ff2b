package account_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"mulin/internal/access"
	"mulin/internal/ledger"
	"mulin/town/account"
	"mulin/town/place"
)

// TestNoEscalation tries to give, or to reach through others, more than one has (A11, A12).
func TestNoEscalation(t *testing.T) {
	each(t, func(w *town) {
		clerk, clerkPost, _ := w.staff("clerk", "clerk", 5, "Garden")
		worker, workerPost, _ := w.staff("worker", "grid_worker", 0, "First")
		chief, chiefPost, _ := w.staff("chief", account.Admin, 5, "East")
		root, _, _ := w.staff("root", account.Admin, 0, "City")
		leader, leaderPost, _ := w.staff("boss", "leader", 0, "First")
		p := w.person("newcomer")
		appoint := func(who access.Actor, role string, body int64, at string) error {
			post, err := w.Appoint(ctx(), who, p.ID, role, body, w.id[at])
			if err == nil {
				w.ok(w.Dismiss(ctx(), w.system, post.ID))
			}
			return err
		}
		for _, c := range []struct {
			who  access.Actor
			role string
			body int64
			at   string
			want error
		}{
			{clerk, "grid_worker", 0, "First", nil},
			{clerk, "clerk", 0, "Garden", nil},
			{clerk, "grid_worker", 0, "East", access.ErrDenied},
			{clerk, "grid_worker", 0, "West", access.ErrDenied},
			{clerk, "leader", 0, "First", account.ErrBeyond},
			{clerk, account.Admin, 0, "First", account.ErrBeyond},
			{clerk, "department", 5, "First", account.ErrBeyond},
			{clerk, "department", 0, "First", nil}, // gives nothing
			{worker, "grid_worker", 0, "First", access.ErrDenied},
			{leader, "leader", 0, "First", access.ErrDenied},
			{chief, "leader", 0, "First", nil},
			{chief, account.Admin, 0, "Garden", nil},
			{chief, "grid_worker", 0, "West", access.ErrDenied},
			{chief, "grid_worker", 0, "City", access.ErrDenied},
			{chief, "department", 5, "First", nil},
			{chief, "department", 6, "First", account.ErrBeyond}, // somebody else's body, all over the city
			{root, "department", 6, "First", nil},
			{root, account.Admin, 0, "West", nil},
			{w.system, "leader", 9, "City", nil},
			{access.Nobody(1), "grid_worker", 0, "First", access.ErrDenied},
		} {
			if err := appoint(c.who, c.role, c.body, c.at); !errors.Is(err, c.want) || (err == nil) != (c.want == nil) {
				w.t.Errorf("%s appoints %s at %s for %d: %v, want %v", c.who.Name, c.role, c.at, c.body, err, c.want)
			}
		}
		for name, err := range map[string]error{
			"dismiss one above": w.Dismiss(ctx(), clerk, chiefPost.ID),
			"dismiss wider":     w.Dismiss(ctx(), clerk, leaderPost.ID),
			"reset leader":      second(w.ResetPassword(ctx(), clerk, leader.Person)),
			"reset admin":       second(w.ResetPassword(ctx(), clerk, root.Person)),
			"close admin":       setActive(w.Accounts, chief, root.Person, false),
			"sign out admin":    w.SignOutAll(ctx(), chief, root.Person),
			"edit roles":        w.SetRole(ctx(), chief, "clerk", map[access.Right]access.Scope{"case.close": "territory"}),
			"worker creates":    second(w.Create(ctx(), worker, account.NewPerson{Login: "xx", Name: "X"})),
			"worker dismisses":  w.Dismiss(ctx(), worker, clerkPost.ID),
			"settled by staff":  second(w.Create(ctx(), root, account.NewPerson{Login: "xx", Name: "X", Password: password, Settled: true})),
		} {
			if !errors.Is(err, access.ErrDenied) && !errors.Is(err, account.ErrBeyond) {
				w.t.Errorf("%s: %v, want a refusal", name, err)
			}
		}
		w.ok(second(w.ResetPassword(ctx(), clerk, worker.Person)))
		w.ok(w.Dismiss(ctx(), clerk, workerPost.ID))
		w.is(w.Dismiss(ctx(), clerk, workerPost.ID), account.ErrNoPost)
		w.ok(w.SetRole(ctx(), root, "helper", nil))
	})
}

func TestAppointMistakes(t *testing.T) {
	each(t, func(w *town) {
		p := w.person("someone")
		w.ok(second(w.Appoint(ctx(), w.system, p.ID, "clerk", 1, w.id["East"])))
		for name, err := range map[string]error{
			"twice":      second(w.Appoint(ctx(), w.system, p.ID, "clerk", 1, w.id["East"])),
			"no role":    second(w.Appoint(ctx(), w.system, p.ID, "king", 0, w.id["East"])),
			"no place":   second(w.Appoint(ctx(), w.system, p.ID, "clerk", 0, 999)),
			"no body":    second(w.Appoint(ctx(), w.system, p.ID, "clerk", 99, w.id["East"])),
			"no person":  second(w.Appoint(ctx(), w.system, 999, "clerk", 0, w.id["East"])),
			"login":      second(w.Create(ctx(), w.system, account.NewPerson{Login: "SomeOne", Name: "Other"})),
			"login form": second(w.Create(ctx(), w.system, account.NewPerson{Login: "<b>", Name: "Other"})),
			"no name":    second(w.Create(ctx(), w.system, account.NewPerson{Login: "other", Name: " "})),
			"weak":       second(w.Create(ctx(), w.system, account.NewPerson{Login: "other", Name: "Other", Password: "12345"})),
			"scope":      w.SetRole(ctx(), w.system, "odd", map[access.Right]access.Scope{"case.see": "everything"}),
			"right":      w.SetRole(ctx(), w.system, "odd", map[access.Right]access.Scope{"'; drop": "body"}),
			"role name":  w.SetRole(ctx(), w.system, "O d", nil),
		} {
			if err == nil {
				w.t.Errorf("%s: no fault", name)
			}
		}
		w.ok(setActive(w.Accounts, w.system, p.ID, false))
		if err := second(w.Appoint(ctx(), w.system, p.ID, "clerk", 2, w.id["East"])); err == nil {
			w.t.Error("a closed account was appointed")
		}
	})
}

// TestAtOnce sees dismissals, closings and changed roles count with the next request, here and within a second on other nodes.
func TestAtOnce(t *testing.T) {
	each(t, func(w *town) {
		_, post, token := w.staff("gone", "grid_worker", 0, "First")
		second, third := w.node(), w.node()
		feed := w.feed(second.Follower())
		rights := func(a *account.Accounts) int {
			who, _, err := a.Session(ctx(), token)
			if err != nil {
				return -1
			}
			n := 0
			for _, p := range who.Posts {
				n += len(p.Rights)
			}
			return n
		}
		all := func(want int, what string) {
			w.t.Helper()
			if got := rights(w.Accounts); got != want {
				w.t.Errorf("%s: %d rights here, want %d", what, got, want)
			}
			w.ok(feed.CatchUp(ctx()))
			if got := rights(second); got != want {
				w.t.Errorf("%s: %d rights on a node that follows, want %d", what, got, want)
			}
			w.clk.Advance(time.Second)
			if got := rights(third); got != want {
				w.t.Errorf("%s: %d rights on a node a second later, want %d", what, got, want)
			}
		}
		all(1, "at first")
		w.role("grid_worker", map[access.Right]access.Scope{"case.see": "territory", "case.take": "territory"})
		all(2, "role")
		w.ok(w.Dismiss(ctx(), w.system, post.ID))
		all(0, "dismissed")
		w.ok(setActive(w.Accounts, w.system, post.Person, false))
		all(-1, "closed")
		_, err := w.SignIn(ctx(), "gone", password, "")
		w.is(err, account.ErrWrong)
		w.ok(setActive(w.Accounts, w.system, post.Person, true))
		all(-1, "opened again")
		s, err := w.SignIn(ctx(), "gone", password, "")
		w.ok(err)
		token = s.Token
		all(0, "signed in again")
		w.ok(w.SignOut(ctx(), token))
		all(-1, "signed out")
	})
}

// TestRightName sees every entry under the name of who did it, however many act at once (A30).
func TestRightName(t *testing.T) {
	each(t, func(w *town) {
		var admins []access.Actor
		for i := range 4 {
			who, _, _ := w.staff(fmt.Sprint("admin", i), account.Admin, 0, "City")
			admins = append(admins, who)
		}
		p := w.person("subject")
		var mu sync.Mutex
		by := map[int64]int64{}
		good := parallel(20, func(i int) error {
			who := admins[i%len(admins)]
			post, err := w.Appoint(ctx(), who, p.ID, "clerk", int64(i+1), w.id["East"])
			mu.Lock()
			defer mu.Unlock()
			by[post.ID] = who.Person
			return err
		})
		if good != 20 {
			w.t.Fatalf("%d of 20 appointed", good)
		}
		for id, person := range by {
			entries, err := ledger.Of(ctx(), w.city, 1, "post", id, 0, 10)
			w.ok(err)
			var body struct{ Person, Body, Place int64 }
			w.ok(json.Unmarshal(entries[0].Body, &body))
			if len(entries) != 1 || entries[0].Person != person || body.Person != p.ID {
				w.t.Errorf("post %d was given by %d, the ledger says %+v", id, person, entries)
			}
		}
		good = parallel(10, func(int) error { return second(w.Appoint(ctx(), w.system, p.ID, "leader", 1, w.id["East"])) })
		if good != 1 {
			w.t.Errorf("the same post was given %d times", good)
		}
	})
}

func TestOnDuty(t *testing.T) {
	each(t, func(w *town) {
		w.ok(w.Load(ctx()))
		_, first, _ := w.staff("one", "grid_worker", 3, "First")
		w.staff("two", "grid_worker", 3, "Second")
		w.staff("street", "grid_worker", 0, "East")
		path := func(name string) string {
			p, _ := w.places.Get(w.id[name])
			return p.Path
		}
		expect := func(path, role, want string) {
			w.t.Helper()
			got := ""
			for _, k := range w.OnDuty(path, role) {
				got += k.Name + " " + k.Phone + ";"
			}
			if got != want {
				w.t.Errorf("on duty at %s: %q, want %q", path, got, want)
			}
		}
		expect(path("First"), "grid_worker", "N one 0632-12345;")
		expect(path("First")+"77/78/", "grid_worker", "N one 0632-12345;")
		expect(path("Garden"), "grid_worker", "N street 0632-12345;")
		expect(path("West"), "grid_worker", "")
		expect(path("First"), "leader", "")
		expect("", "grid_worker", "")

		merged, err := w.places.Merge(ctx(), w.system, []int64{w.id["First"], w.id["Second"]}, place.Details{Kind: place.Grid, Parent: w.id["Garden"], Code: "g3", Name: "Third"})
		w.ok(err)
		expect(merged.Path, "grid_worker", "N one 0632-12345;N two 0632-12345;")
		s, err := w.SignIn(ctx(), "one", password, "")
		w.ok(err)
		who := w.actor(s.Token)
		w.ok(who.May("case.see", access.At{Path: merged.Path}))
		w.ok(who.May("case.see", access.At{Path: path("First")})) // what was reported before the merge
		w.is(who.May("case.see", access.At{Path: path("Second")}), access.ErrDenied)

		w.ok(w.Dismiss(ctx(), w.system, first.ID))
		expect(merged.Path, "grid_worker", "N two 0632-12345;")
		if got := w.Name(first.Person); got != "N one" {
			w.t.Errorf("Name = %q", got)
		}
		if w.Name(12345) != "" {
			w.t.Error("the unknown have a name")
		}
	})
}

func TestStaff(t *testing.T) {
	each(t, func(w *town) {
		clerk, _, _ := w.staff("clerk", "clerk", 0, "Garden")
		worker, _, _ := w.staff("worker", "grid_worker", 0, "First")
		west, _, _ := w.staff("western", "grid_worker", 0, "West")
		w.person("nobody.yet")
		names := func(who access.Actor, query string, after int64, limit int) (s string) {
			w.t.Helper()
			all, err := w.Staff(ctx(), who, query, after, limit)
			w.ok(err)
			for _, h := range all {
				s += fmt.Sprint(h.Login, len(h.Posts), " ")
			}
			return s
		}
		if got := names(clerk, "", 0, 10); got != "clerk1 nobody.yet0 worker1 " {
			w.t.Errorf("a clerk sees %q", got)
		}
		if got := names(clerk, "W", clerk.Person, 10); got != "worker1 " {
			w.t.Errorf("searched, from the second page: %q", got)
		}
		w.is(second(w.Staff(ctx(), worker, "", 0, 10)), access.ErrDenied)
		_, _, err := w.Person(ctx(), clerk, west.Person)
		w.is(err, account.ErrNoPerson)
		_, _, err = w.Person(ctx(), worker, clerk.Person)
		w.is(err, access.ErrDenied)
		_, posts, err := w.Person(ctx(), worker, worker.Person)
		w.ok(err)
		if len(posts) != 1 {
			w.t.Errorf("own posts: %v", posts)
		}
		roles, err := w.Roles(ctx())
		w.ok(err)
		if len(roles) != 5 || roles[0].Name != account.Admin || roles[0].Rights[account.Edit] != access.Territory {
			w.t.Errorf("Roles = %v", roles)
		}
	})
}
