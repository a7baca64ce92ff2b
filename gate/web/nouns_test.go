package web_test

import (
	"fmt"
	"testing"

	"mulin/gate/web/kit/kittest"
	"mulin/internal/access"
	"mulin/internal/ledger"
	"mulin/town/account"
	"mulin/town/body"
	"mulin/town/campaign"
	"mulin/town/casework"
	"mulin/town/catalog"
	"mulin/town/duty"
	"mulin/town/place"
	"mulin/town/station"
)

// mends are what the rules between a noun's fields want of a random thing, by noun; see kittest.
func (w *deskTown) mends() map[string]func(i int, x any) {
	return map[string]func(i int, x any){
		"body": func(i int, x any) {
			u := x.(*body.Unit)
			u.Name, u.Phone, u.Code, u.Parent = fmt.Sprintf("%s-%d", u.Name, i), fmt.Sprintf("0632-%d", i), fmt.Sprint("X", i), 0
		},
		"campaign": func(_ int, x any) {
			c := x.(*campaign.Campaign)
			c.Closes, c.Place = "", w.places["K1"]
		},
		"class": func(_ int, x any) { x.(*catalog.ClassEntry).Parent = 0 },
		"duty": func(i int, x any) {
			d := x.(*duty.Duty)
			d.Number, d.Lead, d.Co = int64(i+1), w.bodies["office"], nil
		},
		"person": func(i int, x any) {
			m := x.(*account.Member)
			m.Login, m.Phone, m.Posts = fmt.Sprint("u", i), fmt.Sprintf("0632-55%05d", i), []account.Post{{Role: "guest", Place: w.places["K1"]}}
		},
		"place": func(i int, x any) {
			g := x.(*place.Ground)
			g.Place, g.Kind, g.Code, g.Aliases = w.places["G1"], place.Estate, fmt.Sprint("E-", i), []string{fmt.Sprintf("=老厂<b>宿舍%d号院", i)}
		},
		"reason":  func(i int, x any) { x.(*catalog.ReasonEntry).Code = fmt.Sprint("r_", i) },
		"urgency": func(i int, x any) { x.(*catalog.UrgencyEntry).Code = fmt.Sprint("u_", i) },
		"station": func(i int, x any) {
			s := x.(*station.Station)
			s.Code, s.Place, s.Kind, s.Rooms, s.Floor = fmt.Sprint("S", i), w.places["G1"], station.Post, 1, max(s.Floor, 1)
		},
	}
}

// holders are three to stand before the door: of all rights in the city, of the same in the other street, and of none that a noun asks for.
func (w *deskTown) holders() (keeper, far, other caller) {
	rights := map[access.Right]access.Scope{account.Edit: access.Territory, casework.See: access.Territory}
	for _, n := range w.Pages.Kit.Nouns() {
		rights[n.Edit] = access.Territory
		if n.See != "" {
			rights[n.See] = access.Territory
		}
	}
	w.ok(w.Accounts.SetRole(ctx, w.System(), "keeper", rights))
	w.ok(w.Accounts.SetRole(ctx, w.System(), "guest", map[access.Right]access.Scope{casework.See: access.Body}))
	for login, at := range map[string][2]string{"keeper": {"keeper", "C"}, "far": {"keeper", "S2"}, "guest": {"guest", "C"}} {
		person, err := w.Accounts.Create(ctx, w.System(), account.NewPerson{Login: login, Name: "李" + login})
		w.ok(err)
		_, err = w.Accounts.Appoint(ctx, w.System(), person.ID, at[0], w.bodies["office"], w.places[at[1]])
		w.ok(err)
	}
	return w.as("keeper"), w.as("far"), w.as("guest")
}

// TestEveryNoun holds each noun that has pages to what the kit promises, in every representation, on both engines.
func TestEveryNoun(t *testing.T) {
	onEach(t, func(t *testing.T, w *deskTown) {
		w.ok(w.Catalog.ClassNoun().Save(ctx, w.System(), &catalog.ClassEntry{Name: "城乡建设"}))
		w.Pages.Routes()
		mends := w.mends()
		keeper, far, other := w.holders()
		d := kittest.Door{URL: w.srv.URL, Keeper: keeper.cookie, Far: far.cookie, Other: other.cookie, Head: func() int64 {
			head, err := ledger.Head(ctx, w.City, w.City.ID)
			w.ok(err)
			return head
		}}
		if all := w.Pages.Kit.Nouns(); len(all) < 12 {
			t.Errorf("%d nouns have pages, want more", len(all))
		}
		for _, p := range w.Pages.Kit.Nouns() {
			t.Run(p.Name, func(t *testing.T) { kittest.Run(t, d, p, mends[p.Name]) })
		}
	})
}
