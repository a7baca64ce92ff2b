package casework

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/fault"
	"mulin/internal/geo"
	"mulin/internal/ledger"
	"mulin/internal/life"
	"mulin/internal/seal"
	"mulin/internal/sensitive"
	"mulin/internal/store"
)

// Limits of what may be typed; the numbers stand in the sentences people read.
const (
	MaxTitle   = 100
	MaxText    = 4000         // Open311 GeoReport v2 allows as much
	MaxNote    = life.MaxNote // official answers run long
	MaxSaid    = 1000         // of what a resident says later
	MaxWhy     = life.MaxWhy
	MaxAddress = 200
	MaxName    = 50
	MaxPhone   = 20 // as it is typed, with blanks
	MaxSecret  = life.MaxSecret
	MaxPhotos  = life.MaxPhotos
	maxRef     = life.MaxRef
)

// Report is what somebody sends in.
type Report struct {
	Kind      Kind   // "" is a complaint
	Title     string // "" takes the beginning of the text
	Text      string
	Class     int64
	Urgency   string // "" is what the class says
	Channel   string // "" is the web
	Source    string // its number at that channel; the same one twice is refused
	Point     *geo.Point
	Place     int64 // from a QR code; 0: the grid the point lies in
	Address   string
	Name      string
	Phone     string
	Hidden    bool
	Photos    []Photo
	ClientRef string // sending the same with it again gives the same receipt
	Chosen    bool   // a program has made up the reference, and others may have come upon the same: the secret isn't told again
	OpenedAt  int64  // when it was really sent, for imports; 0: now
}

// Receipt is what the reporter keeps. Secret is shown once and stored as a blind index only.
type Receipt struct {
	ID     int64
	Number string
	Secret string
}

// Open files a case. Anybody may, through the web or a QR; other channels and other people's past need rights.
func (d *Desk) Open(ctx context.Context, who access.Actor, r Report) (Receipt, error) {
	if err := d.ours(who); err != nil {
		return Receipt{}, err
	}
	if err := d.mayOpen(who, &r); err != nil {
		return Receipt{}, err
	}
	c, err := d.draft(&r)
	if err != nil {
		return Receipt{}, err
	}
	if r.ClientRef == "" {
		return d.open(ctx, who, c, r)
	}
	r.ClientRef = reference(who, r.ClientRef)
	do := func() (Receipt, error) {
		rec, err := d.open(ctx, who, c, r)
		if errors.Is(err, store.ErrDuplicate) {
			return d.again(ctx, r.ClientRef, &c, err)
		}
		return rec, err
	}
	if r.Chosen {
		return do()
	}
	return d.once(r.ClientRef+"/"+sum(string(r.Kind), r.Title, r.Text, r.Address, r.Name, r.Phone), do)
}

// reference is how a form's own mark is kept: it belongs to whoever sent it.
func reference(who access.Actor, ref string) string {
	return strconv.FormatInt(who.Person, 10) + "/" + life.Ref(ref)
}

// sum stands for what was said, as a key.
func sum(parts ...string) string {
	all := sha256.Sum256([]byte(strings.Join(parts, "\n")))
	return string(all[:])
}

// once answers a form that is sent again, with the same in it, with its first receipt.
func (d *Desk) once(key string, do func() (Receipt, error)) (Receipt, error) {
	v, err, _ := d.opening.Do(key, func() (any, error) {
		if old, ok := d.recent.get(key); ok {
			return old, nil
		}
		rec, err := do()
		if err == nil && rec.Secret != "" {
			d.recent.put(key, rec)
		}
		return rec, err
	})
	rec, _ := v.(Receipt)
	return rec, err
}

// again is the answer to a form that comes a second time, perhaps through another node: the same case, if the same was said. The secret can't be told again, it
// is not kept.
func (d *Desk) again(ctx context.Context, ref string, said *Case, cause error) (Receipt, error) {
	var title, text, address string
	rec, err := store.One(ctx, d.city, func(r store.Row) (rec Receipt, err error) {
		return rec, r.Scan(&rec.ID, &rec.Number, &title, &text, &address)
	}, `select c.id, c.number, c.title, c.text, c.address from step_ref r join cases c on c.city = r.city and c.id = r.subject where r.city = ? and r.ref = ?`, d.city.ID, ref)
	switch {
	case errors.Is(err, store.ErrNone):
		return Receipt{}, cause
	case err == nil && said != nil && (title != said.Title || text != said.Text || address != said.Address):
		return Receipt{}, ErrOtherWords
	}
	return rec, err
}

// mayOpen checks the right and refuses what only trusted channels may say.
func (d *Desk) mayOpen(who access.Actor, r *Report) error {
	if r.Channel == "" {
		r.Channel = "web"
	}
	if r.Channel != "web" && r.Channel != "qr" || r.Source != "" {
		if err := who.May(Enter, access.At{Path: d.pathOf(r)}); err != nil {
			return err
		}
	}
	if r.OpenedAt != 0 {
		return who.May(Backdate, access.At{Path: d.pathOf(r)})
	}
	return nil
}

func (d *Desk) pathOf(r *Report) string {
	if r.Place != 0 {
		if p, ok := d.places.Get(r.Place); ok {
			return p.Path
		}
	}
	if r.Point != nil {
		if p, ok := d.places.Locate(*r.Point); ok {
			return p.Path
		}
	}
	if root, ok := d.places.Root(); ok {
		return root.Path
	}
	return "/"
}

// draft checks what was typed and places the case; all mistakes are told at once.
func (d *Desk) draft(r *Report) (Case, error) {
	var l fault.List
	r.Title, r.Text, r.Address = sensitive.Erase(clean(r.Title)), Words(r.Text), sensitive.Erase(clean(r.Address))
	r.Name = clean(r.Name)
	number, good := life.Phone(r.Phone)
	r.Phone = number
	if r.Kind == "" {
		r.Kind = Kinds[0]
	}
	l.Check(r.Text != "" || r.Title != "", "text", "case.text.missing")
	l.Within(r.Text, MaxText, "text", "case.text.long")
	l.Within(r.Title, MaxTitle, "title", "case.title.long")
	l.Within(r.Address, MaxAddress, "address", "case.address.long")
	l.Within(r.Name, MaxName, "name", "case.name.long")
	l.Check(r.Phone == "" || good, "phone", "case.phone.bad")
	l.Check(slices.Contains(Kinds, r.Kind), "kind", "case.kind.bad")
	l.Check(len(r.Photos) <= MaxPhotos, "photo", "case.photos.many", MaxPhotos)
	l.Check(len(r.ClientRef) <= maxRef, "client_ref", "case.ref.long")
	c := Case{Kind: r.Kind, Class: r.Class, Title: r.Title, Text: r.Text, Channel: r.Channel, Source: r.Source, Urgency: r.Urgency,
		Hidden: r.Hidden, Point: r.Point, Address: r.Address, Photos: int64(len(r.Photos))}
	if c.Title == "" {
		c.Title = Headline(r.Text)
	}
	d.locate(r, &c, &l)
	if r.Class != 0 {
		class, ok := d.catalog.Class(r.Class)
		l.Check(ok && class.Live(), "class", "case.class.bad")
		if c.Urgency == "" {
			c.Urgency = class.Urgency
		}
	}
	return c, l.Or()
}

// locate finds the place: a QR's own, else the grid around the point, else the whole city when there is only an address.
func (d *Desk) locate(r *Report, c *Case, l *fault.List) {
	root, _ := d.places.Root()
	c.Place, c.Path = root.ID, root.Path
	if r.Point != nil && !r.Point.Valid() {
		l.Check(false, "point", ErrOutside.Key)
		return
	}
	if r.Place != 0 {
		p, ok := d.places.Get(r.Place)
		l.Check(ok && p.Live(), "place", "case.place.bad")
		c.Place, c.Path = p.ID, p.Path
		if c.Point == nil {
			c.Point = p.Point
		}
		return
	}
	if r.Point == nil {
		l.Check(r.Address != "" || r.Channel != "web", "point", "case.point.missing")
		return
	}
	p, ok := d.places.Locate(*r.Point)
	l.Check(ok, "point", ErrOutside.Key)
	c.Place, c.Path = p.ID, p.Path
}

// open writes the case, its photos, contact and ledger entry: no reads, so that intake travels in one batch. All that needs thinking is done before
// the city's writer is asked.
func (d *Desk) open(ctx context.Context, who access.Actor, c Case, r Report) (Receipt, error) {
	rec := Receipt{Secret: seal.NewSecret()}
	now := clock.Micros(d.city.Clock().Now())
	if r.OpenedAt != 0 {
		now = min(r.OpenedAt, now)
	}
	c.OpenedAt, c.Turn = now, desk(&c)
	d.room.Start(&c, New, now, now)
	contact, secret := d.contactOf(who, r), d.secretKey(rec.Secret)
	err := d.city.Write(ctx, func(tx *store.Tx) error {
		c := c
		c.ID, c.Number = tx.NewID(), number(now, tx.Serial())
		rec.ID, rec.Number = c.ID, c.Number
		d.insert(tx, &c, secret)
		life.KeepPhotos(tx, c.ID, 0, r.Photos)
		if contact != nil {
			tx.Exec(`insert into case_contact (city, case_id, person, name, phone, phone_blind) values (?, ?, ?, ?, ?, ?)`,
				tx.City, c.ID, contact.person, contact.name, contact.phone, contact.blind)
		}
		if r.ClientRef != "" {
			tx.Exec(`insert into step_ref (city, ref, subject) values (?, ?, ?)`, tx.City, r.ClientRef, c.ID)
		}
		ledger.Append(tx, who, "case.open", c.Subject(), opening{Number: c.Number, Kind: c.Kind, Class: c.Class, Channel: c.Channel, Turn: c.Turn, At: now,
			Digest: c.Digest(c.Title, c.Text)})
		return nil
	})
	return rec, err
}

// contact is who reported, sealed.
type contact struct {
	person      int64
	name, phone []byte
	blind       string
}

// contactOf seals who reported; nil if nobody left a name or phone. A worker who files for somebody else is not the one who reported.
func (d *Desk) contactOf(who access.Actor, r Report) *contact {
	k := &contact{}
	if len(who.Posts) == 0 {
		k.person = who.Person
	}
	if r.Name != "" {
		k.name = d.box.Seal(r.Name)
	}
	if r.Phone != "" {
		k.phone, k.blind = d.box.Seal(r.Phone), d.phoneKey(r.Phone)
	}
	if k.person == 0 && k.name == nil && k.phone == nil {
		return nil
	}
	return k
}

// opening is the ledger's body of a new case; the text stands in it as a digest only, since it may hold personal data.
type opening struct {
	Number  string `json:"number"`
	Kind    Kind   `json:"kind"`
	Class   int64  `json:"class,omitempty"`
	Channel string `json:"channel"`
	Turn    Turn   `json:"turn"`
	At      int64  `json:"at"`
	Digest  string `json:"digest"`
	Origin  string `json:"split_of,omitempty"` // the number of the case it was split from
}

func (d *Desk) insert(tx *store.Tx, c *Case, secret string) {
	lat, lng, cell := coordinates(c.Point)
	var source *string
	if c.Source != "" {
		source = &c.Source
	}
	tx.Exec(`insert into cases (city, id, number, secret, version, kind, class, title, text, channel, source, urgency, status, turn, open, hidden,
		place, path, street, community, grid, lat, lng, cell, address, lead, bodies, whistle, reopened,
		opened_at, due_at, step_due_at, contacted_at, resolved_at, answered_at, closed_at, updated_at, answer, outcome, stars, photos, since, next_at, salt)
		values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, true, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, '', 0, 0, ?, ?, ?, 0, 0, 0, 0, ?, '', '', 0, ?, ?, ?, ?)`,
		tx.City, c.ID, c.Number, secret, c.Version, c.Kind, c.Class, c.Title, c.Text, c.Channel, source, c.Urgency, c.Status, c.Turn, c.Hidden,
		c.Place, c.Path, ancestor(c.Path, 2), ancestor(c.Path, 3), ancestor(c.Path, 4), lat, lng, cell, c.Address,
		c.OpenedAt, c.DueAt, c.StepDueAt, c.UpdatedAt, c.Photos, c.Since, c.NextAt, c.Salt)
}

// number is what people say on the phone: the day and the city's running number.
func number(at, serial int64) string {
	return clock.Time(at).In(numberZone).Format("060102") + "-" + fmt.Sprintf("%05d", serial)
}

// recent remembers the last receipts by client_ref, so that a double click is answered with its first receipt, secret included.
type recent struct {
	mu   sync.Mutex
	by   map[string]Receipt
	ring []string
	next int
}

const recentSize = 4096

func (r *recent) get(ref string) (Receipt, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	rec, ok := r.by[ref]
	return rec, ok
}

func (r *recent) put(ref string, rec Receipt) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.by == nil {
		r.by, r.ring = make(map[string]Receipt, recentSize), make([]string, recentSize)
	}
	delete(r.by, r.ring[r.next])
	r.by[ref], r.ring[r.next] = rec, ref
	r.next = (r.next + 1) % recentSize
}
