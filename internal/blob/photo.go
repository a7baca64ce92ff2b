package blob

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/sync/semaphore"

	"mulin/internal/fault"
	"mulin/internal/geo"
)

// What a photo may be. Larger ones are scaled down to LongSide.
const (
	MaxBytes  = 20 << 20
	MaxPixels = 50_000_000
	LongSide  = 2048
	ThumbSide = 400
)

// The refusals of Add.
var (
	ErrTooLarge = fault.New(fault.TooLarge, "photo.toolarge", MaxBytes>>20)
	ErrKind     = fault.New(fault.Invalid, "photo.kind")
	ErrBroken   = fault.New(fault.Invalid, "photo.broken")
	ErrPixels   = fault.New(fault.Invalid, "photo.pixels", MaxPixels/1_000_000)
)

// Photo is a kept photo. TakenAt and Point come from the upload's metadata: they are for the uploader's eyes, and no kept file holds them.
type Photo struct {
	Hash          string // SHA-256 of the kept file, 64 hex digits: its name
	Width, Height int
	Bytes         int
	TakenAt       time.Time // zero if unknown
	Point         *geo.Point
}

// Photos takes photos in and gives them out.
type Photos struct {
	// Zone is that of cameras that don't tell theirs; nil is UTC+8.
	Zone  *time.Location
	store Store
	slots *semaphore.Weighted
}

// slots is how many decodes run at once; one of a photo over slotPixels takes all, so that the worst upload has the memory to itself.
const (
	slots      = 2
	slotPixels = 16_000_000
)

// NewPhotos keeps photos in s.
func NewPhotos(s Store) *Photos {
	return &Photos{store: s, slots: semaphore.NewWeighted(slots)}
}

// Add takes a photo in: told by content to be JPEG, PNG, WebP or GIF (its first picture), turned upright, scaled, and written anew without metadata,
// with a thumbnail. The same photo twice is kept once. Refusals are faults.
func (p *Photos) Add(ctx context.Context, r io.Reader) (Photo, error) {
	src, done, err := spool(r)
	if err != nil {
		return Photo{}, err
	}
	defer done()
	k, weight, err := inspect(src)
	if err != nil {
		return Photo{}, err
	}
	if err := p.slots.Acquire(ctx, weight); err != nil {
		return Photo{}, err
	}
	made, err := p.make(src, k)
	p.slots.Release(weight)
	if err != nil {
		return Photo{}, err
	}
	if err := p.store.Put(ctx, name(made.Hash, true), made.thumb); err != nil { // first, so that whoever finds the photo finds it too
		return Photo{}, err
	}
	return made.Photo, p.store.Put(ctx, name(made.Hash, false), made.full)
}

// Open is the kept JPEG, or its thumbnail; ErrNone if there is none.
func (p *Photos) Open(ctx context.Context, hash string, thumb bool) (io.ReadCloser, error) {
	if b, err := hex.DecodeString(hash); err != nil || len(b) != sha256.Size {
		return nil, ErrNone
	}
	return p.store.Get(ctx, name(hash, thumb))
}

// Delete removes a photo and its thumbnail.
func (p *Photos) Delete(ctx context.Context, hash string) error {
	return errors.Join(p.store.Delete(ctx, name(hash, false)), p.store.Delete(ctx, name(hash, true)))
}

func name(hash string, thumb bool) string {
	if thumb {
		return "photo/" + hash + ".thumb.jpg"
	}
	return "photo/" + hash + ".jpg"
}

// spool waits for a slow upload in a file, not in memory. What can seek is on this machine already.
func spool(r io.Reader) (src io.ReadSeeker, done func(), err error) {
	if s, ok := r.(io.ReadSeeker); ok {
		return s, func() {}, nil
	}
	f, err := os.CreateTemp("", "mulin-photo-*")
	if err != nil {
		return nil, nil, fmt.Errorf("spool photo: %w", err)
	}
	done = func() { f.Close(); os.Remove(f.Name()) }
	n, err := io.Copy(f, io.LimitReader(r, MaxBytes+1))
	if err == nil && n <= MaxBytes {
		return f, done, nil
	}
	done()
	if err == nil {
		return nil, nil, ErrTooLarge
	}
	return nil, nil, fmt.Errorf("spool photo: %w", err)
}
