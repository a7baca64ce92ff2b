package cases

import (
	"context"

	"mulin/gate/web/site"
)

// rowUnsure says in a list that a person must look, with what it may be.
func rowUnsure(ctx context.Context, g *rowGuess) string {
	if g.Name == "" {
		return site.T(ctx, "guess.row.none")
	}
	return site.T(ctx, "guess.row.unsure", g.Name, g.Percent)
}
