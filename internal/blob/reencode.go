package blob

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"time"
)

// made is a photo ready to be kept.
type made struct {
	Photo
	full, thumb []byte
}

// make does the work of a slot; only here the whole upload is in memory. The picture is decoded and written anew, so that nothing of the upload's metadata
// is kept.
func (p *Photos) make(src io.Reader, k *kind) (made, error) {
	b, err := io.ReadAll(io.LimitReader(src, MaxBytes+1))
	if err != nil {
		return made{}, fmt.Errorf("read photo: %w", err)
	}
	img, err := decode(b, k)
	if err != nil {
		return made{}, err
	}
	m := readTaken(b, k, p.zone())
	big := turn(shrink(img, LongSide), m.orientation)
	out := made{Photo: Photo{Width: big.Rect.Dx(), Height: big.Rect.Dy(), TakenAt: m.takenAt, Point: m.point}}
	if out.full, err = encode(big, 82); err != nil {
		return made{}, err
	}
	if out.thumb, err = encode(shrink(big, ThumbSide), 78); err != nil {
		return made{}, err
	}
	sum := sha256.Sum256(out.full)
	out.Hash, out.Bytes = hex.EncodeToString(sum[:]), len(out.full)
	return out, nil
}

func encode(m *image.RGBA, quality int) ([]byte, error) {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: quality}); err != nil {
		return nil, fmt.Errorf("write photo: %w", err)
	}
	return b.Bytes(), nil
}

func (p *Photos) zone() *time.Location {
	if p.Zone != nil {
		return p.Zone
	}
	return time.FixedZone("", 8*60*60)
}
