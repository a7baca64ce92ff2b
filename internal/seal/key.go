package seal

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"mulin/internal/durable"
)

// ErrNoKey says that a key has to be there, because something may be sealed with it, and isn't.
var ErrNoKey = errors.New("the key is missing, and without it the names and phone numbers in the database can't be read: put the key file back from a backup, or give the key in the settings")

// ParseKey reads a master key as people keep it: 64 hex digits.
func ParseKey(text string) ([]byte, error) {
	key, err := hex.DecodeString(strings.TrimSpace(text))
	if err != nil || len(key) != 32 {
		return nil, errors.New("the key must be 64 hex digits: openssl rand -hex 32")
	}
	return key, nil
}

// KeyFile is the master key that a file holds. Without a file a new key is made and kept there, on the disk before it is used, unless something is sealed
// already: that is ErrNoKey. Of several processes that begin at once all get the same.
func KeyFile(file string, sealed bool) ([]byte, error) {
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		if sealed {
			return nil, fmt.Errorf("%s: %w", file, ErrNoKey)
		}
		if err = newKey(file); err == nil {
			text, err = os.ReadFile(file)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("read the key: %w", err)
	}
	return ParseKey(string(text))
}

// newKey writes beside, syncs and links: the file is there whole or not at all, and never instead of another's. Where a disk knows no links it is written in its
// place, still never over another's; what a power cut leaves of it then is no key, and is said so.
func newKey(file string) error {
	fresh := make([]byte, 32)
	rand.Read(fresh)
	line := []byte(hex.EncodeToString(fresh) + "\n")
	folder := filepath.Dir(file)
	beside := filepath.Join(folder, ".key-"+rand.Text())
	if err := write(beside, line); err != nil {
		return err
	}
	defer os.Remove(beside)
	err := os.Link(beside, file)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		err = write(file, line)
	}
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return errors.Join(durable.Folder(folder), durable.Folder(filepath.Dir(folder))) // the folder may be new as well
}

// write makes a file for the owner alone and syncs it; one that is there stays.
func write(file string, b []byte) error {
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	return errors.Join(err, f.Sync(), f.Close())
}
