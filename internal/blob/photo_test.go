package blob_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"mulin/internal/blob"
	"mulin/internal/fault"
)

// picture has a red left upper quarter on blue.
func picture(w, h int) *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.NRGBA{0, 0, 200, 255}
			if x < w/2 && y < h/2 {
				c = color.NRGBA{220, 0, 0, 255}
			}
			m.SetNRGBA(x, y, c)
		}
	}
	return m
}

func asJPEG(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asPNG(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// exif is a TIFF block with orientation, time and a position, as cameras write it.
func exif(orientation uint16, at, offset string, lat, lng float64) []byte {
	le := binary.LittleEndian
	var data []byte // behind the three directories
	const ifd0, sub, gps = 8, 8 + 2 + 3*12 + 4, 8 + 2 + 3*12 + 4 + 2 + 2*12 + 4
	const behind = gps + 2 + 4*12 + 4
	entry := func(b []byte, tag, typ uint16, count uint32, value []byte) []byte {
		b = le.AppendUint32(le.AppendUint16(le.AppendUint16(b, tag), typ), count)
		if len(value) > 4 {
			b = le.AppendUint32(b, uint32(behind+len(data)))
			data = append(data, value...)
			return b
		}
		return append(b, append(value, 0, 0, 0, 0)[:4]...)
	}
	dms := func(v float64) (b []byte) {
		v = math.Abs(v)
		d := math.Floor(v)
		m := math.Floor((v - d) * 60)
		s := (v - d - m/60) * 3600
		for _, n := range []uint32{uint32(d), 1, uint32(m), 1, uint32(math.Round(s * 10000)), 10000} {
			b = le.AppendUint32(b, n)
		}
		return b
	}
	ref := func(v float64, pos, neg string) []byte {
		if v < 0 {
			return []byte(neg + "\x00")
		}
		return []byte(pos + "\x00")
	}
	b := append([]byte("II*\x00"), 8, 0, 0, 0)
	b = le.AppendUint16(b, 3)
	b = entry(b, 0x0112, 3, 1, le.AppendUint16(nil, orientation))
	b = entry(b, 0x8769, 4, 1, le.AppendUint32(nil, sub))
	b = entry(b, 0x8825, 4, 1, le.AppendUint32(nil, gps))
	b = le.AppendUint32(b, 0)
	b = le.AppendUint16(b, 2)
	b = entry(b, 0x9003, 2, uint32(len(at)+1), []byte(at+"\x00"))
	b = entry(b, 0x9011, 2, uint32(len(offset)+1), []byte(offset+"\x00"))
	b = le.AppendUint32(b, 0)
	b = le.AppendUint16(b, 4)
	b = entry(b, 1, 2, 2, ref(lat, "N", "S"))
	b = entry(b, 2, 5, 3, dms(lat))
	b = entry(b, 3, 2, 2, ref(lng, "E", "W"))
	b = entry(b, 4, 5, 3, dms(lng))
	b = le.AppendUint32(b, 0)
	return append(b, data...)
}

// withEXIF puts the block into a JPEG, with an XMP packet and a comment that tell secrets too.
func withEXIF(jpg, tiff []byte) []byte {
	segment := func(marker byte, body string) []byte {
		return append([]byte{0xff, marker, byte((len(body) + 2) >> 8), byte(len(body) + 2)}, body...)
	}
	out := bytes.Clone(jpg[:2])
	out = append(out, segment(0xe1, "Exif\x00\x00"+string(tiff))...)
	out = append(out, segment(0xe1, "http://ns.adobe.com/xap/1.0/\x00<x:xmpmeta xmlns:x='adobe:ns:meta/'>GPSSECRET</x:xmpmeta>")...)
	out = append(out, segment(0xfe, "GPSSECRET of the reporter")...)
	return append(out, jpg[2:]...)
}

func open(t *testing.T, p *blob.Photos, hash string, thumb bool) []byte {
	t.Helper()
	r, err := p.Open(t.Context(), hash, thumb)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// markers are the segment markers of a JPEG up to its scan.
func markers(t *testing.T, b []byte) (all []byte) {
	t.Helper()
	for i := 2; i+4 <= len(b); {
		if b[i] != 0xff {
			t.Fatalf("no marker at %d", i)
		}
		all = append(all, b[i+1])
		if b[i+1] == 0xda {
			return all
		}
		i += 2 + int(b[i+2])<<8 + int(b[i+3])
	}
	t.Fatal("no scan")
	return nil
}

// TestMetadataIsStripped is abuse case A22.
func TestMetadataIsStripped(t *testing.T) {
	t.Parallel()
	p := blob.NewPhotos(newFolder(t))
	tiff := exif(1, "2026:03:01 08:30:00", "+08:00", 35.084, 117.165)
	pngWith := asPNG(t, picture(60, 40))
	chunk := func(kind string, body []byte) []byte {
		b := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
		b = append(append(b, kind...), body...)
		return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
	}
	pngWith = append(append(append(bytes.Clone(pngWith[:33]), chunk("eXIf", tiff)...), chunk("tEXt", []byte("Comment\x00GPSSECRET"))...), pngWith[33:]...)
	for name, in := range map[string][]byte{"jpeg": withEXIF(asJPEG(t, picture(60, 40)), tiff), "png": pngWith} {
		if !bytes.Contains(in, []byte("GPSSECRET")) || !bytes.Contains(in, tiff) {
			t.Fatal("the test image tells nothing")
		}
		got, err := p.Add(t.Context(), bytes.NewReader(in))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got.Point == nil || math.Abs(got.Point.Lat-35.084) > 1e-5 || math.Abs(got.Point.Lng-117.165) > 1e-5 {
			t.Errorf("%s: Point = %v, want 35.084 117.165", name, got.Point)
		}
		if want := time.Date(2026, 3, 1, 0, 30, 0, 0, time.UTC); !got.TakenAt.Equal(want) {
			t.Errorf("%s: TakenAt = %v, want %v", name, got.TakenAt, want)
		}
		for _, thumb := range []bool{false, true} {
			b := open(t, p, got.Hash, thumb)
			for _, m := range markers(t, b) {
				if m >= 0xe1 && m <= 0xef || m == 0xfe {
					t.Errorf("%s, thumb %v: segment %#x kept", name, thumb, m)
				}
			}
			for _, s := range []string{"GPSSECRET", "Exif", "2026:03:01", string(tiff[len(tiff)-24:])} {
				if bytes.Contains(b, []byte(s)) {
					t.Errorf("%s, thumb %v: %q kept", name, thumb, s)
				}
			}
		}
	}
}

func TestOrientation(t *testing.T) {
	t.Parallel()
	p := blob.NewPhotos(newFolder(t))
	// where the red quarter of the stored picture is seen: x and y of its corner
	for o, red := range map[uint16][2]int{1: {0, 0}, 2: {1, 0}, 3: {1, 1}, 4: {0, 1}, 5: {0, 0}, 6: {1, 0}, 7: {1, 1}, 8: {0, 1}, 9: {0, 0}} {
		got, err := p.Add(t.Context(), bytes.NewReader(withEXIF(asJPEG(t, picture(64, 32)), exif(o, "", "", 0, 0))))
		if err != nil {
			t.Fatal(err)
		}
		w, h := 64, 32
		if o >= 5 && o <= 8 {
			w, h = h, w
		}
		if got.Width != w || got.Height != h || got.Point != nil || !got.TakenAt.IsZero() {
			t.Errorf("orientation %d: %+v, want %d × %d and nothing else", o, got, w, h)
		}
		m, err := jpeg.Decode(bytes.NewReader(open(t, p, got.Hash, false)))
		if err != nil {
			t.Fatal(err)
		}
		for _, corner := range [][2]int{{0, 0}, {1, 0}, {0, 1}, {1, 1}} {
			r, _, b, _ := m.At(corner[0]*(w-1), corner[1]*(h-1)).RGBA()
			if isRed := r > b; isRed != (corner == red) {
				t.Errorf("orientation %d: corner %v red is %v", o, corner, isRed)
			}
		}
	}
}

func TestOrientationUnequalQuarters(t *testing.T) { // 6 and 8 differ from 5 and 7 only by a mirror: a second mark tells
	t.Parallel()
	src := picture(64, 32)
	for y := range 16 {
		for x := 48; x < 64; x++ {
			src.SetNRGBA(x, y, color.NRGBA{0, 220, 0, 255}) // green, right upper corner
		}
	}
	p := blob.NewPhotos(newFolder(t))
	for o, green := range map[uint16][2]int{1: {1, 0}, 2: {0, 0}, 3: {0, 1}, 4: {1, 1}, 5: {0, 1}, 6: {1, 1}, 7: {1, 0}, 8: {0, 0}} {
		got, err := p.Add(t.Context(), bytes.NewReader(withEXIF(asJPEG(t, src), exif(o, "", "", 0, 0))))
		if err != nil {
			t.Fatal(err)
		}
		m, _ := jpeg.Decode(bytes.NewReader(open(t, p, got.Hash, false)))
		r, g, b, _ := m.At(green[0]*(got.Width-1), green[1]*(got.Height-1)).RGBA()
		if g < r || g < b {
			t.Errorf("orientation %d: corner %v isn't green", o, green)
		}
	}
}

const (
	lossyWebP    = "UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA"
	losslessWebP = "UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA=="
)

func webpBytes(s string) []byte {
	b, _ := base64.StdEncoding.DecodeString(s)
	return b
}

func TestKindsAndSizes(t *testing.T) {
	t.Parallel()
	p := blob.NewPhotos(newFolder(t))
	var g bytes.Buffer
	frame := image.NewPaletted(image.Rect(0, 0, 10, 10), color.Palette{color.Transparent, color.Black})
	if err := gif.EncodeAll(&g, &gif.GIF{Image: []*image.Paletted{frame, frame}, Delay: []int{1, 1}}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name       string
		b          []byte
		w, h       int
		tw, th     int
		transparen bool
	}{
		{"jpeg", asJPEG(t, picture(40, 20)), 40, 20, 40, 20, false},
		{"large", asJPEG(t, picture(4200, 1050)), 2048, 512, 400, 100, false},
		{"very large", asPNG(t, picture(6000, 2000)), 2048, 683, 400, 133, false},
		{"thin", asPNG(t, picture(9000, 1)), 2048, 1, 400, 1, false},
		{"png", asPNG(t, picture(41, 21)), 41, 21, 41, 21, false},
		{"gray", asJPEG(t, image.NewGray(image.Rect(0, 0, 500, 8))), 500, 8, 400, 6, false},
		{"clear png", asPNG(t, image.NewNRGBA(image.Rect(0, 0, 9, 9))), 9, 9, 9, 9, true},
		{"deep png", asPNG(t, image.NewNRGBA64(image.Rect(0, 0, 900, 900))), 900, 900, 400, 400, true},
		{"gif", g.Bytes(), 10, 10, 10, 10, true},
		{"webp", webpBytes(lossyWebP), 1, 1, 1, 1, false},
		{"lossless webp", webpBytes(losslessWebP), 1, 1, 1, 1, false},
	} {
		got, err := p.Add(t.Context(), struct{ io.Reader }{bytes.NewReader(c.b)}) // can't seek: goes through the spool
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		full, thumb := open(t, p, got.Hash, false), open(t, p, got.Hash, true)
		fc, err1 := jpeg.Decode(bytes.NewReader(full))
		tc, err2 := jpeg.DecodeConfig(bytes.NewReader(thumb))
		if err1 != nil || err2 != nil {
			t.Fatal(c.name, err1, err2)
		}
		if s := fc.Bounds().Size(); s != image.Pt(c.w, c.h) || got.Width != c.w || got.Height != c.h || got.Bytes != len(full) {
			t.Errorf("%s: kept %v, said %+v, want %d × %d", c.name, s, got, c.w, c.h)
		}
		if tc.Width != c.tw || tc.Height != c.th {
			t.Errorf("%s: thumbnail %d × %d, want %d × %d", c.name, tc.Width, tc.Height, c.tw, c.th)
		}
		if r, _, _, _ := fc.At(0, 0).RGBA(); c.transparen && r < 0xf000 {
			t.Errorf("%s: transparent became dark", c.name)
		}
	}
}

// claims is a JPEG or PNG head that claims a size.
func claims(t *testing.T, png bool, w, h int) []byte {
	if png {
		b := asPNG(t, picture(2, 2))
		binary.BigEndian.PutUint32(b[16:], uint32(w))
		binary.BigEndian.PutUint32(b[20:], uint32(h))
		binary.BigEndian.PutUint32(b[29:], crc32.ChecksumIEEE(b[12:29]))
		return b
	}
	b := asJPEG(t, picture(2, 2))
	i := bytes.Index(b, []byte{0xff, 0xc0})
	binary.BigEndian.PutUint16(b[i+5:], uint16(h))
	binary.BigEndian.PutUint16(b[i+7:], uint16(w))
	return b
}

// TestRefusals is abuse case A23.
func TestRefusals(t *testing.T) {
	t.Parallel()
	p := blob.NewPhotos(newFolder(t))
	good := asJPEG(t, picture(200, 200))
	gifHead := append([]byte("GIF89a"), 0xff, 0xff, 0xff, 0xff, 0x80, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff)
	for _, c := range []struct {
		name string
		b    []byte
		want error
	}{
		{"nothing", nil, blob.ErrKind},
		{"text", []byte("hello"), blob.ErrKind},
		{"html", []byte("<html><script>alert(1)</script>"), blob.ErrKind},
		{"svg", []byte("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"), blob.ErrKind},
		{"zip", []byte("PK\x03\x04aaaaaaaaaaaaaaaaaaaa"), blob.ErrKind},
		{"heic", []byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"), blob.ErrKind},
		{"jpeg head", good[:3], blob.ErrBroken},
		{"half", good[:len(good)/2], blob.ErrBroken},
		{"png head", []byte("\x89PNG\r\n\x1a\n"), blob.ErrBroken},
		{"polyglot", append([]byte("GIF89a/*"), []byte("*/=1;alert(1)//aaaaaaaaaaaaaa")...), blob.ErrPixels},
		{"pixel flood jpeg", claims(t, false, 65000, 65000), blob.ErrPixels},
		{"pixel flood png", claims(t, true, 1<<20, 1<<20), blob.ErrPixels},
		{"just over png", claims(t, true, 50_000_001, 1), blob.ErrPixels},
		{"pixel flood gif", gifHead, blob.ErrPixels},
		{"empty claim", claims(t, false, 7000, 7000), blob.ErrBroken},
		{"long", append(bytes.Clone(good), make([]byte, blob.MaxBytes)...), blob.ErrTooLarge},
	} {
		for _, r := range []io.Reader{bytes.NewReader(c.b), struct{ io.Reader }{bytes.NewReader(c.b)}} {
			_, err := p.Add(t.Context(), r)
			if !errors.Is(err, c.want) {
				t.Errorf("%s: %v, want %v", c.name, err, c.want)
			}
			if _, ok := fault.As(err); !ok {
				t.Errorf("%s: %v isn't for people", c.name, err)
			}
		}
	}
	broken := errors.New("hung up")
	if _, err := p.Add(t.Context(), io.MultiReader(bytes.NewReader(good[:99]), failing{broken})); !errors.Is(err, broken) {
		t.Errorf("reader's error: %v", err)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func TestPolyglotLosesItsTail(t *testing.T) {
	t.Parallel()
	p := blob.NewPhotos(newFolder(t))
	in := append(asJPEG(t, picture(20, 20)), []byte("PK\x03\x04<script>alert(1)</script>")...)
	got, err := p.Add(t.Context(), bytes.NewReader(in))
	if err != nil {
		t.Fatal(err)
	}
	if b := open(t, p, got.Hash, false); bytes.Contains(b, []byte("script")) || bytes.Contains(b, []byte("PK\x03")) {
		t.Error("the tail was kept")
	}
}

func TestSamePhotoOnce(t *testing.T) {
	t.Parallel()
	p := blob.NewPhotos(newFolder(t))
	in := asJPEG(t, picture(30, 30))
	var wg sync.WaitGroup
	hashes := make([]string, 8)
	for i := range hashes {
		wg.Go(func() {
			got, err := p.Add(context.Background(), bytes.NewReader(in))
			if err != nil {
				t.Error(err)
			}
			hashes[i] = got.Hash
		})
	}
	wg.Wait()
	for _, h := range hashes {
		if h != hashes[0] || len(h) != 64 {
			t.Errorf("hashes differ: %q", hashes)
		}
	}
	if err := p.Delete(t.Context(), hashes[0]); err != nil {
		t.Fatal(err)
	}
	for _, hash := range []string{hashes[0], "", "../../etc/passwd", strings.Repeat("g", 64), strings.Repeat("A", 64), fmt.Sprintf("%064d", 1)} {
		if _, err := p.Open(t.Context(), hash, false); !errors.Is(err, blob.ErrNone) {
			t.Errorf("Open(%q): %v, want ErrNone", hash, err)
		}
	}
}

func TestAddGivesUp(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := blob.NewPhotos(newFolder(t)).Add(ctx, bytes.NewReader(asJPEG(t, picture(9, 9)))); !errors.Is(err, context.Canceled) {
		t.Errorf("Add = %v, want canceled", err)
	}
}

// nowhere forgets what it is given.
type nowhere struct{ blob.Store }

func (nowhere) Put(context.Context, string, []byte) error { return nil }

func FuzzPhoto(f *testing.F) {
	small := picture(6, 4)
	f.Add(withEXIF(asJPEG(f, small), exif(6, "2026:03:01 08:30:00", "+08:00", -35, 117)))
	f.Add(asPNG(f, small))
	f.Add(webpBytes(lossyWebP))
	f.Add(webpBytes(losslessWebP))
	var g bytes.Buffer
	if err := gif.Encode(&g, small, nil); err != nil {
		f.Fatal(err)
	}
	f.Add(g.Bytes())
	p := blob.NewPhotos(nowhere{})
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := p.Add(t.Context(), bytes.NewReader(b))
		if err == nil && (got.Width < 1 || got.Height < 1 || max(got.Width, got.Height) > blob.LongSide || got.Point != nil && !got.Point.Valid()) {
			t.Fatalf("%+v", got)
		}
		if _, ok := fault.As(err); err != nil && !ok {
			t.Fatal(err)
		}
	})
}

func BenchmarkAdd12MP(b *testing.B) {
	in := asJPEG(b, picture(4000, 3000))
	p := blob.NewPhotos(nowhere{})
	b.ReportAllocs()
	for b.Loop() {
		if _, err := p.Add(b.Context(), bytes.NewReader(in)); err != nil {
			b.Fatal(err)
		}
	}
}
