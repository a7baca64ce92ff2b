// Package words holds every sentence the house says, one file per subject, both languages of a key in one line.
package words

import (
	"embed"
	"sync"

	"mulin/internal/i18n"
)

// FS holds the word lists.
//
//go:embed *.toml
var FS embed.FS

// Load is the catalog of all word lists, read once.
var Load = sync.OnceValues(func() (*i18n.Catalog, error) { return i18n.Load(FS) })
