// Package geo holds places on the ground: points, distances, polygons, an index that says which polygon a point belongs to, and a check that polygons tile an area.
package geo

import (
	"math"

	"github.com/golang/geo/s2"
)

// Earth is the mean radius in metres used for distances and areas; against the WGS 84 ellipsoid both are right to about half a per cent.
const Earth = 6371008.8

// Point is a place in WGS 84 degrees.
type Point struct {
	Lat float64 `json:"lat"`
	Lng float64 `json:"lng"`
}

// Valid says whether p is a place on Earth: NaN and infinity are not.
func (p Point) Valid() bool {
	return p.Lat >= -90 && p.Lat <= 90 && p.Lng >= -180 && p.Lng <= 180
}

// Cell is the S2 leaf cell of p, to be stored beside a row and found again through the ranges of CoverCap and CoverRect.
// Ids of the upper half of the range are negative; every Range is within one sign.
func (p Point) Cell() int64 {
	return int64(s2.CellIDFromLatLng(p.latLng()))
}

// CellPoint is the middle of a leaf cell: within a centimetre of the point that Cell was asked for.
func CellPoint(cell int64) Point {
	l := s2.CellID(uint64(cell)).LatLng()
	return Point{Lat: l.Lat.Degrees(), Lng: l.Lng.Degrees()}
}

func (p Point) latLng() s2.LatLng {
	return s2.LatLngFromDegrees(p.Lat, p.Lng)
}

// Distance is the great-circle distance in metres.
func Distance(a, b Point) float64 {
	return a.latLng().Distance(b.latLng()).Radians() * Earth
}

// micro is one coordinate in millionths of a degree (0.11 m), the unit in which shapes are kept and points are compared with them.
func micro(deg float64) int32 {
	return int32(math.Round(deg * 1e6))
}

// vertex is a corner of a ring. Whole numbers make every test of sides and crossings exact.
type vertex struct{ x, y int32 }

func (p Point) vertex() vertex { return vertex{micro(p.Lng), micro(p.Lat)} }

func (v vertex) point() Point { return Point{Lat: float64(v.y) / 1e6, Lng: float64(v.x) / 1e6} }

// turn is positive if a→b→c turns left, negative if right, 0 on a line.
// Differences stay below 3.6e8, so the products fit into int64.
func turn(a, b, c vertex) int64 {
	return (int64(b.x)-int64(a.x))*(int64(c.y)-int64(a.y)) - (int64(b.y)-int64(a.y))*(int64(c.x)-int64(a.x))
}

// box is a rectangle of corners, borders included.
type box struct{ x0, y0, x1, y1 int32 }

func (b box) has(v vertex) bool { return v.x >= b.x0 && v.x <= b.x1 && v.y >= b.y0 && v.y <= b.y1 }

func (b box) meets(o box) bool {
	return b.x0 <= o.x1 && o.x0 <= b.x1 && b.y0 <= o.y1 && o.y0 <= b.y1
}

func (b box) grow(by int32) box { return box{b.x0 - by, b.y0 - by, b.x1 + by, b.y1 + by} }

func (b box) join(o box) box {
	return box{min(b.x0, o.x0), min(b.y0, o.y0), max(b.x1, o.x1), max(b.y1, o.y1)}
}
