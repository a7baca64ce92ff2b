package web

import "context"

// rowUnsure says in a list that a person must look, with what it may be.
func rowUnsure(ctx context.Context, g *rowGuess) string {
	if g.Name == "" {
		return t(ctx, "guess.row.none")
	}
	return t(ctx, "guess.row.unsure", g.Name, g.Percent)
}

// guessKeys are the keys of the suggestion on a case's page.
func guessKeys(ctx context.Context, v guessView) []Key {
	if !v.May {
		return nil
	}
	return []Key{{keyAccept, t(ctx, "guess.key.accept")}, {keyClassify, t(ctx, "guess.other")}}
}

// reportQuestion stands before the classes offered on the report form.
func reportQuestion(ctx context.Context, v reportView) string {
	if v.Agent {
		return t(ctx, "guess.list")
	}
	return t(ctx, "guess.report")
}
