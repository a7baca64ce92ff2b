package web

import (
	"mulin/gate/web/site"
	"mulin/town/casework"
)

// residentState is how a case stands in the eyes of the one who reported it.
func residentState(c *casework.Case) site.State {
	switch c.Status {
	case casework.Closed, casework.Rated:
		return site.OK
	case casework.Answered:
		return site.Warn // the resident's turn
	case casework.Declined, casework.Merged:
		return site.Grey
	}
	return site.Wait
}
