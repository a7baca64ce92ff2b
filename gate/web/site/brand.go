package site

import "time"

// Brand is how the city presents itself.
type Brand struct {
	City  string         // "滕州市"
	Name  string         // the platform's name; empty: Mulin's own
	Logo  string         // address of a square picture; empty: a mark with the first character
	Phone string         // the number of the call button; empty: no button
	Zone  *time.Location // in which times are shown; nil: UTC
	Map   MapBase
}

// MapBase says what lies under every map: the city's polygons and, if the city has one, a tile service.
type MapBase struct {
	Areas  string // address of a GeoJSON FeatureCollection
	Tiles  string // raster tiles, "https://…/{z}/{x}/{y}.png"
	Credit string // who drew them
	Lat    float64
	Lng    float64
	Zoom   float64 // 0: fit the polygons
}

// Link is a labelled address. Count is shown as a small number beside the label when it isn't empty.
type Link struct {
	URL, Label, Icon, Count string
}
