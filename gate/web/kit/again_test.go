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
		h.as("other").post("/stations/add", "name", "幸福站", "kind", "post", "place", h.Grid.Code, "floor", "60", "client_ref", "a-b-c", "code", "S1").is(t, 422, "编号已被占用")
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
