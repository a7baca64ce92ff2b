package account_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/fault"
	"mulin/internal/ledger"
	"mulin/internal/register"
	"mulin/internal/register/registertest"
	"mulin/internal/store"
	"mulin/internal/storetest"
	"mulin/town/account"
)

// units is a city with every body but 99.
var units = register.Directory{Live: func(id int64) bool { return id != 99 }}

// TestNoun holds the staff to what every register promises.
func TestNoun(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		w := newTown(t, storetest.NewCity(t, db), clk)
		n := 0
		registertest.Run(t, w.city, w.Noun().Noun, func(i int, x any) {
			m := x.(*account.Member)
			n++
			m.Name, m.Login, m.Phone = fmt.Sprintf("王%d", n), fmt.Sprintf("u%d", i), fmt.Sprintf("0632-55%05d", n)
			if i > 0 {
				m.Posts = []account.Post{{Role: "clerk", Place: w.id["East"]}, {Role: "leader", Body: 5 + int64(i%2), Place: w.id["Garden"]}}
			}
		})
	})
}

// TestNobodyGivesMore sees that a row gives and takes no more than its sender could by hand.
func TestNobodyGivesMore(t *testing.T) {
	each(t, func(w *town) {
		staff := w.Noun()
		clerk, _, _ := w.staff("clerk", "clerk", 0, "East")
		chief, _, _ := w.staff("chief", account.Admin, 0, "East")
		root, _, _ := w.staff("root", account.Admin, 0, "City")
		posts := func(pairs ...any) (all []account.Post) {
			for i := 0; i < len(pairs); i += 2 {
				all = append(all, account.Post{Role: pairs[i].(string), Place: w.id[pairs[i+1].(string)]})
			}
			return all
		}
		n := 0
		for _, c := range []struct {
			who  access.Actor
			held []account.Post
			want error
		}{
			{clerk, posts("clerk", "Garden", "grid_worker", "First"), nil},
			{clerk, posts("clerk", "Garden", "leader", "First"), account.ErrBeyond},
			{clerk, posts(account.Admin, "First"), account.ErrBeyond},
			{chief, posts(account.Admin, "Garden"), nil},
			{chief, posts("clerk", "West"), access.ErrDenied},
			{root, posts(account.Admin, "City"), nil},
			{access.Nobody(1), nil, access.ErrDenied},
		} {
			n++
			m := &account.Member{Name: "赵", Login: fmt.Sprint("new", n), Posts: c.held}
			head, _ := ledger.Head(ctx(), w.city, w.city.ID)
			if err := staff.Save(ctx(), c.who, m); !errors.Is(err, c.want) || (err == nil) != (c.want == nil) {
				w.t.Errorf("%s gives %v: %v, want %v", c.who.Name, account.PostsText(c.held), err, c.want)
			}
			if now, _ := ledger.Head(ctx(), w.city, w.city.ID); c.want != nil && now != head {
				w.t.Error("something of what was refused stands")
			}
		}
		m := &account.Member{Name: "钱", Login: "both", Posts: posts("grid_worker", "First", "grid_worker", "West")}
		w.ok(staff.Save(ctx(), root, m))
		mine, err := staff.Get(ctx(), chief, m.ID)
		w.ok(err)
		mine.Posts = posts("grid_worker", "First")
		w.is(staff.Save(ctx(), chief, mine), access.ErrDenied) // the other post is somebody else's to take
		m.Posts = posts("grid_worker", "First")
		w.ok(staff.Save(ctx(), root, m))
		if _, held, err := w.Person(ctx(), root, m.ID); err != nil || len(held) != 1 {
			w.t.Errorf("afterwards they hold %v, %v", held, err)
		}
		mine.Posts = nil
		w.is(staff.Save(ctx(), root, mine), register.ErrStale)
		me, err := staff.Get(ctx(), w.system, root.Person)
		w.ok(err)
		first, err := staff.Get(ctx(), w.system, n0(w, "new6"))
		w.ok(err)
		w.ok(staff.Retire(ctx(), w.system, first.ID, first.Version, ""))
		me.Posts = nil
		w.is(staff.Save(ctx(), w.system, me), account.ErrLastAdmin)
	})
}

func n0(w *town, login string) int64 {
	all, err := w.Staff(ctx(), w.system, login, 0, 1)
	w.ok(err)
	return all[0].ID
}

// TestMemberFaults are refused at their field.
func TestMemberFaults(t *testing.T) {
	each(t, func(w *town) {
		staff := w.Noun()
		for _, c := range []struct {
			m          account.Member
			field, key string
		}{
			{account.Member{Name: "X", Login: "<b>"}, "login", "account.login.form"},
			{account.Member{Name: "X", Login: "good", Phone: "call me"}, "phone", "account.workphone"},
			{account.Member{Name: strings.Repeat("长", 61), Login: "good"}, "name", "register.long"},
			{account.Member{Name: "X", Login: "good", Posts: []account.Post{{Role: "king", Place: w.id["East"]}}}, "posts", "account.role.none"},
			{account.Member{Name: "X", Login: "good", Posts: []account.Post{{Role: "clerk", Place: 999}}}, "posts", "account.post.place"},
			{account.Member{Name: "X", Login: "good", Posts: []account.Post{{Role: "clerk", Place: w.id["East"], Body: 99}}}, "posts", "account.post.body"},
			{account.Member{Name: "X", Login: "good", Posts: []account.Post{{Role: "clerk", Place: w.id["East"]}, {Role: "clerk", Place: w.id["East"]}}}, "posts", "account.post.text"},
		} {
			l, _ := fault.As(staff.Save(ctx(), w.system, &c.m))
			if len(l) == 0 || l[0].Field != c.field || l[0].Key != c.key {
				w.t.Errorf("%+v: %v, want %s at %s", c.m, l, c.key, c.field)
			}
		}
	})
}

// TestMemberHistory tells in the register's words what the ledger says of somebody, without name or phone.
func TestMemberHistory(t *testing.T) {
	each(t, func(w *town) {
		staff := w.Noun()
		m := &account.Member{Name: "孙二娘", Login: "sun", Phone: "0632-5550000", Posts: []account.Post{{Role: "clerk", Place: w.id["East"]}}}
		w.ok(staff.Save(ctx(), w.system, m))
		m.Name, m.Phone, m.Posts = "孙三娘", "", nil
		w.ok(staff.Save(ctx(), w.system, m))
		w.ok(second(w.Invite(ctx(), w.system, m.ID)))
		w.ok(staff.Retire(ctx(), w.system, m.ID, m.Version, "离职"))
		m, err := staff.Get(ctx(), w.system, m.ID)
		w.ok(err)
		w.ok(staff.Restore(ctx(), w.system, m))
		all, err := staff.History(ctx(), w.system, m.ID)
		w.ok(err)
		var did []string
		for _, e := range all {
			did = append(did, e.Did)
			if s := string(e.Body); strings.Contains(s, "娘") || strings.Contains(s, "5550000") || strings.Contains(s, "sun") {
				w.t.Errorf("the ledger says %s", s)
			}
		}
		if got := strings.Join(did, " "); got != "add appoint save dismiss invite retire restore" || all[5].Reason != "离职" || len(all[2].Changes) != 2 {
			w.t.Errorf("history %s: %+v", got, all)
		}
	})
}
