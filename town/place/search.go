package place

import (
	"context"
	"strings"

	"mulin/internal/access"
	"mulin/internal/store"
)

// Search finds living places, down to buildings, by a code or its beginning or by part of the name, at most limit; an exact code or name comes first.
func (r *Register) Search(text string, limit int) []Place {
	text = strings.ToLower(strings.TrimSpace(text))
	if text == "" {
		return nil
	}
	s := r.rows.Now()
	var exact, some []Place
	for _, k := range Kinds {
		for _, id := range s.kinds[k] {
			p := s.places[id]
			name, code := strings.ToLower(p.Name), strings.ToLower(p.Code)
			switch {
			case name == text || code == text:
				exact = append(exact, p)
			case len(some) < limit && (strings.Contains(name, text) || strings.HasPrefix(code, text)):
				some = append(some, p)
			}
		}
	}
	all := append(exact, some...)
	return all[:min(len(all), limit)]
}

// Count is how many living places of a kind are in memory: down to buildings.
func (r *Register) Count(kind Kind) int { return len(r.rows.Now().kinds[kind]) }

// Was is what a place was called and below what it stood until a time (µs).
type Was struct {
	Name, Code    string
	Parent, Until int64
}

// History is what a place was called before, oldest first.
func (r *Register) History(ctx context.Context, id int64) ([]Was, error) {
	all, err := store.All(ctx, r.city, scanPast, `select `+pastColumns+` from place_name where city = ? and place = ? order by until_at, seq`, r.city.ID, id)
	was := make([]Was, len(all))
	for i, p := range all {
		was[i] = Was{p.name, p.code, p.parent, p.until}
	}
	return was, err
}

// Try is Import that changes nothing: it says what would come of it.
func (r *Register) Try(ctx context.Context, who access.Actor, kind Kind, geojson []byte) (Report, error) {
	return r.importOr(ctx, who, kind, geojson, errTried)
}
