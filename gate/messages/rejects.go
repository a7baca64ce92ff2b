package messages

import (
	"errors"
	"fmt"
	"os"

	"mulin/internal/sheet"
)

// Rejects is the file of the rows that could not be taken: all their columns and the reason. It is made with the first of them.
type Rejects struct {
	path  string
	names []string
	file  *os.File
	rows  sheet.Writer
}

// NewRejects removes the file of an earlier run.
func NewRejects(path string) (*Rejects, error) {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("remove the old file of rejects: %w", err)
	}
	return &Rejects{path: path}, nil
}

func (r *Rejects) header(names []string) { r.names = append(names[:len(names):len(names)], "reason") }

func (r *Rejects) add(cells []string, reason string) error {
	if r.file == nil {
		f, err := os.OpenFile(r.path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if err != nil {
			return fmt.Errorf("write the file of rejects: %w", err)
		}
		r.file, r.rows = f, sheet.NewWriter(f, sheet.CSV)
		if err := r.rows.Row(r.names); err != nil {
			return err
		}
	}
	all := append([]string(nil), cells...)
	for len(all) < len(r.names)-1 {
		all = append(all, "")
	}
	return r.rows.Row(append(all, reason))
}

// Close finishes the file, also after a run that ended early.
func (r *Rejects) Close() error {
	if r.file == nil {
		return nil
	}
	err := errors.Join(r.rows.Close(), r.file.Close())
	r.file = nil
	return err
}
