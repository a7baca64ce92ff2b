package blob

import (
	"bufio"
	"bytes"
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"log/slog"

	"github.com/bep/imagemeta"
	"golang.org/x/image/webp"
)

// kind is a sort of image we take. Nothing is registered with package image: what other packages register can't be reached from outside.
type kind struct {
	magic  func(b []byte) bool
	config func(io.Reader) (image.Config, error)
	decode func(io.Reader) (image.Image, error)
	exif   imagemeta.ImageFormat // zero: we read none
}

var kinds = []*kind{
	{starts("\xff\xd8\xff"), jpeg.DecodeConfig, jpeg.Decode, imagemeta.JPEG},
	{starts("\x89PNG\r\n\x1a\n"), png.DecodeConfig, png.Decode, imagemeta.PNG},
	{func(b []byte) bool { return starts("RIFF")(b) && len(b) > 12 && string(b[8:12]) == "WEBP" }, webp.DecodeConfig, webp.Decode, imagemeta.WebP},
	{func(b []byte) bool { return starts("GIF87a")(b) || starts("GIF89a")(b) }, gif.DecodeConfig, gif.Decode, 0},
}

func starts(with string) func([]byte) bool {
	return func(b []byte) bool { return bytes.HasPrefix(b, []byte(with)) }
}

// inspect says what an upload is and how many slots it needs, from its head and length, and leaves src at the start.
func inspect(src io.ReadSeeker) (k *kind, weight int64, err error) {
	size, err := src.Seek(0, io.SeekEnd)
	if err == nil && size > MaxBytes {
		return nil, 0, ErrTooLarge
	}
	var head [16]byte
	n := 0
	if err == nil {
		_, err = src.Seek(0, io.SeekStart)
	}
	if err == nil {
		n, err = io.ReadFull(src, head[:])
	}
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return nil, 0, fmt.Errorf("read photo: %w", err)
	}
	if k = kindOf(head[:n]); k == nil {
		return nil, 0, ErrKind
	}
	pixels, err := measure(io.MultiReader(bytes.NewReader(head[:n]), src), size, k)
	if err != nil {
		return nil, 0, err
	}
	if _, err := src.Seek(0, io.SeekStart); err != nil {
		return nil, 0, fmt.Errorf("read photo: %w", err)
	}
	if pixels > slotPixels {
		return k, slots, nil
	}
	return k, 1, nil
}

func kindOf(b []byte) *kind {
	for _, k := range kinds {
		if k.magic(b) {
			return k
		}
	}
	return nil
}

// measure checks the size that the head of the file claims, before anything so large is allocated.
func measure(head io.Reader, size int64, k *kind) (pixels int64, err error) {
	defer rescue(&err)
	c, err := k.config(bufio.NewReader(head))
	if err != nil || c.Width <= 0 || c.Height <= 0 {
		return 0, ErrBroken
	}
	if c.Width > MaxPixels || c.Height > MaxPixels {
		return 0, ErrPixels
	}
	pixels = int64(c.Width) * int64(c.Height)
	switch {
	case pixels > MaxPixels:
		return 0, ErrPixels
	case pixels > slotPixels && pixels/10_000 > size: // no photo packs so well: a head that claims what can't follow
		return 0, ErrBroken
	}
	return pixels, nil
}

func decode(b []byte, k *kind) (img image.Image, err error) {
	defer rescue(&err)
	img, err = k.decode(bytes.NewReader(b))
	if err != nil || img.Bounds().Empty() {
		return nil, ErrBroken
	}
	return img, nil
}

// rescue turns a panic of a decoder into a refusal: a stranger's file must not end the request of anybody.
func rescue(err *error) {
	if p := recover(); p != nil {
		slog.Warn("image decoder panicked", "panic", p)
		*err = ErrBroken
	}
}
