package kit_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"mulin/internal/clock"
	"mulin/internal/store"
	"mulin/internal/storetest"
	"mulin/town/catalog"
)

// TestRetiredStaysAway saves the form of a tab that was opened before a station was retired: it is refused, until the form itself brings the station back.
func TestRetiredStaysAway(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		h := open(t, db, clk)
		east := h.as("east")
		at := east.add("S1", "幸福站")
		form := []string{"version", "1", "code", "S1", "name", "幸福站", "kind", "post", "place", h.Grid.Code, "floor", "70"}
		east.get(at+"/edit").is(t, 200).isnt(t, `value="restore"`)
		h.as("other").post(at+"/retire", "version", "1", "reason", "搬走了").is(t, 303)
		east.post(at+"/edit", form...).is(t, 409, "这一条已停用，请先恢复再修改", `value="70"`, `value="restore"`, "恢复使用")
		east.get(at).is(t, 200, "已停用").isnt(t, "70 m²")
		east.add("S1", "占号站")
		east.post(at+"/restore", "version", "1").is(t, 422, "编号已被占用", at+"/edit")
		east.get(at+"/edit").is(t, 200, `value="restore"`)
		form[3] = "S2"
		east.post(at+"/edit", append(form, "do", "restore")...).is(t, 303)
		east.get(at).is(t, 200, "70 m²", "张三于", "恢复使用").isnt(t, "已停用")
		east.get(at+"/edit").is(t, 200).isnt(t, `value="restore"`)
	})
}

// TestSieves understands names and codes as sheets do, and lets nothing through where nothing is meant.
func TestSieves(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		h := open(t, db, clk)
		east := h.as("east")
		at := east.add("S1", "幸福站", "keeper", "安居物业")
		for _, query := range []string{"place=" + h.Grid.Code, "place=" + fmt.Sprint(h.Grid.ID), "place=" + url.QueryEscape("东风街道 · 幸福社区 · 第一网格"), "keeper=" + url.QueryEscape("安居物业"), "on=" + clk.Now().Format(time.DateOnly)} {
			east.get("/stations?"+query).is(t, 200, at)
			east.get("/stations.csv?"+query).is(t, 200, "幸福站")
			if _, o := east.json("GET", "/api/v1/stations?"+query, nil); o["count"] != 1.0 {
				t.Errorf("%s gives %v", query, o)
			}
		}
		for query, says := range map[string]string{"place=99999999": "没有找到“99999999”", "keeper=99999999": "没有找到", "kind=palace": "不在可选范围内", "state=bogus": "状态不在可选范围内",
			"on=abc": "应为日期", "on=2026-13-01": "应为日期", "on=2199-01-01": "还没有到"} {
			east.get("/stations?"+query).is(t, 200, says).isnt(t, `"`+at+`"`)
			east.get("/stations.csv?"+query).is(t, 200).isnt(t, "幸福站")
			east.get("/api/v1/stations/map.json?"+query).is(t, 200).isnt(t, "幸福站")
			east.get("/api/v1/stations?"+query).is(t, 422, says)
		}
		east.get(at+"?on=2199-01-01").is(t, 200, "还没有到").isnt(t, "这是 2199")
		east.get(at+"?on=abc").is(t, 200, "应为日期")
	})
}

// TestSentTwice makes one thing of a form that is sent twice, and two of two people's or of different words.
func TestSentTwice(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		h := open(t, db, clk)
		east := h.as("east")
		send := func(v visitor, more ...string) string {
			return v.post("/stations/add", append([]string{"name", "幸福站", "kind", "post", "place", h.Grid.Code, "floor", "60", "client_ref", "a-b-c"}, more...)...).is(t, 303).head.Get("Location")
		}
		first := send(east, "code", "S1")
		if again := send(east, "code", "S1"); again != first {
			t.Errorf("sent twice it is %s and %s", first, again)
		}
		if other := send(east, "code", "S2"); other == first {
			t.Error("other words give the first station")
		}
		h.as("other").post("/stations/add", "name", "幸福站", "kind", "post", "place", h.Grid.Code, "floor", "60", "client_ref", "a-b-c", "code", "S1").is(t, 422, "编号已被占用：S1 · 幸福站")
		if n := h.count(); n != 2 {
			t.Errorf("%d stations, want 2", n)
		}
	})
}

// TestSeveralInACell takes what stands between the marks of a Chinese list, and says which of several isn't found.
func TestSeveralInACell(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		h := open(t, db, clk)
		chief := h.as("chief")
		sheet := func(co string) reply {
			raw := written(t, [][]string{{"序号", "章节", "事项", "牵头单位", "配合单位"}, {"1", "民生服务", "照看路灯", h.Water.Name, co}})
			return chief.get(chief.uploadTo("/lists/rights", "a.csv", raw).is(t, 303).head.Get("Location")).is(t, 200)
		}
		both := h.Company.Name + "、" + h.Office.Name
		sheet(both).isnt(t, "没有找到", "不止一个", "有多个匹配")
		sheet(strings.ReplaceAll(both, "、", "；")).isnt(t, "没有找到", "不止一个", "有多个匹配")
		gone := sheet(h.Company.Name + "、早就撤了的单位")
		gone.is(t, 200, "没有找到“早就撤了的单位”")
		gone.isnt(t, "有多个匹配")
	})
}

// TestLimitsInCells reads spans of time as people write them, and says how to where it can't.
func TestLimitsInCells(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		h := open(t, db, clk)
		chief := h.as("chief")
		rows := [][]string{{"序号", "章节", "事项", "牵头单位", "时限"}}
		for i, limit := range []string{"72小时", "3个工作日", "3 天", "１天", "2 小时", "5 working days", "10工作日", "很快", "3 周"} {
			rows = append(rows, []string{fmt.Sprint(i + 1), "民生服务", fmt.Sprint("事项", i), h.Water.Name, limit})
		}
		at := chief.uploadTo("/lists/rights", "a.csv", written(t, rows)).is(t, 303).head.Get("Location")
		chief.wants(at, 7, 0, 0, 2)
		chief.get(at).is(t, 200, "第 9 行：时限的数量或单位不对", "“3 个工作日”")
		chief.post(at, "do", "take").is(t, 303)
		chief.get("/lists/rights.csv").is(t, 200, "72 小时", "3 个工作日", "3 个自然日", "1 个自然日", "5 个工作日", "10 个工作日")
	})
}

// TestWhoMayNowhereAdd sees no way to add, and nobody who lacks a place is thrown out of the form.
func TestWhoMayNowhereAdd(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		h := open(t, db, clk)
		h.people["clerk"] = h.worker(9, "周九", h.Street.Path, catalog.Edit)
		clerk := h.as("clerk")
		clerk.get("/lists/rights").is(t, 200).isnt(t, "/lists/rights/add", "/lists/rights/import")
		for _, path := range []string{"/lists/rights/add", "/lists/rights/import"} {
			clerk.get(path).is(t, 403)
		}
		clerk.post("/lists/rights/add", "number", "1").is(t, 403)
		west := h.as("west")
		typed := []string{"code", "S2", "name", "西站", "kind", "post", "floor", "60"}
		west.post("/stations/add", append(typed, "place", h.Grid.Code)...).is(t, 422, "这个地方不归您管", `value="西站"`, `value="`+h.Grid.Code+`"`)
		west.post("/stations/add", typed...).is(t, 422, "不管全市", `value="西站"`)
		at := west.post("/stations/add", append(typed, "place", h.Grid2.Code)...).is(t, 303).head.Get("Location")
		west.post(at+"/edit", append(typed, "version", "1", "place", h.Grid.Code)...).is(t, 422, "这个地方不归您管", `value="西站"`)
	})
}

// TestProgramsAreToldInOurWords refuses texts that are no object with sentences of ours.
func TestProgramsAreToldInOurWords(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		east := open(t, db, clk).as("east")
		for text, says := range map[string]string{"": "没有收到内容", "[]": "请发送一个 JSON 对象", "{": "不完整", "{x": "语法错误", "{} {}": "只发送一个对象", "7": "请发送一个 JSON 对象"} {
			east.send("POST", "/api/v1/stations", "application/json", text).is(t, 422, says).isnt(t, "json:", "Go value", "EOF", "map[")
		}
	})
}

// TestSmallFiles says what is odd about a file: columns of one name, no rows, quotes that don't match; of one sheet nobody is asked whether to take it.
func TestSmallFiles(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		h := open(t, db, clk)
		east := h.as("east")
		at := east.bring("a.csv", []byte("甲,乙\nS1,幸福站\n"))
		east.get(at).is(t, 200, "请说明各列是什么").isnt(t, "导入这个工作表")
		east.post(at, "do", "match", "head0", "1", "col0-0", "code", "col0-1", "name").is(t, 303)
		east.get(at).is(t, 200, "请填写所在地")
		twice := east.bring("b.csv", []byte("编号,名称,类型,所在地,名称\nS1,幸福站,服务站,"+h.Grid.Code+",别名\n"))
		east.get(twice).is(t, 200, "不止一列叫“名称”，只用了第一列")
		bare := east.bring("c.csv", []byte("编号,名称,类型,所在地\n"))
		east.get(bare).is(t, 200, "没有可导入的")
		torn := east.bring("d.csv", []byte("编号,名称,类型,所在地\nS1,\"幸福站,服务站,"+h.Grid.Code+"\n"))
		east.get(torn).is(t, 200, "第 2 行的引号不成对").isnt(t, "第 2 行：第 2 行")
	})
}
