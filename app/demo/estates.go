package demo

import (
	"fmt"

	"mulin/internal/geo"
)

// Estates are named from these two halves; no estate is meant.
var (
	estateFirst = []string{"幸福", "锦绣", "阳光", "翠湖", "和顺", "书香", "金桂", "明月", "清风", "银杏", "海棠", "丁香", "紫藤", "安居", "春晖", "秋实",
		"福满", "祥云", "听雨", "望山", "兰亭", "梧桐", "百合", "朝霞", "碧水", "青松", "瑞景", "新悦", "康宁", "雅居"}
	estateLast = []string{"里", "园", "苑", "花园", "家园", "新村", "小区", "雅苑", "华庭", "佳园", "名邸", "南区", "北区"}
)

// estateName goes through all pairs before one comes again, then counts phases.
func (s *surveyor) estateName() string {
	n := s.named
	s.named++
	name := estateFirst[n%len(estateFirst)] + estateLast[(n+n/len(estateFirst))%len(estateLast)]
	if phase := n / (len(estateFirst) * len(estateLast)); phase > 0 {
		name += []string{"二期", "三期", "四期", "五期"}[(phase-1)%4]
	}
	return name
}

// estates puts estates into a grid, each on a cell of its own: one in Small, two to four in City.
func (s *surveyor) estates(grid string, cells []int) {
	n := 1
	if s.full {
		n = 2 + s.rand.IntN(3)
	}
	serial := 0
	for _, i := range s.rand.Perm(len(cells)) {
		if serial == n {
			return
		}
		c := s.cells[cells[i]]
		if c.area < urbanStep*urbanStep/2 {
			continue // a sliver of the shaken honeycomb
		}
		var fence []geo.Point
		for _, k := range c.corners {
			fence = append(fence, s.point(c.site.toward(s.corners[k], 0.72)))
		}
		shape, err := geo.NewShape(fence)
		if err != nil {
			continue // two corners closer than the lattice of shapes
		}
		serial++
		code := fmt.Sprintf("%s%02d", grid, serial)
		s.areas = append(s.areas, Area{KindEstate, code, s.estateName(), grid, &shape, shape.Centre()})
		s.buildings(code, c)
	}
}

// buildings stand in a circle well inside the estate; homes are at the point of their entrance.
func (s *surveyor) buildings(estate string, c cell) {
	buildings, entrances, homes := 4, 2, 4
	if s.full {
		buildings, entrances, homes = 2+s.rand.IntN(2), 1+s.rand.IntN(2), 2
	}
	at := func(b, e int) geo.Point {
		k := b % len(c.corners)
		wall := s.corners[c.corners[k]].toward(s.corners[c.corners[(k+1)%len(c.corners)]], float64(e)/float64(2*entrances+1))
		return s.point(c.site.toward(wall, 0.5))
	}
	for b := range min(buildings, len(c.corners)) {
		building := fmt.Sprintf("%s%03d", estate, b+1)
		s.areas = append(s.areas, Area{KindBuilding, building, fmt.Sprintf("%d号楼", b+1), estate, nil, at(b, 0)})
		for e := range entrances {
			entrance := fmt.Sprintf("%s%02d", building, e+1)
			s.areas = append(s.areas, Area{KindEntrance, entrance, fmt.Sprintf("%d单元", e+1), building, nil, at(b, e+1)})
			for h := range homes {
				floor, door := h/2+1, h%2+1
				s.areas = append(s.areas, Area{KindHome, fmt.Sprintf("%s%02d%02d", entrance, floor, door), fmt.Sprintf("%d%02d室", floor, door), entrance, nil, at(b, e+1)})
			}
		}
	}
}
