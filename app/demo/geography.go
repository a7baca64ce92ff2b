// Package demo makes up a city to try the system with: its land, bodies, people and cases.
// Names and codes of streets, towns and communities are the public ones; every border, grid, estate and person is invented.
package demo

import (
	"fmt"
	"math"
	"math/rand/v2"

	"mulin/internal/geo"
)

// The kinds of Area, from the city down to a home.
const (
	KindCity      = "city"
	KindStreet    = "street"
	KindCommunity = "community"
	KindGrid      = "grid"
	KindEstate    = "estate"
	KindBuilding  = "building"
	KindEntrance  = "entrance"
	KindHome      = "home"
)

// The sizes of Land.
const (
	Small = "small" // the first street in full, of every other one community with one grid
	City  = "city"  // everything
)

// Area is a piece of the demo city's land. Codes grow downward: city 6 digits, street 9, community 12, grid 15, estate 17, building 20, entrance 22, home 26.
// Buildings, entrances and homes have a point and no shape.
type Area struct {
	Kind, Code, Name, ParentCode string
	Shape                        *geo.Shape
	Point                        geo.Point
}

const (
	cityCode, cityName = "370481", "滕州市"
	smallGrids         = 60    // grids of the first street in Small
	urbanRadius        = 4400. // metres, of the ground on which the urban streets lie
	urbanStep          = 128.  // metres between sites in the urban streets
	ruralStep          = 620.  // and elsewhere
)

// Land is the demo city's land, parents before children, always the same for a size. Streets tile the city, communities their street and grids their
// community, without overlap and gap. City: 21 streets and towns; in the 4 urban streets 48 communities with 350 grids, in the 17 others 100 villages of
// one grid each; 450 grids in all. Any other size is Small: 12 communities with 60 grids in the first street, one of each in the other 20.
func Land(size string) []Area {
	var err error
	for seed := uint64(1); seed <= 8; seed++ {
		var s *surveyor
		if s, err = survey(seed); err != nil {
			continue
		}
		s.full = size == City
		if err = s.city(); err == nil {
			return s.areas
		}
	}
	panic(fmt.Sprint("demo land can't be drawn: ", err)) // the data is embedded, so this is a mistake in it
}

// surveyor draws the city, area by area.
type surveyor struct {
	*divisions
	*mesh
	rand  *rand.Rand
	full  bool
	land  []int   // cells of the city
	parts [][]int // cells of each street
	areas []Area
	named int // estates so far
}

func survey(seed uint64) (*surveyor, error) {
	reg, err := readDivisions()
	if err != nil {
		return nil, err
	}
	s := &surveyor{divisions: reg, rand: rand.New(rand.NewPCG(seed, 370481))}
	var middle geo.Point
	var urban, rural []int
	for i, st := range s.streets {
		if st.grids > 0 {
			urban = append(urban, i)
			middle.Lat += st.seat.Lat
			middle.Lng += st.seat.Lng
		} else {
			rural = append(rural, i)
		}
	}
	s.mesh = newMesh(geo.Point{Lat: middle.Lat / float64(len(urban)), Lng: middle.Lng / float64(len(urban))})
	s.lay()
	s.land = s.connected(func(c int) bool { return len(s.cells[c].corners) > 0 && s.outline.Contains(s.point(s.cells[c].site)) })
	in := make([]bool, len(s.cells))
	for _, c := range s.land {
		in[c] = true
	}
	s.parts = make([][]int, len(s.streets))
	inner := s.connected(func(c int) bool { return in[c] && s.urban(s.cells[c].site, 0) })
	outer := s.connected(func(c int) bool { return in[c] && !s.urban(s.cells[c].site, 0) })
	if len(inner)+len(outer) != len(s.land) {
		return nil, fmt.Errorf("the land falls apart: %d and %d of %d cells", len(inner), len(outer), len(s.land))
	}
	s.settle(inner, urban)
	s.settle(outer, rural)
	return s, nil
}

// urban says whether the spot lies on the ground of the urban streets, a blob around the origin, or less than margin metres beside it.
func (s *surveyor) urban(at spot, margin float64) bool {
	a := math.Atan2(at.y, at.x)
	return math.Hypot(at.x, at.y) < urbanRadius*(1+0.12*math.Sin(2*a+1)+0.08*math.Sin(3*a+2)+0.02*math.Sin(11*a))+margin
}

// lay scatters the sites, close to each other where people live close, with two belts between town and country, and makes the cells.
func (s *surveyor) lay() {
	sw, ne := s.outline.Bound()
	a, b := s.spot(sw), s.spot(ne)
	rim := 3 * ruralStep
	sites := scatter(s.rand, spot{a.x - rim, a.y - rim}, spot{b.x + rim, b.y + rim}, ruralStep, func(p spot) bool { return !s.urban(p, 2*ruralStep) })
	r := 1.3*urbanRadius + 2*ruralStep
	ring := func(step, from, to float64) {
		sites = append(sites, scatter(s.rand, spot{-r, -r}, spot{r, r}, step, func(p spot) bool { return s.urban(p, to) && !s.urban(p, from) })...)
	}
	ring(urbanStep, math.Inf(-1), 1.5*urbanStep)
	ring(2.2*urbanStep, 2.8*urbanStep, 1.6*ruralStep)
	s.fill(s.rand, sites)
}

// settle divides cells among streets by the distance to their seats.
func (s *surveyor) settle(cells, streets []int) {
	var seeds []int
	pace := make([]float64, len(streets))
	for i, st := range streets {
		at, best := s.spot(s.streets[st].seat), cells[0]
		for _, c := range cells {
			if s.cells[c].site.to(at) < s.cells[best].site.to(at) {
				best = c
			}
		}
		seeds = append(seeds, best)
		pace[i] = 1
	}
	for i, region := range s.grow(cells, seeds, pace) {
		s.parts[streets[i]] = region
	}
}

// add draws an area over cells.
func (s *surveyor) add(kind, code, name, parent string, cells []int) error {
	shape, err := s.border(cells)
	if err != nil {
		return fmt.Errorf("draw %s %s: %w", kind, code, err)
	}
	s.areas = append(s.areas, Area{kind, code, name, parent, shape, shape.Centre()})
	return nil
}

func (s *surveyor) city() error {
	if err := s.add(KindCity, cityCode, cityName, "", s.land); err != nil {
		return err
	}
	for i, st := range s.streets {
		if err := s.add(KindStreet, st.code, st.name, cityCode, s.parts[i]); err != nil {
			return err
		}
		communities, grids := st.communities, st.grids
		if !s.full && i == 0 {
			grids = smallGrids
		} else if !s.full {
			communities, grids = communities[:1], 0
		}
		if err := s.street(st.code, communities, grids, s.parts[i]); err != nil {
			return err
		}
	}
	return nil
}

// street cuts a street into communities and these into grids; without a number of grids every community is one.
func (s *surveyor) street(code string, communities []named, grids int, cells []int) error {
	regions := s.split(s.rand, cells, len(communities))
	count := s.share(regions, grids)
	for i, region := range regions {
		c := communities[i]
		if err := s.add(KindCommunity, c.code, c.name, code, region); err != nil {
			return err
		}
		for k, part := range s.split(s.rand, region, count[i]) {
			grid := fmt.Sprintf("%s%03d", c.code, k+1)
			if err := s.add(KindGrid, grid, fmt.Sprintf("%s第%d网格", c.name, k+1), c.code, part); err != nil {
				return err
			}
			if grids > 0 && (s.full || k%2 == 0) {
				s.estates(grid, part)
			}
		}
	}
	return nil
}

// share gives each region grids by its area, at least one, total in all.
func (s *surveyor) share(regions [][]int, total int) []int {
	count := make([]int, len(regions))
	for i := range count {
		count[i] = 1
	}
	for left := total - len(regions); left > 0; left-- {
		best := 0
		for i, region := range regions {
			if s.area(region)/float64(count[i]) > s.area(regions[best])/float64(count[best]) {
				best = i
			}
		}
		count[best]++
	}
	return count
}
