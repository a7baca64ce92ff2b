package answer

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"mulin/internal/access"
	"mulin/internal/fault"
	"mulin/internal/ledger"
	"mulin/internal/sensitive"
	"mulin/internal/store"
	"mulin/town/catalog"
)

// ErrNoRule says that there is no such rule.
var ErrNoRule = fault.New(fault.Missing, "answer.rule.missing")

// Rules are the city's rules for answers as they stand.
func (as *Answers) Rules() *Rules { return as.rules.Now() }

// Rule is one rule by its id.
func (rs *Rules) Rule(id int64) (Rule, error) {
	i := slices.IndexFunc(rs.all, func(x Rule) bool { return x.ID == id })
	if i < 0 {
		return Rule{}, ErrNoRule
	}
	return rs.all[i], nil
}

const ruleFields = `id, kind, phrase, regex, severity, amount, rank, active`

func scanRule(r store.Row) (x Rule, err error) {
	err = r.Scan(&x.ID, &x.Kind, &x.Phrase, &x.Regex, &x.Severity, &x.Amount, &x.Rank, &x.Active)
	return x, err
}

func rulesOf(ctx context.Context, q store.Querier, city int64) ([]Rule, error) {
	return store.All(ctx, q, scanRule, `select `+ruleFields+` from triage_rule where city = ? order by kind, rank, id`, city)
}

func (as *Answers) mayRule(who access.Actor) error {
	if who.City != as.city.ID {
		return access.ErrDenied
	}
	return who.May(catalog.Edit, access.WholeCity)
}

// writeRules runs f on the rules as they stand and then reads them again.
func (as *Answers) writeRules(ctx context.Context, what string, f func(tx *store.Tx, all []Rule) error) error {
	err := as.city.Write(ctx, func(tx *store.Tx) error {
		all, err := rulesOf(ctx, tx, tx.City)
		if err != nil {
			return err
		}
		return f(tx, all)
	})
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	as.rules.Refresh(ctx)
	return nil
}

// ruleChange is the body of a ledger entry.
type ruleChange struct {
	Before *Rule `json:"before,omitempty"`
	After  *Rule `json:"after,omitempty"`
	Rows   int   `json:"rows,omitempty"`
}

func putRule(tx *store.Tx, x Rule) {
	tx.Exec(`insert into triage_rule (city, id, kind, phrase, regex, severity, amount, rank, active) values (?, ?, ?, ?, ?, ?, ?, ?, ?)
		on conflict (city, id) do update set phrase = excluded.phrase, regex = excluded.regex, severity = excluded.severity,
			amount = excluded.amount, rank = excluded.rank, active = excluded.active`,
		tx.City, x.ID, x.Kind, x.Phrase, x.Regex, x.Severity, x.Amount, x.Rank, x.Active)
}

// SaveRule adds a rule (ID 0) or changes one; kind stays what it was, and of a check its code as well. Saving what is already so leaves no trace.
func (as *Answers) SaveRule(ctx context.Context, who access.Actor, x Rule) (Rule, error) {
	if err := as.mayRule(who); err != nil {
		return Rule{}, err
	}
	if err := x.check(); err != nil {
		return Rule{}, err
	}
	err := as.writeRules(ctx, "save a rule for answers", func(tx *store.Tx, all []Rule) error {
		var before *Rule
		if i := slices.IndexFunc(all, func(y Rule) bool { return y.ID == x.ID }); x.ID != 0 && i >= 0 {
			before = &all[i]
			if x.Kind = before.Kind; x.Kind == RuleCheck {
				x.Phrase = before.Phrase
			}
		} else if x.ID != 0 {
			return ErrNoRule
		}
		if err := fitsAmong(all, x); err != nil {
			return err
		}
		if before != nil && *before == x {
			return nil
		}
		if x.ID == 0 {
			x.ID = tx.NewID()
		}
		putRule(tx, x)
		ledger.Append(tx, who, "answer.rule.save", ledger.Subject{Kind: "answer_rule", ID: x.ID}, ruleChange{Before: before, After: &x})
		return nil
	})
	return x, err
}

// fitsAmong holds a rule against the others: no phrase twice in a list, and not more than a check can bear.
func fitsAmong(all []Rule, x Rule) error {
	regexes := 0
	for _, y := range all {
		if y.ID == x.ID {
			continue
		}
		if y.Kind == x.Kind && y.Phrase == x.Phrase {
			return fault.Field("phrase", "answer.rule.twice", y.Phrase)
		}
		if y.Regex {
			regexes++
		}
	}
	switch {
	case x.Regex && regexes >= maxRegexes:
		return errRegexes
	case x.ID == 0 && len(all) >= maxRules:
		return errRuleMany
	}
	return nil
}

// RetireRule takes a rule out of use; saving it as active brings it back.
func (as *Answers) RetireRule(ctx context.Context, who access.Actor, id int64) error {
	if err := as.mayRule(who); err != nil {
		return err
	}
	x, err := as.Rules().Rule(id)
	if err != nil {
		return err
	}
	x.Active = false
	_, err = as.SaveRule(ctx, who, x)
	return err
}

// RulesReport says what an import did.
type RulesReport struct{ Rows, Added, Changed, Same int }

// ImportRules brings the rules of a CSV file in: those of the same kind and phrase are changed, others added, none taken away; all of it or nothing.
func (as *Answers) ImportRules(ctx context.Context, who access.Actor, file []byte) (report RulesReport, err error) {
	if err := as.mayRule(who); err != nil {
		return report, err
	}
	lines, err := ReadRules(file)
	if err != nil {
		return report, err
	}
	err = as.writeRules(ctx, "import rules for answers", func(tx *store.Tx, all []Rule) error {
		report = RulesReport{Rows: len(lines)}
		for _, x := range lines {
			i := slices.IndexFunc(all, func(y Rule) bool { return y.Kind == x.Kind && y.Phrase == x.Phrase })
			if i >= 0 {
				if x.ID = all[i].ID; all[i] == x {
					report.Same++
					continue
				}
				report.Changed++
				all[i] = x
			} else {
				if err := fitsAmong(all, x); err != nil {
					return err
				}
				x.ID = tx.NewID()
				report.Added++
				all = append(all, x)
			}
			putRule(tx, x)
		}
		if report.Added+report.Changed > 0 {
			ledger.Append(tx, who, "answer.rule.import", ledger.Subject{Kind: "answer_rule"}, ruleChange{Rows: report.Added + report.Changed})
		}
		return nil
	})
	return report, err
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
