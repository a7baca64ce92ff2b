package seal_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"mulin/internal/seal"
)

// TestKeyFile: a key is made once, whoever begins, for the owner's eyes, and never made anew where something is sealed (F53).
func TestKeyFile(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "key")
	if _, err := seal.KeyFile(file, true); !errors.Is(err, seal.ErrNoKey) {
		t.Fatalf("something is sealed and the key is gone: %v", err)
	}
	keys := make([][]byte, 8)
	var all sync.WaitGroup
	for i := range keys {
		all.Go(func() {
			var err error
			if keys[i], err = seal.KeyFile(file, false); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for _, key := range keys {
		if len(key) != 32 || !bytes.Equal(key, keys[0]) {
			t.Errorf("keys %x and %x", keys[0], key)
		}
	}
	again, err := seal.KeyFile(file, true)
	info, serr := os.Stat(file)
	if err != nil || serr != nil || !bytes.Equal(again, keys[0]) || info.Mode().Perm() != 0o600 {
		t.Errorf("read again %x as %v: %v, %v", again, info.Mode(), err, serr)
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) != 1 {
		t.Errorf("%d files are left, %v", len(left), err)
	}
	if err := os.WriteFile(file, []byte("abc"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := seal.KeyFile(file, false); err == nil {
		t.Error("half a key is taken for one")
	}
}
