// Package gate holds the ways in and out, each in a folder of its own, and carries their words.
package gate

import "embed"

// Words are all lists of words: those beside each wing of the site, and in words those that no wing owns.
//
//go:embed words/*.toml web/*/words.toml
var Words embed.FS
