package names

import (
	"context"

	"mulin/gate/web/site"
	"mulin/gate/web/ui"
	"mulin/town/casework"
)

// CaseKinds are what a case may be: a problem, a question, an idea.
func CaseKinds(ctx context.Context) []ui.Choice {
	var all []ui.Choice
	for _, k := range casework.Kinds {
		all = append(all, ui.Choice{Value: string(k), Label: site.T(ctx, "case.kind."+string(k))})
	}
	return all
}
