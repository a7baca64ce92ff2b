// Package words joins every sentence the house says, both languages of a key in one line: the lists beside the wings of the site, and here what several wings
// or areas say.
package words

import (
	"sync"

	"mulin/gate"
	"mulin/internal/i18n"
)

// Load is the catalog of all word lists, read once.
var Load = sync.OnceValues(func() (*i18n.Catalog, error) { return i18n.Load(gate.Words) })
