package web

import "mulin/gate/web/site"

// roleWord is what a role is called; one that the city has made goes by its own name.
func roleWord(rq *site.Req, role string) string {
	if rq.Has("role." + role) {
		return rq.T("role." + role)
	}
	return role
}
