package triage

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"mulin/internal/geo"
	"mulin/internal/store"
	"mulin/town/casework"
	"mulin/town/place"
)

// What is read is bounded however many cases are open at one spot.
const (
	usualMetres = 300 // two cases further apart are two
	mostRanges  = 250 // rows of one range of cells
	mostLately  = 250 // rows of one community, the newest
	mostRead    = 64  // cases whose words are read, the nearest
	farAway     = 1e9 // of a case without a point: after all that have one
)

// spot is an open case as far as the index tells of it.
type spot struct {
	id, at int64
	cell   *int64
	metres float64
}

// openNear are the ids of the open cases near the point, or of the same community where one of both has no point: the nearest, then the newest.
func (r *Reader) openNear(ctx context.Context, q Inquiry) ([]int64, error) {
	sql, args := r.aroundQuery(q)
	spots, err := store.All(ctx, r.city, func(row store.Row) (s spot, err error) { return s, row.Scan(&s.id, &s.cell, &s.at) }, sql, args...)
	if err != nil {
		return nil, err
	}
	metres := r.metres()
	kept := spots[:0]
	for _, s := range spots {
		s.metres = farAway
		if q.Point != nil && s.cell != nil {
			s.metres = geo.Distance(*q.Point, geo.CellPoint(*s.cell))
		}
		if s.id != q.Except && (s.metres <= metres || s.metres == farAway) {
			kept = append(kept, s)
		}
	}
	slices.SortFunc(kept, func(a, b spot) int {
		return cmp.Or(cmp.Compare(a.metres, b.metres), cmp.Compare(b.at, a.at), cmp.Compare(a.id, b.id))
	})
	ids := make([]int64, 0, mostRead)
	for _, s := range kept[:min(len(kept), mostRead)] {
		ids = append(ids, s.id)
	}
	return ids, nil
}

// metres is how far apart two cases may lie that are one.
func (r *Reader) metres() float64 {
	if m := r.catalog.Settings().SameMetres; m > 0 {
		return float64(m)
	}
	return usualMetres
}

// What is open around is read from two indexes alone: the cells around a point, and the newest of the community. With a point, of the community only those
// without one, and always as many ranges, so that one statement stays prepared.
var (
	lately = `select id, cell, opened_at from (select c.id, c.cell, c.opened_at from cases c
		where c.city = ? and c.open and c.community = ? order by c.opened_at desc, c.id desc limit ` + strconv.Itoa(mostLately) + `) l`
	inCells = `select id, cell, opened_at from (select c.id, c.cell, c.opened_at from cases c
		where c.city = ? and c.open and c.cell between ? and ? order by c.cell desc, c.opened_at desc, c.id desc limit ` + strconv.Itoa(mostRanges) + `) n union all `
	near = strings.Repeat(inCells, geo.MostRanges) + lately + ` where cell is null`
)

func (r *Reader) aroundQuery(q Inquiry) (sql string, args []any) {
	sql = lately
	if q.Point != nil {
		sql = near
		cover := geo.CoverCap(*q.Point, r.metres())
		for i := range geo.MostRanges {
			cells := geo.Range{Lo: 1} // of none
			if i < len(cover) {
				cells = cover[i]
			}
			args = append(args, r.city.ID, cells.Lo, cells.Hi)
		}
	}
	var community int64
	if line := place.IDs(r.pathOf(q)); len(line) > 2 {
		community = line[2]
	}
	return sql, append(args, r.city.ID, community)
}

// pathOf is the place asked about: the one given, or the one around the point.
func (r *Reader) pathOf(q Inquiry) string {
	if q.Path == "" && q.Point != nil {
		if at, ok := r.places.Locate(*q.Point); ok {
			return at.Path
		}
	}
	return q.Path
}

// photos tells which of the cases came with one of the photos asked about.
func (r *Reader) photos(ctx context.Context, q Inquiry, ids []int64) (map[int64]bool, error) {
	if len(q.Photos) == 0 {
		return nil, nil
	}
	args := []any{r.city.ID}
	for _, id := range ids {
		args = append(args, id)
	}
	for _, h := range q.Photos {
		args = append(args, h)
	}
	all, err := store.Values[int64](ctx, r.city, `select subject from step_photo where city = ? and subject in (`+store.In(len(ids))+`)
		and seq = 0 and hash in (`+store.In(len(q.Photos))+`)`, args...)
	same := map[int64]bool{}
	for _, id := range all {
		same[id] = true
	}
	return same, err
}

// shots are the photos a case came with.
func (r *Reader) shots(ctx context.Context, c *casework.Case) ([]string, error) {
	if c.Photos == 0 {
		return nil, nil
	}
	return store.Values[string](ctx, r.city, `select hash from step_photo where city = ? and subject = ? and seq = 0 order by hash limit 10`, r.city.ID, c.ID)
}
