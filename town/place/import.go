package place

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"strings"

	"mulin/internal/access"
	"mulin/internal/fault"
	"mulin/internal/geo"
	"mulin/internal/sheet"
	"mulin/internal/store"
)

// Limits of an import.
const (
	maxImport   = 32 << 20
	maxFeatures = 5000
)

// Report says what an import did.
type Report struct {
	Added, Changed, Same int
}

// label is a text that some programs write as a number.
type label string

// UnmarshalJSON takes a string, a number or null.
func (l *label) UnmarshalJSON(b []byte) error {
	if b[0] != '"' {
		if s := string(b); s != "null" {
			*l = label(s)
		}
		return nil
	}
	return json.Unmarshal(b, (*string)(l))
}

type feature struct {
	Properties struct {
		Name, Code, Parent label
		Aliases            aliases
	}
	Geometry json.RawMessage
}

// Import draws places of a kind from a GeoJSON FeatureCollection in WGS 84 whose features have the properties name and code and, if wished, parent (a code)
// and aliases (a list, or one text with 、 between).
// A code that is known gets the new shape and name, others are added: below the named parent, or the one their centre lies in. It is all or nothing:
// shapes of one parent that overlap, reach beyond it or leave a gap are refused by name.
func (r *Register) Import(ctx context.Context, who access.Actor, kind Kind, geojson []byte) (Report, error) {
	report, err := r.importOr(ctx, who, kind, geojson, nil)
	if err != nil {
		return Report{}, err
	}
	r.refresh(ctx, kind)
	return report, nil
}

// errTried takes back what was only tried.
var errTried = errors.New("only tried")

// importOr imports and then, if told so, takes it back.
func (r *Register) importOr(ctx context.Context, who access.Actor, kind Kind, geojson []byte, back error) (Report, error) {
	if err := r.mayAtAll(who); err != nil {
		return Report{}, err
	}
	list, err := parseImport(kind, geojson)
	if err != nil {
		return Report{}, err
	}
	var report Report
	err = r.city.Write(ctx, func(tx *store.Tx) error {
		var err error
		if report, err = r.newBatch(ctx, tx, who).importAll(list); err != nil {
			return err
		}
		return back
	})
	if err != nil && !errors.Is(err, errTried) {
		return Report{}, err
	}
	return report, nil
}

// parseImport reads and checks the file alone.
func parseImport(kind Kind, geojson []byte) ([]Details, error) {
	if !kind.remembered() || Depth(kind) < 0 {
		return nil, fault.Field("kind", "place.kind.unknown", string(kind))
	}
	if len(geojson) > maxImport {
		return nil, fault.New(fault.TooLarge, "place.import.large", maxImport>>20, maxFeatures)
	}
	var file struct {
		Type     string
		Features []feature
	}
	text, ok := sheet.Text(geojson)
	if !ok {
		return nil, fault.Field("file", "place.import.encoding")
	}
	if err := json.Unmarshal([]byte(text), &file); err != nil || file.Type != "FeatureCollection" || len(file.Features) == 0 {
		return nil, fault.Field("file", "place.import.json")
	}
	if len(file.Features) > maxFeatures {
		return nil, fault.New(fault.TooLarge, "place.import.large", maxImport>>20, maxFeatures)
	}
	list := make([]Details, len(file.Features))
	seen := map[string]bool{}
	var l fault.List
	for i, f := range file.Features {
		d := Details{Kind: kind, Name: string(f.Properties.Name), Code: string(f.Properties.Code), ParentCode: string(f.Properties.Parent), Aliases: f.Properties.Aliases}
		d.tidy()
		l = append(l, d.read(i, f.Geometry, seen)...)
		list[i] = d
	}
	return list, shorten(l)
}

// read takes the geometry of the i-th feature and names what is wrong with the feature.
func (d *Details) read(i int, geometry json.RawMessage, seen map[string]bool) fault.List {
	title := d.title()
	if title == "" {
		title = "#" + strconv.Itoa(i+1)
	}
	if d.Name == "" || d.Code == "" {
		return fault.List{fault.Field("file", "place.import.nameless", title)}
	}
	l := d.check()
	l.Check(!seen[d.Code], "file", "place.import.twice", d.Code)
	seen[d.Code] = true
	shape, err := geo.ParseShape(geometry)
	if err != nil {
		l = append(l, fault.Field("file", "place.import.shape", title))
		if why, ok := fault.As(err); ok {
			l = append(l, why...)
		}
	}
	d.Shape = shape
	return l
}

// title is how a feature is called in a fault.
func (d *Details) title() string { return strings.TrimSpace(d.Name + " " + d.Code) }

func (b *batch) importAll(list []Details) (Report, error) {
	fresh, redrawn, err := b.sort(list)
	if err != nil {
		return Report{}, err
	}
	if err := b.prepare(append(append([]Details{}, fresh...), redrawn...)); err != nil {
		return Report{}, err
	}
	var report Report
	var l fault.List
	made := make([]Place, len(fresh))
	for i, d := range fresh {
		if made[i], err = b.add(d); err != nil {
			return report, err
		}
	}
	for _, d := range redrawn {
		p := b.known[b.codes[d.Code]]
		if p.Kind != d.Kind {
			l = append(l, fault.Field("file", "place.code.taken", d.Code, p.Name))
			continue
		}
		if err := b.r.may(b.who, p.above()); err != nil {
			return report, err
		}
		b.drawn[p.ID], b.title[p.ID] = d.Shape, d.Name
	}
	if err := l.Or(); err != nil {
		return report, err
	}
	if err := b.fit(noGap); err != nil {
		return report, err
	}
	report.Added = len(made)
	for i, p := range made {
		after := p.state()
		if err := b.save(p, b.record("place.add", p, change{After: &after})); err != nil {
			return report, err
		}
		if _, err := b.call(p, fresh[i].Aliases); err != nil {
			return report, err
		}
	}
	return report, b.redraw(redrawn, &report)
}

// sort tells new places from known ones and finds the parents of both.
func (b *batch) sort(list []Details) (fresh, redrawn []Details, err error) {
	var codes []any
	for _, d := range list {
		codes = append(codes, d.Code)
	}
	if err := b.read(`code in (`, distinct(codes)); err != nil {
		return nil, nil, err
	}
	var l fault.List
	for _, d := range list {
		if id, ok := b.codes[d.Code]; ok {
			d.Parent, d.ParentCode = b.known[id].Parent, ""
			redrawn = append(redrawn, d)
			continue
		}
		if d.Kind != City && d.ParentCode == "" {
			up, ok := b.r.rows.Now().parentFor(d)
			l.Check(ok, "file", "place.import.parent", d.title(), d.Kind.Above().Word())
			d.Parent = up
		}
		fresh = append(fresh, d)
	}
	return fresh, redrawn, shorten(l)
}

// parentFor is the place of the kind above in which its centre lies, or the only one there is.
func (s *snapshot) parentFor(d Details) (int64, bool) {
	all := s.kinds[d.Kind.Above()]
	centre := d.Shape.Centre()
	for _, id := range all {
		if up, ok := s.shapes[id]; ok && up.shape.Contains(centre) {
			return id, true
		}
	}
	if len(all) == 1 && !s.places[all[0]].HasShape {
		return all[0], true
	}
	return 0, false
}

// redraw queues the new names and shapes of known places.
func (b *batch) redraw(list []Details, report *Report) error {
	for _, d := range list {
		was := b.known[b.codes[d.Code]]
		p, err := b.rename(was, d.Name, "")
		if err != nil {
			return err
		}
		aliased, err := b.call(p, d.Aliases)
		if err != nil {
			return err
		}
		old, err := b.drawing(p.ID)
		if err != nil {
			return err
		}
		text, err := d.Shape.MarshalJSON()
		if err != nil {
			return err
		}
		if old == string(text) {
			if p == was && !aliased {
				report.Same++
			} else {
				report.Changed++
			}
			continue
		}
		report.Changed++
		centre := d.Shape.Centre()
		p.Point, p.HasShape = &centre, true
		seq := b.record("place.redraw", p, map[string]any{"before": map[string]any{"shape": old != ""}, "after": map[string]any{"shape": true, "area": d.Shape.Area()}})
		b.tx.Exec(`update place_shape set until_at = ? where city = ? and place = ? and until_at = 0`, b.tx.Now, b.tx.City, p.ID)
		b.tx.Exec(`update place set lat = ?, lng = ?, has_shape = ? where city = ? and id = ?`, centre.Lat, centre.Lng, true, b.tx.City, p.ID)
		if err := b.draw(p, seq); err != nil {
			return err
		}
	}
	return nil
}
