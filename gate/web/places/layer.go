package places

import (
	"net/http"
	"slices"

	"mulin/gate/web/site"
	"mulin/town/place"
)

// public are the kinds of places whose ground everybody may see on maps.
var public = []place.Kind{place.Street, place.Community, place.Grid}

// layer is the map base: the polygons of a kind of place.
func (p *Pages) layer(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	root, ok := p.Places.Root()
	kind := place.Kind(r.PathValue("kind"))
	if !ok || !slices.Contains(public, kind) {
		return site.ErrMissing
	}
	layer := p.Places.Shapes(kind, root.ID)
	h := w.Header()
	h.Set("Etag", layer.ETag)
	h.Set("Cache-Control", "public, max-age=300")
	if r.Header.Get("If-None-Match") == h.Get("Etag") {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	h.Set("Content-Type", "application/geo+json")
	return site.Send(w, r, http.StatusOK, layer.JSON)
}
