package ui

import (
	"mulin/gate/web/site"
	"mulin/internal/fault"
	"mulin/internal/geo"
)

// PointOf reads the fields lat and lng; both empty is no point.
func PointOf(f *site.Form) (*geo.Point, error) {
	if f.Value("lat") == "" && f.Value("lng") == "" {
		return nil, nil
	}
	pt := geo.Point{Lat: f.Float("lat"), Lng: f.Float("lng")}
	if !pt.Valid() || pt.Lat == 0 || pt.Lng == 0 {
		return nil, fault.Field("lat", "admin.point")
	}
	return &pt, nil
}
