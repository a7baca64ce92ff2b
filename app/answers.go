package app

import (
	"context"
	_ "embed"

	"mulin/town/answer"
)

// answers are the rules for answers that a new city starts with; afterwards they are rows, edited in the site.
//
//go:embed answers.csv
var answers []byte

// StandardRules are the rules for answers that a new city starts with.
func StandardRules() ([]answer.Rule, error) { return answer.ReadRules(answers) }

// answerRules gives a city that has none the standard rules for answers.
func (t *Town) answerRules(ctx context.Context) error {
	if len(t.Answers.Rules().All()) > 0 {
		return nil
	}
	all, err := StandardRules()
	if err != nil {
		return err
	}
	rules := make([]*answer.Rule, len(all))
	for i := range all {
		rules[i] = &all[i]
	}
	return t.Answers.RuleList.Save(ctx, t.System(), rules...)
}
