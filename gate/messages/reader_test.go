package messages

import (
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// FuzzReader holds our reader against the standard library's: what that one accepts, we read alike; on anything else we end without a panic.
func FuzzReader(f *testing.F) {
	for _, s := range []string{"", "a,b\r\nc,\"d\"\"e\n\"\r\n", "\"", "a\r", "\xef\xbb\xbfa,b", "a\x00,\xff", ",,\n\n,", "\"a\"b,c\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r, err := newReader(strings.NewReader(s))
		if err != nil {
			return
		}
		var got [][]string
		bad := false
		for {
			rec, err := r.read()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			bad = bad || rec.bad != nil
			got = append(got, rec.cells)
		}
		theirs := csv.NewReader(strings.NewReader(strings.TrimPrefix(s, "\xef\xbb\xbf")))
		theirs.FieldsPerRecord = -1
		want, err := theirs.ReadAll()
		if err != nil || !utf8.ValidString(s) {
			return
		}
		if bad || !slices.EqualFunc(got, want, slices.Equal[[]string]) {
			t.Errorf("read %q as %q, want %q", s, got, want)
		}
	})
}

// FuzzRow holds that no row breaks the reading and that an accepted one has all it needs.
func FuzzRow(f *testing.F) {
	f.Add("1,u,t,2024-01-01 10:00:00,d,r,2024-01-02 10:00:00\n")
	f.Fuzz(func(t *testing.T, s string) {
		r, err := newReader(strings.NewReader("id,user,title,time,detail,reply,reply_time\n" + s))
		if err != nil {
			return
		}
		now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro()
		table, err := readTable(r, needed, time.UTC, now)
		if err != nil {
			t.Fatal(err)
		}
		for {
			rows, err := table.next(10, 1<<20)
			for _, r := range rows {
				if r.bad == nil && (r.id == "" || r.at <= 0 || r.at > now || r.reply != "" && r.replyAt < r.at) {
					t.Errorf("%q gave %+v", s, r)
				}
			}
			if err != nil {
				return
			}
		}
	})
}
