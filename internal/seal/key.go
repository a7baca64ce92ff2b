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

// newKey writes beside, syncs and links: the file is there whole or not at all, and never instead of another's.
func newKey(file string) error {
	fresh := make([]byte, 32)
	rand.Read(fresh)
	beside, err := os.CreateTemp(filepath.Dir(file), ".key-*") // for the owner alone
	if err != nil {
		return err
	}
	defer os.Remove(beside.Name())
	_, err = fmt.Fprintln(beside, hex.EncodeToString(fresh))
	if err = errors.Join(err, beside.Sync(), beside.Close()); err != nil {
		return err
	}
	if err := os.Link(beside.Name(), file); err != nil && !errors.Is(err, fs.ErrExist) {
		if err := os.Rename(beside.Name(), file); err != nil { // a disk without links
			return err
		}
	}
	folder, err := os.Open(filepath.Dir(file))
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
