package ui

import (
	"io"

	"mulin/gate/web/site"
	"mulin/internal/fault"
)

// MaxUpload is the most a list or a map may weigh.
const MaxUpload = 32 << 20

// Upload reads the one file of a field.
func Upload(f *site.Form, field string) ([]byte, error) {
	files := f.Files(field)
	if len(files) == 0 {
		return nil, fault.Field(field, "admin.file.none")
	}
	in, err := files[0].Open()
	if err != nil {
		return nil, err
	}
	defer in.Close()
	b, err := io.ReadAll(io.LimitReader(in, MaxUpload+1))
	if len(b) > MaxUpload {
		return nil, site.ErrTooLarge
	}
	return b, err
}
