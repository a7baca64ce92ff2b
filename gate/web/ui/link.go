package ui

import (
	"strings"

	"github.com/a-h/templ"

	"mulin/gate/web/to"
)

// URL is an address that a page may lead to: of this site, https, mail or telephone. Anything else, as javascript:, leads to the front page.
func URL(address string) templ.SafeURL {
	for _, good := range []string{"https://", "tel:", "mailto:", "?", "#"} {
		if strings.HasPrefix(address, good) {
			return templ.SafeURL(address)
		}
	}
	return templ.SafeURL(to.Local(address))
}
