package site

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"

	"mulin/internal/fault"
)

func TestStatus(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err  error
		want int
		key  string
	}{
		{fault.Field("a", "x"), 422, "x"},
		{fmt.Errorf("open: %w", fault.New(fault.Missing, "y")), 404, "y"},
		{fault.List{fault.Field("a", "x"), fault.New(fault.Conflict, "z")}, 422, "x"},
		{fmt.Errorf("read: %w", &http.MaxBytesError{Limit: 1}), 413, "error.toolarge"},
		{context.DeadlineExceeded, 503, "error.unavailable"},
		{errors.New("disk on fire"), 500, "error.internal"},
	} {
		code, faults := Status(c.err)
		if code != c.want || faults[0].Key != c.key {
			t.Errorf("Status(%v) = %d %q, want %d %q", c.err, code, faults[0].Key, c.want, c.key)
		}
	}
}
