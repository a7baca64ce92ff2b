package messages

import (
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"strings"
)

// Rejects is the file of the rows that could not be taken: all their columns and the reason. It is made with the first of them.
type Rejects struct {
	path  string
	names []string
	file  *os.File
	csv   *csv.Writer
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
		r.file, r.csv = f, csv.NewWriter(f)
		if err := r.write(r.names); err != nil {
			return err
		}
	}
	all := append([]string(nil), cells...)
	for len(all) < len(r.names)-1 {
		all = append(all, "")
	}
	return r.write(append(all, reason))
}

func (r *Rejects) write(cells []string) error {
	safe := make([]string, len(cells))
	for i, c := range cells {
		safe[i] = harmless(c)
	}
	return r.csv.Write(safe)
}

// harmless keeps a spreadsheet from taking a cell for a formula: whatever begins with one of its signs, also behind blanks or in full width, gets an apostrophe.
func harmless(s string) string {
	s = strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "\uFFFD")
	first := strings.TrimLeft(s, " \t\r\n\v\f\u00a0\u3000\ufeff")
	if first != "" && strings.ContainsRune("=+-@＝＋－＠", []rune(first)[0]) || s != "" && strings.ContainsRune("\t\r\n", rune(s[0])) {
		return "'" + s
	}
	return s
}

// Close finishes the file, also after a run that ended early.
func (r *Rejects) Close() error {
	if r.file == nil {
		return nil
	}
	r.csv.Flush()
	err := errors.Join(r.csv.Error(), r.file.Close())
	r.file = nil
	return err
}
