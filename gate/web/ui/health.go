package ui

import "mulin/gate/web/site"

// Health is one thing that is well or wants somebody's care, on the first page of the administration.
type Health struct {
	State site.State
	Text  string
	URL   string // where to mend it; "" for nowhere
}
