package places

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"slices"

	"github.com/klauspost/compress/gzip"

	"mulin/gate/web/site"
	"mulin/gate/web/to"
	"mulin/gate/web/ui"
	"mulin/internal/fault"
	"mulin/town/place"
)

// shapeRoutes show and import the ground of places.
func (p *Pages) shapeRoutes() []site.Route {
	return []site.Route{
		{Pattern: "GET " + to.Places() + "/{id}/shapes", Do: p.shapes, Need: place.Edit},
		{Pattern: "GET " + to.Places() + "/{id}/import", Do: p.importForm, Need: place.Edit},
		{Pattern: "POST " + to.Places() + "/{id}/import", Do: p.importShapes, Need: place.Edit, Body: site.Upload},
	}
}

// shapes are the children of a place as GeoJSON, or the place itself if they have no shapes.
func (p *Pages) shapes(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	id, err := site.PathID(r, "id")
	if err != nil {
		return err
	}
	at, ok := p.Places.Get(id)
	if !ok {
		return place.ErrMissing
	}
	if !at.Live() || !slices.Contains(public, at.Kind) {
		if _, err := p.Kit.Get(r.Context(), rq.Who, id); err != nil { // out of reach is no such thing
			return err
		}
	}
	w.Header().Set("Content-Type", "application/geo+json")
	w.Header().Set("Cache-Control", "private, no-cache")
	if d := place.Depth(at.Kind); d < place.Depth(place.Grid) {
		layer := p.Places.Shapes(place.Kinds[d+1], id)
		if bytes.Contains(layer.JSON, []byte(`"Polygon"`)) || bytes.Contains(layer.JSON, []byte(`"MultiPolygon"`)) {
			w.Header().Set("Etag", layer.ETag)
			if r.Header.Get("If-None-Match") == layer.ETag {
				w.WriteHeader(http.StatusNotModified)
				return nil
			}
			return site.Send(w, r, http.StatusOK, layer.JSON)
		}
	}
	for _, up := range append([]place.Place{at}, p.upwards(at)...) {
		if shape, ok := p.Places.Shape(up.ID); ok {
			geometry, err := shape.MarshalJSON()
			if err != nil {
				return err
			}
			return site.Send(w, r, http.StatusOK, featureOf(up, geometry))
		}
	}
	return site.Send(w, r, http.StatusOK, []byte(`{"type":"FeatureCollection","features":[]}`))
}

// upwards are the ancestors of a place, the nearest first.
func (p *Pages) upwards(at place.Place) []place.Place {
	line := p.Places.Lineage(at.Path)
	var up []place.Place
	for i := len(line) - 1; i >= 0; i-- {
		if line[i].ID != at.ID {
			up = append(up, line[i])
		}
	}
	return up
}

func featureOf(at place.Place, geometry json.RawMessage) []byte {
	type feature struct {
		Type       string            `json:"type"`
		Properties map[string]string `json:"properties"`
		Geometry   json.RawMessage   `json:"geometry"`
	}
	b, _ := json.Marshal(struct { // texts and a geometry that was written by us: can't fail
		Type     string    `json:"type"`
		Features []feature `json:"features"`
	}{"FeatureCollection", []feature{{"Feature", map[string]string{"name": at.Name}, geometry}}})
	return b
}

// importView is the page of an import: before a file was given, and with what would come of it.
type importView struct {
	placeView
	Report *place.Report
	Data   string // the checked file, packed, on its way back to us
}

func (p *Pages) importForm(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	v, err := p.importable(r, rq)
	if err != nil {
		return err
	}
	return rq.Show(w, importPage(v, &site.Form{}))
}

// importable is the place below which the file belongs: streets, communities, grids, estates and buildings have shapes.
func (p *Pages) importable(r *http.Request, rq *site.Req) (importView, error) {
	v, err := p.editPlace(r, rq)
	if err == nil && (v.Below == "" || place.Depth(v.Below) > place.Depth(place.Building)) {
		err = site.ErrMissing
	}
	return importView{placeView: v}, err
}

// importShapes first tries the file and shows what would come of it; the second time, with the file it has handed out, it imports. Nothing that comes back is
// believed: the file is checked again in full.
func (p *Pages) importShapes(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	f, err := rq.Form()
	if err != nil {
		return err
	}
	v, err := p.importable(r, rq)
	if err != nil {
		return err
	}
	if f.Value("data") != "" {
		report, err := p.importPacked(r, rq, v, f.Value("data"))
		if err != nil {
			return rq.Again(w, f, err, importPage(v, f))
		}
		return rq.Done(w, to.Place(v.ID), "admin.import.done", report.Added, report.Changed, report.Same)
	}
	file, err := ui.Upload(f, "file")
	if err != nil {
		return rq.Again(w, f, err, importPage(v, f))
	}
	report, err := p.Places.Try(r.Context(), rq.Who, v.Below, file)
	if err != nil {
		return rq.Again(w, f, err, importPage(v, f))
	}
	v.Report = &report
	if v.Data, err = pack(file); err != nil {
		return err
	}
	return rq.Show(w, importPage(v, f))
}

func (p *Pages) importPacked(r *http.Request, rq *site.Req, v importView, data string) (place.Report, error) {
	file, err := unpack(data)
	if err != nil {
		return place.Report{}, fault.Field("file", "place.import.json")
	}
	return p.Places.Import(r.Context(), rq.Who, v.Below, file)
}

// pack makes a file small enough to travel in a form.
func pack(b []byte) (string, error) {
	var small bytes.Buffer
	gz := gzip.NewWriter(&small)
	if _, err := gz.Write(b); err != nil {
		return "", err
	}
	if err := gz.Close(); err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(small.Bytes()), nil
}

// unpack reads what pack made; what swells beyond ui.MaxUpload is cut off and then no JSON any more.
func unpack(s string) ([]byte, error) {
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		return nil, err
	}
	gz, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(gz, ui.MaxUpload))
}
