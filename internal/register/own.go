package register

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"strings"

	"mulin/internal/access"
	"mulin/internal/i18n"
	"mulin/internal/ledger"
	"mulin/internal/store"
)

// Own describes a noun whose area keeps it in its own way, in memory and by verbs of its own, so that pages and sheets work on it all the same.
type Own[T any] struct {
	Of[T] // Part isn't needed

	// All is every thing, retired ones too, in the order lists show. Its Head has the ID (Key, where the area's own key is none), Until, and a Version
	// if the area counts them; else one is made of what the thing says. It may be the area's memory: things are copied before they are handed out.
	All func() []*T
	// Now reads a thing anew, nil for none: within a write, and where All lacks it; left out, memory is believed.
	Now func(ctx context.Context, q store.Querier, id int64) (*T, error)
	// Put saves x in the write, with its ledger entry, and gives a new one its ID (and, if the area counts, any its Version); old is nil for a new one. It may refuse with faults of its own.
	Put func(ctx context.Context, tx *store.Tx, who access.Actor, old, x *T) error
	// End retires x in the write, with its ledger entry; nil: nothing can be retired.
	End func(ctx context.Context, tx *store.Tx, who access.Actor, x *T, reason string) error
	// Final says that what was retired stays so.
	Final bool
	// Past are all versions, the oldest first; nil: there is only what is.
	Past func(ctx context.Context, id int64) ([]*T, error)
	// Told are the entries of the ledger that speak of x, the oldest first; nil: those whose subject is the noun's name and the ID.
	Told func(ctx context.Context, x *T) ([]ledger.Entry, error)
	// Cut takes out of a copy of x what isn't for the reader, in whatever form it is read; nil: who sees a thing sees all of it. What somebody may change
	// must stay, for they save the whole.
	Cut func(who access.Actor, x *T)
	// Hears tells whether an entry about x is for the reader; nil: all are.
	Hears func(who access.Actor, e ledger.Entry) bool
	// Tell puts into an event what an entry of the area's own says; nil: entries say what was before and is after.
	Tell func(*Event)
	// Sees tells whether x is seen by who has See for something; nil: by who has it for x.
	Sees func(who access.Actor, x *T) bool
	// May asks for a right on x, which may be what somebody wants it to be; nil: at its place and bodies.
	May func(who access.Actor, r access.Right, x *T) error
}

// Adapt makes a register of what an area keeps itself. Reach, sieves, words, sorts, pages, stale checks and the rules of fields are those of New.
func Adapt[T any](city *store.City, own Own[T]) *Register[T] {
	n := noun(city, own.Of)
	n.Retires, n.Returns, n.Dated = own.End != nil, own.End != nil && !own.Final, own.Past != nil
	n.tell, n.hears = own.Tell, own.Hears
	if own.Cut != nil {
		n.cut = func(who access.Actor, x any) { own.Cut(who, x.(*T)) }
	}
	if own.Sees != nil {
		n.look = func(who access.Actor, x any) bool { return own.Sees(who, x.(*T)) }
	}
	if own.May != nil {
		n.itself = true
		n.may = func(who access.Actor, r access.Right, x any) error { return own.May(who, r, x.(*T)) }
	}
	n.rows = shelf[T]{n, own}
	return &Register[T]{n}
}

// Key makes an ID of a key that is no number; it stays the same for ever and survives JavaScript.
func Key(parts ...string) int64 {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return int64(binary.BigEndian.Uint64(sum[:])>>11 | 1)
}

// shelf is a noun in its area's memory.
type shelf[T any] struct {
	*Noun
	own Own[T]
}

// copy is x for the caller's own use, with its version and path.
func (s shelf[T]) copy(x *T) any {
	mine := *x
	h := HeadOf(&mine)
	if h.Path = cmp.Or(h.Path, access.Root); h.Version == 0 {
		said := []string{id(h.Until), id(h.Place)}
		for i := range s.Fields {
			said = append(said, strings.Join(s.Fields[i].Parts(x), "\x01"))
		}
		h.Version = Key(said...)>>17 | 1 // no more digits than spreadsheets show
	}
	return &mine
}

func (s shelf[T]) newest(ctx context.Context, q store.Querier, ids []any) (map[int64]any, error) {
	found := map[int64]any{}
	if _, writing := q.(*store.Tx); writing && s.own.Now != nil {
		for _, id := range ids {
			x, err := s.own.Now(ctx, q, id.(int64))
			if err != nil {
				return nil, err
			}
			if x != nil {
				found[id.(int64)] = s.copy(x)
			}
		}
		return found, nil
	}
	wanted := set(ids)
	for _, x := range s.own.All() {
		if id := HeadOf(x).ID; wanted[id] {
			found[id] = s.copy(x)
		}
	}
	if s.own.Now == nil || len(found) == len(wanted) {
		return found, nil
	}
	for id := range wanted { // what memory doesn't hold
		if _, ok := found[id.(int64)]; ok {
			continue
		}
		x, err := s.own.Now(ctx, q, id.(int64))
		if err != nil {
			return nil, err
		}
		if x != nil {
			found[id.(int64)] = s.copy(x)
		}
	}
	return found, nil
}

func set(values []any) map[any]bool {
	all := map[any]bool{}
	for _, v := range values {
		all[v] = true
	}
	return all
}

func (s shelf[T]) having(_ context.Context, _ store.Querier, f *Field, values []any) (found []any, err error) {
	wanted := set(values)
	for _, x := range s.own.All() {
		if HeadOf(x).Live() && wanted[f.put(x)[0]] {
			found = append(found, x)
		}
	}
	return found, nil
}

func (s shelf[T]) versions(ctx context.Context, id int64) (all []any, err error) {
	if s.own.Past == nil {
		now, err := s.newest(ctx, s.city, []any{id})
		return []any{now[id]}, err
	}
	past, err := s.own.Past(ctx, id)
	for _, x := range past {
		all = append(all, s.copy(x))
	}
	return all, err
}

func (s shelf[T]) told(ctx context.Context, x any) ([]ledger.Entry, error) {
	if s.own.Told != nil {
		return s.own.Told(ctx, x.(*T))
	}
	return ledger.Of(ctx, s.city, s.city.ID, s.Name, HeadOf(x).ID, 0, 500)
}

func (s shelf[T]) write(ctx context.Context, tx *store.Tx, who access.Actor, old, x any) error {
	before, _ := old.(*T)
	h := HeadOf(x)
	h.Until = 0
	was := h.Version
	if err := s.own.Put(ctx, tx, who, before, x.(*T)); err != nil {
		return err
	}
	if h.Version == was { // the area doesn't count
		h.Version = 0
		*h = *HeadOf(s.copy(x.(*T)))
	}
	return nil
}

func (s shelf[T]) retire(ctx context.Context, tx *store.Tx, who access.Actor, x any, reason string) error {
	return s.own.End(ctx, tx, who, x.(*T), reason)
}

// placed is a thing with what its list is sorted by: of a list without a field, the place it has among all.
type placed struct {
	x   any
	key any
	id  int64
}

func (a placed) compare(b placed) int {
	if k, ok := a.key.(string); ok {
		return cmp.Or(strings.Compare(k, b.key.(string)), cmp.Compare(a.id, b.id))
	}
	return cmp.Or(cmp.Compare(a.key.(int64), b.key.(int64)), cmp.Compare(a.id, b.id))
}

// pick is everything a query asks for, in its order.
func (s shelf[T]) pick(who access.Actor, q Query) (all []placed) {
	if q.None {
		return nil
	}
	f, sieves, words := s.sorting(q), s.sieves(q), strings.Fields(i18n.Fold(q.Words))
	for i, x := range s.own.All() {
		h := HeadOf(x)
		if !h.in(q) || !s.sees(who, x) || !strings.HasPrefix(cmp.Or(h.Path, access.Root), q.Sieves["place"]) || !passes(x, sieves) || !has(s.words(x), words) {
			continue
		}
		one := placed{x, int64(i), h.ID}
		if f != nil {
			one.key = f.sortValue(x)
		}
		all = append(all, one)
	}
	slices.SortFunc(all, func(a, b placed) int {
		if q.Desc {
			a, b = b, a
		}
		return a.compare(b)
	})
	return all
}

// in tells whether a thing is in the state a query asks for.
func (h *Head) in(q Query) bool {
	if q.AsOf != 0 {
		return h.covers(q.AsOf)
	}
	return q.State == Both || h.Live() == (q.State == "")
}

func passes(x any, sieves map[*Field]any) bool {
	for f, v := range sieves {
		if mine := f.put(x)[0]; v == nil || mine != v && (f.Sort != SortRefs || !strings.Contains(mine.(string), v.(string))) {
			return false
		}
	}
	return true
}

func has(text string, words []string) bool {
	return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(text, w) })
}

func (s shelf[T]) page(_ context.Context, who access.Actor, q Query, _ bool) (p Page, err error) {
	all := s.pick(who, q)
	p.Count = int64(len(all))
	if key, id, ok := s.after(q); ok {
		last := placed{key: key, id: id}
		if i := slices.IndexFunc(all, func(x placed) bool { return x.id == id }); i >= 0 {
			last = all[i]
		}
		all = slices.DeleteFunc(all, func(x placed) bool { c := x.compare(last); return c == 0 || (c < 0) != q.Desc })
	}
	if size := q.size(); len(all) > size {
		all = all[:size]
		p.Next = mark(all[size-1].key, all[size-1].id)
	}
	for _, x := range all {
		p.Things = append(p.Things, s.shown(who, s.copy(x.x.(*T))))
	}
	return p, nil
}

func (s shelf[T]) each(_ context.Context, who access.Actor, q Query, f func(x any) error) error {
	for _, x := range s.pick(who, q) {
		if err := f(s.shown(who, s.copy(x.x.(*T)))); err != nil {
			return err
		}
	}
	return nil
}
