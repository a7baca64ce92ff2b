package ui

import (
	"context"
	"strings"

	"mulin/gate/web/site"
	"mulin/internal/sensitive"
)

// PersonalKinds names kinds of personal data.
// PersonalKinds names kinds of personal data.
func PersonalKinds(ctx context.Context, s sensitive.Set) string {
	var names []string
	for _, k := range s.Kinds() {
		names = append(names, site.T(ctx, "look.kind."+string(k)))
	}
	return strings.Join(names, site.T(ctx, "look.and"))
}

// betraying tells whether something that was typed will be masked.
func betraying(f *site.Form, names ...string) bool {
	for _, name := range names {
		if s := f.Value(name); sensitive.KindsOf(s) != 0 || sensitive.Erased(s) {
			return true
		}
	}
	return false
}

// fieldIDs are the ids of fields, for the script that looks at them.
func fieldIDs(f *site.Form, names ...string) string {
	ids := make([]string, len(names))
	for i, name := range names {
		ids[i] = f.ID(name)
	}
	return strings.Join(ids, " ")
}
