package web

import (
	"context"

	"mulin/gate/web/site"
	"mulin/gate/web/ui"
	"mulin/town/casework"
)

func wishChoices(ctx context.Context) []ui.Choice {
	var all []ui.Choice
	for _, k := range casework.Kinds {
		all = append(all, ui.Choice{Value: string(k), Label: site.T(ctx, "case.kind."+string(k))})
	}
	return all
}
