package place

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"

	"mulin/internal/geo"
)

// Layer is a GeoJSON FeatureCollection ready to be sent.
type Layer struct {
	JSON []byte // not to be changed
	ETag string // quoted, changes with the content only
}

type layerKey struct {
	kind  Kind
	under int64
}

// Shapes are the places of a kind below one (0: the whole city) for the map, made once until the tree changes. Estates and buildings without a shape are points.
func (r *Register) Shapes(kind Kind, under int64) Layer {
	s := r.rows.Now()
	top, ok := s.places[under]
	if under != 0 && !ok || Depth(kind) < 0 || !kind.remembered() {
		return newLayer(nil)
	}
	key := layerKey{kind, under}
	if l, ok := s.layers.Load(key); ok {
		return l.(Layer)
	}
	var features []json.RawMessage
	for _, p := range s.pick(s.kinds[kind]) {
		if strings.HasPrefix(p.Path, top.Path) {
			if f := s.feature(p); f != nil {
				features = append(features, f)
			}
		}
	}
	l := newLayer(features)
	s.layers.Store(key, l)
	return l
}

func newLayer(features []json.RawMessage) Layer {
	b := []byte(`{"type":"FeatureCollection","features":[`)
	for i, f := range features {
		if i > 0 {
			b = append(b, ",\n"...)
		}
		b = append(b, f...)
	}
	b = append(b, "]}\n"...)
	sum := sha256.Sum256(b)
	return Layer{b, `"` + hex.EncodeToString(sum[:12]) + `"`}
}

// feature writes keys always in one order: equal stretches are what gzip lives on.
func (s *snapshot) feature(p Place) json.RawMessage {
	type properties struct {
		Kind   Kind       `json:"kind"`
		Code   string     `json:"code"`
		Name   string     `json:"name"`
		Path   string     `json:"path"`
		Parent int64      `json:"parent"`
		Centre *geo.Point `json:"centre,omitempty"`
	}
	f := struct {
		Type       string     `json:"type"`
		ID         int64      `json:"id"`
		Properties properties `json:"properties"`
		Geometry   any        `json:"geometry"`
	}{"Feature", p.ID, properties{p.Kind, p.Code, p.Name, p.Path, p.Parent, p.Point}, nil}
	switch d, ok := s.shapes[p.ID]; {
	case ok:
		f.Geometry = json.RawMessage(d.text)
	case p.Point != nil && !p.Kind.tiles() && p.Kind != City:
		f.Geometry = map[string]any{"type": "Point", "coordinates": [2]float64{p.Point.Lng, p.Point.Lat}}
	default:
		return nil
	}
	b, err := json.Marshal(f)
	if err != nil {
		return nil // numbers that JSON can't say: such points are refused on the way in
	}
	return b
}
