package catalog

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"

	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/fault"
	"mulin/internal/life"
	"mulin/internal/register"
	"mulin/internal/store"
)

// Steps that have a limit, as the laws of the areas above name them.
const (
	Accept   = "accept"    // the desk takes it in
	Take     = "take"      // the unit takes the order
	Work     = "work"      // the unit does it
	ReportIn = "report_in" // whistled units are on the spot
	Answer   = "answer"    // the resident is told
	Rate     = "rate"      // the resident may rate
	Revisit  = "revisit"   // the party branch asks the resident
	Case     = "case"      // all of it
	Yellow   = "yellow"    // the yellow card comes this long before due
)

// Obey adds limits that a law goes by. Laws say so when they are made, so that there is no limit to edit that nobody obeys.
func (c *Catalog) Obey(steps ...string) {
	for _, s := range steps {
		if !slices.Contains(c.steps, s) {
			c.steps = append(c.steps, s)
		}
	}
}

// Steps are those that have a limit, in the order forms show them.
func (c *Catalog) Steps() []string { return append(slices.Clone(c.steps), Yellow) }

// ErrNoLimit says that there is no such limit.
var ErrNoLimit = fault.New(fault.Missing, "catalog.limit.missing")

// Rule says how long a step may take.
type Rule struct {
	Step    string      `json:"step"`
	Class   int64       `json:"class,omitempty"`   // 0: any
	Urgency string      `json:"urgency,omitempty"` // "": any
	Limit   clock.Limit `json:"limit"`
}

type limitKey struct {
	step    string
	class   int64
	urgency string
}

func (r Rule) key() limitKey { return limitKey{r.Step, r.Class, r.Urgency} }

// id is the rule's number in registers and ledger; its own key are step, class and urgency.
func (r Rule) id() int64 { return register.Key(r.Step, strconv.FormatInt(r.Class, 10), r.Urgency) }

// Limit is how long a step may take for a class and an urgency; with urgency "" it is that of the class. The most specific rule wins: one that
// names the urgency comes before one that doesn't, and among these the one of the nearest class.
func (c *Catalog) Limit(step string, class int64, urgency string) (clock.Limit, bool) {
	s := c.lists.Now()
	n := s.nodes[class]
	if urgency == "" && n != nil {
		urgency = n.Urgency
	}
	if urgency != "" {
		if l, ok := s.nearest(step, n, urgency); ok {
			return l, true
		}
	}
	return s.nearest(step, n, "")
}

// Span is the limit of a step that neither class nor urgency changes, for laws.
func (c *Catalog) Span(step string) (life.Span, bool) {
	l, ok := c.Limit(step, 0, "")
	return life.Span{Limit: l}, ok
}

// WarnAt is the time of the yellow card of a case that is due at due (µs): as long before as the rule for Yellow says, without one a working day.
func (c *Catalog) WarnAt(due, class int64, urgency string) int64 {
	l, ok := c.Limit(Yellow, class, urgency)
	if !ok {
		l = clock.Limit{Amount: 1, Unit: clock.WorkDay}
	}
	return clock.Micros(c.Calendar().Ahead(clock.Time(due), l))
}

// nearest looks at the class, its ancestors, then at the rule for any class.
func (s *state) nearest(step string, n *node, urgency string) (clock.Limit, bool) {
	for ; n != nil; n = n.up {
		if l, ok := s.limits[limitKey{step, n.ID, urgency}]; ok {
			return l, true
		}
	}
	l, ok := s.limits[limitKey{step, 0, urgency}]
	return l, ok
}

// Limits are all rules that are obeyed, in the order of Steps, general ones first.
func (c *Catalog) Limits() []Rule {
	steps := c.Steps()
	rules := slices.DeleteFunc(slices.Clone(c.lists.Now().rules), func(r Rule) bool { return !slices.Contains(steps, r.Step) })
	slices.SortStableFunc(rules, func(a, b Rule) int { return slices.Index(steps, a.Step) - slices.Index(steps, b.Step) })
	return rules
}

const limitColumns = `step, class, urgency, amount, unit`

func scanRule(r store.Row) (x Rule, err error) {
	err = r.Scan(&x.Step, &x.Class, &x.Urgency, &x.Limit.Amount, &x.Limit.Unit)
	return x, err
}

func (s *state) loadLimits(ctx context.Context, city *store.City) (err error) {
	s.rules, err = store.All(ctx, city, scanRule, `select `+limitColumns+` from catalog_limit where city = ?`, city.ID)
	rank := func(r Rule) int {
		return slices.IndexFunc(s.degrees, func(u Urgency) bool { return u.Code == r.Urgency })
	}
	slices.SortFunc(s.rules, func(a, b Rule) int {
		return cmp.Or(cmp.Compare(a.Class, b.Class), cmp.Compare(rank(a), rank(b)), cmp.Compare(a.Urgency, b.Urgency))
	})
	for _, r := range s.rules {
		s.limits[r.key()] = r.Limit
	}
	return err
}

// saveLimit sets how long a step may take, in place of an earlier rule for the same step, class and urgency.
func saveLimit(ctx context.Context, tx *store.Tx, who access.Actor, rule Rule) error {
	if err := checkUrgency(ctx, tx, rule.Urgency); err != nil {
		return err
	}
	if rule.Class != 0 {
		_, err := store.Value[int64](ctx, tx, `select id from catalog_class where city = ? and id = ? and until = 0`, tx.City, rule.Class)
		if errors.Is(err, store.ErrNone) {
			return fault.Field("class", "catalog.class.missing")
		}
		if err != nil {
			return err
		}
	}
	before, err := ruleOf(ctx, tx, rule)
	if err != nil || before != nil && *before == rule {
		return err
	}
	tx.Exec(`insert into catalog_limit (city, step, class, urgency, amount, unit) values (?, ?, ?, ?, ?, ?)
		on conflict (city, step, class, urgency) do update set amount = excluded.amount, unit = excluded.unit`,
		tx.City, rule.Step, rule.Class, rule.Urgency, rule.Limit.Amount, string(rule.Limit.Unit))
	record(tx, who, "catalog.limit.save", "limit", rule.id(), ruleChange(before, &rule))
	return nil
}

// removeLimit removes the rule for a step, class and urgency; the next more general one takes its place.
func removeLimit(ctx context.Context, tx *store.Tx, who access.Actor, rule Rule, reason string) error {
	before, err := ruleOf(ctx, tx, rule)
	if err != nil {
		return err
	}
	if before == nil {
		return ErrNoLimit
	}
	tx.Exec(`delete from catalog_limit where city = ? and step = ? and class = ? and urgency = ?`, tx.City, rule.Step, rule.Class, rule.Urgency)
	ch := ruleChange(before, nil)
	ch.Reason = reason
	record(tx, who, "catalog.limit.remove", "limit", rule.id(), ch)
	return nil
}

// ruleOf is the rule in force for the same step, class and urgency, nil if there is none.
func ruleOf(ctx context.Context, tx *store.Tx, r Rule) (*Rule, error) {
	x, err := store.One(ctx, tx, scanRule, `select `+limitColumns+` from catalog_limit where city = ? and step = ? and class = ? and urgency = ?`,
		tx.City, r.Step, r.Class, r.Urgency)
	if errors.Is(err, store.ErrNone) {
		return nil, nil
	}
	return &x, err
}

func ruleChange(before, after *Rule) (ch change) {
	if before != nil {
		ch.Before = before
	}
	if after != nil {
		ch.After = after
	}
	return ch
}
