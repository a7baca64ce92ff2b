package kit_test

import (
	"bytes"
	"context"
	"fmt"
	"mime/multipart"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/xuri/excelize/v2"

	"mulin/internal/clock"
	"mulin/internal/job"
	"mulin/internal/register"
	"mulin/internal/sheet"
	"mulin/internal/store"
	"mulin/internal/storetest"
)

// bring uploads a file and gives the address of its page.
func (v visitor) bring(name string, raw []byte) string {
	v.h.t.Helper()
	return v.upload(name, raw).is(v.h.t, 303).head.Get("Location")
}

func (v visitor) upload(name string, raw []byte) reply {
	v.h.t.Helper()
	return v.uploadTo("/stations", name, raw)
}

func (v visitor) uploadTo(base, name string, raw []byte) reply {
	v.h.t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreateFormFile("file", name)
	if err != nil {
		v.h.t.Fatal(err)
	}
	part.Write(raw)
	w.Close()
	return v.send("POST", base+"/import", w.FormDataContentType(), b.String())
}

// counts are what a file's page says it would do: new, changed, the same, wrong.
func (v visitor) counts(at string) (n [4]int) {
	v.h.t.Helper()
	page := v.get(at).is(v.h.t, 200).body
	for i, word := range []string{"新增", "修改", "不变", "问题"} {
		m := regexp.MustCompile(`(?s)<dt[^>]*>` + word + `</dt>\s*<dd[^>]*>\s*(\d+)`).FindStringSubmatch(page)
		if m == nil {
			v.h.t.Fatalf("%s: no count %s in\n%s", at, word, main(page))
		}
		fmt.Sscan(m[1], &n[i])
	}
	return n
}

func (v visitor) wants(at string, want ...int) {
	v.h.t.Helper()
	if got := v.counts(at); !slices.Equal(got[:], want) {
		v.h.t.Errorf("%s: new, changed, same, wrong are %v, want %v\n%s", at, got, want, main(v.get(at).body))
	}
}

// failed are the rows given back.
func (v visitor) failed(at string) []byte {
	v.h.t.Helper()
	return []byte(v.get(strings.Replace(at, "/import?", "/import/failed?", 1)).is(v.h.t, 200).body)
}

// cells reads a file's first sheet.
func cells(t *testing.T, raw []byte) (all [][]string) {
	t.Helper()
	b, err := sheet.Open(raw)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	for row, err := range b.Rows(b.Sheets[0]) {
		if err != nil || row.Bad != nil {
			t.Fatal(err, row.Bad)
		}
		all = append(all, row.Cells)
	}
	return all
}

// work does what waits in the background.
func (h *house) work() {
	h.t.Helper()
	ctx := context.Background()
	jobs, err := job.List(ctx, h.City, h.City.ID, job.Waiting, 0, 10)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, j := range jobs {
		var both sync.WaitGroup
		for range 2 { // as after a lease that was lost: it does no harm
			both.Go(func() {
				if err := h.imports.Run(ctx, j.Args); err != nil {
					h.t.Error(err)
				}
			})
		}
		both.Wait()
		if err := h.City.Upkeep(ctx, func(tx *store.Tx) error {
			tx.Exec(`delete from job where city = ? and id = ?`, tx.City, j.ID)
			return nil
		}); err != nil {
			h.t.Fatal(err)
		}
	}
}

func (h *house) count() int64 {
	h.t.Helper()
	p, err := h.stations.Noun.List(context.Background(), h.people["reader"], register.Query{State: register.Both, Limit: 1})
	if err != nil {
		h.t.Fatal(err)
	}
	return p.Count
}

// TestSheetsComeBack takes lists out in both formats and brings them in again: nothing changes, until something is changed.
func TestSheetsComeBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		h := open(t, db, clk)
		east := h.as("east")
		east.add("S1", "=幸福站", "keeper", "安居物业", "hours", "1-5 08:30-17:30", "opened", "2019-05-01", "services", "一、\n-3楼, \"二\"", "lat", "35.01", "lng", "117.01", "ramp", "1")
		at := east.add("S2", "东站", "acquired", "rented")
		gone := east.add("S3", "旧站")
		east.post(gone+"/retire", "version", "1", "reason", "搬走").is(t, 303)
		for _, format := range []string{"csv", "xlsx"} {
			r := east.get("/stations."+format+"?state=all").is(t, 200)
			all := cells(t, []byte(r.body))
			if len(all) != 4 || all[0][0] != "系统编号" || all[0][1] != "版本" || !strings.Contains(strings.Join(all[0], ","), "建筑面积 (m²)") {
				t.Fatalf("%s: %q", format, all)
			}
			east.wants(east.bring("a."+format, []byte(r.body)), 0, 0, 3, 0)
			if one := cells(t, []byte(east.get("/stations."+format+"?q=东站").body)); len(one) != 2 || one[1][2] == "" {
				t.Errorf("%s of one: %q", format, one)
			}
		}
		english := east.send("GET", "/stations.csv", "", "", "Accept-Language", "en").is(t, 200, "Name").body
		east.wants(east.bring("en.csv", []byte(english)), 0, 0, 2, 0)
		east.post(at+"/edit", "version", "1", "code", "S2", "name", "东站", "kind", "post", "place", h.Grid.Code, "floor", "61", "acquired", "rented").is(t, 303)
		east.wants(east.bring("stale.csv", []byte(strings.Replace(english, "东站", "西站", 1))), 0, 0, 1, 1)
		fresh := east.get("/stations.csv").body
		short := "系统编号,版本,名称\n"
		for _, row := range cells(t, []byte(fresh))[1:] {
			short += row[0] + "," + row[1] + "," + strings.Replace(sheet.Safe(row[4]), "东站", "新东站", 1) + "\n"
		}
		page := east.bring("short.csv", []byte(short))
		east.wants(page, 0, 1, 1, 0)
		east.post(page, "do", "take").is(t, 303)
		east.get(at).is(t, 200, "新东站", "61 m²", "租")
	})
}

// TestImport brings in what people keep themselves: titles above the header, several sheets, names in words, mistakes; those come back and go in mended.
func TestImport(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		h := open(t, db, clk)
		east := h.as("east")
		f := excelize.NewFile()
		defer f.Close()
		f.NewSheet("说明")
		for i, row := range [][]any{{"2026年站点汇总"}, {"编号", "站点名", "类别", "所在地", "建筑面积（m²）", "启用日期", "负责单位", "备用"},
			{"A1", "一站", "服务站", h.Grid.Code, "1,200", 46296, "安居物业", "x"}, {"A2", "二站", "什么", h.Grid.Code, 60, "2026年10月1日", "", ""},
			{"A1", "三站", "服务站", h.Grid.Code, 60, "", "", ""}, {"A4", "四站", "微阵地", h.Street2.Code, 0, "", "", ""}, {"1.23457E+17", "五站", "服务站", h.Grid.Code, 60, "31/12/2020", "", ""}, {"合计", 5}} {
			f.SetSheetRow("Sheet1", fmt.Sprint("A", i+1), &row)
		}
		var raw bytes.Buffer
		f.Write(&raw)
		at := east.bring("站点.xlsx", raw.Bytes())
		east.get(at).is(t, 200, "请说明各列是什么", "2. 站点名", `value="2"`)
		cols := []string{"do", "match", "use0", "1", "head0", "2", "col0-0", "code", "col0-1", "name", "col0-2", "kind", "col0-3", "place", "col0-4", "floor", "col0-5", "opened", "col0-6", "keeper"}
		east.post(at, append(cols, "col0-7", "keeper")...).is(t, 422, "选了两次")
		east.post(at, cols...).is(t, 303)
		east.wants(at, 1, 0, 0, 4)
		east.get(at).is(t, 200, "第 4 行：", "不在可选范围内", "第 5 行：", "编号已被占用", "第 6 行：", "长数字改短了", "只导入没有问题的 1 行", "合计")
		back := cells(t, east.failed(at))
		if len(back) != 5 || back[0][8] != "问题" || back[1][0] != "A2" || back[1][5] != "46296" || !strings.Contains(back[1][8], "不在可选范围内") {
			t.Errorf("given back: %q", back)
		}
		east.post(at, "do", "take").is(t, 303)
		east.get(at).is(t, 200, "已导入：新增 1")
		east.post(at, "do", "take").is(t, 303) // once more does nothing
		mended := [][]string{back[0]}
		for i, row := range back[1:] {
			row[0], row[2], row[3] = fmt.Sprint("B", i), "服务站", h.Grid.Code
			mended = append(mended, row)
		}
		again := east.bring("mended.csv", written(t, mended))
		east.wants(again, 4, 0, 0, 0) // the columns are known by now
		east.post(again, "do", "take").is(t, 303)
		if n := h.count(); n != 5 {
			t.Errorf("%d stations, want 5", n)
		}
		east.get("/stations?q=一站").is(t, 200, "1,200 m²", "安居物业")
		east.get("/stations/import").is(t, 200, "站点.xlsx", "mended.csv")
		east.post(again, "do", "drop").is(t, 303)
		east.get(again).is(t, 404)
	})
}

func written(t *testing.T, rows [][]string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := sheet.NewWriter(&b, sheet.CSV)
	for _, row := range rows {
		if err := w.Row(row); err != nil {
			t.Fatal(err)
		}
	}
	w.Close()
	return b.Bytes()
}

// TestImportsAreTheirPersons asks for the rights of each row and of each file.
func TestImportsAreTheirPersons(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		h := open(t, db, clk)
		raw := written(t, [][]string{{"编号", "名称", "类型", "所在地"}, {"A1", "一站", "服务站", h.Grid.Code}})
		at := h.as("east").bring("a.csv", raw)
		h.as("east").wants(at, 1, 0, 0, 0)
		for _, path := range []string{at, strings.Replace(at, "import?", "import/failed?", 1)} {
			h.as("west").get(path).is(t, 404).isnt(t, "一站")
			h.as("reader").get(path).is(t, 403)
		}
		h.as("west").post(at, "do", "take").is(t, 404)
		h.as("west").post(at, "do", "drop").is(t, 404)
		h.as("reader").upload("a.csv", raw).is(t, 403)
		west := h.as("west")
		mine := west.bring("a.csv", raw)
		west.wants(mine, 0, 0, 0, 1)
		id := strings.TrimPrefix(h.as("east").add("S1", "幸福站"), "/stations/")
		west.wants(west.bring("b.csv", []byte("系统编号,版本,名称\n"+id+",1,我的站\n")), 0, 0, 0, 1)
		west.upload("x.xlsx", []byte("PK\x03\x04 no workbook")).is(t, 422, "打不开")
		west.upload("x.csv", nil).is(t, 422, "请填写文件")
	})
}

// TestLongImport is judged and taken in the background, each row once whatever happens to the workers, and stops where somebody else was faster.
func TestLongImport(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		h := open(t, db, clk)
		east := h.as("east")
		rows := [][]string{{"编号", "名称", "类型", "所在地"}}
		for i := range 1250 {
			rows = append(rows, []string{fmt.Sprint("A", i), fmt.Sprint("站", i), "服务站", h.Grid.Code})
		}
		rows = append(rows, []string{"A7", "重号", "服务站", h.Grid.Code}) // far behind the other
		at := east.bring("a.csv", written(t, rows))
		if r := east.get(at).is(t, 200, "正在检查"); r.head.Get("Refresh") == "" {
			t.Error("the page doesn't look again")
		}
		east.post(at, "do", "take").is(t, 303) // too early
		h.work()
		east.wants(at, 1250, 0, 0, 1)
		east.post(at, "do", "take").is(t, 303)
		east.get(at).is(t, 200, "正在导入")
		east.add("A1100", "抢先的站")
		h.work()
		east.get(at).is(t, 200, "导入到 1000 行后停下", "第 1102 行", "编号已被占用")
		if n := h.count(); n != 1001 {
			t.Errorf("%d stations after the stop, want 1001", n)
		}
		back := cells(t, east.failed(at))
		if len(back) != 252 {
			t.Errorf("%d rows are given back, want 251 and the header", len(back))
		}
		back = slices.DeleteFunc(back, func(row []string) bool { return row[0] == "A1100" || row[0] == "A7" })
		rest := east.bring("rest.csv", written(t, back))
		east.wants(rest, 249, 0, 0, 0)
		east.post(rest, "do", "take").is(t, 303)
		if n := h.count(); n != 1250 {
			t.Errorf("%d stations, want 1250", n)
		}
	})
}
