// Package assets serves the site's style, scripts and vendored libraries from the binary, under names that hold their hash, so that browsers keep them for ever.
package assets

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
)

//go:embed css/*/*.css js/*.js img/*.svg maplibre-gl/*.mjs maplibre-gl/*.css
var files embed.FS

// Prefix is where the assets live; register the Set at Prefix.
const Prefix = "/assets/"

// Set knows all assets by their plain name and by their hashed address.
type Set struct {
	addresses map[string]string
	files     map[string]*file
}

type file struct {
	plain  []byte
	kind   string
	once   sync.Once
	gzip   []byte
	brotli []byte
}

// New reads the embedded files. Each folder under css becomes one sheet, in the order of its file names: app.css for everybody, desk.css for staff,
// print.css for paper; all else keeps its base name.
func New() *Set {
	s := &Set{addresses: map[string]string{}, files: map[string]*file{}}
	sheets := map[string][]byte{}
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error { // in the order of names
		if err != nil || d.IsDir() {
			return err
		}
		if dir := path.Dir(name); path.Dir(dir) == "css" {
			sheet := path.Base(dir) + ".css"
			sheets[sheet] = append(sheets[sheet], read(name)...)
			return nil
		}
		s.add(path.Base(name), read(name))
		return nil
	})
	if err != nil {
		panic(err) // embedded: can't fail in a binary that was built
	}
	for name, all := range sheets {
		s.add(name, all)
	}
	return s
}

func read(name string) []byte {
	b, err := files.ReadFile(name)
	if err != nil {
		panic(err)
	}
	return b
}

func (s *Set) add(name string, b []byte) {
	sum := sha256.Sum256(b)
	ext := path.Ext(name)
	address := Prefix + strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:6]) + ext
	s.addresses[name] = address
	s.files[address] = &file{plain: b, kind: kinds[ext]}
}

var kinds = map[string]string{
	".css": "text/css; charset=utf-8",
	".svg": "image/svg+xml",
	".js":  "text/javascript; charset=utf-8",
	".mjs": "text/javascript; charset=utf-8",
}

// URL is the hashed address of an asset, "app.css" → "/assets/app.1f2e3d4c5b6a.css". An unknown name gives an address that answers 404.
func (s *Set) URL(name string) string {
	if a, ok := s.addresses[name]; ok {
		return a
	}
	return Prefix + name
}

// ServeHTTP answers with the asset, compressed as the browser likes; each form is made once, when first asked for.
func (s *Set) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f, ok := s.files[r.URL.Path]
	if !ok {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", f.kind)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Vary", "Accept-Encoding")
	h.Set("X-Content-Type-Options", "nosniff")
	body := f.plain
	accept := r.Header.Get("Accept-Encoding")
	f.once.Do(f.compress)
	switch {
	case strings.Contains(accept, "br"):
		h.Set("Content-Encoding", "br")
		body = f.brotli
	case strings.Contains(accept, "gzip"):
		h.Set("Content-Encoding", "gzip")
		body = f.gzip
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method != http.MethodHead {
		w.Write(body)
	}
}

func (f *file) compress() {
	var gz, br bytes.Buffer
	// Level 9 of brotli takes 60 ms for the map library; 11 would take seconds while somebody waits.
	pack(gzip.NewWriter(&gz), f.plain)
	pack(brotli.NewWriterLevel(&br, 9), f.plain)
	f.gzip, f.brotli = gz.Bytes(), br.Bytes()
}

func pack(w io.WriteCloser, b []byte) {
	w.Write(b) // into memory: no error possible
	w.Close()
}
