package blob_test

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"mulin/internal/blob"
)

func newS3(t *testing.T) blob.Store {
	t.Helper()
	mem := s3mem.New()
	if err := mem.CreateBucket("city"); err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(gofakes3.New(mem, gofakes3.WithLogger(gofakes3.DiscardLog())).Server())
	t.Cleanup(srv.Close)
	s, err := blob.S3(blob.S3Config{Endpoint: strings.TrimPrefix(srv.URL, "http://"), Bucket: "city", Prefix: "mulin/",
		Region: "us-east-1", AccessKey: "k", SecretKey: "s", Plain: true})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func newFolder(t *testing.T) blob.Store {
	t.Helper()
	s, err := blob.Folder(filepath.Join(t.TempDir(), "blobs"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestStores(t *testing.T) {
	t.Parallel()
	for name, open := range map[string]func(*testing.T) blob.Store{"folder": newFolder, "s3": newS3} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, s := t.Context(), open(t)
			if _, err := s.Get(ctx, "photo/a.jpg"); !errors.Is(err, blob.ErrNone) {
				t.Errorf("Get of nothing: %v, want ErrNone", err)
			}
			for _, want := range [][]byte{[]byte("one"), bytes.Repeat([]byte("two"), 100000), []byte("3")} {
				if err := s.Put(ctx, "photo/a.jpg", want); err != nil {
					t.Fatal(err)
				}
				if got := read(t, s, "photo/a.jpg"); !bytes.Equal(got, want) {
					t.Errorf("Get gave %d bytes, want %d", len(got), len(want))
				}
			}
			if err := s.Delete(ctx, "photo/a.jpg"); err != nil {
				t.Error(err)
			}
			if _, err := s.Get(ctx, "photo/a.jpg"); !errors.Is(err, blob.ErrNone) {
				t.Errorf("Get after Delete: %v, want ErrNone", err)
			}
			if err := s.Delete(ctx, "photo/a.jpg"); err != nil {
				t.Errorf("second Delete: %v", err)
			}
		})
	}
}

func read(t *testing.T, s blob.Store, name string) []byte {
	t.Helper()
	r, err := s.Get(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, ok := r.(io.Seeker); !ok {
		t.Error("what Get returns can't seek")
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestNamesStayInside is abuse case A2.
func TestNamesStayInside(t *testing.T) {
	t.Parallel()
	for _, open := range []func(*testing.T) blob.Store{newFolder, newS3} {
		s := open(t)
		for _, name := range []string{"", ".", "..", "/", "/etc/passwd", "../x", "a/../../x", "a//b", "a/", "a/.b", "a\\b", "a\x00b", "C:x", "A", "张",
			"a\u202eb", "<img src=x>", "=new/x", "a b", "a\n", "con.", strings.Repeat("a", 201)} {
			if err := s.Put(t.Context(), name, []byte("x")); err == nil {
				t.Errorf("Put(%q) was allowed", name)
			}
			if _, err := s.Get(t.Context(), name); !errors.Is(err, blob.ErrNone) {
				t.Errorf("Get(%q): %v, want ErrNone", name, err)
			}
			if err := s.Delete(t.Context(), name); err == nil {
				t.Errorf("Delete(%q) was allowed", name)
			}
		}
	}
}

func TestFolderLinksDoNotLeadOut(t *testing.T) {
	t.Parallel()
	dir, outside := t.TempDir(), t.TempDir()
	s, err := blob.Folder(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(dir, "photo")); err != nil {
		t.Fatal(err)
	}
	if err := s.Put(t.Context(), "photo/a", []byte("x")); err == nil {
		t.Error("Put followed a link out of the folder")
	}
	if left, _ := os.ReadDir(outside); len(left) > 0 {
		t.Errorf("%d files outside", len(left))
	}
}

func TestFolderLeavesNothingHalf(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, err := blob.Folder(dir)
	if err != nil {
		t.Fatal(err)
	}
	stale := filepath.Join(dir, "=new", "left")
	if err := os.WriteFile(stale, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	info, _ := os.Stat(stale)
	old := info.ModTime().AddDate(0, 0, -1)
	if err := os.Chtimes(stale, old, old); err != nil {
		t.Fatal(err)
	}
	if err := s.Put(t.Context(), "photo/a", []byte("x")); err != nil {
		t.Fatal(err)
	}
	if _, err := blob.Folder(dir); err != nil {
		t.Fatal(err)
	}
	var files []string
	filepath.WalkDir(dir, func(p string, d fs.DirEntry, _ error) error {
		if !d.IsDir() {
			files = append(files, p)
		}
		return nil
	})
	if len(files) != 1 || filepath.Base(files[0]) != "a" {
		t.Errorf("folder holds %q, want the one file", files)
	}
}
