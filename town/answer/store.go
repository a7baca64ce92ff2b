package answer

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"mulin/internal/access"
	"mulin/internal/fault"
	"mulin/internal/register"
	"mulin/internal/sensitive"
	"mulin/internal/store"
	"mulin/town/catalog"
)

// Rules are the city's rules for answers as they stand.
func (as *Answers) Rules() *Rules { return as.rules.Now() }

// ruleList is the register of the rules.
func (as *Answers) ruleList() *register.Register[Rule] {
	list := register.New(as.city, register.Of[Rule]{
		Name: "answer_rule", Verbs: "answer.rule", Fields: RuleFields, See: catalog.Edit, Edit: catalog.Edit, Then: as.Load,
		Check: func(ctx context.Context, q store.Querier, x *Rule, bad *fault.List) {
			if faults, _ := fault.As(x.check()); len(faults) > 0 {
				*bad = append(*bad, faults...)
				return
			}
			*bad = append(*bad, as.bears(ctx, q, x)...)
		},
	})
	list.Retires, list.Returns = false, false
	list.New = func() any { return &Rule{Severity: Hint, Active: true} } // what nobody says of a new one
	return list
}

// bears refuses more rules than a check can bear.
func (as *Answers) bears(ctx context.Context, q store.Querier, x *Rule) (bad fault.List) {
	const count = `select count(*) from answer_rule where city = ? and newest and id <> ?`
	if x.Regex {
		n, err := store.Value[int64](ctx, q, count+` and regex`, as.city.ID, x.ID)
		bad.Check(err == nil && n < maxRegexes, "phrase", "answer.rule.regexes")
	}
	if x.ID == 0 {
		n, err := store.Value[int64](ctx, q, count, as.city.ID, x.ID)
		bad.Check(err == nil && n < maxRules, "phrase", "answer.rule.many")
	}
	return bad
}

func (as *Answers) readRules(ctx context.Context, _ *Rules) (*Rules, error) {
	var all []Rule
	err := as.RuleList.Each(ctx, access.System(as.city.ID), register.Query{}, func(x any) error { all = append(all, *x.(*Rule)); return nil })
	slices.SortFunc(all, func(a, b Rule) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Rank, b.Rank), cmp.Compare(a.ID, b.ID))
	})
	return NewRules(all), err
}

// earlierAnswers is how many answers of the same person an answer is compared with.
const earlierAnswers = 30

func scanEarlier(row store.Row) (e Earlier, err error) {
	err = row.Scan(&e.Number, &e.Asked, &e.Answer)
	e.Asked, e.Answer = sensitive.Mask(e.Asked), sensitive.Mask(e.Answer)
	return e, err
}

// earlier are the answers that somebody gave to other cases last.
func (as *Answers) earlier(ctx context.Context, who access.Actor, not int64) ([]Earlier, error) {
	if who.Person == 0 {
		return nil, nil
	}
	all, err := store.All(ctx, as.city, scanEarlier,
		`select c.number, c.title || ' ' || c.text, s.note from step s join cases c on c.city = s.city and c.id = s.subject
		where s.city = ? and s.person = ? and s.verb = 'answer' and s.subject <> ? order by s.seq desc limit ?`, as.city.ID, who.Person, not, earlierAnswers)
	if errors.Is(err, store.ErrNone) {
		return nil, nil
	}
	return all, err
}
