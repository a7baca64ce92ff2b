package web

import (
	"context"

	"mulin/town/casework"
)

// sameView is the cases that seem to tell the same.
type sameView struct{}

func (p *Pages) sameView(ctx context.Context, rq *Req, c *casework.Case) (sameView, error) {
	return sameView{}, nil
}
