package web

import (
	"context"

	"mulin/town/casework"
)

// guessView is what a case seems to be about: class, urgency, kind, body.
type guessView struct{}

func (p *Pages) guessView(ctx context.Context, rq *Req, c *casework.Case) (guessView, error) {
	return guessView{}, nil
}
