// Package names says what things of the areas are called on pages, and finds them by what somebody typed.
package names

import (
	"mulin/town/body"
	"mulin/town/catalog"
	"mulin/town/place"
)

// Names says what things of the areas are called, and finds them by what somebody typed.
type Names struct {
	places  *place.Register
	bodies  *body.Bodies
	catalog *catalog.Catalog
}

// New reads names where the areas keep them.
func New(places *place.Register, bodies *body.Bodies, list *catalog.Catalog) *Names {
	return &Names{places, bodies, list}
}
