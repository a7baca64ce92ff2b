package geo

import (
	"cmp"
	"slices"

	"github.com/golang/geo/s1"
	"github.com/golang/geo/s2"
)

// MostRanges is how many ranges cover a region at most.
const MostRanges = 12

// Range is a span of leaf cells, both ends included: `cell between Lo and Hi`.
type Range struct{ Lo, Hi int64 }

// Has says whether the cell lies in the range.
func (r Range) Has(cell int64) bool { return r.Lo <= cell && cell <= r.Hi }

// CoverCap covers the circle around center with a few ranges. They reach a little beyond it, never less: recheck with Distance.
func CoverCap(center Point, metres float64) []Range {
	if !center.Valid() || !(metres >= 0) {
		return nil
	}
	return cover(s2.CapFromCenterAngle(s2.PointFromLatLng(center.latLng()), s1.Angle(metres*(1+1e-9)/Earth)))
}

// CoverRect covers the rectangle between its south-west and north-east corners; sw.Lng > ne.Lng crosses the date line.
func CoverRect(sw, ne Point) []Range {
	if !sw.Valid() || !ne.Valid() || sw.Lat > ne.Lat {
		return nil
	}
	r := s2.RectFromLatLng(sw.latLng())
	r.Lat.Hi = ne.latLng().Lat.Radians()
	r.Lng.Hi = ne.latLng().Lng.Radians()
	return cover(r)
}

func cover(region s2.Region) []Range {
	c := s2.RegionCoverer{MaxLevel: s2.MaxLevel, LevelMod: 1, MaxCells: MostRanges}
	var all []Range
	for _, id := range c.Covering(region) {
		all = append(all, Range{int64(id.RangeMin()), int64(id.RangeMax())})
	}
	slices.SortFunc(all, func(a, b Range) int { return cmp.Compare(a.Lo, b.Lo) })
	joined := all[:0]
	for _, r := range all {
		// Leaf ids are odd, so neighbours differ by two.
		if n := len(joined); n > 0 && joined[n-1].Hi+2 == r.Lo {
			joined[n-1].Hi = r.Hi
			continue
		}
		joined = append(joined, r)
	}
	return joined
}
