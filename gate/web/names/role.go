package names

import "mulin/internal/i18n"

// Role is what a role is called; one that the city has made goes by its own name.
func Role(w *i18n.Words, role string) string {
	if w.Has("role." + role) {
		return w.T("role." + role)
	}
	return role
}
