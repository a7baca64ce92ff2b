// Package issue groups cases that speak of the same thing at the same place, measures how hot such an issue is, and lets people put the grouping right.
package issue

import (
	"mulin/internal/store"
	"mulin/town/casework"
	"mulin/town/catalog"
	"mulin/town/place"
)

// Issues are the hot issues of one city.
type Issues struct {
	city    *store.City
	places  *place.Register
	catalog *catalog.Catalog
	desk    *casework.Desk

	united []func(tx *store.Tx, from, into int64)
	memory memory
}

// New makes the hot issues of a city.
func New(city *store.City, desk *casework.Desk, places *place.Register, cat *catalog.Catalog) *Issues {
	return &Issues{city: city, places: places, catalog: cat, desk: desk}
}

// OnUnite is part of the write by which one issue becomes part of another, so that what hangs on it goes along.
func (is *Issues) OnUnite(f func(tx *store.Tx, from, into int64)) { is.united = append(is.united, f) }
