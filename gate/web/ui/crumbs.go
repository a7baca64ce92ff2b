package ui

import "mulin/gate/web/site"

// AdminCrumbs lead to a list of the administration; more are the steps below it.
func AdminCrumbs(rq *site.Req, more ...site.Link) []site.Link {
	return append([]site.Link{{URL: "/admin", Label: rq.T("admin.title")}}, more...)
}
