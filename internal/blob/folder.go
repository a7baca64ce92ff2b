package blob

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"time"
)

// partial is where files grow before they are renamed into place; '=' can't occur in a name.
const partial = "=new"

type folder struct {
	root *os.Root // the system refuses every way out of it, links included
}

// Folder keeps files under dir, making it if need be. Files are spread over up to 4096 folders for each first part of the name.
func Folder(dir string) (Store, error) {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, fmt.Errorf("open blob folder: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("open blob folder: %w", err)
	}
	f := &folder{root: root}
	if err := root.MkdirAll(partial, 0o750); err != nil {
		return nil, fmt.Errorf("open blob folder: %w", err)
	}
	if err := f.sweep(); err != nil {
		return nil, fmt.Errorf("open blob folder: %w", err)
	}
	return f, nil
}

// sweep removes what a crash left half written: an hour older than a file made now, so that a second node's work stays.
func (f *folder) sweep() error {
	probe, err := f.grow(nil)
	if err != nil {
		return err
	}
	now, err := f.root.Stat(probe)
	if err != nil {
		return err
	}
	old, err := fs.ReadDir(f.root.FS(), partial)
	if err != nil {
		return err
	}
	for _, e := range old {
		if info, err := e.Info(); err == nil && now.ModTime().Sub(info.ModTime()) > time.Hour {
			f.root.Remove(path.Join(partial, e.Name()))
		}
	}
	return f.root.Remove(probe)
}

// place is the file behind a name.
func place(name string) string {
	dir, base := path.Split(name)
	sum := sha256.Sum256([]byte(name))
	return path.Join(dir, "="+hex.EncodeToString(sum[:])[:3], base)
}

// Put writes beside, syncs, and renames: after a power cut the file is there whole or not at all.
func (f *folder) Put(ctx context.Context, name string, b []byte) error {
	if err := check(name); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := f.put(place(name), b); err != nil {
		return fmt.Errorf("keep blob: %w", err)
	}
	return nil
}

func (f *folder) put(to string, b []byte) error {
	if err := f.mkdir(path.Dir(to)); err != nil {
		return err
	}
	from, err := f.grow(b)
	if err != nil {
		return err
	}
	if err := f.root.Rename(from, to); err != nil {
		f.root.Remove(from)
		return err
	}
	return f.sync(path.Dir(to))
}

// grow writes a new partial file and gives its name.
func (f *folder) grow(b []byte) (string, error) {
	name := path.Join(partial, rand.Text())
	w, err := f.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o640)
	if err != nil {
		return "", err
	}
	_, err = w.Write(b)
	err = errors.Join(err, w.Sync(), w.Close())
	if err != nil {
		f.root.Remove(name)
	}
	return name, err
}

// mkdir makes a folder and syncs each one that got a new entry.
func (f *folder) mkdir(dir string) error {
	if _, err := f.root.Stat(dir); err == nil {
		return nil
	}
	up := path.Dir(dir)
	if up != "." {
		if err := f.mkdir(up); err != nil {
			return err
		}
	}
	if err := f.root.Mkdir(dir, 0o750); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return f.sync(up)
}

func (f *folder) sync(dir string) error {
	d, err := f.root.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Get opens a file.
func (f *folder) Get(_ context.Context, name string) (io.ReadCloser, error) {
	if check(name) != nil {
		return nil, ErrNone
	}
	r, err := f.root.Open(place(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNone
	}
	if err != nil {
		return nil, fmt.Errorf("open blob: %w", err)
	}
	return r, nil
}

// Delete removes a file.
func (f *folder) Delete(_ context.Context, name string) error {
	if err := check(name); err != nil {
		return err
	}
	if err := f.root.Remove(place(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("delete blob: %w", err)
	}
	return nil
}
