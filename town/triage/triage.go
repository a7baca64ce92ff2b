// Package triage reads every message: what it is about, whether somebody has told it before, which places and times it names, and how many matters it
// holds. It only ever suggests: a person decides, and what they decide is what it learns from.
package triage

import (
	"sync"

	"mulin/internal/memory"
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

	memory.Kept
	model *memory.Copy[atWork]

	cold      sync.Mutex
	coldModel *model // of the catalogue alone
	coldOf    []catalog.Class

	gazettes gazettes
}

// New makes the reader of a city.
func New(city *store.City, desk *casework.Desk, places *place.Register, bodies *body.Bodies, cat *catalog.Catalog) *Reader {
	r := &Reader{city: city, places: places, bodies: bodies, catalog: cat, desk: desk}
	r.model = memory.New(city, "triage", atWork{}, r.readAtWork, "triage.model")
	r.Kept = r.model
	return r
}
