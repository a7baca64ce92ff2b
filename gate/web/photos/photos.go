// Package photos takes pictures from forms and shows them again.
package photos

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"time"

	"mulin/gate/web/site"
	"mulin/gate/web/to"
	"mulin/gate/web/ui"
	"mulin/internal/blob"
	"mulin/internal/fault"
	"mulin/town/casework"
)

// Photos takes pictures from forms and shows them; those of a form that has to be sent again come back with it.
type Photos struct {
	*site.Site
	store *blob.Photos
}

// New keeps pictures in a store.
func New(s *site.Site, store *blob.Photos) *Photos { return &Photos{s, store} }

// Kept is a photo that came with a form which has to be sent again: it needn't be chosen anew.
type Kept struct {
	casework.Photo
	Token string // sealed: nobody can slip in the photo of another case
	Data  string // its thumbnail, as a data address
}

const (
	photoUse  = "photo"
	photoLife = 24 * time.Hour
)

// Take adds the photos of a form's field to those its "kept" values hold. The kept ones come back for the form, also when err says that one
// of the new ones was refused.
func (p *Photos) Take(r *http.Request, f *site.Form, field string) (photos []casework.Photo, kept []Kept, err error) {
	kept = p.Kept(r, f)
	files := f.Files(field)
	if len(kept)+len(files) > casework.MaxPhotos {
		return nil, kept, fault.Field(field, "case.photos.many", casework.MaxPhotos)
	}
	for _, h := range files {
		added, aerr := p.addPhoto(r, h)
		if aerr != nil {
			faults, readable := fault.As(aerr)
			if !readable {
				return nil, kept, aerr
			}
			one := *faults[0]
			one.Field = field
			err = &one
			continue
		}
		kept = append(kept, p.keep(r, added))
	}
	for _, k := range kept {
		photos = append(photos, k.Photo)
	}
	return photos, kept, err
}

func (p *Photos) addPhoto(r *http.Request, upload *multipart.FileHeader) (casework.Photo, error) {
	file, err := upload.Open()
	if err != nil {
		return casework.Photo{}, fmt.Errorf("open an upload: %w", err)
	}
	defer file.Close()
	added, err := p.store.Add(r.Context(), file)
	if err != nil {
		return casework.Photo{}, err
	}
	return casework.Photo{Hash: added.Hash, Width: added.Width, Height: added.Height}, nil
}

// keep makes a photo ready to be sent again with the form.
func (p *Photos) keep(r *http.Request, photo casework.Photo) Kept {
	k := Kept{Photo: photo, Token: p.Token(photoUse, fmt.Sprint(photo.Hash, " ", photo.Width, " ", photo.Height), photoLife)}
	file, err := p.store.Open(r.Context(), photo.Hash, true)
	if err != nil {
		return k
	}
	defer file.Close()
	if b, err := io.ReadAll(io.LimitReader(file, 256<<10)); err == nil {
		k.Data = "data:image/jpeg;base64," + base64.StdEncoding.EncodeToString(b)
	}
	return k
}

// Kept are the photos that were sent with this form before.
func (p *Photos) Kept(r *http.Request, f *site.Form) []Kept {
	var all []Kept
	for _, token := range f.Values("kept") {
		var photo casework.Photo
		if _, err := fmt.Sscan(p.Untoken(photoUse, token), &photo.Hash, &photo.Width, &photo.Height); err == nil && len(all) < casework.MaxPhotos {
			all = append(all, p.keep(r, photo))
		}
	}
	return all
}

// Send sends a picture that whoever asks may see; nothing in it can run.
func (p *Photos) Send(w http.ResponseWriter, r *http.Request, hash string) error {
	f, err := p.store.Open(r.Context(), hash, r.URL.Query().Has("small"))
	if err != nil {
		return fmt.Errorf("%w: %w", site.ErrMissing, err)
	}
	defer f.Close()
	h := w.Header()
	h.Set("Content-Type", "image/jpeg")
	h.Set("Content-Disposition", `inline; filename="photo.jpg"`)
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cache-Control", "private, max-age=3600, immutable")
	_, err = io.Copy(w, f)
	if err != nil {
		return nil // the reader has gone
	}
	return nil
}

// Inline is a photo's thumbnail as a data address, "" if there is none or it is too large.
func (p *Photos) Inline(ctx context.Context, hash string) string {
	file, err := p.store.Open(ctx, hash, true)
	if err != nil {
		return ""
	}
	defer file.Close()
	b, err := io.ReadAll(io.LimitReader(file, maxThumb+1))
	if err != nil || len(b) > maxThumb {
		return ""
	}
	return "data:image/jpeg;base64," + base64.StdEncoding.EncodeToString(b)
}

// maxThumb is how many bytes of a small photo travel in a page.
const maxThumb = 64 << 10

// Of are the photos of a case as pages show them; key says what the n-th one is called.
func Of(rq *site.Req, number, key string, photos []casework.Photo) []ui.Photo {
	all := make([]ui.Photo, len(photos))
	for i, one := range photos {
		at := to.Photo(number, one.Hash)
		all[i] = ui.Photo{URL: at, Thumb: at + "?small", Alt: rq.T(key, i+1)}
	}
	return all
}
