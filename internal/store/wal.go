package store

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"mulin/internal/durable"
)

// walFile is SQLite's write-ahead log, opened a second time to be brought to the disk beside the writer. SQLite itself, at synchronous=NORMAL, syncs the log
// before it copies from it into the database, and the database before it begins the log anew (https://sqlite.org/wal.html): what was committed before a sync of
// this file lies on the disk after it, in the one or in the other.
type walFile struct {
	path  string
	mu    sync.Mutex
	file  *os.File
	index *os.File // of the log, to count its frames
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
	if err := durable.Folder(filepath.Dir(w.path)); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	w.file = f
	return f, nil
}

// foldLog copies the log into the file once it has grown long; the writer's turn is the caller's. A sync that fails here fails for all: ErrBroken.
func (e *sqliteEngine) foldLog(ctx context.Context) error {
	if n, err := e.log.frames(); err == nil && n < e.fold { // a log that can't be measured is folded at once
		return nil
	}
	_, err := e.conn.ExecContext(ctx, `pragma wal_checkpoint(passive)`)
	if isDiskFailure(err) {
		return fmt.Errorf("%w: %w", ErrBroken, err)
	}
	return sqliteError(err)
}

// frames counts the pages in the log: mxFrame of the index that SQLite keeps beside it (https://sqlite.org/walformat.html#the_wal_index_header).
func (w *walFile) frames() (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.index == nil {
		f, err := os.Open(strings.TrimSuffix(w.path, "-wal") + "-shm")
		if err != nil {
			return 0, err
		}
		w.index = f
	}
	var n [4]byte
	if _, err := w.index.ReadAt(n[:], 16); err != nil {
		return 0, err
	}
	return int(binary.NativeEndian.Uint32(n[:])), nil
}

func (w *walFile) close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	var errs [2]error
	for i, f := range []*os.File{w.file, w.index} {
		if f != nil {
			errs[i] = f.Close()
		}
	}
	return errors.Join(errs[:]...)
}
