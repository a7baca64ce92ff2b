package web

import "context"

// roleName is a role in words; roles that a city made itself show as they are.
func roleName(ctx context.Context, role string) string {
	if req(ctx).Has("role." + role) {
		return t(ctx, "role."+role)
	}
	return role
}
