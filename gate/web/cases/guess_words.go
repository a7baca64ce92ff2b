package cases

import (
	"context"

	"mulin/gate/web/site"
	"mulin/gate/web/ui"
)

// rowUnsure says in a list that a person must look, with what it may be.
func rowUnsure(ctx context.Context, g *rowGuess) string {
	if g.Name == "" {
		return site.T(ctx, "guess.row.none")
	}
	return site.T(ctx, "guess.row.unsure", g.Name, g.Percent)
}

// guessKeys are the keys of the suggestion on a case's page.
func guessKeys(ctx context.Context, v guessView) []ui.Key {
	if !v.May {
		return nil
	}
	return []ui.Key{{Key: keyAccept, Label: site.T(ctx, "guess.key.accept")}, {Key: keyClassify, Label: site.T(ctx, "guess.other")}}
}
