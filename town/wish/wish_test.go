package wish_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/fault"
	"mulin/internal/ledger"
	"mulin/internal/life"
	"mulin/internal/register"
	"mulin/internal/register/registertest"
	"mulin/internal/store"
	"mulin/internal/storetest"
	"mulin/schema"
	"mulin/town/campaign"
	"mulin/town/catalog"
	"mulin/town/place"
	"mulin/town/towntest"
	"mulin/town/wish"
)

// hall is the small town with people who ask and people who help.
type hall struct {
	*towntest.Town
	t     *testing.T
	clock *clock.Fake
}

func each(t *testing.T, f func(t *testing.T, h *hall)) {
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		f(t, &hall{towntest.Build(t, storetest.NewCity(t, db)), t, clk})
	})
}

// rail is what the tests wish for: everything in it that nobody need know.
var rail = wish.Asking{Title: "给王桂英装一副扶手", Text: "王桂英住3号楼2单元501室，电话13812345678，起身不便", Name: "王桂英", Phone: "13812345678", Home: "幸福小区3号楼2单元501室"}

func (h *hall) ask(who access.Actor, change ...func(*wish.Asking)) (int64, string) {
	h.t.Helper()
	d := rail
	d.Place = h.Grid.ID
	for _, f := range change {
		f(&d)
	}
	id, secret, err := h.Wishes.Ask(h.t.Context(), who, d)
	if err != nil {
		h.t.Fatal(err)
	}
	return id, secret
}

func (h *hall) do(who access.Actor, id int64, v life.Verb, s life.Step) {
	h.t.Helper()
	if _, err := h.Wishes.Act(h.t.Context(), who, id, v, s); err != nil {
		h.t.Fatalf("%s: %v", v, err)
	}
}

// said has all that any step needs.
var said = life.Step{Note: "已装好，王桂英很高兴", Reason: "big", Stars: 5, Photos: []life.Picture{{Hash: "rail", Width: 4, Height: 3}}}

// TestWhoMayWhat goes through every state and holds what each is offered against the table.
func TestWhoMayWhat(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		asker, helper, other := h.Resident(1), h.Resident(2), h.Resident(3)
		id, _ := h.ask(asker)
		actors := map[string]access.Actor{"asker": asker, "helper": helper, "other": other, "clerk": h.Clerk(), "neighbour": h.Worker2(), "unit": h.Of(h.Water), "visitor": h.Visitor(), "nobody": access.Nobody(h.City.ID)}
		offers := func(state string, want map[string]string) {
			t.Helper()
			for name, who := range actors {
				got := "no such thing"
				if v, err := h.Wishes.Look(t.Context(), who, id); err == nil {
					got = ""
					for _, o := range v.Offers {
						got += " " + string(o.Verb)
					}
				} else if !errors.Is(err, wish.ErrMissing) {
					t.Fatal(err)
				}
				if got != want[name] {
					t.Errorf("%s: the %s is offered %q, want %q", state, name, got, want[name])
				}
			}
		}
		none := "no such thing"
		offers("asked", map[string]string{"asker": " withdraw", "clerk": " review refuse look", "helper": none, "other": none, "neighbour": none, "unit": none, "visitor": none, "nobody": none})
		h.do(h.Clerk(), id, "review", life.Step{})
		open := map[string]string{"asker": " withdraw", "clerk": " claim refuse look", "helper": " claim", "other": " claim", "neighbour": " claim", "unit": " claim", "visitor": " claim"}
		offers("open", open)
		h.do(helper, id, "claim", life.Step{})
		offers("claimed", map[string]string{"asker": " withdraw", "clerk": " release look", "helper": " fulfil release"})
		h.do(helper, id, "release", said)
		offers("released", open)
		h.do(helper, id, "claim", life.Step{})
		h.do(helper, id, "fulfil", said)
		offers("fulfilled", map[string]string{"asker": " thank", "clerk": " look hide"})
		h.do(asker, id, "thank", said)
		offers("thanked", map[string]string{"clerk": " hide"})
		h.do(h.Clerk(), id, "hide", said)
		offers("hidden", map[string]string{"other": none, "neighbour": none, "unit": none, "visitor": none, "nobody": none})
		if w, err := h.Wishes.Load(t.Context(), h.City, id); err != nil || w.Stars != 5 || w.Open {
			t.Errorf("%+v, %v", w, err)
		}
	})
}

// TestNeeds refuses steps without what they need, at its field.
func TestNeeds(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		asker, helper := h.Resident(1), h.Resident(2)
		for _, c := range []struct {
			name  string
			verbs []life.Verb
			by    []access.Actor
			want  string
		}{
			{"refuse", []life.Verb{"refuse"}, []access.Actor{h.Clerk()}, "note:wish.note.missing reason:wish.reason.missing"},
			{"fulfil", []life.Verb{"review", "claim", "fulfil"}, []access.Actor{h.Clerk(), helper, helper}, "note:wish.note.missing photo:wish.photo.missing"},
			{"release", []life.Verb{"review", "claim", "release"}, []access.Actor{h.Clerk(), helper, helper}, "note:wish.note.missing"},
			{"look", []life.Verb{"look"}, []access.Actor{h.Clerk()}, "note:wish.note.missing"},
			{"thank", []life.Verb{"review", "claim", "fulfil", "thank"}, []access.Actor{h.Clerk(), helper, helper, asker}, "stars:case.stars.bad"},
		} {
			id, _ := h.ask(asker)
			last := len(c.verbs) - 1
			for i, v := range c.verbs[:last] {
				h.do(c.by[i], id, v, said)
			}
			_, err := h.Wishes.Act(t.Context(), c.by[last], id, c.verbs[last], life.Step{})
			if got := wrong(err); got != c.want {
				t.Errorf("%s without anything: %q, want %q", c.name, got, c.want)
			}
		}
	})
}

// wrong writes faults as field:key.
func wrong(err error) string {
	all, _ := fault.As(err)
	var out []string
	for _, f := range all {
		out = append(out, f.Field+":"+f.Key)
	}
	return strings.Join(out, " ")
}

// TestAsking refuses what nobody may wish for, and takes the same form twice for one.
func TestAsking(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		good := rail
		good.Place = h.Grid.ID
		for want, change := range map[string]func(*wish.Asking){
			"title:wish.title.missing":  func(d *wish.Asking) { d.Title = " " },
			"title:wish.title.missing ": func(d *wish.Asking) { d.Title = "\u200b\u2060\u3164\u200d" },
			"phone:case.phone.bad":      func(d *wish.Asking) { d.Phone = "abc" },
			"title:case.title.long":     func(d *wish.Asking) { d.Title = strings.Repeat("长", wish.MaxTitle+1) },
			"text:case.text.long":       func(d *wish.Asking) { d.Text = strings.Repeat("长", wish.MaxText+1) },
			"title:wish.money":          func(d *wish.Asking) { d.Text = "缺500元现金" },
			"place:wish.place.missing":  func(d *wish.Asking) { d.Place = 0 },
			"phone:wish.phone.missing":  func(d *wish.Asking) { d.Phone = "" },
			"campaign:register.missing": func(d *wish.Asking) { d.Campaign = 4711 },
			":error.denied":             func(d *wish.Asking) { d.For = true },
		} {
			d := good
			change(&d)
			if _, _, err := h.Wishes.Ask(t.Context(), access.Nobody(h.City.ID), d); wrong(err) != strings.TrimSpace(want) {
				t.Errorf("asking: %q, want %q", wrong(err), want)
			}
		}
		once, secret := h.ask(access.Nobody(h.City.ID), func(d *wish.Asking) { d.ClientRef = "form" })
		again, same := h.ask(access.Nobody(h.City.ID), func(d *wish.Asking) { d.ClientRef = "form" })
		other, another := h.ask(access.Nobody(h.City.ID), func(d *wish.Asking) { d.ClientRef, d.Title = "form", "一盏台灯" })
		if again != once || same != secret || other == once || another == secret {
			t.Errorf("the same form: %d %s and %d %s; another: %d %s", once, secret, again, same, other, another)
		}
		if _, _, err := h.Wishes.Ask(t.Context(), h.Worker2(), wish.Asking{Title: "x", Place: h.Grid.ID, For: true}); !errors.Is(err, access.ErrDenied) {
			t.Errorf("for somebody elsewhere: %v", err)
		}
	})
}

// TestNobodyLearnsWho reads a wish as everybody does, in every way, and finds neither name nor home.
func TestNobodyLearnsWho(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		helper := h.Resident(2)
		id, secret := h.ask(access.Nobody(h.City.ID))
		h.do(h.Clerk(), id, "review", life.Step{Note: "核实过，住在三号楼"})
		h.do(helper, id, "claim", life.Step{})
		h.do(helper, id, "fulfil", said)
		theirs, err := h.Wishes.Look(t.Context(), helper, id)
		if err != nil || strings.Contains(fmt.Sprint(theirs.Steps), "核实过") {
			t.Errorf("whoever claims reads what was meant for the desk: %v, %v", theirs.Steps, err)
		}
		h.told(id)
		kept := func() int64 {
			n, err := store.Value[int64](t.Context(), h.City, `select length(contact) from wish where city = ? and id = ?`, h.City.ID, id)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		if kept() == 0 {
			t.Error("whom it is for is forgotten before it has ended")
		}
		if _, err := h.Wishes.Act(t.Context(), access.Nobody(h.City.ID), id, "thank", life.Step{Stars: 5, Claim: life.Claim{Secret: "WRONG234"}}); !errors.Is(err, access.ErrDenied) {
			t.Errorf("thanking with a wrong secret: %v", err)
		}
		h.do(access.Nobody(h.City.ID), id, "thank", life.Step{Stars: 5, Note: "王桂英谢谢您", Claim: life.Claim{Secret: strings.ToLower(secret)}})
		if kept() != 0 {
			t.Error("whom it was for is kept after its end")
		}
		v, err := h.Wishes.Look(t.Context(), access.Nobody(h.City.ID), id)
		if err != nil {
			t.Fatal(err)
		}
		hung, err := h.Wishes.Hung(t.Context(), wish.Public, 0, 0, 10)
		if err != nil || len(hung) != 1 {
			t.Fatalf("%d hang there, %v", len(hung), err)
		}
		text := v.Title + v.Of.(*wish.Wish).Text + hung[0].Title + hung[0].Text
		for _, s := range v.Steps {
			text += s.Note
			if s.Person != 0 {
				t.Errorf("%s tells who did it", s.Verb)
			}
		}
		for _, secret := range []string{"桂英", "501", "13812345678", "核实过"} {
			if strings.Contains(text, secret) {
				t.Errorf("everybody reads %q: %s", secret, text)
			}
		}
		if !strings.Contains(text, "已装好，王**很高兴") || !strings.Contains(text, "王**谢谢您") || hung[0].Photo != "rail" {
			t.Errorf("everybody should read what was said to them: %s, %+v", text, hung[0])
		}
		if v.Path != h.Community.Path {
			t.Errorf("it lies at %s, finer than the community", v.Path)
		}
	})
}

// TestEndedBefore: what ended before its contact was dropped at the end is caught up with, and what lives keeps it.
func TestEndedBefore(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		lives, _ := h.ask(h.Resident(1))
		ended, _ := h.ask(h.Resident(1), func(d *wish.Asking) { d.ClientRef = "other" })
		h.do(h.Resident(1), ended, "withdraw", life.Step{})
		files, err := schema.For(h.City.DB().Engine())
		i := slices.IndexFunc(files, func(f schema.File) bool { return strings.HasPrefix(f.Name, "0118_wish_ended") })
		if err != nil || i < 0 {
			t.Fatalf("%d files, %v", len(files), err)
		}
		if err := h.City.Upkeep(t.Context(), func(tx *store.Tx) error {
			tx.Exec(`update wish set contact = ? where city = ?`, []byte("sealed"), tx.City)
			tx.Exec(files[i].SQL)
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		for id, want := range map[int64]int64{lives: 6, ended: 0} {
			if n, err := store.Value[int64](t.Context(), h.City, `select length(contact) from wish where city = ? and id = ?`, h.City.ID, id); err != nil || n != want {
				t.Errorf("%d bytes are kept, want %d, %v", n, want, err)
			}
		}
	})
}

// TestAnyReference: what a page calls its step may be anything; it is the same step when it comes again, and no text breaks the write of others.
func TestAnyReference(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		for _, ref := range []string{"\x00", "\xff", strings.Repeat("长", 3000)} {
			id, secret := h.ask(access.Nobody(h.City.ID), func(d *wish.Asking) { d.ClientRef = ref })
			again, same := h.ask(access.Nobody(h.City.ID), func(d *wish.Asking) { d.ClientRef = ref })
			other, _ := h.ask(access.Nobody(h.City.ID), func(d *wish.Asking) { d.ClientRef, d.Home = ref, "幸福小区4号楼" })
			if again != id || same != secret || other == id {
				t.Errorf("%.8q: %d, again %d, with another home %d", ref, id, again, other)
			}
		}
	})
}

// TestNobodyTakesTheWholeWall: a resident may have claimed five wishes at a time, also when they claim at once.
func TestNobodyTakesTheWholeWall(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		var all []int64
		for i := range 7 {
			id, _ := h.ask(access.Nobody(h.City.ID), func(d *wish.Asking) { d.ClientRef = fmt.Sprint("wall", i) })
			h.do(h.Clerk(), id, "review", life.Step{})
			all = append(all, id)
		}
		var group sync.WaitGroup
		var refused atomic.Int64
		for _, id := range all {
			group.Go(func() {
				if _, err := h.Wishes.Do(t.Context(), h.Resident(2), id, "claim", life.Step{}); err != nil {
					refused.Add(1)
					if f, ok := fault.As(err); !ok || f[0].Key != "wish.claims.many" {
						t.Errorf("refused with %v", err)
					}
				}
			})
		}
		group.Wait()
		if refused.Load() != 2 {
			t.Errorf("%d of seven claims were refused, want 2", refused.Load())
		}
	})
}

// told holds who reads whom it is for and how long, and that the ledger says so without saying it.
func (h *hall) told(id int64) {
	h.t.Helper()
	ctx := h.t.Context()
	reads := func(who access.Actor) string {
		v, err := h.Wishes.Look(ctx, who, id)
		if err != nil {
			h.t.Fatal(err)
		}
		return strings.Join(h.Wishes.Contact(who, v, clock.Micros(h.clock.Now())), "|")
	}
	for _, who := range []access.Actor{access.Nobody(h.City.ID), h.Resident(2), h.Of(h.Water), h.Worker2()} {
		if _, err := h.Wishes.Act(ctx, who, id, "look", said); !errors.Is(err, access.ErrDenied) || reads(who) != "" {
			h.t.Errorf("somebody without the right looks: %v, %q", err, reads(who))
		}
	}
	if got := reads(h.Clerk()); got != "" {
		h.t.Errorf("the clerk reads %q without having said why", got)
	}
	h.do(h.Clerk(), id, "look", life.Step{Note: "上门核实"})
	if got := reads(h.Clerk()); got != "王桂英|13812345678|幸福小区3号楼2单元501室" {
		h.t.Errorf("the clerk reads %q", got)
	}
	if got := reads(h.StreetCentre()); got != "" {
		h.t.Errorf("the street reads %q, because the clerk has looked", got)
	}
	h.clock.Advance(11 * time.Minute)
	if got := reads(h.Clerk()); got != "" {
		h.t.Errorf("the clerk still reads %q", got)
	}
	entries, err := ledger.Of(ctx, h.City, h.City.ID, "wish", id, 0, 100)
	if err != nil || entries[len(entries)-1].Verb != "wish.look" {
		h.t.Errorf("%d entries, %v", len(entries), err)
	}
	for _, e := range entries {
		if body := string(e.Body); strings.Contains(body, "桂英") || strings.Contains(body, "501") {
			h.t.Errorf("the ledger says %s", body)
		}
	}
}

// TestLate reminds of what is late and hangs up again what was claimed and not fulfilled; what nobody thanks for settles.
func TestLate(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		for step, hours := range map[string]int{"wish.review": 2, "wish.fulfil": 48, "wish.thank": 24} {
			if err := h.Catalog.LimitNoun().Save(t.Context(), h.System(), &catalog.LimitEntry{Rule: catalog.Rule{Step: step, Limit: clock.Limit{Amount: hours, Unit: clock.Hour}}}); err != nil {
				t.Fatal(err)
			}
		}
		id, _ := h.ask(h.Resident(1))
		passes := func(hours int, want ...string) {
			t.Helper()
			h.clock.Advance(time.Duration(hours)*time.Hour + time.Minute)
			for n := 1; n > 0; {
				var err error
				if n, err = h.Wishes.Sweep(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			v, err := h.Wishes.Look(t.Context(), h.System(), id)
			if err != nil {
				t.Fatal(err)
			}
			var verbs []string
			for _, s := range v.Steps[len(v.Steps)-len(want)+1:] {
				verbs = append(verbs, string(s.Verb))
			}
			if got := strings.Join(append(verbs, string(v.Status)), " "); got != strings.Join(want, " ") {
				t.Errorf("after %d h: %s, want %s", hours, got, want)
			}
		}
		passes(3, "warn", "asked")
		h.do(h.Clerk(), id, "review", life.Step{})
		passes(1000, "review", "open")
		h.do(h.Resident(2), id, "claim", life.Step{})
		passes(49, "claim", "warn", "lapse", "open")
		h.do(h.Resident(3), id, "claim", life.Step{})
		h.do(h.Resident(3), id, "fulfil", said)
		passes(25, "fulfil", "settle", "settled")
	})
}

// TestLights counts what a campaign has gathered, and sieves the wall by it.
func TestLights(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		c := &campaign.Campaign{Title: "点亮冬至", Opens: "2026-11-01", Closes: "2026-12-31", Aim: 3}
		if err := h.Campaigns.Save(t.Context(), h.System(), c); err != nil {
			t.Fatal(err)
		}
		into := func(d *wish.Asking) { d.Campaign = c.ID }
		for i := range 4 {
			id, _ := h.ask(h.Resident(1), into, func(d *wish.Asking) { d.ClientRef = string(rune('a' + i)) })
			for _, v := range []life.Verb{"review", "claim", "fulfil"}[:i] {
				h.do(map[life.Verb]access.Actor{"review": h.Clerk(), "claim": h.Resident(2), "fulfil": h.Resident(2)}[v], id, v, said)
			}
		}
		h.ask(h.Resident(1))
		lights, err := h.Wishes.Lights(t.Context())
		if err != nil || len(lights) != 1 || lights[c.ID] != [2]int64{3, 1} {
			t.Errorf("lights %v, %v", lights, err)
		}
		for _, x := range []struct {
			states   []life.State
			campaign int64
			want     int
		}{{wish.Public, c.ID, 3}, {wish.Lit, c.ID, 1}, {[]life.State{wish.Open}, 0, 1}, {wish.Public, c.ID + 1, 0}} {
			if got, err := h.Wishes.Hung(t.Context(), x.states, x.campaign, 0, 10); err != nil || len(got) != x.want {
				t.Errorf("%v of %d: %d, want %d, %v", x.states, x.campaign, len(got), x.want, err)
			}
		}
		if on, err := campaign.Running(t.Context(), h.Campaigns, "2026-11-30"); err != nil || len(on) != 1 {
			t.Errorf("%d run, %v", len(on), err)
		}
		if on, err := campaign.Running(t.Context(), h.Campaigns, "2027-01-01"); err != nil || len(on) != 0 {
			t.Errorf("%d run when it is over, %v", len(on), err)
		}
	})
}

// TestMoves: where two streets become one, what was wished for there goes along, and following twice does no harm.
func TestMoves(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		ctx := t.Context()
		id, _ := h.ask(h.Resident(1))
		above, _ := h.ask(h.Resident(1), func(d *wish.Asking) { d.Place = h.Street.ID })
		whole, err := h.Places.Merge(ctx, h.System(), []int64{h.Street.ID, h.Street2.ID}, place.Details{Name: "大街道"})
		if err != nil {
			t.Fatal(err)
		}
		entries, err := ledger.After(ctx, h.City, h.City.ID, 0, 500)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := register.Mover(h.City, place.Moves, nil, h.Moving()...).Follow(ctx, entries); err != nil {
				t.Fatal(err)
			}
		}
		w, err := h.Wishes.Load(ctx, h.City, id)
		if err != nil || w.Place != h.Community.ID || !strings.HasPrefix(w.Path, whole.Path) || w.Path == whole.Path {
			t.Errorf("after the merge it lies at %d, %s, %v", w.Place, w.Path, err)
		}
		if w, err = h.Wishes.Load(ctx, h.City, above); err != nil || w.Place != whole.ID || w.Path != whole.Path {
			t.Errorf("after the merge the other lies at %d, %s, %v", w.Place, w.Path, err)
		}
	})
}

// TestCampaigns holds campaigns to what every register is held to.
func TestCampaigns(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		registertest.Run(t, h.City, h.Campaigns.Noun, func(_ int, x any) { x.(*campaign.Campaign).Closes = "" })
		bad := &campaign.Campaign{Title: "x", Opens: "2026-12-01", Closes: "2026-11-01"}
		if err := h.Campaigns.Save(t.Context(), h.System(), bad); wrong(err) != "closes:campaign.closes.early" {
			t.Errorf("a campaign that closes before it opens: %q", wrong(err))
		}
	})
}
