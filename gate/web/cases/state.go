package cases

import (
	"mulin/gate/web/site"
	"mulin/town/casework"
)

// ReporterState is how a case stands in the eyes of the one who reported it.
func ReporterState(c *casework.Case) site.State {
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
