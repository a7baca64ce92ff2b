package register

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"mulin/internal/access"
	"mulin/internal/fault"
	"mulin/internal/ledger"
	"mulin/internal/store"
)

// Faults of every register.
var (
	ErrMissing = fault.New(fault.Missing, "register.missing")
	ErrStale   = fault.New(fault.Conflict, "register.stale")
	ErrRetired = fault.New(fault.Conflict, "register.retired")
)

// Named is a thing as it is called where another one names it.
type Named struct {
	ID         int64
	Name, Hint string
}

// between stands between the names that are said together.
const between = " / "

// FullName is what a thing in a tree is called where those above it are named before it: "城乡建设 / 供水 / 水管爆裂".
func FullName(names ...string) string { return strings.Join(names, between) }

// Names takes a full name apart, from the top; nothing for "".
func Names(full string) []string {
	if full == "" {
		return nil
	}
	return strings.Split(full, between)
}

// Directory finds the things that a reference may lead to.
type Directory struct {
	Name  func(id int64) string
	Live  func(id int64) bool
	Find  func(text string, most int) []Named
	At    func(id int64) string // the path of a place; nil: it is none
	Heir  func(id int64) int64  // what a thing has become that was merged, itself if it wasn't; nil: none of them ever is
	Makes bool                  // a field may be read from the name of a thing that isn't there yet: it is made with what names it
	Few   bool                  // so few that one chooses among all, which Find("", …) gives
}

// Current is what a thing has become by a merge: itself if there was none.
func (d Directory) Current(id int64) int64 {
	if d.Heir != nil {
		if heir := d.Heir(id); heir != 0 {
			return heir
		}
	}
	return id
}

// Of describes a noun.
type Of[T any] struct {
	Name      string // of its words, its subjects in the ledger and its table
	Verbs     string // the beginning of its verbs in the ledger; "" is the name
	Fields    []Field
	See, Edit access.Right // See "": everybody who knows the address
	Part      string       // the condition, with ? for a body, by which a body takes part; "" none
	Bodies    func(*T) []int64
	Check     func(ctx context.Context, q store.Querier, x *T, bad *fault.List) // rules between fields and things; runs within the write
	Refs      map[string]Directory                                              // what its references lead to; "place" if its things lie somewhere
	Then      func(context.Context) error                                       // after each save: a copy in memory to load
}

// Noun is a register without its type: what pages, sheets and programs work on, whether its things stand in a table of versions (New) or the area keeps
// them in its own way (Adapt). Things are pointers to its type. Each verb asks for the right first; what is out of reach is ErrMissing.
type Noun struct {
	Name      string
	Fields    []Field
	See, Edit access.Right
	Refs      map[string]Directory
	New       func() any
	Retires   bool // things can be retired
	Returns   bool // what was retired can be restored
	Dated     bool // one may say since when a change holds, and ask how things were

	city   *store.City
	verbs  string
	itself bool // a thing says more than its place of where a right on it is asked for
	bodies func(any) []int64
	check  func(context.Context, store.Querier, any, *fault.List)
	may    func(access.Actor, access.Right, any) error
	look   func(access.Actor, any) bool          // instead of may, for seeing; nil: may
	cut    func(access.Actor, any)               // takes out what isn't for the reader; nil: nothing
	hears  func(access.Actor, ledger.Entry) bool // nil: every entry is for whoever sees the thing
	tell   func(*Event)                          // what an area's own entry says; nil: every entry is told in the register's words
	then   func(context.Context) error
	rows   rows
}

// rows is where the things of a noun are kept.
type rows interface {
	newest(ctx context.Context, q store.Querier, ids []any) (map[int64]any, error)
	having(ctx context.Context, q store.Querier, f *Field, values []any) ([]any, error) // in force, with one of the values
	versions(ctx context.Context, id int64) ([]any, error)
	told(ctx context.Context, x any) ([]ledger.Entry, error)
	page(ctx context.Context, who access.Actor, q Query, counted bool) (Page, error)
	each(ctx context.Context, who access.Actor, q Query, f func(x any) error) error
	write(ctx context.Context, tx *store.Tx, who access.Actor, old, x any) error
	retire(ctx context.Context, tx *store.Tx, who access.Actor, x any, reason string) error
}

// Register is a register of things of one type.
type Register[T any] struct{ *Noun }

func noun[T any](city *store.City, of Of[T]) *Noun {
	n := &Noun{Name: of.Name, Fields: of.Fields, See: of.See, Edit: of.Edit, Refs: of.Refs, New: func() any { return new(T) }, city: city, then: of.Then, verbs: cmp.Or(of.Verbs, of.Name),
		bodies: func(any) []int64 { return nil }, check: func(context.Context, store.Querier, any, *fault.List) {}}
	if of.Bodies != nil {
		n.itself = true
		n.bodies = func(x any) []int64 { return of.Bodies(x.(*T)) }
	}
	if of.Check != nil {
		n.check = func(ctx context.Context, q store.Querier, x any, bad *fault.List) { of.Check(ctx, q, x.(*T), bad) }
	}
	n.may = func(who access.Actor, r access.Right, x any) error { return who.May(r, n.at(x)) }
	for _, f := range n.Fields {
		f.put(n.New()) // a field of another type shows itself at the start
		is, sorts := f.Is, []Sort{SortLine, SortChoice, SortNumber, SortDay, SortRef}
		if is.Sealed && (is.Listed || is.Found || is.Sieved || is.Sorted || is.Unique || is.Public) || is.Sorted && !slices.Contains(sorts, f.Sort) {
			panic("register: " + n.Name + "." + f.Name + " can't be used like that")
		}
	}
	return n
}

// City is the number of the register's city.
func (n *Noun) City() int64 { return n.city.ID }

// Field is the field of a name.
func (n *Noun) Field(name string) (*Field, bool) {
	for i := range n.Fields {
		if n.Fields[i].Name == name {
			return &n.Fields[i], true
		}
	}
	return nil, false
}

// Those are the fields of a trait, for heads of lists and sheets.
func (n *Noun) Those(is func(Traits) bool) (all []*Field) {
	for i := range n.Fields {
		if is(n.Fields[i].Is) {
			all = append(all, &n.Fields[i])
		}
	}
	return all
}

// at is where a right on x is asked for.
func (n *Noun) at(x any) access.At {
	return access.At{Path: cmp.Or(HeadOf(x).Path, access.Root), Bodies: n.bodies(x)}
}

// May tells whether the actor may change x.
func (n *Noun) May(who access.Actor, x any) bool { return n.denied(who, x) == nil }

// denied is why the actor may not change x.
func (n *Noun) denied(who access.Actor, x any) error {
	if who.City != n.city.ID {
		return access.ErrDenied
	}
	return n.may(who, n.Edit, x)
}

// Adds tells whether the actor may add things somewhere. Where a thing itself says where the right is asked for, only the thing can tell.
func (n *Noun) Adds(who access.Actor) bool {
	if who.City != n.city.ID || !who.Has(n.Edit) {
		return false
	}
	_, placed := n.Refs["place"]
	return placed || n.itself || n.Anywhere(who)
}

// Anywhere tells whether the actor may add things that lie nowhere in particular: they belong to the whole city.
func (n *Noun) Anywhere(who access.Actor) bool {
	x := n.New()
	HeadOf(x).Path = access.Root
	return n.May(who, x)
}

// shown is x, a copy or nil, without what isn't for the reader.
func (n *Noun) shown(who access.Actor, x any) any {
	if n.cut != nil && x != nil {
		n.cut(who, x)
	}
	return x
}

func (n *Noun) sees(who access.Actor, x any) bool {
	if n.look != nil {
		return who.City == n.city.ID && n.look(who, x)
	}
	return who.City == n.city.ID && (n.See == "" || n.may(who, n.See, x) == nil)
}

// Get reads the newest version of a thing within the actor's reach. It is the caller's own.
func (n *Noun) Get(ctx context.Context, who access.Actor, id int64) (any, error) {
	x, err := n.get(ctx, n.city, who, id)
	return n.shown(who, x), err
}

func (n *Noun) get(ctx context.Context, q store.Querier, who access.Actor, id int64) (any, error) {
	all, err := n.rows.newest(ctx, q, []any{id})
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", n.Name, err)
	}
	if x := all[id]; x != nil && n.sees(who, x) {
		return x, nil
	}
	return nil, ErrMissing
}

// Several reads the newest versions of many things; those that aren't there or out of reach are left out.
func (n *Noun) Several(ctx context.Context, who access.Actor, ids []int64) (map[int64]any, error) {
	wanted := make([]any, len(ids))
	for i, id := range ids {
		wanted[i] = id
	}
	all, err := n.rows.newest(ctx, n.city, wanted)
	maps.DeleteFunc(all, func(_ int64, x any) bool { return !n.sees(who, x) })
	for _, x := range all {
		n.shown(who, x)
	}
	return all, err
}

// Versions are all versions of a thing, the oldest first; of what keeps none, the only one.
func (n *Noun) Versions(ctx context.Context, who access.Actor, id int64) ([]any, error) {
	if _, err := n.Get(ctx, who, id); err != nil {
		return nil, err
	}
	all, err := n.rows.versions(ctx, id)
	for _, x := range all {
		n.shown(who, x)
	}
	return all, err
}

// AsOf reads a thing as it was at a time (µs).
func (n *Noun) AsOf(ctx context.Context, who access.Actor, id, at int64) (any, error) {
	all, err := n.Versions(ctx, who, id)
	for _, x := range all {
		if HeadOf(x).covers(at) {
			return x, nil
		}
	}
	return nil, cmp.Or(err, error(ErrMissing))
}

// Event is one entry of a thing's history.
type Event struct {
	ledger.Entry
	Did     string // "add", "save", "retire", "restore", or what the area calls it
	Version int64  // 0: not known
	Changes map[string]Change
	Reason  string
}

// told is the body of an entry of ours, or of an area that writes what was and what is.
type told struct {
	Version int64             `json:"version,omitempty"`
	Changes map[string]Change `json:"changes,omitempty"`
	Reason  string            `json:"reason,omitempty"`
	Before  json.RawMessage   `json:"before,omitempty"`
	After   json.RawMessage   `json:"after,omitempty"`
}

// History is what the ledger says of a thing, the oldest first.
func (n *Noun) History(ctx context.Context, who access.Actor, id int64) (all []Event, err error) {
	x, err := n.Get(ctx, who, id)
	if err != nil {
		return nil, err
	}
	entries, err := n.rows.told(ctx, x)
	gone := false
	for _, e := range entries {
		if n.hears != nil && !n.hears(who, e) {
			continue
		}
		ev := n.event(e)
		if ev.Did == "save" && gone {
			ev.Did = "restore"
		}
		gone = ev.Did == "retire" || gone && ev.Did != "restore"
		all = append(all, ev)
	}
	return all, err
}

func (n *Noun) event(e ledger.Entry) Event {
	var t told
	_ = json.Unmarshal(e.Body, &t) // a body that says nothing of this leaves it empty
	if after := n.New(); t.After != nil && json.Unmarshal(t.After, after) == nil {
		before := n.New()
		if t.Before == nil || json.Unmarshal(t.Before, before) != nil {
			before, t.Version = nil, 1
		}
		t.Changes = n.Changes(before, after)
	}
	did := "save"
	if strings.HasSuffix(e.Verb, ".retire") || strings.HasSuffix(e.Verb, ".end") {
		did = "retire"
	} else if t.Version == 1 {
		did = "add"
	}
	ev := Event{e, did, t.Version, t.Changes, t.Reason}
	if n.tell != nil {
		n.tell(&ev)
	}
	return ev
}

// Change is a value before and after, in parts.
type Change struct {
	Before []string `json:"before,omitempty"`
	After  []string `json:"after,omitempty"`
}

// Verbs is the beginning of the noun's verbs in the ledger: "station", "catalog.whistle".
func (n *Noun) Verbs() string { return n.verbs }

// Changes are the fields in which two versions differ; old may be nil. What is sealed is only said to differ.
func (n *Noun) Changes(old, x any) map[string]Change {
	all := map[string]Change{}
	differ := func(name string, sealed bool, parts func(any) []string) {
		c := Change{After: parts(x)}
		if old != nil {
			c.Before = parts(old)
		}
		if slices.Equal(c.Before, c.After) || old == nil && strings.Join(c.After, "") == "" {
			return
		}
		if sealed {
			c = Change{}
		}
		all[name] = c
	}
	for _, f := range n.Fields {
		differ(f.Name, f.Is.Sealed, f.parts)
	}
	differ("place", false, func(x any) []string { return []string{id(HeadOf(x).Place)} })
	return all
}

// Get is Noun.Get with its type.
func (r *Register[T]) Get(ctx context.Context, who access.Actor, id int64) (*T, error) {
	x, err := r.Noun.Get(ctx, who, id)
	if err != nil {
		return nil, err
	}
	return x.(*T), nil
}

// Save is Noun.Save with its type.
func (r *Register[T]) Save(ctx context.Context, who access.Actor, things ...*T) error {
	all := make([]any, len(things))
	for i, x := range things {
		all[i] = x
	}
	return r.Noun.Save(ctx, who, all...)
}

// List is Noun.List with its type, without the count.
func (r *Register[T]) List(ctx context.Context, who access.Actor, q Query) (all []*T, next string, err error) {
	p, err := r.rows.page(ctx, who, q, false)
	for _, x := range p.Things {
		all = append(all, x.(*T))
	}
	return all, p.Next, err
}
