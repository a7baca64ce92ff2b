package site

import "slices"

// PageSize is how many lines a list of the administration shows at once.
const PageSize = 50

// PageOf cuts the page behind the line whose key is after out of a list in memory, and gives the key that leads on, "" at the end.
func PageOf[T any](all []T, after string, size int, key func(T) string) (some []T, next string) {
	if after != "" {
		at := slices.IndexFunc(all, func(x T) bool { return key(x) == after })
		all = all[at+1:] // a line that has gone begins the list anew
	}
	if len(all) <= size {
		return all, ""
	}
	return all[:size], key(all[size-1])
}
