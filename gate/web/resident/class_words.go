package resident

import (
	"context"

	"mulin/gate/web/site"
)

// reportQuestion stands before the classes offered on the report form.
func reportQuestion(ctx context.Context, v reportView) string {
	if v.Agent {
		return site.T(ctx, "guess.list")
	}
	return site.T(ctx, "guess.report")
}
