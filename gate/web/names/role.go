package names

import "mulin/gate/web/site"

// Role is what a role is called; one that the city has made goes by its own name.
func Role(rq *site.Req, role string) string {
	if rq.Has("role." + role) {
		return rq.T("role." + role)
	}
	return role
}
