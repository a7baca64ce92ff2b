// Package wish is 微心愿 (P13): somebody who needs little asks, it is reviewed and hangs on a wall, somebody else claims it, fulfils it with a photo and is thanked.
// Whom it is for and where they live is sealed, and what others read tells neither.
package wish

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strings"

	"mulin/internal/access"
	"mulin/internal/fault"
	"mulin/internal/ledger"
	"mulin/internal/life"
	"mulin/internal/seal"
	"mulin/internal/sensitive"
	"mulin/internal/store"
	"mulin/town/campaign"
	"mulin/town/catalog"
	"mulin/town/place"
)

// Rights of this area.
const (
	See    access.Right = "wish.see"
	Ask    access.Right = "wish.ask" // for somebody else
	Review access.Right = "wish.review"
	Help   access.Right = "wish.claim" // residents who have signed in need none
)

// Faults people read.
var ErrMissing, ErrStale = fault.New(fault.Missing, "wish.missing"), fault.New(fault.Conflict, "wish.stale")

var (
	errMany = fault.New(fault.Invalid, "wish.claims.many", maxClaims)
	errOwn  = fault.New(fault.Denied, "wish.claim.own")
)

// Wish is one wish.
type Wish struct {
	life.Life
	Place         int64 // no finer than the community
	Path          string
	Title, Text   string
	Campaign      int64
	Asker, Worker int64 // a resident who had signed in, or who asked for one
	Claimer, Body int64
	Stars         int64
	Photo         string // hash of one that shows it fulfilled

	contact []byte // sealed: name, phone, home; empty once the wish has ended
	name    string
	proven  bool // by the receipt's secret
}

// At is where rights on the wish are asked for.
func (w *Wish) At() access.At { return access.At{Path: w.Path, Bodies: []int64{w.Body}} }

// Subject is the wish in the ledger.
func (w *Wish) Subject() ledger.Subject { return ledger.Subject{Kind: "wish", ID: w.ID, Path: w.Path} }

const own = `place, path, title, text, campaign, contact, asker, worker, claimer, claimer_body, stars`

var columns = life.Columns("w") + ", w." + strings.ReplaceAll(own, ", ", ", w.") + `, coalesce((select max(p.hash) from step_photo p where p.city = w.city and p.subject = w.id), '')`

func (x *Wall) scan(r store.Row, more ...any) (w Wish, err error) {
	err = r.Scan(slices.Concat(w.Into(), []any{&w.Place, &w.Path, &w.Title, &w.Text, &w.Campaign, &w.contact, &w.Asker, &w.Worker, &w.Claimer, &w.Body, &w.Stars, &w.Photo}, more)...)
	if err == nil && len(w.contact) > 0 {
		w.name, err = x.box.Open(w.contact)
	}
	w.name, _, _ = strings.Cut(w.name, "\n")
	w.Title, w.Text = sensitive.Mask(w.Title), sensitive.Mask(w.Text)
	return w, err
}

// Wall is where a city's wishes hang.
type Wall struct {
	*life.Room[Wish]
	places    *place.Register
	campaigns *campaign.Campaigns
	box       *seal.Box
}

// New makes the wall of a city.
func New(city *store.City, places *place.Register, cat *catalog.Catalog, campaigns *campaign.Campaigns, box *seal.Box, ladders *life.Ladders) *Wall {
	x := &Wall{places: places, campaigns: campaigns, box: box}
	x.Room = &life.Room[Wish]{Kind: "wish", City: city, Law: law, First: "ask", Order: order, States: states, Limits: limits, Ends: ends, See: See, Late: Review,
		Rows:  life.Rows[Wish]{Table: "wish w", Columns: columns, Scan: x.scan, Path: "w.path"},
		Title: func(w *Wish) string { return w.Title }, Shown: (*Wish).shown, Seen: seen, Veiled: (*Wish).veiled,
		Calendar: cat.Calendar, Limit: func(_ *Wish, name string) (life.Span, bool) { return cat.Span(name) }, Rungs: ladders.Of("wish", climbs),
		Proof: &life.Proof[Wish]{Columns: `, w.secret = ?`, Read: x.proof, Holds: func(w *Wish) bool { return w.proven }}, Allows: x.allows, Save: save, Missing: ErrMissing, Stale: ErrStale}
	cat.Obey(x.Clocks()...)
	return x
}

// save drops whom a wish was for when it ends: nobody needs to know any more.
func save(tx *store.Tx, _ life.Verb, _, w *Wish) {
	if slices.Contains(ends, w.Status) {
		w.contact = []byte{}
	}
	life.Update(tx, "wish", &w.Life, `contact = ?, claimer = ?, claimer_body = ?, stars = ?`, w.contact, w.Claimer, w.Body, w.Stars)
}

func (x *Wall) key(secret string) string { return x.box.Blind("wish:" + seal.Typed(secret))[:32] }

func (x *Wall) proof(s *life.Step) (args, into []any, tell func(*Wish)) {
	right := false
	return []any{x.key(s.Claim.Secret)}, []any{&right}, func(w *Wish) { w.proven = right && s.Claim.Secret != "" }
}

// Bounds of what may be typed.
const MaxTitle, MaxText, MaxName, MaxPhone, MaxHome = 40, 500, 30, 20, 100

// maxClaims is how many wishes a resident may have claimed at a time, so that nobody takes the whole wall.
const maxClaims = 5

// money is what nobody may wish for: it can't be shown to have arrived, and draws those who cheat.
var money = regexp.MustCompile(`现金|转账|红包|汇款|打款|借钱|(?i)\bcash\b`)

// Asking is what somebody wishes, and for whom.
type Asking struct {
	Place, Campaign   int64
	Title, Text       string
	Name, Phone, Home string
	For               bool // a worker asks for somebody
	ClientRef         string
}

func (x *Wall) check(ctx context.Context, d *Asking, p *place.Place) error {
	number, good := life.Phone(d.Phone)
	d.Name, d.Phone, d.Home = life.Words(life.Line(d.Name)), number, life.Words(life.Line(d.Home))
	d.Title, d.Text = sensitive.HideName(life.Words(life.Line(d.Title)), d.Name), sensitive.HideName(life.Words(d.Text), d.Name)
	c, err := x.campaigns.Get(ctx, access.System(x.City.ID), d.Campaign)
	var l fault.List
	l.Check(d.Title != "", "title", "wish.title.missing")
	l.Within(d.Title, MaxTitle, "title", "case.title.long")
	l.Check(!money.MatchString(d.Title+"\n"+d.Text), "title", "wish.money")
	l.Within(d.Text, MaxText, "text", "case.text.long")
	l.Check(p.ID != 0 && p.Live(), "place", "wish.place.missing")
	l.Within(d.Name, MaxName, "name", "case.text.long")
	l.Within(d.Phone, MaxPhone, "phone", "case.text.long")
	l.Within(d.Home, MaxHome, "home", "case.text.long")
	l.Check(d.For || d.Phone != "", "phone", "wish.phone.missing")
	l.Check(d.Phone == "" || good, "phone", "case.phone.bad")
	if l.Check(d.Campaign == 0 || err == nil && c.Live(), "campaign", "register.missing"); d.Campaign != 0 && err == nil && c.Live() {
		l.Check(p.ID == 0 || strings.HasPrefix(p.Path, c.Path), "campaign", "wish.campaign.elsewhere", x.places.Name(c.Path))
	}
	return l.Or()
}

// MayAsk asks for the right to wish for somebody who lives at a place, or somewhere if none was chosen. No wish says more than the community, so whoever works
// in one may ask for all of it.
func MayAsk(who access.Actor, p place.Place) error {
	if (p.ID == 0 || p.Kind == place.Community) && slices.ContainsFunc(who.Posts, func(x access.Post) bool {
		return x.Rights[Ask] == access.Territory && strings.HasPrefix(x.Path, p.Path)
	}) {
		return nil
	}
	return who.May(Ask, access.At{Path: p.Path})
}

// Ask begins a wish, placed no finer than its community, and gives its number and the secret that shows whose it is. The same form gives the same again.
func (x *Wall) Ask(ctx context.Context, who access.Actor, d Asking) (id int64, secret string, err error) {
	p, _ := x.places.Get(d.Place)
	w := Wish{Asker: who.Person, Campaign: d.Campaign}
	if d.For {
		err, w.Asker, w.Worker = MayAsk(who, p), 0, who.Person
	}
	if err = cmp.Or(err, x.check(ctx, &d, &p)); err != nil {
		return 0, "", err
	}
	line := x.places.Lineage(p.Path)
	up := line[min(place.Depth(place.Community), len(line)-1)]
	w.Place, w.Path = up.ID, up.Path
	w.contact = x.box.Seal(d.Name + "\n" + d.Phone + "\n" + d.Home)
	secret = x.box.Secret(strings.Join([]string{"wish:" + cmp.Or(d.ClientRef, seal.NewSecret()), d.Title, d.Text, d.Name, d.Phone, d.Home, w.Path}, "\n"))
	id, err = x.Begin(ctx, who, w, life.Step{ClientRef: d.ClientRef, Claim: life.Claim{Secret: secret}}, func(tx *store.Tx, w *Wish) error {
		life.Insert(tx, "wish", &w.Life, own+`, secret`, w.Place, w.Path, d.Title, d.Text, w.Campaign, w.contact, w.Asker, w.Worker, 0, 0, 0, x.key(secret))
		return nil
	})
	return id, secret, err
}

// allows asks whether a resident may claim one more.
func (x *Wall) allows(ctx context.Context, tx *store.Tx, who access.Actor, _ *Wish, v life.Verb) error {
	if v != "claim" {
		return nil
	}
	return x.full(ctx, tx, who)
}

// Full is why a resident can't claim one more, nil if they can.
func (x *Wall) Full(ctx context.Context, who access.Actor) error { return x.full(ctx, x.City, who) }

// full counts what a resident has claimed.
func (x *Wall) full(ctx context.Context, q store.Querier, who access.Actor) error {
	if len(who.Posts) > 0 {
		return nil
	}
	n, err := store.Value[int64](ctx, q, `select count(*) from wish where city = ? and claimer = ? and status = 'claimed'`, x.City.ID, who.Person)
	if err == nil && n >= maxClaims {
		err = errMany
	}
	return err
}

// ToReview counts, up to a most, the wishes that wait for the actor's review.
func (x *Wall) ToReview(ctx context.Context, who access.Actor, most int64) (int64, error) {
	if !who.Has(Review) {
		return 0, nil
	}
	reach, args := who.Reach(Review).Where("w.path", "")
	return store.Value[int64](ctx, x.City, `select count(*) from (select 1 from wish w where w.city = ? and w.open and w.status = 'asked' and `+reach+` limit ?) waiting`,
		append(append([]any{x.City.ID}, args...), most)...)
}

// Contact is whom a wish is for, name, phone and home, for who has done the step look within ten minutes: why stands in its timeline and in the ledger.
func (x *Wall) Contact(who access.Actor, v life.View, now int64) []string {
	w := v.Of.(*Wish)
	fresh := func(h life.Happened) bool { return h.Verb == "look" && who.Is(h.Person) && now-h.Noted < 600_000_000 }
	if plain, err := x.box.Open(w.contact); err == nil && who.May(Review, w.At()) == nil && slices.ContainsFunc(v.Steps, fresh) {
		return strings.Split(plain, "\n")
	}
	return nil
}

// Hung reads what hangs on the wall in one of the states, newest first: of a campaign, or 0; behind an id, or 0.
func (x *Wall) Hung(ctx context.Context, states []life.State, campaign, behind int64, most int) ([]Wish, error) {
	args := []any{x.City.ID, cmp.Or(behind, 1<<62)}
	for _, s := range states {
		args = append(args, s)
	}
	return store.All(ctx, x.City, func(r store.Row) (Wish, error) { return x.scan(r) }, `select `+columns+` from wish w where w.city = ? and w.id < ?
		and w.status in (`+store.In(len(states))+`) and cast(? as bigint) in (0, w.campaign) order by w.id desc limit ?`, append(args, campaign, most)...)
}

// Lights counts by campaign the wishes that it has gathered, and those of them that shine.
func (x *Wall) Lights(ctx context.Context) (map[int64][2]int64, error) {
	all := map[int64][2]int64{}
	_, err := store.All(ctx, x.City, func(r store.Row) (id int64, err error) {
		var gathered, shine int64
		err = r.Scan(&id, &gathered, &shine)
		all[id] = [2]int64{gathered, shine}
		return id, err
	}, `select campaign, count(*), count(*) filter (where status not in ('open', 'claimed', 'hidden')) from wish
		where city = ? and campaign <> 0 and status not in ('asked', 'refused', 'withdrawn') group by campaign`, x.City.ID)
	return all, err
}
