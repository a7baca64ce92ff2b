package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
)

// walFile is SQLite's write-ahead log, opened a second time to be brought to the disk beside the writer. SQLite itself, at synchronous=NORMAL, syncs the log
// before it copies from it into the database, and the database before it begins the log anew (https://sqlite.org/wal.html): what was committed before a sync of
// this file lies on the disk after it, in the one or in the other.
type walFile struct {
	path string
	mu   sync.Mutex
	file *os.File
}

// flush syncs the log. After a failure nobody knows what lies on the disk.
func (e *sqliteEngine) flush(context.Context) error {
	f, err := e.log.open()
	if err == nil {
		err = f.Sync()
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrBroken, err)
	}
	return nil
}

// open opens the log the first time, and syncs the folder that it has just been made in.
func (w *walFile) open() (*os.File, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.file != nil {
		return w.file, nil
	}
	f, err := os.OpenFile(w.path, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	if err := syncFolder(filepath.Dir(w.path)); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	w.file = f
	return f, nil
}

func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

func (w *walFile) close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.file == nil {
		return nil
	}
	return w.file.Close()
}
