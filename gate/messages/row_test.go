package messages

import (
	"strings"
	"testing"
	"time"

	"mulin/internal/sheet"
)

// FuzzRow holds that no row breaks the reading and that an accepted one has all it needs.
func FuzzRow(f *testing.F) {
	f.Add("1,u,t,2024-01-01 10:00:00,d,r,2024-01-02 10:00:00\n")
	f.Fuzz(func(t *testing.T, s string) {
		r, err := sheet.NewReader(strings.NewReader("id,user,title,time,detail,reply,reply_time\n" + s))
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
