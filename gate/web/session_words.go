package web

import (
	"context"

	"mulin/gate/web/site"
)

// roleName is a role in words; roles that a city made itself show as they are.
func roleName(ctx context.Context, role string) string {
	if site.ReqOf(ctx).Has("role." + role) {
		return site.T(ctx, "role."+role)
	}
	return role
}
