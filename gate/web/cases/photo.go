package cases

import (
	"net/http"

	"mulin/gate/web/site"
)

// photo serves a photo of a case to those who may see the case: staff within reach, or the one who reported, by the claim of this browser.
func (p *Pages) photo(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	c, err := p.Claims.Visible(r, rq, r.PathValue("number"))
	if err != nil {
		return err
	}
	hash := r.PathValue("hash")
	if !c.HasPhoto(hash) {
		return site.ErrMissing
	}
	return p.Photos.Send(w, r, hash)
}
