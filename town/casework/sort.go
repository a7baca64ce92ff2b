package casework

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"mulin/internal/access"
	"mulin/internal/fault"
	"mulin/internal/life"
	"mulin/internal/store"
	"mulin/town/catalog"
)

// Faults of Classify.
var (
	ErrClass   = fault.Field("class", "case.class.bad") // there is no such class, or it was retired
	errNoClass = fault.Field("class", "case.class.missing")
	// ErrResorted says that somebody else has said meanwhile what the case is: {0} is its class now.
	ErrResorted = fault.New(fault.Conflict, "case.resorted")
)

// Sorting is what a person says a case is.
type Sorting struct {
	Class   int64
	Kind    Kind   // "" leaves it
	Urgency string // "" is what the class says
	Hide    bool   // the reporter must stay unknown; what they asked for themselves is never taken back
	Was     string // Sorted of the case on the page they looked at; "" for whatever it is now
	Hint    Hint
}

// Hint is what had been suggested; zero for nothing.
type Hint struct {
	Class   int64 `json:"class,omitempty"`
	Percent int64 `json:"percent,omitempty"`
	Model   int64 `json:"model,omitempty"` // the version that suggested; 0: the catalogue alone
}

// Sorted is what a case is, in one word, for pages to tell whether they are stale.
func (c *Case) Sorted() string {
	return fmt.Sprintf("%d.%s.%s.%t", c.Class, c.Kind, c.Urgency, c.Hidden)
}

// MayClassify tells whether the actor may say what the case is.
func (c *Case) MayClassify(who access.Actor) bool {
	return c.Ready(Classify) && who.May(law[Classify].Right, c.At()) == nil
}

// Classify says or corrects what a case is: its class, kind and urgency. Its limits are computed anew from when the case and its step began.
// A step that was sent before does nothing; one from a page on which it was something else is refused.
func (d *Desk) Classify(ctx context.Context, who access.Actor, id int64, sort Sorting, s Step) (Case, error) {
	if err := d.ours(who); err != nil {
		return Case{}, err
	}
	var c Case
	err := d.city.Write(ctx, func(tx *store.Tx) (err error) {
		c, err = d.classify(ctx, tx, who, id, sort, s)
		return err
	})
	return c, err
}

func (d *Desk) classify(ctx context.Context, tx *store.Tx, who access.Actor, id int64, sort Sorting, s Step) (Case, error) {
	c, err := d.room.Apply(ctx, tx, who, id, Classify, s, func(c *Case, s *Step) error {
		if err := d.checkSorting(c, &sort); err != nil {
			return err
		}
		was := *c
		c.Class, c.Kind, c.Urgency, c.Hidden = sort.Class, cmp.Or(sort.Kind, c.Kind), sort.Urgency, c.Hidden || sort.Hide
		if c.Sorted() == was.Sorted() && sort.Hint.Class == 0 {
			return life.ErrNothing
		}
		begun, err := d.begun(ctx, tx, c)
		x := &sorted{Was: sortOf(&was), Is: sortOf(c), Hint: sort.Hint}
		s.More = x
		d.resort(c, x, begun)
		return err
	})
	c.Cover()
	return c, err
}

// checkSorting refuses what the catalogue doesn't have, and a page on which the case was something else.
func (d *Desk) checkSorting(c *Case, sort *Sorting) error {
	if sort.Was != "" && sort.Was != c.Sorted() {
		return ErrResorted.With(cmp.Or(d.catalog.FullName(c.Class), "–"))
	}
	if sort.Class == 0 {
		return errNoClass
	}
	class, ok := d.catalog.Class(sort.Class)
	if !ok || !class.Live() && class.ID != c.Class {
		return ErrClass
	}
	var l fault.List
	l.Check(sort.Kind == "" || slices.Contains(Kinds, sort.Kind), "kind", "case.kind.bad")
	if sort.Urgency == "" {
		sort.Urgency = class.Urgency
	} else if sort.Urgency != c.Urgency {
		_, ok := d.catalog.Urgency(sort.Urgency)
		l.Check(ok, "urgency", "catalog.urgency.unknown", sort.Urgency)
	}
	return l.Or()
}

// begun is when the whole began, µs, and the earliest limit that came with a merge, 0 for none.
type begun struct{ whole, merged int64 }

// begun finds when the case began, or began anew: its limit counts from there.
func (d *Desk) begun(ctx context.Context, q store.Querier, c *Case) (begun, error) {
	const whole = `coalesce((select s.done_at from step s where s.city = c.city and s.subject = c.id and s.verb in ('reopen', 'unsolved') order by s.seq desc limit 1), c.opened_at)`
	return store.One(ctx, q, func(r store.Row) (b begun, err error) { return b, r.Scan(&b.whole, &b.merged) },
		`select `+whole+`, coalesce((select min(m.due_at) from cases m where m.city = c.city and m.merged = c.id and m.merged <> 0 and m.due_at > 0
			and m.closed_at >= `+whole+`), 0) from cases c where c.city = ? and c.id = ?`, d.city.ID, c.ID)
}

// resort computes the limits of a case that is something else now. Those of a whistle stand in its own list and stay.
func (d *Desk) resort(c *Case, s *sorted, b begun) {
	if s.Was.Class == s.Is.Class && s.Was.Urgency == s.Is.Urgency {
		return
	}
	c.DueAt = d.room.DueOf(c, catalog.Case, b.whole)
	if c.Whistle == 0 {
		c.StepDueAt = d.room.DueOf(c, limits[c.Status], c.Since)
	}
	hasten(c, b.merged)
}

// sorted is a classification in the ledger: ids and codes, no words.
type sorted struct {
	Was  sorting `json:"was"`
	Is   sorting `json:"is"`
	Hint Hint    `json:"hint"`
}

type sorting struct {
	Class   int64  `json:"class,omitempty"`
	Kind    Kind   `json:"kind"`
	Urgency string `json:"urgency,omitempty"`
	Hidden  bool   `json:"hidden,omitempty"`
	Due     int64  `json:"due,omitempty"`
}

func sortOf(c *Case) sorting { return sorting{c.Class, c.Kind, c.Urgency, c.Hidden, c.DueAt} }

// keep writes down the classification of a step, for the timeline and for learning.
func (s *sorted) keep(tx *store.Tx, who access.Actor, id, seq int64) {
	tx.Exec(`insert into case_sort (city, case_id, seq, at, person, class_was, class, kind_was, kind, urgency_was, urgency, guess, chance, model)
		values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, tx.City, id, seq, tx.Now, who.Person, s.Was.Class, s.Is.Class, s.Was.Kind, s.Is.Kind,
		s.Was.Urgency, s.Is.Urgency, s.Hint.Class, s.Hint.Percent, s.Hint.Model)
}

// Resorted is one time somebody said what a case is.
type Resorted struct {
	Case                int64
	Seq, At, Person     int64
	ClassWas, Class     int64
	KindWas, Kind       Kind
	UrgencyWas, Urgency string
	Hint                Hint
}

const sortColumns = `s.case_id, s.seq, s.at, s.person, s.class_was, s.class, s.kind_was, s.kind, s.urgency_was, s.urgency, s.guess, s.chance, s.model`

func (r *Resorted) fields() []any {
	return []any{&r.Case, &r.Seq, &r.At, &r.Person, &r.ClassWas, &r.Class, &r.KindWas, &r.Kind, &r.UrgencyWas, &r.Urgency, &r.Hint.Class, &r.Hint.Percent, &r.Hint.Model}
}

func scanSort(r store.Row) (x Resorted, err error) { return x, r.Scan(x.fields()...) }

// sortings adds to the steps of a file what each Classify said.
func (d *Desk) sortings(ctx context.Context, f *File) error {
	if !slices.ContainsFunc(f.Steps, func(h Happened) bool { return h.Verb == Classify }) {
		return nil
	}
	all, err := store.All(ctx, d.city, scanSort, `select `+sortColumns+` from case_sort s where s.city = ? and s.case_id = ? order by s.seq limit 1000`, d.city.ID, f.ID)
	for _, x := range all {
		if i := slices.IndexFunc(f.Steps, func(h Happened) bool { return h.Seq == x.Seq }); i >= 0 {
			f.Steps[i].Sort = &x
		}
	}
	return err
}
