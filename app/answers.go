package app

import (
	"context"
	_ "embed"

	"mulin/town/triage"
)

// answers are the rules for answers that a new city starts with; afterwards they are rows, edited in the site.
//
//go:embed answers.csv
var answers []byte

// StandardRules are the rules for answers that a new city starts with.
func StandardRules() ([]triage.Rule, error) { return triage.ReadRules(answers) }

// answerRules gives a city that has none the standard rules for answers.
func (t *Town) answerRules(ctx context.Context) error {
	if err := t.Triage.LoadRules(ctx); err != nil || len(t.Triage.Rules().All()) > 0 {
		return err
	}
	_, err := t.Triage.ImportRules(ctx, t.System(), answers)
	return err
}
