package web

import (
	"context"

	"mulin/town/casework"
)

// foundView is the places, times and several matters that a text names.
type foundView struct{}

func (p *Pages) foundView(ctx context.Context, rq *Req, c *casework.Case) (foundView, error) {
	return foundView{}, nil
}
