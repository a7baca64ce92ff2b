package life

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/fault"
	"mulin/internal/geo"
	"mulin/internal/i18n"
	"mulin/internal/ledger"
	"mulin/internal/sensitive"
	"mulin/internal/store"
)

// Bounds of what may be typed.
const (
	MaxNote   = 10000
	MaxPhotos = 6
	maxRef    = 64
)

// lateLimit is how far back a handset's own time is believed without the right to backdate: a weekend without network.
const lateLimit = 72 * 3600 * 1_000_000

// Rows says where the things of a kind lie.
type Rows[T any] struct {
	Table   string // with its alias: "wish w"
	Columns string // as Scan reads them; more may follow
	Scan    func(r store.Row, more ...any) (T, error)
	More    func(ctx context.Context, q store.Querier, t *T) error // from further tables; nil: nothing
	Path    string                                                 // "w.path"
	Takes   string                                                 // that a body takes part, with one ?; "" for none
}

// With are columns that are read along with a thing.
type With struct {
	Columns string
	Args    []any
	Into    []any
}

// Room is where the things of a kind live: their law, rows and limits, joined by the area.
type Room[T any] struct {
	Kind   string
	City   *store.City
	Law    Law[T]
	Order  []Verb // as buttons stand: the likeliest first
	Limits map[State]string
	Whole  string // limit of the whole
	Ends   []State
	See    access.Right
	Late   access.Right // to enter what happened long ago
	Rows[T]
	sql sync.Map // columns read along → query

	Calendar func() *clock.Calendar
	Limit    func(*T, string) (Span, bool)
	Rungs    func(limit string) []Rung
	Body     func(int64) bool    // that there is such a body
	Tidy     func(string) string // how notes are kept; nil: Words
	MaxNote  int                 // 0: MaxNote
	Speaks   string              // whose words say what is missing; "": those of cases
	Shown    func(*T, access.Actor) bool
	Claimed  func(*Step) (With, func(*T))                                   // reads along what a claim proves, and tells it to the thing
	Moved    func(before, now *T) bool                                      // pages are stale for a further reason
	Save     func(tx *store.Tx, v Verb, before, now *T)                     // nil: the life alone
	Kept     func(tx *store.Tx, who access.Actor, t *T, seq int64, s *Step) // what hangs on a step
	Entry    func(before, now *T, s *Step) any                              // body of the ledger; nil: change
	Missing  *fault.Fault
	Stale    *fault.Fault // {0}: the state now
}

// Act does a step that anybody may ask for.
func (r *Room[T]) Act(ctx context.Context, who access.Actor, id int64, v Verb, s Step) (t T, err error) {
	if rule, ok := r.Law[v]; !ok || rule.Internal {
		return t, access.ErrDenied
	}
	err = r.City.Write(ctx, func(tx *store.Tx) (err error) {
		t, err = r.Apply(ctx, tx, who, id, v, s, nil)
		return err
	})
	return t, err
}

// Apply does a step inside the write of an area; shape adjusts the thing after the rule's own effect. A step that was sent before does nothing.
func (r *Room[T]) Apply(ctx context.Context, tx *store.Tx, who access.Actor, id int64, v Verb, s Step, shape func(*T, *Step) error) (T, error) {
	ref := stepRef(who, id, v, &s) // of what was sent, before anybody adds to it
	t, seen, err := r.load(ctx, tx, who, id, &s, ref)
	if err == nil {
		err = r.May(t, who, v)
	}
	if err != nil || seen {
		return *t, err
	}
	if err := r.Check(t, who, v, &s, tx.Now); err != nil {
		return *t, err
	}
	err = r.write(ctx, tx, who, t, v, &s, ref, shape)
	return *t, err
}

// Did tells whether the step was sent before.
func (r *Room[T]) Did(ctx context.Context, q store.Querier, who access.Actor, id int64, v Verb, s Step) (bool, error) {
	if s.ClientRef == "" {
		return false, nil
	}
	n, err := store.Value[int64](ctx, q, `select count(*) from step_ref where city = ? and ref = ?`, r.City.ID, stepRef(who, id, v, &s))
	return n > 0, err
}

// Load reads a thing; it checks no right.
func (r *Room[T]) Load(ctx context.Context, q store.Querier, id int64) (t T, err error) {
	err = r.read(ctx, q, &t, id, With{})
	return t, err
}

func (r *Room[T]) read(ctx context.Context, q store.Querier, t *T, id int64, w With) (err error) {
	sql, ok := r.sql.Load(w.Columns)
	if !ok { // few texts, written once: every step reads by one of them
		a := alias(r.Table)
		sql, _ = r.sql.LoadOrStore(w.Columns, `select `+r.Columns+w.Columns+` from `+r.Table+` where `+a+`.city = ? and `+a+`.id = ?`)
	}
	_, err = store.One(ctx, q, func(row store.Row) (_ struct{}, err error) {
		*t, err = r.Scan(row, w.Into...)
		return struct{}{}, err
	}, sql.(string), append(w.Args, r.City.ID, id)...)
	if errors.Is(err, store.ErrNone) {
		return r.Missing
	}
	if err == nil && r.More != nil {
		err = r.More(ctx, q, t)
	}
	return err
}

// load reads in one go all that a step has to know.
func (r *Room[T]) load(ctx context.Context, tx *store.Tx, who access.Actor, id int64, s *Step, ref string) (t *T, seen bool, err error) {
	t = new(T)
	if who.City != r.City.ID {
		return t, false, access.ErrDenied
	}
	var w With
	prove := func(*T) {}
	if r.Claimed != nil {
		w, prove = r.Claimed(s)
	}
	var refs int64
	if ref != "" {
		w.Columns += `, (select count(*) from step_ref r where r.city = ? and r.ref = ?)`
		w.Args, w.Into = append(w.Args, tx.City, ref), append(w.Into, &refs)
	}
	err = r.read(ctx, tx, t, id, w)
	prove(t)
	return t, refs > 0, err
}

// May asks for the right, and for whom the step is.
func (r *Room[T]) May(t *T, who access.Actor, v Verb) error {
	rule := r.Law[v]
	if rule.Right != "" {
		if err := who.May(rule.Right, thing(t).At()); err != nil {
			if !r.shown(t, who) {
				return r.Missing // don't tell strangers that it exists
			}
			return err
		}
		return nil
	}
	err := rule.by(t, who)
	if err == access.ErrDenied && !r.shown(t, who) {
		return r.Missing
	}
	return err
}

func (rule Rule[T]) by(t *T, who access.Actor) error {
	if who.Program || rule.By == nil || rule.By.Is(t, who) {
		return nil
	}
	if rule.By.Else != nil {
		return rule.By.Else
	}
	return access.ErrDenied
}

func (r *Room[T]) shown(t *T, who access.Actor) bool {
	if r.Shown != nil {
		return r.Shown(t, who)
	}
	return who.May(r.See, thing(t).At()) == nil
}

// Buttons lists the steps by right that may be done now, the likeliest first.
func (l Law[T]) Buttons(t *T, who access.Actor, order []Verb) (all []Verb) {
	for _, v := range order {
		if rule := l[v]; !rule.Internal && rule.Right != "" && l.Ready(t, v) && who.May(rule.Right, thing(t).At()) == nil && rule.by(t, who) == nil {
			all = append(all, v)
		}
	}
	return all
}

// Offers lists what the actor may do with the thing now, the likeliest first: the buttons.
func (r *Room[T]) Offers(t *T, who access.Actor) (all []Offer) {
	for _, v := range r.Order {
		rule := r.Law[v]
		if !rule.Internal && r.Law.Ready(t, v) && r.May(t, who, v) == nil && rule.by(t, who) == nil {
			all = append(all, Offer{v, rule.Needs, rule.Aside})
		}
	}
	return all
}

// Check holds a step against the table and against what it needs, and tidies what was typed.
func (r *Room[T]) Check(t *T, who access.Actor, v Verb, s *Step, now int64) error {
	rule, l := r.Law[v], life(t)
	if !r.Law.Ready(t, v) || rule.moves() && s.Version != 0 && s.Version != l.Version {
		return r.Stale.With(i18n.Key(r.Kind + ".status." + string(l.Status)))
	}
	if err := rule.by(t, who); err != nil {
		return err
	}
	var list fault.List
	s.Note, s.Reason, s.Why = r.tidy(s.Note), sensitive.Mask(Line(s.Reason)), sensitive.Mask(Words(s.Why)) // reasons stand in the ledger
	most := cmp.Or(r.MaxNote, MaxNote)
	list.Check(utf8.RuneCountInString(s.Note) <= most, "note", "case.note.long", most)
	list.Check(utf8.RuneCountInString(s.Why) <= MaxNote, "why", "case.note.long", MaxNote)
	list.Check(len(s.Photos) <= MaxPhotos, "photo", "case.photos.many", MaxPhotos)
	list.Check(len(s.ClientRef) <= maxRef, "client_ref", "case.ref.long")
	for _, n := range rule.Needs.All() {
		r.need(n, s, who, &list)
	}
	if rule.Check != nil {
		rule.Check(t, s, &list)
	}
	s.DoneAt = max(s.Time(now), min(l.UpdatedAt, now)) // what comes late from a handset does not stand before what is there
	if now-s.DoneAt > lateLimit && who.May(r.Late, thing(t).At()) != nil {
		list.Check(false, "done_at", "case.late")
	}
	if err := list.Or(); err != nil || rule.Ready == nil {
		return err
	}
	return rule.Ready(t)
}

func (r *Room[T]) tidy(s string) string {
	if r.Tidy != nil {
		return r.Tidy(s)
	}
	return Words(s)
}

func (r *Room[T]) need(n Need, s *Step, who access.Actor, l *fault.List) {
	switch n {
	case Note:
		l.Check(s.Note != "", "note", cmp.Or(r.Speaks, "case")+".note.missing")
	case Photo:
		l.Check(len(s.Photos) > 0 || who.Program, "photo", "case.photo.missing")
	case Stars:
		l.Check(s.Stars >= 1 && s.Stars <= 5, "stars", "case.stars.bad")
	case Reason:
		l.Check(s.Reason != "", "reason", "case.reason.missing")
	case Body:
		l.Check(r.Body(s.To), "to", "case.body.bad")
	case Point:
		l.Check(s.Point != nil && s.Point.Valid(), "point", "whistle.point.missing")
	case Number:
		l.Check(s.Number > 0, "number", "step.number.missing")
	case Date:
		l.Check(s.Date != 0, "date", "step.date.missing")
	}
}

// write applies the rule and queues the row, the step and the ledger entry.
func (r *Room[T]) write(ctx context.Context, tx *store.Tx, who access.Actor, t *T, v Verb, s *Step, ref string, shape func(*T, *Step) error) error {
	rule, before, l := r.Law[v], *t, life(t)
	if rule.To != "" {
		l.Status = rule.To
	}
	if rule.Effect != nil {
		rule.Effect(t, s, who)
	}
	if rule.Turn != nil {
		l.Turn = rule.Turn(t)
	}
	l.Open = !slices.Contains(r.Ends, l.Status)
	l.UpdatedAt = s.DoneAt
	if err := r.tick(ctx, tx, rule, &before, t, s); err != nil {
		return err
	}
	if shape != nil {
		if err := shape(t, s); err != nil {
			*t = before
			return dropNothing(err)
		}
	}
	if l.Status != life(&before).Status || rule.Fresh || rule.Clock != 0 || r.Moved != nil && r.Moved(&before, t) {
		l.Version++ // a note makes nobody's page stale
	}
	r.plan(t)
	if r.Save != nil {
		r.Save(tx, v, &before, t)
	} else {
		Update(tx, r.Table, l, "")
	}
	var body any = changeOf(life(&before), l, s)
	if r.Entry != nil {
		body = r.Entry(&before, t, s)
	}
	seq := ledger.Append(tx, who, r.Kind+"."+string(v), thing(t).Subject(), body)
	r.insert(tx, who, t, v, seq, s)
	if r.Kept != nil {
		r.Kept(tx, who, t, seq, s)
	}
	if ref != "" {
		tx.Exec(`insert into step_ref (city, ref, subject) values (?, ?, ?)`, tx.City, ref, l.ID)
	}
	return nil
}

// Nothing is what shape says when there is nothing to do after all: the step is not written.
var Nothing = errors.New("nothing to do")

func dropNothing(err error) error {
	if errors.Is(err, Nothing) {
		return nil
	}
	return err
}

// Opened writes the first line of a timeline and of the ledger, for kinds whose opening is a step like others.
func (r *Room[T]) Opened(tx *store.Tx, who access.Actor, v Verb, t *T, s *Step) {
	s.DoneAt = life(t).Since
	var body any = changeOf(&Life{}, life(t), s)
	if r.Entry != nil {
		body = r.Entry(t, t, s)
	}
	r.insert(tx, who, t, v, ledger.Append(tx, who, r.Kind+"."+string(v), thing(t).Subject(), body), s)
}

func (r *Room[T]) insert(tx *store.Tx, who access.Actor, t *T, v Verb, seq int64, s *Step) {
	l := life(t)
	lat, lng := coordinates(s.Point)
	tx.Exec(`insert into step (city, subject, seq, kind, at, done_at, verb, person, body, status, target, note, public, reason, lat, lng, despite, despite_why)
		values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		tx.City, l.ID, seq, r.Kind, tx.Now, s.DoneAt, v, who.Person, Acting(who, thing(t).At().Bodies), l.Status, s.To, s.Note, r.Law[v].Told, s.Reason, lat, lng,
		strings.Join(s.Despite, " "), s.Why)
	for _, p := range s.Photos {
		tx.Exec(`insert into step_photo (city, subject, seq, hash, width, height) values (?, ?, ?, ?, ?, ?) on conflict (city, subject, seq, hash) do nothing`,
			tx.City, l.ID, seq, p.Hash, p.Width, p.Height)
	}
}

// Acting is the body for which the actor stands here: one that takes part, else their own.
func Acting(who access.Actor, bodies []int64) int64 {
	for _, b := range who.Bodies() {
		if slices.Contains(bodies, b) {
			return b
		}
	}
	return who.Body()
}

// stepRef keys a resent step by its thing, its caller and what it says, so that nobody's number answers for another's, and a form that is opened again with
// "back" and sent with other words is another step.
func stepRef(who access.Actor, id int64, v Verb, s *Step) string {
	if s.ClientRef == "" {
		return ""
	}
	n := make([]byte, 0, 64)
	for _, x := range []int64{s.To, s.Stars, s.Number, s.Date, s.Place} {
		n = append(strconv.AppendInt(n, x, 10), '/')
	}
	d := func(n int64) string { return strconv.FormatInt(n, 10) }
	return "step/" + d(id) + "/" + string(v) + "/" + d(who.Person) + "/" + s.ClientRef + "/" + Digest(id, s.Claim.Secret, s.Claim.Phone, Words(s.Note), Line(s.Reason), string(n))[:16]
}

// Digest commits to words without telling them; the id salts it.
func Digest(id int64, parts ...string) string {
	sum := sha256.Sum256([]byte(strconv.FormatInt(id, 10) + "\n" + strings.Join(parts, "\n")))
	return hex.EncodeToString(sum[:16])
}

// change is the ledger's body of a step: what was and what is, no words that people wrote.
type change struct {
	At     int64    `json:"at"`
	From   moment   `json:"from"`
	To     moment   `json:"to"`
	Reason string   `json:"reason,omitempty"`
	Target int64    `json:"target,omitempty"`
	Stars  int64    `json:"stars,omitempty"`
	Digest string   `json:"digest,omitempty"`
	Photos []string `json:"photos,omitempty"`
	More   any      `json:"more,omitempty"`
}

type moment struct {
	Status State `json:"status"`
	Turn   Turn  `json:"turn,omitempty"`
	Due    int64 `json:"due,omitempty"`
}

func changeOf(was, is *Life, s *Step) change {
	c := change{At: s.DoneAt, From: moment{was.Status, was.Turn, was.StepDueAt}, To: moment{is.Status, is.Turn, is.StepDueAt}, Reason: s.Reason, Target: s.To, Stars: s.Stars, More: s.More}
	if s.Note != "" {
		c.Digest = Digest(is.ID, s.Note)
	}
	for _, p := range s.Photos {
		c.Photos = append(c.Photos, p.Hash)
	}
	return c
}

// columnNames are the columns of a life in a thing's row, beside city and id.
var columnNames = []string{"version", "status", "turn", "open", "due_at", "step_due_at", "since", "paused_at", "climbed_at", "next_at", "updated_at"}

// Columns are a life's columns of a table with this alias, for Life.Into.
func Columns(a string) string { return a + ".id, " + a + "." + strings.Join(columnNames, ", "+a+".") }

// Into are where Columns are scanned to.
func (l *Life) Into() []any {
	return []any{&l.ID, &l.Version, &l.Status, &l.Turn, &l.Open, &l.DueAt, &l.StepDueAt, &l.Since, &l.PausedAt, &l.ClimbedAt, &l.NextAt, &l.UpdatedAt}
}

func (l *Life) values() []any {
	return []any{l.Version, l.Status, l.Turn, l.Open, l.DueAt, l.StepDueAt, l.Since, l.PausedAt, l.ClimbedAt, l.NextAt, l.UpdatedAt}
}

// Update writes a life, and further columns like "claimer = ?".
func Update(tx *store.Tx, table string, l *Life, also string, args ...any) {
	if also != "" {
		also = ", " + also
	}
	name, _, _ := strings.Cut(table, " ")
	tx.Exec(`update `+name+` set `+strings.Join(columnNames, " = ?, ")+` = ?`+also+` where city = ? and id = ?`, slices.Concat(l.values(), args, []any{tx.City, l.ID})...)
}

// Insert adds a thing's row: its life and further columns like "path, title".
func Insert(tx *store.Tx, table string, l *Life, also string, args ...any) {
	name, _, _ := strings.Cut(table, " ")
	tx.Exec(`insert into `+name+` (city, id, `+strings.Join(columnNames, ", ")+`, `+also+`) values (`+store.In(2+len(columnNames)+len(args))+`)`,
		slices.Concat([]any{tx.City, l.ID}, l.values(), args)...)
}

func alias(table string) string {
	_, a, _ := strings.Cut(table, " ")
	return a
}

func coordinates(p *geo.Point) (lat, lng *float64) {
	if p == nil {
		return nil, nil
	}
	return &p.Lat, &p.Lng
}
