// Package blob keeps files: in a folder on one machine, in an S3 bucket for many. Photos are taken in clean: re-encoded, small, without metadata.
package blob

import (
	"context"
	"fmt"
	"io"
	"strings"

	"mulin/internal/fault"
)

// ErrNone is returned by Get and Open when no such file is kept.
var ErrNone = fault.New(fault.Missing, "photo.missing")

// Store keeps files under names like "photo/3f….jpg": parts of small letters, digits, '.', '_' and '-', joined by '/'.
// Put replaces, and is whole or not at all; Delete of an absent file is no error. What Get returns can seek.
type Store interface {
	Put(ctx context.Context, name string, b []byte) error
	Get(ctx context.Context, name string) (io.ReadCloser, error)
	Delete(ctx context.Context, name string) error
}

// check refuses names that could mean another place, another file on some systems, or a hidden one.
func check(name string) error {
	if len(name) > 200 {
		return fmt.Errorf("blob name of %d bytes is too long", len(name))
	}
	for part := range strings.SplitSeq(name, "/") {
		if part == "" || part[0] == '.' || part[len(part)-1] == '.' {
			return fmt.Errorf("blob name %q is not allowed", name)
		}
		for _, c := range []byte(part) {
			if !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '.' || c == '_' || c == '-') {
				return fmt.Errorf("blob name %q is not allowed", name)
			}
		}
	}
	return nil
}
