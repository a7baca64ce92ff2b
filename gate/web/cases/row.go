package cases

import (
	"net/url"

	"mulin/internal/gram"
)

type gramPart = gram.Part

// lat is where the case is, 0 for nowhere.
func (r Row) lat() float64 {
	if r.Point == nil {
		return 0
	}
	return r.Point.Lat
}

func (r Row) lng() float64 {
	if r.Point == nil {
		return 0
	}
	return r.Point.Lng
}

// querySuffix keeps the words of a search in an address.
func querySuffix(words string) string {
	if words == "" {
		return ""
	}
	return "&q=" + url.QueryEscape(words)
}
