package demo

import (
	"embed"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"mulin/internal/geo"
	"mulin/internal/sheet"
)

// The register of divisions is the public one of 2023. outline.csv is our own rough drawing of the city's border and seats.csv says roughly where
// the seats of the streets and towns are (WGS 84), how many of their communities the demo shows, and how many grids an urban street has.
//
//go:embed data/*.csv
var data embed.FS

// divisions are what the demo city is made of.
type divisions struct {
	outline geo.Shape
	streets []street
}

// street is a street or town; only urban ones are cut into grids below the community.
type street struct {
	code, name  string
	seat        geo.Point
	communities []named
	grids       int
}

type named struct{ code, name string }

func rows(file string) ([][]string, error) {
	b, err := data.ReadFile("data/" + file)
	if err != nil {
		return nil, err
	}
	book, err := sheet.Open(b)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", file, err)
	}
	var all [][]string
	for row, err := range book.Rows("") {
		if err != nil || row.Bad != nil {
			return nil, fmt.Errorf("read %s: line %d: %v, %w", file, row.Line, row.Bad, err)
		}
		all = append(all, row.Cells)
	}
	return all[1:], nil
}

func readPoint(lng, lat string) (geo.Point, error) {
	x, err := strconv.ParseFloat(lng, 64)
	if err != nil {
		return geo.Point{}, err
	}
	y, err := strconv.ParseFloat(lat, 64)
	return geo.Point{Lat: y, Lng: x}, err
}

func readDivisions() (*divisions, error) {
	reg := &divisions{}
	lines, err := rows("outline.csv")
	if err != nil {
		return nil, err
	}
	var outline []geo.Point
	for _, l := range lines {
		p, err := readPoint(l[0], l[1])
		if err != nil {
			return nil, fmt.Errorf("read outline: %w", err)
		}
		outline = append(outline, p)
	}
	if reg.outline, err = geo.NewShape(outline); err != nil {
		return nil, fmt.Errorf("read outline: %w", err)
	}
	return reg, reg.readStreets()
}

func (reg *divisions) readStreets() error {
	names := map[string]string{}
	streets, err := rows("tengzhou_streets_2023.csv")
	if err != nil {
		return err
	}
	for _, l := range streets {
		names[l[0]] = l[1]
	}
	villages := map[string][]named{}
	all, err := rows("tengzhou_villages_2023.csv")
	if err != nil {
		return err
	}
	for _, l := range all {
		villages[l[2]] = append(villages[l[2]], named{l[0], territory(l[1])})
	}
	seats, err := rows("seats.csv")
	if err != nil {
		return err
	}
	for _, l := range seats {
		s := street{code: l[0], name: names[l[0]]}
		if s.seat, err = readPoint(l[1], l[2]); err != nil {
			return fmt.Errorf("read seat of %s: %w", s.code, err)
		}
		n, err := strconv.Atoi(l[3])
		if err != nil {
			return fmt.Errorf("read seat of %s: %w", s.code, err)
		}
		if s.grids, err = strconv.Atoi(l[4]); err != nil {
			return fmt.Errorf("read seat of %s: %w", s.code, err)
		}
		s.communities = pick(villages[s.code], n, s.grids > 0)
		reg.streets = append(reg.streets, s)
	}
	return nil
}

// territory is the name of the land, from that of the committee which governs it.
func territory(committee string) string {
	for _, end := range []string{"居民委员会", "村民委员会", "村民居委会", "村委会", "居委会"} {
		if name, ok := strings.CutSuffix(committee, end); ok {
			if !strings.HasSuffix(name, "社区") && !strings.HasSuffix(name, "村") {
				name += map[bool]string{true: "村", false: "社区"}[strings.HasPrefix(end, "村")]
			}
			return name
		}
	}
	return committee
}

// pick takes n of the communities in order of their codes: for an urban street those named so first, for a town evenly from the whole list.
func pick(all []named, n int, urban bool) []named {
	n = min(n, len(all))
	var some []named
	if urban {
		all = slices.Clone(all)
		slices.SortStableFunc(all, func(a, b named) int { return rank(a) - rank(b) })
		some = slices.Clone(all[:n])
	} else {
		for i := range n {
			some = append(some, all[i*len(all)/n])
		}
	}
	slices.SortFunc(some, func(a, b named) int { return strings.Compare(a.code, b.code) })
	return some
}

func rank(v named) int {
	if strings.HasSuffix(v.name, "社区") {
		return 0
	}
	return 1
}
