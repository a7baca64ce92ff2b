package blob

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/bep/imagemeta"

	"mulin/internal/geo"
)

// taken is what the camera wrote into an upload: we look at it once, and no kept file holds it (reencode.go).
type taken struct {
	orientation int
	takenAt     time.Time
	point       *geo.Point
}

// wanted are the tags read, out of thousands.
var wanted = map[string]bool{
	"Orientation": true, "DateTimeOriginal": true, "OffsetTimeOriginal": true,
	"GPSLatitude": true, "GPSLatitudeRef": true, "GPSLongitude": true, "GPSLongitudeRef": true,
}

// readTaken is what can be read; a photo with broken metadata is still a photo.
func readTaken(b []byte, k *kind, zone *time.Location) (m taken) {
	if k.exif == 0 {
		return m
	}
	var err error
	defer rescue(&err)
	var tags imagemeta.Tags
	_, err = imagemeta.Decode(imagemeta.Options{
		R: bytes.NewReader(b), ImageFormat: k.exif, Sources: imagemeta.EXIF, LimitNumTags: 1000,
		ShouldHandleTag: func(t imagemeta.TagInfo) bool { return wanted[t.Tag] && !strings.Contains(t.Namespace, "IFD1") },
		HandleTag:       func(t imagemeta.TagInfo) error { tags.Add(t); return nil },
		Warnf:           func(string, ...any) {},
	})
	exif := tags.EXIF() // what came before an error counts
	if o, ok := exif["Orientation"]; ok {
		if v, ok := o.Value.(uint16); ok {
			m.orientation = int(v)
		}
	}
	m.takenAt = takenAt(text(exif, "DateTimeOriginal"), text(exif, "OffsetTimeOriginal"), zone)
	lat, ok1 := degrees(exif, "GPSLatitude", "S")
	lng, ok2 := degrees(exif, "GPSLongitude", "W")
	if ok1 && ok2 {
		m.point = point(lat, lng)
	}
	return m
}

// degrees is negative where the reference is that of the other half of the globe.
func degrees(exif map[string]imagemeta.TagInfo, tag, negative string) (float64, bool) {
	v, ok := exif[tag].Value.(float64)
	if strings.HasPrefix(text(exif, tag+"Ref"), negative) {
		v = -v
	}
	return v, ok
}

func text(exif map[string]imagemeta.TagInfo, tag string) string {
	t, ok := exif[tag]
	if !ok {
		return ""
	}
	return strings.Trim(fmt.Sprint(t.Value), " \x00")
}

// takenAt reads EXIF's "2026:03:01 08:30:00", with "+08:00" if the camera says so.
func takenAt(at, offset string, zone *time.Location) time.Time {
	if t, err := time.Parse("2006:01:02 15:04:05-07:00", at+offset); err == nil {
		return t.UTC()
	}
	t, err := time.ParseInLocation("2006:01:02 15:04:05", at, zone)
	if err != nil {
		return time.Time{}
	}
	return t.UTC()
}

// point is nil where cameras write nonsense: no fix, or exactly nought.
func point(lat, lng float64) *geo.Point {
	p := geo.Point{Lat: lat, Lng: lng}
	if math.IsNaN(lat) || math.IsNaN(lng) || lat == 0 && lng == 0 || !p.Valid() {
		return nil
	}
	return &p
}
