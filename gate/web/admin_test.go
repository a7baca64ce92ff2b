package web_test

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"mulin/gate/web/to"
	"mulin/internal/ledger"
	"mulin/internal/sheet"
	"mulin/internal/store"
	"mulin/internal/storetest"
	"mulin/town/place"
)

func TestAdminPlaces(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, w *deskTown) {
		who := w.as("admin")
		who.get("/places").has(t, "荆河街道", "龙泉街道", "S1", "样板市")
		who.get(w.place("S1")).has(t, "荆庄社区", "北关社区", "新增社区", w.place("S1")+"/shapes")
		who.get(w.place("S1")+"/shapes").has(t, "荆庄社区", "Polygon")
		who.get("/places?q=第一").has(t, "荆河街道 · 荆庄社区", "第一网格")
		who.get("/places?kind=grid&place="+fmt.Sprint(w.places["K1"])).hasNot(t, "北关社区")

		below := []string{"kind", "estate", "place", fmt.Sprint("#", w.places["G1"])}
		who.get(fmt.Sprintf("/places/add?kind=estate&place=%d", w.places["G1"])).has(t, `<option value="estate" selected>`, "荆河街道 · 荆庄社区 · 第一网格")
		got := who.form("/places/add", append(below, "name", "", "code", "E-1", "lat", "x")...)
		got.is(t, 422, "a point that is none")
		got.has(t, `value="E-1"`, "请填写名称")
		who.form("/places/add", append(below, "name", "春晓小区", "code", "E-1", "lat", "35.005", "lng", "117.005", "again", "1")...).is(t, 303, "add")
		if e, ok := w.Places.ByCode("E-1"); !ok || e.Point == nil {
			t.Errorf("added %+v", e)
		}
		who.form(w.place("G1")+"/edit", w.groundForm(w.places["G1"], "name", "第一网格（新）")...).is(t, 303, "rename")
		who.get(w.place("G1")).has(t, "第一网格（新）", "至 2026年11月23日", "第一网格 ")

		got = who.form(w.place("G1")+"/retire", w.groundForm(w.places["G1"], "reason", "并入")...)
		got.is(t, 409, "end with something below")
		got.has(t, "并入", "下面还有 1 个区域")
		estate, _ := w.Places.ByCode("E-1")
		end := to.Place(estate.ID) + "/retire"
		who.form(end, w.groundForm(estate.ID, "reason", " ")...).is(t, 422, "end without a reason")
		got = who.form(end, w.groundForm(estate.ID, "reason", "住户 13800138000 要求")...)
		got.is(t, 422, "a telephone number for ever")
		got.has(t, "请去掉电话")
		who.form(end, w.groundForm(estate.ID, "reason", "已拆除")...).is(t, 303, "end")
		who.form(end, w.groundForm(estate.ID, "reason", "已拆除")...).is(t, 409, "end twice")
		who.get("/admin/ledger").has(t, "停用区域", "已拆除", "春晓小区")

		from := []string{"from", fmt.Sprint(w.places["G1"]), "from", fmt.Sprint(w.places["G2"]), "from", fmt.Sprint(w.places["G3"])}
		got = who.form(w.place("K1")+"/merge", append(from, "name", "大网格")...)
		got.is(t, 422, "merge without a reason")
		got.has(t, `value="大网格"`, fmt.Sprintf(`value="%d" checked`, w.places["G1"]))
		who.form(w.place("K1")+"/merge", append(from, "name", "大网格", "code", "G12", "reason", "网格重划")...).is(t, 303, "merge")
		if p, ok := w.Places.ByCode("G1"); !ok || p.Code != "G12" {
			t.Errorf("the old code leads to %+v", p)
		}
		if p, _ := w.Places.Get(w.places["G3"]); !p.Live() {
			t.Error("a place that isn't below was merged too")
		}
		who.get(w.place("G1")).has(t, "已停用", "大网格")
	})
}

func TestAdminImport(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, w *deskTown) {
		who := w.as("admin")
		path := w.place("S2") + "/import"
		who.form(path).is(t, 422, "no file")
		bad := collection(square("N1", "东社区", "S2", 117.04, 117.055, 35, 35.02), square("N2", "西社区", "S2", 117.05, 117.06, 35, 35.02))
		got := who.file(path, "bad.geojson", bad)
		got.is(t, 422, "overlapping shapes")
		got.has(t, "东社区", "西社区")
		who.file(path, "bad.geojson", []byte(`{"type":"Point"}`)).is(t, 422, "no collection")
		before := w.head()
		good := collection(square("N1", "东社区", "S2", 117.04, 117.05, 35, 35.02), square("N2", "西社区", "S2", 117.05, 117.06, 35, 35.02))
		got = who.file(path, "good.geojson", good)
		got.is(t, 200, "a dry run")
		got.has(t, "检查通过", "还没有写入")
		if w.head() != before {
			t.Error("the dry run wrote something")
		}
		m := hidden.FindStringSubmatch(got.body)
		if m == nil {
			t.Fatal("the checked file doesn't travel along")
		}
		who.form(path, "data", "broken").is(t, 422, "a spoilt file")
		who.form(path, "data", m[1]).is(t, 303, "import")
		if p, ok := w.Places.ByCode("N2"); !ok || p.Parent != w.places["S2"] || !p.HasShape {
			t.Errorf("imported %+v", p)
		}
		who.get(w.place("S2")).has(t, "东社区")
	})
}

// TestPlaceSheets: an export of the places goes in again and changes nothing; a sheet names and adds places, by who may, and says what doesn't fit.
func TestPlaceSheets(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, w *deskTown) {
		root := w.as("admin")
		out := root.get("/places.csv")
		out.has(t, "层级,名称,代码,别名", "第一网格,G1")
		same := root.file("/places/import", "places.csv", []byte(out.body))
		root.get(same.to).has(t, "<dt>修改</dt><dd>0</dd>", "<dt>问题</dt><dd>0</dd>")
		g := regexp.MustCompile(`(?m)^.*第一网格,G1,.*$`).FindString(out.body)
		head, _, _ := strings.Cut(out.body, "\n")
		changed := root.file("/places/import", "names.csv", []byte(head+"\n"+strings.Replace(g, "第一网格,G1,", "第一网格,G1,老粮库；供销社大院", 1)+"\n"))
		root.get(changed.to).has(t, "<dt>修改</dt><dd>1</dd>")
		root.post(changed.to, "do", "take").is(t, 303, "take it")
		root.get(w.place("G1")).has(t, "老粮库", "供销社大院", "修改别名")
		more := root.file("/places/import", "more.csv", []byte("层级,名称,代码,所属,别名\n小区,春晓小区,E-7,G1,\n小区,春晓二期,G1,G1,\n网格,第九网格,,S1,\n小区,平安里,,G1,平安\n"))
		root.get(more.to).has(t, "<dt>新增</dt><dd>1</dd>", "<dt>问题</dt><dd>3</dd>", "代码已被占用", "上级必须是社区", "太常见")
		root.post(more.to, "do", "take").is(t, 303, "take the good row")
		if e, ok := w.Places.ByCode("E-7"); !ok || e.Parent != w.places["G1"] {
			t.Errorf("added %+v", e)
		}
		w.streetAdmin()
		chief := w.as("s1admin")
		low := chief.file("/places/import", "low.csv", []byte("层级,名称,所属\n社区,新社区,S1\n社区,又一社区,S2\n"))
		chief.get(low.to).has(t, "<dt>新增</dt><dd>1</dd>", "<dt>问题</dt><dd>1</dd>", "第 3 行")
		w.as("clerk").get("/places.xlsx").is(t, 403, "who may not see")
		root.get("/api/v1/places?q=E-7").has(t, `"name":"春晓小区"`)
		if got := root.get("/admin/places?q=x"); got.code != 301 || got.to != "/places?q=x" {
			t.Errorf("the old address: %d to %s", got.code, got.to)
		}
	})
}

func TestAdminPoster(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, w *deskTown) {
		got := w.as("admin").get(w.place("G1") + "/poster?size=a5")
		got.is(t, 200, "poster")
		got.has(t, "data:image/png;base64,", "第一网格", "荆河街道 · 荆庄社区 · 第一网格", "12345", `class="poster a5"`)
	})
}

func TestAdminBodies(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, w *deskTown) {
		who := w.as("admin")
		who.get("/bodies?kind=property").has(t, "安居物业", "乐家物业")
		who.get("/bodies?kind=property").hasNot(t, "市供水公司")
		who.get("/bodies?kind=nonsense").has(t, "去掉几个筛选条件再试")
		got := who.form("/bodies/add", "kind", "department", "name", "市园林局", "places", "第一网格")
		got.is(t, 422, "a name that two places have")
		got.has(t, "第一网格", "市园林局")
		who.form("/bodies/add", "kind", "department", "name", "市园林局", "places", fmt.Sprint("#", w.places["G3"])).is(t, 303, "add")
		who.form(w.unit("water")+"/edit", w.unitForm("water", "name", "市水务集团", "short", "水务", "phone", "0632-1234567")...).is(t, 303, "rename")
		who.get(w.unit("water")).has(t, "市水务集团", "市供水公司", "0632-1234567")
		who.form(w.unit("water")+"/edit", w.unitForm("water", "places", "不存在")...).is(t, 422, "link to nothing")
		who.form(w.unit("water")+"/edit", w.unitForm("water", "places", "S2")...).is(t, 303, "link")
		who.get(w.unit("water")).has(t, "龙泉街道")
		who.form(w.unit("water")+"/edit", w.unitForm("water", "phone", "打电话")...).has(t, "电话“打电话”有误")
		from := []string{"from", fmt.Sprint(w.bodies["property"]), "from", fmt.Sprint(w.bodies["property2"])}
		who.get(fmt.Sprintf("/bodies/merge?from=%d&further=乐家", w.bodies["property"])).has(t, "安居物业", "乐家物业")
		who.form("/bodies/merge", append(from, "kind", "property", "name", "安乐物业")...).is(t, 422, "merge without a reason")
		who.form("/bodies/merge", append(from, "kind", "property", "name", "安乐物业", "reason", "企业合并")...).is(t, 303, "merge")
		who.get(w.unit("property")).has(t, "已停用", "安乐物业")
		who.form(w.unit("roads")+"/retire", append(w.unitForm("roads"), "reason", "机构改革")...).is(t, 303, "end")
		moved := who.get(fmt.Sprintf("/admin/bodies/%d/rename?x=1", w.bodies["water"]))
		if moved.is(t, 301, "the old address"); moved.to != w.unit("water")+"/edit?x=1" {
			t.Errorf("the old address leads to %q", moved.to)
		}
		who.get("/admin").has(t, "吹哨清单有 1 项")
		who.get("/lists/whistles").has(t, "水管爆裂", "单位已撤销", "吹哨清单有 1 项")
	})
}

var shown = regexp.MustCompile(`big-number">([a-z0-9]+)<`)

func TestAdminPeople(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, w *deskTown) {
		who := w.as("admin")
		got := who.form("/people/add", "name", "孙二", "login", "x", "phone", "abc")
		got.is(t, 422, "a bad login")
		got.has(t, `value="孙二"`, "账号须为", "工作电话有误")
		who.form("/people/add", "name", "孙二", "login", "sunder", "phone", "0632-5550000").is(t, 303, "create")
		who.form("/people/add", "name", "孙三", "login", "SUNDER").is(t, 422, "a login that somebody has")
		at := w.person("sunder")
		who.get(at).has(t, "还没有任职", "0632-5550000")
		who.get(at+"/password").has(t, "会生成新的临时密码")
		got = who.form(at + "/password")
		got.is(t, 200, "a password to begin with")
		m := shown.FindStringSubmatch(got.body)
		if m == nil || got.header.Get("Cache-Control") != "no-store" {
			t.Fatalf("no password is shown once: %v", got.header)
		}
		if s, err := w.Accounts.SignIn(ctx, "sunder", m[1], ""); err != nil || !s.MustChange {
			t.Errorf("signing in with it = %+v, %v", s, err)
		}
		page := who.get(at)
		page.has(t, "待改密码")
		page.hasNot(t, m[1])
		who.get("/people?q=孙").has(t, "sunder", "未任职")
		who.form(at+"/appoint", "role", "clerk", "place", "").is(t, 422, "no place")
		got = who.form(at+"/appoint", "role", "clerk", "place", "第一网格", "body", "社区居委会")
		got.is(t, 422, "names that several have")
		got.has(t, "荆庄社区居委会", "北关社区居委会")
		who.form(at+"/appoint", "role", "clerk", "place", "K1", "body", "#4711").is(t, 422, "no body")
		w.ok(w.Bodies.End(ctx, w.System(), w.bodies["property2"], "合同到期"))
		who.form(at+"/appoint", "role", "clerk", "place", "K1", "body", fmt.Sprint("#", w.bodies["property2"])).is(t, 422, "a body that has ended")
		if _, err := w.Accounts.Appoint(ctx, w.System(), to.Number(strings.TrimPrefix(at, "/people/")), "clerk", w.bodies["property2"], w.places["K1"]); err == nil {
			t.Error("a program appoints at a body that has ended")
		}
		who.form(at+"/appoint", "role", "clerk", "place", "K1", "body", "荆庄社区居委会").is(t, 303, "appoint")
		page = who.get(at)
		page.has(t, "社区工作人员", "荆河街道 · 荆庄社区", "王admin于", "任命")
		post := regexp.MustCompile(at + `/dismiss/\d+`).FindString(page.body)
		who.get(post).has(t, "解除孙二的“社区工作人员”")
		who.form(w.person("clerk")+strings.TrimPrefix(post, at)).is(t, 404, "a post of somebody else")
		who.form(post).is(t, 303, "dismiss")
		who.form(post).is(t, 404, "dismiss twice")
		who.form(at+"/edit", "version", "1", "name", "孙二娘", "phone", "").is(t, 409, "a page that was shown before")
		who.form(at+"/edit", "version", "3", "name", "孙二娘", "phone", "").is(t, 303, "another name, no phone")
		page = who.get(at)
		page.has(t, "孙二娘", "改了姓名", "改了工作电话")
		page.hasNot(t, "0632-5550000")
		who.form(at+"/retire", "version", "4", "reason", "离职").is(t, 303, "close")
		if _, err := w.Accounts.SignIn(ctx, "sunder", m[1], ""); err == nil {
			t.Error("a closed account signs in")
		}
		who.get(at).has(t, "已停用", "离职")
		who.form(at+"/restore", "version", "5").is(t, 303, "open")
		if _, err := w.Accounts.SignIn(ctx, "sunder", m[1], ""); err != nil {
			t.Errorf("the account isn't open: %v", err)
		}
		clerk := w.as("clerk")
		who.form(w.person("clerk")+"/signout").is(t, 303, "sign out everywhere")
		clerk.get("/desk").is(t, 303, "the clerk's desk afterwards")
		who.form(w.person("admin")+"/retire", "version", "2", "reason", "x").is(t, 409, "close the last administrator")
		if got := who.get("/admin/people?q=x"); got.code != 301 || got.to != "/people?q=x" {
			t.Errorf("the old address: %d to %s", got.code, got.to)
		}
		who.get("/admin/ledger?area=account").hasNot(t, "0632-5550000", m[1])
	})
}

// TestPeopleSheets: an export of the staff goes in again and changes nothing; a sheet brings people with their posts, without a password; nobody gives
// by a sheet what they may not give by hand, and what is masked stays as it is.
func TestPeopleSheets(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, w *deskTown) {
		root := w.as("admin")
		root.form(w.person("clerk")+"/edit", "version", "2", "name", "王clerk", "phone", "0632-5551111").is(t, 303, "a phone")
		out := root.get("/people.csv")
		out.has(t, "姓名,账号,工作电话,任职", "王clerk,clerk,***,")
		out.hasNot(t, "0632-5551111")
		same := root.file("/people/import", "people.csv", []byte(out.body))
		root.get(same.to).has(t, "<dt>修改</dt><dd>0</dd>", "<dt>问题</dt><dd>0</dd>")
		root.get("/people/import").has(t, "people.csv")

		rows := "姓名,登录名,手机,岗位\n"
		more := root.file("/people/import", "new.csv", []byte(rows+"孙一,sunyi,0632-5552222,网格员 / 荆河街道 · 荆庄社区 · 第一网格；社区工作人员 / K1 / 荆庄社区居委会\n孙二,sunda,,国王 / K1\n孙三,clerk,,\n孙四,sunsi,abc,\n"))
		page := root.get(more.to)
		page.has(t, "<dt>新增</dt><dd>1</dd>", "<dt>问题</dt><dd>3</dd>", "没有找到“国王”", "账号已被占用", "工作电话有误")
		root.post(more.to, "do", "take").is(t, 303, "take the good row")
		person := root.get(w.person("sunyi"))
		person.has(t, "第一网格", "荆庄社区居委会", "0632-5552222")
		if _, err := w.Accounts.SignIn(ctx, "sunyi", "", ""); err == nil {
			t.Error("somebody without a password signs in")
		}
		root.form("/people/invitations").is(t, 200, "invite them")

		w.streetAdmin()
		chief := w.as("s1admin")
		sheet := chief.get("/people.csv")
		sheet.has(t, "sunyi")
		sheet.hasNot(t, "王leader")
		low := chief.file("/people/import", "low.csv", []byte(rows+"李一,liyi,,网格员 / G1\n李二,lier,,系统管理员 / C\n李三,lisan,,网格员 / S2\n"))
		page = chief.get(low.to)
		page.has(t, "<dt>问题</dt><dd>2</dd>", "第 3 行", "第 4 行")
		w.as("auditor").get("/people.csv").is(t, 200, "who may only see")
		w.as("auditor").get("/people/import").is(t, 403, "who may only see")
		w.as("clerk").get("/people.xlsx").is(t, 403, "who may not see")
		chief.get("/api/v1/people").has(t, `"login":"sunyi"`)
		chief.get("/api/v1/people").hasNot(t, "phone", "王leader")
	})
}

// TestPostsInReach: who is seen by one post is not seen by those they hold elsewhere, however the person is read; and who is shown only some can't change any.
func TestPostsInReach(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, w *deskTown) {
		w.streetAdmin()
		at := w.person("grid")
		grid, err := w.Accounts.Staff(ctx, w.System(), "grid", 0, 1)
		w.ok(err)
		post, err := w.Accounts.Appoint(ctx, w.System(), grid[0].ID, "department", w.bodies["roads"], w.places["S2"])
		w.ok(err)
		past, err := w.Accounts.Appoint(ctx, w.System(), grid[0].ID, "leader", w.bodies["water"], w.places["C"])
		w.ok(err)
		w.ok(w.Accounts.Dismiss(ctx, w.System(), past.ID))
		theirs := []string{"市住房和城乡建设局", "市住建局", "市供水公司", fmt.Sprintf("department/%d", w.places["S2"]), fmt.Sprintf("leader/%d", w.places["C"]), to.Digits(post.ID)}
		root, chief := w.as("admin"), w.as("s1admin")
		for _, path := range []string{"/people?q=grid", at, "/people.csv?q=grid", "/people.xlsx?q=grid", "/api/v1/people?q=grid", "/api/v1" + at, "/api/v1" + at + "/history"} {
			all, some := root.get(path), chief.get(path)
			some.is(t, 200, path)
			if strings.Contains(path, ".xlsx") {
				all.body, some.body = cellsOf(t, all.body), cellsOf(t, some.body)
			}
			if !slices.ContainsFunc(theirs, func(s string) bool { return strings.Contains(all.body, s) }) {
				t.Errorf("%s doesn't show the administrator of the city the posts", path)
			}
			some.hasNot(t, theirs...)
		}
		chief.get(at).has(t, "第一网格")
		chief.form(at+"/edit", "version", "4", "name", "王新").is(t, 403, "change who has a post elsewhere")
		now, err := w.Accounts.Staff(ctx, w.System(), "grid", 0, 1)
		w.ok(err)
		if len(now[0].Posts) != 2 || now[0].Name != "王grid" {
			t.Errorf("%s holds %v", now[0].Name, now[0].Posts)
		}
	})
}

// cellsOf are all texts of a workbook.
func cellsOf(t *testing.T, raw string) string {
	t.Helper()
	b, err := sheet.Open([]byte(raw))
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	var all strings.Builder
	for _, name := range b.Sheets {
		for row, err := range b.Rows(name) {
			if err != nil {
				t.Fatal(err)
			}
			all.WriteString(strings.Join(row.Cells, "\n") + "\n")
		}
	}
	return all.String()
}

// TestShapesInReach: who looks after one street is shown no ground of another but what is on everybody's map.
func TestShapesInReach(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, w *deskTown) {
		w.streetAdmin()
		all, err := w.Places.AddAll(ctx, w.System(), []place.Details{
			{Kind: place.Community, ParentCode: "S2", Code: "K9", Name: "龙泉社区", Shape: shape(t, 4, 0, 2, 2)},
			{Kind: place.Grid, ParentCode: "K9", Code: "G9", Name: "第一网格", Shape: shape(t, 4, 0, 2, 2)},
			{Kind: place.Estate, ParentCode: "G9", Code: "E9", Name: "龙泉小区", Shape: shape(t, 4, 0, 1, 1)},
			{Kind: place.Estate, ParentCode: "G1", Code: "E1", Name: "荆庄小区", Shape: shape(t, 0, 0, 1, 1)},
		})
		w.ok(err)
		w.ok(w.Places.Load(ctx))
		for _, p := range all {
			w.places[p.Code] = p.ID
		}
		chief := w.as("s1admin")
		for code, want := range map[string]int{"C": 200, "S1": 200, "E1": 200, "S2": 200, "G9": 200, "E9": 404} {
			chief.get(w.place(code)+"/shapes").is(t, want, "shapes of "+code)
		}
		chief.get("/places/4711/shapes").is(t, 404, "shapes of no place")
		w.as("admin").get(w.place("E9")+"/shapes").has(t, "龙泉小区", "Polygon")
	})
}

func TestAdminRoles(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, w *deskTown) {
		who := w.as("admin")
		who.get("/admin/roles").has(t, "查看诉求", "社区工作人员")
		who.form("/admin/roles", "role", "Boss!").is(t, 422, "a code that is none")
		who.form("/admin/roles", "role", "clerk").is(t, 422, "a role that is there")
		who.form("/admin/roles", "role", "night_desk").is(t, 303, "add")
		who.form("/admin/roles/night_desk", "case.see", "galaxy").is(t, 422, "a scope that is none")
		who.form("/admin/roles/night_desk", "case.see", "territory", "case.work", "body").is(t, 303, "save")
		who.get("/admin/roles/night_desk").has(t, `value="territory" selected`, `value="body" selected`)
		who.form("/admin/roles/admin", "account.edit", "").is(t, 422, "an administrator who can't appoint")
	})
}

func TestAdminClasses(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, w *deskTown) {
		who := w.as("admin")
		who.form("/lists/urgencies/add", "code", "2h", "name", "特急", "rank", "1").is(t, 303, "a degree of urgency")
		got, _ := who.bring("classes", "一级,二级,紧急程度\n城乡建设,供水,特急\n=cmd|' /C calc'!A0,x,\n城乡建设,供电,9h\n,供气,\n")
		got.has(t, "没有找到“9h”", "这一行缺少上级") // what looks like a formula is a text like any other: exports mark it
		if len(w.Catalog.Classes()) != 0 {
			t.Error("trying a file made classes")
		}
		back := who.get(got.link(t, `/lists/classes/import/failed[^"]*`))
		back.has(t, "一级,二级,紧急程度,", "城乡建设,供电,9h,", ",供气,,这一行缺少上级")
		back.hasNot(t, "供水")
		got, at := who.bring("classes", "一级,二级,紧急程度,例句\n城乡建设,供水,2h,水管爆裂；没水\n城乡建设,供电,,\n")
		got.has(t, "新增", "2")
		who.form(at, "do", "take").is(t, 303, "take the file")
		top, _ := w.Catalog.ByFullName("城乡建设")
		water, _ := w.Catalog.ByFullName("城乡建设 / 供水")
		if top.ID == 0 || water.Urgency != "2h" || water.Says != "水管爆裂；没水" {
			t.Fatalf("brought in %+v and %+v", top, water)
		}
		who.get("/lists/classes").has(t, "城乡建设", "下级 2 个", "特急")
		add := fmt.Sprint("/lists/classes/add?parent=", top.ID)
		who.get(add).has(t, `value="城乡建设"`, "一行一句", "定下后不能再移动")
		who.form(add, "parent", "城乡建设", "name", "供水").has(t, "名称已被占用")
		again := who.form(add, "parent", "城乡建设", "name", "=1+1", "again", "1")
		if again.is(t, 303, "a class like a formula, and another"); again.to != add {
			t.Errorf("goes on at %q", again.to)
		}
		who.get("/lists/classes.csv").has(t, "\ufeff系统编号,版本,名称,上级分类,紧急程度,例句", ",供水,城乡建设,特急,\"水管爆裂\r\n没水\"", ",'=1+1,城乡建设,")
		got, _ = who.bring("classes", who.get("/lists/classes.csv").body)
		got.hasNot(t, `value="take"`) // what has gone out changes nothing when it comes in
		at = fmt.Sprint("/lists/classes/", water.ID)
		who.form(at+"/edit", "version", who.version(at), "name", "供水供暖", "urgency", "2h", "says", "暖气不热\n没水").is(t, 303, "rename")
		who.get(at).has(t, "城乡建设 / 供水供暖", "暖气不热", "把名称从“供水”改为“供水供暖”", "时限与牵头", "新增下级分类")
		who.form(at+"/edit", "version", "1", "name", "供气").is(t, 409, "a page that is stale")
		who.get(at+"/retire").has(t, "停用“城乡建设 / 供水供暖”", "下级一并停用")
		who.form(at+"/retire", "version", who.version(at)).has(t, "请填写理由")
		who.form(at+"/retire", "version", who.version(at), "reason", "合并到市政").is(t, 303, "retire")
		who.get(at).has(t, "已停用", "原因：合并到市政")
		who.form(at+"/restore", "version", who.version(at)).is(t, 303, "bring back")
		who.get("/lists/classes?q=供暖").has(t, "城乡建设 /", "供水供暖")
		who.get(fmt.Sprint("/lists/classes?parent=", top.ID)).hasNot(t, "没有找到")
		who.get("/admin/ledger?area=catalog").has(t, at, "供水供暖")
		if old := who.get(fmt.Sprint("/admin/catalog/classes/", water.ID)); old.to != at {
			t.Errorf("the old address leads to %q", old.to)
		}
	})
}

func TestAdminLists(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, w *deskTown) {
		who := w.as("admin")
		at := fmt.Sprint("/lists/whistles/", w.item)
		item := func(version, name string) []string {
			return []string{"version", version, "level", "street", "class", "城乡建设", "item", name, "bodies", "市住建局", "bodies", "市供水公司", "limit_amount", "1", "limit_unit", "hour", "work_amount", "2", "work_unit", "workday"}
		}
		who.get(at+"/edit").has(t, "水管爆裂", "市供水公司", "恢复供水")
		who.form(at+"/edit", item("1", "主管爆裂")...).is(t, 303, "save")
		got := who.form(at+"/edit", item("1", "又一个")...)
		got.is(t, 409, "save what somebody has changed meanwhile")
		got.has(t, "又一个", "有人刚刚改过")
		who.get(at).has(t, "比较 2 个版本", "把事项从“水管爆裂”改为“主管爆裂”", "市住建局、市供水公司")
		bad := who.form("/lists/whistles/add", "level", "grid", "class", "物业", "item", "电梯", "bodies", "没有的单位", "limit_amount", "x", "limit_unit", "hour", "work_amount", "2", "work_unit", "workday")
		bad.is(t, 422, "a unit that isn't there")
		bad.has(t, "没有找到“没有的单位”", "报到时限的数量或单位不对")
		who.form("/lists/whistles/add", "level", "grid", "class", "物业", "item", "电梯", "limit_amount", "1", "limit_unit", "hour", "work_amount", "2", "work_unit", "workday").has(t, "请选择报到单位")
		who.form("/lists/whistles/add", "level", "grid", "class", "物业", "item", "电梯困人", "body_kind", "property", "limit_amount", "1", "limit_unit", "hour", "work_amount", "2", "work_unit", "workday").is(t, 303, "add")
		who.get("/lists/whistles").has(t, "电梯困人", "当地物业企业")
		who.get("/lists/whistles?level=street").hasNot(t, "电梯困人")
		who.form(at+"/retire", "version", "2", "reason", "清单调整").is(t, 303, "retire")
		who.get(at).has(t, "已停用", "原因：清单调整")

		who.form("/lists/limits/add", "step", "work", "limit_amount", "0", "limit_unit", "year").has(t, "请填写时限")
		general := who.get("/lists/limits?step=work").link(t, `/lists/limits/\d+`)
		who.get(general+"/edit").has(t, "办理", `name="limit_amount"`)
		who.form("/lists/limits/add", "step", "work", "limit_amount", "4", "limit_unit", "workday").has(t, "环节已被占用")
		who.form(general+"/edit", "version", who.version(general), "limit_amount", "3", "limit_unit", "workday").is(t, 303, "change")
		who.get(general).has(t, "3 个工作日")
		who.get("/lists/limits").has(t, "3 个工作日", "不限")
		who.get(general+"/retire").has(t, "停用“办理”", "更一般的规则")
		removed := who.form(general+"/retire", "version", who.version(general), "reason", "不再计时")
		if removed.is(t, 303, "remove"); removed.to != "/lists/limits" {
			t.Errorf("leads to %q where nothing is any more", removed.to)
		}
		who.form(general+"/retire", "version", "1", "reason", "不再计时").is(t, 404, "remove twice")
		who.get("/lists/limits").has(t, "还没有时限的环节", `href="/lists/limits/add?step=work"`)
		who.get("/lists/limits/add?step=work").has(t, `value="work" selected`)

		who.form("/admin/catalog/calendar/2026-10-01", "kind", "holiday", "name", "国庆节", "until", "2026-10-07").is(t, 303, "a week of holidays")
		if got := len(w.Catalog.Days(2026)); got != 7 {
			t.Errorf("%d days, want 7", got)
		}
		who.form("/admin/catalog/calendar/2026-10-01", "kind", "holiday", "until", "2027-10-07").is(t, 422, "a year of holidays")
		who.get("/admin/catalog/calendar?year=2026").has(t, "2026-10-05 放假 国庆节", "休")
		who.form("/admin/catalog/calendar/2026-10-07", "kind", "none").is(t, 303, "an ordinary day again")
		who.get("/admin/catalog/calendar/2026-13-01").is(t, 404, "no such day")
		got = who.form("/admin/catalog/hours", "day1", "8-25", "day2", "09:00-12:00")
		got.is(t, 422, "hours that are none")
		got.has(t, `value="8-25"`, `href="#f-day1"`)
		who.form("/admin/catalog/hours", "day1", "08:00-12:00，14:00-18:00").is(t, 303, "hours")

		who.form("/lists/reasons/add", "kind", "decline", "code", "court", "name", "x").has(t, "代号已被占用")
		who.form("/lists/reasons/add", "kind", "decline", "code", "Not good", "name", "x").has(t, "1 到 32 个小写字母")
		secret := who.form("/lists/reasons/add", "kind", "decline", "code", "Secret", "name", "涉密")
		secret.is(t, 303, "add a reason")
		if x, ok := w.Catalog.Reason("decline", "secret"); !ok || x.Rank != 20 {
			t.Errorf("added %+v: a reason without a place stands at the end", x)
		}
		who.get("/lists/reasons?kind=decline").has(t, "涉密", "不予受理")
		who.form(secret.to+"/retire", "version", who.version(secret.to), "reason", "用不上").is(t, 303, "retire it")
		if all := w.Catalog.Reasons("decline"); len(all) != 1 {
			t.Errorf("reasons %v", all)
		}
		who.form("/lists/reasons/add", "kind", "decline", "code", "secret", "name", "涉及国家秘密").is(t, 303, "its code again brings it back")
		who.get(secret.to).has(t, "涉及国家秘密", "用不上")
		if old := who.get("/admin/catalog/reasons/decline/secret"); old.to != "/lists/reasons?kind=decline&q=secret" {
			t.Errorf("the old address leads to %q", old.to)
		}
		who.form("/lists/urgencies/add", "code", "1h", "rank", "1").has(t, "请填写名称")
		degree := who.form("/lists/urgencies/add", "code", "15d", "rank", "4", "words", "不急、 慢慢来")
		degree.is(t, 303, "a degree with a usual name")
		who.get(degree.to).has(t, "较缓（15 天）", "不急 慢慢来")
		who.form(degree.to+"/retire", "version", who.version(degree.to), "reason", "用不上").is(t, 303, "retire it")
		if _, ok := w.Catalog.Urgency("15d"); ok {
			t.Error("a retired degree is in use")
		}

		set := []string{"city_name", "样板市", "phone", "12345", "zone", "Asia/Shanghai", "report_in_metres", "300", "lat", "35.01", "lng", "117.02", "tile_url", "javascript:alert(1)"}
		got = who.form("/admin/catalog/settings", set...)
		got.is(t, 422, "tiles that are a script")
		got.has(t, "底图地址须以", `value="300"`)
		who.form("/admin/catalog/settings", set[:len(set)-2]...).is(t, 303, "save the settings")
		if s := w.Catalog.Settings(); s.ReportInMetres != 300 || s.MapCentre.Lat != 35.01 {
			t.Errorf("settings %+v", s)
		}
		who.get("/admin/catalog/codes").is(t, 200, "codes")
		who.get("/admin/catalog/codes?kind="+url.QueryEscape("x")).is(t, 404, "codes of no kind")
	})
}

func TestAdminLedger(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, w *deskTown) {
		who := w.as("admin")
		for i := range 60 {
			who.form(w.place("G1")+"/edit", w.groundForm(w.places["G1"], "name", fmt.Sprintf("网格%d", i))...).is(t, 303, "rename")
		}
		got := who.get("/admin/ledger?area=place")
		got.has(t, "王admin", "区域改名", "<del>网格58</del>", "<ins>网格59</ins>")
		next := regexp.MustCompile(`rel="next" href="([^"]+)"`).FindStringSubmatch(got.body)
		if next == nil {
			t.Fatal("there is no second page")
		}
		second := who.get(strings.ReplaceAll(next[1], "&amp;", "&"))
		second.has(t, "<ins>网格9</ins>", "回到第一页")
		second.hasNot(t, "<ins>网格59</ins>")
		who.get("/admin/ledger?person=auditor").has(t, "没有符合条件的记录")
		who.get("/admin/ledger?person=nobody-at-all").has(t, "没有符合条件的记录")
		who.get("/admin/ledger?person=admin").has(t, "网格59")
		w.open("G1", "路灯不亮")
		who.get("/admin/ledger").hasNot(t, "case.open")
		who.get("/admin/ledger?area=case").has(t, "case.open")
		who.get("/admin/ledger?area=case").hasNot(t, "13800001234", "李雷", "路灯不亮")
	})
}

// appended finds the verbs that areas write into the ledger by name.
var appended = regexp.MustCompile(`(?:ledger\.Append|record)\((?:tx|b\.tx), (?:who|b\.who), "([a-z_.]+\.[a-z_]+)"`)

// TestLedgerSaysWhat: whatever an area, a noun or a law writes into the ledger is said in words there, and can be asked for.
func TestLedgerSaysWhat(t *testing.T) {
	t.Parallel()
	w := newDeskTown(t, storetest.SQLite(t))
	verbs := map[string]bool{}
	files, err := filepath.Glob("../../town/*/*.go")
	w.ok(err)
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		text, err := os.ReadFile(name)
		w.ok(err)
		for _, m := range appended.FindAllStringSubmatch(string(text), -1) {
			verbs[m[1]] = true
		}
	}
	if len(verbs) < 25 {
		t.Errorf("only %d verbs were found: %v", len(verbs), verbs)
	}
	for _, n := range w.Nouns() {
		verbs[n.Verbs()+".save"], verbs[n.Verbs()+".retire"] = true, true
	}
	for _, d := range w.Laws {
		_, all := d.Says()
		for _, v := range all {
			verbs[d.Named()+"."+string(v)] = true
		}
	}
	w.ok(w.City.Write(ctx, func(tx *store.Tx) error {
		for v := range verbs {
			ledger.Append(tx, w.System(), v, ledger.Subject{Kind: "x", Path: "/1/"}, nil)
		}
		return nil
	}))
	heading := regexp.MustCompile(`(?s)<span class="title">\s*([a-z_]+\.[a-z_.]+)\s*<`)
	options := regexp.MustCompile(`<option value="[^"]*"[^>]*>([a-z_]+\.[a-z_.]+)`)
	for path, who := "/admin/ledger", w.as("admin"); path != ""; {
		page := who.get(path)
		for _, raw := range append(heading.FindAllStringSubmatch(page.body, -1), options.FindAllStringSubmatch(page.body, -1)...) {
			t.Errorf("%s is no word", raw[1])
		}
		path = ""
		if next := regexp.MustCompile(`rel="next" href="([^"]+)"`).FindStringSubmatch(page.body); next != nil {
			path = strings.ReplaceAll(next[1], "&amp;", "&")
		}
	}
}
