package web

import (
	"cmp"
	"time"

	"mulin/gate/web/site"
)

// brand is the city as residents or staff know it, in the reader's language where it has a name in it.
func (h *House) brand(rq *site.Req) site.Brand {
	s := h.Catalog.Settings()
	zone, err := time.LoadLocation(s.Zone)
	if err != nil {
		zone = time.UTC
	}
	city, name := s.CityName, s.Client
	if site.Staff(rq.Who) {
		name = s.Platform
	}
	if rq.Lang() == "en" {
		city = cmp.Or(s.CityNameEN, city)
		name = cmp.Or(s.ClientEN, name)
		if site.Staff(rq.Who) {
			name = cmp.Or(s.PlatformEN, s.Platform)
		}
	}
	return site.Brand{City: city, Name: name, Phone: s.Phone, Zone: zone,
		Map: site.MapBase{Areas: "/map/street", Tiles: s.TileURL, Credit: s.TileCredit, Lat: s.MapCentre.Lat, Lng: s.MapCentre.Lng, Zoom: float64(s.MapZoom)}}
}
