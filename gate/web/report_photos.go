package web

import (
	"encoding/base64"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"time"

	"mulin/gate/web/site"
	"mulin/internal/fault"
	"mulin/town/casework"
)

// keptPhoto is a photo that came with a form which has to be sent again: it needn't be chosen anew.
type keptPhoto struct {
	casework.Photo
	Token string // sealed: nobody can slip in the photo of another case
	Data  string // its thumbnail, as a data address
}

const (
	photoUse  = "photo"
	photoLife = 24 * time.Hour
)

// takePhotos adds the photos of a form's field to those its "kept" values hold. The kept ones come back for the form, also when err says that one
// of the new ones was refused.
func (p *Pages) takePhotos(r *http.Request, f *site.Form, field string) (photos []casework.Photo, kept []keptPhoto, err error) {
	kept = p.kept(r, f)
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

func (p *Pages) addPhoto(r *http.Request, upload *multipart.FileHeader) (casework.Photo, error) {
	file, err := upload.Open()
	if err != nil {
		return casework.Photo{}, fmt.Errorf("open an upload: %w", err)
	}
	defer file.Close()
	added, err := p.Photos.Add(r.Context(), file)
	if err != nil {
		return casework.Photo{}, err
	}
	return casework.Photo{Hash: added.Hash, Width: added.Width, Height: added.Height}, nil
}

// keep makes a photo ready to be sent again with the form.
func (p *Pages) keep(r *http.Request, photo casework.Photo) keptPhoto {
	k := keptPhoto{Photo: photo, Token: p.Token(photoUse, fmt.Sprint(photo.Hash, " ", photo.Width, " ", photo.Height), photoLife)}
	file, err := p.Photos.Open(r.Context(), photo.Hash, true)
	if err != nil {
		return k
	}
	defer file.Close()
	if b, err := io.ReadAll(io.LimitReader(file, 256<<10)); err == nil {
		k.Data = "data:image/jpeg;base64," + base64.StdEncoding.EncodeToString(b)
	}
	return k
}

// kept are the photos that were sent with this form before.
func (p *Pages) kept(r *http.Request, f *site.Form) []keptPhoto {
	var all []keptPhoto
	for _, token := range f.Values("kept") {
		var photo casework.Photo
		if _, err := fmt.Sscan(p.Untoken(photoUse, token), &photo.Hash, &photo.Width, &photo.Height); err == nil && len(all) < casework.MaxPhotos {
			all = append(all, p.keep(r, photo))
		}
	}
	return all
}
