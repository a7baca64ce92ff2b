// Package triage reads every message: what it is about, whether somebody has told it before, which places and times it names, and how many matters it
// holds. It only ever suggests: a person decides, and what they decide is what it learns from.
package triage

import (
	"sync"
	"sync/atomic"

	"mulin/internal/store"
	"mulin/town/body"
	"mulin/town/casework"
	"mulin/town/catalog"
	"mulin/town/place"
)

// Reader reads the messages of one city.
type Reader struct {
	city    *store.City
	places  *place.Register
	bodies  *body.Bodies
	catalog *catalog.Catalog
	desk    *casework.Desk

	turn    sync.Mutex            // one load at a time
	model   atomic.Pointer[model] // the version at work; nil: none, or it can't be read
	damaged atomic.Int64

	cold      sync.Mutex
	coldModel *model // of the catalogue alone
	coldOf    []catalog.Class

	gazettes gazettes
}

// New makes the reader of a city.
func New(city *store.City, desk *casework.Desk, places *place.Register, bodies *body.Bodies, cat *catalog.Catalog) *Reader {
	return &Reader{city: city, places: places, bodies: bodies, catalog: cat, desk: desk}
}
