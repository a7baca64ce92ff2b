package register

import (
	"context"
	"slices"

	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/fault"
	"mulin/internal/i18n"
	"mulin/internal/store"
)

// Try says what Save would find, of any number of things and without the city's lock. The counts are of those that are good.
func (n *Noun) Try(ctx context.Context, who access.Actor, things ...any) (Counts, error) {
	return n.Trial().Try(ctx, who, things...)
}

// Trial tries saves that follow one another, as the pieces of a long sheet do: a unique value that one takes isn't free for the next.
type Trial struct {
	n     *Noun
	tried int64
	taken map[string]int64 // as in batch, by things tried
	back  bool             // they were retired and come back
}

// Trial begins one.
func (n *Noun) Trial() *Trial { return &Trial{n: n, taken: map[string]int64{}} }

// Try is Noun.Try after those before.
func (t *Trial) Try(ctx context.Context, who access.Actor, things ...any) (Counts, error) {
	b, err := t.n.judge(ctx, t.n.city, who, clock.Micros(t.n.city.Clock().Now()), things, t.n.fit(who, things), t)
	t.tried += int64(len(things))
	return b.counts, err
}

// same tells that saving x would change nothing.
func (n *Noun) same(old, x any) bool {
	return old != nil && HeadOf(old).Live() && len(n.Changes(old, x)) == 0
}

// fit reads every field once more, so that what comes from programs is held to the same as what comes from forms, and asks for the right where each will be.
func (n *Noun) fit(who access.Actor, things []any) (bad Bad) {
	for i, x := range things {
		var faults fault.List
		for j := range n.Fields {
			if one := n.Fields[j].Set(x, n.Name, n.Fields[j].Parts(x)); one != nil {
				faults = append(faults, one)
			}
		}
		h := HeadOf(x)
		if where := n.Refs["place"]; where.At == nil || h.Place == 0 {
			h.Place, h.Path = 0, access.Root
		} else {
			h.Path = where.At(h.Place)
		}
		err := faults.Or()
		if err == nil {
			err = n.denied(who, x)
		}
		if err != nil {
			bad = append(bad, At{i, err})
		}
	}
	return bad
}

// batch is what a save knows of what is there.
type batch struct {
	old    map[int64]any
	taken  map[string]any // unique value → what has it in force
	trial  *Trial
	counts Counts
}

// holder is who has a value: one of those that are tried, or of those in force.
func (b *batch) holder(value string) (int64, bool) {
	if by, ok := b.trial.taken[value]; ok {
		return by, true
	}
	if x := b.taken[value]; x != nil {
		return HeadOf(x).ID, true
	}
	return 0, false
}

// judge compares things with what is there, without those that are bad already. Within a Write the city's lock is held, so nobody comes between.
func (n *Noun) judge(ctx context.Context, q store.Querier, who access.Actor, now int64, things []any, bad Bad, t *Trial) (b batch, err error) {
	b.trial = t
	var ids []any
	for _, x := range things {
		if h := HeadOf(x); h.ID != 0 {
			ids = append(ids, h.ID)
		}
	}
	if b.old, err = n.rows.newest(ctx, q, ids); err == nil {
		b.taken, err = n.takenOf(ctx, q, things)
	}
	if err != nil {
		return b, err
	}
	known := bad
	for i, x := range things {
		if len(known) > 0 && known[0].Index == i {
			known = known[1:]
			continue
		}
		if err := n.judgeOne(ctx, q, who, now, &b, x, i); err != nil {
			bad = append(bad, At{i, err})
		}
	}
	return b, bad.or()
}

func (n *Noun) judgeOne(ctx context.Context, q store.Querier, who access.Actor, now int64, b *batch, x any, i int) error {
	h, old, count, t := HeadOf(x), b.old[HeadOf(x).ID], &b.counts.New, b.trial
	if me := id(h.ID); me != "" {
		switch {
		case old == nil || !n.sees(who, old):
			return ErrMissing
		case !n.May(who, old):
			return access.ErrDenied
		case !HeadOf(old).Live() && n.Returns && !t.back:
			return ErrRetired
		case HeadOf(old).Version != h.Version || t.taken[me] != 0 || t.back && HeadOf(old).Live(): // or it comes twice
			return ErrStale
		}
		t.taken[me] = h.ID
		if count = &b.counts.Changed; n.same(old, x) {
			b.counts.Same++
			return nil
		}
	}
	var bad fault.List
	for j := range n.Fields {
		f := &n.Fields[j]
		label := i18n.Key(n.Name + "." + f.Name)
		bad.Check(f.Ref == "" || n.live(f, old, x), f.Name, "register.unknown", label)
		bad.Check(!f.Is.Fixed || old == nil || slices.Equal(f.Parts(old), f.Parts(x)), f.Name, "register.fixed", label)
		if v := f.unique(n, x); v != "" {
			me := h.ID
			if me == 0 {
				me = -t.tried - int64(i) - 1
			}
			twin, ok := b.holder(v)
			if ok && twin != me {
				bad = append(bad, n.takenFault(who, f, x, b.taken[v]))
			}
			t.taken[v] = me
		}
	}
	bad.Check(h.Place == 0 || old != nil && HeadOf(old).Place == h.Place || n.Refs["place"].Live(h.Place), "place", "register.unknown", i18n.Key("kit.place"))
	bad.Check(!n.Dated || h.Since <= now && (old == nil || h.Since == 0 || h.Since >= HeadOf(old).Since), "since", "register.since")
	if n.check(ctx, q, x, &bad); len(bad) == 0 {
		*count++
	}
	return bad.Or()
}

// takenFault says which value of x is taken, and by what if the actor may see that.
func (n *Noun) takenFault(who access.Actor, f *Field, x, by any) *fault.Fault {
	label, said := i18n.Key(n.Name+"."+f.Name), f.Parts(x)[0]
	if f.Sort != SortLine {
		return fault.Field(f.Name, "register.taken.code", label)
	}
	if by != nil && n.sees(who, by) {
		for _, named := range n.Those(func(is Traits) bool { return is.Found && is.Listed }) {
			if name := named.Parts(by)[0]; name != "" && named.Name != f.Name {
				said += " · " + name
				break
			}
		}
	}
	return fault.Field(f.Name, "register.taken", label, said)
}

// live tells whether all that a reference names newly is there; what it has named before may have ended.
func (n *Noun) live(f *Field, old, x any) bool {
	var before []string
	if old != nil {
		before = f.Parts(old)
	}
	for _, part := range f.Parts(x) {
		if at, _ := number(part); at != 0 && !slices.Contains(before, part) && !n.Refs[f.Ref].Live(at) {
			return false
		}
	}
	return true
}

// unique is what no two things in force may have in common; "" for nothing.
func (f *Field) unique(n *Noun, x any) string {
	v := f.Parts(x)[0]
	if !f.Is.Unique || v == "" {
		return ""
	}
	for _, name := range f.within {
		other, _ := n.Field(name)
		v = other.Parts(x)[0] + "\n" + v
	}
	return f.Name + "\n" + v
}

// takenOf are the unique values that things in force have already.
func (n *Noun) takenOf(ctx context.Context, q store.Querier, things []any) (map[string]any, error) {
	taken := map[string]any{}
	for _, f := range n.Those(func(is Traits) bool { return is.Unique }) {
		values := make([]any, len(things))
		for i, x := range things {
			values[i] = f.put(x)[0]
		}
		some, err := n.rows.having(ctx, q, f, values)
		if err != nil {
			return nil, err
		}
		for _, x := range some {
			taken[f.unique(n, x)] = x
		}
	}
	return taken, nil
}
