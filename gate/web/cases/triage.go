package cases

import (
	"context"

	"mulin/gate/web/site"
	"mulin/town/casework"
)

// triageView is what the machine has read in a case, for the desk: every part may be empty, and every part only suggests.
type triageView struct {
	Guess guessView
	Same  sameView
	Found foundView
}

// triageView reads a case that is still open; of one that is over it tells only what it was merged with.
func (p *Pages) triageView(ctx context.Context, rq *site.Req, c *casework.Case) (v triageView, err error) {
	if v.Same, err = p.sameView(ctx, rq, c); err != nil || !c.Open {
		return v, err
	}
	if v.Guess, err = p.guessView(ctx, rq, c); err != nil {
		return v, err
	}
	v.Found, err = p.foundView(ctx, rq, c)
	return v, err
}
