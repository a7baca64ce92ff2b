package geo

import "math"

// GCJ-02 is the shifted datum of Chinese web maps. Its formula was never published by the authority; the one below is the commonly known
// reconstruction on the Krasovsky 1940 ellipsoid, see https://en.wikipedia.org/wiki/Restrictions_on_geographic_data_in_China#GCJ-02
// and https://github.com/googollee/eviltransform (MIT). The code is our own.
const (
	krasovskyAxis = 6378245.0
	krasovskyE2   = 0.00669342162296594323
)

// shifted says whether p is in the rectangle in which GCJ-02 shifts coordinates.
func shifted(p Point) bool {
	return p.Lng >= 72.004 && p.Lng <= 137.8347 && p.Lat >= 0.8293 && p.Lat <= 55.8271
}

// wave is the part of the shift that both directions share, by longitude and latitude relative to 105° E, 35° N.
func wave(x, y float64) (lat, lng float64) {
	xpi, ypi := x*math.Pi, y*math.Pi
	root := math.Sqrt(math.Abs(x))
	both := 20*math.Sin(6*xpi) + 20*math.Sin(2*xpi)
	lat = both + 20*math.Sin(ypi) + 40*math.Sin(ypi/3) + 160*math.Sin(ypi/12) + 320*math.Sin(ypi/30)
	lng = both + 20*math.Sin(xpi) + 40*math.Sin(xpi/3) + 150*math.Sin(xpi/12) + 300*math.Sin(xpi/30)
	lat = lat*2/3 - 100 + 2*x + 3*y + 0.2*y*y + 0.1*x*y + 0.2*root
	lng = lng*2/3 + 300 + x + 2*y + 0.1*x*x + 0.1*x*y + 0.1*root
	return lat, lng
}

// shift is GCJ-02 minus WGS 84 at the WGS 84 point p, in degrees.
func shift(p Point) Point {
	north, east := wave(p.Lng-105, p.Lat-35)
	sin := math.Sin(p.Lat * math.Pi / 180)
	magic := 1 - krasovskyE2*sin*sin
	root := math.Sqrt(magic)
	return Point{
		Lat: north * 180 / (krasovskyAxis * (1 - krasovskyE2) / (magic * root) * math.Pi),
		Lng: east * 180 / (krasovskyAxis / root * math.Cos(p.Lat*math.Pi/180) * math.Pi),
	}
}

// ToGCJ02 turns WGS 84 into the datum of Chinese web maps; outside China p is unchanged.
func ToGCJ02(p Point) Point {
	if !shifted(p) {
		return p
	}
	d := shift(p)
	return Point{Lat: p.Lat + d.Lat, Lng: p.Lng + d.Lng}
}

// ToWGS84 undoes ToGCJ02 to far below 0.1 m by repeated correction; outside China p is unchanged.
func ToWGS84(p Point) Point {
	if !shifted(p) {
		return p
	}
	w := p
	for range 12 {
		d := shift(w)
		next := Point{Lat: p.Lat - d.Lat, Lng: p.Lng - d.Lng}
		if math.Abs(next.Lat-w.Lat) < 1e-10 && math.Abs(next.Lng-w.Lng) < 1e-10 {
			return next
		}
		w = next
	}
	return w
}
