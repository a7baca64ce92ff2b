package geo

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// Limits of a shape that people send in.
const (
	maxBytes  = 1 << 20
	maxPoints = 10_000
)

// ParseShape reads a GeoJSON geometry, Polygon or MultiPolygon, up to 1 MiB and 10 000 corners. Coordinates are rounded to six decimals,
// repeated corners dropped, windings put right. Rings that are open, too short, cross or touch themselves or each other's area are refused
// with a *fault.Fault that names the place.
func ParseShape(geojsonGeometry []byte) (Shape, error) {
	if len(geojsonGeometry) > maxBytes {
		return Shape{}, errLarge
	}
	var g struct {
		Type        string          `json:"type"`
		Coordinates json.RawMessage `json:"coordinates"`
	}
	if json.Unmarshal(geojsonGeometry, &g) != nil {
		return Shape{}, errJSON
	}
	var polygons [][][][]float64
	var err error
	switch g.Type {
	case "Polygon":
		polygons = make([][][][]float64, 1)
		err = json.Unmarshal(g.Coordinates, &polygons[0])
	case "MultiPolygon":
		err = json.Unmarshal(g.Coordinates, &polygons)
	default:
		return Shape{}, errType.With(strconv.Quote(cut(g.Type, 40)))
	}
	if err != nil {
		return Shape{}, errJSON
	}
	return fromGeoJSON(polygons)
}

func fromGeoJSON(polygons [][][][]float64) (Shape, error) {
	parts := make([][]ring, len(polygons))
	total := 0
	for i, polygon := range polygons {
		for _, line := range polygon {
			if total += len(line); total > maxPoints {
				return Shape{}, errLarge
			}
			r := make(ring, len(line))
			for k, c := range line {
				if len(c) < 2 || !(Point{Lat: c[1], Lng: c[0]}).Valid() {
					return Shape{}, errPosition
				}
				r[k] = Point{Lat: c[1], Lng: c[0]}.vertex()
			}
			if len(r) < 4 {
				return Shape{}, errFew.With(r.first())
			}
			if r[0] != r[len(r)-1] {
				return Shape{}, errOpen.With(r.first())
			}
			parts[i] = append(parts[i], r)
		}
	}
	return build(parts)
}

func (r ring) first() string {
	if len(r) == 0 {
		return ""
	}
	return r[0].String()
}

func cut(s string, n int) string {
	if len(s) > n {
		return s[:n]
	}
	return s
}

// UnmarshalJSON reads what ParseShape reads, and null as the empty shape.
func (s *Shape) UnmarshalJSON(b []byte) error {
	if bytes.Equal(bytes.TrimSpace(b), []byte("null")) {
		*s = Shape{}
		return nil
	}
	t, err := ParseShape(b)
	if err != nil {
		return err
	}
	*s = t
	return nil
}

// MarshalJSON writes a GeoJSON geometry with at most six decimals, wound as RFC 7946 asks; the empty shape is null.
func (s Shape) MarshalJSON() ([]byte, error) {
	if s.Empty() {
		return []byte("null"), nil
	}
	b := make([]byte, 0, 64+24*s.Points())
	if len(s.parts) == 1 {
		b = append(b, `{"type":"Polygon","coordinates":`...)
		b = appendPart(b, s.parts[0])
		return append(b, '}'), nil
	}
	b = append(b, `{"type":"MultiPolygon","coordinates":[`...)
	for i, part := range s.parts {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendPart(b, part)
	}
	return append(b, "]}"...), nil
}

func appendPart(b []byte, part []ring) []byte {
	b = append(b, '[')
	for i, r := range part {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, '[')
		for _, v := range r {
			b = append(appendVertex(b, v), ',')
		}
		b = append(appendVertex(b, r[0]), ']')
	}
	return append(b, ']')
}

func appendVertex(b []byte, v vertex) []byte {
	b = appendMicro(append(b, '['), v.x)
	b = appendMicro(append(b, ','), v.y)
	return append(b, ']')
}

func appendMicro(b []byte, m int32) []byte {
	return strconv.AppendFloat(b, float64(m)/1e6, 'f', -1, 64)
}
