package kit_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"mulin/internal/clock"
	"mulin/internal/sheet"
	"mulin/internal/storetest"
	"mulin/town/station"
)

// BenchmarkImport judges 100 000 stations of a workbook, as the job does behind the page: in seconds of the processor, the database's own apart.
func BenchmarkImport(b *testing.B) {
	engines(b, func(b *testing.B, h *house) {
		var file bytes.Buffer
		h.workbook(b, &file, 100_000)
		east := h.as("east")
		for b.Loop() {
			at := east.bring("x.xlsx", file.Bytes())
			id := at[strings.LastIndex(at, "=")+1:]
			before := processor()
			if err := h.imports.Run(b.Context(), json.RawMessage(fmt.Sprintf(`{"Noun":"station","Person":1,"File":%s}`, id))); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric((processor() - before).Seconds(), "cpu-s/op")
			if page := east.get(at).body; !strings.Contains(page, "100000") {
				b.Fatal(main(page))
			}
		}
	})
}

// BenchmarkExport sends 60 000 stations as a workbook: how soon the first byte comes, and how much more memory is held meanwhile.
func BenchmarkExport(b *testing.B) {
	engines(b, func(b *testing.B, h *house) {
		for i := 0; i < 60_000; i += 1000 {
			var all []*station.Station
			for j := range 1000 {
				s := &station.Station{Code: fmt.Sprint("S", i+j), Name: fmt.Sprint("幸福路站点 ", i+j), Kind: station.Kinds[j%3], Floor: int64(j), Keeper: h.Company.ID, Opened: "2019-05-01", Phone: "0632-5512345"}
				s.Place = h.Grid.ID
				all = append(all, s)
			}
			if err := h.stations.Save(b.Context(), h.System(), all...); err != nil {
				b.Fatal(err)
			}
		}
		east := h.as("east")
		for b.Loop() {
			runtime.GC()
			var was, now runtime.MemStats
			runtime.ReadMemStats(&was)
			begun, before := time.Now(), processor()
			res, err := east.c.Get(h.url + "/stations.xlsx")
			if err != nil {
				b.Fatal(err)
			}
			var first time.Duration
			var most uint64
			for buf := make([]byte, 64<<10); err == nil; {
				if _, err = res.Body.Read(buf); first == 0 {
					first = time.Since(begun)
				}
				runtime.ReadMemStats(&now)
				most = max(most, now.HeapAlloc)
			}
			if res.Body.Close(); err != io.EOF {
				b.Fatal(err)
			}
			b.ReportMetric(first.Seconds()*1000, "ms-first-byte")
			b.ReportMetric(float64(most-was.HeapAlloc)/(1<<20), "MB-more")
			b.ReportMetric((processor() - before).Seconds(), "cpu-s/op")
		}
	})
}

func engines(b *testing.B, f func(b *testing.B, h *house)) {
	for name, dsn := range map[string]func(testing.TB) string{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		b.Run(name, func(b *testing.B) {
			clk := clock.New(storetest.Start)
			f(b, open(b, storetest.Open(b, dsn(b), clk), clk))
		})
	}
}

// processor is the time this process has used.
func processor() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func (h *house) workbook(b *testing.B, to io.Writer, n int) {
	w := sheet.NewWriter(to, sheet.XLSX)
	var cols []sheet.Column
	for _, head := range []string{"编号", "名称", "类型", "所在地", "建筑面积", "负责单位", "启用日期", "电话", "服务内容"} {
		cols = append(cols, sheet.Column{Head: head})
	}
	err := w.Sheet("站点", cols)
	for i := 0; i < n && err == nil; i++ {
		err = w.Row([]string{fmt.Sprint("S", i), fmt.Sprint("幸福路站点 ", i), "微阵地", h.Grid.Code, fmt.Sprint(i % 900), "安居物业", "2019-05-01", "0632-5512345", fmt.Sprint("政策咨询, 证明代办 ", i%500)})
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		b.Fatal(err)
	}
}
